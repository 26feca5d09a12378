"""What makes a shop redundant, by resource type: how each property is taken away, and by which words it is missed.

Knock-outs are made for every resource of a recorded graph that has the property. A resource that none is made for, and
that no row of :data:`CARRIES_NOTHING` speaks of, fails the tests: what a shop newly uses must be thought of.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource, Value
from tests.continuity.knockouts.edits import (
    crossed,
    led,
    linked,
    moved,
    other,
    put,
    region,
    rewritten,
    rows,
    with_row,
    without,
)

DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
POLICY: Final = "aws:appautoscaling/policy:Policy"
SCHEDULED: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
Knock = Callable[[Graph, Resource], Graph | None]
"""The graph without a property of a resource; ``None`` where the resource does not have it."""


@dataclass(frozen=True, kw_only=True)
class Property:
    """One thing that makes a shop redundant."""

    what: str
    type: str
    """Type token (regular expression)."""
    knock: Knock
    missed: str
    """What a new finding, reason or step must say of it (regular expression; ``{name}`` is the resource's)."""
    together: bool = False
    """Whether it takes all resources of the type to lose it, because any one of them is enough."""
    relieves: str = r"$^"
    """Scenarios (regular expression) that get better, because what they hit is no longer there."""
    only: str = ""
    """Resources (regular expression on the name) that have it."""


# -- how to take something away ---------------------------------------------------------------------------------------


def removed(graph: Graph, row: Resource) -> Graph:
    return without(graph, row)


def setting(path: str, value: Value) -> Knock:
    """Sets an input, where it is stated and different."""

    def knock(graph: Graph, row: Resource) -> Graph | None:
        return put(graph, row, path, value) if path.split(".")[0] in row.inputs else None

    return knock


def muted(**schedule: str) -> Knock:
    """A rule that keeps an alarm from acting."""

    def knock(graph: Graph, row: Resource) -> Graph:
        rule = replace(
            row,
            urn=f"{row.urn.replace('metricAlarm:MetricAlarm', 'alarmMuteRule:AlarmMuteRule')}-mute",
            inputs={"muteTargets": {"alarmNames": [row.inputs["name"]]}, "rule": {"schedule": schedule}},
            property_dependencies={},
        )
        return with_row(graph, rule)

    return knock


def edited(name: str, change: Callable[[Mapping[str, Any]], Any]) -> Knock:
    """Changes the dicts inside of an input; its links stay."""

    def knock(graph: Graph, row: Resource) -> Graph | None:
        old = row.inputs.get(name)
        new = rewritten(old, change)
        if new == old:
            return None
        return led(put(graph, row, name, new), put(graph, row, name, new)[row.urn], name, linked(graph, row, name))

    return knock


def dropped(name: str) -> Knock:
    def knock(graph: Graph, row: Resource) -> Graph | None:
        return put(graph, row, name, None) if row.inputs.get(name) is not None else None

    return knock


def one_zone(name: str) -> Knock:
    """Leaves only the subnet of the first zone of those that a property leads to."""

    def knock(graph: Graph, row: Resource) -> Graph | None:
        found = linked(graph, row, name)
        _, *rest = sorted((r for r in found if r.type.endswith(":Subnet")), key=lambda r: r.name)
        return led(graph, row, name, [r for r in found if r not in rest]) if rest else None

    return knock


def other_sites(name: str, type: str) -> Knock:
    """Leads to what stands at the other site."""
    return partial(crossed, name=name, type=type)


def _unshared(graph: Graph, row: Resource) -> Graph | None:
    """A key that its own account alone may use."""
    policy = json.loads(str(row.inputs["policy"]))
    own = [statement for statement in policy["Statement"] if "444455556666" not in json.dumps(statement)]
    return put(graph, row, "policy", json.dumps({**policy, "Statement": own}))


def _in_main_account(graph: Graph, row: Resource) -> Graph | None:
    """A copy that lies where who can reach production can reach it."""
    account = next(r for r in graph if r.is_provider and r.name.endswith(f"-main-{region(graph, row)}"))
    provided = graph.provider_of(row)
    if provided is None or provided == account:
        return None
    example = next(r for r in graph if r.provider == account.urn)
    return moved(graph, row, example)


def _all_zones_one(graph: Graph, row: Resource) -> Graph | None:
    """All subnets of one layer of a site in the zone of the first."""
    zone = str(row.inputs["availabilityZoneId"])
    layer = row.name.removesuffix(zone)
    alike = sorted((r for r in graph.of_type(row.type) if r.name.startswith(layer)), key=lambda r: r.name)
    if alike[0] != row:
        return None
    for subnet in alike[1:]:
        graph = put(graph, subnet, "availabilityZoneId", zone)
    return graph


def _one_way_out(graph: Graph, row: Resource) -> Graph | None:
    """All private routes of a site through the gateway of its first zone."""
    site = row.name.rsplit("-nat-", 1)[0]
    gateways = sorted((r for r in graph.of_type(row.type) if r.name.startswith(site)), key=lambda r: r.name)
    if gateways[0] != row:
        return None
    for route in graph.of_type("aws:ec2/route:Route"):
        if linked(graph, route, "natGatewayId") and route.name.startswith(site):
            graph = led(graph, route, "natGatewayId", [row])
    return graph


def _single_replica(graph: Graph, row: Resource) -> Graph:
    (service,) = linked(graph, row, "resourceId")
    return put(put(graph, row, "minCapacity", 1), service, "desiredCount", 1)


def _grown_by_nobody(graph: Graph, row: Resource) -> Graph:
    """By no policy; a schedule stays."""
    grows = linked(graph, row, "resourceId")
    return without(graph, *(one for one in graph.of_type(POLICY) if linked(graph, one, "resourceId") == grows))


def _no_growth(graph: Graph, row: Resource) -> Graph:
    """Neither by itself, nor by a schedule."""
    planned = [a for a in graph.of_type(SCHEDULED) if row in linked(graph, a, "resourceId")]
    return without(put(graph, row, "maxCapacity", row.inputs["minCapacity"]), *planned)


def _other_registry(graph: Graph, row: Resource) -> Graph | None:
    away = other(graph, row)
    if away is None:
        return None
    mine, its = str(region(graph, row)), str(region(graph, away))
    definitions = json.loads(str(row.inputs["containerDefinitions"]))
    for one in definitions:
        one["image"] = one["image"].replace(mine, its)
    changed = put(graph, row, "containerDefinitions", json.dumps(definitions))
    return led(changed, changed[row.urn], "containerDefinitions", linked(graph, row, "containerDefinitions"))


def _without_replica(graph: Graph, row: Resource) -> Graph | None:
    return without(graph, row) if "replicateSourceDb" in row.inputs else None


def _without_follower(graph: Graph, row: Resource) -> Graph | None:
    return without(graph, row) if "globalReplicationGroupId" in row.inputs else None


def _replica_under_primary_key(graph: Graph, row: Resource) -> Graph | None:
    return (
        crossed(graph, row, "kmsKeyId", ":Key")
        if {"replicateSourceDb", "globalReplicationGroupId"} & set(row.inputs)
        else None
    )


def _childless(graph: Graph, row: Resource) -> Graph | None:
    """A combined check that asks nothing of the site itself."""
    children = linked(graph, row, "childHealthchecks")
    probes = [c for c in children if c.inputs.get("type") == "HTTPS"]
    return put(graph, row, "childHealthchecks", []) if probes else None


def _without_check(graph: Graph, row: Resource) -> Graph | None:
    return put(graph, row, "healthCheckId", None) if linked(graph, row, "healthCheckId") else None


def _without_answer(graph: Graph, row: Resource) -> Graph | None:
    return without(graph, row) if linked(graph, row, "healthCheckId") else None


def _steps_without(kind: str, named: str = "") -> Knock:
    """A plan that leaves out a kind of step."""

    def change(found: Mapping[str, Any]) -> Any:
        return None if kind in found and named in str(found.get("name")) else found

    return edited("workflows", change)


def _asks(found: Mapping[str, Any]) -> Any:
    """A plan that asks a person first."""
    if "workflowTargetAction" not in found:
        return found
    asked = {"name": "approve", "executionBlockType": "ManualApproval", "executionApprovalConfigs": [{"role": "x"}]}
    return {**found, "steps": [asked, *found["steps"]]}


def _one_mount_target(graph: Graph, row: Resource) -> Graph | None:
    """Of a site's mount targets that of the first zone alone."""
    system = linked(graph, row, "fileSystemId")
    first, *others = sorted(
        (r for r in graph.of_type(row.type) if linked(graph, r, "fileSystemId") == system), key=lambda r: r.name
    )
    return without(graph, *others) if row == first else None


def _files_not_selected(graph: Graph, row: Resource) -> Graph | None:
    found = linked(graph, row, "resources")
    kept = [one for one in found if "efs" not in one.type]
    return led(graph, row, "resources", kept) if kept != found else None


def _copies_without(account: str) -> Knock:
    def change(found: Mapping[str, Any]) -> Any:
        return None if account in str(found.get("destinationVaultArn")) else found

    return edited("rules", change)


def _daily(found: Mapping[str, Any]) -> Any:
    return {**found, "schedule": "cron(0 3 * * ? *)"} if "schedule" in found else found


def _kept_a_week(found: Mapping[str, Any]) -> Any:
    return {**found, "deleteAfter": 7} if "deleteAfter" in found else found


def _versions_a_week(found: Mapping[str, Any]) -> Any:
    return {**found, "noncurrentDays": 7} if "noncurrentDays" in found else found


def _bypassed(graph: Graph, row: Resource) -> Graph:
    """A lock that those with the permission lift."""
    return put(graph, row, "rule", {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}})


