"""A clock that starts a workflow."""

from __future__ import annotations

import base64

import pulumi
from pulumi_gcp.cloudscheduler import Job
from pulumi_gcp.workflows import Workflow

from bcinfra.gcp.identity import Identity
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Region
from bcinfra.gcp.workflows import EXECUTIONS


def clock(
    component: pulumi.ComponentResource,
    name: str,
    region: Region,
    workflow: Workflow,
    called: str,
    *,
    schedule: str,
    says: str,
    starts: str,
) -> None:
    """Start a workflow ``called`` so at the times of ``schedule`` (cron, UTC), as an identity that may do nothing else.
    ``says`` and ``starts``: what the clock and the identity are for."""
    account = Identity(component, f"{name}-starts", region, starts)
    Job(
        name,
        name=physical("scheduler", name),
        project=region.project,
        region=region.name,
        description=says,
        schedule=schedule,
        time_zone="Etc/UTC",
        http_target={
            "uri": f"{EXECUTIONS}/{region.project}/locations/{region.name}/workflows/{called}/executions",
            "http_method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": base64.b64encode(b"{}").decode(),
            "oauth_token": {"service_account_email": account.email},
        },
        retry_config={"retry_count": 3},
        opts=region.child(component, depends_on=[workflow, account.has("roles/workflows.invoker")]),
    )
