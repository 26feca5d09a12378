"""What an image must do to run as a tier, and what it is told: pure, from a shop's page alone.

The one place that says so in words; that it is what the assembly declares is held by ``tests/assembly``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bcinfra.assembly import workload
from bcinfra.assembly.secrets import kept
from bcinfra.spec import Background, Job, Sending, Tier, Worker
from bcinfra.spec.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """An environment variable that a replica finds."""

    name: str
    example: str
    """A value of the form that it has."""
    meaning: str
    secret: bool = False
    """Whether nobody but the replica may see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How a store is reached."""

    how: str
    """Protocol, port and mode."""
    login: str
    """What a client authenticates with."""
    tls: str
    """What of TLS it must do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageContract:
    """What one tier's image agrees with one kind of site."""

    sites: tuple[str, ...]
    """The sites of that kind."""
    images: Mapping[str, str]
    """What is run, by site."""
    compute: str
    """``containers`` or ``virtual-machines``."""
    architecture: str
    """What it must be built for."""
    user: str
    """Who it runs as."""
    file_system: str
    """What it may write."""
    writable: tuple[str, ...]
    """The directories that it may write; empty where there is no limit."""
    shared: Mapping[str, str]
    """Directories that outlive a replica, with what is in them."""
    command: tuple[str, ...]
    """What it is started with; empty: its own command."""
    port: int | None
    """TCP port of its HTTP server, on every address; ``None``: nobody connects to it."""
    ports: Mapping[str, int]
    """Further ones, by name."""
    ready_path: str | None
    """Answers 200 while a replica can serve."""
    live_path: str | None
    """Answers 200 while a restart would not help; ``None``: nobody asks, a process that runs with an open port is
    enough."""
    health: str
    """What is done by the answers."""
    signals: str
    """How it is stopped."""
    stop_seconds: int
    """Seconds between SIGTERM and SIGKILL."""
    secrets: str
    """How secrets arrive."""
    variables: tuple[Variable, ...]
    """What it is told."""
    services: Mapping[str, Service] = field(default_factory=dict[str, Service])
    """The stores that it reaches."""
    tls: str
    """Who speaks TLS to customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What a kind of site asks of every container."""

    architecture: str
    user: str
    file_system: str
    everything_writable: bool = False
    health: str
    signals: str
    stop_seconds: int
    secrets: str
    tls: str
    mysql: Service
    redis: Service


