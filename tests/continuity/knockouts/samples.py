"""The samples whose properties are knocked out, each with what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bcinfra.graph import Graph
from tests.continuity.knockouts import (
    properties,
    properties_buildings,
    properties_contact,
    properties_gcp,
    properties_kubernetes,
    properties_php,
    properties_runbooks,
    properties_vendors,
)
from tests.continuity.knockouts.properties import Property
from tests.samples import sample


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A stack, and what makes it redundant."""

    stack: str
    serving: tuple[Property, ...]
    recovery: tuple[Property, ...]
    data: tuple[Property, ...]
    silent: tuple[tuple[str, str, str], ...]
    """Knock-outs that change no verdict and no figure: what, which resources (regular expressions), and why."""
    carries_nothing: tuple[tuple[str, str, str], ...]
    """Resources without a knock-out: type and name (regular expressions), and why."""

    @property
    def properties(self) -> tuple[Property, ...]:
        return (*self.serving, *self.recovery, *self.data)

    @property
    def graph(self) -> Graph:
        return sample(self.stack)

    def __str__(self) -> str:
        return self.stack


MIDSIZE: Final = Sample(
    stack="midsize-prod",
    serving=(*properties.SERVING, *properties_contact.PAGE),
    recovery=properties.RECOVERY,
    data=(*properties.DATA, *properties_runbooks.AT_GOOGLE),
    silent=properties.SILENT,
    carries_nothing=(
        *properties.CARRIES_NOTHING,
        *properties_contact.PAGE_CARRIES_NOTHING,
        *properties_contact.FALLBACK_CARRIES_NOTHING,
        *properties_runbooks.CARRIES_NOTHING,
    ),
)
SMALL: Final = Sample(
    stack="small-prod",
    serving=(*properties_gcp.SERVING, *properties_contact.PAGE),
    recovery=properties_gcp.RECOVERY,
    data=(*properties_gcp.DATA, *properties_runbooks.AT_AWS),
    silent=properties_gcp.SILENT,
    carries_nothing=(
        *properties_gcp.CARRIES_NOTHING,
        *properties_contact.PAGE_CARRIES_NOTHING,
        *properties_runbooks.CARRIES_NOTHING,
    ),
)
HYBRID: Final = Sample(
    stack="hybrid-prod",
    serving=properties_kubernetes.SERVING,
    recovery=properties_kubernetes.RECOVERY,
    data=(*properties_kubernetes.DATA, *properties_kubernetes.INVOICES, *properties_runbooks.AT_AWS),
    silent=properties_kubernetes.SILENT,
    carries_nothing=(*properties_kubernetes.CARRIES_NOTHING, *properties_runbooks.CARRIES_NOTHING),
)
B2B: Final = Sample(
    stack="b2b-prod",
    serving=(*properties_buildings.SERVING, *properties_buildings.CAPACITY, *properties_contact.PAGE),
    recovery=properties_buildings.RECOVERY,
    data=(*properties_buildings.DATA, *properties_runbooks.AT_GOOGLE),
    silent=properties_buildings.SILENT,
    carries_nothing=(
        *properties_buildings.CARRIES_NOTHING,
        *properties_contact.PAGE_CARRIES_NOTHING,
        *properties_runbooks.CARRIES_NOTHING,
    ),
)
LARGE: Final = Sample(
    stack="large-prod",
    serving=(*properties_vendors.SERVING, *properties_contact.PAGE),
    recovery=properties_vendors.RECOVERY,
    data=(*properties_vendors.DATA, *properties_runbooks.AT_GOOGLE),
    silent=properties_vendors.SILENT,
    carries_nothing=(
        *properties_vendors.CARRIES_NOTHING,
        *properties_contact.PAGE_CARRIES_NOTHING,
        *properties_contact.FALLBACK_CARRIES_NOTHING,
        *properties_contact.CALLS_CARRY_NOTHING,
        *properties_runbooks.CARRIES_NOTHING,
    ),
)
PHP: Final = Sample(
    stack="php-aws",
    serving=properties_php.AWS_SERVING,
    recovery=(),
    data=properties_php.AWS_DATA,
    silent=(),
    carries_nothing=properties_php.AWS_CARRIES_NOTHING,
)
SAMPLES: Final = (MIDSIZE, SMALL, HYBRID, B2B, LARGE, PHP)
PHP_GCP: Final = replace(
    PHP,
    stack="php-gcp",
    serving=properties_php.GCP_SERVING,
    data=properties_php.GCP_DATA,
    silent=properties_php.GCP_SILENT,
)
PHP_KUBERNETES: Final = replace(
    PHP, stack="php-kubernetes", serving=properties_php.KUBERNETES_SERVING, data=properties_kubernetes.FILES
)
BESIDE: Final = (PHP_GCP, PHP_KUBERNETES)
"""The same customer on other grounds: what only that ground has is knocked out."""
