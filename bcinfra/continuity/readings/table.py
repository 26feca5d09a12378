"""Every reading: what each resource type means for continuity, by its token.

To support a type, add its reading to the table of the module it belongs to. A type without one is listed in
``Model.not_understood``; nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bcinfra.continuity.readings import tools
from bcinfra.continuity.readings.aws import table as aws
from bcinfra.continuity.readings.base.reading import Reading
from bcinfra.continuity.readings.base.traits import Traits
from bcinfra.continuity.readings.base.vendor import Vendor
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.cloudflare import table as cloudflare
from bcinfra.continuity.readings.gcp import table as gcp
from bcinfra.continuity.readings.kubernetes import table as kubernetes
from bcinfra.continuity.readings.onprem import table as onprem
from bcinfra.graph.diff.replacement import Replacements

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        **aws.READINGS,
        **cloudflare.READINGS,
        **gcp.READINGS,
        **kubernetes.READINGS,
        **onprem.READINGS,
        **tools.READINGS,
    }
)
"""What each type means, by token."""

VENDORS: Final[Mapping[str, Vendor[View]]] = MappingProxyType(
    {"aws": aws.VENDOR, "cloudflare": cloudflare.VENDOR, "gcp": gcp.VENDOR, "kubernetes": kubernetes.VENDOR}
)
"""What each vendor answers of its resources, by their package."""

TRAITS: Final[Mapping[str, Traits]] = MappingProxyType({token: row.traits for token, row in READINGS.items()})
"""What is known of each type whatever a graph says."""

REPLACEMENTS: Final = Replacements({token: row.replacement for token, row in TRAITS.items() if row.replacement})
"""What replacing a resource of each type costs: a diff is made with it."""
