"""A restore in the account of the copies: to what the program made there ahead, with nothing of the sites."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.at import At, Made
from bcinfra.report.documents.commands.calls import AwsCall, Command, Filled, Value, answer_of, kept_in, quoted
from bcinfra.report.documents.commands.program import rows, text

_SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_ATTACHED: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
_SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
_RESTORES: Final = "AWSBackupServiceRolePolicyForRestores"
_PORT: Final = 3306
_PROVE: Final = "prove"
_GROUPS: Final = {
    "aws:rds/instance:Instance": ("aws:rds/parameterGroup:ParameterGroup", "DBParameterGroupName"),
    "aws:rds/cluster:Cluster": (
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
        rules = (rule for rule in _beside(self.at, _RULE) if rule.inputs.get("fromPort") == _PORT)
        return next((group for rule in rules if (group := self.at.program.linked(rule, "securityGroupId"))), None)

    def _looked_up(self, group: Resource) -> Filled:
        """Its id, by what the program says of it: names that Pulumi completes begin alike."""
        described = text(group.inputs.get("description"))
        by = f"Description=='{described}'" if described and "'" not in described else f"GroupName=='{group.name}'"
        query = f"SecurityGroups[?{by}].GroupId|[0]"
        return answer_of(AwsCall(service="ec2", api="DescribeSecurityGroups", region=self.at.region, query=query))

    def role(self) -> Made:
        """The role by which AWS Backup restores."""
        for attached in _beside(self.at, _ATTACHED):
            role = self.at.program.linked(attached, "role")
            if role and (text(attached.inputs.get("policyArn")) or attached.name).endswith(_RESTORES):
                chosen = f"Roles[?starts_with(RoleName,{_literal(self.at.program.called(role))})].Arn|[0]"
                line = f"aws iam list-roles --query {quoted(chosen)} --output text"
                yield kept_in("ROLE", line, "ARN of the role that the program made here for restores", self.at.needs)
                return

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
        told = {"MYSQL_HOST": "@MYSQL_HOST@", "MYSQL_PORT": str(_PORT), "MYSQL_PWD": "@MYSQL_PWD@"}
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


def _literal(name: str) -> str:
    """A name as JMESPath writes a text."""
    return f"'{name}'" if "'" not in name else "''"
