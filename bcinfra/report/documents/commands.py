"""With which command a step of a recovery is done: by its act and the type of the resource that it is done to.

Every command names the shop's own resource and goes to the endpoint of the place where that is; none opens a console.
What the cloud names by itself (ids of keys, of file systems) is looked up by a command that goes to the same endpoint.
Sources: the vendors' references of their command lines (awscli.amazonaws.com/v2/documentation/api/latest,
cloud.google.com/sdk/gcloud/reference, kubernetes.io/docs/reference/kubectl, www.pulumi.com/docs/iac/cli), 2026-11.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

from bcinfra.continuity.judgement.runbooks import Runbook
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Model, Part, Pool, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.steps import Act, Step
from bcinfra.graph.core.model import Graph, Resource
from bcinfra.places.place import Place
from bcinfra.places.table import REGIONS

Value: TypeAlias = "str | int | bool | list[str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCall:
    """A call of an AWS API, as an automation document makes it; its command line follows from it."""

    service: str
    api: str
    inputs: Mapping[str, Value] = field(default_factory=dict[str, "Value"])
    region: str
    query: str | None = None
    """JMESPath of what is shown; a call with one only looks."""

    @property
    def line(self) -> str:
        words = ["aws", self.service, _kebab(self.api)]
        for name, value in self.inputs.items():
            match value:
                case bool():
                    words.append(f"--{'' if value else 'no-'}{_kebab(name)}")
                case list():
                    words += [f"--{_kebab(name)}", *map(_quoted, value)]
                case _:
                    words += [f"--{_kebab(name)}", _quoted(value if isinstance(value, str) else str(value))]
        words += ["--region", shlex.quote(self.region)]
        if self.query:
            words += ["--query", _quoted(self.query), "--output", "text"]
        return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """A call of a Google Cloud API, as a workflow makes it."""

    method: str
    url: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to type, and what it answers."""

    line: str
    answer: str
    """What is seen when it worked."""
    back: str = ""
    """How it is undone."""
    aws: AwsCall | None = None
    http: HttpCall | None = None
    needs: tuple[Domain, ...] = ()
    """Where its endpoint and its credentials are."""
    looks: bool = False
    """Whether it changes nothing."""


def lost_to(command: Command, failed: Iterable[Domain], returned: Collection[Domain] = ()) -> tuple[Domain, ...]:
    """What a command needs of what is lost: its endpoint's region, its account. ``returned``: what is back by then."""
    down = tuple(failed)
    return tuple(d for d in command.needs if d.hit_by(down) and not any(outer in returned for outer in d.chain()))


def _mapping(value: object) -> Mapping[str, object]:
    """What is a mapping, as one; nothing of anything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _kebab(name: str) -> str:
    """``db-instance-identifier`` of ``DBInstanceIdentifier``, as the AWS command line writes it."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1-\2", name)).lower()


class _Filled(str):
    """What a shell fills in: the answer of a command, or a variable that a person sets. Nothing of the graph's own text
    is in it but in quotes."""

    __slots__ = ()


def _plain(name: str) -> str:
    """The name of a region, project or account; nothing of what cannot be one."""
    return name if re.fullmatch(r"[\w.:-]+", name) else ""


def _answer_of(call: AwsCall) -> _Filled:
    return _Filled(f"$({call.line})")


def _quoted(text: str) -> str:
    """A word of a command line: what a resource is called is never run."""
    if isinstance(text, _Filled) or ("'" in text and not re.search(r'["$`\\!]', text)):
        return f'"{text}"'
    return shlex.quote(text)


