"""How a switch-over is started, a zone is left, and what comes back by itself is watched."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.report.documents.commands.at import At, Made, by_type
from bcinfra.report.documents.commands.calls import AwsCall, Command, answer_of
from bcinfra.report.documents.commands.compute import rolled_back
from bcinfra.report.documents.commands.proofs import renew

STATUS: Final[Mapping[str, str]] = {
    "aws": "https://health.aws.amazon.com/public/currentevents",
    "gcp": "https://status.cloud.google.com/incidents.json",
    "cloudflare": "https://www.cloudflarestatus.com/api/v2/status.json",
}
"""Vendor → where it says what is down, for machines."""


def _start_region_switch(at: At) -> Made:
    look = AwsCall(
        service="arc-region-switch", api="ListPlansInRegion", region=at.region, query=f"plans[?name=='{at.name}'].arn"
    )
    yield at.aws(
        "arc-region-switch",
        "ListPlanExecutions",
        "inProgress or completed: it runs, wait for it; nothing: start it with the next command",
        query="items[0].[executionState,startTime]",
        planArn=answer_of(look),
    )
    yield at.aws(
        "arc-region-switch",
        "StartPlanExecution",
        "an executionId",
        "a plan execution with the other region as target, once that is healthy",
        planArn=answer_of(look),
        targetRegion=at.region,
        action="activate",
        mode="ungraceful",
    )


def _start_workflow(at: At) -> Made:
    name = shlex.quote(at.name)
    yield at.gcloud(
        f"workflows executions list {name} --location {at.region} --limit 3",
        "ACTIVE or SUCCEEDED: it runs, wait for it; nothing of today: start it with the next command",
    )
    # One that can be told to believe who starts it does not ask Cloud Monitoring, which may be away too.
    told = """ --data '{"verified": true}'""" if "verified" in at.text("sourceContents") else ""
    yield at.gcloud(
        f"workflows run {name} --location {at.region}{told}",
        "state: SUCCEEDED",
        "none: the old site becomes a replica of this one afterwards",
    )


def leave_zone(at: At) -> Made:
    zones = [d for d in at.page.scenario.failed if d.kind is DomainKind.ZONE]
    for balancer in at.program.model.balancers:
        there = at.on(balancer.urn)
        if there.resource and there.resource.type.startswith("aws:lb/"):
            for zone in zones:
                if zone.place and there.place and zone.place.region == there.place.region:
                    look = AwsCall(
                        service="elbv2",
                        api="DescribeLoadBalancers",
                        inputs={"names": [there.name]},
                        region=there.region,
                        query="LoadBalancers[0].LoadBalancerArn",
                    )
                    yield there.aws(
                        "arc-zonal-shift",
                        "StartZonalShift",
                        "status ACTIVE",
                        f"cancel-zonal-shift --region {there.region}, with the zonalShiftId of the answer",
                        resourceIdentifier=answer_of(look),
                        awayFrom=zone.short,
                        expiresIn="12h",
                        comment=f"{zone.short} is ill",
                    )


def waited_for(at: At) -> Made:
    """Each of what is waited for: some of it a person brings back, of other it is seen when it is."""
    subject = at.step.deed.subject
    down = [one for one in subject if isinstance(one, Domain)] if isinstance(subject, tuple) else []
    kinds = {domain.kind for domain in down}
    if DomainKind.RELEASE in kinds:
        yield from rolled_back(replace(at, site=None))
    if kinds & {DomainKind.CERTIFICATE, DomainKind.REGISTRATION}:
        yield from renew(at)
    for url in dict.fromkeys(STATUS[cloud] for domain in down for cloud in (_vendor(domain),) if cloud in STATUS):
        yield Command(
            line=f"curl --silent --max-time 10 {url}",
            answer="what the vendor says of it; a page that is green proves nothing",
            looks=True,
        )


def _vendor(domain: Domain) -> str:
    own = domain.kind in (DomainKind.CERTIFICATE, DomainKind.REGISTRATION, DomainKind.RELEASE)
    return "" if own else domain.name.partition("/")[0]


START_PLAN: Final = by_type(
    aws_arcregionswitch_plan_Plan=_start_region_switch, gcp_workflows_workflow_Workflow=_start_workflow
)
