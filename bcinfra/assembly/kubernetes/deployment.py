"""All of a shop that runs on Kubernetes, in a cloud or in a machine room, phase by phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bcinfra.assembly import workload
from bcinfra.assembly.contract import (
    Data,
    DomainNames,
    EntryPoint,
    Provisioned,
    Published,
    Started,
    Upstream,
    VendorDeployment,
)
from bcinfra.assembly.kubernetes.regions import clusters
from bcinfra.assembly.kubernetes.site import KubernetesSiteDeployment, KubernetesSiteDeploymentArgs, Tiers
from bcinfra.assembly.kubernetes.stores import StoreFactory, Stores
from bcinfra.assembly.resources import KubernetesResources
from bcinfra.spec import KubernetesSite


@dataclass(frozen=True, kw_only=True)
class KubernetesDeployment(VendorDeployment):
    """Clusters that exist, over any number of clouds and buildings."""

    def provision(self) -> KubernetesProvisioned:
        """Namespaces and operators of the sites."""
        stated = {name: site for name, site in self.sites.items() if isinstance(site, KubernetesSite)}
        sites = {
            name: KubernetesSiteDeployment(
                f"{self.prefix}-{name}",
                KubernetesSiteDeploymentArgs(shop=self.shop, site=name, stated=stated[name], cluster=cluster),
                opts=self.inside,
            )
            for name, cluster in clusters(self.parent, self.shop, stated).items()
        }
        return KubernetesProvisioned(deployment=self, stated=stated, sites=sites)


@dataclass(frozen=True, kw_only=True)
class KubernetesProvisioned(Provisioned):
    """Clusters with what a shop needs of them, and nothing in them yet."""

    deployment: KubernetesDeployment
    stated: Mapping[str, KubernetesSite]
    sites: Mapping[str, KubernetesSiteDeployment]

    def declare_data(self, upstream: Upstream) -> KubernetesData:
        """The stores, and copies of them in the backup site's buckets."""
        here = self.deployment
        stores = StoreFactory(
            shop=here.shop,
            stated=self.stated,
            sites=self.sites,
            buckets=upstream.backup_buckets,
            secrets=here.args.secrets,
            opts=here.inside,
        ).declare()
        return KubernetesData(provisioned=self, stores=stores)


@dataclass(frozen=True, kw_only=True)
class KubernetesData(Data):
    """Stores on Kubernetes, and nothing that uses them yet."""

    provisioned: KubernetesProvisioned
    stores: Stores

    def start_tiers(self) -> KubernetesStarted:
        """The tiers, behind the ingress controller of each cluster."""
        tiers = {
            name: site.start(self.stores.settings[name], self.provisioned.deployment.args.secrets)
            for name, site in self.provisioned.sites.items()
        }
        return KubernetesStarted(data=self, tiers=tiers, entry_points=dict(self._entry_points()))

    def _entry_points(self) -> Iterator[tuple[str, EntryPoint]]:
        """Each address is a line of its own, which fails alone."""
        live = self.provisioned.deployment.shop.live_sites
        for name, stated in self.provisioned.stated.items():
            for address in stated.addresses:
                called = name if len(stated.addresses) == 1 else f"{name}-{address}"
                yield called, EntryPoint(sites=(name,), addresses=(address,), live=name in live)


@dataclass(frozen=True, kw_only=True)
class KubernetesStarted(Started):
    """Tiers on Kubernetes, which nobody is led to yet."""

    data: KubernetesData
    tiers: Mapping[str, Tiers]
    """What runs, by site."""

    def publish_dns(self, names: DomainNames) -> KubernetesPublished:  # noqa: ARG002
        """Nothing: clusters have no DNS that the world asks."""
        return KubernetesPublished(started=self)


@dataclass(frozen=True, kw_only=True)
class KubernetesPublished(Published):
    """The part on Kubernetes of a shop that sells."""

    started: KubernetesStarted

    def resources(self) -> dict[str, KubernetesResources]:
        """Namespaces, hosts, keys and secrets of each cluster."""
        return {name: self._site(name, site) for name, site in self.started.data.provisioned.sites.items()}

    def _site(self, name: str, site: KubernetesSiteDeployment) -> KubernetesResources:
        data, tiers = self.started.data, self.started.tiers[name]
        shop, plain = data.provisioned.deployment.shop, data.stores.settings[name].plain
        return KubernetesResources(
            kind="kubernetes",
            provider=site.cluster.provider,
            cluster=site.cluster,
            network=site.namespace,
            data_namespace=site.data_namespace,
            endpoints={**workload.hosts(plain), **{what: tier.host for what, tier in tiers.served.items()}},
            clusters=dict.fromkeys([*shop.tiers, *shop.background], site.cluster.name),
            keys=data.stores.keys[name],
            secrets=tiers.secrets,
        )

    def declare_recovery(self) -> None:
        """Nothing: names move by themselves, but a person promotes the database.

        What runs at the standby cannot tell the loss of the primary from the loss of the line to it. Two places that
        both write cannot be merged, so that it needs a third place to ask, which a pair of clusters does not have.
        """