_MYSQL_LOGIN: Final = "user MYSQL_USER with the password MYSQL_PASSWORD, schema MYSQL_DATABASE"
GROUNDS: Final[Mapping[str, _Ground]] = {
    "aws": _Ground(
        architecture="arm64",
        user="65532",
        file_system="read-only but for these directories, each in memory, of at most 64 MiB, empty at every start",
        health="the load balancer asks the ready path every 10 s and sends nothing to a replica that failed 3 times;"
        " ECS replaces it. It asks no live path, so that the ready path must not fail because a database does",
        signals="the load balancer stops sending new requests; SIGTERM (an init process forwards it), then SIGKILL",
        stop_seconds=60,
        secrets="as environment variables, which ECS reads from Parameter Store at the site when the replica starts; a"
        " change needs a new deployment. A variable that ends in _SECRET names a secret in Secrets Manager, which the"
        " program reads by itself with the role of its task",
        tls="the load balancer ends TLS; the replica is asked in plain HTTP, with X-Forwarded-Proto and"
        " X-Forwarded-For",
        mysql=Service(
            how="MySQL's protocol at MYSQL_HOST, port 3306",
            login=_MYSQL_LOGIN,
            tls="required; the authorities are https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem, which"
            " the image must hold to check the server",
        ),
        redis=Service(
            how="Redis in cluster mode at REDIS_HOST, port 6379: the client must know clusters (MOVED, one database)",
            login="AUTH with the token REDIS_PASSWORD, no user",
            tls="required; the certificate is of a public authority (Amazon Trust Services)",
        ),
    ),
    "gcp": _Ground(
        architecture="x86_64",
        user="the image's own USER",
        file_system="all of it may be written; what is written counts as memory and is gone with the replica",
        everything_writable=True,
        health="Cloud Run asks the ready path every 10 s and sends nothing to a replica that failed 3 times; one that"
        " failed the live path 3 times, where one is stated, is restarted",
        signals="SIGTERM, then SIGKILL",
        stop_seconds=10,
        secrets="as environment variables, which Cloud Run reads from Secret Manager when the replica starts; a change"
        " needs a new revision. A variable that ends in _SECRET names a secret which the program reads by itself with"
        " its service account",
        tls="the load balancer ends TLS; the replica is asked in plain HTTP (or HTTP/2 without TLS), with"
        " X-Forwarded-Proto and X-Forwarded-For",
        mysql=Service(
            how="MySQL's protocol at the private address MYSQL_HOST, port 3306",
            login=_MYSQL_LOGIN,
            tls="required; the instance has an authority of its own (`gcloud sql instances describe`, serverCaCert)",
        ),
        redis=Service(
            how="Redis in cluster mode at REDIS_HOST, port 6379, nodes at ports 11000 to 13047: the client must know"
            " clusters (MOVED, one database)",
            login="AUTH with an access token of the replica's service account, which is good for an hour",
            tls="required; the cluster has an authority of its own (`gcloud redis clusters"
            " get-cluster-certificate-authority`)",
        ),
    ),
    "kubernetes": _Ground(
        architecture="whatever the nodes are",
        user="10001",
        file_system="read-only but for these directories, each empty at every start and the user's own group's",
        health="the kubelet asks the ready path every 5 s and sends nothing to a replica that failed 3 times; one that"
        " failed the live path 6 times (an open port, where none is stated) is restarted",
        signals="nothing for 10 s, in which requests still come; SIGTERM, then SIGKILL",
        stop_seconds=60,
        secrets="as environment variables, out of a secret of the namespace; a change starts new replicas",
        tls="the ingress controller ends TLS; the replica is asked in plain HTTP, with X-Forwarded-Proto and"
        " X-Forwarded-For",
        mysql=Service(
            how="MySQL's protocol at MYSQL_HOST, port 3306",
            login=_MYSQL_LOGIN,
            tls="required; the operator's own authority signs it",
        ),
        redis=Service(
            how="Redis in cluster mode at REDIS_HOST, port 6379: the client must know clusters (MOVED, one database)",
            login="AUTH with the password REDIS_PASSWORD, no user",
            tls="none: plain, inside of the cluster, where a network policy lets this tier alone in",
        ),
    ),
}
"""By kind of site. How ECS, Cloud Run and Kubernetes start and stop containers:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html,
https://cloud.google.com/run/docs/container-contract and
https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (all read 2026-11)."""
_MACHINE: Final = "in /etc/shop.json, which the machine's start-up writes: values under environment, and under"
_MOUNTS: Final[Mapping[str, str]] = {
    "aws": "the machine image brings `amazon-efs-utils`, which mounts them, or there are none",
    "gcp": "the machine image brings a client of NFS (`nfs-common`, `nfs-utils`), which mounts them, or there are none",
}
"""What mounts shared files on a virtual machine."""
_MACHINES: Final[Mapping[str, str]] = {
    "aws": f"{_MACHINE} parameters the ARNs in Parameter Store, which the program reads with the role of its instance",
    "gcp": f"{_MACHINE} secrets the names in Secret Manager, which the program reads with its service account",
}


def image_contracts(shop: Page) -> dict[str, dict[str, ImageContract]]:
    """What the image of each tier agrees with each kind of site, by tier and kind."""
    kinds: dict[str, list[str]] = {}
    for name, site in shop.serving_sites.items():
        if site.kind in GROUNDS:
            kinds.setdefault(site.kind, []).append(name)
    return {
        name: {kind: _contract(shop, name, stated, kind, tuple(sites)) for kind, sites in kinds.items()}
        for name, stated in {**shop.tiers, **shop.background}.items()
    }


def _contract(shop: Page, name: str, tier: Tier | Background, kind: str, sites: tuple[str, ...]) -> ImageContract:
    ground, served = GROUNDS[kind], tier if isinstance(tier, Tier) else None
    machines = served is not None and served.compute == "virtual-machines"
    services = _services(shop, ground, kind) if workload.has_data(shop, name) else {}
    return ImageContract(
        sites=sites,
        images={site: shop.image(name, site) for site in sites},
        compute="virtual-machines" if machines else "containers",
        architecture=tier.architecture or ground.architecture,
        user=_user(tier, kind, ground, machines),
        file_system="the machine's own" if machines else ground.file_system,
        writable=() if machines or ground.everything_writable else tuple(sorted(workload.writable(tier))),
        shared=_shared(shop, kind, machines=machines) if workload.has_data(shop, name) else {},
        command=tier.command,
        port=served.port if served else None,
        ports=served.ports if served else {},
        ready_path=served.health_path if served else None,
        live_path=served.live_path if served else None,
        health=_health(tier, ground, machines),
        signals="the machine is shut down" if machines else ground.signals,
        stop_seconds=ground.stop_seconds,
        secrets=_MACHINES.get(kind, ground.secrets) if machines else ground.secrets,
        variables=tuple(sorted(_variables(shop, name, tier, kind, sites[0]), key=lambda variable: variable.name)),
        services=services,
        tls=ground.tls,
    )


