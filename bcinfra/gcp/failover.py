"""Failover to another region of Google Cloud without a person: a workflow in the region that survives."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import pulumi
from pulumi_gcp.cloudrunv2 import ServiceIamMember
from pulumi_gcp.eventarc import Trigger
from pulumi_gcp.serviceaccount import IAMMember as AccountIamMember
from pulumi_gcp.workflows import Workflow

from bcinfra.component import Component
from bcinfra.gcp import failover_workflow, workflows
from bcinfra.gcp.failover_args import FailoverArgs
from bcinfra.gcp.identity import Identity, instances_of
from bcinfra.gcp.names import physical

PUBLISHED: Final = "google.cloud.pubsub.topic.v1.messagePublished"
"""The event that a message makes."""
STARTS: Final = frozenset({"roles/eventarc.eventReceiver", "roles/workflows.invoker"})
"""What the trigger may do. A workflow has no permissions of its own to narrow it to."""


class Failover(Component):
    """A workflow that moves the shop to the standby when its primary region is lost, and nothing of which is there.

    Alert policies (:class:`~bcinfra.gcp.alerts.OutageAlerts`) publish to a topic, Eventarc starts the workflow. It
    takes nobody's word: it asks Cloud Monitoring itself whether customers are turned away (``failing`` of the checkers
    do not reach the shop, *or* the load balancer answers with errors) *and* every replica has lost its source, which
    the replica says, in the region that survives. So a bad release promotes nothing, nor does a broken replication, nor
    an ill network on one continent. A replica that does not run, or was behind already, is not promoted.

    Then, in this order: the old primary is told to stop and load balancers leave its region out, as far as that can be
    had; databases are promoted, caches detached and servers added, all at once, each waited for; people are told
    (:class:`~bcinfra.gcp.alerts.Alerts`, by the log). Afterwards it asks every two minutes, for two days at most, until
    the old primary is stopped and left out. Where Cloud SQL has designated the replica (``disaster_replica``) it fails
    over to it, which keeps the write endpoint, and leaves the old primary to Cloud SQL, which makes a replica of it.

    ===========================================  =============================================================
    case                                         what a run does
    ===========================================  =============================================================
    the alert is over, or another run is at it   nothing
    the replica has been promoted                nothing
    the outage is not confirmed in ten minutes   tells people; the alert starts it again after half an hour
    one thing fails                              the others go on; people are told which one to do by hand
    a message that nobody but an intruder sent   looks, and does nothing
    ===========================================  =============================================================

    Two runs at once do no harm either: Cloud SQL promotes no instance twice and takes one operation at a time.

    Workflows, Eventarc and the topic are of the standby's region. Cloud Monitoring, IAM and the load balancer are
    worldwide: while they fail everywhere nothing starts by itself. A person starts it by ``gcloud workflows run``, with
    ``--data='{"verified": true}'`` to be believed without a look, as in a rehearsal.

    After a failover set ``primary`` of :class:`~bcinfra.gcp.mysql.MySql` and :class:`~bcinfra.gcp.redis.Redis` to the
    standby, ``minimum`` of its tiers to what stands here, and take the old site out of the load balancer's
    ``backends``; run ``pulumi refresh``, and the next preview is empty. This component stays as it is, and does nothing
    until the old primary is built anew as a replica. It never moves back by itself: to be guarded there too, give
    ``standby`` and ``primary_region`` the other way round.

    Sources: Workflows reference; Cloud SQL Admin API, instances.promoteReplica; Eventarc, Pub/Sub events for Workflows.
    """

    package = "gcp"

    workflow_name: str
    """Physical name of the workflow: what a rehearsal starts, and what :class:`Alerts` listens to."""
    workflow_id: pulumi.Output[str]
    """Full name of the workflow."""
    service_account: pulumi.Output[str]
    """The e-mail address of the account that it acts by."""

    def __init__(self, name: str, args: FailoverArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.standby
        self.workflow_name = physical("workflow", name)
        source = failover_workflow.source(args, self.workflow_name)
        account = Identity(self, f"{name}-acts", region, f"Fails over to {region.name}")
        granted = self._grants(account, workflows.permissions(source))
        workflow = Workflow(
            name,
            name=self.workflow_name,
            project=region.project,
            region=region.name,
            description=f"Moves the shop from {args.primary_region} to {region.name}",
            source_contents=json.dumps(source, indent=1),
            user_env_vars=failover_workflow.environment(args),
            service_account=account.email,
            crypto_key_name=args.key_name,
            call_log_level="LOG_ALL_CALLS",
            deletion_protection=False,  # it holds nothing, and goes the other way after a failover
            labels=region.labelled(name),
            opts=region.child(self, depends_on=granted),
        )
        if args.automatic:
            self._trigger(workflow)
        self.workflow_id, self.service_account = workflow.id, account.email
        self.register_outputs(
            {
                "workflowName": self.workflow_name,
                "workflowId": self.workflow_id,
                "serviceAccount": self.service_account,
            }
        )

    def _grants(self, account: Identity, needed: frozenset[str]) -> list[pulumi.Resource]:
        """What the workflow may do: what a resource can be named for at that resource, the rest in the project."""
        args, project = self._args, self._args.standby.project
        promoted = [database.replica for database in args.databases.values()]
        stopped = [database.primary for database in args.databases.values()]
        serving = frozenset({"run.services.get", "run.services.update"}) & needed
        promoting, stopping = (
            frozenset({f"cloudsql.instances.{act}"}) & needed for act in ("promoteReplica", "update")
        )
        granted: list[pulumi.Resource] = [account.may("looks", needed - promoting - stopping - serving)]
        for what, allowed, instances in (("promotes", promoting, promoted), ("stops", stopping, stopped)):
            if allowed:
                granted.append(account.may(what, allowed, instances_of(project, instances)))
        if serving:
            granted += self._grants_for_services(account, account.role("serves", serving))
        return granted

    def _grants_for_services(self, account: Identity, role: pulumi.Output[str]) -> Iterable[pulumi.Resource]:
        region = self._args.standby
        for what, service in sorted(self._args.services.items()):
            yield ServiceIamMember(
                f"{self._name}-serves-{what}",
                project=region.project,
                location=region.name,
                name=service.name,
                role=role,
                member=account.member,
                opts=region.child(self),
            )
            yield AccountIamMember(
                f"{self._name}-acts-as-{what}",
                service_account_id=pulumi.Output.concat(
                    f"projects/{region.project}/serviceAccounts/", service.service_account
                ),
                role="roles/iam.serviceAccountUser",  # who changes a service must be allowed to be what it runs as
                member=account.member,
                opts=region.child(self),
            )

    def _trigger(self, workflow: Workflow) -> None:
        name, region = self._name, self._args.standby
        account = Identity(self, f"{name}-starts", region, f"Starts the failover to {region.name}")
        Trigger(
            name,
            name=physical("eventarc", name),
            project=region.project,
            location=region.name,
            matching_criterias=[{"attribute": "type", "value": PUBLISHED}],
            transport={"pubsub": {"topic": self._args.signals.topic_id}},
            destination={"workflow": workflow.id},
            service_account=account.email,
            labels=region.labelled(name),
            opts=region.child(self, depends_on=[account.has(role) for role in sorted(STARTS)]),
        )