class Commands:
    """The commands of one stack."""

    def __init__(self, graph: Graph, model: Model) -> None:
        self.graph = graph
        self.model = model
        self.stack = graph.stack

    def of(self, step: Step, page: Runbook, site: str | None, returned: Collection[Domain] = ()) -> tuple[Command, ...]:
        """The commands of a step; none where it is done without one. Those that need what is lost are left out.
        ``site``: where service is given from afterwards; ``returned``: what is back when the step is done."""
        subject = step.deed.subject
        at = _At(self, step, page, site, frozenset(returned), subject if isinstance(subject, Subject) else None)
        made = [*_BY_ACT.get(step.deed.kind, _nothing)(at)]
        return tuple(one for one in made if not lost_to(one, page.scenario.failed, returned))

    # What the graph holds

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        model = self.model
        stores = [part for store in model.stores for part in (*store.members, *store.copies, *store.final)]
        every = (*model.pools, *model.balancers, *model.entries, *model.plans, *stores)
        return {part.urn: part for part in every}

    def resource(self, urn: str) -> Resource | None:
        return self.graph.resources.get(urn.partition("#")[0])

    def place(self, urn: str) -> Place | None:
        """Where a part is: its region, of what its failure domains say, else of the resource's own provider."""
        part = self.parts.get(urn)
        homes = [outer for home in part.homes for outer in home.chain()] if part else []
        found = next((d.place for d in homes if d.kind is DomainKind.REGION and d.place), None)
        return found or (Place.parse(part.site) if part and part.site else None)

    def domains(self, urn: str) -> tuple[Domain, ...]:
        """The region and the account that a part is in, and the control plane that changes it."""
        part = self.parts.get(urn)
        if part is None:
            return ()
        kinds = (DomainKind.REGION, DomainKind.ACCOUNT, DomainKind.CONTROL_PLANE, DomainKind.PROVIDER)
        every = (outer for d in (*part.homes, *part.needs_to_recover) for outer in d.chain())
        return tuple(dict.fromkeys(d for d in every if d.kind in kinds))

    def linked(self, resource: Resource, name: str) -> Resource | None:
        """The resource that an input leads to."""
        urns = resource.property_dependencies.get(name, ())
        return next((self.graph.resources[urn] for urn in urns if urn in self.graph.resources), None)

    def called(self, resource: Resource) -> str:
        """What the cloud calls it: by its own property, by its id where it is deployed, else as the program does."""
        for name in _NAMES.get(resource.type, ("name",)):
            value = resource.inputs.get(name)
            if isinstance(value, str) and value:
                return value
        return str(resource.id or resource.name)

    @cached_property
    def _stated(self) -> Mapping[str, object]:
        """The shop's specification, where the program holds one."""
        shop = next(iter(self.graph.of_type("bcinfra:assembly:Shop")), None)
        spec: object = shop.inputs.get("spec") if shop else None
        return _mapping(json.loads(spec) if isinstance(spec, str) else spec)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that the shop's people speak, as it states."""
        stated = _mapping(self._stated.get("contact")).get("languages")
        return tuple(map(str, cast("list[object]", stated))) if isinstance(stated, list) else ()

    def reached(self, failed: Iterable[Domain]) -> tuple[str, ...]:
        """Numbers and addresses at which a person is reached while those domains are lost."""
        gone = {part for domain in failed for part in domain.name.split("/")}
        contact = _mapping(self._stated.get("contact"))
        phone, mail, page = (_mapping(contact.get(name)) for name in ("phone", "mail", "page"))
        numbers = [
            one.get("number") for one in (phone, _mapping(phone.get("overflow"))) if one.get("carrier") not in gone
        ]
        address = mail.get("address") if mail.get("mx") not in gone else None
        domain = page.get("domain") if not gone & {page.get("vendor"), page.get("dns")} else None
        found = (next(iter(numbers), None), address, domain and f"https://{domain}")
        return tuple(str(one) for one in found if one)

    @cached_property
    def sites(self) -> Mapping[tuple[str, str], str]:
        """Region of a cloud → the program's name of the site there, where a shop's specification gives one."""
        found: dict[tuple[str, str], str] = {}
        for name, row in _mapping(self._stated.get("sites")).items():
            stated = _mapping(row)
            place = _mapping(stated.get("place")) or stated  # of a cluster: what it stands on
            if isinstance(region := place.get("region"), str):
                found[str(place.get("kind", "aws")), region] = name
            elif place is not stated:
                found["onprem", name] = name
        return found

    def active(self, site: str) -> str:
        """The command that tells the program which site writes; empty where the program has no such setting."""
        place = Place.parse(site)
        name = self.sites.get((place.cloud, place.region)) if place else None
        return f"pulumi config set activeSite {shlex.quote(name)} --stack {shlex.quote(self.stack)}" if name else ""

    @cached_property
    def state(self) -> tuple[str, tuple[Domain, ...]]:
        """Where the infrastructure's state is, in words, and what it needs."""
        found = next((s for s in self.model.stores if s.kind is StoreKind.STATE), None)
        if found is None or not found.members:
            return "", ()
        member = found.members[0]
        return member.label.rpartition(" at ")[2], (*member.homes, *member.needs_to_run)


@dataclass(frozen=True)
class _At:
    """One step of one page."""

    commands: Commands
    step: Step
    page: Runbook
    site: str | None
    returned: frozenset[Domain]
    subject: Subject | None

    @property
    def urn(self) -> str:
        return self.subject.urn if self.subject else ""

    @cached_property
    def resource(self) -> Resource | None:
        return self.commands.resource(self.urn)

    @property
    def name(self) -> str:
        return self.commands.called(self.resource) if self.resource else self.subject.name if self.subject else ""

    @property
    def place(self) -> Place | None:
        return self.commands.place(self.urn)

    @property
    def region(self) -> str:
        return _plain(self.place.region if self.place else "")

    @property
    def needs(self) -> tuple[Domain, ...]:
        return (*self.step.needs, *self.commands.domains(self.urn))

    def text(self, name: str, default: str = "") -> str:
        value = self.resource.inputs.get(name) if self.resource else None
        return value if isinstance(value, str) else default

    @property
    def anew(self) -> bool:
        """Whether it is a copy that is made anew by who issued it."""
        part = self.commands.parts.get(self.urn)
        return isinstance(part, RecoveryPoint) and part.anew

    @property
    def project(self) -> str:
        """The Google Cloud project that it is in."""
        part = self.commands.parts.get(self.urn)
        own, other = part.homes if part else (), self.needs
        named = [d.name.partition("/")[2] for d in (*own, *other) if d.kind is DomainKind.ACCOUNT]
        return _plain(next(iter(named), self.text("project")))

    @property
    def account(self) -> str:
        """The AWS account that it is in."""
        return _plain(next((d.name.partition("/")[2] for d in self.needs if d.kind is DomainKind.ACCOUNT), ""))

    def on(self, urn: str) -> _At:
        """The same step, of another part."""
        return _At(self.commands, self.step, self.page, self.site, self.returned, Subject(Noun.PART, urn, urn))

    def aws(
        self, service: str, api: str, answer: str, back: str = "", /, *, query: str | None = None, **inputs: Value
    ) -> Command:
        call = AwsCall(service=service, api=api, inputs=inputs, region=self.region, query=query)
        looks = api.startswith(("Describe", "List", "Get"))
        return Command(line=call.line, answer=answer, back=back, aws=call, needs=self.needs, looks=looks)

    def gcloud(self, words: str, answer: str, back: str = "", http: HttpCall | None = None) -> Command:
        project = f" --project {shlex.quote(self.project)}" if self.project else ""
        return Command(line=f"gcloud {words}{project}", answer=answer, back=back, http=http, needs=self.needs)

    def kubectl(self, words: str, answer: str, back: str = "") -> Command:
        clusters = (d.name for d in self.needs if d.kind in (DomainKind.REGION, DomainKind.CONTROL_PLANE))
        context = next(
            (n.removeprefix("Kubernetes cluster ") for n in clusters if n.startswith("Kubernetes")), self.region
        )
        namespace = self._metadata.get("namespace")
        of = f" --namespace {shlex.quote(namespace)}" if isinstance(namespace, str) else ""
        return Command(
            line=f"kubectl --context {shlex.quote(context)}{of} {words}", answer=answer, back=back, needs=self.needs
        )

    @property
    def _metadata(self) -> Mapping[str, object]:
        return _mapping(self.resource.inputs.get("metadata") if self.resource else None)

    def kubernetes_name(self) -> str:
        name = self._metadata.get("name")
        return shlex.quote(name if isinstance(name, str) else self.name)

    def pulumi(self, words: str, answer: str, back: str = "") -> Iterator[Command]:
        """A run of the program, with the state where it is, or anew where that is lost."""
        where, homes = self.commands.state
        stack = shlex.quote(self.commands.stack)
        probe = Command(line="", answer="", needs=homes)
        if lost_to(probe, self.page.scenario.failed, self.returned):
            yield Command(
                line=f"pulumi login file://$PWD/state && pulumi stack init {stack}",
                answer=f"an empty state on this machine: {where} is lost with the scenario",
                back="remove the folder state",
            )
        else:
            yield Command(
                line=f"pulumi stack export --stack {stack} --file before.json",
                answer=f"before.json holds the state of now{f' (it is kept at {where})' if where else ''}",
                needs=homes,
                looks=True,
            )
        yield Command(line=f"pulumi {words} --stack {stack}", answer=answer, back=back, needs=homes)


