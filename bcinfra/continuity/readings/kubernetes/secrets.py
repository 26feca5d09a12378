"""Secrets that pods are told: each cluster holds its own, and the program has the values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part
from bcinfra.continuity.readings.base.stores import SOURCE_KEPT, issued_again, part_urn
from bcinfra.continuity.readings.base.traits import Without, having, loses
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.continuity.readings.kubernetes import places, workloads
from bcinfra.continuity.readings.kubernetes.places import IN_PLACE, NAMED
from bcinfra.graph.core.model import Resource

SECRET: Final = "kubernetes:core/v1:Secret"  # noqa: S105  a type token


def secret(view: View, resource: Resource) -> Iterator[Found]:
    """The secrets of all pods, told once. Others hold what a part of the cluster says to another."""
    rows = _of_pods(view)
    if not rows or rows[0] != resource:
        return
    told = all(row.inputs.get("stringData") or row.inputs.get("data") for row in rows)
    yield Store(
        name=f"{StoreKind.SECRETS} of pods",
        kind=StoreKind.SECRETS,
        members=tuple(
            Member(
                urn=row.urn,
                label=f"secret {row.name}{places.in_words(view, row)}",
                **places.cluster_of(view, row).place,
                needs_to_recover=places.cluster_of(view, row).control,
                zones=None,
                regional=True,
                writer=True,
            )
            for row in rows
        ),
        copies=(*((_in_program(resource),) if told else ()), issued_again(resource)),
    )


@once_per_view
def _of_pods(view: View) -> list[Resource]:
    linked = {
        row.urn: row
        for workload in view.graph.of_type(*workloads.WORKLOADS)
        for row in view.linked(workload, "spec")
        if row.type == SECRET
    }
    return sorted(linked.values(), key=lambda row: row.urn)


def _in_program(resource: Resource) -> RecoveryPoint:
    """The values, with the program's source. Who read them in a cluster knows these too."""
    return RecoveryPoint(
        urn=part_urn(resource, "values"),
        label=f"values of {resource.name} with the program",
        mechanism="told by the program",
        age=assumed("values since the last change", Unit.SECONDS, Range(0, 0), "the program is their source"),
        retention=SOURCE_KEPT,
        protections=frozenset({Protection.VERSIONED}),
        tested_by="the last deployment",
        restore=assumed("secrets are there again", Unit.SECONDS, Range(300, 3600), "the program is deployed again"),
    )


READINGS: Final = {
    SECRET: part(
        "secret of pods",
        secret,
        having(
            reasons.KEYS,
            identities=NAMED,
            backup=Without("the program tells it again"),
            replacement=loses("secret", IN_PLACE),
        ),
    )
}
