"""Where Kubernetes objects go: one cluster, of any vendor or on premises, with the provider that reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import Field

from bcinfra.component import Args, DeletionPolicy
from bcinfra.kubernetes.names import physical

ZONE: Final = "topology.kubernetes.io/zone"
"""The node label of a zone. Clouds set it; on premises the administrator does, one value a rack or power feed."""
HOST: Final = "kubernetes.io/hostname"
"""The node label of a host."""

LabelKey = Annotated[
    str, Field(pattern=r"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
]
"""A label's key, with or without a prefix."""
Label = Annotated[str, Field(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")]
"""A label's value: at most 63 characters."""
DnsLabel = Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
"""A name that is a part of a DNS name: at most 63 characters."""


class Cluster(Args):
    """One Kubernetes cluster. Components take it in their arguments, because ``opts.providers`` holds only one
    provider a package and a component that spans clusters needs several."""

    name: DnsLabel
    """The cluster's name."""
    site: DnsLabel
    """The place it stands at, as the shop names it: a region, or a site on premises."""
    zones: tuple[Label, ...] = Field(min_length=1)
    """The values of ``topology.kubernetes.io/zone`` that its nodes carry: the zones of a region, or the racks and
    power feeds of a site. One zone is one failure."""
    provider: kubernetes.Provider
    """The provider for this cluster."""
    labels: Mapping[LabelKey, Label] = {}
    """Labels that every object here carries."""
    kubectl_image: str | None = Field(default=None, examples=["alpine/k8s:1.36.1"])
    """An image with ``kubectl`` and a POSIX shell, for jobs that act on the cluster: peaks, test restores."""
    prometheus: bool = False
    """Whether the Prometheus operator runs here; components then declare alert rules for what they promise."""
    deletion: DeletionPolicy = DeletionPolicy.PROTECT
    """What guards data here against deletion."""

    @property
    def protected(self) -> bool:
        """Whether data here is guarded against deletion."""
        return self.deletion is DeletionPolicy.PROTECT

    @property
    def where(self) -> dict[str, Any]:
        """What a component records of its place: nothing else in the graph tells the zones of a cluster."""
        return {"cluster": self.name, "site": self.site, "zones": list(self.zones)}

    @property
    def known_kubectl_image(self) -> str:
        """The image with ``kubectl``; raises ``ValueError`` when it was not given."""
        if not self.kubectl_image:
            raise ValueError(f"the cluster {self.name} needs an image here: Cluster(kubectl_image=...)")
        return self.kubectl_image

    def selector(self, instance: str, part: str) -> dict[str, str]:
        """The labels that pick the pods of one part of a component. They never change: a selector may not."""
        return {
            "app.kubernetes.io/name": physical("label", instance),
            "app.kubernetes.io/instance": physical("label", f"{instance}-{self.site}"),
            "app.kubernetes.io/component": part,
        }

    def labelled(self, instance: str, part: str) -> dict[str, str]:
        """All labels of one object."""
        return {**self.labels, **self.selector(instance, part), "app.kubernetes.io/managed-by": "pulumi"}

    def child(self, parent: pulumi.Resource, **options: object) -> pulumi.ResourceOptions:
        """Options of a child of ``parent`` that lives in this cluster."""
        return pulumi.ResourceOptions(parent=parent, provider=self.provider, **options)  # pyright: ignore[reportArgumentType]


def after(resource: pulumi.Resource, name: str) -> pulumi.Output[str]:
    """The ``name`` of ``resource``: known in a preview, and not used before the object exists."""
    return resource.urn.apply(lambda _: name)


def api(body: Mapping[str, Any]) -> Any:
    """A part of an object as Kubernetes writes it, in camelCase. The SDK takes it, but its types know snake_case."""
    return body