_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:rds/instance:Instance": ("identifier",),
    "aws:rds/cluster:Cluster": ("clusterIdentifier",),
    "aws:rds/globalCluster:GlobalCluster": ("globalClusterIdentifier",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("replicationGroupId",),
    "aws:s3/bucket:Bucket": ("bucket",),
    "aws:s3/bucketV2:BucketV2": ("bucket",),
    "aws:efs/fileSystem:FileSystem": ("creationToken",),
    "aws:acm/certificate:Certificate": ("domainName",),
    "gcp:secretmanager/secret:Secret": ("secretId",),
    "gcp:datastream/stream:Stream": ("streamId",),
}
"""Type → the inputs that name it; of others ``name``."""

_Made: TypeAlias = Iterator[Command]
_Maker: TypeAlias = Callable[[_At], _Made]


def _nothing(_: _At) -> _Made:
    yield from ()


def _by_type(**makers: _Maker) -> _Maker:
    """One of several, by the type of the resource; the keys are its token with underscores."""

    def made(at: _At) -> _Made:
        key = re.sub(r"\W", "_", at.resource.type) if at.resource else ""
        yield from makers.get(key, _nothing)(at)

    return made


# Databases, caches, files


def _promote_instance(at: _At) -> _Made:
    yield at.aws(
        "rds",
        "PromoteReadReplica",
        "DBInstanceStatus becomes modifying, after some minutes available",
        "none: it never follows again, and the old primary must not write any more; make a new replica of it later",
        DBInstanceIdentifier=at.name,
    )
    yield at.aws(
        "rds",
        "DescribeDBInstances",
        "available  None: it runs and follows nobody",
        query="DBInstances[0].[DBInstanceStatus,ReadReplicaSourceDBInstanceIdentifier]",
        DBInstanceIdentifier=at.name,
    )


def _promote_cluster(at: _At) -> _Made:
    joined = at.commands.linked(at.resource, "globalClusterIdentifier") if at.resource else None
    if joined is None:
        yield at.aws(
            "rds",
            "PromoteReadReplicaDBCluster",
            "Status becomes promoting, then available",
            "none: make a new replica afterwards",
            DBClusterIdentifier=at.name,
        )
    else:
        yield at.aws(
            "rds",
            "FailoverGlobalCluster",
            "FailoverState: Status is failing-over, then gone; this cluster is the writer",
            "the same command with the other cluster, once that region is back and follows",
            GlobalClusterIdentifier=at.commands.called(joined),
            TargetDbClusterIdentifier=f"arn:aws:rds:{at.region}:{at.account}:cluster:{at.name}",
            AllowDataLoss=True,
        )
    yield at.aws("rds", "DescribeDBClusters", "available", query="DBClusters[0].Status", DBClusterIdentifier=at.name)


def _promote_cache(at: _At) -> _Made:
    joined = at.commands.linked(at.resource, "globalReplicationGroupId") if at.resource else None
    suffix = joined.inputs.get("globalReplicationGroupIdSuffix") if joined else None
    if not isinstance(suffix, str):
        yield at.aws(
            "elasticache", "TestFailover", "a replica becomes primary", ReplicationGroupId=at.name, NodeGroupId="0001"
        )
        return
    look = AwsCall(
        service="elasticache",
        api="DescribeGlobalReplicationGroups",
        region=at.region,
        query=f"GlobalReplicationGroups[?ends_with(GlobalReplicationGroupId, '{suffix}')].GlobalReplicationGroupId",
    )
    yield at.aws(
        "elasticache",
        "FailoverGlobalReplicationGroup",
        "Status becomes modifying, then available, with this region as primary",
        "the same command with the other region, once that is back",
        GlobalReplicationGroupId=_answer_of(look),
        PrimaryRegion=at.region,
        PrimaryReplicationGroupId=at.name,
    )


