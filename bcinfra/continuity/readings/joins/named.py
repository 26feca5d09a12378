"""What the texts name that programs are started with: data and functions, by ARN, address, URL or their own name.

A text that names what the program declares leads there. What names something in a region that the program does not
declare is needed all the same; how it fares is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from bcinfra.continuity.readings.base.view import View, as_json
from bcinfra.graph.core.model import Resource, Value

_ARN: Final = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):\d*:([^\s\"'`,;]+)")
_QUEUE: Final = re.compile(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com/\d+/([\w.-]+)")
_BUCKET: Final = re.compile(
    r"(?:s3|gs)://([a-z0-9][a-z0-9.-]+)|\b([a-z0-9][a-z0-9-]+)\.s3[.-][a-z0-9.-]*amazonaws\.com"
)
_DATABASE: Final = re.compile(
    r"\b([a-z][a-z0-9-]*)\.(?:(?:cluster|cluster-ro|proxy)-)?[a-z0-9]+\.([a-z]+-[a-z]+-\d)\.(rds|docdb|neptune)\.amazonaws\.com"
)
_CONNECTION: Final = re.compile(r"(?<![\w:/.-])[a-z][a-z0-9-]{4,}:([a-z]+-[a-z]+\d+):([a-z][a-z0-9-]*)(?![\w:-])")
_SUFFIX: Final = re.compile(r"-\w{6}$")
"""What Secrets Manager puts behind a name in an ARN."""
_PREFIX: Final = {"rds": "aws:rds/", "docdb": "aws:docdb/", "neptune": "aws:neptune/", "cloudsql": "gcp:sql/"}
_ON_SERVERS: Final = frozenset({"rds", "docdb", "neptune", "cloudsql", "elasticache", "memorydb", "es", "kafka"})
_NEEDED: Final = _ON_SERVERS | {"dynamodb", "sqs", "kinesis", "lambda", "secretsmanager", "ssm", "kms"}
"""Services without which a program that is told of them may not serve."""
_LABELS: Final = frozenset({"name", "image", "family", "labels", "matchLabels", "logConfiguration", "annotations"})
"""Keys of blocks whose texts say how something is called, and nothing of what it calls."""
_SHORTEST: Final = 4


class Name(NamedTuple):
    """A name in a text."""

    text: str
    """As it stands there."""
    service: str
    """As ARNs call it; ``cloudsql`` of Google's; empty for a bucket, which any vendor may have."""
    region: str
    """Empty where the name does not say."""
    name: str

    @property
    def cloud(self) -> str:
        return "gcp" if self.service == "cloudsql" else "aws"

    @property
    def single(self) -> bool:
        """Whether what it names stands on servers in zones, rather than being spread over them by its vendor."""
        return self.service in _ON_SERVERS


def texts(value: Value) -> Iterator[str]:
    """The texts within a property that may name what is called; of a row with a name and a value its value."""
    value = as_json(value) or value
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from texts(item)
        case dict():
            for key, item in value.items():
                if key not in _LABELS:
                    yield from texts(item)
        case _:
            return


def names(text: str) -> Iterator[Name]:
    """The names in a text that say what service they are of."""
    for found in _ARN.finditer(text):
        service, region, rest = found.groups()
        rest = rest.split("/")[0] if service == "s3" else rest.rstrip("/*")
        whole = service == "ssm"  # a parameter's name is a path
        yield Name(found[0], service, region, rest.removeprefix("parameter") if whole else re.split("[:/]", rest)[-1])
    for found in _QUEUE.finditer(text):
        yield Name(found[0], "sqs", *found.groups())
    for found in _BUCKET.finditer(text):
        yield Name(found[0], "", "", found[1] or found[2])
    for found in _DATABASE.finditer(text):
        yield Name(found[0], found[3], found[2], found[1])
    for found in _CONNECTION.finditer(text):
        yield Name(found[0], "cloudsql", *found.groups())


def meant(view: View, one: Name, types: Iterable[str], near: Resource) -> tuple[Resource, ...]:
    """The resources that a name is of."""
    prefix = _PREFIX.get(one.service, f"aws:{one.service}/" if one.service else "")
    fit = [token for token in types if token.startswith(prefix)]
    if not one.service:
        fit = [token for token in fit if "ucket" in token]
    other = {"secretsmanager": _SUFFIX.sub("", one.name), "ssm": one.name.removeprefix("/")}
    every = dict.fromkeys((one.name, other.get(one.service, one.name)))
    rows = {row.urn: row for text in every for row in view.named(text, fit, near)}
    there = [row for row in rows.values() if not one.region or view.region(row) in (one.region, None)]
    return tuple(there)


def called(view: View, pool: Resource, types: frozenset[str], data: frozenset[str]) -> Iterator[Resource]:
    """What a program is told of, by dependency or by a text: of ``types`` by any name that says its service, of
    ``data`` by its own name too."""
    for source, name in view.vendors[pool.package].told(view, pool):
        yield from view.linked(source, name)
        for text in texts(view.value(source, name)):
            for one in names(text):
                yield from meant(view, one, types, source)
            if len(text) >= _SHORTEST and not any(c in text for c in " \n:/"):
                yield from view.named(text, data, source)


def elsewhere(view: View, pool: Resource, types: frozenset[str]) -> Iterator[Name]:
    """The names of what stands in a region, as they say, and nothing in the program declares."""
    for source, name in view.vendors[pool.package].told(view, pool):
        for text in texts(view.value(source, name)):
            for one in names(text):
                if one.service in _NEEDED and one.region and not meant(view, one, types, source):
                    yield one
