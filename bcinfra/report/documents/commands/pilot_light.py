"""A restore in the account of the copies: to what the program made there ahead, with nothing of the sites."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.at import At, Made
from bcinfra.report.documents.commands.calls import AwsCall, Command, Filled, Value, answer_of, kept_in, quoted
from bcinfra.report.documents.commands.program import number, rows, text

_SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_ATTACHED: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
_SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
_RESTORES: Final = "AWSBackupServiceRolePolicyForRestores"
_DEFAULT_PORT: Final = 3306
"""Where MySQL and Aurora listen where nothing is stated (RDS API, CreateDBInstance)."""
_PROVE: Final = "prove"
_CLUSTER: Final = "aws:rds/cluster:Cluster"
_GROUPS: Final = {
    "aws:rds/instance:Instance": ("aws:rds/parameterGroup:ParameterGroup", "DBParameterGroupName"),
    _CLUSTER: (
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "DBClusterParameterGroupName",
    ),
}
"""Type of a database → its parameter groups, and what a restore calls one
(https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html, read 2026-11)."""


@dataclass(frozen=True)
class PilotLight:
    """What waits beside a copy, by the same provider of the program: in its account and region."""

    at: At
    """The copy."""
    database: Resource
    """What was copied."""
    subnets: Resource
    parameters: Resource

    @property
    def place(self) -> dict[str, Value]:
        """Where it is restored to, as AWS Backup and RDS call it."""
        program, (_, named) = self.at.program, _GROUPS[self.database.type]
        found: dict[str, Value] = {
            "DBSubnetGroupName": program.called(self.subnets),
            named: program.called(self.parameters),
        }
        if group := self._guard:
            found["VpcSecurityGroupIds"] = [text(group.id) or self._looked_up(group)]
        return found

    @property
    def _guard(self) -> Resource | None:
        """The security group that lets clients in at the database's port."""
        port = port_of(self.database)
        rules = (rule for rule in _beside(self.at, _RULE) if number(rule.inputs.get("fromPort")) == port)
        return next((group for rule in rules if (group := self.at.program.linked(rule, "securityGroupId"))), None)

    def _looked_up(self, group: Resource) -> Filled:
        """Its id, by what the program says of it: names that Pulumi completes begin alike."""
        described = text(group.inputs.get("description"))
        by = f"Description=='{described}'" if described and "'" not in described else f"GroupName=='{group.name}'"
        query = f"SecurityGroups[?{by}].GroupId|[0]"
        return answer_of(AwsCall(service="ec2", api="DescribeSecurityGroups", region=self.at.region, query=query))

    def _group_of_restored(self) -> Filled:
        """The id of the group that what was restored came up with: where the program declares none for it, that of the
        network (Amazon RDS, DescribeDBInstances)."""
        kind = "DBCluster" if self.database.type == _CLUSTER else "DBInstance"
        return answer_of(
            AwsCall(
                service="rds",
                api=f"Describe{kind}s",
                inputs={f"{kind}Identifier": f"{self.at.program.called(self.database)}-restored"},
                region=self.at.region,
                query=f"{kind}s[0].VpcSecurityGroups[0].VpcSecurityGroupId",
            )
        )

    def role(self) -> Made:
        """The role by which AWS Backup restores."""
        for attached in _beside(self.at, _ATTACHED):
            role = self.at.program.linked(attached, "role")
            if role and (text(attached.inputs.get("policyArn")) or attached.name).endswith(_RESTORES):
                chosen = f"Roles[?starts_with(RoleName,{_literal(self.at.program.called(role))})].Arn|[0]"
                line = f"aws iam list-roles --query {quoted(chosen)} --output text"
                yield kept_in("ROLE", line, "ARN of the role that the program made here for restores", self.at.needs)
                return

    def joined(self) -> Made:
        """The network that waits here, joined to that of the site which shall use what is restored: until then only the
        job that proves restores is let in (Amazon VPC, VPC peering). That site is a new one, so that a person says
        which it is; networks whose addresses overlap cannot be joined."""
        region, needs = self.at.region, self.at.needs
        subnets = shlex.quote(self.at.program.called(self.subnets))
        yield Command(
            line="read -r SITE_VPC; read -r SITE_OWNER; read -r SITE_REGION; read -r SITE_RANGE",
            answer="nothing; type of the network that shall use it the id, account, region and addresses, a line each",
            looks=True,
        )
        groups = f"aws rds describe-db-subnet-groups --db-subnet-group-name {subnets} --region {region}"
        vpc = f"{groups} --query 'DBSubnetGroups[0].VpcId' --output text"
        yield kept_in("VPC", vpc, "id of the network that waits here", needs)
        cidr = f"aws ec2 describe-vpcs --vpc-ids \"$VPC\" --region {region} --query 'Vpcs[0].CidrBlock' --output text"
        yield kept_in("RANGE", cidr, "its addresses", needs)
        peer = (
            'aws ec2 create-vpc-peering-connection --vpc-id "$VPC" --peer-vpc-id "$SITE_VPC"'
            f' --peer-owner-id "$SITE_OWNER" --peer-region "$SITE_REGION" --region {region}'
            " --query VpcPeeringConnection.VpcPeeringConnectionId --output text"
        )
        apart = "aws ec2 delete-vpc-peering-connection, and delete-route in both networks"
        yield kept_in("PEERING", peer, "id of the way between the two", needs, back=apart)
        yield _routed("$VPC", "$SITE_RANGE", region, apart, needs)
        guard = self._guard
        let_in: dict[str, Value] = {
            "GroupId": (text(guard.id) or self._looked_up(guard)) if guard else self._group_of_restored(),
            "Protocol": "tcp",
            "Port": port_of(self.database),
            "Cidr": Filled("$SITE_RANGE"),
        }
        call = AwsCall(service="ec2", api="AuthorizeSecurityGroupIngress", inputs=let_in, region=region)
        yield Command(
            line=call.line, answer='"Return": true', back="aws ec2 revoke-security-group-ingress, alike", needs=needs
        )
        yield Command(
            line='aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id "$PEERING" --region "$SITE_REGION"',
            answer="provisioning, then active",
            back=apart,
            first="sign in to the account of the site that shall use it",
        )
        yield _routed("$SITE_VPC", "$RANGE", '"$SITE_REGION"', apart, ())

    @property
    def job(self) -> ProvingJob | None:
        """What proves restores here."""
        graph = self.at.program.graph
        for schedule in _beside(self.at, _SCHEDULE):
            linked = (graph.resources.get(urn) for urn in schedule.property_dependencies.get("target", ()))
            for task in (row for row in linked if row and row.type == _TASK):
                for container in rows(json.loads(text(task.inputs.get("containerDefinitions")) or "[]")):
                    command = [str(word) for word in cast("list[object]", container.get("command") or [])]
                    if _PROVE in command:
                        return ProvingJob(self, schedule, task, text(container.get("name")), tuple(command))
        return None


