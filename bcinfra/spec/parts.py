"""What a shop runs: tiers and stores, in sizes that no vendor owns (vCPU, GiB)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from bcinfra.places.quotas import Compute
from bcinfra.spec.base import Model, default
from bcinfra.spec.values import (
    Architecture,
    BackendUrl,
    Cpu,
    Crontab,
    Directory,
    Duration,
    Environment,
    Hostname,
    HttpPath,
    Identifier,
    InstanceClass,
    KeyArn,
    Language,
    Memory,
    Name,
    OptionalWholeSize,
    OwnSecrets,
    Parameter,
    ParameterValue,
    Port,
    PortName,
    SecretsProvider,
    Size,
    Version,
    Weekly,
    WholeSize,
    ZoneId,
)


class Program(Model):
    """What a container runs, and what it is told."""

    architecture: Architecture | None = None
    """What the image is built for; default what is usual where it runs: ``arm64`` at AWS, ``x86_64`` at Google Cloud,
    and on Kubernetes whatever the nodes are."""
    user: int | None = Field(default=None, ge=1, le=65535, examples=[33])
    """Number of the user that a container runs as, never root; default 65532 at AWS and 10001 on Kubernetes. Cloud Run
    takes the image's own."""
    writable: tuple[Directory, ...] = Field(default=(), examples=[["/var/www/uploads"]])
    """Directories of the container, beside ``/tmp``, that may be written. They are empty at each start and a replica's
    own: what must last belongs into ``files`` or ``media``."""
    command: tuple[str, ...] = Field(default=(), examples=[["php", "worker.php"]])
    """What the container is started with, in place of the image's own command (Docker's ``CMD``)."""
    environment: Mapping[Environment, str] = {}
    """Environment variables, in plain text. Secrets do not belong here."""
    secrets: OwnSecrets = default({}, examples=[{"PAYMENT_KEY": "paymentKey"}])
    """Secret environment variables, each with the key of the stack's configuration that holds its value, which
    ``pulumi config set --secret`` sets. A list of variables takes the keys that follow: ``paymentKey`` for
    ``PAYMENT_KEY``."""


class Scaling(Model):
    """How a tier grows and shrinks by itself, beside the calendar of peaks: by what its replicas have to do."""

    minimum: int | None = Field(default=None, ge=1, le=5000)
    """Replicas that carry the load of quiet hours, in each site that serves; default ``replicas``, which then run
    always."""
    maximum: int | None = Field(default=None, ge=1, le=5000)
    """Most replicas that are started for a load which nobody planned, in each serving site; default ``peak``."""
    cpu: int = Field(default=50, ge=10, le=90, examples=[60])
    """CPU use in percent that is aimed at: at half, the replicas of two zones carry the load of three. Cloud Run
    decides it by itself."""
    requests: int = Field(default=1000, ge=1, examples=[600])
    """Requests a minute and replica that are aimed at, until a load test tells better. At AWS alone, whose load
    balancers count them."""
    balancer_units: int = Field(default=0, ge=0, le=15000, examples=[400])
    """Capacity units (LCU) that each site's load balancer keeps ready for a load that comes at once, as after another
    site was lost: 100 or more, paid all the time; default none, so that it grows once requests come. At AWS alone:
    those of Google Cloud grow with no such bound."""
    reserved: int = Field(default=0, ge=0, le=5000, examples=[12])
    """Replicas that the vendor keeps room for in each serving site, however many others launch when a zone or region is
    lost, and enough more to lose a zone of it: paid whether they run or not. Virtual machines alone: nobody keeps room
    for containers at AWS and Google Cloud. At most ``maximum``."""
    warm: bool = False
    """Whether as many replicas as each serving site may grow by stand by there, prepared and stopped: they serve sooner
    than new ones, their disks are paid, and no room is kept for them. Virtual machines at AWS alone."""
    concurrency: int = Field(default=80, ge=1, le=1000, examples=[40])
    """Requests that a replica serves at once, by which Cloud Run starts more. At Google Cloud alone, in containers."""


class Tier(Program):
    """One kind of server, in every serving site: the same image, behind the same health check."""

    image: str = Field(min_length=1, max_length=512, examples=["{registry}/web:1.4.2"])
    """Container image, or machine image where ``compute`` is virtual machines. ``{registry}`` becomes each site's own
    registry and ``{region}`` its region, so that a standby starts without the site that it replaces."""
    cpu: Cpu
    """vCPU of one replica."""
    memory: Memory
    """Memory of one replica, GiB."""
    replicas: int = Field(ge=1, le=5000)
    """Replicas that carry the normal load, in each serving site."""
    peak: int = Field(ge=1, le=5000)
    """Replicas that carry the load of the peak calendar, in each serving site."""
    scaling: Scaling = Field(default_factory=Scaling)
    """How it grows and shrinks by itself; default between ``replicas`` and ``peak``, by CPU use."""
    compute: Compute = "containers"
    """What a replica is."""
    instance_class: InstanceClass = default({}, examples=["m7g.large"])
    """The very type of machine, where ``compute`` is virtual machines, by cloud; default the smallest that has ``cpu``
    and ``memory``."""
    port: int = Field(default=8080, ge=1, le=65535)
    """TCP port that a replica listens on."""
    ports: Mapping[PortName, Port] = Field(default={}, examples=[{"metrics": 9100}])
    """Further TCP ports that a replica listens on, by a name for each: the shop's own network reaches them, customers
    do not."""
    health_path: HttpPath = "/healthz"
    """HTTP path that answers 200 while a replica can serve."""
    zones_apart: bool = False
    """Whether requests stay in the zone that they came in by: a zone that answers with errors or slowly then shows, and
    is left within minutes, without AWS or a person. For sites at AWS, each zone of which needs two replicas."""
    live_path: HttpPath | None = None
    """HTTP path that answers 200 while a restart would not help, whatever the database does; default none: a process
    that runs with an open port is alive."""


