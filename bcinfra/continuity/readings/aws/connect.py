"""Amazon Connect: numbers that people call, and where the calls are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.view import View, as_json, as_number, as_row, as_rows, as_text, same, strings
from bcinfra.graph.core.model import Resource, Value
from bcinfra.places.centres import REPLICAS
from bcinfra.seconds import DAY, HOUR, MINUTE
from bcinfra.spec.contact import Contact
from bcinfra.spec.opening import DAYS, openings

NUMBER: Final = "aws:connect/phoneNumber:PhoneNumber"
LEADS: Final = "aws:connect/phoneNumberContactFlowAssociation:PhoneNumberContactFlowAssociation"
FLOW: Final = "aws:connect/contactFlow:ContactFlow"
INSTANCE: Final = "aws:connect/instance:Instance"
HOURS: Final = "aws:connect/hoursOfOperation:HoursOfOperation"
CLOUD_CONTROL: Final = "aws:cloudcontrol/resource:Resource"
"""Any type of AWS, by its name there: none other is read."""
QUEUE: Final = "aws:connect/queue:Queue"
AGENTS: Final = "aws:connect/routingProfile:RoutingProfile"
RECORDINGS: Final = "aws:connect/instanceStorageConfig:InstanceStorageConfig"
_TAKES: Final = "who takes calls, and when"
_DAY: Final = DAY // MINUTE
_WEEK: Final = 7 * _DAY


class Number(NamedTuple):
    """A number of a contact centre that takes calls."""

    row: Resource
    homes: tuple[Domain, ...]
    """What it hangs on."""
    replica: tuple[Domain, ...]
    """What its replica hangs on, to which a person shifts the calls; empty: it has none."""


def number(view: View, contact: Contact) -> Number | None:
    """The number of a stated contact centre; ``None`` where the program has none that leads to a queue which agents
    serve whenever somebody is stated to be there."""
    stated = contact.phone and contact.phone.number
    for row in view.graph.of_type(NUMBER):
        given = as_text(row.outputs.get("phoneNumber"))
        flows = [
            flow for lead in view.users(row, LEADS, "phoneNumberId") for flow in view.refs(lead, "contactFlowId", FLOW)
        ]
        queues = [queue for flow in flows for queue in _queues(view, flow)]
        if given in (None, stated) and _answers(view, row) and any(_taken(view, one, contact) for one in queues):
            return Number(row, places.place(view, row)["homes"], tuple(_replica(view, row)))
    return None


def _replica(view: View, row: Resource) -> Iterator[Domain]:
    """What the replica hangs on of the instance that a number was claimed to by its group. A group can be made of none
    that has no replica; which region that is in, the first one's says."""
    region = REPLICAS.get(places.region_of(view, row) or "")
    group = view.ref(row, "targetArn", CLOUD_CONTROL)
    if region and group and _is_group(group):
        yield from (domains.region("aws", region), places.account(view, row))


def _is_group(row: Resource) -> bool:
    return row.inputs.get("typeName") == "AWS::Connect::TrafficDistributionGroup"


def _answers(view: View, row: Resource) -> bool:
    """Whether the instance that a number was claimed to, itself or by a group, takes calls."""
    group = view.ref(row, "targetArn", CLOUD_CONTROL)
    made = view.ref(group, "desiredState", INSTANCE) if group else view.ref(row, "targetArn", INSTANCE)
    return made is None or view.value(made, "inboundCallsEnabled") is not False


def _queues(view: View, flow: Resource) -> Iterator[Resource]:
    """The queues that calls come to by a flow. What it is made of is not known before its queues are: it then leads to
    those that it is made of."""
    content = view.value(flow, "content")
    if content is None:
        yield from view.refs(flow, "content", QUEUE)
        return
    for text in _handed(as_row(as_json(content))):
        yield from view.named(text, [QUEUE], flow)


def _handed(flow: Mapping[str, Value]) -> Iterator[str]:
    """Identities of the queues that a flow sets on a way from its start, where a way hands calls to the queue that was
    set (https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html, 2026-11)."""
    actions = {as_text(row.get("Identifier")): row for row in as_rows(flow.get("Actions"))}
    seen: dict[str | None, Mapping[str, Value]] = {}
    after = [as_text(flow.get("StartAction"))]
    while after:
        name = after.pop()
        if name in actions and name not in seen:
            row = seen[name] = actions[name]
            ways = as_row(row.get("Transitions"))
            ends = (ways, *as_rows(ways.get("Conditions")), *as_rows(ways.get("Errors")))
            after += [as_text(one.get("NextAction")) for one in ends]
    if any(row.get("Type") == "TransferContactToQueue" for row in seen.values()):
        for row in seen.values():
            if row.get("Type") == "UpdateContactTargetQueue":
                yield from strings(as_row(row.get("Parameters")).get("QueueId"))


def _taken(view: View, queue: Resource, contact: Contact) -> bool:
    """Whether agents serve a queue, and it is open whenever somebody is stated to be there."""
    served = any(queue in view.refs(row, "queueConfigs", QUEUE) for row in view.graph.of_type(AGENTS))
    hours = view.ref(queue, "hoursOfOperationId", HOURS)
    return served and view.text(queue, "status") != "DISABLED" and bool(hours and _covers(view, hours, contact))


def _covers(view: View, hours: Resource, contact: Contact) -> bool:
    """Whether hours of operation hold those that are stated: in the same zone, unless they never end."""
    opened = frozenset(minute for row in view.rows(hours, "configs") for minute in _opened(row))
    needed = frozenset(
        minute
        for one in openings(contact.hours)
        for minute in _minutes(DAYS.index(one.day), _clock(one.start), _clock(one.end))
    )
    return len(opened) == _WEEK or (same(view.text(hours, "timeZone"), contact.time_zone) and needed <= opened)


def _opened(row: Mapping[str, Value]) -> Iterator[int]:
    days = [n for n, day in enumerate(DAYS) if (as_text(row.get("day")) or "").lower().startswith(day)]
    start, end = (_at(as_row(row.get(name))) for name in ("startTime", "endTime"))
    yield from (minute for day in days for minute in _minutes(day, start, end))


def _at(clock: Mapping[str, Value]) -> int:
    hours, minutes = (int(as_number(clock.get(name)) or 0) for name in ("hours", "minutes"))
    return hours * (HOUR // MINUTE) + minutes


def _clock(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * (HOUR // MINUTE) + int(minutes)


def _minutes(day: int, start: int, end: int) -> Iterator[int]:
    """Minutes of the week; a day that ends before it begins ends on the next one."""
    yield from ((day * _DAY + n) % _WEEK for n in range(start, end if end > start else end + _DAY))


READINGS: Final = {
    CLOUD_CONTROL: replace(
        setting(
            "group of a contact centre and its replica",
            "where the page's number is answered too",
            having(reasons.PROGRAM, facts="aws.connect.acgr"),
        ),
        only=_is_group,
    ),
    NUMBER: setting("telephone number", "where the page's number is answered", reasons.NAMES),
    LEADS: setting("way of a number", "whether the page's number is answered", reasons.PROGRAM),
    FLOW: setting("way of a call", "whether the page's number is answered", reasons.PROGRAM),
    RECORDINGS: setting("where calls are kept that are recorded", "nothing that a shop needs", reasons.WATCH),
    QUEUE: setting("queue of calls", _TAKES, having(reasons.PROGRAM, identities="queueId arn")),
    **{
        token: setting(what, _TAKES, reasons.PROGRAM)
        for token, what in ((INSTANCE, "contact centre"), (HOURS, "opening hours"), (AGENTS, "agents' work"))
    },
}
