"""The failover to another region: when it acts, what it does, in which order, and what it may touch."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bcinfra.gcp import workflows
from bcinfra.gcp.failover import Failover
from bcinfra.gcp.failover_args import Database, FailoverArgs, Group, RunService, Signals
from bcinfra.gcp.failover_workflow import HOLD_SECONDS, HOLDS, LOOKS, source
from bcinfra.gcp.instances import InstanceTier, InstanceTierArgs
from bcinfra.gcp.loadbalancer import Backend, LoadBalancer, LoadBalancerArgs
from bcinfra.gcp.mysql import FAILOVER_FIELDS
from bcinfra.gcp.run import CloudRunTier, CloudRunTierArgs
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import PROJECT, counts, declare, needs, nested, project, region
from tests.gcp.workflow_runner import Run, WorkflowError
from tests.helpers import refusals, row, rows

SQL = f"https://sqladmin.googleapis.com/v1/projects/{PROJECT}/instances/"
REPLICA, PRIMARY = SQL + "orders-turin-1", SQL + "orders-ghent-1"
GHENT, TURIN = "europe-west1", "europe-west12"
AUTOSCALERS = f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}/regions/{TURIN}/autoscalers"
BACKENDS = f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}/global/backendServices/web"
SERVICE = f"https://run.googleapis.com/v2/projects/{PROJECT}/locations/{TURIN}/services/api"
CLUSTER = f"https://redis.googleapis.com/v1/projects/{PROJECT}/locations/{TURIN}/clusters/carts-turin"
ORDERS = Database(replica="orders-turin-1", primary="orders-ghent-1")
ENVIRONMENT = {"CHECK": "shop-1", "URL_MAP": "web", "BACKENDS_WEB": BACKENDS.split("/compute/v1/")[1]}
EVERYTHING: dict[str, Any] = {
    "databases": {"orders": ORDERS},
    "caches": {"carts": "carts-turin"},
    "groups": {"web": Group(autoscaler="web-turin", minimum=6)},
    "services": {"api": RunService(name="api", service_account="api@acme", minimum=4)},
    "load_balancers": {"web": ENVIRONMENT["BACKENDS_WEB"]},
}


def args(**more: Any) -> FailoverArgs:
    signals = Signals(check_id="shop-1", topic_id="topic", url_map_name="web")
    given: dict[str, Any] = {"standby": region(TURIN), "primary_region": GHENT, "signals": signals, **EVERYTHING}
    return FailoverArgs(**{**given, **more})


def failover(**more: Any) -> Graph:
    return declare(lambda: Failover("failover", args(**more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return failover()


def written(**more: Any) -> dict[str, Any]:
    """The source of the workflow, as it is deployed."""
    return json.loads(str(row(failover(**more), "Workflow", "failover").inputs["sourceContents"]))


class Cloud:
    """A cloud whose region in Belgium is lost."""

    def __init__(self, **more: Any) -> None:
        self.checkers = [0.0, 0.0, 0.0]
        self.errors, self.requests = 0, 0
        self.lags = [-1] * 6 + [1] * 20  # by the minute, the newest first
        self.follows, self.state, self.designated = True, "RUNNABLE", False
        self.executions = ["mine"]
        self.policy, self.reachable = "ALWAYS", True
        self.minimum, self.fewest, self.role = 2, 2, "SECONDARY"
        self.groups = [f"projects/{PROJECT}/regions/{place}/instanceGroups/web" for place in (GHENT, TURIN)]
        self.broken: dict[str, Any] = {}
        """URLs that answer with a problem."""
        self.busy: dict[str, int] = {}
        """URLs that are busy for so many tries."""
        vars(self).update(more)

    def __call__(self, method: str, url: str, given: Mapping[str, Any]) -> Any:
        if url in self.broken and method != "get":
            raise WorkflowError(self.broken[url])
        if method != "get" and self.busy.get(url, 0) > 0:
            self.busy[url] -= 1
            raise WorkflowError({"code": 409, "tags": ["HttpError"]})
        return self._change(url, given) if method != "get" else self._read(url, given)

    def _read(self, url: str, given: Mapping[str, Any]) -> Any:
        if "/operations/" in url or url.endswith("/operation"):
            return {"status": "DONE"} if "run" not in url and "redis" not in url else {"done": True}
        if "/executions" in url:
            names = [f"workflows/failover/executions/{name}" for name in self.executions]
            return {"executions": [{"name": name} for name in names]}
        if url.endswith("/timeSeries"):
            return self._series(given["query"])
        if url.startswith(SQL) and url != REPLICA and not url.endswith("-replica") and not self.reachable:
            raise WorkflowError({"code": 503, "tags": ["HttpError"]})
        kind = "READ_REPLICA_INSTANCE" if self.follows else "CLOUD_SQL_INSTANCE"
        if url.startswith(SQL) and url not in (REPLICA, PRIMARY):
            url = REPLICA if url.endswith("-replica") else PRIMARY
        answers: dict[str, Any] = {
            REPLICA: {"instanceType": kind, "state": self.state}
            | ({"replicationCluster": {"drReplica": self.follows}} if self.designated else {}),
            PRIMARY: {"settings": {"activationPolicy": self.policy}},
            f"{AUTOSCALERS}/web-turin": {"autoscalingPolicy": {"minNumReplicas": self.minimum}},
            SERVICE: {"scaling": {"minInstanceCount": self.fewest} if self.fewest else {}},
            CLUSTER: {"crossClusterReplicationConfig": {"clusterRole": self.role}},
            BACKENDS: {"fingerprint": "abc", "backends": [{"group": group} for group in self.groups]},
        }
        return answers[url]

    def _series(self, query: Mapping[str, Any]) -> Any:
        if "check_passed" in query["filter"]:
            assert query["filter"].endswith('check_id="shop-1"')
            return {"timeSeries": [{"points": [{"value": {"doubleValue": share}}]} for share in self.checkers]}
        if "request_count" in query["filter"]:
            counts = {"500": self.errors, "200": self.requests - self.errors}
            return {
                "timeSeries": [
                    {
                        "metric": {"labels": {"response_code_class": code}},
                        "points": [{"value": {"int64Value": str(count)}}],
                    }
                    for code, count in counts.items()
                ]
            }
        assert re.search(f'database_id="{PROJECT}:(orders-turin-1|.*-replica)"', query["filter"])
        points = [{"value": {"int64Value": str(lag)}} for lag in self.lags]
        return {"timeSeries": [{"points": points}]} if points else {}

    def _change(self, url: str, given: Mapping[str, Any]) -> Any:
        if url == PRIMARY:
            self.policy = given["body"]["settings"]["activationPolicy"]
        elif url == BACKENDS:
            self.groups = [backend["group"] for backend in given["body"]["backends"]]
        elif url == f"{REPLICA}/promoteReplica":
            self.follows = False
        elif url == AUTOSCALERS:
            self.minimum = given["body"]["autoscalingPolicy"]["minNumReplicas"]
        elif url == SERVICE:
            self.fewest = given["body"]["scaling"]["minInstanceCount"]
        elif url == CLUSTER:
            self.role = given["body"]["crossClusterReplicationConfig"]["clusterRole"]
        return {"name": "operation"}


def message(state: str = "open") -> dict[str, Any]:
    data = base64.b64encode(json.dumps({"incident": {"state": state}}).encode()).decode()
    return {"data": {"message": {"data": data}}}


@pytest.fixture(scope="module")
def program(graph: Graph) -> dict[str, Any]:
    return json.loads(str(row(graph, "Workflow", "failover").inputs["sourceContents"]))


def run(program: dict[str, Any], cloud: Cloud, event: Any = None) -> Run:
    """Run it to its end."""
    run = Run(program, cloud, ENVIRONMENT)
    run.main(message() if event is None else event)
    return run


# -- when it acts -----------------------------------------------------------------------------------------------------


def test_a_lost_region_is_left_behind_in_order(program: dict[str, Any]) -> None:
    cloud = Cloud()
    done = run(program, cloud)
    assert [url for _, url in done.calls[:2]] == [PRIMARY, BACKENDS], (
        "the old site is shut out before anything takes over"
    )
    assert {url for _, url in done.calls[2:]} == {f"{REPLICA}/promoteReplica", CLUSTER, AUTOSCALERS, SERVICE}
    assert (cloud.follows, cloud.policy, cloud.role, cloud.minimum, cloud.fewest) == (False, "NEVER", "NONE", 6, 4)
    assert [group.split("/")[3] for group in cloud.groups] == [TURIN]
    assert [said["said"] for said in done.said] == ["the primary site is lost", "the standby has taken over"]


def test_a_second_run_finds_it_done_and_does_nothing(program: dict[str, Any]) -> None:
    cloud = Cloud()
    run(program, cloud)
    assert run(program, cloud).calls == []


@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("two of four checkers only", {"checkers": [0.0, 0.0, 1.0, 1.0]}),
        ("checkers that got through at times", {"checkers": [0.0, 0.3, 0.3, 0.3]}),
        ("no word of the checkers", {"checkers": []}),
        ("a replica that still follows: a bad release", {"lags": [1] * 26}),
        ("a replica that lost its source a minute ago", {"lags": [-1] + [1] * 25}),
        ("no word of the replica", {"lags": []}),
        ("fewer errors than half", {"checkers": [1.0] * 4, "errors": 50, "requests": 100}),
        ("errors of a bad release", {"checkers": [1.0] * 4, "errors": 90, "requests": 100, "lags": [1] * 26}),
    ],
)
def test_what_is_not_surely_lost_is_not_left(program: dict[str, Any], case: str, state: dict[str, Any]) -> None:
    done = run(program, Cloud(**state))
    assert done.calls == [], case
    assert done.slept == 60 * LOOKS, "metrics arrive late: it looks for a while"
    assert done.said[-1]["said"] == "the outage is not confirmed"


def test_errors_of_the_load_balancer_count_as_much_as_checkers(program: dict[str, Any]) -> None:
    assert run(program, Cloud(checkers=[1.0] * 4, errors=51, requests=100)).calls


@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("never up to date within the hour", {"lags": [-1] * 6 + [301] * 40}),
        ("broken for longer than the hour", {"lags": [-1] * 60}),
        ("not running", {"state": "MAINTENANCE"}),
    ],
)
def test_a_replica_that_is_not_fit_is_left_to_people(program: dict[str, Any], case: str, state: dict[str, Any]) -> None:
    cloud = Cloud(**state)
    with pytest.raises(WorkflowError, match="not fit"):
        run(program, cloud)
    assert cloud.follows, case
    assert cloud.policy == "ALWAYS", "nothing is stopped for nothing"


def test_an_alert_that_is_over_starts_nothing(program: dict[str, Any]) -> None:
    assert run(program, Cloud(), message("closed")).calls == []


def test_one_run_goes_on_and_it_is_the_oldest(program: dict[str, Any]) -> None:
    assert run(program, Cloud(executions=["mine", "older"])).calls == []
    assert run(program, Cloud(executions=["younger", "mine"])).calls


def test_a_person_may_start_it_and_be_believed(program: dict[str, Any]) -> None:
    sound = {"checkers": [1.0] * 4, "lags": [1] * 26}
    assert run(program, Cloud(**sound), {}).calls == []
    assert run(program, Cloud(**sound), {"verified": True}).calls


# -- what it does -----------------------------------------------------------------------------------------------------


def test_the_old_primary_is_stopped_when_its_region_is_back(program: dict[str, Any]) -> None:
    class Back(Cloud):
        tries = 0

        def _read(self, url: str, given: Mapping[str, Any]) -> Any:
            if url == PRIMARY:
                self.tries += 1
                self.reachable = self.tries > 30
            return super()._read(url, given)

    cloud = Back()
    done = run(program, cloud)
    assert not cloud.follows, "the promotion does not wait for the region that is lost"
    assert cloud.policy == "NEVER"
    assert done.slept >= 28 * HOLD_SECONDS
    order = [url for _, url in done.calls]
    assert order.index(f"{REPLICA}/promoteReplica") < order.index(PRIMARY)


def test_an_old_primary_that_never_comes_back_is_told_of(program: dict[str, Any]) -> None:
    done = run(program, Cloud(reachable=False))
    assert done.slept >= HOLDS * HOLD_SECONDS == 2 * 24 * 3600
    assert done.said[-1] == {"severity": "ERROR", "failover": "failover", "said": "the old site is not shut out"}


def test_it_goes_on_trying_for_as_long_as_an_execution_has_steps() -> None:
    many = {f"d{n}": Database(replica=f"d{n}-replica", primary=f"d{n}-primary") for n in range(5)}
    balancers = {f"b{n}": "" for n in range(5)}
    program = written(databases=many, load_balancers=balancers)
    environment = {**ENVIRONMENT, **{f"BACKENDS_B{n}": ENVIRONMENT["BACKENDS_WEB"] for n in range(5)}}
    done = Run(program, Cloud(reachable=False), environment)
    done.main(message())
    assert done.said[-1]["said"] == "the old site is not shut out"
    assert done.slept > 24 * 3600


def test_what_fails_stops_nothing_else_and_is_told(program: dict[str, Any]) -> None:
    cloud = Cloud(broken={CLUSTER: {"code": 403, "tags": ["HttpError"]}})
    done = Run(program, cloud, ENVIRONMENT)
    with pytest.raises(WorkflowError, match="detach_carts"):
        done.main(message())
    assert (cloud.follows, cloud.minimum, cloud.fewest) == (False, 6, 4)
    assert {"severity": "ERROR", "failover": "failover", "said": "not done", "failed": ["detach_carts"]} in done.said


def test_what_is_busy_is_tried_again(program: dict[str, Any]) -> None:
    cloud = Cloud(busy={f"{REPLICA}/promoteReplica": 3})
    done = run(program, cloud)
    assert not cloud.follows
    assert done.said[-1]["said"] == "the standby has taken over"


def test_capacity_is_never_lowered(program: dict[str, Any]) -> None:
    cloud = Cloud(minimum=9, fewest=9)
    done = run(program, cloud)
    assert (cloud.minimum, cloud.fewest) == (9, 9)
    assert not {AUTOSCALERS, SERVICE} & {url for _, url in done.calls}


def test_a_service_that_waits_with_nothing_grows(program: dict[str, Any]) -> None:
    cloud = Cloud(fewest=0)
    run(program, cloud)
    assert cloud.fewest == 4


def test_a_load_balancer_keeps_what_is_left_of_it(program: dict[str, Any]) -> None:
    """Where the old region is all there is, nobody would serve."""
    only = [f"projects/{PROJECT}/regions/{GHENT}/networkEndpointGroups/api"]
    cloud = Cloud(groups=only)
    run(program, cloud)
    assert cloud.groups == only


@pytest.mark.parametrize("designated", [True, False])
def test_a_designated_replica_fails_over_and_its_old_primary_is_left_to_cloud_sql(
    program: dict[str, Any], designated: bool
) -> None:
    cloud = Cloud(designated=designated)
    asked: dict[str, Any] = {}

    def answer(method: str, url: str, given: Mapping[str, Any]) -> Any:
        asked[url] = given.get("query")
        return cloud(method, url, given)

    Run(program, answer, ENVIRONMENT).main(message())
    assert asked[f"{REPLICA}/promoteReplica"] == {"failover": str(designated).lower()}
    assert (PRIMARY in asked) is not designated
    assert cloud.policy == ("ALWAYS" if designated else "NEVER")


def test_a_shop_without_data_only_grows() -> None:
    program = written(databases={}, caches={}, groups={}, load_balancers={})
    assert [url for _, url in run(program, Cloud()).calls] == [SERVICE]


def test_after_a_failover_the_program_says_what_is_there(program: dict[str, Any]) -> None:
    """What the run left behind is what these arguments declare, so that a refreshed preview is empty."""
    cloud = Cloud()
    run(program, cloud)

    def adopted() -> None:
        common: dict[str, Any] = {"region": region(TURIN), "network_id": "n", "subnet_id": "s", "image": "i", "peak": 9}
        InstanceTier("web", InstanceTierArgs(**common, machine_type="n4-standard-2", minimum=cloud.minimum))
        CloudRunTier("api", CloudRunTierArgs(**common, minimum=cloud.fewest))
        left = {str(number): Backend(group=group) for number, group in enumerate(cloud.groups)}
        LoadBalancer("web", LoadBalancerArgs(project=project(), backends=left, certificate_map="m"))

    graph = declare(adopted)
    assert nested(row(graph, "RegionAutoscaler", "web-autoscaler"), "autoscalingPolicy", "minReplicas") == 6
    assert nested(row(graph, "Service", "api-service"), "scaling", "minInstanceCount") == 4
    (backend,) = nested(row(graph, "BackendService", "web-backends"), "backends")
    assert TURIN in backend["group"]
    assert "settings.activationPolicy" in FAILOVER_FIELDS, "no deployment starts the old primary"


# -- the source -------------------------------------------------------------------------------------------------------


SHAPES: dict[str, dict[str, Any]] = {
    "everything": {},
    "two databases": {"databases": {"orders": ORDERS, "a-b": Database(replica="b", primary="a")}},
    "stateless": {"databases": {}, "caches": {}, "groups": {}, "load_balancers": {}},
    "database alone": {"caches": {}, "groups": {}, "services": {}, "load_balancers": {}},
}


@pytest.fixture(scope="module", params=SHAPES)
def shape(request: pytest.FixtureRequest) -> dict[str, Any]:
    return written(**SHAPES[request.param])


def blocks(steps: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """A list of steps and the lists inside it."""
    found = [steps]
    for step in steps:
        for body in step.values():
            for inner in workflows._blocks(body):  # pyright: ignore[reportPrivateUsage]
                found += blocks(list(inner))
    return found


def test_every_step_is_named_once_and_can_be_reached(shape: dict[str, Any]) -> None:
    for part in shape.values():
        for steps in blocks(part["steps"]):
            names = [name for step in steps for name in step]
            assert len(set(names)) == len(names) == len(steps)
            assert not unreachable(steps)


def unreachable(steps: list[dict[str, Any]]) -> set[str]:
    """Steps that nothing leads to."""
    bodies = {name: body for step in steps for name, body in step.items()}
    order = list(bodies)
    reached, waiting = set[str](), order[:1]
    while waiting:
        name = waiting.pop()
        if name in reached or name == "end":
            continue
        reached.add(name)
        body, after = bodies[name], order[order.index(name) + 1 : order.index(name) + 2]
        cases = body.get("switch", [])
        waiting += [case["next"] for case in cases if "next" in case] + ([body["next"]] if "next" in body else [])
        leaves = any(key in body for key in ("next", "return", "raise"))
        always = any(case["condition"] is True and not case.get("steps") for case in cases)
        waiting += [] if leaves or always else after
    return set(order) - reached


def test_every_part_is_called_and_every_call_has_a_part(shape: dict[str, Any]) -> None:
    text = json.dumps(shape)
    for name in shape.keys() - {"main"}:
        assert re.search(f'"call": "{name}"|\\${{{name}}}', text), name
    called = {body["call"] for _, body in workflows.steps_of(shape) if "call" in body}
    assert {name for name in called if "." not in name} <= shape.keys()


def test_the_source_is_within_what_workflows_takes(shape: dict[str, Any]) -> None:
    """Workflows, quotas and limits: 400 characters an expression, 128 KB a source, 10 branches."""
    assert len(json.dumps(shape, indent=1)) < 128_000
    assert max(len(text) for text in re.findall(r"\$\{(.*?)\}\"", json.dumps(shape))) <= 400


def test_it_has_no_more_branches_than_workflows_takes(program: dict[str, Any]) -> None:
    (together,) = [body["parallel"] for _, body in workflows.steps_of(program) if "parallel" in body]
    assert 2 <= len(together["branches"]) <= 10
    assert together["shared"] == ["failed"]


def test_the_source_is_the_same_text_every_time() -> None:
    assert written() == written()


# -- what it may do, and where it is ----------------------------------------------------------------------------------


NEEDED = {
    "cloudsql.instances.get": "http.get sqladmin",
    "cloudsql.instances.promoteReplica": "http.post promoteReplica",
    "cloudsql.instances.update": "http.patch sqladmin",
    "compute.autoscalers.get": "http.get autoscalers",
    "compute.autoscalers.update": "http.patch autoscalers",
    "compute.backendServices.get": "http.get backends",
    "compute.backendServices.update": "http.patch backends",
    "compute.globalOperations.get": "http.get global/operations",
    "compute.healthChecks.useReadOnly": "http.patch backends",
    "compute.instanceGroupManagers.use": "http.patch autoscalers",
    "compute.instanceGroups.use": "http.patch backends",
    "compute.regionNetworkEndpointGroups.use": "http.patch backends",
    "compute.regionOperations.get": "http.get regions/.*/operations",
    "compute.securityPolicies.use": "http.patch backends",
    "logging.logEntries.create": "sys.log",
    "monitoring.timeSeries.list": "http.get timeSeries",
    "redis.clusters.get": "http.get redis",
    "redis.clusters.update": "http.patch redis",
    "redis.operations.get": "http.get redis",
    "run.operations.get": "http.get run",
    "run.services.get": "http.get run",
    "run.services.update": "http.patch run",
    "workflows.executions.list": "http.get executions",
}
"""Why each permission is there: the call that needs it."""


def roles(graph: Graph) -> dict[str, list[str]]:
    return {name: nested(role, "permissions") for name, role in rows(graph, "IAMCustomRole").items()}


def test_it_may_do_what_its_calls_need_and_nothing_else(graph: Graph, program: dict[str, Any]) -> None:
    allowed = [permission for permissions in roles(graph).values() for permission in permissions]
    assert sorted(allowed) == sorted(NEEDED)
    made = [f"{found.function} {found.url}" for found in workflows.calls(program)]
    for why in NEEDED.values():
        assert any(re.match(why.replace(" ", " .*"), call) for call in made), why


def test_a_call_without_a_permission_is_refused() -> None:
    with pytest.raises(ValueError, match=r"nothing says what http.post https://example needs"):
        workflows.permissions({"main": {"steps": [workflows.send("x", "post", "https://example", "y")]}})


def test_what_can_be_named_is_allowed_there_alone(graph: Graph) -> None:
    held = rows(graph, "IAMMember")
    assert roles(graph)["failover-acts-promotes"] == ["cloudsql.instances.promoteReplica"]
    assert roles(graph)["failover-acts-stops"] == ["cloudsql.instances.update"]
    for name, instance in (("promotes", "orders-turin-1"), ("stops", "orders-ghent-1")):
        expression = nested(held[f"failover-acts-{name}"], "condition", "expression")
        assert re.findall(r'resource\.name == "([^"]+)"', expression) == [f"projects/{PROJECT}/instances/{instance}"]
        assert 'resource.type == "sqladmin.googleapis.com/Instance"' in expression
    service = row(graph, "ServiceIamMember", "failover-serves-api").inputs
    assert (service["name"], service["location"]) == ("api", TURIN)
    assert roles(graph)["failover-acts-serves"] == ["run.services.get", "run.services.update"]


def test_without_what_needs_it_a_permission_is_gone() -> None:
    held = roles(failover(**SHAPES["stateless"]))
    assert not [
        p for permissions in held.values() for p in permissions if p.startswith(("cloudsql", "redis", "compute"))
    ]


def test_the_trigger_may_start_workflows_and_nothing_else(graph: Graph) -> None:
    started = {r.inputs["role"] for n, r in rows(graph, "IAMMember").items() if n.startswith("failover-starts")}
    assert started == {"roles/eventarc.eventReceiver", "roles/workflows.invoker"}


def test_it_is_made_of_these_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {
        "Account": 2,
        "IAMCustomRole": 4,
        "IAMMember": 6,
        "ServiceIamMember": 1,
        "Trigger": 1,
        "Workflow": 1,
    }


def test_all_of_it_that_has_a_region_is_where_the_standby_is(graph: Graph) -> None:
    workflow, trigger = row(graph, "Workflow", "failover"), row(graph, "Trigger", "failover")
    assert workflow.inputs["region"] == trigger.inputs["location"] == TURIN
    others = str([r.inputs for r in graph if r.package == "gcp" and r != workflow])
    assert not re.search(rf"{GHENT}(?!\d)", others)


def test_a_message_starts_it(graph: Graph) -> None:
    trigger = row(graph, "Trigger", "failover")
    assert nested(trigger, "matchingCriterias") == [
        {"attribute": "type", "value": "google.cloud.pubsub.topic.v1.messagePublished"}
    ]
    assert nested(trigger, "transport") == {"pubsub": {"topic": "topic"}}
    assert needs(graph, trigger, "destination") == {"failover"}
    assert "failover-starts" in needs(graph, trigger, "serviceAccount")


def test_by_hand_alone_there_is_no_trigger() -> None:
    made = counts(failover(automatic=False))
    assert "Trigger" not in made
    assert made["Account"] == 1


def test_it_waits_until_it_may_act(graph: Graph) -> None:
    workflow = row(graph, "Workflow", "failover")
    names = {graph[urn].name for urn in workflow.dependencies}
    assert {"failover-acts-looks", "failover-acts-promotes", "failover-acts-stops", "failover-serves-api"} <= names


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: args(
            primary_region=TURIN,
            databases={"orders": Database(replica="a", primary="a")},
            caches={f"c{n}": f"c{n}" for n in range(9)},
        )
    ) == [
        f"primary_region: {TURIN} is also the standby's; what is lost cannot save itself",
        "12 things are promoted or scaled; a workflow does 10 at once",
        "databases.orders: a cannot take over from itself",
    ]
    nothing: dict[str, Any] = {"databases": {}, "caches": {}, "groups": {}, "services": {}}
    assert refusals(lambda: args(**nothing)) == ["there is nothing to promote or to scale"]


def test_the_source_needs_nothing_but_its_arguments() -> None:
    made: list[dict[str, Any]] = []
    declare(lambda: made.append(source(args(), "failover")))
    assert json.loads(json.dumps(made[0])) == written()