class Background(Program):
    """What runs and nobody connects to. What it does not state of its image it takes from the tier that has the data:
    ``app``, else ``web``."""

    image: str | None = Field(default=None, min_length=1, max_length=512, examples=["{registry}/worker:1.4.2"])
    """Container image, as that of a tier; default that tier's, with its architecture, user, writable directories,
    environment and secrets where none are stated here."""
    cpu: Cpu
    """vCPU of one replica."""
    memory: Memory
    """Memory of one replica, GiB."""

    def like(self, tier: Tier) -> Self:
        """With what ``tier`` states of the image, where nothing is stated here."""
        if self.image is not None:
            return self
        taken = ("image", "architecture", "user", "writable", "environment", "secrets")
        return self.model_copy(update={name: getattr(tier, name) for name in taken if not getattr(self, name)})


class Worker(Background):
    """Containers that take their work from a queue or the database. They run where the shop writes."""

    replicas: int = Field(default=2, ge=2, le=5000)
    """Replicas that run, at the site that writes."""


class Job(Background):
    """A container that runs by the clock, at the site that writes."""

    schedule: Crontab
    """When it is started: a crontab line of five numeric fields, in UTC, such as ``30 2 * * *``."""
    timeout: Duration = default("1h")
    """How long it may take; it is ended then."""


class MySql(Model):
    """The relational database: one writer in the active site, replicas in the others."""

    cpu: Cpu
    """vCPU of one server."""
    memory: Memory
    """Memory of one server, GiB."""
    storage: WholeSize = Field(ge=20, le=65536)
    """Disk of one server, GiB."""
    storage_limit: OptionalWholeSize = default(None, examples=[1000])
    """GiB to which the disk may grow by itself; default four times ``storage`` at AWS, no limit at Google Cloud. Aurora
    has none, and on Kubernetes volumes do not grow by themselves."""
    instance_class: InstanceClass = default({}, examples=["db.r7g.2xlarge"])
    """The very class of the servers, by cloud; default the smallest that has ``cpu`` and ``memory``, which are what a
    server gets on Kubernetes."""
    parameters: Mapping[Parameter, ParameterValue] = Field(default={}, examples=[{"max_connections": "800"}])
    """Parameters of the engine at every site, by MySQL's own names. What replicas, the archive of changes and durable
    commits rest on is not for the page."""
    engine: Literal["mysql", "aurora"] = "mysql"
    """Plain MySQL, or Aurora with MySQL's protocol (AWS alone)."""
    version: Version = "8.4"
    """MySQL version of every server."""
    replica_version: Version | None = None
    """Version of the replicas in standby sites during an upgrade, which starts with them; default ``version``."""
    readers: int = Field(default=0, ge=0, le=15)
    """Read replicas beside the writer, in each serving site."""
    database: Identifier = "shop"
    """Name of the schema."""
    username: Identifier = "shop"
    """Name of the administrator; the password is made and kept by the vendor's secret store."""
    user: Identifier | None = None
    """The user that the shop's own program logs in as, with all rights on its schema and none besides. At AWS a job
    makes it, by MySQL's client in ``backups.archive_image``; on Kubernetes the operator does. Default: the
    administrator's login, which should stay with operators."""
    proxy: bool = False
    """Whether the shop's programs connect through RDS Proxy (AWS alone): it holds their connections while the database
    fails over inside its region, and shares few of the database's among many of theirs, as of PHP. Of plain MySQL where
    the shop usually writes, as a replica can have none; of Aurora at every site. Not where several sites are active."""
    maintenance: Weekly = "tue 03:00"
    """When the active site may be maintained, UTC; the other sites follow on other days."""


class Redis(Model):
    """The cluster that keeps sessions and carts."""

    memory: Size = Field(gt=0, le=635)
    """Memory of one shard, GiB."""
    instance_class: InstanceClass = default({}, examples=["cache.r7g.large"])
    """The very type of the nodes, by cloud; default the smallest that has ``memory``."""
    shards: int = Field(default=1, ge=1, le=500)
    """Shards that share the keys."""
    replicas_per_shard: int = Field(default=1, ge=1, le=5)
    """Copies of each shard beside its primary, in other zones."""
    version: Version = "7.1"
    """Redis version of every node."""
    maintenance: Weekly = "wed 05:00"
    """When the active site may be maintained, UTC; the other sites follow on other days."""