def _promote_files(at: _At) -> _Made:
    there = AwsCall(
        service="efs",
        api="DescribeFileSystems",
        inputs={"CreationToken": at.name},
        region=at.region,
        query="FileSystems[0].FileSystemId",
    )
    look = AwsCall(
        service="efs",
        api="DescribeReplicationConfigurations",
        inputs={"FileSystemId": _answer_of(there)},
        region=at.region,
        query="Replications[0].SourceFileSystemId",
    )
    yield at.aws(
        "efs",
        "DeleteReplicationConfiguration",
        "no output; the file system here takes writes within minutes",
        "none: set up the replication again, the other way round, afterwards",
        SourceFileSystemId=_answer_of(look),
    )


def _promote_sql(at: _At) -> _Made:
    url = f"https://sqladmin.googleapis.com/v1/projects/{at.project}/instances/{at.name}/promoteReplica?failover=true"
    yield at.gcloud(
        f"sql instances promote-replica {shlex.quote(at.name)}",
        "Promoting Cloud SQL replica...done.",
        "none: it never follows again; make a new replica of it afterwards",
        HttpCall(method="POST", url=url),
    )
    yield at.gcloud(
        f"sql instances describe {shlex.quote(at.name)} --format 'value(state,instanceType)'",
        "RUNNABLE  CLOUD_SQL_INSTANCE",
    )


def _promote_memorystore(at: _At) -> _Made:
    yield at.gcloud(
        f"redis clusters detach {shlex.quote(at.name)} --region {at.region}",
        "the operation ends without error; the cluster takes writes",
        "none: make the old one a secondary of this one afterwards",
    )


def _promote_percona(at: _At) -> _Made:
    patch = json.dumps({"spec": {"pxc": {"replicationChannels": []}}})
    yield at.kubectl(
        f"patch perconaxtradbcluster {at.kubernetes_name()} --type merge --patch {shlex.quote(patch)}",
        "perconaxtradbcluster.pxc.percona.com/... patched",
        "give the channels back as the program states them: pulumi up",
    )
    yield at.kubectl(f"get perconaxtradbcluster {at.kubernetes_name()}", "STATUS ready")


# Compute


def _wanted(at: _At) -> int:
    """Replicas that carry the whole load: as many as the largest pool of the same release has."""
    pools = {one.urn: one for one in at.commands.model.pools}
    own = pools.get(at.urn)
    alike = [p for p in pools.values() if own and (p is own or (p.release and p.release == own.release))]
    return max((_size(p) for p in alike), default=1)


def _size(pool: Pool) -> int:
    return max(n for n in (pool.stated, pool.desired, pool.minimum, 1) if n is not None)


def _grow_ecs(at: _At) -> _Made:
    cluster = at.commands.linked(at.resource, "cluster") if at.resource else None
    of: dict[str, str] = {"cluster": at.commands.called(cluster) if cluster else at.text("cluster", "default")}
    yield at.aws(
        "ecs",
        "UpdateService",
        "runningCount rises to desiredCount within minutes",
        "the same with the count of before",
        **of,
        service=at.name,
        desiredCount=_wanted(at),
    )
    yield at.aws(
        "ecs",
        "DescribeServices",
        f"two equal numbers, {_wanted(at)} or more",
        query="services[0].[runningCount,desiredCount]",
        **of,
        services=[at.name],
    )


def _grow_asg(at: _At) -> _Made:
    yield at.aws(
        "autoscaling",
        "SetDesiredCapacity",
        "no output; instances are InService within minutes",
        "the same with the number of before",
        AutoScalingGroupName=at.name,
        DesiredCapacity=_wanted(at),
    )


def _grow_run(at: _At) -> _Made:
    n = _wanted(at)
    url = f"https://run.googleapis.com/v2/projects/{at.project}/locations/{at.region}/services/{at.name}"
    yield at.gcloud(
        f"run services update {shlex.quote(at.name)} --region {at.region} --min-instances {n}",
        "Done. The new revision serves 100 percent of traffic",
        "the same with the number of before",
        HttpCall(
            method="PATCH",
            url=f"{url}?updateMask=template.scaling.minInstanceCount",
            body={"template": {"scaling": {"minInstanceCount": n}}},
        ),
    )


def _grow_deployment(at: _At) -> _Made:
    name = at.kubernetes_name()
    yield at.kubectl(
        f"scale deployment {name} --replicas {_wanted(at)}", "scaled", "the same with the number of before"
    )
    yield at.kubectl(f"rollout status deployment {name}", "successfully rolled out")


def _rolled_back(at: _At) -> _Made:
    """Everything that runs the release that failed."""
    bad = {d.name for d in at.page.scenario.failed if d.kind is DomainKind.RELEASE}
    for pool in at.commands.model.pools:
        if pool.release and pool.release.name in bad and pool.site == (at.site or pool.site):
            yield from _ROLL_BACK(at.on(pool.urn))