def _told_of_no_database(graph: Graph, row: Resource) -> Graph:
    """A proof whose sources are those of another shop."""
    (container,) = json.loads(str(row.inputs["containerDefinitions"]))
    told = [one for one in container["environment"] if one["name"] != "SOURCES"]
    told.append({"name": "SOURCES", "value": "stock"})
    return put(graph, row, "containerDefinitions", json.dumps([{**container, "environment": told}]))


def _under_a_key_of_the_sites(graph: Graph, row: Resource) -> Graph:
    """What is kept in the vault, under a key that who takes the sites' account closes."""
    (key,) = (r for r in graph.of_type("aws:kms/key:Key") if r.name.endswith("-ireland-data-key"))
    return led(graph, row, "rules", [key])


def _rule_off(id: str) -> Knock:
    def change(found: Mapping[str, Any]) -> Any:
        return {**found, "status": "Disabled"} if id in str(found.get("id")) and "destination" in found else found

    return edited("rules", change)


def _untimed(found: Mapping[str, Any]) -> Any:
    return {name: value for name, value in found.items() if name != "replicationTime"}


def _unlimited(found: Mapping[str, Any]) -> Any:
    against = ("rateBasedStatement", "AntiDDoS")
    return None if any(one in str(found.get("statement")) for one in against) else found


