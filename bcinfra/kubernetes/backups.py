"""Backups of files to a bucket elsewhere by restic, encrypted before they leave, and tested by restoring them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self

import pulumi
from pulumi_kubernetes.core.v1 import Secret
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes import alerts, jobs, pods
from bcinfra.kubernetes.cluster import Cluster, DnsLabel, after
from bcinfra.kubernetes.jobs import Job, Schedule
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.storage import BackupBucket, misplaced

BACKUP: Final = Path(__file__).with_name("files_backup.sh")
RESTORE: Final = Path(__file__).with_name("files_restore.sh")

_KEYS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "RESTIC_PASSWORD")


class FileBackupsArgs(Args):
    """Arguments of :class:`FileBackups`."""

    cluster: Cluster
    """Where the files are."""
    namespace: Str
    """Namespace of the volumes."""
    claims: Mapping[DnsLabel, Str] = Field(min_length=1)
    """Volume claims by a name for each, such as ``SharedFiles(...).claims``."""
    bucket: BackupBucket
    """Where they go: another site."""
    password: Str
    """What the copies are encrypted with. Keep it where the shop's other secrets are: without it no copy helps."""
    image: str = "restic/restic:0.18.1"
    """Restic and a POSIX shell."""
    every: int = Field(default=15, ge=5, le=60)
    """Minutes between two backups: at most so much is lost. Unchanged files are not copied again."""
    test_schedule: Schedule = "15 5 * * 0"
    """When the newest copy is restored as a test, in UTC."""
    keep_hours: int = Field(default=48, ge=1)
    """Hourly copies kept, where the bucket does not decide that itself."""
    keep_days: int = Field(default=30, ge=1)
    """Daily copies kept, likewise."""
    user: int = Field(default=10001, ge=1)
    """The user that owns the files."""
    scratch: int = Field(default=50, ge=1)
    """Room for a test restore, GiB: the largest volume."""
    timeout: int = Field(default=4 * 3600, ge=600)
    """The most seconds that a restore may take. Longer fails the test."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from misplaced("bucket", self.bucket, self.cluster)
        if 60 % self.every:
            yield f"every: {self.every} minutes do not divide an hour; allowed: 5, 6, 10, 12, 15, 20, 30, 60"


class FileBackups(Component):
    """Copies of volumes every few minutes to a bucket at another site, and a weekly proof that they restore.

    A test restores the whole newest copy and fails when it is older than three backups, is damaged, is empty or takes
    too long. Alerts tell of a backup or a test that fails, where there is Prometheus.
    """

    package = "kubernetes"

    repositories: Mapping[str, pulumi.Output[str]]
    """Where the copies are, by volume: what ``restic --repo`` takes."""
    jobs: Mapping[str, str]
    """The names of the scheduled jobs, by volume and ``-test``."""
    secret: pulumi.Output[str]
    """Name of the Secret that holds the password which the copies are encrypted with."""

    def __init__(self, name: str, args: FileBackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {**args.cluster.where, "storesAt": args.bucket.site})
        self._name, self._args = name, args
        cluster, secret = args.cluster, physical("object", f"{name}-bucket")
        self.secret = after(
            Secret(
                f"{name}-bucket",
                metadata={"name": secret, "namespace": args.namespace, "labels": cluster.labelled(name, "secret")},
                string_data={**args.bucket.credentials, "RESTIC_PASSWORD": args.password},
                opts=cluster.child(self),
            ),
            secret,
        )
        self.repositories = {
            volume: pulumi.Output.concat("s3:", args.bucket.endpoint, "/", args.bucket.bucket, f"/{name}/{volume}")
            for volume in sorted(args.claims)
        }
        self.jobs = {}
        overdue: dict[str, int] = {}
        for volume in sorted(args.claims):
            overdue |= {self._backup(volume): 3 * args.every * 60, self._test(volume): 8 * 86400}
        alerts.overdue(self, name, cluster, args.namespace, overdue)
        self.register_outputs({"repositories": self.repositories, "jobs": self.jobs, "secret": self.secret})

    def _declare(self, what: str, part: str, job: Job) -> str:
        called = f"{self._name}-{what}"
        jobs.schedule(self, called, self._args.cluster, self._args.namespace, part, job)
        self.jobs = {**self.jobs, what: physical("cron-job", called)}
        return self.jobs[what]

    def _backup(self, volume: str) -> str:
        args = self._args
        keep = {} if args.bucket.locked else {"KEEP_HOURS": str(args.keep_hours), "KEEP_DAYS": str(args.keep_days)}
        files = {"name": "files", "persistentVolumeClaim": {"claimName": args.claims[volume]}}
        job = Job(
            schedule=f"*/{args.every} * * * *" if args.every < 60 else "0 * * * *",
            image=args.image,
            script=BACKUP.read_text(),
            environment={**self._environment(volume), **keep},
            secret=self.secret,
            secret_keys=_KEYS,
            deadline=args.timeout,
            cpu=0.25,
            memory=1024,
            user=pods.user(args.user),
            volumes=[files],
            mounts=[{"name": "files", "mountPath": "/files", "readOnly": True}],
        )
        return self._declare(volume, "backup", job)

    def _test(self, volume: str) -> str:
        args = self._args
        job = Job(
            schedule=args.test_schedule,
            image=args.image,
            script=RESTORE.read_text(),
            environment={
                **self._environment(volume),
                "OLDEST": str(3 * args.every * 60),
                "TIMEOUT": str(args.timeout),
            },
            secret=self.secret,
            secret_keys=_KEYS,
            deadline=args.timeout + 600,
            cpu=0.5,
            memory=1024,
            user=pods.user(args.user),
            volumes=[{"name": "restored", "emptyDir": {"sizeLimit": f"{args.scratch}Gi"}}],
            mounts=[{"name": "restored", "mountPath": "/restored"}],
        )
        return self._declare(f"{volume}-test", "restore-test", job)

    def _environment(self, volume: str) -> dict[str, Str]:
        return {
            "RESTIC_REPOSITORY": self.repositories[volume],
            "AWS_DEFAULT_REGION": self._args.bucket.region,
            "RESTIC_CACHE_DIR": "/tmp/cache",  # noqa: S108  a directory of the container, empty at each start
            "HOST": f"{self._name}-{volume}",
            "FILES": "/files",
            "RESTORED": "/restored",
            "MARK": "/tmp/mark",  # noqa: S108  likewise
        }
