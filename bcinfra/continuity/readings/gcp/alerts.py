"""Alert policies of Cloud Monitoring: how soon a message says that one of them is open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.parts import Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Unit, computed, stated, total, unknown
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.mutes import Mute, beyond, spanned
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.stores import store_name
from bcinfra.continuity.readings.base.traits import MESSAGES, having, loses
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.continuity.readings.gcp import places
from bcinfra.continuity.readings.gcp.backup import seconds
from bcinfra.graph.core.model import Resource, Value

POLICY: Final = "gcp:monitoring/alertPolicy:AlertPolicy"
CHANNEL: Final = "gcp:monitoring/notificationChannel:NotificationChannel"
CHECK: Final = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig"
SNOOZE: Final = "gcp:monitoring/snooze:Snooze"
_BUDGET: Final = "gcp:billing/budget:Budget"
TOPIC: Final = "gcp:pubsub/topic:Topic"
SUBSCRIPTION: Final = "gcp:pubsub/subscription:Subscription"
FACT: Final = "gcp.monitoring.alert"
_UPTIME: Final = "uptime_check/"
_SHARE: Final = re.compile(r"""metric\.type\s*=\s*["'][^"']*utilization["']""")
_QUERIES: Final = ("conditionMonitoringQueryLanguage", "conditionPrometheusQueryLanguage", "conditionAbsent")
_PERIOD: Final = 60.0
"""Seconds between uptime checks where none are stated (Cloud Monitoring API, UptimeCheckConfig)."""


def publishing(view: View, topic: Resource) -> tuple[Resource, ...]:
    """The policies that publish to a topic."""
    channels = [c for c in view.users(topic, CHANNEL, "labels") if view.value(c, "enabled") is not False]
    policies = {p.urn: p for channel in channels for p in view.users(channel, POLICY, "notificationChannels")}
    silent = snoozed(view)
    return tuple(
        p for _, p in sorted(policies.items()) if view.value(p, "enabled") is not False and p.urn not in silent
    )


@once_per_view
def snoozed(view: View) -> frozenset[str]:
    """URNs of the policies that open no incident for longer than planned work takes, by all snoozes together."""
    snoozes = tuple(view.graph.of_type(SNOOZE))
    policies = view.graph.of_type(POLICY) if snoozes else ()
    return frozenset(row.urn for row in policies if beyond(_mute(one) for one in snoozes if _covers(one, row)))


def _mute(snooze: Resource) -> Mute:
    interval = as_row(snooze.inputs.get("interval"))
    return spanned(interval.get("startTime"), interval.get("endTime"))


def _covers(snooze: Resource, policy: Resource) -> bool:
    """Whether a snooze names a policy; one with a filter silences some of its incidents, which is taken for all."""
    criteria = as_row(snooze.inputs.get("criteria"))
    named = criteria.get("policies")
    linked = policy.urn in snooze.property_dependencies.get("criteria", ())
    return linked or (isinstance(named, list) and isinstance(policy.id, str) and policy.id in named)


@once_per_view
def telling(view: View) -> frozenset[str]:
    """URNs of the policies and budgets of which people hear. Who administers what is billed hears of a budget that
    tells somebody else, unless that is switched off (Cloud Billing, notification recipients)."""
    heard = {channel.urn: channel for channel in view.graph.of_type(CHANNEL) if _answers(view, channel)}
    silent = snoozed(view)
    return frozenset(
        row.urn
        for name, rows in (
            ("notificationChannels", (p for p in view.graph.of_type(POLICY) if p.urn not in silent and _may_open(p))),
            ("allUpdatesRule", view.graph.of_type(_BUDGET)),
        )
        for row in rows
        if view.value(row, "enabled") is not False
        and (_administered(view, row) or any(_takes(view, heard, row, one) for one in view.refs(row, name, CHANNEL)))
    )


def _takes(view: View, heard: Mapping[str, Resource], row: Resource, channel: Resource) -> bool:
    """Whether a channel is one of which people hear, and in the project of the policy that names it (Cloud Monitoring,
    manage notification channels; read 2026-11)."""
    own, its = view.account(row), view.account(channel)
    return channel.urn in heard and (row.type != POLICY or None in (own, its) or own == its)


def _may_open(policy: Resource) -> bool:
    """Whether its conditions are not known to be true never, or always: a utilization is a share of one (Google Cloud
    metrics). One that never comes true holds up all where all must hold."""
    conditions = as_rows(policy.inputs.get("conditions"))
    blind = [_blind(as_row(row.get("conditionThreshold"))) for row in conditions]
    together = (as_text(policy.inputs.get("combiner")) or "OR").startswith("AND")
    return not (any(blind) if together else blind and all(blind))


def _blind(threshold: Mapping[str, Value]) -> bool:
    share, limit = _SHARE.search(as_text(threshold.get("filter")) or ""), as_number(threshold.get("thresholdValue"))
    if not share or limit is None:
        return False
    return not (0 <= limit < 1 if threshold.get("comparison") == "COMPARISON_GT" else 0 < limit <= 1)


def _answers(view: View, channel: Resource) -> bool:
    """Whether a channel leads to people: who subscribes to a topic is not told. One that is only read exists already:
    somebody is taken to be told by it, which is said."""
    led = channel.external or view.value(channel, "labels") or view.value(channel, "sensitiveLabels")
    return bool(led) and view.text(channel, "type") != "pubsub" and view.value(channel, "enabled") is not False


def _administered(view: View, budget: Resource) -> bool:
    rule = as_row(view.value(budget, "allUpdatesRule"))
    return budget.type == _BUDGET and bool(rule) and rule.get("disableDefaultIamRecipients") in (None, False)


def opens(view: View, policy: Resource) -> Figure | None:
    """Time from an outage until a message says so; ``None`` when no condition can be told to come true."""
    known = [_comes_true(view, policy, row) for row in view.rows(policy, "conditions")]
    fast = [figure for figure in known if figure is not None]
    if not fast or (len(fast) < len(known) and _all(view, policy)):
        return None  # one that never comes true holds up all
    if _all(view, policy):
        met = computed(
            f"all conditions of {policy.name} hold", Unit.SECONDS, "the last of them", lambda *each: max(each), *fast
        )
    else:
        met = min(fast, key=lambda figure: figure.value.typical if figure.value else 0.0)
    return total(f"alert {policy.name} is told", met, view.time(FACT))


def _all(view: View, policy: Resource) -> bool:
    """Whether all conditions must hold at once."""
    return (view.text(policy, "combiner") or "OR").startswith("AND")


def _comes_true(view: View, policy: Resource, row: Mapping[str, Value]) -> Figure | None:
    """Time until a condition holds: what it looks at is sampled, seen, and must last."""
    threshold = as_row(row.get("conditionThreshold"))
    for condition in (threshold, *(as_row(row.get(name)) for name in _QUERIES)):
        if condition:
            name = as_text(row.get("displayName")) or policy.name
            lasts = seconds(condition.get("duration"))
            if lasts is None:
                return unknown(f"{name} lasts", Unit.SECONDS, f"{policy.name}: its duration is not understood")
            shown = _shown(view, policy, condition)
            if shown is None:
                return None
            return total(f"condition {name}", *shown, stated("lasts", Unit.SECONDS, lasts, f"{policy.name}: duration"))
    return None  # a log entry, or a query that is not known: nothing says that an outage makes it true


def _shown(view: View, policy: Resource, condition: Mapping[str, Value]) -> tuple[Figure, ...] | None:
    """What passes until an outage shows in what a condition looks at."""
    text = as_text(condition.get("filter")) or as_text(condition.get("query"))
    linked = view.linked(policy, "conditions")
    checks = [r for r in linked if r.type == CHECK]
    # A filter that is not known yet is of what the conditions are made of; the slower of both is taken.
    sampled = _UPTIME not in text if text is not None else any(r.type != CHECK for r in linked)
    if sampled:
        return view.parameter(FACT, "sampled_s"), view.parameter(FACT, "visible_s")
    if text is not None:
        checks = [c for c in view.graph.of_type(CHECK) if _id(view, c) and _id(view, c) in text] or checks
    if not checks:
        return None
    period, check = max(((seconds(view.value(c, "period")) or _PERIOD, c) for c in checks), key=lambda pair: pair[0])
    timeout = seconds(view.value(check, "timeout"))
    return (
        stated("period", Unit.SECONDS, period, f"{check.name}: period"),
        stated("timeout", Unit.SECONDS, timeout or 0.0, f"{check.name}: timeout"),
        view.parameter(FACT, "uptime_visible_s"),
    )


def _id(view: View, check: Resource) -> str:
    """The id of an uptime check, as filters name it."""
    known = view.text(check, "uptimeCheckId") or (check.id if isinstance(check.id, str) else "")
    return known.rsplit("/", 1)[-1]


def stored_in(view: View, topic: Resource) -> str | None:
    """The one region that a topic keeps its messages in; ``None`` where it is free to choose."""
    regions = set(strings(as_row(view.value(topic, "messageStoragePolicy")).get("allowedPersistenceRegions")))
    return regions.pop() if len(regions) == 1 else None


def topic(view: View, resource: Resource) -> Iterator[Found]:
    """A topic that programs subscribe to: what waits in its subscriptions. One without, such as what alerts are
    published to, keeps nothing."""
    if not view.users(resource, SUBSCRIPTION, "topic"):
        return
    region, owner = stored_in(view, resource), places.project(view, resource)
    where: Place = places.placed(region, owner) if region else {"site": None, "homes": (domains.provider("gcp"), owner)}
    keys = places.keys(view, resource, "kmsKeyName")
    yield Store(
        name=store_name(view, StoreKind.QUEUE, resource, (resource,)),
        kind=StoreKind.QUEUE,
        members=(
            Member(
                urn=resource.urn,
                label=f"queue {resource.name}",
                **where,
                needs_to_run=keys,
                needs_to_recover=(*places.control_of(region), *keys),
                zones=None,
                regional=True,
                writer=True,
            ),
        ),
    )


READINGS: Final = {
    POLICY: setting("alert policy", "how soon automation and people are told", reasons.WATCH),
    CHANNEL: setting("notification channel", "who is told of an alert", reasons.WATCH),
    SNOOZE: setting("pause of alerts", "when alerts tell nobody", reasons.WATCH),
    CHECK: setting("uptime check", "how soon an outage is seen from outside", reasons.WATCH),
    TOPIC: part(
        "queue",
        topic,
        having(
            reasons.QUEUE,
            identities="",
            backup=MESSAGES,
            replacement=loses("queue", "name project"),
        ),
    ),
}
