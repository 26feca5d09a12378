"""Load balancers, CDN and gateways: what spreads requests, and how soon it notices that a replica is dead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bcinfra.continuity.model import domains, rates
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Unit, stated, total
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.compute import (
    FUNCTION,
    INSTANCE,
    POOL_TYPES,
    TRAFFIC,
    instance_pool,
    pools_of_instances,
)
from bcinfra.continuity.readings.aws.doors import LISTENERS, RULES, lets_in, open_to_all
from bcinfra.continuity.readings.aws.egress import entered
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.aws.targets import ATTACHMENTS, TARGET_GROUPS, detection
from bcinfra.continuity.readings.aws.zones import AUTOSHIFT, BALANCERS, left_by_alarms, left_by_aws, left_when_empty
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.certificates import presented
from bcinfra.continuity.readings.base.checks import repeated, slowest
from bcinfra.continuity.readings.base.fronts import Behind, behind, behind_those_on, bound, leads, which
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting, subject
from bcinfra.continuity.readings.base.stores import certified_again, part_urn
from bcinfra.continuity.readings.base.traits import FRONT, PROOF, guards, harmless, having
from bcinfra.continuity.readings.base.view import (
    View,
    as_number,
    as_row,
    as_rows,
    as_text,
    once_per_view,
    same,
    strings,
)
from bcinfra.graph.core.model import UNKNOWN, Resource, Value
from bcinfra.places.place import Place
from bcinfra.places.table import GLOBAL_HOME, TRAFFIC_HOME

LOAD_BALANCERS: Final = BALANCERS
CLASSIC: Final = "aws:elb/loadBalancer:LoadBalancer"
LISTENER_CERTIFICATES: Final = (
    "aws:lb/listenerCertificate:ListenerCertificate",
    "aws:alb/listenerCertificate:ListenerCertificate",
)
WALL: Final = "aws:wafv2/webAcl:WebAcl"
WALL_LINK: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
SHIELD: Final = "aws:shield/protection:Protection"
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
UPLOADED: Final = "aws:iam/serverCertificate:ServerCertificate"
CERTIFICATES: Final = (CERTIFICATE, UPLOADED)
_NAMED_IN_BLOCKS: Final = ("certificateArn", "acmCertificateArn", "iamCertificateId", "sslCertificateId")
"""Properties of blocks (listeners, a distribution's viewers) that name a certificate."""
VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
EDGE: Final = Domain(DomainKind.CDN, "aws/cloudfront", (domains.provider("aws"),))
HTTP_API: Final = "aws:apigatewayv2/api:Api"
REST_API: Final = "aws:apigateway/restApi:RestApi"
API_DOMAINS: Final = ("aws:apigatewayv2/domainName:DomainName", "aws:apigateway/domainName:DomainName")
FUNCTION_URL: Final = "aws:lambda/functionUrl:FunctionUrl"
ACCELERATOR: Final = "aws:globalaccelerator/accelerator:Accelerator"
ACCELERATOR_LISTENER: Final = "aws:globalaccelerator/listener:Listener"
ENDPOINT_GROUP: Final = "aws:globalaccelerator/endpointGroup:EndpointGroup"
BALANCER_TYPES: Final = (*LOAD_BALANCERS, CLASSIC, DISTRIBUTION, HTTP_API, REST_API, FUNCTION_URL, ACCELERATOR)


def load_balancer(view: View, lb: Resource) -> Iterator[Found]:
    """An application, network or gateway load balancer."""
    groups = target_groups(view, lb)
    network = view.text(lb, "loadBalancerType") == "network"
    fact = "aws.nlb" if network else "aws.alb"
    pools = tuple(dict.fromkeys(pool for group in groups for pool in pools_behind(view, group)))
    registered = [_registered(view, group) for group in groups]
    detections = [d for group in groups if (d := detection(view, group, fact))]
    kind = "network load balancer" if network else "load balancer"
    zones = _zones(view, lb)
    detects = slowest(detections) if len(detections) == len(groups) else None
    yield Balancer(
        urn=lb.urn,
        label=f"{kind} {lb.name}{places.where(view, lb)}",
        **places.place(view, lb),
        needs_to_run=certificates(view, lb),
        needs_to_recover=places.control_plane(view, lb),
        zones=zones,
        pools=pools,
        detects=detects,
        public=not view.flag(lb, "internal"),
        closed=lets_in(view, lb) is False,
        zonal_shift=left_by_aws(view, lb),
        alarmed_shift=left_by_alarms(view, lb, zones or (), groups),
        leaves_empty=left_when_empty(view, lb, groups, detects),
        beyond=tuple(dict.fromkeys((*(text for one in registered for text in one.beyond), *_weightless(view, lb)))),
        ready=_reserved(view, lb),
    )
    for urn in dict.fromkeys(urn for one in registered for urn in one.parts):
        if urn not in pools:
            yield Call(lb.urn, urn)


def _reserved(view: View, lb: Resource) -> float:
    """Capacity units that are reserved; a network load balancer that speaks TLS takes no reservation
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/request-capacity-unit-reservation.html, 2026-11).
    """
    if any(view.text(row, "protocol") == "TLS" for row in listeners(view, lb)):
        return 0.0
    return as_number(as_row(view.value(lb, "minimumLoadBalancerCapacity")).get("capacityUnits")) or 0.0


def _zones(view: View, lb: Resource) -> tuple[Domain, ...] | None:
    """The zones whose loss takes a part of it: those that clients come in by, where it is public."""
    subnets = places.subnets(view, lb, "subnets", "subnetMappings")
    stands = places.zones_of(view, subnets)
    if view.flag(lb, "internal") or stands is None:
        return stands
    return tuple(sorted({zone for subnet in subnets if (zone := entered(view, subnet))}))


def listeners(view: View, lb: Resource) -> tuple[Resource, ...]:
    """What the balancer listens on."""
    return tuple(x for token in LISTENERS for x in view.users(lb, token, "loadBalancerArn"))


def _actions(view: View, lb: Resource) -> Iterator[tuple[Resource, str]]:
    """Listeners and their rules, each with the property that says where it leads."""
    for listener in listeners(view, lb):
        yield listener, "defaultActions"
        yield from ((rule, "actions") for token in RULES for rule in view.users(listener, token, "listenerArn"))


def target_groups(view: View, lb: Resource) -> tuple[Resource, ...]:
    """The target groups that listeners and their rules lead to."""
    groups = (group for row, name in _actions(view, lb) for group in view.refs(row, name, *TARGET_GROUPS))
    return tuple({group.urn: group for group in groups}.values())


def _targets(view: View, row: Resource, name: str) -> list[Mapping[str, Value]]:
    """The weighted target groups of a listener or a rule."""
    actions = view.rows(row, name)
    return [target for action in actions for target in as_rows(as_row(action.get("forward")).get("targetGroups"))]


def _weightless(view: View, lb: Resource) -> Iterator[str]:
    """Listeners and rules of which more target groups are filled than have a weight: which of them are given no request
    is known to the deployment alone."""
    for row, name in _actions(view, lb):
        targets = _targets(view, row, name)
        weighted = [target for target in targets if as_number(target.get("weight")) != 0]
        groups = view.refs(row, name, *TARGET_GROUPS)
        filled = [one for one in groups if pools_behind(view, one) or attachments(view, one) or bound(view, one)]
        if len(weighted) < min(len(targets), len(filled)):
            yield which(row, name)


def attachments(view: View, group: Resource) -> tuple[Resource, ...]:
    """What is registered in a target group one by one."""
    return tuple(x for token in ATTACHMENTS for x in view.users(group, token, "targetGroupArn"))


def pools_behind(view: View, group: Resource) -> tuple[str, ...]:
    """The pools whose replicas are registered in a target group."""
    services = view.users(group, "aws:ecs/service:Service", "loadBalancers")
    scaled = view.users(group, "aws:autoscaling/group:Group", "targetGroupArns")
    attached = [
        asg
        for attachment in view.users(group, "aws:autoscaling/attachment:Attachment", "lbTargetGroupArn")
        for asg in view.refs(attachment, "autoscalingGroupName", "aws:autoscaling/group:Group")
    ]
    sourced = [
        asg
        for source in view.users(group, TRAFFIC, "trafficSource")
        for asg in view.refs(source, "autoscalingGroupName", "aws:autoscaling/group:Group")
    ]
    sourced += view.users(group, "aws:autoscaling/group:Group", "trafficSources")
    single = [t for a in attachments(view, group) for t in view.refs(a, "targetId", INSTANCE, FUNCTION)]
    named = (r.urn for r in (*services, *scaled, *attached, *sourced))
    return tuple(dict.fromkeys([*named, *(instance_pool(view, target) for target in single)]))


def _registered(view: View, group: Resource) -> Behind:
    """What is registered in a target group one by one or by another vendor's hands; the group where nothing is."""
    rows = attachments(view, group)
    found = [
        behind(view, row, "targetId", [view.value(row, "targetId")], INSTANCE, FUNCTION, *LOAD_BALANCERS)
        for row in rows
    ]
    parts = tuple(urn for one in found for urn in one.parts)
    parts += bound(view, group)
    beyond = tuple(text for one in found for text in one.beyond)
    empty = not (parts or beyond or pools_behind(view, group) or _filled_later(view, group))
    return Behind(parts, (group.name,) if empty else beyond)


def _filled_later(view: View, group: Resource) -> bool:
    """Whether a target group is the other one of a pair, which a deployment fills and empties."""
    pairs = view.users(group, "aws:codedeploy/deploymentGroup:DeploymentGroup", "loadBalancerInfo")
    weights = [
        as_number(target.get("weight"))
        for token in LISTENERS
        for listener in view.users(group, token, "defaultActions")
        for target in _targets(view, listener, "defaultActions")
    ]
    return bool(pairs) or 0 in weights


def certificates(view: View, lb: Resource) -> tuple[Domain, ...]:
    """The certificates that a balancer's listeners present."""
    found: list[Domain] = []
    for listener in listeners(view, lb):
        found += _presented(view, listener, "certificateArn")
        for token in LISTENER_CERTIFICATES:
            for extra in view.users(listener, token, "listenerArn"):
                found += _presented(view, extra, "certificateArn")
    return tuple(dict.fromkeys(found))


def _presented(view: View, resource: Resource, *names: str) -> tuple[Domain, ...]:
    """The certificates that some properties, or blocks of them, name."""
    found: list[Domain] = []
    for name in names:
        value = resource.inputs.get(name)
        blocks = as_rows(value)
        said = [row.get(key) for row in blocks for key in _NAMED_IN_BLOCKS] if blocks else [value]
        found += presented(view, resource, name, said)
    return tuple(dict.fromkeys(found))


def certificate(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The failure domain of a certificate, or of the one that a validation is of."""
    rows = view.refs(resource, "certificateArn", CERTIFICATE) if resource.type == VALIDATION else (resource,)
    return tuple(certificate_domain(view, row) for row in rows)


def certificate_domain(view: View, resource: Resource) -> Domain:
    """The failure domain of a certificate: expired or revoked, nobody connects to what presents it."""
    domain = view.text(resource, "domainName") or resource.name
    region = places.region_of(view, resource)
    at = Place("aws", region) if region else None
    return Domain(
        DomainKind.CERTIFICATE,
        f"{domain} ({region or 'AWS'})",
        rate=rates.certificate(renews=_renews(view, resource)),
        at=at,
    )


def _renews(view: View, resource: Resource) -> bool | None:
    """Whether ACM renews it: it does what DNS proves, asks for an answer by mail, and never what is brought to it
    (https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html, 2026-11-29)."""
    if resource.type == UPLOADED or resource.inputs.get("certificateBody") is not None:
        return False
    method = view.text(resource, "validationMethod")
    return None if method is None else method == "DNS"


def _certified(view: View, certificate: Resource) -> str:
    return view.text(certificate, "domainName") or certificate.name


@once_per_view
def _by_domain(view: View) -> Mapping[str, Sequence[Resource]]:
    """Domain → its certificates."""
    found: dict[str, list[Resource]] = {}
    for certificate in view.graph.of_type(*CERTIFICATES):
        found.setdefault(_certified(view, certificate), []).append(certificate)
    return found


def certificates_of_domain(view: View, resource: Resource) -> Iterator[Found]:
    """The certificates of one domain, one a region, told once. Those that DNS proves are issued again."""
    domain = _certified(view, resource)
    rows = _by_domain(view)[domain]
    if rows[0] != resource:
        return
    yield Store(
        name=f"{StoreKind.CERTIFICATES} {domain}",
        kind=StoreKind.CERTIFICATES,
        members=tuple(
            Member(
                urn=row.urn,
                label=f"certificate {row.name}{places.where(view, row)}",
                **places.place(view, row),
                needs_to_run=(certificate_domain(view, row),),
                needs_to_recover=places.control_plane(view, row),
                zones=None,
                regional=True,
                writer=True,
            )
            for row in rows
        ),
        copies=(certified_again(view, resource, domain, ", in any region"),)
        if all(view.text(row, "validationMethod") == "DNS" for row in rows)
        else (),
    )


def shielded(view: View, front: Resource) -> bool | None:
    """Whether floods of requests are absorbed here, by a firewall that limits rates and that nothing leads around."""
    if front.type == DISTRIBUTION:
        return _all_of((_walled(view, front), *(_closed(view, origin) for origin in _asked(view, front))))
    if view.users(front, SHIELD, "resourceArn"):
        return True
    if front.type == ACCELERATOR:  # it knows packets, not requests: those are told apart behind it
        known = [shielded(view, lb) for group in _groups(view, front) for lb in _balanced(view, group)]
        return _all_of(known) if known else None
    walls = [w for link in view.users(front, WALL_LINK, "resourceArn") for w in view.refs(link, "webAclArn", WALL)]
    return _limits(view, walls)


def around(view: View, front: Resource) -> bool | None:
    """Whether a front takes requests from everybody; an accelerator does where what is behind it does."""
    if front.type == ACCELERATOR:
        return _any_of(open_to_all(view, lb) for group in _groups(view, front) for lb in _balanced(view, group))
    return open_to_all(view, front) if front.type in (*LOAD_BALANCERS, CLASSIC, INSTANCE) else None


def _any_of(known: Iterable[bool | None]) -> bool | None:
    found = [*known]
    return True if True in found else None if None in found or not found else False


def _all_of(known: Iterable[bool | None]) -> bool | None:
    found = [*known]
    return False if False in found else None if None in found else True


@once_per_view
def _walled(view: View, cdn: Resource) -> bool | None:
    """Whether floods are absorbed at the edges: by their number alone where all is files of buckets, else by a firewall
    there that limits rates, or Shield Advanced."""
    if shows_files(view, cdn) or view.users(cdn, SHIELD, "resourceArn"):
        return True
    walls = view.refs(cdn, "webAclId", WALL)
    return None if not walls and cdn.inputs.get("webAclId") not in (None, "") else _limits(view, walls)


def shows_files(view: View, cdn: Resource) -> bool:
    """Whether all that a distribution shows is files of buckets: nothing behind it computes, nor code at its edges."""
    behaviours = (as_row(view.value(cdn, "defaultCacheBehavior")), *view.rows(cdn, "orderedCacheBehaviors"))
    runs = any(row.get("lambdaFunctionAssociations") for row in behaviours)
    files = view.refs(cdn, "origins", *BUCKET_TYPES)
    return bool(files) and not runs and not _asked(view, cdn) and not _elsewhere(view, cdn)


def _closed(view: View, origin: Resource) -> bool | None:
    """Whether nobody gets around the edges to an origin, or it has a firewall of its own."""
    around = open_to_all(view, origin)
    return True if around is False or shielded(view, origin) else None if around is None else False


def exposed(view: View, cdn: Resource) -> tuple[str, ...]:
    """URNs of the origins that everybody reaches around a distribution that has a firewall, where they have none."""
    return (
        ()
        if not _walled(view, cdn)
        else tuple(origin.urn for origin in _asked(view, cdn) if _closed(view, origin) is False)
    )


@once_per_view
def _asked(view: View, cdn: Resource) -> tuple[Resource, ...]:
    """The load balancers and servers that a distribution asks, by their own names or names of the program."""
    found = dict.fromkeys(_fetched(view, cdn, view.rows(cdn, "origins")).parts)
    rows: dict[str, Resource] = {}
    queue, seen = [*found], set[str]()
    while queue:
        urn = queue.pop(0)
        if urn in seen:
            continue
        seen.add(urn)
        if urn in view.graph and view.graph[urn].type in (*LOAD_BALANCERS, CLASSIC, INSTANCE):
            rows[urn] = view.graph[urn]
        queue += leads(view, urn)
    return tuple(rows.values())


def _elsewhere(view: View, cdn: Resource) -> bool:
    """Whether it asks anything but buckets."""
    parts = _fetched(view, cdn, view.rows(cdn, "origins"))
    return bool(parts.beyond) or any(
        urn not in view.graph or view.graph[urn].type not in BUCKET_TYPES for urn in parts.parts
    )


def _limits(view: View, walls: Iterable[Resource]) -> bool | None:
    """Whether one of some firewalls limits rates."""
    walls = [*walls]
    if any(view.value(wall, "rules") is None for wall in walls):
        return None
    rules = [rule for wall in walls for rule in view.rows(wall, "rules")]
    return any(_against_floods(as_row(rule.get("statement"))) for rule in rules if not _counts(rule))


def _counts(rule: Mapping[str, Value]) -> bool:
    """Whether a rule counts what it would refuse, and lets it through."""
    return any("count" in as_row(rule.get(name)) for name in ("action", "overrideAction"))


def _against_floods(statement: Mapping[str, Value]) -> bool:
    """Whether a rule limits rates, or is AWS's own group against floods
    (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-anti-ddos.html; read 2026-11)."""
    managed = as_row(statement.get("managedRuleGroupStatement"))
    return "rateBasedStatement" in statement or as_text(managed.get("name")) == "AWSManagedRulesAntiDDoSRuleSet"


def classic(view: View, lb: Resource) -> Iterator[Found]:
    """A classic load balancer."""
    check = as_row(view.value(lb, "healthCheck"))
    scaled = view.users(lb, "aws:autoscaling/group:Group", "loadBalancers")
    single = view.refs(lb, "instances", INSTANCE)
    interval, threshold = as_number(check.get("interval")), as_number(check.get("unhealthyThreshold"))
    place = f"{lb.name}: healthCheck"
    listed = view.value(lb, "instances")
    servers = behind(view, lb, "instances", listed, INSTANCE) if isinstance(listed, list) else Behind()
    yield Balancer(
        urn=lb.urn,
        label=f"classic load balancer {lb.name}{places.where(view, lb)}",
        **places.place(view, lb),
        needs_to_run=_presented(view, lb, "listeners"),
        needs_to_recover=places.control_plane(view, lb),
        zones=places.zones_of(view, places.subnets(view, lb, "subnets")),
        pools=tuple(dict.fromkeys([*(r.urn for r in scaled), *pools_of_instances(view, single)])),
        beyond=servers.beyond,
        detects=None
        if interval is None or threshold is None
        else repeated(
            f"{lb.name} takes out a dead instance",
            stated("interval", Unit.SECONDS, interval, place),
            stated("unhealthyThreshold", Unit.COUNT, threshold, place),
        ),
        public=not view.flag(lb, "internal"),
    )


def distribution(view: View, cdn: Resource) -> Iterator[Found]:
    """A CloudFront distribution: worldwide edges before origins.

    What it shows first decides, and so does what it fetches from elsewhere in the program for some paths. Where nothing
    in the program answers for those, or where the first of a group fails, that is left out.
    """
    default = as_text(as_row(view.value(cdn, "defaultCacheBehavior")).get("targetOriginId"))
    ids, rows = _origins_of(view, cdn, default), view.rows(cdn, "origins")
    first = [row for row in rows if as_text(row.get("originId")) in ids[:1]] or rows
    shown, fetched = _fetched(view, cdn, first), _fetched(view, cdn, rows)
    alone, reads = _methods(view, cdn)
    pages = [urn for urn in fetched.parts if urn not in view.graph or view.graph[urn].type not in BUCKET_TYPES]
    if others := [text for text in fetched.beyond if text not in shown.beyond]:
        yield Assumption(Assumes.BESIDE, subject(cdn), tuple(others))
    homes = (EDGE, places.account(view, cdn))
    if view.value(cdn, "enabled") is False:
        yield Balancer(
            urn=cdn.urn, label=f"CDN {cdn.name}", homes=homes, zones=None, regional=True, pools=(), detects=None
        )
        return
    grouped = view.time("aws.cloudfront.origin_group")
    told = all(isinstance(row.get("domainName"), str) for row in rows)
    takes = (
        _fetched(view, cdn, [row for row in rows if as_text(row.get("originId")) in ids]).parts if told and ids else ()
    )
    paths = tuple(_by_path(view, cdn, takes)) if takes else ()
    known = any(urn in view.graph for urn in shown.parts)
    yield Balancer(
        urn=cdn.urn,
        label=f"CDN {cdn.name}",
        homes=homes,
        needs_to_run=_presented(view, cdn, "viewerCertificate"),
        needs_to_recover=(domains.global_control_plane("aws", "cloudfront", GLOBAL_HOME),),
        zones=None,
        regional=True,
        pools=(),
        detects=(reads or (grouped if len(ids) > 1 else None)) if alone else None,
        reads=None if alone else reads,
        beyond=shown.beyond,
        perhaps=_perhaps(view, cdn, fetched.parts),
        serving=shown.parts
        if len(shown.parts) == 1 and (len(pages) > 1 or len(ids) > 1 or (paths and known))
        else None,
        exposed=exposed(view, cdn),
    )
    for path, several, parts in paths:
        urn = part_urn(cdn, path)
        yield Balancer(
            urn=urn,
            label=f"CDN {cdn.name} for {path}",
            homes=homes,
            zones=None,
            regional=True,
            pools=(),
            detects=grouped if several else None,
            public=False,
            always=True,
            serving=parts[:1] if several else None,
        )
        yield from (Call(cdn.urn, urn), *(Call(urn, part) for part in parts))
    for origin in dict.fromkeys(takes or (*shown.parts, *fetched.parts)):
        yield Call(cdn.urn, origin)


def _methods(view: View, cdn: Resource) -> tuple[bool, Figure | None]:
    """Whether a distribution takes nothing that writes, and the time until a page that is read is asked of the second
    of a group; ``None``: of none. CloudFront sends no other request twice, and takes none where it asks a group."""
    default = as_row(view.value(cdn, "defaultCacheBehavior"))
    behaviours = [default, *view.rows(cdn, "orderedCacheBehaviors")]
    groups = {as_text(row.get("originId")): as_rows(row.get("members")) for row in view.rows(cdn, "originGroups")}
    files = _ids_of_buckets(view, cdn)
    asked = [(as_text(row.get("targetOriginId")), row) for row in behaviours]
    writes = any("POST" in strings(row.get("allowedMethods")) for _, row in asked)
    again = [[as_text(member.get("originId")) for member in groups[target]] for target, _ in asked if target in groups]
    pages = [members for members in again if len(members) > 1 and not files.issuperset(members)]
    grouped = as_text(default.get("targetOriginId")) in groups
    return not writes, _left(view, cdn, pages) if pages and (writes or grouped) else None


def _ids_of_buckets(view: View, cdn: Resource) -> frozenset[str | None]:
    """Ids of the origins that are buckets."""
    rows = view.rows(cdn, "origins")
    return frozenset(
        as_text(row.get("originId"))
        for row in rows
        if row.get("originAccessControlId") or row.get("s3OriginConfig") or ".s3." in str(row.get("domainName"))
    )


def _left(view: View, cdn: Resource, pages: list[list[str | None]]) -> Figure:
    """Time until a request that the first of a group does not answer is sent to the second."""
    fact = "aws.cloudfront.origin_group"
    firsts = {members[0] for members in pages}
    tried = [row for row in view.rows(cdn, "origins") if as_text(row.get("originId")) in firsts]
    times: list[Figure] = []
    for row in tried:
        attempts, seconds = as_number(row.get("connectionAttempts")), as_number(row.get("connectionTimeout"))
        if attempts and seconds:
            place = f"{cdn.name}: origins"
            times.append(
                repeated(
                    f"{cdn.name} asks the other origin",
                    stated("connectionTimeout", Unit.SECONDS, seconds, place),
                    stated("connectionAttempts", Unit.COUNT, attempts, place),
                    view.parameter(fact, "origin_response_timeout_s"),
                )
            )
    return (slowest(times) if len(times) == len(tried) else None) or view.time(fact)


def _by_path(view: View, cdn: Resource, shown: tuple[str, ...]) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """The first path of each target that further behaviours fetch from, whether that is a group, and the parts of the
    program that answer there; none where it is what is shown first."""
    seen = {shown}
    for row in view.rows(cdn, "orderedCacheBehaviors"):
        ids = _origins_of(view, cdn, as_text(row.get("targetOriginId")))
        origins = [one for id in ids for one in view.rows(cdn, "origins") if as_text(one.get("originId")) == id]
        told = origins and all(isinstance(one.get("domainName"), str) for one in origins)
        parts = _fetched(view, cdn, origins).parts if told else ()
        if parts and parts not in seen:
            seen.add(parts)
            yield as_text(row.get("pathPattern")) or ids[0], len(ids) > 1, parts


def _perhaps(view: View, cdn: Resource, parts: Iterable[str]) -> tuple[Domain, ...]:
    """The regions of a distribution's origins, where some behaviour fetches from a single one, and only the deployment
    knows which that is."""
    hosts = {as_text(row.get("originId")): row.get("domainName") for row in view.rows(cdn, "origins")}
    behaviours = (as_row(view.value(cdn, "defaultCacheBehavior")), *view.rows(cdn, "orderedCacheBehaviors"))
    fetched = [_origins_of(view, cdn, as_text(row.get("targetOriginId"))) for row in behaviours]
    untold = {ids[0] for ids in fetched if len(ids) == 1 and not isinstance(hosts.get(ids[0]), str)}
    found = [places.region_of(view, row) for urn in parts if (row := view.graph.resources.get(urn))]
    regions = sorted(set(filter(None, found)))
    alone = len({*fetched}) < 2 or not untold - _ids_of_buckets(view, cdn)
    return () if len(regions) < 2 or alone else tuple(domains.region("aws", region) for region in regions)


def _fetched(view: View, cdn: Resource, rows: Iterable[Mapping[str, Value]]) -> Behind:
    """The balancers, buckets and names that some origins of a distribution are. Buckets are named by URN until stores
    are known."""
    hosts: list[Value] = [row.get("domainName", UNKNOWN) for row in rows]
    return behind(view, cdn, "origins", hosts or [UNKNOWN], *BALANCER_TYPES, *POOL_TYPES)


def _origins_of(view: View, cdn: Resource, target: str | None) -> tuple[str, ...]:
    """Ids of the origins that a behaviour fetches from: the first of a group, then the others."""
    groups = {as_text(row.get("originId")): as_rows(row.get("members")) for row in view.rows(cdn, "originGroups")}
    members = [as_text(row.get("originId")) for row in groups.get(target, ())]
    return tuple(filter(None, members or [target]))


def origins(view: View, cdn: Resource) -> tuple[Resource, ...]:
    """The balancers and buckets that a distribution fetches from, those told by names apart."""
    return view.refs(cdn, "origins", *BALANCER_TYPES, *BUCKET_TYPES, *POOL_TYPES)


def gateway(view: View, api: Resource) -> Iterator[Found]:
    """An API gateway: a regional service before functions, balancers or servers."""
    calls = tuple(_behind_gateway(view, api))
    parts = tuple(dict.fromkeys(urn for one in calls for urn in one.parts))
    edge = api.type == REST_API and "EDGE" in str(view.value(api, "endpointConfiguration"))
    yield Balancer(
        urn=api.urn,
        label=f"API gateway {api.name}{places.where(view, api)}",
        **places.place(view, api),
        needs_to_run=(
            *((EDGE,) if edge else ()),
            *_of_names(view, api),
        ),
        needs_to_recover=places.control_plane(view, api),
        zones=None,
        regional=True,
        pools=tuple(urn for urn in parts if urn in view.graph and view.graph[urn].type in POOL_TYPES),
        detects=None,
        beyond=tuple(dict.fromkeys(text for one in calls for text in one.beyond)),
    )
    for urn in parts:
        if urn not in view.graph or view.graph[urn].type not in POOL_TYPES:
            yield Call(api.urn, urn)


def _of_names(view: View, api: Resource) -> Iterator[Domain]:
    """The certificates of the names that lead to an API."""
    for name in view.graph.of_type(*API_DOMAINS):
        if alias_target(view, name) == api:
            yield from _presented(view, name, "domainNameConfiguration", "certificateArn", "regionalCertificateArn")


def _behind_gateway(view: View, api: Resource) -> Iterator[Behind]:
    http = view.users(api, "aws:apigatewayv2/integration:Integration", "apiId")
    rest = view.users(api, "aws:apigateway/integration:Integration", "restApi")
    for integration in (*http, *rest):
        yield _integrated(view, integration, *_INTEGRATES[integration.type])
    for name in ("target", "body"):
        yield Behind(tuple(row.urn for row in view.refs(api, name, FUNCTION)))


def _integrated(view: View, integration: Resource, name: str, kind: str) -> Behind:
    """What one integration calls; nothing, where the gateway or a service of AWS in its region answers itself."""
    value, what = view.value(integration, name), view.text(integration, kind)
    direct = view.refs(integration, name, FUNCTION, *BALANCER_TYPES)
    for listener in view.refs(integration, name, *LISTENERS):
        direct += view.refs(listener, "loadBalancerArn", *LOAD_BALANCERS)
    if direct or what == "MOCK" or (what == "AWS" and "lambda" not in str(value)):
        return Behind(tuple(row.urn for row in direct))
    if value is None and integration.inputs.get(name) is None:
        return Behind()
    return behind(view, integration, name, [value], FUNCTION, *BALANCER_TYPES)


_INTEGRATES: Final = {
    "aws:apigatewayv2/integration:Integration": ("integrationUri", "integrationType"),
    "aws:apigateway/integration:Integration": ("uri", "type"),
}
"""Integration → its properties of where it leads and of what kind it is."""


def function_url(view: View, url: Resource) -> Iterator[Found]:
    """The address of a function that is called over HTTPS."""
    yield Balancer(
        urn=url.urn,
        label=f"function URL {url.name}{places.where(view, url)}",
        **places.place(view, url),
        needs_to_recover=places.control_plane(view, url),
        zones=None,
        regional=True,
        pools=tuple(f.urn for f in view.refs(url, "functionName", FUNCTION)),
        detects=None,
    )


def accelerator(view: View, resource: Resource) -> Iterator[Found]:
    """Global Accelerator: anycast addresses before endpoints in several regions.

    A group of endpoints whose dial is 0 still takes what no other can.
    """
    groups = _groups(view, resource) if view.value(resource, "enabled") is not False else ()
    ends = {group.urn: _endpoints(view, group) for group in groups}
    active = [ends[group.urn] for group in groups if view.number(group, "trafficDialPercentage") != 0]
    yield Balancer(
        urn=resource.urn,
        label=f"Global Accelerator {resource.name}",
        homes=(
            Domain(DomainKind.CDN, "aws/globalaccelerator", (domains.provider("aws"),)),
            places.account(view, resource),
        ),
        needs_to_recover=(domains.global_control_plane("aws", "globalaccelerator", TRAFFIC_HOME),),
        zones=None,
        regional=True,
        pools=(),
        detects=_redirects(view, resource, groups),
        beyond=tuple(dict.fromkeys(text for one in active for text in one.beyond)),
        serving=tuple(dict.fromkeys(urn for one in active for urn in one.parts)),
    )
    for target in dict.fromkeys(urn for one in ends.values() for urn in one.parts):
        yield Call(resource.urn, target)


def _groups(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The groups of endpoints behind an accelerator."""
    return tuple(
        group
        for listener in view.users(resource, ACCELERATOR_LISTENER, "acceleratorArn")
        for group in view.users(listener, ENDPOINT_GROUP, "listenerArn")
    )


def _balanced(view: View, group: Resource) -> tuple[Resource, ...]:
    return view.refs(group, "endpointConfigurations", *LOAD_BALANCERS)


def _endpoints(view: View, group: Resource) -> Behind:
    """Its endpoints, but for those whose weight is 0, which get no request whatever fails
    (https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints-endpoint-weights.unhealthy-endpoints.html,
    read 2026-11)."""
    return behind_those_on(
        view, group, "endpointConfigurations", "endpointId", lambda row: as_number(row.get("weight")) != 0
    )


def _redirects(view: View, resource: Resource, groups: Iterable[Resource]) -> Figure | None:
    """Time until requests go to another region; ``None`` when something behind is never found ill.

    A load balancer's own checks decide first; servers the accelerator checks itself.
    """
    fact = "aws.global_accelerator"
    noticed: list[Figure | None] = []
    for group in groups:
        noticed += [_all_dead(view, lb) for lb in _balanced(view, group)]
        if view.refs(group, "endpointConfigurations", INSTANCE):
            interval = view.setting(group, "healthCheckIntervalSeconds", "interval")
            times = view.setting(group, "thresholdCount", "threshold", Unit.COUNT)
            noticed.append(
                repeated(
                    f"{group.name} takes out a dead server",
                    interval or view.parameter(fact, "interval_s"),
                    times or view.facts[fact].parameter("threshold", Unit.COUNT),
                )
            )
    worst = slowest(figure for figure in noticed if figure)
    if worst is None or None in noticed:
        return None
    return total(f"{resource.name} leaves a region", worst, view.parameter(fact, "redirects_s"))


def _all_dead(view: View, lb: Resource) -> Figure | None:
    """Time until a load balancer has found every replica dead; ``None`` when it checks none."""
    fact = "aws.nlb" if view.text(lb, "loadBalancerType") == "network" else "aws.alb"
    return slowest(d for group in target_groups(view, lb) if (d := detection(view, group, fact)))


def alias_target(view: View, resource: Resource) -> Resource:
    """The balancer that an address belongs to: a gateway's own domain name stands for the API mapped to it."""
    if resource.type in API_DOMAINS:
        mapped = (
            *view.users(resource, "aws:apigatewayv2/apiMapping:ApiMapping", "domainName"),
            *view.users(resource, "aws:apigateway/basePathMapping:BasePathMapping", "domainName"),
        )
        for mapping in mapped:
            for name in ("apiId", "restApi"):
                if api := view.ref(mapping, name, HTTP_API, REST_API):
                    return api
    return resource


def front(view: View, resource: Resource) -> str:
    """URN of the part that an address belongs to."""
    return instance_pool(view, resource) if resource.type == INSTANCE else alias_target(view, resource).urn


def serves_by_default(view: View, cdn: Resource, bucket: Resource) -> bool:
    """Whether a distribution takes what it shows first from ``bucket``."""
    default = as_text(as_row(view.value(cdn, "defaultCacheBehavior")).get("targetOriginId"))
    rows = as_rows(view.value(cdn, "origins"))
    if len(rows) <= 1:
        return bucket in origins(view, cdn)
    mine = [row for row in rows if same(as_text(row.get("originId")), default)]
    custom = any(row.get("customOriginConfig") for row in mine)
    return not custom and bucket in origins(view, cdn)


READINGS: Final = {
    **{
        token: part(
            "load balancer",
            load_balancer,
            FRONT.also(
                identities="dnsName",
                guarded_by="securityGroups",
                replacement=harmless(
                    "it keeps nothing; requests wait until the new one answers",
                    guarded_while="enableDeletionProtection",
                ),
                facts="aws.alb aws.arc.zonal_autoshift aws.arc.zonal_shift aws.nlb",
            ),
        )
        for token in LOAD_BALANCERS
    },
    CLASSIC: part("classic load balancer", classic, FRONT.also(identities="dnsName")),
    DISTRIBUTION: part(
        "content delivery network",
        distribution,
        FRONT.also(identities="domainName", facts="aws.cloudfront.origin_group"),
    ),
    HTTP_API: part("API gateway", gateway, FRONT.also(identities="apiEndpoint")),
    REST_API: part("API gateway", gateway, FRONT.also(identities="")),
    FUNCTION_URL: part("address of a function", function_url, FRONT.also(identities="functionUrl")),
    ACCELERATOR: part(
        "anycast accelerator",
        accelerator,
        FRONT.also(identities="dnsName ipSets", addresses=2, facts="aws.alb aws.global_accelerator aws.nlb"),
    ),
    **{
        token: setting("listener", "which target groups and certificates a balancer uses", reasons.FRONT)
        for token in LISTENERS
    },
    **{token: setting("listener rule", "which target groups a balancer uses", reasons.FRONT) for token in RULES},
    **{
        token: setting("further certificate", "what a balancer presents", reasons.FRONT)
        for token in LISTENER_CERTIFICATES
    },
    AUTOSHIFT: setting("zonal autoshift", "an impaired zone is left without a person"),
    CERTIFICATE: part(
        "certificate", certificates_of_domain, PROOF.also(facts="tls.certificate_lifetime aws.acm.issue")
    ),
    UPLOADED: part("certificate", certificates_of_domain, PROOF.also(facts="tls.certificate_lifetime")),
    WALL: setting("web application firewall", "whether floods of requests are limited", reasons.FILTER),
    WALL_LINK: setting(
        "web application firewall", "what it stands before", having(reasons.FILTER, replacement=guards())
    ),
    SHIELD: setting("denial-of-service protection", "whether floods of requests are absorbed", reasons.FILTER),
    VALIDATION: setting("validation of a certificate", "which certificate is presented", reasons.CERTIFICATES),
    ACCELERATOR_LISTENER: setting("accelerator listener", "where the accelerator sends requests", reasons.FRONT),
    ENDPOINT_GROUP: setting("endpoint group", "where the accelerator sends requests", reasons.FRONT),
    **{
        token: setting(
            "domain name of an API", "which API a name leads to", having(reasons.FRONT, identities="domainName")
        )
        for token in API_DOMAINS
    },
    **{
        token: setting("part of an API", "what the API calls", reasons.FRONT)
        for token in (
            "aws:apigatewayv2/integration:Integration",
            "aws:apigateway/integration:Integration",
            "aws:apigatewayv2/apiMapping:ApiMapping",
            "aws:apigateway/basePathMapping:BasePathMapping",
        )
    },
}
