"""How a switch-over is started, names are turned, a zone is left, and what comes back by itself is watched."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Entry, Route
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.at import At, Made, by_type
from bcinfra.report.documents.commands.calls import AwsCall, Command, answer_of, kept_in, quoted
from bcinfra.report.documents.commands.compute import rolled_back
from bcinfra.report.documents.commands.program import mapping, rows
from bcinfra.report.documents.commands.proofs import renew

_GOOGLE_ZONE: Final = "gcp:dns/managedZone:ManagedZone"
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


# -- names ------------------------------------------------------------------------------------------------------------


def _entry(at: At) -> Entry | None:
    return next((e for e in at.program.model.entries if e.urn == at.urn), None)


def _name(at: At) -> str:
    entry = _entry(at)
    return (entry.name if entry else at.name).rstrip(".")


def _zones(at: At) -> list[Resource]:
    return [*at.program.graph.of_type("aws:route53/zone:Zone"), *at.program.graph.of_type(_GOOGLE_ZONE)]


def _domain_of(zone: Resource) -> str:
    name = zone.inputs.get("dnsName" if zone.type == _GOOGLE_ZONE else "name")
    return name.rstrip(".") if isinstance(name, str) else ""


def _apex(at: At) -> str:
    """The zone that a name is in: of those of the program the longest, else its last two labels."""
    name = _name(at)
    inside = [zone for zone in map(_domain_of, _zones(at)) if zone and (name == zone or name.endswith(f".{zone}"))]
    return max(inside, key=len, default=".".join(name.split(".")[-2:]))


def _route53_zone(at: At) -> str:
    """How the id of the zone of a name is looked up at Route 53."""
    query = quoted(f"HostedZones[?Name=='{_apex(at)}.']|[0].Id")
    return f"aws route53 list-hosted-zones-by-name --dns-name {shlex.quote(_apex(at))} --query {query} --output text"


def _left(at: At) -> Route | None:
    """The answer that is to be given: that of the site, else one whose balancer is left."""
    entry = _entry(at)
    routes = [r for r in entry.routes if r.target] if entry else []
    parts = {r: at.program.parts.get(r.target or "") for r in routes}
    there = [r for r, part in parts.items() if part and part.site == at.site]
    alive = [r for r, part in parts.items() if part and not at.lost(*part.homes)]
    return next(iter([*(r for r in there if r in alive), *alive, *there]), None)


def _turn_name(at: At) -> Made:
    """Answers of a failover pair are turned by their health check; others are written anew."""
    entry = _entry(at)
    checks = [r for r in entry.routes if r.health_check and not r.standby] if entry else []
    records = [r for check in checks if (r := at.program.resource(check.urn))]
    standby = [r for r in entry.routes if r.standby] if entry else []
    name = _name(at).replace("'", "")
    yield kept_in("HOSTED_ZONE", _route53_zone(at), "id of the zone", at.needs)
    listed = 'aws route53 list-resource-record-sets --hosted-zone-id "$HOSTED_ZONE"'
    if records and standby:
        by = records[0].inputs.get("setIdentifier")
        one = f" && SetIdentifier=='{by}'" if isinstance(by, str) and "'" not in by else ""
        query = quoted(f"ResourceRecordSets[?Name=='{name}.'{one} && HealthCheckId]|[0].HealthCheckId")
        yield kept_in("CHECK", f"{listed} --query {query} --output text", "id of the first answer's check", at.needs)
        yield Command(
            line='aws route53 update-health-check --health-check-id "$CHECK" --inverted',
            answer="HealthCheck with Inverted true: the first answer is withdrawn, the standby is given",
            back="the same with --no-inverted",
            needs=at.needs,
        )
        return
    query = quoted(f"ResourceRecordSets[?Name=='{name}.']")
    yield Command(
        line=f"{listed} --query {query} > before.json",
        answer="no output; before.json holds the answers of now",
        needs=at.needs,
        looks=True,
    )
    yield from _written(at)


def _written(at: At) -> Made:
    """The record of a name, with the load balancer that is left; what leads elsewhere the program writes."""
    route, record = _left(at), at.resource
    target = at.on(route.target) if route and route.target else None
    if target is None or target.resource is None or not target.resource.type.startswith("aws:lb/") or record is None:
        if record is not None:
            run = at.pulumi(
                f"up --refresh --target {shlex.quote(record.urn)}",
                "the record is updated, or has the new answer already",
                "the answer of before, in the same way",
            )
            yield replace(run, first="state the answer that is to be given in the program, where it does not follow")
        return
    gone = target.lost(*target.needs)
    region = at.there.region if at.there and gone else target.region
    alias = "{HostedZoneId:CanonicalHostedZoneId,DNSName:DNSName,EvaluateTargetHealth:`true`}"
    row = f"{{Name:'{_name(at)}.',Type:'{at.text('type', 'A')}'{_policy(record)},AliasTarget:{alias}}}"
    query = f"LoadBalancers[0].{{Changes:[{{Action:'UPSERT',ResourceRecordSet:{row}}}]}}"
    balancers = f"aws elbv2 describe-load-balancers --names {shlex.quote(target.name)} --region {region}"
    yield Command(
        line=f"{balancers} --query {quoted(query)} --output json > change.json; cat change.json",
        answer=f"the change: {_name(at)} leads to {target.name}",
        needs=() if gone else target.needs,
        looks=True,
    )
    yield Command(
        line='aws route53 change-resource-record-sets --hosted-zone-id "$HOSTED_ZONE" --change-batch file://change.json',
        answer="ChangeInfo with Status PENDING, within a minute INSYNC",
        back="the same with the answers of before.json",
        needs=at.needs,
    )


def _policy(record: Resource) -> str:
    """What tells a record of its siblings: its identifier, and the policy that it is chosen by."""
    kept: dict[str, object] = {}
    if isinstance(by := record.inputs.get("setIdentifier"), str):
        kept["SetIdentifier"] = by
    for policies, key, value in (
        ("weightedRoutingPolicies", "Weight", "weight"),
        ("latencyRoutingPolicies", "Region", "region"),
        ("failoverRoutingPolicies", "Failover", "type"),
    ):
        first = (rows(record.inputs.get(policies)) or [mapping(None)])[0]
        if isinstance(first.get(value), str | int | float):
            kept[key] = first[value]
    return "".join(f",{key}:`{json.dumps(value)}`" for key, value in kept.items())


def _turn_google_name(at: At) -> Made:
    """The answer that is left is written in place of the policy that chose."""
    name, kind = shlex.quote(f"{_name(at)}."), shlex.quote(at.text("type", "A"))
    of = f"{name} --type {kind} --zone {shlex.quote(_google_zone(at))}"
    of += f" --project {shlex.quote(at.project)}" if at.project else ""
    yield Command(
        line=f"gcloud dns record-sets describe {of} --format yaml | tee before.yaml",
        answer="the answers of now, kept in before.yaml: they are the way back",
        needs=at.needs,
        looks=True,
    )
    yield from _google_address(at, of)
    yield Command(
        line=f'gcloud dns record-sets update {of} --ttl 60 --rrdatas "$ADDRESS"',
        answer="the new address; clients follow after the old TTL",
        back="pulumi up writes the policy again, as the program states it; by hand the answers of before.yaml",
        needs=at.needs,
    )


def _google_zone(at: At) -> str:
    """What the zone of a record is called, by the record itself or by its domain."""
    zones = (row for row in _zones(at) if row.type == _GOOGLE_ZONE and _domain_of(row) == _apex(at))
    return at.text("managedZone") or next(map(at.program.called, zones), _apex(at).replace(".", "-"))


def _google_address(at: At, of: str) -> Made:
    """The address of the balancer that is left, by the record itself where it stands there."""
    policy = at.stated("routingPolicy", "primaryBackup")
    route = _left(at)
    if policy and route is not None and route.standby:
        field = "routingPolicy.primaryBackup.backupGeoTargets.items[0].healthCheckedTargets.externalEndpoints[0]"
        look = f"gcloud dns record-sets describe {of} --format 'value({field})'"
        yield kept_in("ADDRESS", look, "the standby's", at.needs)
        return
    target = at.on(route.target) if route and route.target else None
    rule = target.resource if target else None
    address = at.program.linked(rule, "ipAddress") if rule else None
    prefix = address.name if address else rule.name if rule else _name(at)
    what, field = ("addresses", "address") if address else ("forwarding-rules", "IPAddress")
    owner = quoted(at.owner("gcp"))
    chosen = f"--filter {shlex.quote(f'name~^{prefix}')} --sort-by ~creationTimestamp --limit 1"
    look = f"gcloud compute {what} list {chosen} --format 'value({field})' --project {owner}"
    yield kept_in("ADDRESS", look, "the address of what serves now")


def delegate(at: At) -> Made:
    """The name servers of the new zones are looked up, entered at the registrar by hand, and asked for."""
    apex = _apex(at)
    name = shlex.quote(apex)
    for zone in _zones(at):
        if _domain_of(zone) != apex:
            continue
        part = at.on(zone.urn)
        if zone.type == _GOOGLE_ZONE:
            account = next((d for d in part.needs if d.kind is DomainKind.ACCOUNT), None)
            taken = account is not None and at.lost(account)
            project = '"$(gcloud config get-value project)"' if taken else shlex.quote(part.project)
            called = shlex.quote(at.program.called(zone))
            yield Command(
                line=f"gcloud dns managed-zones describe {called} --project {project} --format 'value(nameServers)'",
                answer="the name servers of the zone at Google Cloud",
                looks=True,
            )
        else:
            asked = f'aws route53 get-hosted-zone --id "$({_route53_zone(at)})" --query DelegationSet.NameServers'
            yield Command(line=f"{asked} --output text", answer="the name servers of the zone at Route 53", looks=True)
    yield Command(
        line=f"whois {name} | grep -i -E 'registrar( url)?:|name server'",
        answer="who the registrar is, and the name servers of before: note them, they are the way back. Enter the new"
        " ones there",
        looks=True,
    )
    yield Command(
        line=f"dig +norecurse NS {name} @$(dig +short NS {apex.rpartition('.')[2]}. | head -1)",
        answer="the name servers of the new zone, once the registrar has told the registry",
        looks=True,
    )


# -- zones, and what is waited for ------------------------------------------------------------------------------------


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
CHANGE_NAME: Final = by_type(aws_route53_record_Record=_turn_name, gcp_dns_recordSet_RecordSet=_turn_google_name)
