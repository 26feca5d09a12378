"""Functions that a recovery plan runs: what they may do tells what they are for.

A plan has no step of its own for every service. A function in a plan that is allowed an action, on something that it
knows of, is taken to do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.readings.aws import plans as aws_plans
from bcinfra.continuity.readings.aws.permissions import policies, presumably_allowed
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.view import View, as_json, once_per_view, strings
from bcinfra.graph.core.model import Resource

FUNCTION: Final = "aws:lambda/function:Function"


def plan_with(view: View, action: str, target: Resource, region: str | None) -> str | None:
    """URN of the plan that, moving to ``region``, runs a function which may do ``action`` to ``target``."""
    if region is None:
        return None
    knowing = _knowing(view, region, target.type).get(target.urn, ())
    allowed = (plan for plan, function in knowing if presumably_allowed(view, function, "role", action, target))
    return next((part_urn(plan, region) for plan in allowed), None)


@once_per_view
def _knowing(view: View, region: str, type: str) -> dict[str, list[tuple[Resource, Resource]]]:
    """URN of a resource of ``type`` → the functions that know it, and the plans that run them towards ``region``."""
    found: dict[str, list[tuple[Resource, Resource]]] = {}
    for plan in view.graph.of_type(aws_plans.PLAN):
        for step in aws_plans.steps_towards(view, plan, region):
            function = view.graph.resources.get(step.target or "")
            if function and function.type == FUNCTION:
                for urn in {r.urn for r in known(view, function, "role", type)}:
                    found.setdefault(urn, []).append((plan, function))
    return found


def known(view: View, resource: Resource, role: str, type: str) -> Iterator[Resource]:
    """The resources of ``type`` that a function or state machine knows of: by its environment, its definition and the
    policies of its ``role``."""
    for name in ("environment", "definition"):
        yield from (row for row in view.linked(resource, name) if row.type == type)
        yield from (row for text in strings(as_json(view.value(resource, name))) for row in view.named(text, (type,)))
    yield from (row for row in known_to_role(view, resource, role) if row.type == type)


def known_to_role(view: View, resource: Resource, name: str) -> Iterator[Resource]:
    """What the policies of a resource's role speak of."""
    for policy in policies(view, resource, name):
        yield from view.linked(policy, "policy")
        yield from (r for text in strings(as_json(view.value(policy, "policy"))) for r in by_arn(view, text))


def by_arn(view: View, text: str) -> Iterator[Resource]:
    """The buckets, tables and secrets that the text of a policy names."""
    types = {
        "s3": ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"),
        "dynamodb": ("aws:dynamodb/table:Table",),
        "secretsmanager": ("aws:secretsmanager/secret:Secret",),
        "elasticache": ("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",),
    }
    parts = text.split(":")
    if len(parts) > 5 and parts[0] == "arn":
        name = ":".join(parts[5:]).removesuffix("/*")
        yield from view.named(":".join([*parts[:5], name]), types.get(parts[2], ()))
