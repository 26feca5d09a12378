"""Where a shop runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidatorFunctionWrapHandler, WrapValidator

from bcinfra.spec.base import Model, default
from bcinfra.spec.premises import Premises
from bcinfra.spec.problems import refusal
from bcinfra.spec.values import (
    AccountId,
    CloudflareId,
    ConfigKey,
    Hostname,
    ImageName,
    KeyArn,
    Name,
    Network,
    ProjectId,
    ProjectNumber,
    Role,
    Text,
    TierName,
    VcpuQuota,
)

MAX_ZONES: Final = 6
_COUNTS: Final = tuple(str(count) for count in range(1, MAX_ZONES + 1))


def _parse_zones(value: object) -> object:
    """A count, or zone ids: one error that names both, where a union would give one error each."""
    if isinstance(value, list | tuple):
        ids = cast("Sequence[object]", value)
        if ids and all(isinstance(zone, str) for zone in ids):
            return tuple(ids)
    elif not isinstance(value, bool) and str(value) in _COUNTS:
        return int(str(value))
    raise refusal("is neither a number nor ids of zones", f"1 to {MAX_ZONES}, or such as [euw1-az1, euw1-az2]")


if TYPE_CHECKING:
    Zones: TypeAlias = int | tuple[str, ...]
else:
    _Count = Annotated[int, Field(ge=1, le=MAX_ZONES)]
    _Ids = Annotated[list[str], Field(min_length=1)]
    Zones = Annotated[int | tuple[str, ...], BeforeValidator(_parse_zones, json_schema_input_type=_Count | _Ids)]


class GcpProject(Model):
    """A Google Cloud project."""

    project: ProjectId
    """Its id."""
    number: ProjectNumber
    """Its number, by which Google's own service accounts are named."""
    billing_account: str | None = Field(
        default=None, pattern=r"^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", examples=["0123AB-4567CD-89EF01"]
    )
    """The billing account that pays for it: people are then told when ``business.budget_per_month`` is exceeded. Who
    deploys must be a Billing Account Costs Manager of it."""


class CloudflareAccount(Model):
    """An account at Cloudflare."""

    cloudflare: CloudflareId
    """Its id."""


def _account(value: object, _: ValidatorFunctionWrapHandler) -> object:
    """One kind of account by its form: pydantic would name the errors of all."""
    if isinstance(value, CloudflareAccount) or (isinstance(value, Mapping) and "cloudflare" in value):
        return CloudflareAccount.model_validate(value)
    is_project = isinstance(value, Mapping | GcpProject)
    return GcpProject.model_validate(value) if is_project else _ACCOUNT_ID.validate_python(value)


class _SiteKind(BaseModel):
    kind: Literal["aws", "gcp", "kubernetes", "on-premises"] = "aws"


class _PlaceKind(BaseModel):
    kind: Literal["aws", "gcp", "on-premises"]