def _opened(graph: Graph, row: Resource) -> Graph | None:
    """Without both locks of a load balancer: who may connect, and the key that must be shown."""
    rule = next(r for r in graph if r.name == row.name.replace("-web-https", "-web-from-edge-https"))
    world = put(put(graph, rule, "prefixListId", None), rule, "cidrIpv4", "0.0.0.0/0")
    return put(world, world[row.urn], "defaultActions", [{"type": "forward"}])


def _asked_once(found: Mapping[str, Any]) -> Any:
    return {**found, "targetOriginId": "pages"} if found.get("targetOriginId") == "pages-or-other" else found


def _unsignalled(graph: Graph, row: Resource) -> Graph:
    """Without an alarm, and without what the plan says of it."""
    (plan,) = graph.of_type("aws:arcregionswitch/plan:Plan")
    kept = [one for one in rows(plan, "associatedAlarms") if one["mapBlockKey"] != row.name]
    left = [alarm for alarm in linked(graph, plan, "associatedAlarms") if alarm != row]
    graph = put(graph, plan, "associatedAlarms", list(kept))
    return without(led(graph, graph[plan.urn], "associatedAlarms", left), row)


def _beside_the_primary(graph: Graph, row: Resource) -> Graph:
    """With an alarm that is in the region which it watches."""
    (primary,) = (r for r in graph.of_type("aws:rds/instance:Instance") if "replicateSourceDb" not in r.inputs)
    return moved(graph, row, primary)


ZONES: Final = r"^(zone|impaired):[^+]*$"

EDGE: Final = (
    Property(
        what="origin closed to the world",
        type="aws:lb/listener:Listener",
        knock=_opened,
        missed="from everybody, around CDN",
        only="-web-https$",
    ),
    Property(what="firewall at the edge", type=DISTRIBUTION, knock=dropped("webAclId"), missed="floods"),
    Property(
        what="other origin that is asked for what is read",
        type=DISTRIBUTION,
        knock=edited("orderedCacheBehaviors", _asked_once),
        missed="deletion:objects",
    ),
)
"""What makes a content delivery network in front hold."""

SUBNETS: Final = Property(
    what="subnets in several zones",
    type="aws:ec2/subnet:Subnet",
    knock=_all_zones_one,
    missed="az1",
    only="^(?!.*-restore-network-)",
    relieves=ZONES,
)


def _maintained_together(graph: Graph, row: Resource) -> Graph | None:
    twin = other(graph, row)
    return put(graph, row, "maintenanceWindow", twin.inputs["maintenanceWindow"]) if twin else None


LEAVES_ZONE: Final = Property(
    what="writer that leaves an ill zone",
    type="aws:sfn/stateMachine:StateMachine",
    knock=removed,
    missed="mysql.*: nothing takes requests",
    only="-writer-zone$",
)


def _nothing_leaves_zones(graph: Graph, row: Resource) -> Graph:
    """Without what leaves an ill zone of a balancer: AWS by its own telemetry, and a machine that alarms start."""
    beside = row.name.replace("-autoshift", "-shift")
    return without(graph, row, *(r for r in graph.of_type("aws:sfn/stateMachine:StateMachine") if r.name == beside))


