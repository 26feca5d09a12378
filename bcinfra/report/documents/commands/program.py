"""What commands are made of: a stack's resources, and what its shop states of itself."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, cast

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Model, Part, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.graph.core.model import Graph, Resource, Unknown
from bcinfra.places.place import Place


def mapping(value: object) -> Mapping[str, object]:
    """What is a mapping, as one; nothing of anything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def rows(value: object) -> list[Mapping[str, object]]:
    """The mappings of a list; nothing of anything else."""
    return [mapping(row) for row in cast("list[object]", value)] if isinstance(value, list) else []


def text(value: object) -> str:
    """What is known as text; nothing of what is not known, or is something else."""
    return value if isinstance(value, str) and not isinstance(value, Unknown) else ""


def number(value: object) -> int | None:
    """What is known as a whole number, or as the text of one; a live stack keeps some so."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else None


class Program:
    """What commands are made of: the resources of a stack, where they are and what the cloud calls them."""

    def __init__(self, graph: Graph, model: Model) -> None:
        self.graph = graph
        self.model = model
        self.stack = graph.stack

    # What the graph holds

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        model = self.model
        stores = [part for store in model.stores for part in (*store.members, *store.copies, *store.final)]
        names = [one for entry in model.entries for one in (entry, *entry.at_providers)]
        every = (*model.pools, *model.balancers, *names, *model.plans, *stores)
        return {part.urn: part for part in every}

    def resource(self, urn: str) -> Resource | None:
        return self.graph.resources.get(urn.partition("#")[0])

    def place(self, urn: str) -> Place | None:
        """Where a part is: its region, of what its failure domains say, else of the resource's own provider."""
        part = self.parts.get(urn)
        homes = [outer for home in part.homes for outer in home.chain()] if part else []
        found = next((d.place for d in homes if d.kind is DomainKind.REGION and d.place), None)
        return found or (Place.parse(part.site) if part and part.site else None)

    def domains(self, urn: str) -> tuple[Domain, ...]:
        """The region and the account that a part is in, and the control plane that changes it."""
        part = self.parts.get(urn)
        if part is None:
            return ()
        kinds = (DomainKind.REGION, DomainKind.ACCOUNT, DomainKind.CONTROL_PLANE, DomainKind.PROVIDER)
        every = (outer for d in (*part.homes, *part.needs_to_recover) for outer in d.chain())
        return tuple(dict.fromkeys(d for d in every if d.kind in kinds))

    def linked(self, resource: Resource, name: str) -> Resource | None:
        """The resource that an input leads to."""
        urns = resource.property_dependencies.get(name, ())
        return next((self.graph.resources[urn] for urn in urns if urn in self.graph.resources), None)

    def called(self, resource: Resource) -> str:
        """What the cloud calls it: by its own property, by its id where it is deployed, else as the program does."""
        for name in _NAMES.get(resource.type, ("name",)):
            if value := text(resource.inputs.get(name)):
                return value
        return text(resource.id) or resource.name

    @cached_property
    def _stated(self) -> Mapping[str, object]:
        """The shop's specification, where the program holds one."""
        shop = next(iter(self.graph.of_type("bcinfra:assembly:Shop")), None)
        spec: object = shop.inputs.get("spec") if shop else None
        return mapping(json.loads(spec) if isinstance(spec, str) else spec)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that the shop's people speak, and those of its domains, as it states them."""
        stated = mapping(self._stated.get("contact")).get("languages")
        people = list(map(str, cast("list[object]", stated))) if isinstance(stated, list) else []
        domains = [mapping(row).get("language") for row in mapping(self._stated.get("domains")).values()]
        return tuple(dict.fromkeys((*people, *(text(one).partition("-")[0] for one in domains if text(one)))))

    def reached(self, failed: Iterable[Domain]) -> tuple[str, ...]:
        """Numbers and addresses at which a person is reached while those domains are lost."""
        gone = {part for domain in failed for part in domain.name.split("/")}
        contact = mapping(self._stated.get("contact"))
        phone, mail, page = (mapping(contact.get(name)) for name in ("phone", "mail", "page"))
        numbers = [
            one.get("number") for one in (phone, mapping(phone.get("overflow"))) if one.get("carrier") not in gone
        ]
        address = mail.get("address") if mail.get("mx") not in gone else None
        domain = page.get("domain") if not gone & {page.get("vendor"), page.get("dns")} else None
        found = (next(iter(numbers), None), address, domain and f"https://{domain}")
        return tuple(str(one) for one in found if one)

    @cached_property
    def sites(self) -> Mapping[tuple[str, str], str]:
        """Region of a cloud → the program's name of the site there, where a shop's specification gives one."""
        found: dict[tuple[str, str], str] = {}
        for name, row in mapping(self._stated.get("sites")).items():
            stated = mapping(row)
            place = mapping(stated.get("place")) or stated  # of a cluster: what it stands on
            if isinstance(region := place.get("region"), str):
                found[str(place.get("kind", "aws")), region] = name
            elif place is not stated:
                found["onprem", name] = name
        return found

    def active(self, site: str) -> str:
        """The command that tells the program which site writes; empty where the program has no such setting."""
        place = Place.parse(site)
        name = self.sites.get((place.cloud, place.region)) if place else None
        return f"pulumi config set activeSite {shlex.quote(name)} --stack {shlex.quote(self.stack)}" if name else ""

    @cached_property
    def _state(self) -> Store | None:
        return next((s for s in self.model.stores if s.kind is StoreKind.STATE and s.members), None)

    @property
    def state(self) -> tuple[str, tuple[Domain, ...]]:
        """Where the infrastructure's state is, in words, and what it needs."""
        if self._state is None:
            return "", ()
        member = self._state.members[0]
        return member.label.rpartition(" at ")[2], (*member.homes, *member.needs_to_run)

    @property
    def state_copies(self) -> Iterator[tuple[str, RecoveryPoint]]:
        """Buckets with a copy of it in another account."""
        for copy in self._state.copies if self._state else ():
            bucket = self.graph.resources.get(copy.urn.partition("#")[0])
            if bucket and bucket.type.startswith("aws:s3/") and Protection.OTHER_ACCOUNT in copy.protections:
                yield self.called(bucket), copy


_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:rds/instance:Instance": ("identifier",),
    "aws:rds/cluster:Cluster": ("clusterIdentifier",),
    "aws:rds/globalCluster:GlobalCluster": ("globalClusterIdentifier",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("replicationGroupId",),
    "aws:s3/bucket:Bucket": ("bucket",),
    "aws:s3/bucketV2:BucketV2": ("bucket",),
    "aws:efs/fileSystem:FileSystem": ("creationToken",),
    "aws:acm/certificate:Certificate": ("domainName",),
    "gcp:secretmanager/secret:Secret": ("secretId",),
    "gcp:datastream/stream:Stream": ("streamId",),
}
"""Type → the inputs that name it; of others ``name``."""
