"""How servers and containers are made more, and go back to the release of before."""

from __future__ import annotations

import shlex
from typing import Final

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Pool
from bcinfra.report.documents.commands.at import At, Made, by_type
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
        "UpdateService",
        "runningCount rises to desiredCount within minutes",
        "the same with the count of before",
        **of,
        service=at.name,
        desiredCount=_wanted(at),
    )
    yield at.aws(
        "ecs",
        "DescribeServices",
        f"two equal numbers, {_wanted(at)} or more",
        query="services[0].[runningCount,desiredCount]",
        **of,
        services=[at.name],
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


def _grow_deployment(at: At) -> Made:
    name = at.kubernetes_name()
    yield at.kubectl(
        f"scale deployment {name} --replicas {_wanted(at)}", "scaled", "the same with the number of before"
    )
    yield at.kubectl(f"rollout status deployment {name}", "successfully rolled out")


def rolled_back(at: At) -> Made:
    """Everything that runs the release that failed."""
    bad = {d.name for d in at.page.scenario.failed if d.kind is DomainKind.RELEASE}
    for pool in at.program.model.pools:
        if pool.release and pool.release.name in bad and pool.site == (at.site or pool.site):
            yield from ROLL_BACK(at.on(pool.urn))


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
        "ecs", "UpdateService", "rolloutState COMPLETED", **of, service=at.name, taskDefinition=answer_of(look)
    )


def _back_run(at: At) -> Made:
    name = shlex.quote(at.name)
    project = f" --project {at.project}" if at.project else ""
    of = f"--service {name} --region {at.region}{project}"
    look = f"gcloud run revisions list {of} --format 'value(name)' --limit 2 | tail -1"
    yield at.gcloud(
        f'run services update-traffic {name} --region {at.region} --to-revisions "$({look})=100"',
        "100% of traffic goes to the revision of before",
        f"gcloud run services update-traffic {name} --to-latest",
    )


def _back_deployment(at: At) -> Made:
    yield at.kubectl(f"rollout undo deployment {at.kubernetes_name()}", "rolled back", "rollout undo once more")


ROLL_BACK: Final = by_type(
    aws_ecs_service_Service=_back_ecs,
    gcp_cloudrunv2_service_Service=_back_run,
    kubernetes_apps_v1_Deployment=_back_deployment,
)
GROW: Final = by_type(
    aws_ecs_service_Service=_grow_ecs,
    aws_autoscaling_group_Group=_grow_asg,
    gcp_cloudrunv2_service_Service=_grow_run,
    kubernetes_apps_v1_Deployment=_grow_deployment,
)