ZONE_ALARMS: Final = (
    Property(
        what="alarm of a zone that alone is ill",
        type="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        knock=removed,
        missed="zonal autoshift leaves",
        only="-shift-.*-alone$",
    ),
    Property(
        what="what leaves a zone that alone is ill",
        type="aws:sfn/stateMachine:StateMachine",
        knock=removed,
        missed="zonal autoshift leaves",
        only="-shift$",
    ),
    Property(
        what="permission to leave a zone",
        type="aws:iam/rolePolicy:RolePolicy",
        knock=removed,
        missed="zonal autoshift leaves",
        only="-shift-reads$",
    ),
    Property(
        what="zones that answer apart",
        type="aws:lb/targetGroup:TargetGroup",
        knock=dropped("loadBalancingCrossZoneEnabled"),
        missed="zonal autoshift leaves",
    ),
)
SERVING: Final = (
    SUBNETS,
    *ZONE_ALARMS,
    Property(
        what="alarm of a zone",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        knock=removed,
        missed="zonal autoshift leaves",
        only=r"-shift-\w+-az\d$",
    ),
    Property(
        what="database subnets in several zones",
        type="aws:rds/subnetGroup:SubnetGroup",
        knock=one_zone("subnetIds"),
        missed="{name}",
        only="-mysql-",
        relieves=ZONES,
    ),
    Property(
        what="cache subnets in several zones",
        type="aws:elasticache/subnetGroup:SubnetGroup",
        knock=one_zone("subnetIds"),
        missed="{name}",
        relieves=ZONES,
    ),
    Property(
        what="balancer in several zones",
        type="aws:lb/loadBalancer:LoadBalancer",
        knock=one_zone("subnets"),
        missed="{name}|euc1-az1",
        relieves=ZONES,
    ),
    Property(
        what="balancer of the standby",
        type="aws:lb/loadBalancer:LoadBalancer",
        knock=removed,
        missed="does the work of|alone stops it",
        only="-frankfurt-",
    ),
    Property(
        what="zonal autoshift and what leaves a zone beside it",
        type="aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration",
        knock=_nothing_leaves_zones,
        missed="load-balancer.*: nothing takes requests",
    ),
    LEAVES_ZONE,
    Property(
        what="containers in several zones",
        type="aws:ecs/service:Service",
        knock=one_zone("networkConfiguration"),
        missed="{name}",
        relieves=ZONES,
        only="-service$",
    ),
    Property(
        what="tier of the standby",
        type="aws:ecs/service:Service",
        knock=removed,
        missed="nothing in .* does the work of",
        only="-frankfurt-",
    ),
    Property(
        what="bad releases are taken back",
        type="aws:ecs/service:Service",
        knock=setting("deploymentCircuitBreaker.rollback", False),
        missed="(app|web):4.2.0",
        only="-service$",
    ),
    Property(
        what="more than one replica",
        type="aws:appautoscaling/target:Target",
        knock=_single_replica,
        missed="-(app|web)-service",
        relieves=".",  # who runs fewer needs fewer where clients go
    ),
    Property(
        what="replicas replaced a few at a time",
        type="aws:ecs/service:Service",
        knock=setting("deploymentMinimumHealthyPercent", 0),
        missed="{name}.* takes all its replicas",
        only="-ireland-(app|web)-service$",
    ),
    Property(
        what="replicas that run before a peak comes",
        type=SCHEDULED,
        knock=removed,
        missed="^load:black-friday: .*scaling of .* sees the load|nothing grows it before a peak",
        only="-start$",
    ),
    Property(
        what="growth with the load",
        type=POLICY,
        knock=_grown_by_nobody,
        missed="a person fails over to another site: grow containers .*-service",
    ),
    Property(what="room to grow", type="aws:appautoscaling/target:Target", knock=_no_growth, missed="of the load"),
    Property(
        what="check of replicas",
        type="aws:lb/targetGroup:TargetGroup",
        knock=setting("healthCheck.enabled", False),
        missed="-(app|web)-load-balancer",
    ),
    Property(
        what="certificate of its own region",
        type="aws:lb/listener:Listener",
        knock=other_sites("certificateArn", ":CertificateValidation"),
        missed="certificate",
    ),
    Property(
        what="images in its own region",
        type="aws:ecs/taskDefinition:TaskDefinition",
        knock=_other_registry,
        missed="-(app|web)-service",
        only="-(app|web)-task$",
    ),
    Property(
        what="settings in its own region",
        type="aws:ecs/taskDefinition:TaskDefinition",
        knock=other_sites("containerDefinitions", ":Parameter"),
        missed="-(app|web)-service",
        only="-(app|web)-task$",
    ),
    Property(what="a way out for each zone", type="aws:ec2/natGateway:NatGateway", knock=_one_way_out, missed="az1"),
    Property(
        what="certificate that is issued again by itself",
        type="aws:acm/certificate:Certificate",
        knock=setting("validationMethod", "EMAIL"),
        missed="certificate",
    ),
    Property(
        what="limit on requests", type="aws:wafv2/webAcl:WebAcl", knock=edited("rules", _unlimited), missed="floods"
    ),
    Property(what="firewall", type="aws:wafv2/webAcl:WebAcl", knock=removed, missed="floods"),
    *EDGE,
)

IMAGES: Final = (
    Property(
        what="images copied to the other site",
        type="aws:ecr/replicationConfiguration:ReplicationConfiguration",
        knock=removed,
        missed="images midsize-prod/(web|app) in eu-central-1: nothing copies to it what is pushed elsewhere",
        together=True,
    ),
    Property(
        what="tags that never move",
        type="aws:ecr/repository:Repository",
        knock=setting("imageTagMutability", "MUTABLE"),
        missed="a tag may be given to another image",
        only="-(ireland|frankfurt)-(web|app)$",
    ),
)
IMAGES_CARRY_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:ecr/repository:Repository", "-virginia-|-archive-binlogs$", "copies, or what serves nobody"),
    ("aws:ecr/registryPolicy:RegistryPolicy", "-images-virginia$", "with it, images outlive the account: no verdict"),
)
"""Resources of images without a knock-out."""

