"""Jobs that run by the clock: one at a time, restricted, ended when they hang, allowed what is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import pulumi
from pulumi_kubernetes.batch.v1 import CronJob
from pulumi_kubernetes.core.v1 import ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.rbac.v1 import Role, RoleBinding
from pydantic import Field

from bcinfra.component import Str
from bcinfra.kubernetes import pods, policy
from bcinfra.kubernetes.cluster import Cluster, after, api
from bcinfra.kubernetes.names import physical

_PART: Final = r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*"
Schedule = Annotated[str, Field(pattern=rf"^{_PART}( {_PART}){{4}}$")]
"""A crontab line of five numeric fields in UTC, such as ``*/15 * * * *``."""

_UID: Final = 10001
_API_SERVER: Final = (443, 6443)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one scheduled job runs."""

    schedule: Str
    """A crontab line, in UTC."""
    image: Str
    """The image, whose shell runs ``script``."""
    script: str
    """A POSIX shell script; that it ends with 0 says that the job did what it is for."""
    environment: Mapping[str, Str]
    """Environment variables."""
    deadline: int
    """Seconds after which the job is ended as failed."""
    cpu: float = 0.1
    """Cores."""
    memory: int = 128
    """MiB."""
    secret: Str | None = None
    """The Kubernetes secret that holds ``secret_keys``."""
    secret_keys: Sequence[str] = ()
    """Environment variables that are keys of ``secret``."""
    volumes: Sequence[Mapping[str, Any]] = ()
    """Volumes."""
    mounts: Sequence[Mapping[str, Any]] = ()
    """Where they are mounted."""
    reaches: Sequence[int] = (policy.HTTPS,)
    """TCP ports of the internet that it talks to. With ``rules`` it reaches the cluster's own API too."""
    rules: Sequence[Mapping[str, Any]] | None = None
    """What it may do in its namespace; ``None`` gives it no access to the cluster."""
    user: Mapping[str, Any] = field(default_factory=lambda: pods.user(_UID))
    """The pod's security context."""
    requires: Sequence[pulumi.Resource] = ()
    """What must be there first."""


def schedule(parent: pulumi.Resource, name: str, cluster: Cluster, namespace: Str, part: str, job: Job) -> CronJob:
    """Declare ``job`` as a child of ``parent``."""
    called, labels = physical("cron-job", name), cluster.labelled(name, part)
    account = _account(parent, name, cluster, namespace, labels, job.rules) if job.rules is not None else None
    _flows(parent, name, cluster, namespace, part, job)
    volumes, mounts = pods.scratch(["/tmp"])  # noqa: S108  a directory of the container, empty at each start
    pod: dict[str, Any] = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": account is not None,
        **({"serviceAccountName": account} if account is not None else {}),
        "securityContext": dict(job.user),
        "tolerations": pods.tolerations(),
        "volumes": [*volumes, *job.volumes],
        "containers": [
            {
                "name": part,
                "image": job.image,
                "command": ["sh", "-c", job.script],
                "env": pods.environment(job.environment, job.secret, job.secret_keys),
                "resources": pods.resources(job.cpu, job.memory),
                "securityContext": dict(pods.RESTRICTED),
                "volumeMounts": [*mounts, *job.mounts],
            }
        ],
    }
    spec = scheduled(job.schedule, job.deadline, labels, pod)
    return CronJob(
        name,
        metadata={"name": called, "namespace": namespace, "labels": labels},
        spec=api(spec),
        opts=cluster.child(parent, depends_on=list(job.requires)),
    )


def scheduled(schedule: Str, deadline: int, labels: Mapping[str, str], pod: Mapping[str, Any]) -> dict[str, Any]:
    """What starts a pod by a crontab line, one run at a time and each for ``deadline`` seconds at most."""
    return {
        "schedule": schedule,
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 600,  # without it a hundred missed starts stop a job for good
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {
            "metadata": {"labels": labels},
            "spec": {
                "backoffLimit": 1,
                "activeDeadlineSeconds": deadline,
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
        },
    }


def _flows(parent: pulumi.Resource, name: str, cluster: Cluster, namespace: Str, part: str, job: Job) -> None:
    """Nobody talks to a job. Where the cluster's API listens differs, so that it is named by its ports alone."""
    server = [{"ports": policy.ports(_API_SERVER)}] if job.rules is not None else []
    spec = {
        "podSelector": {"matchLabels": cluster.selector(name, part)},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [policy.names(), policy.internet(*job.reaches), *server],
    }
    metadata = {
        "name": physical("object", name),
        "namespace": namespace,
        "labels": cluster.labelled(name, part),
    }
    NetworkPolicy(name, metadata=api(metadata), spec=api(spec), opts=cluster.child(parent))


def _account(
    parent: pulumi.Resource,
    name: str,
    cluster: Cluster,
    namespace: Str,
    labels: Mapping[str, str],
    rules: Sequence[Mapping[str, Any]],
) -> pulumi.Output[str]:
    """An identity that may do what ``rules`` say, in its namespace."""
    called = physical("object", name)
    metadata = api({"name": called, "namespace": namespace, "labels": labels})
    account = ServiceAccount(name, metadata=metadata, automount_service_account_token=False, opts=cluster.child(parent))
    role = Role(name, metadata=metadata, rules=[api(rule) for rule in rules], opts=cluster.child(parent))
    binding = RoleBinding(
        name,
        metadata=metadata,
        role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": after(role, called)},
        subjects=[{"kind": "ServiceAccount", "name": after(account, called), "namespace": namespace}],
        opts=cluster.child(parent),
    )
    return after(binding, called)