def _health(tier: Tier | Background, ground: _Ground, machines: bool) -> str:
    match tier:
        case Worker():
            return "nothing asks it how it is: it runs where the shop writes, and must end when it can do nothing"
        case Job():
            return (
                f"started at {tier.schedule} UTC where the shop writes, and ended after"
                f" {tier.timeout.total_seconds():g} s; that it ends with 0 says that it did what it is for"
            )
        case _:
            return (
                "the load balancer asks the ready path; a machine that fails it is replaced"
                if machines
                else ground.health
            )


def _user(tier: Tier | Background, kind: str, ground: _Ground, machines: bool) -> str:
    if machines:
        return "the machine image decides"
    return str(tier.user) if tier.user and kind != "gcp" else ground.user


_PROXIED: Final = (
    "; through RDS Proxy (mysql.proxy) the server's certificate is of a public authority (Amazon Trust Services), and a"
    " session that sets variables or takes locks has a connection to itself"
)


def _services(shop: Page, ground: _Ground, kind: str) -> dict[str, Service]:
    proxied = _PROXIED if kind == "aws" and shop.mysql and shop.mysql.proxy else ""
    found = {"mysql": replace(ground.mysql, tls=ground.mysql.tls + proxied)} if shop.mysql else {}
    return found | ({"redis": ground.redis} if shop.redis else {})