def _kind(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """One kind of site by what it says: pydantic would name the errors of all."""
    return handler(value) if isinstance(value, Model) else _KINDS[_SiteKind.model_validate(value).kind](value)


def _place(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    return handler(value) if isinstance(value, Model) else _PLACES[_PlaceKind.model_validate(value).kind](value)


VpcId: TypeAlias = Annotated[str, Text("vpc-[0-9a-f]{8,17}", "the id of a VPC", "vpc-0a1b2c3d4e5f60718", 21)]
SubnetId: TypeAlias = Annotated[
    str, Text("subnet-[0-9a-f]{8,17}", "the id of a subnet", "subnet-0a1b2c3d4e5f60718", 24)
]
CertificateArn: TypeAlias = Annotated[
    str,
    Text(
        "arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]+",
        "the ARN of a certificate",
        "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c",
    ),
]
TopicArn: TypeAlias = Annotated[
    str,
    Text(
        "arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+",
        "the ARN of a topic",
        "arn:aws:sns:eu-west-1:111122223333:alarms",
    ),
]
RepositoryArn: TypeAlias = Annotated[
    str,
    Text(
        "arn:aws[a-z-]*:ecr:[a-z0-9-]+:[0-9]{12}:repository/[a-z0-9][a-z0-9._/-]*",
        "the ARN of a repository of images",
        "arn:aws:ecr:eu-west-1:111122223333:repository/acme/web",
    ),
]
Ipv4Range: TypeAlias = Annotated[str, Text(r"(\d{1,3}\.){3}\d{1,3}/\d{1,2}", "an IPv4 range", "10.30.0.0/16", 18)]
GoogleName: TypeAlias = Annotated[str, Text("[a-z][a-z0-9-]*", "the name of a resource", "shop-services", 63)]
GoogleNetwork: TypeAlias = Annotated[
    str,
    Text("projects/[^/]+/global/networks/[^/]+", "the id of a network", "projects/acme-prod/global/networks/shop"),
]
GoogleSubnet: TypeAlias = Annotated[
    str,
    Text(
        "projects/[^/]+/regions/[^/]+/subnetworks/[^/]+",
        "the id of a subnet",
        "projects/acme-prod/regions/europe-west1/subnetworks/shop",
    ),
]
GoogleCertificate: TypeAlias = Annotated[
    str,
    Text(
        "projects/[^/]+/locations/global/certificates/[^/]+",
        "the id of a worldwide certificate",
        "projects/acme-prod/locations/global/certificates/shop",
    ),
]
GoogleKey: TypeAlias = Annotated[
    str,
    Text(
        "projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+",
        "the id of a key",
        "projects/acme-prod/locations/europe-west1/keyRings/shop/cryptoKeys/data",
    ),
]
GoogleRepository: TypeAlias = Annotated[
    str,
    Text(
        "projects/[^/]+/locations/[^/]+/repositories/[^/]+",
        "the id of a repository of images",
        "projects/acme-prod/locations/europe-west1/repositories/shop",
    ),
]
GoogleAccount: TypeAlias = Annotated[
    str,
    Text(
        r"[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com",
        "the e-mail address of a service account",
        "nodes@acme-prod.iam.gserviceaccount.com",
    ),
]
GoogleChannel: TypeAlias = Annotated[
    str,
    Text(
        "projects/[^/]+/notificationChannels/[0-9]+",
        "the id of a notification channel",
        "projects/acme-prod/notificationChannels/1234567890",
    ),
]
SecretName: TypeAlias = Annotated[str, Text("[a-z0-9]([a-z0-9.-]*[a-z0-9])?", "the name of a secret", "shop-tls")]


class CloudSite(Model):
    """One region of one account of a cloud."""

    region: str = Field(min_length=1, examples=["eu-west-1"])
    """The vendor's region."""
    role: Role
    """``primary`` serves customers and writes, ``active`` serves beside it, ``standby`` takes over, ``backup`` keeps
    copies alone."""
    account: Name = "main"
    """Which of the shop's accounts it is in."""
    network: Network | None = None
    """Private address range (IPv4, /16 inside 10.0.0.0/8); default one that follows from the site's name, so that
    adding a site never moves another."""
    zones: Zones = 3
    """How many zones it spreads over, or which: on AWS by ids such as ``euw1-az1``, which mean the same place in every
    account, on Google Cloud by names such as ``europe-west1-b``."""
    registry: str | None = Field(default=None, min_length=1)
    """Where images are pulled from (``{registry}``); default the account's own in this region, or of it the shop's own
    ``repositories``."""
    images: Mapping[TierName, str] = {}
    """Images that differ here, by tier: another vendor's machine image."""

    @property
    def serves(self) -> bool:
        """Whether it can serve customers."""
        return self.role != "backup"


class Existing(Model):
    """What exists at a site of AWS already and is used as it is: nothing of it is made, changed or deleted."""

    vpc: VpcId | None = None
    """The VPC; default one is made. Where it is stated, so are its range and subnets."""
    cidr: Ipv4Range | None = None
    """Its IPv4 range, which what is internal lets in."""
    public_subnets: Mapping[str, SubnetId] = Field(
        default={}, examples=[{"euw1-az1": "subnet-0a1", "euw1-az2": "subnet-0a2"}]
    )
    """Subnets of load balancers, by the id of their zone, two at least: with a route to an internet gateway."""
    private_subnets: Mapping[str, SubnetId] = {}
    """Subnets of tiers, by the id of their zone, two at least: with a way out, and a way to the services that a replica
    needs to start (ECR, Secrets Manager, SSM, KMS, STS, CloudWatch Logs)."""
    data_subnets: Mapping[str, SubnetId] = {}
    """Subnets of stores, by the id of their zone; default ``private_subnets``."""
    certificate: CertificateArn | None = None
    """A certificate of the region that holds for the domain and the names below it; default one is issued."""
    certificate_renews: bool | None = None
    """Whether it renews itself: one of ACM that DNS proves does, one that was imported never. Default unknown, and
    taken to be renewed by nobody."""
    key: KeyArn | None = None
    """A key of the region that encrypts data, whose policy lets the account and the services that use it do so, and
    the shop's other accounts, which keep copies; default one is made."""
    alarm_topic: TopicArn | None = None
    """A topic of the region where alarms are told, whose policy lets CloudWatch, AWS Backup and RDS publish; default
    one is made."""
    repositories: Mapping[ImageName, RepositoryArn] = Field(
        default={}, examples=[{"web": "arn:aws:ecr:eu-west-1:111122223333:repository/acme/web"}]
    )
    """Repositories of the region by the name of their image on the page, whose policy lets the site's account pull;
    default those of ``repositories`` are made. Whether their tags move, what is copied to them and who scans is not
    known."""
    image_replication: bool = False
    """Whether somebody else's program keeps the settings of the account's registry in the region: what it copies to the
    other sites, or who copies to it where copies are kept alone. An account has one document of each in a region, so
    that several shops share it. Default: the shop's replace what was there."""


def ecr_registry(account: str, region: str) -> str:
    """The registry of an account at AWS in a region."""
    return f"{account}.dkr.ecr.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def ecr_repository(arn: str) -> str:
    """How images of a repository at ECR are named, without their tag."""
    *_, region, account, repository = arn.split(":")
    return f"{ecr_registry(account, region)}/{repository.removeprefix('repository/')}"


def artifact_registry(repository: str) -> str:
    """How images of a repository at Artifact Registry are named, without their own names, by its id."""
    _, project, _, location, _, name = repository.split("/")
    return f"{location}-docker.pkg.dev/{project}/{name}"


class ExistingAtGoogle(Model):
    """What exists at a site of Google Cloud already and is used as it is: nothing of it is made, changed or deleted."""

    network: GoogleNetwork | None = None
    """The VPC network, the same of all sites that serve; default one is made. Where it is stated, so are the fields
    that follow. Cloud NAT of each region leads out, and the private connection to Google's services stands."""
    subnet: GoogleSubnet | None = None
    """The subnet of tiers, which spans the zones of its region, with private access to Google's interfaces."""
    cidr: Ipv4Range | None = None
    """Its range."""
    endpoints_subnet: GoogleSubnet | None = None
    """The subnet of endpoints (Private Service Connect), with a policy for each managed service that places them."""
    endpoints_cidr: Ipv4Range | None = None
    """Its range."""
    services_range: GoogleName | None = None
    """Name of the range that managed services such as Cloud SQL get their addresses from (private services access)."""
    services_cidr: Ipv4Range | None = None
    """That range."""
    certificate: GoogleCertificate | None = None
    """A certificate of Certificate Manager, worldwide, that holds for the domain and the names below it; default one is
    issued."""
    certificate_renews: bool | None = None
    """Whether it renews itself: one that Google manages does, one that was uploaded never. Default unknown, and taken
    to be renewed by nobody."""
    key: GoogleKey | None = None
    """A key of the region that encrypts data, which the agents of the services that use it may use; default one is
    made."""
    alarm_channel: GoogleChannel | None = None
    """A notification channel that is told of alarms, besides those that ``alarms`` states."""
    repository: GoogleRepository | None = None
    """A repository of the region that has the images, which Cloud Run's agent may read; default one is made where
    ``repositories`` are stated. Whether its tags move and who pushes to it is not known."""

    @property
    def of_network(self) -> Mapping[str, str | None]:
        """What is stated of the network, by field: all or nothing."""
        fields = ("network", "subnet", "cidr", "endpoints_subnet", "endpoints_cidr", "services_range", "services_cidr")
        return {field: getattr(self, field) for field in fields}


class ExistingOnCluster(Model):
    """What exists in a cluster already, besides itself: it is used as it is."""

    certificate: SecretName
    """A TLS secret in the tiers' namespace (``<shop>-<environment>-<site>``), which somebody else fills and renews,
    with a certificate for every domain and its ``www``."""


class AwsSite(CloudSite):
    """One region of one AWS account."""

    kind: Literal["aws"] = "aws"
    """The vendor."""
    existing: Existing | None = None
    """A network, certificate, key, alarm topic and repositories of images that exist; default all are made."""
    vcpu_quota: VcpuQuota = default({}, examples=[{"containers": 64, "virtual-machines": 32}])
    """vCPU that the account may run in the region at once, by what a tier's replicas are, as AWS shows it (Service
    Quotas: L-3032A538 of Fargate for containers, L-1216C47A of on-demand standard instances for virtual machines). One
    number stands for either, so that it is the lesser of both; default not known, so that whether the tiers can grow is
    not decided where a new account could not."""


class GcpSite(CloudSite):
    """One region of one Google Cloud project."""

    kind: Literal["gcp"] = "gcp"
    """The vendor."""
    existing: ExistingAtGoogle | None = None
    """A network, certificate, key, notification channel and repository of images that exist; default all are made."""


class CloudPlace(Model):
    """The region of a cloud that a cluster stands in."""

    kind: Literal["aws", "gcp"]
    """The vendor, ``aws`` or ``gcp``; a building is ``on-premises``."""
    region: str = Field(min_length=1, examples=["europe-west1"])
    """The region."""
    account: Name = "main"
    """Which of the shop's accounts it is in."""


class KubernetesSite(Model):
    """A Kubernetes cluster that exists: of a cloud, or in a machine room."""

    kind: Literal["kubernetes"] = "kubernetes"
    """What runs the tiers."""
    place: Place
    """What it stands on: ``kind: gcp`` or ``aws`` with a region, or ``kind: on-premises`` with the building."""
    role: Literal["primary", "active", "standby"]
    """``primary`` serves customers and writes, ``active`` serves beside it, ``standby`` takes over."""
    cluster: Name
    """The cluster's name."""
    context: str | None = Field(default=None, min_length=1)
    """The context of the kubeconfig that reaches it; default the cluster's name."""
    zones: tuple[str, ...] = Field(min_length=1, examples=[["europe-west1-b", "europe-west1-c", "europe-west1-d"]])
    """The values of ``topology.kubernetes.io/zone`` that its nodes carry: zones of a region, racks of a site."""
    addresses: tuple[str, ...] = Field(min_length=1, examples=[["203.0.113.10"]])
    """Public IPv4 addresses of its ingress controller, reserved so that they stay: on premises one of each line."""
    ingress: str = "traefik"
    """The ingress class. ``nginx`` names a controller of the Kubernetes project that gets no fixes since March 2026."""
    ingress_zones: tuple[str, ...] = ()
    """The zones that the ingress controller's replicas surely stand in, such as all of ``zones``; default unknown."""
    ingress_shielded: bool | None = None
    """Whether something before ``addresses`` absorbs floods of requests and limits each client, such as a provider's
    firewall; a cloud's balancer that passes packets on does not. Default unknown; nothing does before own lines."""
    issuer: str | None = "letsencrypt"
    """The cluster issuer of cert-manager. It proves the domain by DNS, so that a standby has a certificate of its own;
    where two clouds answer, both zones lead ``_acme-challenge`` to one that it writes. ``None``: somebody fills the
    secret."""
    existing: ExistingOnCluster | None = None
    """A certificate that exists; default ``issuer`` makes one."""
    storage_class: str | None = None
    """The storage class of volumes; default the cluster's."""
    members: tuple[Hostname, ...] = ()
    """Names under which other sites reach the three members of the database."""
    ranges: tuple[str, ...] = Field(default=(), examples=[["10.20.0.0/16"]])
    """IPv4 ranges that its hosts and pods are seen to come from by other sites, whose databases let them in."""
    kubectl_image: str | None = Field(default=None, min_length=1, examples=["alpine/k8s:1.36.1"])
    """An image with ``kubectl``, for jobs that act on the cluster: peaks, test restores."""
    prometheus: bool = False
    """Whether the Prometheus operator runs there, which makes alerts."""
    heartbeat: ConfigKey | None = None
    """The key of the stack's configuration that holds an address outside, which the cluster's Alertmanager calls every
    minute: a service there, such as a dead man's switch, tells people once the calls stop. One for each cluster."""
    prober: str | None = Field(default=None, pattern=r"^[^/\s]+:\d+$", examples=["blackbox-exporter.monitoring:9115"])
    """A blackbox exporter in the cluster, by host and port, that asks the shop by its public names."""
    registry: str | None = Field(default=None, min_length=1)
    """Where images are pulled from (``{registry}``); default that of the cloud it stands in."""
    images: Mapping[TierName, str] = {}
    """Images that differ here, by tier."""
    pull_secret: SecretName | None = None
    """A secret of kind ``kubernetes.io/dockerconfigjson`` in the tiers' namespace, which somebody else fills, by which
    images are pulled where the nodes themselves may not: on premises, or from another cloud. Default none is used."""
    node_account: GoogleAccount | None = None
    """The service account of its nodes at Google Cloud, which is let read the shop's own ``repositories``; default they
    may already."""

    @property
    def region(self) -> str:
        """The region it is in; empty on premises."""
        return self.place.region if isinstance(self.place, CloudPlace) else ""

    @property
    def serves(self) -> bool:
        """That it can serve customers."""
        return True


class OnPremSite(Model):
    """A place of the customer's own that the shop calls: its back office, its machine room."""

    kind: Literal["on-premises"] = "on-premises"
    """That no cloud runs it."""
    role: Literal["back-office"] = "back-office"
    """It serves no customers; the tiers call it."""
    place: Premises
    """The building, and what is in it."""

    @property
    def serves(self) -> bool:
        """That it does not serve customers."""
        return False


_ACCOUNT_ID: Final = TypeAdapter[str](AccountId)
if TYPE_CHECKING:
    Account: TypeAlias = str | GcpProject | CloudflareAccount
    Site: TypeAlias = AwsSite | GcpSite | KubernetesSite | OnPremSite
    Place: TypeAlias = CloudPlace | Premises
else:
    Account = Annotated[AccountId | GcpProject | CloudflareAccount, WrapValidator(_account)]
    Site = Annotated[AwsSite | GcpSite | KubernetesSite | OnPremSite, WrapValidator(_kind)]
    Place = Annotated[CloudPlace | Premises, WrapValidator(_place)]
    KubernetesSite.model_rebuild()

_PLACES: Final[Mapping[str, Callable[[object], Model]]] = {
    "aws": CloudPlace.model_validate,
    "gcp": CloudPlace.model_validate,
    "on-premises": Premises.model_validate,
}
_KINDS: Final[Mapping[str, Callable[[object], Model]]] = {
    "aws": AwsSite.model_validate,
    "gcp": GcpSite.model_validate,
    "kubernetes": KubernetesSite.model_validate,
    "on-premises": OnPremSite.model_validate,
}
