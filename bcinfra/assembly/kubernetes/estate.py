"""All of a shop that runs on Kubernetes, in a cloud or in a machine room."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import Door, Estate, Shared, ShopArgs
from bcinfra.assembly.kubernetes.ground import clusters
from bcinfra.assembly.kubernetes.site import Site, SiteArgs
from bcinfra.assembly.kubernetes.stores import Stores
from bcinfra.spec import KubernetesSite


class KubernetesEstate(Estate):
    """Clusters that exist, over any number of clouds and buildings."""

    def __init__(self, parent: pulumi.Resource, args: ShopArgs, sites: Mapping[str, spec.Site], shared: Shared) -> None:
        super().__init__(parent, args, sites, shared)
        self._stated = {name: site for name, site in sites.items() if isinstance(site, KubernetesSite)}
        self._clusters = clusters(parent, self.shop, self._stated)

    def found(self) -> None:
        """Namespaces and operators of the sites."""
        self._sites = {
            name: Site(
                f"{self.shop.prefix}-{name}",
                SiteArgs(shop=self.shop, site=name, stated=self._stated[name], cluster=cluster),
                opts=self.inside,
            )
            for name, cluster in self._clusters.items()
        }

    def store(self) -> None:
        """The stores, and copies of them in the backup site's buckets."""
        shop = self.shop
        self._stores = Stores(shop, self._stated, self._sites, self.shared.vault, self.secrets, self.inside)
        if shop.mysql:
            self._stores.mysql(shop.mysql)
        if shop.redis:
            self._stores.redis(shop.redis)
        if shop.media:
            self._stores.media(shop.media)
        self._stores.secrets()

    def serve(self) -> None:
        """The tiers, behind the ingress controller of each cluster."""
        for name, site in self._sites.items():
            site.serve(self._stores.told[name])
            live, addresses = name in self.shop.live_sites, self._stated[name].addresses
            for address in addresses:
                # Each is a line of its own, which fails alone.
                door = name if len(addresses) == 1 else f"{name}-{address}"
                self.shared.doors[door] = Door(sites=(name,), addresses=(address,), live=live)

    def recover(self) -> None:
        """Nothing: names move by themselves, but a person promotes the database.

        What runs at the standby cannot tell the loss of the primary from the loss of the line to it. Two places that
        both write cannot be merged, so that it needs a third place to ask, which a pair of clusters does not have.
        """
