"""How the answers of a name are changed at each provider that gives them, and a domain is delegated anew."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Entry, Route
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands import cloudflare
from bcinfra.report.documents.commands.at import BUILT, At, Made, by_type
from bcinfra.report.documents.commands.calls import Command, kept_in, plain, quoted
from bcinfra.report.documents.commands.program import mapping, rows, text

_GOOGLE_ZONE: Final = "gcp:dns/managedZone:ManagedZone"
_CLOUDFLARE_ZONE: Final = "cloudflare:index/zone:Zone"
_CLOUDFLARE_BALANCER: Final = "cloudflare:index/loadBalancer:LoadBalancer"
_OF_BALANCER: Final = ("Load Balancers Write", "Load Balancing: Monitors and Pools Write")
"""Permissions of a token that changes what a load balancer answers with."""
_REPLACED: Final = (
    '{deletes: [.result[] | select(.type | IN("A", "AAAA", "CNAME")) | {id}], posts: [$new + {content: $to}]}'
)
"""The batch of changes by which one record stands in place of all that a name leads to."""
_ZONES: Final = {"aws:route53/zone:Zone": "name", _GOOGLE_ZONE: "dnsName", _CLOUDFLARE_ZONE: "name"}
"""Zone → the property that holds its domain."""


def change(at: At) -> Made:
    """A name gives its new answer at every DNS provider that answers for it: whom a resolver asks is chance."""
    whole = next((e for e in at.program.model.entries if e.urn == at.urn), None)
    if whole is None or not whole.at_providers:
        yield from _CHANGE(at)
        return
    for row in [row for row in whole.at_providers if not at.lost(*row.homes)] or whole.at_providers[:1]:
        made = [*_CHANGE(at.on(row.urn))]
        said = f"at {row.homes[0]}, one of the {len(whole.at_providers)} that answer for {whole.name}"
        yield from (replace(one, first=said) for one in made[:1])
        yield from made[1:]


def _entry(at: At) -> Entry | None:
    """The name, as the provider of the record answers it."""
    every = (one for entry in at.program.model.entries for one in (*entry.at_providers, entry))
    return next((one for one in every if one.urn == at.urn), None)


def _name(at: At) -> str:
    entry = _entry(at)
    return (entry.name if entry else at.name).rstrip(".")


def _zones(at: At) -> list[Resource]:
    """Those that hold names."""
    return [zone for zone in at.program.graph.of_type(*_ZONES) if text(zone.inputs.get("type")) != "partial"]


def _domain_of(zone: Resource) -> str:
    return text(zone.inputs.get(_ZONES[zone.type])).rstrip(".")


def _apex(at: At) -> str:
    """The zone that a name is in: of those of the program the longest, else its last two labels."""
    name = _name(at)
    inside = [zone for zone in map(_domain_of, _zones(at)) if zone and (name == zone or name.endswith(f".{zone}"))]
    return max(inside, key=len, default=".".join(name.split(".")[-2:]))


def _route53_zone(at: At) -> str:
    """How the id of the zone of a name is looked up at Route 53."""
    query = quoted(f"HostedZones[?Name=='{_apex(at)}.']|[0].Id")
    return f"aws route53 list-hosted-zones-by-name --dns-name {shlex.quote(_apex(at))} --query {query} --output text"


def _built(at: At) -> bool:
    """Whether what the name leads to has been made anew by then."""
    return any(deed.kind in BUILT for deed in at.step.after)


def _left(at: At) -> Route | None:
    """The answer that is to be given: that of the site, else one whose balancer is left, a standby before what clients
    are given anyway; what was built anew is led to as it was before."""
    entry = _entry(at)
    routes = [r for r in entry.routes if r.target] if entry else []
    routes.sort(key=lambda route: route.standby is _built(at))
    parts = {r: at.program.parts.get(r.target or "") for r in routes}
    there = [r for r, part in parts.items() if part and part.site == at.site]
    alive = [r for r, part in parts.items() if part and not at.lost(*part.homes)]
    return next(iter([*(r for r in there if r in alive), *alive, *there, *routes]), None)


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
    if target is None or not _is_balancer(target) or record is None:
        yield from _by_program(at)
        return
    gone, region = _where(at, target)
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


def _is_balancer(target: At) -> bool:
    return target.resource is not None and target.resource.type.startswith("aws:lb/")


def _where(at: At, target: At) -> tuple[bool, str]:
    """Whether what a name leads to is lost, so that it is another of its kind, and in which region that is."""
    gone = target.lost(*target.needs)
    return gone, at.there.region if at.there and gone else target.region


def _by_program(at: At) -> Made:
    """What the program alone knows, it writes."""
    if at.resource is not None:
        run = at.pulumi(
            f"up --refresh --target {shlex.quote(at.resource.urn)}",
            "the record is updated, or has the new answer already",
            "the answer of before, in the same way",
        )
        yield replace(run, first="state the answer that is to be given in the program, where it does not follow")


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
    address = _google_address(at, of)
    if address is None:
        yield from _by_program(at)
        return
    yield Command(
        line=f"gcloud dns record-sets describe {of} --format yaml | tee before.yaml",
        answer="the answers of now, kept in before.yaml: they are the way back",
        needs=at.needs,
        looks=True,
    )
    yield address
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


def _google_address(at: At, of: str) -> Command | None:
    """The address of the balancer that is left, by the record itself where it stands there."""
    policy = at.stated("routingPolicy", "primaryBackup")
    route = _left(at)
    if policy and route is not None and route.standby:
        field = "routingPolicy.primaryBackup.backupGeoTargets.items[0].healthCheckedTargets.externalEndpoints[0]"
        look = f"gcloud dns record-sets describe {of} --format 'value({field})'"
        return kept_in("ADDRESS", look, "the standby's", at.needs)
    row = at.on(route.target or "").resource if route else None
    return _looked_up_at_google(at, row) if row is not None and row.package == "gcp" else None


def _looked_up_at_google(at: At, rule: Resource) -> Command:
    address = at.program.linked(rule, "ipAddress")
    what, field = ("addresses", "address") if address else ("forwarding-rules", "IPAddress")
    chosen = f"--filter {shlex.quote(f'name~^{(address or rule).name}')} --sort-by ~creationTimestamp --limit 1"
    look = f"gcloud compute {what} list {chosen} --format 'value({field})' --project {quoted(at.owner('gcp'))}"
    return kept_in("ADDRESS", look, "the address of what serves now")


def _turn_cloudflare_name(at: At) -> Made:
    """A load balancer is told of one pool alone, records are written anew. Where Cloudflare's own lookups do not tell
    what is to be answered, the program does."""
    row, route = at.resource, _left(at)
    pool = at.program.resource(route.urn) if route else None
    balancer = row is not None and row.type == _CLOUDFLARE_BALANCER
    if route is None or pool is None or (balancer and pool == row):  # a proxied one is changed behind the proxy
        yield from _by_program(at)
        return
    target = at.on(route.target or "")
    gone, region = _where(at, target)
    address = _address(at, target, gone, region) if gone or not balancer else None
    if address is None and (gone or not balancer):
        yield from _by_program(at)
        return
    wanted = _OF_BALANCER if balancer else ("DNS Write",)
    yield cloudflare.token(at.needs, "Zone Read", *wanted)
    yield kept_in("ZONE", cloudflare.zone(_apex(at)), "id of the zone", at.needs)
    if address:
        yield address
    yield from _turn_pools(at, pool, gone) if balancer else _turn_records(at, "CNAME" if _is_balancer(target) else "A")


def _address(at: At, target: At, gone: bool, region: str) -> Command | None:
    """How the address is looked up of what serves now, where one is."""
    if _is_balancer(target):
        query = quoted("LoadBalancers[0].DNSName")
        look = f"aws elbv2 describe-load-balancers --names {shlex.quote(target.name)} --region {region} --query {query}"
        needs = () if gone else target.needs
        return kept_in("ADDRESS", f"{look} --output text", "the host name of what serves now", needs)
    if target.resource is not None and target.resource.package == "gcp":
        return _looked_up_at_google(at, target.resource)
    return None


def _turn_pools(at: At, pool: Resource, gone: bool) -> Made:
    """Without steering the first pool is answered with as long as it is well, and the fallback when it is not: both are
    the one that is left (https://developers.cloudflare.com/api/resources/load_balancers/methods/edit)."""
    name = shlex.quote(_name(at))
    account = plain(text(pool.inputs.get("accountId"))) or f"$({cloudflare.zone(_apex(at), '.account.id')})"
    pools = f"accounts/{account}/load_balancers/pools"
    chosen = shlex.quote("first(.result[] | select(.name == $name))")
    listed = f"{cloudflare.asks('zones/$ZONE/load_balancers')} | jq --arg name {name} {chosen}"
    yield Command(
        line=f"{listed} | tee cloudflare.json",
        answer="the load balancer of now, kept in cloudflare.json: it is the way back",
        needs=at.needs,
        looks=True,
    )
    look = cloudflare.called(pools, at.program.called(pool))
    yield kept_in("POOL", look, "id of the pool that is to be answered with", at.needs)
    if gone:
        origin = '"{\\"origins\\": [{\\"name\\": \\"front\\", \\"address\\": \\"$ADDRESS\\", \\"enabled\\": true}]}"'
        yield Command(
            line=cloudflare.tells("PATCH", f"{pools}/$POOL", origin),
            answer='"success": true: the pool has the new address',
            back="pulumi up writes the origins again, as the program states them",
            needs=at.needs,
        )
    one = '"{\\"steering_policy\\": \\"off\\", \\"default_pools\\": [\\"$POOL\\"], \\"fallback_pool\\": \\"$POOL\\"}"'
    balancer = "zones/$ZONE/load_balancers/$(jq --raw-output .id cloudflare.json)"
    yield Command(
        line=cloudflare.tells("PATCH", balancer, one),
        answer='"success": true; clients follow after the TTL',
        back="the same with steering_policy, default_pools and fallback_pool of cloudflare.json",
        needs=at.needs,
    )


def _turn_records(at: At, kind: str) -> Made:
    """All that the name leads to is replaced by one record, in one transaction (https://developers.cloudflare.com/api/
    resources/dns/subresources/records/methods/batch)."""
    listed = cloudflare.asks("zones/$ZONE/dns_records", {"name.exact": _name(at)})
    yield Command(
        line=f"{listed} | tee cloudflare.json",
        answer="the records of now, kept in cloudflare.json: they are the way back",
        needs=at.needs,
        looks=True,
    )
    posted = {"name": _name(at), "type": kind, "ttl": 60, "proxied": bool(at.stated().get("proxied"))}
    new = f"--argjson new {shlex.quote(json.dumps(posted))} --arg to \"$ADDRESS\" '{_REPLACED}'"
    yield Command(
        line=cloudflare.tells("POST", "zones/$ZONE/dns_records/batch", f'"$(jq {new} cloudflare.json)"'),
        answer='"success": true; clients follow after the TTL of before',
        back="the same, with the records of cloudflare.json in posts and the new one in deletes",
        needs=at.needs,
    )


def delegate(at: At) -> Made:
    """The name servers of the zones that are left or new are looked up, entered at the registrar by hand, and asked
    for. Those of a zone that is lost, or in wrong hands, are not among them."""
    apex = _apex(at)
    name = shlex.quote(apex)
    every = zones = [zone for zone in _zones(at) if _domain_of(zone) == apex]
    if not _built(at):
        zones = [zone for zone in zones if not at.lost(*at.program.domains(zone.urn))] or zones
    alone = len(zones) < len(every)
    if any(zone.type == _CLOUDFLARE_ZONE for zone in zones):
        yield cloudflare.token((), "Zone Read", *(("Zone DNS Settings Write",) if alone else ()))
    for zone in zones:
        yield _servers(at, zone)
        if alone:
            yield from _alone(at, zone)
    yield Command(
        line=f"whois {name} | grep -i -E 'registrar( url)?:|name server'",
        answer="who the registrar is, and the name servers of before: note them, they are the way back. Enter the new"
        " ones there",
        looks=True,
    )
    yield Command(
        line=f"dig +norecurse NS {name} @$(dig +short NS {apex.rpartition('.')[2]}. | head -1)",
        answer=f"the name servers of {'the new zone' if len(zones) < 2 else 'all zones, and no others'}, once the"
        " registrar has told the registry",
        looks=True,
    )


def _alone(at: At, zone: Resource) -> Made:
    """A zone that is left names its own servers alone: who asks it would be led on to those that are lost. Cloudflare's
    does once it is told that nobody else answers
    (https://developers.cloudflare.com/api/resources/dns/subresources/settings/)."""
    needs, apex = at.on(zone.urn).needs, _domain_of(zone)
    servers = f"the name servers of {apex} are those of this zone alone"
    match zone.type:
        case "gcp:dns/managedZone:ManagedZone":
            called, project = _in_project(at, zone)
            look = f"gcloud dns managed-zones describe {called} --project {project}"
            yield kept_in("SERVERS", f"{look} --format 'value(nameServers.join(\",\"))'", "its own servers", needs)
            of = f"{shlex.quote(f'{apex}.')} --type NS --zone {called} --project {project}"
            line = f'gcloud dns record-sets update {of} --ttl 3600 --rrdatas "$SERVERS"'
        case "cloudflare:index/zone:Zone":
            yield kept_in("ZONE", cloudflare.zone(apex), "id of the zone", needs)
            line = cloudflare.tells("PATCH", "zones/$ZONE/dns_settings", shlex.quote('{"multi_provider": false}'))
        case _:
            yield kept_in("HOSTED_ZONE", _route53_zone(at), "id of the zone", needs)
            own = "ResourceRecords:DelegationSet.NameServers[].{Value:@}"
            row = f"{{Name:'{apex}.',Type:'NS',TTL:`3600`,{own}}}"
            query = quoted(f"{{Changes:[{{Action:'UPSERT',ResourceRecordSet:{row}}}]}}")
            look = f'aws route53 get-hosted-zone --id "$HOSTED_ZONE" --query {query} --output json'
            yield Command(line=f"{look} > servers.json; cat servers.json", answer=servers, needs=needs, looks=True)
            line = 'aws route53 change-resource-record-sets --hosted-zone-id "$HOSTED_ZONE"'
            line += " --change-batch file://servers.json"
    yield Command(
        line=line, answer=servers, back="pulumi up names the servers of both again, as the program does", needs=needs
    )


def _in_project(at: At, zone: Resource) -> tuple[str, str]:
    """What a zone at Google Cloud is called, and in which project; that of who is signed in where its own is taken."""
    part = at.on(zone.urn)
    account = next((d for d in part.needs if d.kind is DomainKind.ACCOUNT), None)
    taken = account is not None and at.lost(account)
    project = '"$(gcloud config get-value project)"' if taken else shlex.quote(part.project)
    return shlex.quote(at.program.called(zone)), project


def _servers(at: At, zone: Resource) -> Command:
    """How the name servers of a zone are looked up."""
    apex = _domain_of(zone)
    match zone.type:
        case "gcp:dns/managedZone:ManagedZone":
            called, project = _in_project(at, zone)
            line = f"gcloud dns managed-zones describe {called} --project {project} --format 'value(nameServers)'"
            where = "Google Cloud"
        case "cloudflare:index/zone:Zone":
            line, where = cloudflare.zone(apex, ".name_servers[]"), "Cloudflare"
        case _:
            asked = f'aws route53 get-hosted-zone --id "$({_route53_zone(at)})" --query DelegationSet.NameServers'
            line, where = f"{asked} --output text", "Route 53"
    return Command(line=line, answer=f"the name servers of the zone at {where}", looks=True)


_CHANGE: Final = by_type(
    aws_route53_record_Record=_turn_name,
    gcp_dns_recordSet_RecordSet=_turn_google_name,
    cloudflare_index_dnsRecord_DnsRecord=_turn_cloudflare_name,
    cloudflare_index_record_Record=_turn_cloudflare_name,
    cloudflare_index_loadBalancer_LoadBalancer=_turn_cloudflare_name,
)