def _back_ecs(at: _At) -> _Made:
    cluster = at.commands.linked(at.resource, "cluster") if at.resource else None
    look = AwsCall(
        service="ecs",
        api="ListTaskDefinitions",
        inputs={"sort": "DESC", "familyPrefix": at.name, "maxItems": 2},
        region=at.region,
        query="taskDefinitionArns[1]",
    )
    of: dict[str, str] = {"cluster": at.commands.called(cluster) if cluster else "default"}
    yield at.aws(
        "ecs", "UpdateService", "rolloutState COMPLETED", **of, service=at.name, taskDefinition=_answer_of(look)
    )


def _back_run(at: _At) -> _Made:
    name = shlex.quote(at.name)
    project = f" --project {at.project}" if at.project else ""
    of = f"--service {name} --region {at.region}{project}"
    look = f"gcloud run revisions list {of} --format 'value(name)' --limit 2 | tail -1"
    yield at.gcloud(
        f'run services update-traffic {name} --region {at.region} --to-revisions "$({look})=100"',
        "100% of traffic goes to the revision of before",
        f"gcloud run services update-traffic {name} --to-latest",
    )


def _back_deployment(at: _At) -> _Made:
    yield at.kubectl(f"rollout undo deployment {at.kubernetes_name()}", "rolled back", "rollout undo once more")


_ROLL_BACK: Final = _by_type(
    aws_ecs_service_Service=_back_ecs,
    gcp_cloudrunv2_service_Service=_back_run,
    kubernetes_apps_v1_Deployment=_back_deployment,
)


# Plans and names


def _start_region_switch(at: _At) -> _Made:
    look = AwsCall(
        service="arc-region-switch", api="ListPlansInRegion", region=at.region, query=f"plans[?name=='{at.name}'].arn"
    )
    yield at.aws(
        "arc-region-switch",
        "ListPlanExecutions",
        "inProgress or completed: it runs, wait for it; nothing: start it with the next command",
        query="items[0].[executionState,startTime]",
        planArn=_answer_of(look),
    )
    yield at.aws(
        "arc-region-switch",
        "StartPlanExecution",
        "an executionId",
        "a plan execution with the other region as target, once that is healthy",
        planArn=_answer_of(look),
        targetRegion=at.region,
        action="activate",
        mode="ungraceful",
    )


def _start_workflow(at: _At) -> _Made:
    name = shlex.quote(at.name)
    yield at.gcloud(
        f"workflows executions list {name} --location {at.region} --limit 3",
        "ACTIVE or SUCCEEDED: it runs, wait for it; nothing of today: start it with the next command",
    )
    yield at.gcloud(
        f"workflows run {name} --location {at.region}",
        "state: SUCCEEDED",
        "none: the old site becomes a replica of this one afterwards",
    )


def _turn_name(at: _At) -> _Made:
    """Answers of a failover pair are turned by their health check; of others the record is written anew."""
    entry = next((e for e in at.commands.model.entries if e.urn == at.urn), None)
    checks = [r for r in entry.routes if r.health_check and not r.standby] if entry else []
    found = [check for r in checks if (check := at.commands.resource(r.health_check or ""))]
    for check in found[:1]:
        name = check.inputs.get("fqdn") or check.inputs.get("referenceName") or check.name
        query = f"HealthChecks[?HealthCheckConfig.FullyQualifiedDomainName=='{name}'].Id"
        look = f"aws route53 list-health-checks --query {_quoted(query)} --output text"
        yield Command(
            line=f'aws route53 update-health-check --health-check-id "$({look})" --inverted',
            answer="HealthCheck with Inverted true: the first answer is withdrawn, the standby is given",
            back="the same with --no-inverted",
            needs=at.needs,
        )
    if not found:
        zone = f"aws route53 list-hosted-zones-by-name --dns-name {_domain(at)} --query HostedZones[0].Id --output text"
        yield Command(
            line=f'aws route53 change-resource-record-sets --hosted-zone-id "$({zone})" --change-batch file://change.json',
            answer="ChangeInfo with Status PENDING, within a minute INSYNC",
            back="the same with the answer of before, which list-resource-record-sets shows: save it first",
            needs=at.needs,
        )


def _domain(at: _At) -> str:
    entry = next((e for e in at.commands.model.entries if e.urn == at.urn), None)
    name = entry.name if entry else at.name
    return shlex.quote(".".join(name.split(".")[-2:]))


def _turn_google_name(at: _At) -> _Made:
    entry = next((e for e in at.commands.model.entries if e.urn == at.urn), None)
    name, zone = shlex.quote(f"{entry.name if entry else at.name}."), shlex.quote(at.text("managedZone", "ZONE"))
    kind = shlex.quote(at.text("type", "A"))
    yield at.gcloud(
        f"dns record-sets describe {name} --type {kind} --zone {zone}",
        "the answer of now: note it, it is the way back",
    )
    yield at.gcloud(
        f'dns record-sets update {name} --type {kind} --zone {zone} --ttl 60 --rrdatas "$NEW_ADDRESS"',
        "the new address; clients follow after the old TTL",
        "the same with the address of before",
    )


def _delegate(at: _At) -> _Made:
    name = _domain(at)
    yield Command(
        line=f"dig +norecurse NS {name} @$(dig +short NS {name.rpartition('.')[2]}. | head -1)",
        answer="the name servers of the new zone, once the registrar has told the registry",
        looks=True,
    )


# Zones, keys, certificates