RECOVERY: Final = (
    *IMAGES,
    Property(
        what="check of an answer",
        type="aws:route53/record:Record",
        knock=_without_check,
        missed="two members of .*mysql",
        only="-ireland$",
    ),
    Property(
        what="answer of the standby",
        type="aws:route53/record:Record",
        knock=_without_answer,
        missed="a person fails over to another site",
        only="-frankfurt$",
    ),
    Property(
        what="health check",
        type="aws:route53/healthCheck:HealthCheck",
        knock=removed,
        missed="shop.example|two members|midsize-prod-mysql",
        only="-(frankfurt|ireland)$|-writer$",
    ),
    Property(
        what="health check that can fail",
        type="aws:route53/healthCheck:HealthCheck",
        knock=setting("type", "RECOVERY_CONTROL"),
        missed="shop.example",
        only="-endpoint$",
    ),
    Property(
        what="health check that is on",
        type="aws:route53/healthCheck:HealthCheck",
        knock=lambda graph, row: put(graph, row, "disabled", True),
        missed="shop.example",
        only="-(frankfurt|ireland)$",
    ),
    Property(
        what="check that asks the site itself",
        type="aws:route53/healthCheck:HealthCheck",
        knock=_childless,
        missed="shop.example",
    ),
    Property(
        what="names can be changed while their control plane is lost",
        type="aws:route53/zone:Zone",
        knock=setting("enableAcceleratedRecovery", False),
        missed="shop.example: its records cannot be changed while region aws/us-east-1 is lost",
    ),
    Property(what="region switch", type="aws:arcregionswitch/plan:Plan", knock=removed, missed="failover|person"),
    Property(
        what="region switch starts by itself",
        type="aws:arcregionswitch/plan:Plan",
        knock=setting("triggers", []),
        missed="person",
    ),
    Property(
        what="region switch asks nobody",
        type="aws:arcregionswitch/plan:Plan",
        knock=edited("workflows", _asks),
        missed="person",
    ),
    Property(
        what="database is promoted by itself",
        type="aws:arcregionswitch/plan:Plan",
        knock=_steps_without("rdsPromoteReadReplicaConfigs"),
        missed="a person must act",
    ),
    Property(
        what="cache is promoted by itself",
        type="aws:arcregionswitch/plan:Plan",
        knock=_steps_without("customActionLambdaConfigs"),
        missed="a person must act",
    ),
    Property(
        what="web servers are started by the plan",
        type="aws:arcregionswitch/plan:Plan",
        knock=_steps_without("ecsCapacityIncreaseConfigs", "web"),
        missed="grow .*frankfurt-web-service",
    ),
    Property(
        what="app servers are started by the plan",
        type="aws:arcregionswitch/plan:Plan",
        knock=_steps_without("ecsCapacityIncreaseConfigs", "app"),
        missed="grow .*frankfurt-app-service",
    ),
    Property(
        what="alarms start the switch",
        type="aws:arcregionswitch/plan:Plan",
        knock=setting("associatedAlarms", []),
        missed="person",
    ),
    Property(
        what="function that promotes the cache",
        type="aws:lambda/function:Function",
        knock=removed,
        missed="a person must act",
        only="-frankfurt-promotion$",
    ),
    Property(
        what="signals that start the switch",
        type="aws:cloudwatch/(metricAlarm:MetricAlarm|compositeAlarm:CompositeAlarm)",
        knock=_unsignalled,
        missed="person",
        only="-outage-",
        together=True,
    ),
    Property(
        what="signals that outlive the primary",
        type="aws:cloudwatch/(metricAlarm:MetricAlarm|compositeAlarm:CompositeAlarm)",
        knock=_beside_the_primary,
        missed="alarms start",
        only="-outage-",
        together=True,
    ),
    Property(
        what="alarm that tells who writes",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        knock=removed,
        missed="two members of .*mysql",
        only="-writes$",
    ),
)

ARCHIVE: Final = (
    Property(
        what="readers of the binary log",
        type="aws:ecs/service:Service",
        knock=removed,
        missed="^takeover:.*mysql goes on from (hourly|daily|continuous) backup, copied",
        only="-mysql-log-",
        together=True,
    ),
    Property(
        what="second reader of the binary log",
        type="aws:ecs/service:Service",
        knock=setting("desiredCount", 1),
        missed="binary log of .* is written by one program alone",
        only="-mysql-log-",
        together=True,
    ),
    Property(
        what="alarm where the log arrives",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        knock=removed,
        missed="binary log of .*: nobody is told",
        only="-mysql-log-silent$",
        together=True,
    ),
    Property(
        what="alarm where the log arrives that is heard",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        knock=muted(expression="cron(0 * * * *)", duration="PT1H"),
        missed="binary log of .*: nobody is told",
        only="-mysql-log-silent$",
        together=True,
    ),
    Property(
        what="mailbox of those whom alarms tell",
        type="aws:sns/topicSubscription:TopicSubscription",
        knock=removed,
        missed="binary log of .*: nobody is told",
        together=True,
    ),
    Property(
        what="alarm that takes silence for a failure",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        knock=setting("treatMissingData", "notBreaching"),
        missed="binary log of .*: nobody is told",
        only="-mysql-log-silent$",
        together=True,
    ),
    Property(
        what="archive in another account",
        type="aws:s3/bucket:Bucket",
        knock=_in_main_account,
        missed="mysql-log-vault|binary log of .*: nobody is told",
        only="-mysql-log-vault$",
    ),
    Property(
        what="lock of the archive",
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        knock=removed,
        missed=r"^takeover:\S*\+.*binary log of .*: lost with account",
        only="-mysql-log-vault$",
    ),
    Property(
        what="lock of the archive that nobody can lift",
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        knock=_bypassed,
        missed=r"^takeover:\S*\+.*binary log of .*: lost with account",
        only="-mysql-log-vault$",
    ),
    Property(
        what="archive under a key of its own account",
        type="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        knock=_under_a_key_of_the_sites,
        missed="^(takeover|account):.*binary log of .*: out of reach without account aws/(111122223333|333344445555)",
        only="-mysql-log-vault$",
    ),
    Property(
        what="subnets that wait for a restore in the vault",
        type="aws:rds/subnetGroup:SubnetGroup",
        knock=removed,
        missed="^takeover:",
        only="-restore$",
    ),
    Property(
        what="parameters of production in the vault",
        type="aws:rds/(parameterGroup:ParameterGroup|clusterParameterGroup:ClusterParameterGroup)",
        knock=setting("parameters", []),
        missed="^takeover:",
        only="-restore-",
    ),
    Property(
        what="restore in the vault that is proved",
        type="aws:scheduler/schedule:Schedule",
        knock=removed,
        missed="binary log of .* is never replayed as a test",
        only="-restore-proof-",
    ),
    Property(
        what="databases that are proved in the vault",
        type="aws:ecs/taskDefinition:TaskDefinition",
        knock=_told_of_no_database,
        missed="binary log of .* is never replayed as a test",
        only="-restore-proof-",
    ),
)
"""What makes the log of a database in the vault a copy that restores."""

