"""Backups that restore: on schedule, the newest one is restored into an instance that is thrown away afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pulumi
from pulumi_gcp.logging import Metric
from pulumi_gcp.workflows import Workflow
from pydantic import Field

from bcinfra.component import Args, Component
from bcinfra.gcp import workflows
from bcinfra.gcp.alerts import Rehearsal
from bcinfra.gcp.clock import clock
from bcinfra.gcp.identity import INSTANCE, Identity
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Region
from bcinfra.gcp.workflows import (
    MONITORING,
    SQL,
    Step,
    assign,
    attempt,
    call,
    each,
    get,
    log,
    send,
    sleep,
    then,
    when,
)

LOOKS: Final = 30
"""Looks, a minute apart, until the size of what was restored is known: metrics arrive minutes late."""
_BUSY: Final = {
    "predicate": "${http.default_retry_predicate}",
    "max_retries": 5,
    "backoff": {"initial_delay": 60, "max_delay": 600, "multiplier": 2},
}


class RestoreTestArgs(Args):
    """Arguments of :class:`RestoreTest`."""

    region: Region
    """Where the test runs, and the instance whose backups it restores."""
    instance: str
    """That instance, by physical name: ``MySql(...).identifiers["ghent"]``. After a failover: the new primary."""
    database: str = Field(min_length=1)
    """A database that must be in what was restored: ``MySqlArgs.database``."""
    least_mb: int = Field(ge=1)
    """MB of disk that what was restored must use, at least: about half of what the shop's data takes. An empty database
    restores too."""
    longest_hours: int = Field(default=48, ge=1)
    """Hours that the newest backup may be old."""
    schedule: str = Field(default="0 4 * * 0", pattern=r"^(\S+ ){4}\S+$")
    """When it runs, in cron's five fields (UTC). The default is every Sunday."""
    overdue_days: int = Field(default=8, ge=1, le=400)
    """Days without a success after which it is overdue: a day more than ``schedule`` has between two."""
    longest_seconds: int | None = Field(default=None, ge=1)
    """Seconds that a restore may take before people are told: what was promised."""


