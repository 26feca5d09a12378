"""Room that vendors keep for groups of servers, whoever else launches: reservations, by who may launch into them.

A reservation keeps room for one type of machine in one zone, at AWS on one platform. Servers that run take of it too.
What ends by a date is not counted, nor what only a resource group names, nor room for one of several types that a group
may launch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Pool, Room
from bcinfra.continuity.readings.aws import compute as aws, launches, places as aws_places
from bcinfra.continuity.readings.base.reading import subject
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_text, once_per_view, same, strings
from bcinfra.continuity.readings.gcp import compute as gcp, places as gcp_places
from bcinfra.graph.core.model import UNKNOWN, Resource

_GROUPS: Final = (aws.GROUP, gcp.GROUP, gcp.REGION_GROUP)


def roomed(view: View, pool: Pool) -> Pool:
    """A pool with the room that is kept for it: of several that may take the same, each is sure of its part."""
    row = view.graph.resources.get(pool.urn)
    if row is None or row.type not in _GROUPS:
        return pool
    takers = _takers(view)
    rooms = (
        replace(room, servers=room.servers // len(takers[room.urn]))
        for reservation in view.graph.of_type(aws.RESERVATION, gcp.RESERVATION)
        if pool.urn in takers[reservation.urn]
        for room in _room(view, reservation)
        if pool.zones is None or room.zone in pool.zones
    )
    return replace(pool, rooms=tuple(rooms))


@once_per_view
def _takers(view: View) -> Mapping[str, tuple[str, ...]]:
    """URNs of the groups that may launch into each reservation."""
    groups = [row for type in _GROUPS for row in view.graph.of_type(type)]
    return {
        one.urn: tuple(group.urn for group in groups if _takes(view, group, one))
        for one in view.graph.of_type(aws.RESERVATION, gcp.RESERVATION)
    }


def _takes(view: View, group: Resource, one: Resource) -> bool:
    here, there = view.location(group), view.location(one)
    if not here or not there or here.account != there.account or group.package != one.package:
        return False
    return _takes_of_aws(view, group, one) if one.type == aws.RESERVATION else _takes_of_google(view, group, one)


def _takes_of_aws(view: View, group: Resource, one: Resource) -> bool:
    """By the group's own preference, else its template's: what it names, or any that is open
    (https://docs.aws.amazon.com/autoscaling/ec2/userguide/use-ec2-capacity-reservations.html; read 2026-11)."""
    launch = aws.template(view, group)
    if launch is None or not _matches(view, group, launch, one):
        return False
    for who in (group, launch):
        stated = as_row(view.value(who, "capacityReservationSpecification"))
        if (preference := stated.get("capacityReservationPreference")) == "none":
            return False
        if named := view.refs(who, "capacityReservationSpecification", aws.RESERVATION):
            return one in named
        if UNKNOWN in (who.inputs.get("capacityReservationSpecification"), preference):
            return False
        if preference not in (None, "default", "open"):
            break
    return view.text(one, "instanceMatchCriteria") in (None, "open")


def _matches(view: View, group: Resource, launch: Resource, one: Resource) -> bool:
    """Whether all that a group launches is as a reservation keeps room for: type, platform and tenancy must be the same
    (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-using.html; read 2026-11). Of an image
    that does not tell its platform it is assumed."""
    (kind, *others), kept = launches.types(view, group), view.text(one, "instancePlatform")
    if others or not same(kind, view.text(one, "instanceType")) or not launches.on_demand(view, group):
        return False
    alone = as_text(as_row(view.value(launch, "placement")).get("tenancy")) or view.text(launch, "placementTenancy")
    shared = {alone or "default", view.text(one, "tenancy") or "default"} == {"default"}
    there = view.absent(one, "placementGroupArn") and view.absent(one, "outpostArn")
    return shared and there and same(launches.platform(view, group) or kept, kept)


def assumed(view: View, pools: Iterable[Pool]) -> Iterator[Assumption]:
    """Of groups that room is kept for, that their image is billed as the room is."""
    for pool in pools:
        for room in pool.rooms or ():
            one, group = view.graph[room.urn], view.graph[pool.urn]
            if one.type == aws.RESERVATION and launches.platform(view, group) is None:
                yield Assumption(Assumes.BILLED_AS, subject(group), view.text(one, "instancePlatform"))


def _takes_of_google(view: View, group: Resource, one: Resource) -> bool:
    """By the template's affinity: any that is open, unless it states another
    (https://docs.cloud.google.com/compute/docs/instances/reservations-consume; read 2026-11)."""
    launch = next(iter(gcp.templates(view, group)), None)
    if launch is None or gcp.spare(view, launch) or not view.absent(group, "instanceFlexibilityPolicy"):
        return False
    kept = as_row(view.value(one, "specificReservation"))
    own = as_text(as_row(kept.get("instanceProperties")).get("machineType"))
    if not same(own, view.text(launch, "machineType")) and launch not in view.refs(
        one, "specificReservation", *gcp.TEMPLATES
    ):
        return False
    if launch.inputs.get("reservationAffinity") is UNKNOWN:
        return False
    affinity = as_row(view.value(launch, "reservationAffinity"))
    if not affinity or affinity.get("type") == "ANY_RESERVATION":
        return view.off(one, "specificReservationRequired")
    named = tuple(strings(as_row(affinity.get("specificReservation")).get("values")))
    return affinity.get("type") == "SPECIFIC_RESERVATION" and view.text(one, "name") in named


def _room(view: View, one: Resource) -> Iterator[Room]:
    if one.type == aws.RESERVATION:
        zone = _zone_of_aws(view, one)
        count, ends = view.count(one, "instanceCount"), view.text(one, "endDateType") == "limited"
    else:
        zone = next(iter(gcp_places.zones([view.text(one, "zone")])), None)
        count = as_number(as_row(view.value(one, "specificReservation")).get("count"))
        ends = any(view.value(one, name) is not None for name in ("deleteAtTime", "deleteAfterDuration"))
    if zone and count and not ends:
        yield Room(one.urn, zone, int(count))


def _zone_of_aws(view: View, one: Resource) -> Domain | None:
    """As its subnet says where the zone is taken from there: a name means another zone in each account."""
    subnet = view.ref(one, "availabilityZone", *aws_places.SUBNETS)
    stated = aws_places.zone(aws_places.region_of(view, one), view.text(one, "availabilityZone"))
    return (aws_places.subnet_zone(view, subnet) if subnet else None) or stated