def _leave_zone(at: _At) -> _Made:
    zones = [d for d in at.page.scenario.failed if d.kind is DomainKind.ZONE]
    for balancer in at.commands.model.balancers:
        there = at.on(balancer.urn)
        if there.resource and there.resource.type.startswith("aws:lb/"):
            for zone in zones:
                if zone.place and there.place and zone.place.region == there.place.region:
                    look = AwsCall(
                        service="elbv2",
                        api="DescribeLoadBalancers",
                        inputs={"names": [there.name]},
                        region=there.region,
                        query="LoadBalancers[0].LoadBalancerArn",
                    )
                    yield there.aws(
                        "arc-zonal-shift",
                        "StartZonalShift",
                        "status ACTIVE",
                        "aws arc-zonal-shift cancel-zonal-shift --zonal-shift-id ID",
                        resourceIdentifier=_answer_of(look),
                        awayFrom=zone.short,
                        expiresIn="12h",
                        comment=f"{zone.short} is ill",
                    )


def _keep_key(at: _At) -> _Made:
    keys = [d for d in at.page.scenario.failed if d.kind is DomainKind.KEY]
    for key in keys:
        found = next((r for r in at.commands.graph if r.name == key.short and "kms" in r.type), None)
        region = key.name.split("/")[1] if key.name.count("/") > 1 else ""
        if found is None or not region:
            continue
        if found.type == "aws:kms/key:Key":
            alias = next(
                (a for a in at.commands.graph.of_type("aws:kms/alias:Alias") if found.urn in a.dependencies), None
            )
            named: object = alias.inputs.get("name") if alias else None
            query = f"Aliases[?AliasName=='{named}'].TargetKeyId"
            look = AwsCall(service="kms", api="ListAliases", region=region, query=query)
            id = _answer_of(look) if isinstance(named, str) else str(found.id or found.name)
            for api, answer in (("CancelKeyDeletion", "KeyId"), ("EnableKey", "no output: the key is Enabled")):
                call = AwsCall(service="kms", api=api, inputs={"KeyId": id}, region=region)
                yield Command(line=call.line, answer=answer, back="none is wanted", aws=call)
        else:
            ring = at.commands.linked(found, "keyRing")
            of = shlex.quote(at.commands.called(ring)) if ring else "RING"
            named = shlex.quote(at.commands.called(found))
            yield Command(
                line=f"gcloud kms keys versions restore 1 --key {named} --keyring {of} --location {region}",
                answer="state: DISABLED; then gcloud kms keys versions enable with the same words: ENABLED",
                back="none is wanted",
            )


def _renew(at: _At) -> _Made:
    for domain in at.page.scenario.failed:
        name = domain.name.partition(" ")[0]
        if domain.kind is DomainKind.REGISTRATION:
            yield Command(line=f"whois {shlex.quote(name)}", answer="a new date of expiry", looks=True)
        elif domain.kind is DomainKind.CERTIFICATE:
            region = domain.at.region if domain.at else ""
            if region in REGIONS and REGIONS[region].cloud == "aws":
                call = AwsCall(
                    service="acm",
                    api="RequestCertificate",
                    inputs={"DomainName": name, "SubjectAlternativeNames": [f"*.{name}"], "ValidationMethod": "DNS"},
                    region=region,
                )
                yield Command(
                    line=call.line,
                    answer="a CertificateArn; its CNAME proof is the one of before, so it is ISSUED within minutes",
                    back="aws acm delete-certificate",
                    aws=call,
                )


# Building anew and restoring


def _site_of(at: _At) -> str:
    place = Place.parse(at.site) if at.site else None
    return at.commands.sites.get((place.cloud, place.region), "") if place else ""


def _rebuild(at: _At) -> _Made:
    site = _site_of(at)
    taken = [d for d in at.page.scenario.failed if d.kind is DomainKind.ACCOUNT and d not in at.returned]
    first = f"the page names a new account in place of {', '.join(d.short for d in taken)}; then " if taken else ""
    if site:
        yield Command(
            line=at.commands.active(at.site or ""),
            answer="no output: the program now takes this site for the one that writes",
            back="pulumi config set activeSite with the site of before",
        )
    target = f"--target {shlex.quote(f'**{site}**')} --target-dependents " if site else ""
    yield from at.pulumi(f"up {target}--refresh=false", f"{first}{_UP}", _BACK)


_UP: Final = "a preview to read first: nothing in it may be of what is lost; then every resource created or updated"
_BACK: Final = "pulumi stack import --file before.json, before anything else is done"


def _restore(at: _At) -> _Made:
    copy = at.step.deed.object
    if isinstance(copy, Subject):
        yield from _RESTORE(at.on(copy.urn))


_POINT: Final = _Filled("$POINT")


def _role(account: str) -> str:
    return _Filled(f"arn:aws:iam::{account if account.isdigit() else '$ACCOUNT'}:role/$ROLE")


def _vault_at(at: _At, region: str) -> str:
    """The vault that a copy can be taken to for a restore there: the shop's own, where its account is not lost."""
    for vault in at.commands.graph.of_type("aws:backup/vault:Vault"):
        part = next((p for urn, p in at.commands.parts.items() if urn.partition("#")[0] == vault.urn), None)
        there = at.on(part.urn) if part else None
        if there and there.region == region and not any(d.hit_by(at.page.scenario.failed) for d in there.needs):
            return f"arn:aws:backup:{region}:{there.account}:backup-vault:{there.name}"
    return _Filled("$VAULT_ARN")


