"""How a shop is assembled at AWS."""

from bcinfra.assembly.aws.estate import AwsEstate
from bcinfra.assembly.aws.site import Site

__all__ = ["AwsEstate", "Site"]