DATA: Final = (
    Property(
        what="database in two zones",
        type="aws:rds/instance:Instance",
        knock=setting("multiAz", False),
        missed="{name}",
        relieves=ZONES,
    ),
    Property(
        what="point-in-time recovery",
        type="aws:rds/instance:Instance",
        knock=setting("backupRetentionPeriod", 0),
        missed="mysql",
        together=True,
    ),
    Property(
        what="backups outlive the database",
        type="aws:rds/instance:Instance",
        knock=setting("deleteAutomatedBackups", True),
        missed="automated backups of midsize-prod-mysql",
        together=True,
    ),
    Property(
        what="deletion protection of the primary",
        type="aws:rds/instance:Instance",
        knock=setting("deletionProtection", False),
        missed="one mistaken command deletes .*mysql: `deletionProtection` is off",
        only="-ireland$",
    ),
    Property(
        what="final snapshot",
        type="aws:rds/instance:Instance",
        knock=setting("skipFinalSnapshot", True),
        missed="^deletion:.*mysql goes on from binary log of .*mysql in bucket .*, 120.0 s old",
        only="-ireland$",
    ),
    Property(
        what="key that the other account may use",
        type="aws:kms/key:Key",
        knock=_unshared,
        missed="policy of key .*-data-key shuts account 444455556666 out",
        only="-ireland-data-key$",
    ),
    Property(
        what="maintenance while the other site is left alone",
        type="aws:rds/instance:Instance",
        knock=_maintained_together,
        missed="mysql-.* is maintained while .*mysql-",
    ),
    Property(
        what="maintenance outside of the peak",
        type="aws:rds/instance:Instance",
        knock=setting("maintenanceWindow", "sun:03:00-sun:04:00"),
        missed="{name}.* is maintained during black-friday",
        only="-ireland$",
    ),
    Property(what="replica", type="aws:rds/instance:Instance", knock=_without_replica, missed="mysql"),
    Property(
        what="replica under a key of its own region",
        type="aws:rds/instance:Instance",
        knock=_replica_under_primary_key,
        missed="{name}",
    ),
    Property(
        what="cache takes over by itself",
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        knock=setting("automaticFailoverEnabled", False),
        missed="{name}",
        relieves=ZONES,
    ),
    Property(
        what="cache with a replica in another zone",
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        knock=setting("replicasPerNodeGroup", 0),
        missed="{name}",
        relieves=ZONES,
    ),
    Property(
        what="cache in the other region",
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        knock=_without_follower,
        missed="redis",
    ),
    Property(
        what="cache follower under a key of its own region",
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        knock=_replica_under_primary_key,
        missed="{name}",
    ),
    Property(
        what="cache across regions",
        type="aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
        knock=removed,
        missed="redis",
        relieves="^flood:",  # a cache of the standby's own need not be promoted
    ),
    Property(
        what="snapshots of the cache",
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        knock=setting("snapshotRetentionLimit", 0),
        missed="redis",
        together=True,
    ),
    Property(
        what="backup plan",
        type="aws:backup/plan:Plan",
        knock=removed,
        missed="every copy of .*mysql can be deleted",
        together=True,
    ),
    Property(
        what="what the plan backs up",
        type="aws:backup/selection:Selection",
        knock=removed,
        missed="every copy of .*mysql can be deleted",
        together=True,
    ),
    Property(
        what="copies in another account",
        type="aws:backup/plan:Plan",
        knock=_copies_without("444455556666"),
        missed="every copy of .*mysql can be deleted",
        together=True,
    ),
    Property(
        what="hourly backups", type="aws:backup/plan:Plan", knock=edited("rules", _daily), missed="daily", together=True
    ),
    Property(
        what="backups kept longer than an intruder hides",
        type="aws:backup/plan:Plan",
        knock=edited("rules", _kept_a_week),
        missed="kept for less|keeps versions",
        together=True,
    ),
    Property(
        what="vault in another account",
        type="aws:backup/vault:Vault",
        knock=_in_main_account,
        missed="backups-isolated|midsize-prod-mysql",
    ),
    Property(
        what="vault lock",
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        knock=removed,
        missed=r"^takeover:\S*\+.*backups-isolated.*: lost with account",
    ),
    Property(
        what="vault lock that nobody can lift",
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        knock=dropped("changeableForDays"),
        missed=r"^takeover:\S*\+.*backups-isolated.*: lost with account",
    ),
    Property(
        what="vault policy",
        type="aws:backup/vaultPolicy:VaultPolicy",
        knock=removed,
        missed="^purge: .*backups-(ireland|frankfurt).*: can be destroyed by operator",
        together=True,
    ),
    Property(
        what="restore test",
        type="aws:backup/restoreTestingPlan:RestoreTestingPlan",
        knock=removed,
        missed="restored as a test",
        together=True,
    ),
    Property(
        what="what is restored as a test",
        type="aws:backup/restoreTestingSelection:RestoreTestingSelection",
        knock=removed,
        missed="restored as a test",
        together=True,
    ),
    Property(
        what="bucket versions",
        type="aws:s3/bucketVersioning:BucketVersioning",
        knock=setting("versioningConfiguration.status", "Suspended"),
        missed="media",
        only="-media-",
    ),
    Property(
        what="bucket replication",
        type="aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        knock=removed,
        missed="media",
        only="-media-",
    ),
    Property(
        what="bucket copied out of reach",
        type="aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        knock=_rule_off("isolated"),
        missed="media",
        only="-media-",
        together=True,
    ),
    Property(
        what="bucket replication within minutes",
        type="aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        knock=edited("rules", _untimed),
        missed="media",
        only="-media-",
    ),
    Property(
        what="old versions kept",
        type="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        knock=edited("rules", _versions_a_week),
        missed="media",
        only="-media-",
    ),
    Property(
        what="bucket under a key of its own region",
        type="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        knock=other_sites("rules", ":Key"),
        missed="media",
        relieves="^key:",
        only="-media-",
    ),
    Property(
        what="bucket elsewhere",
        type="aws:s3/bucket:Bucket",
        knock=removed,
        missed="media|infrastructure state",
        only="-(frankfurt|isolated)$",
    ),
    Property(
        what="bucket in another account",
        type="aws:s3/bucket:Bucket",
        knock=_in_main_account,
        missed="media",
        only="-media-",
    ),
    Property(
        what="object lock",
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        knock=removed,
        missed="^purge: .*media-isolated.*: can be destroyed by operator",
        only="-media-",
    ),
    Property(
        what="object lock that nobody can lift",
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        knock=_bypassed,
        missed=r"^takeover:\S*\+.*media-isolated.*: lost with account",
        only="-media-",
    ),
    *ARCHIVE,
    Property(
        what="mount targets in several zones",
        type="aws:efs/mountTarget:MountTarget",
        knock=_one_mount_target,
        missed="files",
        relieves=ZONES,
    ),
    Property(
        what="files replicated to the other region",
        type="aws:efs/replicationConfiguration:ReplicationConfiguration",
        knock=removed,
        missed="files",
    ),
    Property(
        what="replica of files under a key of its own region",
        type="aws:efs/fileSystem:FileSystem",
        knock=other_sites("kmsKeyId", ":Key"),
        missed="{name}|files",
        only="-frankfurt$",
    ),
    Property(
        what="files are backed up",
        type="aws:backup/selection:Selection",
        knock=_files_not_selected,
        missed="files",
        together=True,
    ),
    Property(
        what="secret in the other region",
        type="aws:secretsmanager/secret:Secret",
        knock=setting("replicas", []),
        missed="{name}",
    ),
    Property(
        what="deleted secrets can be had back",
        type="aws:secretsmanager/secret:Secret",
        knock=setting("recoveryWindowInDays", 0),
        missed="{name}|secrets",
    ),
)

