"""What a deployed shop is made of, by site: for a team to hang resources of its own on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

import pulumi

from bcinfra.component import Str

if TYPE_CHECKING:
    from bcinfra import aws, gcp, kubernetes


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteResources:
    """One site that serves, or can."""

    kind: Literal["aws", "gcp", "kubernetes"]
    """What it is."""
    provider: pulumi.ProviderResource
    """What makes resources there."""
    network: Str
    """The VPC, the network, or the namespace that the tiers run in."""
    subnets: Mapping[str, Mapping[str, Str]] = field(default_factory=dict[str, Mapping[str, Str]])
    """Subnets by what they are for (``public``, ``private``, ``data``), then by zone; at Google Cloud, where a subnet
    spans the zones, by region."""
    security_groups: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Security groups of tiers, workers and stores, by name: ``web``, ``mysql``."""
    endpoints: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Where tiers and stores answer, by name."""
    clusters: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """What runs each tier and worker, by its name: an ECS cluster, a Cloud Run service, the Kubernetes cluster."""
    keys: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Keys by what they encrypt. On Kubernetes the storage class by whose key volumes are encrypted, and the Secret
    with the password of copies."""
    secrets: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Where passwords and secrets are kept, by variable or class of data; on Kubernetes the name of the Secret, in the
    tiers' namespace, that holds the variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsResources(SiteResources):
    """A site at AWS."""

    region: aws.Region
    """The region, as components take it."""
    keyed: aws.KeyedRegion
    """The region with the key of its data."""
    cidr: str
    """The network's range."""
    topic: Str
    """Where alarms are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GcpResources(SiteResources):
    """A site at Google Cloud."""

    region: gcp.Region
    """The region, as components take it."""
    cidr: str
    """The subnet's range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesResources(SiteResources):
    """A cluster."""

    cluster: kubernetes.Cluster
    """The cluster, as components take it."""
    data_namespace: Str
    """Where databases and caches run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A shop that is deployed."""

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""
    entry_points: Mapping[str, pulumi.Output[Sequence[str]]]
    """The addresses or names of each way in, by site or vendor."""
    zones: Mapping[str, pulumi.Output[str]]
    """The domain's zone at each cloud that answers."""
    sites: Mapping[str, SiteResources]
    """What each site that serves, or can, is made of."""

    @property
    def aws(self) -> Mapping[str, AwsResources]:
        """The sites at AWS."""
        return cast("Mapping[str, AwsResources]", self._of("aws"))

    @property
    def gcp(self) -> Mapping[str, GcpResources]:
        """The sites at Google Cloud."""
        return cast("Mapping[str, GcpResources]", self._of("gcp"))

    @property
    def kubernetes(self) -> Mapping[str, KubernetesResources]:
        """The clusters."""
        return cast("Mapping[str, KubernetesResources]", self._of("kubernetes"))

    def _of(self, kind: str) -> Mapping[str, SiteResources]:
        return {name: site for name, site in self.sites.items() if site.kind == kind}
