"""How a shop is assembled at AWS."""

from bcinfra.assembly.aws.deployment import AwsDeployment
from bcinfra.assembly.aws.site import AwsSiteDeployment

__all__ = ["AwsDeployment", "AwsSiteDeployment"]
