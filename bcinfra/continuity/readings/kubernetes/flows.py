"""What pods are told of: the services and stores whose names their environment, arguments or configuration hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.vendor import Opening
from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.continuity.readings.kubernetes import mesh, operators, places, services, stores, workloads
from bcinfra.graph.core.model import Resource, Value

CONFIG: Final = "kubernetes:core/v1:ConfigMap"
POLICY: Final = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*")


def reached(view: View, resource: Resource) -> Iterator[Resource]:
    """What a workload's pods depend on, and what is named in what they are started with."""
    yield from view.linked(resource, "spec")
    yield from mesh.sent_on(view, resource)
    here = places.namespace_of(view, resource)
    by_name = _hosts(view)
    for text in _texts(view, resource):
        for word in _WORD.findall(text.lower()):
            name, _, rest = word.partition(".")
            other = rest.split(".", 1)[0]
            space = f"{here.rsplit('/', 1)[0]}/{other}" if other else here
            yield from by_name.get((space, name), ())
    for claim in _claims(view, resource):
        yield from by_name.get((here, claim), ())


def told(view: View, resource: Resource) -> Iterator[tuple[Resource, str]]:
    """Where it stands what pods are started with: their own specification, and configuration that they read."""
    yield resource, "spec"
    yield from ((config, "data") for config in _configs(view, resource, workloads.pod(view, resource)))


def openings(view: View, resource: Resource) -> Iterator[Opening]:
    """The addresses that a network policy lets pods connect to."""
    labels, here = places.pod_of(workloads.template(view, resource))[0], places.namespace_of(view, resource)
    for policy in view.graph.of_type(POLICY):
        spec = places.spec_of(view, policy)
        if places.namespace_of(view, policy) != here or not places.selects(spec.get("podSelector"), labels):
            continue
        for rule in as_rows(spec.get("egress")):
            cidrs: Value = [as_row(to.get("ipBlock")).get("cidr") for to in as_rows(rule.get("to"))]
            for port in [row.get("port") for row in as_rows(rule.get("ports"))] or [None]:
                yield Opening(cidrs, port, port)


@once_per_view
def _hosts(view: View) -> dict[tuple[str, str], list[Resource]]:
    """Namespace and name → what answers to it."""
    found: dict[tuple[str, str], list[Resource]] = {}
    for row in view.graph.of_type(services.SERVICE):
        found.setdefault((places.namespace_of(view, row), places.name_of(view, row)), []).append(row)
    for row in view.graph.of_type(*stores.STORES):
        for name in stores.hosts(view, row):
            found.setdefault((places.namespace_of(view, row), name), []).append(row)
    for row in view.graph.of_type(*operators.TYPES):
        for name in operators.names(view, row):
            found.setdefault((places.namespace_of(view, row), name), []).append(row)
    return found


def _texts(view: View, resource: Resource) -> Iterator[str]:
    pod = workloads.pod(view, resource)
    for row in workloads.containers(view, resource):
        for name in ("env", "args", "command"):
            yield from strings(row.get(name))
    for config in _configs(view, resource, pod):
        yield from strings(view.value(config, "data"))


def _configs(view: View, resource: Resource, pod: places.Row) -> Iterator[Resource]:
    """Configuration that pods read: by name, or by dependency."""
    yield from (row for row in view.linked(resource, "spec") if row.type == CONFIG)
    here = places.namespace_of(view, resource)
    names = set(_config_names(dict(pod)))
    for row in view.graph.of_type(CONFIG):
        if places.name_of(view, row) in names and places.namespace_of(view, row) == here:
            yield row


def _config_names(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("configMapRef", "configMapKeyRef", "configMap") and (name := as_text(as_row(inner).get("name"))):
                yield name
            yield from _config_names(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _config_names(item)


def _claims(view: View, resource: Resource) -> Iterator[str]:
    for volume in as_rows(workloads.pod(view, resource).get("volumes")):
        if name := as_text(as_row(volume.get("persistentVolumeClaim")).get("claimName")):
            yield name


def through(view: View, row: Resource) -> Iterator[Resource]:
    """What stands behind a service or a volume: the stateful set that it leads to, the file system it is made in."""
    if row.type == services.SERVICE:
        yield from services.selected(view, row)
    yield from stores.stands_for(view, row)


READINGS: Final = {
    POLICY: setting("packet filter", "which systems on premises are connected to", reasons.FILTER),
    CONFIG: setting("configuration", "which services and stores pods use", reasons.KEYS),
}
