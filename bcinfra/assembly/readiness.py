"""What must be there before a shop is deployed first, and before it may be relied on: told from its page.

What a page or the program shows is done or open. What only an account, a registrar or a person shows is to be asked:
each such point says by which command. Sources stand at the points; all were read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

from bcinfra.assembly.capacity import capacity, vcpu
from bcinfra.assembly.secrets import secrets
from bcinfra.assembly.settings import follows, settings
from bcinfra.places.quotas import AT_AWS
from bcinfra.spec import AwsSite, CloudPlace, GcpProject, GcpSite, KubernetesSite, Shop, State

RETIRED_CLASSES: Final = frozenset({"nginx"})
"""Ingress classes whose usual controller gets no fixes any more (Kubernetes blog, 2025-11-11, ingress-nginx)."""
SERVICES: Final = (
    *("artifactregistry", "certificatemanager", "cloudkms", "cloudresourcemanager", "cloudscheduler", "compute"),
    *("datastream", "dns", "file", "iam", "logging", "monitoring", "networkconnectivity", "pubsub", "redis", "run"),
    *("secretmanager", "servicenetworking", "sqladmin", "storage", "storagetransfer", "workflows"),
)
"""APIs of Google Cloud that a project must have turned on (``<name>.googleapis.com``)."""
SCANS: Final = "containerscanning"
"""The API that scans what is pushed, for each image at a price."""
AGENTS: Final = (
    "artifactregistry",
    "certificatemanager",
    "compute",
    "datastream",
    "file",
    "pubsub",
    "redis",
    "run",
    "secretmanager",
    "sqladmin",
)
"""Those whose service agent must exist before a key is granted to it: a new project has none
(https://github.com/hashicorp/terraform-provider-google/issues/9969)."""


class Standing(StrEnum):
    """How a point stands, as far as it can be told offline."""

    DONE = "done"
    OPEN = "open"
    ASK = "ask"
    """Nothing here shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that must be there."""

    id: str
    """Its name, for ``--json`` and for ticking it off."""
    phase: str
    """When it is due: one of :data:`PHASES`."""
    what: str
    standing: Standing
    why: str
    """What was seen, or why it matters."""
    command: str = ""
    """What shows or does it."""


PHASES: Final[Mapping[str, str]] = {
    "accounts": "Accounts, quotas and opt-ins, before the first preview",
    "configuration": "The page and the stack's configuration",
    "names": "Names and certificates: the zone first, then the delegation, then all the rest",
    "deployed": "Once it is deployed",
    "operators": "Operators",
}
"""In order."""


def readiness(shop: Shop, configured: frozenset[str] | None = None) -> tuple[Point, ...]:
    """The points of a shop, in the order in which they are due. ``configured``: what its stack's configuration holds;
    ``None`` where there is no stack."""
    found = (
        *_aws(shop),
        *_google(shop),
        *_copied(shop),
        *_pushed(shop),
        *_clusters(shop),
        *_page(shop, configured),
        *_names(shop),
        *_people(shop),
    )
    order = list(PHASES)
    return tuple(sorted(found, key=lambda point: order.index(point.phase)))


def _aws(shop: Shop) -> Iterator[Point]:
    serving = {name: site for name, site in shop.serving_sites.items() if isinstance(site, AwsSite)}
    for name, site in serving.items():
        for compute, quota in AT_AWS.items():
            tiers = [tier for tier in shop.tiers.values() if tier.compute == compute]
            need = ceil(sum(capacity(shop, name, tier, 3).maximum * vcpu(tier) for tier in tiers))
            if need:
                yield Point(
                    id=f"aws-{quota.key}-{name}",
                    phase="accounts",
                    what=f"{need} {quota.what} in {site.region}, at the peak",
                    standing=Standing.DONE if need <= (site.vcpu_quota.get(compute) or quota.first) else Standing.ASK,
                    why=f"a new account has {quota.first:g}; a rise takes days, and a standby that may not grow is"
                    " none",
                    command=f"aws service-quotas request-service-quota-increase --service-code {quota.key} --quota-code"
                    f" {quota.code} --desired-value {need} --region {site.region}",
                )
    every = {name: site for name, site in shop.sites.items() if isinstance(site, AwsSite)}
    if any(site.account != "main" for site in every.values()):
        yield Point(
            id="aws-organization",
            phase="accounts",
            what="one organization, in which AWS Backup has trusted access and copies between accounts are on",
            standing=Standing.ASK,
            why="else every copy into the other account is refused",
            command="aws organizations enable-aws-service-access --service-principal backup.amazonaws.com; aws backup"
            " update-global-settings --global-settings isCrossAccountBackupEnabled=true (management account)",
        )
        yield Point(
            id="aws-deployer",
            phase="accounts",
            what="a role bcinfra-deployer in every account but main, which the deployment may assume",
            standing=Standing.ASK,
            why="the deployment declares the vault there",
            command="aws sts assume-role --role-session-name doctor"
            " --role-arn arn:aws:iam::ACCOUNT:role/bcinfra-deployer",
        )
    if every and (shop.mysql or shop.files):
        kinds = {"RDS": shop.mysql, "Aurora": shop.mysql, "EFS": shop.files}
        opted = ",".join(f"{kind}=true" for kind, part in kinds.items() if part)
        yield Point(
            id="aws-backup-opt-in",
            phase="accounts",
            what="AWS Backup opted in to what it backs up, in each account and region",
            standing=Standing.ASK,
            why="a service that is not opted in is left out of every plan, and nothing says so",
            command=f"aws backup update-region-settings --resource-type-opt-in-preference {opted} --region REGION",
        )
    if shop.search and serving:
        yield Point(
            id="aws-search-role",
            phase="accounts",
            what="the service-linked role of OpenSearch Service, once in the account",
            standing=Standing.ASK,
            why="without it no domain is made in a network",
            command="aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com",
        )
    if shop.alarms.chat and serving:
        yield Point(
            id="aws-chat",
            phase="accounts",
            what="the Slack workspace let into AWS (Amazon Q Developer in chat applications)",
            standing=Standing.ASK,
            why="a channel cannot be joined before; the console alone does it",
        )
    if shop.alarms.sms and serving:
        yield Point(
            id="aws-sms",
            phase="accounts",
            what="SNS out of the SMS sandbox, in each region with a topic",
            standing=Standing.ASK,
            why="in the sandbox verified numbers alone get messages",
            command="aws sns get-sms-sandbox-account-status --region REGION",
        )
    if shop.mysql and serving and shop.archives:
        yield Point(
            id="aws-binlog-retention",
            phase="deployed",
            what="24 hours of binary log on the primary, and a user who copies it",
            standing=Standing.ASK,
            why="a job at the primary sets both, for no resource can: it has run once without an error",
            command=f"aws logs tail /ecs/{shop.prefix}-{shop.primary}-archive-user --since 1h --region REGION; CALL"
            " mysql.rds_show_configuration",
        )


def _google(shop: Shop) -> Iterator[Point]:
    projects = {name: at for name, at in shop.accounts.items() if isinstance(at, GcpProject)}
    if not projects:
        return
    services = (*SERVICES, *([SCANS] if "gcp" in shop.registries_at else []))
    for project in projects.values():
        yield Point(
            id=f"gcp-apis-{project.project}",
            phase="accounts",
            what=f"APIs turned on in {project.project}",
            standing=Standing.ASK,
            why="a new project has none of them on",
            command=f"gcloud services enable {' '.join(f'{s}.googleapis.com' for s in services)} --project"
            f" {project.project}",
        )
        yield Point(
            id=f"gcp-agents-{project.project}",
            phase="accounts",
            what=f"service agents of {project.project}",
            standing=Standing.ASK,
            why="a key is granted to an account that exists alone, and a service makes its own when it is first asked",
            command=f"for s in {' '.join(AGENTS)}; do gcloud beta services identity create --service=$s.googleapis.com"
            f" --project {project.project}; done; gcloud storage service-agent --project {project.project}",
        )
    sites = [site for site in shop.serving_sites.values() if isinstance(site, GcpSite)]
    if sites:
        yield Point(
            id="gcp-quotas",
            phase="accounts",
            what="quotas of Cloud Run, Cloud SQL and addresses, for the peak, in each region",
            standing=Standing.ASK,
            why="a standby that may not grow is none",
            command=f"gcloud compute regions describe {sites[0].region} --format='table(quotas)'",
        )


FIRST: Final = (
    *("**ImageRepositories**", "**PublicZone**", "**:Key**", "**AlarmTopic**"),
    *("**:Shop::**", "**SiteDeployment::**", "**bcinfra:*:Certificate::*"),
)
"""What is deployed before images can be pushed and domains delegated: repositories and zones, what they need, and what
stands around those."""
DEPLOY_FIRST: Final = " ".join(("pulumi up", *(f"--target '{one}'" for one in FIRST)))


def _copied(shop: Shop) -> Iterator[Point]:
    """Images at AWS, which are copied from where they are pushed."""
    kept = ((n, at) for n, at in shop.serving_sites.items() if isinstance(at, AwsSite) and shop.keeps_images(n))
    name, site = next(kept, ("", None))
    if site is None:
        return
    home = f"{shop.registry(name)}/"
    used = (*(shop.image(part, name) for part in (*shop.tiers, *shop.background)), _archiving(shop, name))
    images = sorted({image for image in used if image.startswith(home)})
    if not images:
        return
    tagged = [image.removeprefix(home).split(":") for image in images if "@" not in image]
    status = "aws ecr describe-image-replication-status"
    commands = [
        DEPLOY_FIRST,
        *(f"docker push {image}" for image in images),
        *(
            f"{status} --region {site.region} --repository-name {shop.prefix}/{image} --image-id imageTag={tag}"
            for image, tag in tagged
        ),
    ]
    yield Point(
        id="aws-images",
        phase="configuration",
        what=f"each image pushed to {home.removesuffix('/')}, and copied to the other sites",
        standing=Standing.ASK,
        why="a replica starts from its own site's repository, and AWS does not promise when an image is copied there",
        command="; ".join(commands),
    )


def _archiving(shop: Shop, site: str) -> str:
    """The image that reads the binary log, where the shop keeps it itself."""
    image = shop.filled(shop.backups.archive_image, site)
    own = any(image.startswith(f"{shop.registry(site)}/{name}:") for name in shop.repositories)
    return image if own else ""


def _pushed(shop: Shop) -> Iterator[Point]:
    """Images at Google Cloud, which nothing copies from region to region."""
    kept = [name for name, at in shop.serving_sites.items() if shop.keeps_images(name) and at.kind != "aws"]
    if not kept:
        return
    copies = [name for name in shop.sites if shop.sites[name].kind == "gcp" and shop.copies_images(name)]
    home, *others = dict.fromkeys(str(shop.registry(name)) for name in (*kept, *copies))
    parts = (*shop.tiers, *shop.background)
    images = sorted({shop.image(part, kept[0]) for part in parts if shop.image(part, kept[0]).startswith(f"{home}/")})
    copied = [(image, image.replace(home, other, 1)) for image in images for other in others]
    commands = [
        DEPLOY_FIRST,
        *(f"gcrane cp {image} {copy}" for image, copy in copied),
        *(f"gcloud artifacts docker images describe {image}" for image in (*images, *(copy for _, copy in copied))),
    ]
    yield Point(
        id="gcp-images",
        phase="configuration",
        what=f"each image in {' and '.join((home, *others))}, with the same digest",
        standing=Standing.ASK,
        why="Artifact Registry copies nothing from region to region, and what runs is deployed from its own",
        command="; ".join(commands),
    )
    for name in kept:
        site = shop.sites[name]
        if isinstance(site, KubernetesSite) and not site.node_account:
            yield Point(
                id=f"nodes-pull-{name}",
                phase="accounts",
                what=f"nodes of {site.cluster} that may read {shop.registry(name)}",
                standing=Standing.ASK,
                why="they pull as their own service account, which the page does not name",
                command=f"state sites.{name}.node_account",
            )


def _clusters(shop: Shop) -> Iterator[Point]:
    for name, site in shop.serving_sites.items():
        if not isinstance(site, KubernetesSite):
            continue
        retired = site.ingress in RETIRED_CLASSES
        yield Point(
            id=f"ingress-{name}",
            phase="accounts",
            what=f"an ingress controller of class {site.ingress} in {site.cluster}, over all its zones",
            standing=Standing.OPEN if retired else Standing.ASK,
            why="the Kubernetes project's own controller of that class gets no fixes since March 2026"
            if retired
            else "the class alone starts nothing",
            command=f"kubectl --context {site.context or site.cluster} get ingressclass {site.ingress}",
        )
        if site.issuer:
            yield Point(
                id=f"issuer-{name}",
                phase="names",
                what=f"cert-manager's cluster issuer {site.issuer}, which proves the domain by DNS",
                standing=Standing.ASK,
                why="a standby has a certificate before anybody is led to it",
                command=f"kubectl --context {site.context or site.cluster} get clusterissuer {site.issuer}",
            )
        told = not shop.alarms.empty
        yield Point(
            id=f"prometheus-{name}",
            phase="operators",
            what=f"the Prometheus operator in {site.cluster}, whose Alertmanager has a mail server",
            standing=Standing.DONE if site.prometheus else Standing.OPEN if told else Standing.ASK,
            why="stated" if site.prometheus else "nothing else raises an alarm there, and nobody is told",
            command="" if site.prometheus else f"state sites.{name}.prometheus: true once it runs",
        )
        at_google = isinstance(site.place, CloudPlace) and site.place.kind == "gcp"
        yield Point(
            id=f"audit-{name}",
            phase="operators",
            what=f"an audit log of the API server of {site.cluster}, kept outside of the cluster",
            standing=Standing.DONE if at_google else Standing.ASK,
            why="Google Cloud writes who changed what by itself"  # GKE, audit logging: Admin Activity
            if at_google
            else "who read a secret or deleted a store is written nowhere else",
            command="" if at_google else _audited(site),
        )


def _audited(site: KubernetesSite) -> str:
    """What turns the log on, or shows it (Kubernetes, Auditing; EKS User Guide, control plane logs)."""
    if isinstance(site.place, CloudPlace) and site.place.kind == "aws":
        return f"aws eks describe-cluster --name {site.cluster} --query cluster.logging"
    return "kube-apiserver --audit-policy-file=... --audit-webhook-config-file=..."


def _page(shop: Shop, configured: frozenset[str] | None) -> Iterator[Point]:
    wanted = {**{name: f"--secret {name}" for name in secrets(shop)}, **{name: name for name in settings(shop)}}
    missing = sorted(wanted.keys() - (configured or frozenset()))
    yield Point(
        id="configuration",
        phase="configuration",
        what=f"the {len(wanted)} values that the stack's configuration holds",
        standing=Standing.ASK if configured is None else Standing.OPEN if missing else Standing.DONE,
        why=f"missing: {', '.join(missing)}" if missing else "all are set",
        command="; ".join(f"pulumi config set {wanted[name]} ..." for name in missing),
    )
    loose = sorted(
        {shop.image(tier, site) for tier in shop.tiers for site in shop.serving_sites if site not in shop.back_offices}
    )
    loose = [image for image in loose if "@sha256:" not in image and not image.startswith(("ami-", "projects/"))]
    yield Point(
        id="images",
        phase="configuration",
        what="images by digest, in a registry of each site's own",
        standing=Standing.OPEN if loose else Standing.DONE,
        why=f"a tag may be moved, and be another image at the standby: {loose[0]}" if loose else "all are",
        command="name@sha256:... in place of name:tag" if loose else "",
    )
    home = shop.state and shop.state.site
    apart = shop.state is not None and (home is None or home not in shop.live_sites)
    yield Point(
        id="state",
        phase="configuration",
        what="the infrastructure's state outside of the sites that serve",
        standing=Standing.DONE if apart else Standing.OPEN,
        why="else nobody can deploy once they are lost",
        command=""
        if apart
        else "state `state.url`, and move it: pulumi stack export, pulumi login, pulumi stack import",
    )
    if shop.state:
        yield from _state(shop.state)
    if follows(shop, "gcp"):
        yield Point(
            id="replica-seed",
            phase="configuration",
            what="a dump of the primary and a user that may replicate, for the copy at the other vendor",
            standing=Standing.ASK,
            why="the copy starts from the dump, which must hold GTIDs",
            command="mysqldump --single-transaction --set-gtid-purged=on --triggers --routines shop | gzip",
        )


def _state(state: State) -> Iterator[Point]:
    """What protects the state, and what opens it."""
    looked = _looks_at(state.url)
    if looked:
        yield Point(
            id="state-copy",
            phase="configuration",
            what="versions of the infrastructure's state, and a copy of it that is locked in another account",
            standing=Standing.DONE if state.copied else Standing.ASK,
            why="declared; what versions, public access and replication the bucket had before is replaced"
            if state.copied
            else "its bucket is there before the program, which declares neither, and goes with its account",
            command=looked,
        )
    if state.copied:
        yield Point(
            id="state-copied-once",
            phase="deployed",
            what="what the state's bucket held before it was copied, written once more, while no update runs",
            standing=Standing.ASK,
            why="replication carries what is written after it was set up, by objects under the key that is stated",
            command=f"aws s3api get-bucket-encryption --bucket {state.bucket}; aws s3 cp --recursive"
            f" s3://{state.bucket}/.pulumi/ s3://{state.bucket}/.pulumi/ --metadata-directive REPLACE",
        )
    passphrase = state.secrets == "passphrase"
    yield Point(
        id="state-secrets",
        phase="configuration",
        what="what opens the secrets in the state, kept apart from the account that holds it",
        standing=Standing.OPEN if state.secrets is None else Standing.ASK if passphrase else Standing.DONE,
        why="a passphrase that people keep, outside of every account"
        if passphrase
        else "stated: the assessment says what it is lost with"
        if state.secrets
        else "a copy that nobody can open is none",
        command="" if state.secrets else "state `state.secrets`; pulumi stack change-secrets-provider changes it",
    )


def _looks_at(url: str) -> str:
    """What shows whether a bucket with the state keeps versions, and is copied on; empty of what is no bucket here."""
    scheme, _, rest = url.partition("://")
    bucket = re.split(r"[/?]", rest)[0]
    return {
        "s3": f"aws s3api get-bucket-versioning --bucket {bucket}; aws s3api get-bucket-replication --bucket {bucket}",
        "gs": f"gcloud storage buckets describe gs://{bucket} --format 'yaml(versioning_enabled,soft_delete_policy)';"
        " gcloud transfer jobs list",
    }.get(scheme, "")


def _names(shop: Shop) -> Iterator[Point]:
    yield Point(
        id="delegation",
        phase="names",
        what=f"{shop.domain} delegated to the name servers that the stack gives out",
        standing=Standing.ASK,
        why="certificates are proved by DNS, and the deployment waits for them: zones first, delegate, go on",
        command=f"{DEPLOY_FIRST}; dig +short NS {shop.domain}",
    )
    clouds = sorted(shop.zones_at)
    yield Point(
        id="dns-vendors",
        phase="names",
        what="two vendors that answer for the domain",
        standing=Standing.DONE if len(clouds) > 1 else Standing.ASK,
        why=f"answered by {' and '.join(clouds) or 'nobody'}; DNSSEC is for one vendor alone, which signs with its own"
        " key",
        command="" if len(clouds) > 1 else f"dig +short DS {shop.domain}",
    )


def _people(shop: Shop) -> Iterator[Point]:
    told = shop.alarms
    count = len(told.mail) + len(told.chat) + len(told.pager) + len(told.sms)
    yield Point(
        id="receivers",
        phase="operators",
        what="somebody who is told of alarms",
        standing=Standing.DONE if count else Standing.OPEN,
        why=f"{count} stated" if count else "alarms that nobody hears are none",
        command="" if count else "state `alarms`: mail, chat, pager or sms",
    )
    if told.mail and "aws" in shop.serving_kinds:
        yield Point(
            id="mail-confirmed",
            phase="deployed",
            what="every address confirmed, once for each topic",
            standing=Standing.ASK,
            why="SNS sends nothing to an address that has not confirmed",
            command="aws sns list-subscriptions --region REGION",
        )
    own = shop.mysql is None or bool(shop.mysql.user) or shop.serving_kinds <= {"kubernetes"}
    yield Point(
        id="database-user",
        phase="deployed",
        what="a user of the shop's own at the database, with rights on its schema alone",
        standing=Standing.DONE if own else Standing.OPEN,
        why="stated, or made by the operator of MySQL"
        if own
        else "the shop logs in as the administrator, whose rights no program should have",
        command="" if own else "state mysql.user; on Google Cloud docs/operations/database-user.md",
    )
    yield Point(
        id="rehearsal",
        phase="operators",
        what="a failover and the way back rehearsed, and a restore",
        standing=Standing.ASK,
        why="what was never done does not work",
        command="docs/operations/README.md; bcinfra drill",
    )