SILENT: Final[tuple[tuple[str, str, str], ...]] = (
    ("writer that leaves an ill zone", "-frankfurt-", "a standby's zones are not ill while nobody is served from them"),
    (
        "more than one replica",
        "-frankfurt-",
        "a standby is grown before clients arrive, from three replicas as from one",
    ),
    ("growth with the load", "-ireland-", "a schedule grows it before the peak; test_peak.py takes both away"),
    (
        "health check.*|check that asks.*",
        "origin-frankfurt",
        "a standby's answer is withdrawn by nobody's failure but its own",
    ),
    ("health check.*|check that asks.*", "names-edge", "there is no other way that the name could lead"),
    ("snapshots of the cache", "", "it holds carts, which are stated as minor"),
    ("bucket versions", "-isolated", "the object lock needs versions and keeps them on"),
    ("backups outlive the database", "", "the final snapshot of a deleted database is newer"),
    ("bucket replication.*", "-frankfurt-replication", "it carries back what the standby takes once it serves"),
    ("old versions kept", "", "a copy that the object lock keeps for longer is there"),
)
"""Knock-outs that change no verdict and no figure: what, which resources (regular expressions), and why."""

LOGS_CARRY_NOTHING: Final = ("aws:s3/bucket.*", "-access-logs$", "it tells who asked for what")
AUDIT_CARRIES_NOTHING: Final = (
    "aws:(cloudtrail|s3)/.*",
    "-audit-",
    "it says who changed what; the shop serves without; tests/report/test_fcaps.py takes it away",
)
STATE_CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "aws:s3/.*",
        "-state(-|$)",
        "no capability needs the infrastructure's state; tests/continuity/knockouts/test_state.py takes it away",
    ),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-state-failing$", "it tells people that the state is not copied"),
)
KEY_ALARMS_CARRY_NOTHING: Final = (
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "-alarms-keys-throttled$",
    "it tells people of keys that are asked too often; tests/report/test_fcaps.py takes it away",
)
WATCH_CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:cloudwatch/(metric|composite)Alarm:\\w+", "-watch-", "it tells people what customers would notice soon"),
    AUDIT_CARRIES_NOTHING,
    KEY_ALARMS_CARRY_NOTHING,
    (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "-backups-missing$",
        "it tells people that no backup is made; tests/report/test_fcaps.py takes it away",
    ),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-down$", "it tells people that no site answers"),
    LOGS_CARRY_NOTHING,
)
"""Alarms and logs of a site, without a knock-out."""