class Media(Model):
    """Files and media: product pictures, uploads, downloads."""

    size: Size = Field(gt=0)
    """What is stored, GiB."""


class Files(Model):
    """Files that all replicas of the tiers share as one directory: invoices, exports, what plugins write."""

    size: Size = Field(gt=0)
    """What is stored, GiB; it grows by itself."""


class Queue(Model):
    """Work that waits for a worker: mails, invoices, calls of other systems. Whoever has the data may send and consume.
    Each serving site has its own."""

    timeout: Duration = default("5m")
    """How long a worker has for a message before another is given it: longer than the work takes."""
    attempts: int = Field(default=5, ge=5, le=100)
    """How often a message is given to workers before it is put aside for a person."""
    keep: Duration = default("4d")
    """How long a message waits for a worker."""
    late: Duration = default("15m")
    """How long a message may wait before operators are told."""
    deep: int = Field(default=1000, ge=1)
    """Messages that may wait at once before operators are told."""


class Search(Model):
    """The search index, in each serving site: found by words is what the database holds, from which it can be made
    again."""

    cpu: Cpu = default(2)
    """vCPU of one server."""
    memory: Memory = default(8)
    """Memory of one server, GiB."""
    storage: WholeSize = default(50, ge=10, le=16384)
    """Disk of one server, GiB."""
    version: Version = "2.19"
    """OpenSearch version."""


class Domain(Model):
    """A further domain that leads to the shop, as its ``www`` does, with a zone and a certificate of its own."""

    language: Language | None = None
    """Language that the shop speaks there, which its program is told in ``SHOP_DOMAINS``; default its own."""
    redirect: Hostname | None = None
    """A name of the shop that customers are led to from here, to the same path (301): of a former name. Default: the
    shop answers here."""
    zone: ZoneId | None = None
    """Its zone, where it exists at the cloud that answers: the id of a hosted zone at Route 53, the name of a managed
    zone at Cloud DNS. Default one is made."""


ARCHIVE_USER: Final = "binlog_archive"
"""Who reads the database's log for the archive in the vault."""


class StateCopy(Model):
    """What protects a bucket with the state, which is there before the program: versions, and a copy that is locked in
    the site for copies, under that site's key. A bucket has one configuration of each of versions, public access and
    replication: who set another loses it here. Its encryption stays as it is."""

    account: Name = "main"
    """Account that holds the bucket."""
    key: KeyArn
    """Key that the bucket encrypts its objects with. What S3 encrypts with a key of its own it copies so, and no key of
    the other account guards the copy."""


class State(Model):
    """Where the infrastructure state (Pulumi's backend) is kept."""

    url: BackendUrl
    """Address of the backend, without credentials."""
    site: Name | None = None
    """Site of this shop that holds it; default: outside the shop's sites."""
    secrets: SecretsProvider | None = None
    """What the secrets in it are sealed with: ``passphrase``, which people keep apart from every account, or the key
    of a cloud, as ``pulumi stack init --secrets-provider`` takes it. A copy is of no use once that is lost. Default: it
    is not known, and a copy is taken to be lost with the account."""
    copied: StateCopy | None = None
    """What the program declares to protect it, where it is a bucket at S3; default nothing. One program alone may do
    so for a bucket."""

    @property
    def bucket(self) -> str:
        """The bucket's name, where it is one."""
        return urlsplit(self.url).netloc

    @property
    def region(self) -> str | None:
        """The region of a bucket at S3, where the address tells."""
        parts = urlsplit(self.url)
        return next(iter(parse_qs(parts.query).get("region", [])), None) if parts.scheme == "s3" else None


class Backups(Model):
    """How backups are kept and tested."""

    retain_days: int = Field(default=35, ge=1, le=3650)
    """Days a backup is kept."""
    lock_days: int = Field(default=14, ge=0, le=3650)
    """Days within which a backup cannot be deleted. Who administers its account can lift the lock, unless for good."""
    lock_for_good: bool = False
    """Whether nobody can ever lift the lock, not the administrators of its account either. This cannot be undone:
    backups are paid for until they expire. Does not apply to a disposable shop."""
    whole_copies: Duration = default("1d")
    """How often a backup is copied elsewhere where each copy is one of all data: an Aurora database, however little of
    it has changed. Where copies are increments every backup is copied."""
    restore_test: Duration = default("1w")
    """How often a backup is restored, to prove that it can be."""
    archive: bool = True
    """Whether every change of a MySQL database at AWS is written, within a minute, to the site for copies, where that
    is in another account. Without it what is copied there is an hour old or more."""
    archive_image: str = Field(default="{registry}/archive-binlogs:1.0.0", min_length=1, max_length=512)
    """Container image of what does so: MySQL's client programs, Python, boto3 and ``archive_binlogs.py``."""