@dataclass(frozen=True)
class ProvingJob:
    """The job that proves restores: it alone is let into what is restored, and may read the log."""

    light: PilotLight
    schedule: Resource
    task: Resource
    container: str
    command: tuple[str, ...]

    def replay(self, named: str) -> Made:
        """The log up to ``$MOMENT`` on the database ``named``, whose address is in ``$MYSQL_HOST``.

        A task's settings can be read by who may look at tasks, so that the password is for this one and no longer.
        """
        light = self.light
        at, cluster = light.at, light.database.type == "aws:rds/cluster:Cluster"
        yield Command(
            line='MYSQL_PWD="$(openssl rand -hex 16)"', answer="nothing: a password for the replay alone", looks=True
        )
        yield self._password(named, cluster=cluster)
        state = {"DBClusterIdentifier": named} if cluster else {"DBInstanceIdentifier": named}
        yield at.aws(
            "rds",
            "DescribeDBClusters" if cluster else "DescribeDBInstances",
            "available once the password is in force; ask again until it is",
            "",
            cast("Mapping[str, Value]", state),
            query="DBClusters[0].Status" if cluster else "DBInstances[0].DBInstanceStatus",
        )
        told = AwsCall(
            service="scheduler", api="GetSchedule", inputs={"Name": at.program.called(self.schedule)}, region=at.region
        ).line
        yield kept_in("CLUSTER", f"{told} --query Target.Arn --output text", "ARN of the job's cluster", at.needs)
        network = "{subnets:Subnets,securityGroups:SecurityGroups,assignPublicIp:AssignPublicIp}"
        network = f"Target.EcsParameters.NetworkConfiguration.awsvpcConfiguration.{network}"
        yield kept_in("NETWORK", f"{told} --query {quoted(network)} --output json", "the job's network", at.needs)
        family = shlex.quote(text(self.task.inputs.get("family")))
        run = (
            f'aws ecs run-task --cluster "$CLUSTER" --task-definition {family} --launch-type FARGATE'
            ' --network-configuration "{\\"awsvpcConfiguration\\":$NETWORK}"'
            f" --overrides {self._overrides} --region {at.region} --query 'tasks[0].taskArn' --output text"
        )
        back = "restore the copy again: neither it nor the log is touched"
        yield kept_in("TASK", run, "ARN of what replays", at.needs, back=back)
        look = "tasks[0].[lastStatus,containers[0].exitCode,stoppedReason]"
        yield Command(
            line=f'aws ecs describe-tasks --cluster "$CLUSTER" --tasks "$TASK" --region {at.region}'
            f" --query '{look}' --output text",
            answer="STOPPED 0, and its log says what position was reached; ask again until it is",
            needs=at.needs,
            looks=True,
        )
        yield Command(
            line="read -rs MYSQL_PWD", answer="nothing; type the administrator's password from now on", looks=True
        )
        yield self._password(named, cluster=cluster)

    @property
    def _overrides(self) -> str:
        """The same container, told to restore: a word of the shell that fills in what was set before."""
        at = self.command.index(_PROVE)
        port = str(port_of(self.light.database))
        told = {"MYSQL_HOST": "@MYSQL_HOST@", "MYSQL_PORT": port, "MYSQL_PWD": "@MYSQL_PWD@"}
        container = {
            "name": self.container,
            "command": [*self.command[:at], "restore", "@MOMENT@", *self.command[at + 1 :]],
            "environment": [{"name": name, "value": value} for name, value in told.items()],
        }
        word = shlex.quote(json.dumps({"containerOverrides": [container]}, separators=(",", ":")))
        return re.sub(r"@(\w+)@", r"""'"$\1"'""", word)

    def _password(self, named: str, *, cluster: bool) -> Command:
        kind, status = ("Cluster", "Status") if cluster else ("Instance", "DBInstanceStatus")
        inputs: dict[str, Value] = {
            f"DB{kind}Identifier": named,
            "MasterUserPassword": Filled("$MYSQL_PWD"),
            "ApplyImmediately": True,
        }
        region, query = self.light.at.region, f"DB{kind}.{status}"
        line = AwsCall(service="rds", api=f"ModifyDB{kind}", inputs=inputs, region=region, query=query).line
        return Command(line=line, answer="a status", back="set another one", needs=self.light.at.needs)