ARCHIVE_CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-mysql-log-gap$", "it tells people to take a new base"),
    ("aws:s3/bucketMetric:BucketMetric", "-mysql-log-", "what the alarms count"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-restore-\\w+-(unproved|lost|slow)$", "it tells people of the proof"),
    (
        "aws:(cloudwatch|lambda)/.*",
        "-restore-tests(-|$)",
        "it tells people of restore tests; tests/report/test_fcaps.py takes it away",
    ),
    ("aws:ec2/.*", "-restore(-|$)", "where a restore happens, known by its subnet group"),
    ("aws:ecs/.*", "-restore-proof-", "how the proof runs, known by its schedule"),
    ("aws:(ecs|scheduler)/.*", "-archive-user-", "it makes a user, whom the database then has"),
    ("aws:ecs/taskDefinition:TaskDefinition", "-mysql-log-", "how the readers run, of which two sites have two each"),
    ("aws:s3/bucket(Versioning|LifecycleConfiguration):.*", "-mysql-log-vault$", "the object lock keeps versions"),
)
"""Resources of the archive without a knock-out."""

SIGNING_CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "aws:route53/(keySigningKey|hostedZoneDnsSec):.*",
        "-signing$",
        "a need, not a spare; tests/continuity/readings/test_signed_zones.py has it alone",
    ),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-signing-(failed|action)$", "it tells people of the key"),
)
"""What a zone is signed with."""

EDGE_CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:route53/(healthCheck|record):.*", "-names-.*edge", "there is no other way that the name could lead"),
    ("aws:lb/listenerRule:ListenerRule", "-web-(keyed|asked)$", "what the listener forwards; it refuses all else"),
    ("aws:ec2/managedPrefixList:ManagedPrefixList", "-web-checkers$", "a connection"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-edge-errors$", "it tells people of errors"),
    (
        "aws:cloudfront/(function|keyValueStore|keyvaluestoreKey):.*",
        "-edge-modes",
        "what customers are shown meanwhile; tests/report/test_runbook.py takes it away",
    ),
)
"""Resources of the edge without a knock-out."""

CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:budgets/budget:Budget", "-alarms-budget$", "it tells people what is spent"),
    ("aws:acm/certificateValidation:.*", "", "it says that a certificate is ready"),
    ("aws:ec2/(defaultSecurityGroup|securityGroup|eip|route|routeTable|routeTableAssociation):.*", "", "a connection"),
    ("aws:vpc/securityGroup(Ingress|Egress)Rule:.*", "", "a connection"),
    ("aws:lb/listener:Listener", "-http$", "it sends visitors on to HTTPS"),
    ("aws:iam/.*", "", "a permission"),
    (SCHEDULED, "-end$", "it lets go of what a peak needed"),
    ("aws:sfn/stateMachine:StateMachine", "-writer$", "it asks again and again what the guard's function answers"),
    ("aws:kms/(key|alias):.*", "", "a need, not a spare: which key is used is a property of what it encrypts"),
    ("aws:ssm/parameter:Parameter", "", "the program sets it; where it is read is a property of the task"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-autoshift-errors$", "it ends practice runs that do harm"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-writer-silent$", "it tells people that the watch itself is silent"),
    ("aws:route53/healthCheck:HealthCheck", "-shop$", "it tells people whether any site answers"),
    *EDGE_CARRIES_NOTHING,
    *SIGNING_CARRIES_NOTHING,
    *WATCH_CARRIES_NOTHING,
    ("aws:cloudwatch/alarmMuteRule:.*", "", "it takes alarms away for an hour: no spare, and a property of each alarm"),
    ("aws:route53/record:Record", "-(app|validation|caa|sites)$", "a name, an answer for an authority, or a layer"),
    *ARCHIVE_CARRIES_NOTHING,
    *STATE_CARRIES_NOTHING,
    *IMAGES_CARRY_NOTHING,
    ("aws:s3/bucket:Bucket", "-ireland$", "what the others are copies of"),
    ("aws:efs/fileSystem:FileSystem", "-ireland$", "what the replica is a copy of"),
    ("aws:s3/bucketServerSideEncryptionConfiguration:.*", "-isolated$", "there is no other site's key to use"),
    ("aws:lambda/function:Function", "-ireland-", "it promotes back, once Ireland is the standby"),
    ("aws:backup/vault:Vault", "-(ireland|frankfurt)$", "the isolated vault holds the same backups"),
)
"""Resources without a knock-out: type and name (regular expressions), and why."""
