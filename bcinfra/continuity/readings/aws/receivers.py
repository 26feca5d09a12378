"""Who hears of what alarms, events and budgets say.

A topic passes a message on to its subscriptions, and one without drops it unsaid. What a function or a queue does with
it is code that nobody reads here, and who subscribes to a topic that the program only names is not told: where nobody
is known to hear, nobody does. Alarms tell topics no attributes, so that a subscription with a filter may drop them
(Amazon SNS Developer Guide, message delivery and filter policies; CloudWatch User Guide, alarm actions; read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.readings.aws import mutes, places, topics
from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE, acts, tells_of
from bcinfra.continuity.readings.aws.automation import RULE, SUBSCRIPTION, TARGET, TOPIC
from bcinfra.continuity.readings.aws.metrics import may_fire
from bcinfra.continuity.readings.base.view import View, as_json, as_row, once_per_view, strings
from bcinfra.graph.core.model import Resource

_PROTOCOLS: Final = frozenset({"application", "email", "email-json", "http", "https", "sms"})
"""How a subscription reaches a mailbox, a telephone or a pager."""
_CHATS: Final = (
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration",
)
_RESPONSE: Final = "aws:ssmincidents/responsePlan:ResponsePlan"
_ENDPOINT: Final = "aws:cloudwatch/eventApiDestination:EventApiDestination"
_BUDGET: Final = "aws:budgets/budget:Budget"
_BUS: Final = "aws:cloudwatch/eventBus:EventBus"
_DATABASES: Final = "aws:rds/eventSubscription:EventSubscription"


@once_per_view
def telling(view: View) -> frozenset[str]:
    """URNs of the alarms, rules of events, subscriptions to events and budgets of which people hear."""
    alarms = (row for row in _alarms(view) if row.type == COMPOSITE or may_fire(view, row))
    return frozenset(row.urn for row in (*alarms, *_rules(view), *_databases(view), *_budgets(view)))


def _alarms(view: View) -> Iterator[Resource]:
    """Alarms that tell people, and those that one made of them tells of by themselves."""
    for alarm in view.graph.of_type(ALARM, COMPOSITE):
        if (
            alarm.inputs.get("actionsEnabled") not in (False, "false")
            and alarm.urn not in mutes.silent(view)
            and acts(view, alarm)
            and _reaches(view, alarm, "alarmActions", topics.ALARMS)
        ):
            yield alarm
            if alarm.type == COMPOSITE:
                yield from tells_of(view, alarm)


def _rules(view: View) -> Iterator[Resource]:
    for target in view.graph.of_type(TARGET):
        if _reaches(view, target, "arn", topics.EVENTS):
            yield from (rule for rule in view.refs(target, "rule", RULE) if _on(rule) and _fed(view, rule))


def _on(rule: Resource) -> bool:
    """Whether a rule of events is not switched off, in either way of saying so."""
    return rule.inputs.get("state") != "DISABLED" and rule.inputs.get("isEnabled") not in (False, "false")


def _fed(view: View, rule: Resource) -> bool:
    """Whether what a rule waits for comes to its bus: AWS sends its own events to the default one, from which a rule
    may send them on (Amazon EventBridge User Guide, event buses; read 2026-11)."""
    sources = list(strings(as_row(as_json(view.value(rule, "eventPattern"))).get("source")))
    of_aws = bool(sources) and all(source.startswith("aws.") for source in sources)
    if not of_aws or view.absent(rule, "eventBusName"):
        return True
    buses = view.refs(rule, "eventBusName", _BUS)
    own = (view.text(rule, "eventBusName") or "").rsplit("/", 1)[-1] == "default"
    return own or any(bus.external or view.users(bus, TARGET, "arn") for bus in buses)


def _databases(view: View) -> Iterator[Resource]:
    for row in view.graph.of_type(_DATABASES):
        if row.inputs.get("enabled") not in (False, "false") and _reaches(view, row, "snsTopic", topics.DATABASES):
            yield row


def _budgets(view: View) -> Iterator[Resource]:
    for row in view.graph.of_type(_BUDGET):
        mailed = any(one.get("subscriberEmailAddresses") for one in view.rows(row, "notifications"))
        if mailed or _reaches(view, row, "notifications", topics.BUDGETS):
            yield row


def _reaches(view: View, row: Resource, name: str, service: str) -> bool:
    """Whether one of those that a property leads to takes what a service sends, and passes it on to people."""
    leads = {
        one.urn
        for one in view.refs(row, name, TOPIC, _RESPONSE, _ENDPOINT)
        if one.type != TOPIC or topics.takes(view, one, row, service)
    }
    elsewhere = {
        text
        for text in strings(view.value(row, name))
        if not view.named(text, (TOPIC,)) and not topics.apart(view, places.arn_parts(text)[0], row)
    }
    return not _passing_on(view).isdisjoint(leads | elsewhere)


@once_per_view
def _passing_on(view: View) -> frozenset[str]:
    """URNs and ARNs of what passes on to people what it is told. One that is only read exists already: somebody is
    taken to be told by it, which is said."""
    found = {row.urn for row in view.graph.of_type(TOPIC, _RESPONSE) if row.external}
    found |= {row.urn for row in view.graph.of_type(_ENDPOINT)}
    found |= {
        row.urn
        for row in view.graph.of_type(_RESPONSE)
        if view.value(row, "engagements") or view.value(row, "chatChannels")
    }
    for row, name in _receivers(view):
        found |= {topic.urn for topic in view.refs(row, name, TOPIC)}
        found |= {text for text in strings(view.value(row, name)) if text.startswith("arn:")}
    return frozenset(found)


def _receivers(view: View) -> Iterator[tuple[Resource, str]]:
    """What brings a topic's messages to people, and the property that names the topic."""
    yield from ((row, "snsTopicArns") for row in view.graph.of_type(*_CHATS))
    for row in view.graph.of_type(SUBSCRIPTION):
        waits = row.outputs.get("pendingConfirmation") in (True, "true")
        if view.text(row, "protocol") in _PROTOCOLS and not (waits or row.inputs.get("filterPolicy")):
            yield row, "topic"