def port_of(database: Resource | None) -> int:
    """Where a database listens: what is restored listens there too."""
    return (number(database.inputs.get("port")) if database else None) or _DEFAULT_PORT


def pilot_light(at: At, database: Resource | None) -> PilotLight | None:
    """What waits beside a copy for the restore of a database; nothing while the database's own account is there, for
    then it is restored where it was."""
    if database is None or database.type not in _GROUPS or at.resource is None:
        return None
    part = at.program.parts.get(database.urn)
    homes = (outer for home in part.homes for outer in home.chain()) if part else ()
    if not at.lost(*(home for home in homes if home.kind is DomainKind.ACCOUNT)):
        return None
    groups, _ = _GROUPS[database.type]
    subnets, parameters = next(_beside(at, _SUBNETS), None), next(_beside(at, groups), None)
    return PilotLight(at, database, subnets, parameters) if subnets and parameters else None


def _beside(at: At, token: str) -> Iterator[Resource]:
    """What the program makes by the provider of a copy."""
    own = at.resource.provider if at.resource else None
    return (row for row in at.program.graph.of_type(token) if own and row.provider == own)


def _routed(vpc: str, other: str, region: str, back: str, needs: tuple[Domain, ...]) -> Command:
    """Every route table of a network leads to the other."""
    tables = (
        f'aws ec2 describe-route-tables --filters "Name=vpc-id,Values={vpc}" --region {region}'
        " --query 'RouteTables[].RouteTableId' --output text"
    )
    route = (
        f'aws ec2 create-route --route-table-id "$TABLE" --destination-cidr-block "{other}"'
        f' --vpc-peering-connection-id "$PEERING" --region {region}'
    )
    return Command(
        line=f"for TABLE in $({tables}); do {route}; done",
        answer='"Return": true for each table',
        back=back,
        needs=needs,
    )


def _literal(name: str) -> str:
    """A name as JMESPath writes a text."""
    return f"'{name}'" if "'" not in name else "''"
