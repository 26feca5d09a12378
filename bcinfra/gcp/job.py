"""A container that runs by the clock: a nightly export, an hourly clean-up."""

from __future__ import annotations

from typing import Annotated, Final

import pulumi
from pulumi_gcp.cloudrunv2 import Job as RunJob, JobIamMember
from pulumi_gcp.cloudscheduler import Job as Clock
from pulumi_gcp.serviceaccount import Account
from pydantic import Field

from bcinfra.gcp.names import physical
from bcinfra.gcp.run import Containers, ContainersArgs
from bcinfra.planning.crontab import CRONTAB

Line = Annotated[str, Field(pattern=CRONTAB)]
"""A crontab line of five numeric fields in UTC, such as ``30 2 * * *``."""
RETRIES: Final = 3
"""How often a run, or its start, that failed is tried again."""


class JobArgs(ContainersArgs):
    """Arguments of :class:`Job`."""

    schedule: Line = Field(examples=["30 2 * * *"])
    """When it is started: a crontab line of five numeric fields, UTC."""
    timeout: int = Field(default=3600, ge=60, le=86400)
    """Seconds after which a run is ended."""
    enabled: bool = True
    """Whether it is started here; at one site alone, where it writes."""


class Job(Containers):
    """A Cloud Run job that Cloud Scheduler starts.

    A run that fails is tried again three times. That it runs twice at once, or not at all where a region is lost at
    that moment, is the program's to bear: it begins by finding out what is left to do.

    After a failover ``enabled`` follows the active site: state it, and the next deployment moves the schedule there.
    """

    job_name: str
    """Physical name of the job: ``gcloud run jobs execute`` runs it now."""

    _args: JobArgs

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        region = args.region
        self.job_name = physical("cloud-run", name)
        job = RunJob(
            f"{name}-job",
            name=self.job_name,
            project=region.project,
            location=region.name,
            template={
                "template": {
                    "service_account": self.service_account,
                    "encryption_key": args.key_name,
                    "execution_environment": "EXECUTION_ENVIRONMENT_GEN2",
                    "timeout": f"{args.timeout}s",
                    "max_retries": RETRIES,
                    "vpc_access": self._vpc(),
                    "volumes": self._volumes(),
                    "containers": [self._described()],
                },
                "labels": region.labelled(name),
            },
            deletion_protection=region.protected,
            labels=region.labelled(name),
            opts=region.child(self, depends_on=self._rights),
        )
        starter = physical("service-account", f"{name}-clock-{region.name}")
        account = Account(
            f"{name}-clock",
            account_id=starter,
            project=region.project,
            display_name=f"starts {name} in {region.name}",
            opts=region.child(self),
        )
        email = account.urn.apply(lambda _: f"{starter}@{region.project}.iam.gserviceaccount.com")
        may = JobIamMember(
            f"{name}-clock-starts",
            project=region.project,
            location=region.name,
            name=job.name,
            role="roles/run.invoker",
            member=pulumi.Output.concat("serviceAccount:", email),
            opts=region.child(self),
        )
        Clock(
            f"{name}-clock",
            name=physical("scheduler", name),
            description=f"When {name} runs",
            project=region.project,
            region=region.name,
            schedule=args.schedule,
            time_zone="Etc/UTC",
            paused=not args.enabled,
            retry_config={"retry_count": RETRIES},
            http_target={
                "http_method": "POST",
                "uri": f"https://run.googleapis.com/v2/projects/{region.project}/locations/{region.name}"
                f"/jobs/{self.job_name}:run",
                "oauth_token": {"service_account_email": email},
            },
            opts=region.child(self, depends_on=[may]),
        )
        self.register_outputs({"member": self.member, "serviceAccount": self.service_account, "jobName": self.job_name})
