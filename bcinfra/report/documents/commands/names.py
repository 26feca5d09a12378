"""How a switch-over is started and names, zones, keys and certificates are turned."""

from __future__ import annotations

import shlex
from typing import Final

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.places.table import REGIONS
from bcinfra.report.documents.commands.at import At, Made, by_type
from bcinfra.report.documents.commands.calls import AwsCall, Command, answer_of, quoted


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
    yield at.gcloud(
        f"workflows run {name} --location {at.region}",
        "state: SUCCEEDED",
        "none: the old site becomes a replica of this one afterwards",
    )


def _turn_name(at: At) -> Made:
    """Answers of a failover pair are turned by their health check; of others the record is written anew."""
    entry = next((e for e in at.program.model.entries if e.urn == at.urn), None)
    checks = [r for r in entry.routes if r.health_check and not r.standby] if entry else []
    found = [check for r in checks if (check := at.program.resource(r.health_check or ""))]
    for check in found[:1]:
        name = check.inputs.get("fqdn") or check.inputs.get("referenceName") or check.name
        query = f"HealthChecks[?HealthCheckConfig.FullyQualifiedDomainName=='{name}'].Id"
        look = f"aws route53 list-health-checks --query {quoted(query)} --output text"
        yield Command(
            line=f'aws route53 update-health-check --health-check-id "$({look})" --inverted',
            answer="HealthCheck with Inverted true: the first answer is withdrawn, the standby is given",
            back="the same with --no-inverted",
            needs=at.needs,
        )
    if not found:
        zone = f"aws route53 list-hosted-zones-by-name --dns-name {_domain(at)} --query HostedZones[0].Id --output text"
        yield Command(
            line=f'aws route53 change-resource-record-sets --hosted-zone-id "$({zone})" --change-batch file://change.json',
            answer="ChangeInfo with Status PENDING, within a minute INSYNC",
            back="the same with the answer of before, which list-resource-record-sets shows: save it first",
            needs=at.needs,
        )


def _domain(at: At) -> str:
    entry = next((e for e in at.program.model.entries if e.urn == at.urn), None)
    name = entry.name if entry else at.name
    return shlex.quote(".".join(name.split(".")[-2:]))


def _turn_google_name(at: At) -> Made:
    entry = next((e for e in at.program.model.entries if e.urn == at.urn), None)
    name, zone = shlex.quote(f"{entry.name if entry else at.name}."), shlex.quote(at.text("managedZone", "ZONE"))
    kind = shlex.quote(at.text("type", "A"))
    yield at.gcloud(
        f"dns record-sets describe {name} --type {kind} --zone {zone}",
        "the answer of now: note it, it is the way back",
    )
    yield at.gcloud(
        f'dns record-sets update {name} --type {kind} --zone {zone} --ttl 60 --rrdatas "$NEW_ADDRESS"',
        "the new address; clients follow after the old TTL",
        "the same with the address of before",
    )


def delegate(at: At) -> Made:
    name = _domain(at)
    yield Command(
        line=f"dig +norecurse NS {name} @$(dig +short NS {name.rpartition('.')[2]}. | head -1)",
        answer="the name servers of the new zone, once the registrar has told the registry",
        looks=True,
    )


# Zones, keys, certificates


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
                        "aws arc-zonal-shift cancel-zonal-shift --zonal-shift-id ID",
                        resourceIdentifier=answer_of(look),
                        awayFrom=zone.short,
                        expiresIn="12h",
                        comment=f"{zone.short} is ill",
                    )


def keep_key(at: At) -> Made:
    keys = [d for d in at.page.scenario.failed if d.kind is DomainKind.KEY]
    for key in keys:
        found = next((r for r in at.program.graph if r.name == key.short and "kms" in r.type), None)
        region = key.name.split("/")[1] if key.name.count("/") > 1 else ""
        if found is None or not region:
            continue
        if found.type == "aws:kms/key:Key":
            alias = next(
                (a for a in at.program.graph.of_type("aws:kms/alias:Alias") if found.urn in a.dependencies), None
            )
            named: object = alias.inputs.get("name") if alias else None
            query = f"Aliases[?AliasName=='{named}'].TargetKeyId"
            look = AwsCall(service="kms", api="ListAliases", region=region, query=query)
            id = answer_of(look) if isinstance(named, str) else str(found.id or found.name)
            for api, answer in (("CancelKeyDeletion", "KeyId"), ("EnableKey", "no output: the key is Enabled")):
                call = AwsCall(service="kms", api=api, inputs={"KeyId": id}, region=region)
                yield Command(line=call.line, answer=answer, back="none is wanted", aws=call)
        else:
            ring = at.program.linked(found, "keyRing")
            of = shlex.quote(at.program.called(ring)) if ring else "RING"
            named = shlex.quote(at.program.called(found))
            yield Command(
                line=f"gcloud kms keys versions restore 1 --key {named} --keyring {of} --location {region}",
                answer="state: DISABLED; then gcloud kms keys versions enable with the same words: ENABLED",
                back="none is wanted",
            )


def renew(at: At) -> Made:
    for domain in at.page.scenario.failed:
        name = domain.name.partition(" ")[0]
        if domain.kind is DomainKind.REGISTRATION:
            yield Command(line=f"whois {shlex.quote(name)}", answer="a new date of expiry", looks=True)
        elif domain.kind is DomainKind.CERTIFICATE:
            region = domain.at.region if domain.at else ""
            if region in REGIONS and REGIONS[region].cloud == "aws":
                call = AwsCall(
                    service="acm",
                    api="RequestCertificate",
                    inputs={"DomainName": name, "SubjectAlternativeNames": [f"*.{name}"], "ValidationMethod": "DNS"},
                    region=region,
                )
                yield Command(
                    line=call.line,
                    answer="a CertificateArn; its CNAME proof is the one of before, so it is ISSUED within minutes",
                    back="aws acm delete-certificate",
                    aws=call,
                )


START_PLAN: Final = by_type(
    aws_arcregionswitch_plan_Plan=_start_region_switch, gcp_workflows_workflow_Workflow=_start_workflow
)
CHANGE_NAME: Final = by_type(aws_route53_record_Record=_turn_name, gcp_dns_recordSet_RecordSet=_turn_google_name)