class RestoreTest(Component):
    """A workflow that shows, on schedule, that the newest backup of a database restores.

    It makes an instance like the one that is backed up, in one zone and without a public address, restores the newest
    backup into it, looks whether the database is there and as large as it must be, and deletes it, whatever came out.
    What goes wrong, a missing or old backup too, is told in the log, and how long a restore took is a metric
    (``logging.googleapis.com/user/NAME-seconds``). :class:`~bcinfra.gcp.alerts.Alerts` tells people of both, and of a
    test that has not succeeded for ``overdue_days``. Start it once after the first deployment, or it is overdue.
    State the time that it measured where the assessment estimates one (``bcinfra assess --figures``).

    It can delete, and restore into, nothing but instances of its own name. It tests what Cloud SQL keeps by itself;
    restores from a vault in another project are for the runbook, and so is what a
    :class:`~bcinfra.gcp.changes.ChangeStream` wrote, which says why.

    Sources: Cloud SQL Admin API, instances.restoreBackup; Cloud Scheduler, HTTP targets.
    """

    package = "gcp"

    workflow_name: str
    """Physical name of the workflow: what a person starts, and what :class:`Alerts` listens to."""
    rehearsal: Rehearsal
    """The test, for ``AlertsArgs.rehearsals``."""

    def __init__(self, name: str, args: RestoreTestArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        self.workflow_name = physical("workflow", name)
        copies = f"{physical('cloud-sql', name)[:50]}-test"
        source = definition(args, copies)
        account = Identity(self, f"{name}-acts", region, f"Restores backups of {args.instance} to test them")
        needed = workflows.permissions(source)
        at_copies = frozenset({"cloudsql.instances.delete", "cloudsql.instances.restoreBackup"}) & needed
        own = f'resource.name.startsWith("projects/{region.project}/instances/{copies}-")'
        workflow = Workflow(
            name,
            name=self.workflow_name,
            project=region.project,
            region=region.name,
            description=f"Restores the newest backup of {args.instance} into an instance of its own",
            source_contents=json.dumps(source, indent=1),
            service_account=account.email,
            call_log_level="LOG_ERRORS_ONLY",
            deletion_protection=False,  # it holds nothing
            labels=region.labelled(name),
            opts=region.child(
                self,
                depends_on=[
                    account.may("makes", needed - at_copies),
                    account.may("restores", at_copies, f'resource.type == "{INSTANCE}" && {own}'),
                ],
            ),
        )
        Metric(
            f"{name}-seconds",
            name=physical("log-metric", f"{name}-seconds"),
            project=region.project,
            description=f"How long a restore of a backup of {args.instance} took",
            filter='resource.type = "workflows.googleapis.com/Workflow"'
            f' AND resource.labels.workflow_id = "{self.workflow_name}" AND jsonPayload.seconds > 0',
            value_extractor="EXTRACT(jsonPayload.seconds)",
            metric_descriptor={"metric_kind": "DELTA", "value_type": "DISTRIBUTION", "unit": "s"},
            # From a minute to three days, each a quarter more than the last.
            bucket_options={"exponential_buckets": {"num_finite_buckets": 38, "growth_factor": 1.25, "scale": 60}},
            opts=region.child(self),
        )
        self.rehearsal = Rehearsal(
            workflow=self.workflow_name,
            days=args.overdue_days,
            metric=physical("log-metric", f"{name}-seconds"),
            longest=args.longest_seconds,
        )
        says, starts = f"Tests backups of {args.instance}", "Starts tests of backups"
        clock(self, name, region, workflow, self.workflow_name, schedule=args.schedule, says=says, starts=starts)
        self.register_outputs({"workflowName": self.workflow_name, "rehearsal": dict(self.rehearsal)})


def definition(args: RestoreTestArgs, copies: str) -> dict[str, Any]:
    """The source of the workflow, which calls what it makes ``copies`` and a number."""
    return {
        "main": {"steps": list(_main(args, copies))},
        "size": {"params": ["instance", "since"], "steps": list(_size(args))},
        "wait": dict(workflows.WAIT),
    }


def _main(args: RestoreTestArgs, copies: str) -> Iterator[Step]:
    instances = f"{SQL}/{args.region.project}/instances"
    source, copy = f"{instances}/{args.instance}", f'"{instances}/" + copy'
    operation = f'${{"{SQL}/{args.region.project}/operations/" + started.body.name}}'
    yield assign("begin", copy=f'${{"{copies}-" + string(int(sys.now()))}}', backup=None, found=False)
    yield assign("nothing_yet", failed=None, megabytes=0, since=0, began="${sys.now()}")
    yield get("read_source", source, "like")
    yield get("read_backups", f"{source}/backupRuns", "backups", {"maxResults": "20"})
    yield each(
        "every_backup",
        "run",
        '${default(map.get(backups.body, "items"), [])}',  # the newest first
        when(
            "newest",
            {
                "condition": '${backup == null and run.status == "SUCCESSFUL"}',
                "steps": [assign("take", backup="${run}")],
            },
        ),
    )
    yield when("none", {"condition": "${backup == null}", "steps": _refuse(args, "there is no backup")})
    age = f"${{sys.now() - time.parse(backup.endTime) > {args.longest_hours * 3600}}}"
    yield when("old", {"condition": age, "steps": _refuse(args, "the newest backup is too old")})
    yield attempt(
        "restore",
        send("create", "post", instances, "started", _like(args)),
        call("until_created", "wait", url=operation),
        send("fill", "post", f'${{{copy} + "/restoreBackup"}}', "started", _from(args)),
        call("until_filled", "wait", url=operation),
        assign("filled", since="${sys.now()}"),
        get("read_databases", f'${{{copy} + "/databases"}}', "databases"),
        each(
            "every_database",
            "database",
            '${default(map.get(databases.body, "items"), [])}',
            when(
                "there",
                {"condition": f'${{database.name == "{args.database}"}}', "steps": [assign("is_there", found=True)]},
            ),
        ),
        when("missing", {"condition": "${not(found)}", "raise": f"{args.database} is not in it"}),
        call("measure", "size", "megabytes", instance="${copy}", since="${since}"),
        when(
            "small",
            {"condition": f"${{megabytes < {args.least_mb}}}", "raise": f"it holds less than {args.least_mb} MB"},
        ),
        otherwise=[assign("note", failed="${problem}")],
    )
    yield attempt(
        "remove",
        send("delete", "delete", f"${{{copy}}}", "started"),
        call("until_deleted", "wait", url=operation),
        retry=_BUSY,
        otherwise=[log("left_behind", "ERROR", said="not deleted", instance="${copy}", problem="${problem}")],
    )
    yield when(
        "told",
        {
            "condition": "${failed != null}",
            "steps": [
                log("tell", "ERROR", said=f"the backup of {args.instance} does not restore", problem="${failed}"),
                {"fail": {"raise": "${failed}"}},
            ],
        },
    )
    said = f"the backup of {args.instance} restores"
    yield log("restored", "INFO", said=said, megabytes="${megabytes}", seconds="${int(since - began)}")


def _refuse(args: RestoreTestArgs, said: str) -> list[Step]:
    said = f"{args.instance}: {said}"
    return [log(f"tell_{said.split()[-1]}", "ERROR", said=said), {f"fail_{said.split()[-1]}": {"raise": said}}]


def _like(args: RestoreTestArgs) -> Mapping[str, Any]:
    """An instance of the same kind and size, for a while, that only its network reaches."""
    settings = "${like.body.settings."
    return {
        "name": "${copy}",
        "region": args.region.name,
        "databaseVersion": "${like.body.databaseVersion}",
        "diskEncryptionConfiguration": '${default(map.get(like.body, "diskEncryptionConfiguration"), null)}',
        "settings": {
            "tier": f"{settings}tier}}",
            "edition": f"{settings}edition}}",
            "dataDiskSizeGb": f"{settings}dataDiskSizeGb}}",
            "dataDiskType": f"{settings}dataDiskType}}",
            "ipConfiguration": f"{settings}ipConfiguration}}",
            "availabilityType": "ZONAL",
            "deletionProtectionEnabled": False,
            "backupConfiguration": {"enabled": False},
        },
    }


def _from(args: RestoreTestArgs) -> Mapping[str, Any]:
    return {
        "restoreBackupContext": {
            "backupRunId": "${backup.id}",
            "instanceId": args.instance,
            "project": args.region.project,
        }
    }


def _size(args: RestoreTestArgs) -> Iterator[Step]:
    """MB of disk that an instance has used ``since`` a moment, once that is known."""
    used = 'metric.type=\\"cloudsql.googleapis.com/database/disk/bytes_used\\"'
    yield assign("begin", looks=0)
    yield get(
        "ask",
        f"{MONITORING}/{args.region.project}/timeSeries",
        "answer",
        {
            "filter": f'${{"{used} AND resource.labels.database_id=\\"{args.region.project}:" + instance + "\\""}}',
            "interval.startTime": "${time.format(since)}",
            "interval.endTime": "${time.format(sys.now())}",
        },
    )
    yield assign("rows", rows='${default(map.get(answer.body, "timeSeries"), [])}')
    yield when(
        "known",
        {"condition": "${len(rows) > 0}", "return": "${int(rows[0].points[0].value.int64Value) / 1000000}"},
        {"condition": f"${{looks >= {LOOKS}}}", "raise": "nothing says how large it is"},
    )
    yield assign("count", looks="${looks + 1}")
    yield then(sleep("later", 60), "ask")
