"""Which services a topic takes messages of.

A topic without a policy takes those of its account's own alarms and databases, and neither those of rules of events nor
of budgets. What is encrypted takes them where the key lets the service in: the key that AWS keeps for the service does
not, nor does one with no policy but that of its account (Amazon SNS Developer Guide, key management and access control;
AWS re:Post, sns-not-getting-eventbridge-notification; AWS Cost Management User Guide, budgets and SNS; read 2026-11). A
policy that only a deployment makes known is presumed to let in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, strings
from bcinfra.graph.core.location import GLOBAL
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
ALARMS: Final = "cloudwatch.amazonaws.com"
EVENTS: Final = "events.amazonaws.com"
BUDGETS: Final = "budgets.amazonaws.com"
DATABASES: Final = "events.rds.amazonaws.com"
_OF_ITS_OWNER: Final = frozenset({ALARMS, DATABASES})
"""Who publishes as the account that a topic is of, which its own policy, and that of its key, lets in by that name."""
_KEYED: Final = ("kms:Decrypt", "kms:GenerateDataKey")


def takes(view: View, topic: Resource, sender: Resource, service: str) -> bool:
    """Whether a topic takes what a service sends for a resource, which must be in the topic's region."""
    if apart(view, view.region(topic), sender):
        return False
    if topic.external:
        return True  # its policy and its key are not read
    stated = _policies(view, topic, POLICY, "arn")
    by_itself = service in _OF_ITS_OWNER and not _owned_apart(view, topic, sender)
    let_in = any(_lets_in(one, service, "sns:Publish") for one in stated) if stated else by_itself
    return let_in and _opened_by(view, topic, service)


def _owned_apart(view: View, *rows: Resource) -> bool:
    """Whether resources are known to be of several accounts."""
    return len({account for row in rows if (account := view.account(row))}) > 1


def apart(view: View, region: str | None, sender: Resource) -> bool:
    """Whether a region is known not to be that of a resource: services send within their own."""
    own = view.region(sender)
    return None not in (own, region) and GLOBAL not in (own, region) and own != region


def _opened_by(view: View, topic: Resource, service: str) -> bool:
    """Whether a service may use the key that a topic is encrypted with."""
    if any(places.is_of_aws(text) for text in strings(view.value(topic, "kmsMasterKeyId"))):
        return False
    keys = [key for key in places.keys_of(view, topic, "kmsMasterKeyId") if not key.external]
    return all(_admits(view, key, service) for key in keys)


def _admits(view: View, key: Resource, service: str) -> bool:
    """Whether a key's policy lets a service use it. Rules of events name no source to a key, so that a condition that
    asks for one is met by none (Amazon EventBridge User Guide, encrypted SNS topics as targets; read 2026-11)."""
    stated, freely = _policies(view, key, places.KEY_POLICY, "keyId"), service == EVENTS
    return any(all(_lets_in(one, service, act, freely=freely) for act in _KEYED) for one in stated)


def _policies(view: View, row: Resource, token: str, name: str) -> list[Value]:
    """The policies that a row is given, by itself or by a resource of its own."""
    rows = (row, *view.users(row, token, name))
    return [view.value(one, "policy") for one in rows if one.inputs.get("policy") is not None]


def _lets_in(policy: Value, service: str, action: str, *, freely: bool = False) -> bool:
    """Whether a policy lets a service do something, and nowhere denies it; ``freely``: on no condition."""
    document = as_row(as_json(policy))
    if policy is UNKNOWN or policy is None or "Statement" not in document:
        return True
    rows = [row for row in as_rows(document["Statement"]) if _asks(row, action)]
    meant = [row for row in rows if service in _whom(row, service)]
    denied = any(row.get("Effect") == "Deny" and "Condition" not in row for row in meant)
    allowed = any(row.get("Effect") == "Allow" and not (freely and "Condition" in row) for row in meant)
    return allowed and not denied


def _asks(row: Mapping[str, Value], action: str) -> bool:
    if "NotAction" in row:
        return not any(fnmatchcase(action.lower(), text.lower()) for text in strings(row["NotAction"]))
    return any(fnmatchcase(action.lower(), text.lower()) for text in strings(row.get("Action")))


def _whom(row: Mapping[str, Value], service: str) -> Iterator[str]:
    """The principals of a statement; everybody is the service too, but where its owner is asked for, by which rules of
    events and budgets are not known."""
    owners = any("sourceowner" in text.lower() for text in _keys(row.get("Condition")))
    for text in strings(row.get("Principal")):
        yield service if text == "*" and (service in _OF_ITS_OWNER or not owners) else text


def _keys(value: Value) -> Iterator[str]:
    for name, inner in as_row(value).items():
        yield name
        yield from _keys(inner)
