"""Container images: where they are pulled from when a replica starts, and the version that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, TypedDict

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Pool, StoreKind
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource

_ECR: Final = re.compile(r"(?P<account>\d{12})\.dkr[.-]ecr\.(?P<region>[a-z0-9-]+)\.[^/]+/(?P<repository>[^:@]+)")
_PART: Final = re.compile(r"[a-z]+")


class Keeps(NamedTuple):
    """What a container of an image keeps, if nothing else is known of it."""

    kind: StoreKind
    opens_empty: bool
    """Whether who uses it goes on with an empty one: carts, sessions and messages are gone, and the shop is open."""


_TABLES: Final = Keeps(StoreKind.RELATIONAL, opens_empty=False)
_CACHE: Final = Keeps(StoreKind.CACHE, opens_empty=True)
_QUEUE: Final = Keeps(StoreKind.QUEUE, opens_empty=True)
_DATA: Final = Keeps(StoreKind.OTHER, opens_empty=False)
_OBJECTS: Final = Keeps(StoreKind.OBJECTS, opens_empty=False)
_NAMES: Final[Mapping[Keeps, str]] = {
    _TABLES: "mysql mariadb percona postgres postgresql postgis timescaledb pgvector mongo mongodb mssql cockroach"
    " cockroachdb tidb yugabyte",
    _CACHE: "redis valkey memcached dragonfly keydb hazelcast",
    _QUEUE: "rabbitmq activemq kafka redpanda nats pulsar mosquitto",
    _DATA: "elasticsearch opensearch solr meilisearch typesense etcd zookeeper consul cassandra scylla clickhouse"
    " couchdb neo influxdb arangodb",
    _OBJECTS: "minio",
}
"""Images that are known to keep data, by a word of their name."""
_BESIDE: Final = (
    "exporter sentinel operator backup dump init admin commander insight express ui manager connect router proxy client"
    " cli metrics agent migrate migration migrations seed job worker web api app adapter bridge registry test"
)
"""Words in the names of what stands beside a store, watches it or works with it, and keeps nothing."""
_KNOWN: Final = {word: kept for kept, words in _NAMES.items() for word in words.split()}
_OTHERS: Final = frozenset(_BESIDE.split())


def keeps(image: str, started_with: str = "") -> Keeps | None:
    """What a container keeps by its image, such as ``bitnami/redis:7.4``, and what it is ``started_with``."""
    *path, last = image.lower().split("@", 1)[0].split("/")
    name = last.split(":", 1)[0]
    words = _PART.findall("mssql" if path[-1:] == ["mssql"] else name)
    if _OTHERS & {*words, *_PART.findall(started_with.lower())}:
        return None
    return next((_KNOWN[word] for word in words if word in _KNOWN), None)


DOCKER_HUB: Final = "docker.io"


class Ecr(NamedTuple):
    """Where ECR keeps an image."""

    account: str
    region: str
    repository: str


def ecr(image: str) -> Ecr | None:
    """Where an image is kept, if that is at ECR."""
    return Ecr(**match.groupdict()) if (match := _ECR.match(image)) else None


def registries(view: View, images: Iterable[str]) -> tuple[Domain, ...]:
    """Where images are pulled from when a replica starts."""
    return tuple(dict.fromkeys(domain for image in images for domain in _registry(view, image)))


def _registry(view: View, image: str) -> tuple[Domain, ...]:
    if kept := ecr(image):
        return (domains.region("aws", kept.region),)
    for vendor in view.vendors.values():
        if found := tuple(vendor.pulled(view, image)):
            return found
    host = image.split("/", 1)[0]
    return (supplied(host if "." in host and "/" in image else DOCKER_HUB),)


def supplied(host: str) -> Domain:
    """Somebody else's registry."""
    return Domain(DomainKind.SUPPLIER, f"image registry {host}")


class Pulls(TypedDict):
    """Fields of a pool."""

    pulls: tuple[str, ...]
    pulls_tags: tuple[str, ...]


def started_from(view: View, images: Iterable[str]) -> Pulls:
    """What a pool says of the program's repositories that it is started from."""
    texts = tuple(images)

    def urns(some: Iterable[str]) -> tuple[str, ...]:
        vendors = view.vendors.values()
        return tuple(dict.fromkeys(r.urn for image in some for one in vendors for r in one.kept_in(view, image)))

    return {"pulls": urns(texts), "pulls_tags": urns(image for image in texts if "@" not in image)}


def unfilled(view: View, images: Iterable[str]) -> Resource | None:
    """A repository that images are pulled from and nothing is known to fill."""
    for image in images:
        for vendor in view.vendors.values():
            for row in vendor.kept_in(view, image):
                if vendor.unfilled(view, row):
                    return row
    return None


def release(images: Iterable[str]) -> Domain | None:
    """The software version that images stand for, whichever registry each is pulled from."""
    names = sorted({image.rsplit("/", 1)[-1] for image in images})
    return Domain(DomainKind.RELEASE, " + ".join(names)) if names else None


def fetched(pool: Pool) -> Pool:
    """A pool whose replicas fetch images and secrets before they serve: none starts without the one way out that all
    its zones have."""
    only = (way for way in pool.egress if pool.zones and set(pool.zones) <= set(way.serves))
    over = tuple(zone for way in only for zone in way.zones)
    return replace(pool, needs_to_recover=(*pool.needs_to_recover, *over)) if over else pool
