"""What roles may do: policies inline and attached, in the graph or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import Resource, Value

ROLE: Final = "aws:iam/role:Role"
INLINE: Final = "aws:iam/rolePolicy:RolePolicy"
ATTACHED: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICY: Final = "aws:iam/policy:Policy"
_OTHERWISE: Final = {
    "aws:iam/policyAttachment:PolicyAttachment": "roles",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "roleName",
}
"""Other ways of attaching policies, whose documents are not looked for, and the property that names the role."""

_LOGS_ALONE: Final = ("/AWSLambdaBasicExecutionRole", "/AWSLambdaVPCAccessExecutionRole")
"""How the ARNs of AWS's own policies end that let a function write its logs and stand in a network, and no more (AWS
managed policies for Lambda, read 2026-11)."""
_NAMES: Final = ("arn", "name", "alarmName", "identifier", "clusterIdentifier", "zoneId")
"""Properties that an ARN is, or ends in."""


def allowed(view: View, resource: Resource, name: str, action: str, target: Resource | None) -> bool | None:
    """Whether the role that a property leads to may do ``action`` to ``target``, or to everything where that is
    ``None``; unknown where the role or one of its documents is."""
    roles = view.refs(resource, name, ROLE)
    if not roles:
        return None
    found = [_allows(document, action, _arns(view, target)) for role in roles for document in _documents(view, role)]
    return True if True in found else None if None in found else False


def presumably_allowed(view: View, resource: Resource, name: str, action: str, target: Resource) -> bool:
    """:func:`allowed`, where a policy that only the deployment makes known is presumed to allow what it speaks of."""
    may = allowed(view, resource, name, action, target)
    return bool(may) or (
        may is None and any(target in view.linked(row, "policy") for row in policies(view, resource, name))
    )


def policies(view: View, resource: Resource, name: str) -> Iterator[Resource]:
    """The policies of the role that a property leads to."""
    for role in view.refs(resource, name, ROLE):
        yield from view.users(role, INLINE, "role")
        for attachment in view.users(role, ATTACHED, "role"):
            yield from view.refs(attachment, "policyArn", POLICY)


def powerless(view: View, resource: Resource, name: str) -> bool:
    """Whether a property leads to a role of the program that nothing gives any permission."""
    roles = view.refs(resource, name, ROLE)
    return bool(roles) and not any(True for role in roles for _ in _documents(view, role))


def _documents(view: View, role: Resource) -> Iterator[Value]:
    """The policies of a role; ``None`` for each that is not known."""
    yield from (view.value(policy, "policy") for policy in view.users(role, INLINE, "role"))
    yield from (row.get("policy") for row in view.rows(role, "inlinePolicies"))
    yield from (None for _ in strings(view.value(role, "managedPolicyArns")))
    yield from (None for token, name in _OTHERWISE.items() for _ in view.users(role, token, name))
    for attachment in view.users(role, ATTACHED, "role"):
        held = view.refs(attachment, "policyArn", POLICY)
        known = (view.text(attachment, "policyArn") or "").endswith(_LOGS_ALONE)
        yield from (view.value(policy, "policy") for policy in held) if held else ({} if known else None,)


def _arns(view: View, target: Resource | None) -> tuple[str, ...] | None:
    """The texts that a resource may be called by; ``None``: everything."""
    if target is None:
        return None
    return tuple(text for name in _NAMES if (text := view.text(target, name)))


def _allows(document: Value, action: str, names: tuple[str, ...] | None) -> bool | None:
    """Whether a document allows an action on a resource by its names. What it says otherwise than by ``Action`` and
    ``Resource`` is not known."""
    parsed = as_json(document)
    if not isinstance(parsed, dict):
        return None
    rows = as_rows(as_row(parsed).get("Statement")) or [as_row(as_row(parsed).get("Statement"))]
    found = [_grants(row, action, names) for row in rows if as_text(row.get("Effect")) == "Allow"]
    return True if True in found else None if None in found else False


def _grants(row: Mapping[str, Value], action: str, names: tuple[str, ...] | None) -> bool | None:
    if "NotAction" in row or "NotResource" in row or "Condition" in row:
        return None
    if not any(fnmatchcase(action.lower(), pattern.lower()) for pattern in strings(row.get("Action"))):
        return False
    patterns = tuple(strings(row.get("Resource")))
    if "*" in patterns:
        return True
    if names is None:
        return False
    said = [text for p in patterns for text in (p, p.rsplit(":", 1)[-1], _named(p))]
    fits = (fnmatchcase(name, text) for text in said for name in names)
    return True if any(fits) else False if names else None


def _named(arn: str) -> str:
    """What an ARN ends in, the name of what it is of; of ``loadbalancer/app/shop/*`` that is not all, but ``shop``."""
    *kind, name = arn.rsplit(":", 1)[-1].split("/")
    return kind[-1] if name == "*" and len(kind) > 1 and kind[-1] != "*" else name