def _restore_vault(at: _At) -> _Made:
    yield at.aws(
        "backup",
        "ListRecoveryPointsByBackupVault",
        "the newest recovery points of this vault with their times: note the ARN of the one to restore",
        query="reverse(sort_by(RecoveryPoints,&CreationDate))[:10].[CreationDate,ResourceType,Status,RecoveryPointArn]",
        BackupVaultName=at.name,
    )
    place = Place.parse(at.site) if at.site else None
    region, vault, account = at.region, at.name, at.account
    if place and place.cloud == "aws" and place.region != at.region:
        region, arn = place.region, _vault_at(at, place.region)
        vault, account = (arn.rpartition(":")[2], arn.split(":")[4]) if ":" in arn else (_Filled("$VAULT"), "")
        yield at.aws(
            "backup",
            "StartCopyJob",
            f"a CopyJobId; describe-copy-job shows COMPLETED. POINT is from now on the copy in {region}",
            "none is needed: the copy in the vault is not touched",
            RecoveryPointArn=_POINT,
            SourceBackupVaultName=at.name,
            DestinationBackupVaultArn=arn,
            IamRoleArn=_role(at.account),
        )
    of: dict[str, Value] = {"BackupVaultName": vault, "RecoveryPointArn": _POINT}
    look = AwsCall(service="backup", api="GetRecoveryPointRestoreMetadata", inputs=of, region=region)
    yield Command(
        line=f"{look.line} --query RestoreMetadata > metadata.json",
        answer="metadata.json: change names and networks in it to those of the place that it is restored to",
        aws=look,
        looks=True,
    )
    start = AwsCall(
        service="backup",
        api="StartRestoreJob",
        inputs={
            "RecoveryPointArn": _POINT,
            "Metadata": "file://metadata.json",
            "IamRoleArn": _role(account),
        },
        region=region,
    )
    yield Command(
        line=start.line,
        answer="a RestoreJobId; describe-restore-job shows COMPLETED",
        back="delete what was restored: the copy in the vault is not touched",
        aws=start,
    )


def _restore_instance(at: _At) -> _Made:
    yield at.aws(
        "rds",
        "DescribeDBInstanceAutomatedBackups",
        "the window that can be restored",
        query="DBInstanceAutomatedBackups[0].RestoreWindow",
        DBInstanceIdentifier=at.name,
    )
    yield at.aws(
        "rds",
        "RestoreDBInstanceToPointInTime",
        "DBInstanceStatus creating, then available",
        "delete the restored instance",
        SourceDBInstanceIdentifier=at.name,
        TargetDBInstanceIdentifier=f"{at.name}-restored",
        UseLatestRestorableTime=True,
    )


def _restore_cluster(at: _At) -> _Made:
    yield at.aws(
        "rds",
        "RestoreDBClusterToPointInTime",
        "Status creating, then available; add instances as the program states them",
        "delete the restored cluster",
        SourceDBClusterIdentifier=at.name,
        DBClusterIdentifier=f"{at.name}-restored",
        UseLatestRestorableTime=True,
    )


def _restore_log(at: _At, store: Store) -> _Made:
    """A copy in the archive's account first, then the log on it, up to a moment."""
    here = {d for d in at.needs if d.kind is DomainKind.ACCOUNT}
    base = next((c for c in store.copies if c.stream is None and here & {*c.homes}), None)
    if base is not None:
        yield from _RESTORE(_At(at.commands, at.step, at.page, None, at.returned, base.subject))
    bucket = f"BINLOG_BUCKET={shlex.quote(at.name)} BUCKET_REGION={at.region}"
    given = f"{bucket} MYSQL_HOST=$HOST MYSQL_PORT=3306 MYSQL_USER=$USER"
    yield Command(
        line=f"{given} python -m bcinfra.operations.archive_binlogs restore $MOMENT",
        answer="the position that was reached; what the copy holds already is left out",
        back="restore the copy again: neither it nor the log is touched",
        needs=at.needs,
    )


def _restore_objects(at: _At) -> _Made:
    part = at.commands.parts.get(at.urn)
    holder = next((s for s in at.commands.model.stores if part in s.copies), None)
    if isinstance(part, RecoveryPoint) and part.stream and holder and holder.kind is StoreKind.RELATIONAL:
        yield from _restore_log(at, holder)
        return
    source = shlex.quote(f"s3://{at.name}")
    yield Command(
        line=f"aws s3 sync {source} s3://$TARGET --source-region {at.region} --region $TARGET_REGION",
        answer="a line for each object; a second run copies nothing",
        back="nothing is deleted: take the objects away again from the target",
        needs=at.needs,
    )


def _restore_secret(at: _At) -> _Made:
    if at.anew:
        place = Place.parse(at.site) if at.site else None
        inputs: dict[str, Value] = {"SecretId": at.name, "SecretString": "file://new-secret"}
        call = AwsCall(
            service="secretsmanager", api="PutSecretValue", inputs=inputs, region=place.region if place else ""
        )
        yield Command(line=call.line, answer="a VersionId: what was issued again is in use", back=_OLDER, aws=call)
        return
    yield at.aws(
        "secretsmanager",
        "RestoreSecret",
        "the ARN: it is no longer marked for deletion",
        "delete-secret marks it again",
        SecretId=at.name,
    )


_OLDER: Final = "the version of before, by its id"


def _google_secret(at: _At) -> _Made:
    if at.anew:
        gone = {d.name.partition("/")[2] for d in at.page.scenario.failed if d.kind is DomainKind.ACCOUNT}
        project = "$PROJECT" if at.project in gone else at.project  # then everything is built in a new one
        line = f"gcloud secrets versions add {shlex.quote(at.name)} --data-file new-secret --project {project}"
        yield Command(line=line, answer="Created version [N]: what was issued again is in use", back=_OLDER)
        return
    yield at.gcloud(
        f"secrets versions access latest --secret {shlex.quote(at.name)}",
        "the secret; enable an older version by its id",
    )