def _shared(shop: Page, kind: str, *, machines: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if shop.media and kind == "kubernetes":
        found[workload.MEDIA] = "files and media, the same for every replica of the site"
    if shop.files:
        locks = "; locks hold within a replica alone" if kind == "gcp" else ""
        brings = f"; {_MOUNTS[kind]}" if machines and kind in _MOUNTS else ""
        found[workload.FILES] = f"files that every replica shares{locks}{brings}"
    return found


def _variables(shop: Page, name: str, tier: Tier | Background, kind: str, site: str) -> Iterator[Variable]:
    stated = {**tier.environment}
    own = [
        Variable(name="SITE", example=site, meaning="the site that the replica is at"),
        Variable(name="SHOP_DOMAIN", example=shop.domain, meaning="the domain that customers visit"),
        *(
            [
                Variable(
                    name="SHOP_DOMAINS",
                    example=workload.domains(shop),
                    meaning="the further domains that customers visit, apart by a blank, with the language of each",
                )
            ]
            if shop.domains
            else []
        ),
        *(_of_platform(tier) if kind == "gcp" and isinstance(tier, Tier) and tier.compute == "containers" else ()),
        *(_of_app(shop, kind, site) if shop.app and name == "web" else ()),
        *(_of_stores(shop, kind) if workload.has_data(shop, name) else ()),
    ]
    yield from (variable for variable in own if variable.name not in stated)
    yield from (Variable(name=key, example=value, meaning="stated on the page") for key, value in stated.items())
    for variable, key in tier.secrets.items():
        yield Variable(
            name=variable, example="...", meaning=f"the shop's own: `pulumi config set --secret {key}`", secret=True
        )


def _of_platform(tier: Tier) -> Iterator[Variable]:
    yield Variable(name="PORT", example=str(tier.port), meaning="the port to listen on, which Cloud Run sets")


def _of_app(shop: Page, kind: str, site: str) -> Iterator[Variable]:
    if shop.app is None:
        return
    port = shop.app.port
    match kind:
        case "aws":
            example, how = f"https://app-{site}.{shop.domain}", ""
        case "gcp" if shop.app.compute == "containers":
            example = f"https://{shop.prefix}-{site}-app-a1b2c3-ew.a.run.app"
            how = "; a request carries an identity token for that address"
        case "gcp":
            example, how = f"http://10.20.0.9:{port}", ""
        case _:
            example, how = f"http://{shop.prefix}-{site}-app.{shop.prefix}-{site}.svc:{port}", ""
    yield Variable(name="APP_URL", example=example, meaning=f"where the tier behind it answers{how}")


def _of_queue(shop: Page, kind: str, what: str) -> Iterator[Variable]:
    variable = workload.variable(what)
    match kind:
        case "aws":
            example = f"https://sqs.eu-west-1.amazonaws.com/111122223333/{shop.prefix}-{shop.primary}-queue-{what}"
            meaning = f"the address of the queue {what} at SQS, which its program calls with the role of the task"
            yield Variable(name=f"{variable}_QUEUE", example=example, meaning=meaning)
        case "gcp":
            called = f"{shop.prefix}-{shop.primary}-queue-{what}"
            for end, does in (("topic", "is sent to"), ("subscription", "is pulled from")):
                example = f"projects/{shop.name}-project/{end}s/{called}"
                meaning = f"the {end} of Pub/Sub that the queue {what} {does}, with the service account of the tier"
                yield Variable(name=f"{variable}_{end.upper()}", example=example, meaning=meaning)
        case _:
            meaning = f"the name of the queue {what}; what nobody could do stands in {what}-dead"
            yield Variable(name=f"{variable}_QUEUE", example=what, meaning=meaning)


def _of_mail(stated: Sending) -> Iterator[Variable]:
    yield Variable(name="MAIL_FROM", example=stated.sender, meaning="the address that mail comes from")
    if stated.relay is None:
        example = "https://email.eu-west-1.amazonaws.com"
        meaning = "SES in the site's region; the role of the task may send as MAIL_FROM, and as nobody else"
        yield Variable(name="MAIL_ENDPOINT", example=example, meaning=meaning)
        return
    relay = stated.relay
    yield Variable(name="MAIL_HOST", example=relay.host, meaning="the server that takes mail, by SMTP with TLS")
    yield Variable(
        name="MAIL_PORT", example=str(relay.port), meaning="its port: TLS from the start at 465, else STARTTLS"
    )
    yield Variable(name="MAIL_USER", example=relay.user, meaning="who logs in")
    yield Variable(name="MAIL_PASSWORD", example="...", meaning="the password", secret=True)


_HOSTS: Final[Mapping[str, tuple[str, str]]] = {
    "aws": ("shop-ireland.c9akciq32.eu-west-1.rds.amazonaws.com", "clustercfg.shop-ireland.euw1.cache.amazonaws.com"),
    "gcp": ("10.20.128.3", "10.20.144.5"),
    "kubernetes": ("shop-mysql-haproxy.shop-data.svc", "shop-redis.shop-data.svc"),
}


def _of_stores(shop: Page, kind: str) -> Iterator[Variable]:
    mysql, redis = _HOSTS[kind]
    if shop.mysql:
        yield Variable(
            name="MYSQL_HOST", example=mysql, meaning="the site's own copy; it takes writes where the shop writes"
        )
        yield Variable(name="MYSQL_DATABASE", example=shop.mysql.database, meaning="the schema")
        yield Variable(name="MYSQL_USER", example=shop.mysql.user or shop.mysql.username, meaning="who logs in")
        yield Variable(name="MYSQL_PASSWORD", example="...", meaning="the password", secret=True)
    if shop.redis:
        yield Variable(name="REDIS_HOST", example=redis, meaning="where a client of the cluster begins")
        if kind != "gcp":
            yield Variable(name="REDIS_PASSWORD", example="...", meaning="the token of AUTH", secret=True)
    if shop.media and kind == "kubernetes":
        yield Variable(name="MEDIA_PATH", example=workload.MEDIA, meaning="the directory of files and media")
    elif shop.media:
        example = f"{shop.prefix}-media-{shop.primary}-1a2b3c4d"
        yield Variable(name="MEDIA_BUCKET", example=example, meaning="the bucket of files and media")
    if shop.search and kind == "aws":
        example = f"https://vpc-{shop.prefix}-{shop.primary}-search-1a2b3c.eu-west-1.es.amazonaws.com"
        meaning = "the site's index of OpenSearch; requests are signed (Signature Version 4, service es)"
        yield Variable(name="SEARCH_URL", example=example, meaning=meaning)
    if shop.queues and kind == "kubernetes":
        example = f"{shop.prefix}-{shop.primary}-queues.{shop.prefix}-{shop.primary}-data.svc"
        yield Variable(name="RABBITMQ_HOST", example=example, meaning="RabbitMQ, by AMQP 0.9.1 at port 5672, plain")
        yield Variable(name="RABBITMQ_USER", example="shop", meaning="who logs in")
        yield Variable(name="RABBITMQ_PASSWORD", example="...", meaning="the password", secret=True)
    if shop.search and kind == "kubernetes":
        example = f"https://{shop.prefix}-{shop.primary}-search.{shop.prefix}-{shop.primary}-data.svc:9200"
        meaning = "the site's index of OpenSearch; the operator's own authority signs its certificate"
        yield Variable(name="SEARCH_URL", example=example, meaning=meaning)
        yield Variable(name="SEARCH_USER", example="shop", meaning="who logs in")
        yield Variable(name="SEARCH_PASSWORD", example="...", meaning="the password", secret=True)
    for what in shop.queues:
        yield from _of_queue(shop, kind, what)
    if shop.mail:
        yield from _of_mail(shop.mail)
    if shop.files:
        yield Variable(name="FILES_PATH", example=workload.FILES, meaning="the directory that replicas share")
    for data in kept(shop).values():
        variable = workload.variable(data)
        if kind == "kubernetes":
            yield Variable(name=variable, example="...", meaning=data, secret=True)
        else:
            example = f"{shop.prefix}-{data}"
            yield Variable(name=f"{variable}_SECRET", example=example, meaning=f"the name of the secret with {data}")
