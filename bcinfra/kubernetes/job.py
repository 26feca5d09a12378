"""A container of one's own that runs by the clock: a nightly export, an hourly clean-up."""

from __future__ import annotations

import pulumi
from pulumi_kubernetes.batch.v1 import CronJob
from pydantic import Field

from bcinfra.kubernetes.cluster import api
from bcinfra.kubernetes.jobs import Schedule, scheduled
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.workload import Program, ProgramArgs


class JobArgs(ProgramArgs):
    """Arguments of :class:`Job`."""

    schedule: Schedule = Field(examples=["30 2 * * *"])
    """When it is started: a crontab line of five numeric fields, UTC."""
    timeout: int = Field(default=3600, ge=60, le=86400)
    """Seconds after which a run is ended."""
    enabled: bool = True
    """Whether it is started here; at one site alone, where it writes."""


class Job(Program):
    """A CronJob: one run at a time, tried again once, on any node.

    That it runs not at all where the cluster is lost at that moment is the program's to bear: it begins by finding out
    what is left to do.

    After a failover ``enabled`` follows the active site: state it, and the next deployment moves the schedule there.
    """

    job_name: str
    """Name of the CronJob: ``kubectl create job --from=cronjob/...`` runs it now."""

    _args: JobArgs

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.job_name = physical("cron-job", name)
        labels = args.cluster.labelled(name, "replica")
        pod = {**self._pod({}), "restartPolicy": "Never"}
        pod.pop("topologySpreadConstraints")  # of one pod
        CronJob(
            name,
            metadata=api({**self._metadata, "name": self.job_name}),
            spec=api({**scheduled(args.schedule, args.timeout, labels, pod), "suspend": not args.enabled}),
            opts=args.cluster.child(self),
        )
        self._flows()
        self.register_outputs({"labels": dict(self.labels), "secrets": self.secrets, "jobName": self.job_name})
