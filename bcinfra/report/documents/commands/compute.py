"""How servers and containers are made more, and go back to the release of before."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Pool
from bcinfra.continuity.recovery.design import release
from bcinfra.report.documents.commands.at import At, Made, Maker, by_type
from bcinfra.report.documents.commands.calls import AwsCall, HttpCall, answer_of


def _wanted(at: At) -> int:
    """Replicas that carry the whole load: as many as the largest pool of the same release has."""
    pools = {one.urn: one for one in at.program.model.pools}
    own = pools.get(at.urn)
    alike = [p for p in pools.values() if own and (p is own or (p.release and p.release == own.release))]
    return max((_size(p) for p in alike), default=1)


def _size(pool: Pool) -> int:
    return max(n for n in (pool.stated, pool.desired, pool.minimum, 1) if n is not None)


def _grow_ecs(at: At) -> Made:
    cluster = at.program.linked(at.resource, "cluster") if at.resource else None
    of: dict[str, str] = {"cluster": at.program.called(cluster) if cluster else at.text("cluster", "default")}
    yield at.aws(
        "ecs",
        "DescribeServices",
        f"running and desired; is desired {_wanted(at)} or more already, only watch running rise",
        "",
        of,
        query="services[0].[runningCount,desiredCount]",
        services=[at.name],
    )
    yield at.aws(
        "ecs",
        "UpdateService",
        "runningCount rises to desiredCount within minutes: the command before shows it",
        "the same with the count of before",
        of,
        service=at.name,
        desiredCount=_wanted(at),
    )


def _grow_asg(at: At) -> Made:
    yield at.aws(
        "autoscaling",
        "SetDesiredCapacity",
        "no output; instances are InService within minutes",
        "the same with the number of before",
        AutoScalingGroupName=at.name,
        DesiredCapacity=_wanted(at),
    )


def _grow_run(at: At) -> Made:
    n = _wanted(at)
    url = f"https://run.googleapis.com/v2/projects/{at.project}/locations/{at.region}/services/{at.name}"
    yield at.gcloud(
        f"run services update {shlex.quote(at.name)} --region {at.region} --min-instances {n}",
        "Done. The new revision serves 100 percent of traffic",
        "the same with the number of before",
        HttpCall(
            method="PATCH",
            url=f"{url}?updateMask=template.scaling.minInstanceCount",
            body={"template": {"scaling": {"minInstanceCount": n}}},
        ),
    )


def _grow_instances(at: At) -> Made:
    """A group of instances, of a region or of a zone."""
    zone = at.text("zone")
    where = f"--zone {shlex.quote(zone)}" if zone else f"--region {at.region}"
    yield at.gcloud(
        f"compute instance-groups managed resize {shlex.quote(at.name)} {where} --size {_wanted(at)}",
        "Updated; instances are RUNNING within minutes",
        "the same with the number of before",
    )


def _scaled(kind: str) -> Maker:
    def made(at: At) -> Made:
        name = at.kubernetes_name()
        yield at.kubectl(
            f"scale {kind} {name} --replicas {_wanted(at)}", "scaled", "the same with the number of before"
        )
        yield at.kubectl(f"rollout status {kind} {name}", "successfully rolled out", looks=True)

    return made


def _undone(kind: str) -> Maker:
    def made(at: At) -> Made:
        yield at.kubectl(f"rollout undo {kind} {at.kubernetes_name()}", "rolled back", "rollout undo once more")

    return made


def replaced(at: At) -> Made:
    """A server in another zone, for a disk that is kept apart: the program makes it, where it was not lost."""
    urn = at.urn.partition("#")[0]
    users = [row for row in at.program.graph if urn in row.dependencies and row.type in _SERVERS]
    which = "".join(f"--target {shlex.quote(row.urn)} " for row in users)
    run = at.pulumi(
        f"up --refresh {which}--target-dependents" if which else "up --refresh",
        "a server is created in the other zone, and takes the data",
        "the zone of before, in the same way",
    )
    yield replace(run, first="state another zone in the program")


def rolled_back(at: At) -> Made:
    """Everything that runs the release that failed; what no call takes back, the program does."""
    bad = {d.name for d in at.page.scenario.failed if d.kind is DomainKind.RELEASE}
    for pool in at.program.model.pools:
        version = release(pool)
        if version.name in bad and pool.site == (at.site or pool.site):
            made = [*ROLL_BACK(at.on(pool.urn))]
            run = at.pulumi(
                f"up --target {shlex.quote(pool.urn.partition('#')[0])} --target-dependents",
                "what runs is updated to the release of before",
                "the release of now, in the same way",
            )
            yield from made or [replace(run, first=f"state the release before {version.short} in the program")]


def _back_ecs(at: At) -> Made:
    cluster = at.program.linked(at.resource, "cluster") if at.resource else None
    look = AwsCall(
        service="ecs",
        api="ListTaskDefinitions",
        inputs={"sort": "DESC", "familyPrefix": at.name, "maxItems": 2},
        region=at.region,
        query="taskDefinitionArns[1]",
    )
    of: dict[str, str] = {"cluster": at.program.called(cluster) if cluster else "default"}
    yield at.aws(
        "ecs",
        "UpdateService",
        "rolloutState COMPLETED",
        "the same with the task definition of now, [0] in place of [1]",
        of,
        service=at.name,
        taskDefinition=answer_of(look),
    )


def _back_run(at: At) -> Made:
    name = shlex.quote(at.name)
    project = f" --project {at.project}" if at.project else ""
    of = f"--service {name} --region {at.region}{project}"
    look = f"gcloud run revisions list {of} --format 'value(name)' --limit 2 | tail -1"
    yield at.gcloud(
        f'run services update-traffic {name} --region {at.region} --to-revisions "$({look})=100"',
        "100% of traffic goes to the revision of before",
        f"gcloud run services update-traffic {name} --region {at.region} --to-latest{project}",
    )


def _back_lambda(at: At) -> Made:
    """Where an alias leads."""
    look = AwsCall(
        service="lambda",
        api="ListVersionsByFunction",
        inputs={"FunctionName": at.name},
        region=at.region,
        query="Versions[-2].Version",
    )
    for alias in at.program.graph.of_type("aws:lambda/alias:Alias"):
        if at.resource and at.resource.urn in alias.dependencies:
            yield at.aws(
                "lambda",
                "UpdateAlias",
                "FunctionVersion is the one of before",
                "the same with the version of now",
                FunctionName=at.name,
                Name=at.program.called(alias),
                FunctionVersion=answer_of(look),
            )


def _back_asg(at: At) -> Made:
    yield at.aws(
        "autoscaling",
        "RollbackInstanceRefresh",
        "an InstanceRefreshId; instances of before replace those of now. None runs any more: state the image of before"
        " in the program, and pulumi up",
        "state the image of now in the program, and pulumi up",
        AutoScalingGroupName=at.name,
    )


ROLL_BACK: Final = by_type(
    aws_ecs_service_Service=_back_ecs,
    gcp_cloudrunv2_service_Service=_back_run,
    aws_autoscaling_group_Group=_back_asg,
    aws_lambda_function_Function=_back_lambda,
    kubernetes_apps_v1_Deployment=_undone("deployment"),
    kubernetes_apps_v1_StatefulSet=_undone("statefulset"),
    kubernetes_apps_v1_DaemonSet=_undone("daemonset"),
)
GROW: Final = by_type(
    aws_ecs_service_Service=_grow_ecs,
    aws_autoscaling_group_Group=_grow_asg,
    gcp_cloudrunv2_service_Service=_grow_run,
    gcp_compute_regionInstanceGroupManager_RegionInstanceGroupManager=_grow_instances,
    gcp_compute_instanceGroupManager_InstanceGroupManager=_grow_instances,
    kubernetes_apps_v1_Deployment=_scaled("deployment"),
    kubernetes_apps_v1_StatefulSet=_scaled("statefulset"),
)
_SERVERS: Final = frozenset(
    {
        "aws:ec2/instance:Instance",
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "aws:autoscaling/group:Group",
        "aws:ecs/service:Service",
        "gcp:compute/instance:Instance",
        "gcp:compute/attachedDisk:AttachedDisk",
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:apps/v1:Deployment",
    }
)
"""Types of what runs beside data that is kept apart from it."""