def _restore_sql(at: _At) -> _Made:
    name = shlex.quote(at.name)
    yield at.gcloud(f"sql backups list --instance {name} --limit 5", "the newest backups with their ids")
    yield at.gcloud(
        f"sql backups restore $BACKUP_ID --restore-instance {name} --backup-instance {name}",
        "Restoring Cloud SQL instance...done.",
        "none: what is in it now is overwritten. Restore into another instance where it may still be of use",
    )


def _restore_google_objects(at: _At) -> _Made:
    yield at.gcloud(
        f"storage rsync --recursive gs://{shlex.quote(at.name)} gs://$TARGET",
        "a line for each object; a second run copies nothing",
        "nothing is deleted",
    )


def _restore_stream(at: _At) -> _Made:
    """The changes lie in a bucket, wherever the stream is that wrote them."""
    profiles = [at.commands.graph.resources.get(u) for u in at.resource.dependencies] if at.resource else []
    found = (d for p in profiles if p for d in p.dependencies if "storage/bucket:Bucket" in d)
    bucket = next((at.commands.called(b) for u in found if (b := at.commands.resource(u))), "BUCKET")
    yield Command(
        line=f"gcloud storage ls --recursive gs://{shlex.quote(bucket)}",
        answer="the files with all changes: replay them in the order of their names, up to before the damage",
        needs=at.needs,
        looks=True,
    )


def _restore_percona(at: _At) -> _Made:
    yield at.kubectl("get perconaxtradbclusterbackup", "the newest backup that Succeeded: note its name")
    spec = {"pxcCluster": at.kubernetes_name(), "backupName": "BACKUP"}
    kind = {"apiVersion": "pxc.percona.com/v1", "kind": "PerconaXtraDBClusterRestore"}
    restore = json.dumps({**kind, "metadata": {"name": "restore"}, "spec": spec})
    yield at.kubectl(
        f"apply --filename - <<< {shlex.quote(restore)}",
        "perconaxtradbclusterrestore created; get it until State is Succeeded",
        "restore another backup: this one is not touched",
    )


def _made_anew(at: _At) -> _Made:
    if at.resource:
        yield from at.pulumi(f"up --target {shlex.quote(at.resource.urn)} --refresh=false", _UP, _BACK)


_RESTORE: Final = _by_type(
    aws_backup_vault_Vault=_restore_vault,
    aws_rds_instance_Instance=_restore_instance,
    aws_rds_cluster_Cluster=_restore_cluster,
    aws_s3_bucket_Bucket=_restore_objects,
    aws_s3_bucketV2_BucketV2=_restore_objects,
    aws_secretsmanager_secret_Secret=_restore_secret,
    gcp_sql_databaseInstance_DatabaseInstance=_restore_sql,
    gcp_storage_bucket_Bucket=_restore_google_objects,
    gcp_datastream_stream_Stream=_restore_stream,
    kubernetes_pxc_percona_com_v1_PerconaXtraDBCluster=_restore_percona,
    aws_acm_certificate_Certificate=_made_anew,
    aws_route53_zone_Zone=_made_anew,
    gcp_certificatemanager_certificate_Certificate=_made_anew,
    gcp_dns_managedZone_ManagedZone=_made_anew,
    gcp_secretmanager_secret_Secret=_google_secret,
    kubernetes_core_v1_Secret=_made_anew,
    kubernetes_networking_k8s_io_v1_Ingress=_made_anew,
)
_GROW: Final = _by_type(
    aws_ecs_service_Service=_grow_ecs,
    aws_autoscaling_group_Group=_grow_asg,
    gcp_cloudrunv2_service_Service=_grow_run,
    kubernetes_apps_v1_Deployment=_grow_deployment,
)
_BY_ACT: Final[Mapping[Act, _Maker]] = {
    Act.PROMOTE: _by_type(
        aws_rds_instance_Instance=_promote_instance,
        aws_rds_cluster_Cluster=_promote_cluster,
        aws_elasticache_replicationGroup_ReplicationGroup=_promote_cache,
        aws_efs_fileSystem_FileSystem=_promote_files,
        gcp_sql_databaseInstance_DatabaseInstance=_promote_sql,
        gcp_redis_cluster_Cluster=_promote_memorystore,
        kubernetes_pxc_percona_com_v1_PerconaXtraDBCluster=_promote_percona,
    ),
    Act.GROW: _GROW,
    Act.LAUNCH: _GROW,
    Act.START_PLAN: _by_type(
        aws_arcregionswitch_plan_Plan=_start_region_switch, gcp_workflows_workflow_Workflow=_start_workflow
    ),
    Act.CHANGE_NAME: _by_type(aws_route53_record_Record=_turn_name, gcp_dns_recordSet_RecordSet=_turn_google_name),
    Act.DELEGATE: _delegate,
    Act.SHIFT_BY_HAND: _leave_zone,
    Act.KEEP_KEY: _keep_key,
    Act.RENEW: _renew,
    Act.ROLL_BACK: _ROLL_BACK,
    Act.ROLL_BACK_BY_HAND: _rolled_back,
    Act.REBUILD: _rebuild,
    Act.REBUILD_OUTSIDE: _rebuild,
    Act.RECREATE: _rebuild,
    Act.RESTORE: _restore,
}
