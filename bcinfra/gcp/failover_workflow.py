"""What a failover does on Google Cloud, as the source of a workflow: pure, so that it can be read before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bcinfra.gcp.failover_args import FailoverArgs
from bcinfra.gcp.workflows import (
    COMPUTE,
    EXECUTIONS,
    MONITORING,
    REDIS,
    RUN,
    SQL,
    WAIT,
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

LOOKS: Final = 10
"""Looks, a minute apart, until an outage is confirmed or the run ends: metrics arrive minutes late."""
HOLD_SECONDS: Final = 120
HOLDS: Final = 1440
"""Tries, and seconds between two, to shut out the old site: two days."""
STEPS: Final = 100_000
"""Steps that an execution may take (Workflows, quotas)."""
BEFORE_MINUTES: Final = 60
"""Minutes before now in which a replica must have been up to date once."""
CHECK, URL_MAP = "CHECK", "URL_MAP"
"""Environment variables of the workflow: ids that are known only once what they name exists."""

_AGAIN: Final = {
    "predicate": "${passing}",
    "max_retries": 8,
    "backoff": {"initial_delay": 10, "max_delay": 60, "multiplier": 2},
}


def backends_variable(label: str) -> str:
    """The environment variable that holds the path of a load balancer's backend service."""
    return f"BACKENDS_{label.upper().replace('-', '_')}"


def source(args: FailoverArgs, workflow: str) -> dict[str, Any]:
    """The source of the workflow called ``workflow``."""
    fenced = bool(args.databases or args.load_balancers)
    return {
        "main": {"params": ["event"], "steps": list(_main(args, workflow, fenced=fenced))},
        "confirmed": {"steps": list(_confirmed(args))},
        "passing": _PASSING,
        "wait": dict(WAIT),
        **({"isolate": {"params": [*_kept(args)], "steps": list(_isolate(args))}} if fenced else {}),
        **(_databases(args) if args.databases else {}),
        **({"detach": _detach(args)} if args.caches else {}),
        **({"grow": _grow(args)} if args.groups else {}),
        **({"serve": _serve(args)} if args.services else {}),
        **({"drain": _drain(args)} if args.load_balancers else {}),
    }


# -- the whole --------------------------------------------------------------------------------------------------------


def _main(args: FailoverArgs, workflow: str, *, fenced: bool) -> Iterator[Step]:
    yield assign("begin", failed=[], looks=0, holds=0, held=not fenced, attached=0, seen=False)
    yield from _asked()
    yield from _alone(args, workflow)
    for name, database in sorted(args.databases.items()):
        word = _word(name)
        yield call(f"is_{word}_attached", "follows", "still", instance=database.replica)
        yield assign(f"kept_{word}", **{_keeps(name): "${still.designated}"})
        yield when(
            f"count_{word}",
            {"condition": "${still.attached}", "steps": [assign("add_one", attached="${attached + 1}")]},
        )
    if args.databases:
        yield when("over", {"condition": "${attached == 0}", "return": "no replica is left to promote"})
    yield when("asked_to", {"condition": "${seen}", "next": "fence" if fenced else "take_over"})
    yield call("look", "confirmed", "seen")
    yield when(
        "decide",
        {"condition": "${seen}", "next": "fit"},
        {"condition": f"${{looks >= {LOOKS}}}", "next": "not_lost"},
    )
    yield assign("count_look", looks="${looks + 1}")
    yield then(sleep("look_later", 60), "look")
    yield then(log("not_lost", "WARNING", failover=workflow, said="the outage is not confirmed"), "end")
    yield call("fit", "sys.log", severity="WARNING", json={"failover": workflow, "said": "the primary site is lost"})
    for name, database in sorted(args.databases.items()):
        yield from _fit(name, database.replica, database.lag_seconds, workflow)
    if fenced:
        yield call("fence", "isolate", "held", **_kept(args))
    yield from _take_over(args)
    yield when(
        "told",
        {
            "condition": "${len(failed) > 0}",
            "steps": [log("tell_what_failed", "ERROR", failover=workflow, said="not done", failed="${failed}")],
        },
        {
            "condition": True,
            "steps": [log("tell_that_it_is_done", "WARNING", failover=workflow, said="the standby has taken over")],
        },
    )
    if fenced:
        yield when(
            "hold",
            {"condition": "${held}", "next": "result"},
            {"condition": f"${{holds >= {_holds(args)}}}", "next": "not_held"},
        )
        yield assign("count_hold", holds="${holds + 1}")
        yield sleep("hold_later", HOLD_SECONDS)
        yield then(call("fence_again", "isolate", "held", **_kept(args)), "hold")
        yield log("not_held", "ERROR", failover=workflow, said="the old site is not shut out")
    yield when("result", {"condition": "${len(failed) > 0}", "raise": {"failed": "${failed}"}})
    yield {"finish": {"return": "the standby has taken over"}}


def _holds(args: FailoverArgs) -> int:
    """Tries that an execution has steps for: a try takes some ten for each thing that is shut out."""
    each_try = 10 * (1 + len(args.databases) + len(args.load_balancers))
    return min(HOLDS, STEPS * 9 // 10 // each_try)


def _asked() -> Iterator[Step]:
    """An alert starts a run, and so may a person. An alert that is over starts nothing; its content decides nothing
    else."""
    yield when(
        "asked",
        {"condition": "${event == null}", "next": "only_one"},
        {"condition": '${not("data" in event)}', "next": "by_a_person"},
    )
    yield assign("alert", alert="${json.decode(base64.decode(event.data.message.data))}")
    yield when(
        "open",
        {"condition": '${alert.incident.state != "open"}', "return": "the alert is over"},
        {"condition": True, "next": "only_one"},
    )
    yield assign("by_a_person", seen='${default(map.get(event, "verified"), false)}')


def _alone(args: FailoverArgs, workflow: str) -> Iterator[Step]:
    """One run at a time: executions are listed with the newest first, and the oldest one goes on."""
    where = f"{args.standby.project}/locations/{args.standby.name}/workflows/{workflow}"
    yield get("only_one", f"{EXECUTIONS}/{where}/executions", "running", {"filter": 'state="ACTIVE"', "view": "BASIC"})
    yield assign("runs", runs='${default(map.get(running.body, "executions"), [])}')
    mine = '${not(text.match_regex(runs[len(runs) - 1].name, sys.get_env("GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID")))}'
    yield when(
        "others",
        {
            "condition": "${len(runs) > 1}",
            "steps": [when("oldest", {"condition": mine, "return": "another run is at it"})],
        },
    )


def _fit(name: str, replica: str, seconds: int, workflow: str) -> Iterator[Step]:
    """A replica that does not run, or was behind before, is not promoted without a person."""
    word = _word(name)
    yield call(f"state_of_{word}", "replica", "state", instance=replica, within=seconds)
    yield when(
        f"is_{word}_fit",
        {
            "condition": "${not(state.fit)}",
            "steps": [
                log("tell_unfit", "ERROR", failover=workflow, said=f"{replica} is not fit to take over"),
                {"refuse": {"raise": f"{replica} is not fit to take over"}},
            ],
        },
    )


def _take_over(args: FailoverArgs) -> Iterator[Step]:
    """Everything at once: nothing waits for anything else, and what fails stops nothing else."""
    acts: dict[str, tuple[str, Mapping[str, object]]] = dict(
        [
            *((f"promote_{_word(n)}", ("promote", {"instance": d.replica})) for n, d in sorted(args.databases.items())),
            *((f"detach_{_word(n)}", ("detach", {"cluster": c})) for n, c in sorted(args.caches.items())),
            *(
                (f"grow_{_word(n)}", ("grow", {"autoscaler": g.autoscaler, "minimum": g.minimum}))
                for n, g in sorted(args.groups.items())
            ),
            *(
                (f"serve_{_word(n)}", ("serve", {"service": s.name, "minimum": s.minimum}))
                for n, s in sorted(args.services.items())
            ),
        ]
    )
    steps = {
        name: attempt(
            f"try_{name}",
            {name: {"call": function, "args": dict(given)}},
            retry=_AGAIN,
            otherwise=[
                assign(f"note_{name}", failed=f'${{list.concat(failed, "{name}")}}'),
                log(f"tell_{name}", "ERROR", said=f"{name} failed", problem="${problem}"),
            ],
        )
        for name, (function, given) in acts.items()
    }
    if len(steps) == 1:  # a parallel step takes two branches at least
        yield {"take_over": {"steps": list(steps.values())}}
    else:
        branches = [{f"branch_{name}": {"steps": [step]}} for name, step in steps.items()]
        yield {"take_over": {"parallel": {"shared": ["failed"], "branches": branches}}}


# -- is it lost -------------------------------------------------------------------------------------------------------


def _confirmed(args: FailoverArgs) -> Iterator[Step]:
    """Whether customers cannot use the shop, by the checkers or by the load balancer, *and* every replica has lost its
    source."""
    signals = args.signals
    yield assign("begin", failing=0, errors=0, requests=0, cut_off=True)
    window = {
        "interval.startTime": f"${{time.format(sys.now() - {signals.minutes * 60})}}",
        "interval.endTime": "${time.format(sys.now())}",
        "aggregation.alignmentPeriod": f"{signals.minutes * 60}s",
    }
    series = f"{MONITORING}/{args.standby.project}/timeSeries"
    uptime = 'metric.type=\\"monitoring.googleapis.com/uptime_check/check_passed\\" AND metric.labels.check_id=\\"'
    yield get(
        "ask_checkers",
        series,
        "checkers",
        {
            "filter": f'${{"{uptime}" + sys.get_env("{CHECK}") + "\\""}}',
            **window,
            "aggregation.perSeriesAligner": "ALIGN_FRACTION_TRUE",
        },
    )
    yield each(
        "checkers_that_fail",
        "checker",
        '${default(map.get(checkers.body, "timeSeries"), [])}',
        when(
            "fails",
            {
                "condition": "${checker.points[0].value.doubleValue == 0}",
                "steps": [assign("one_more", failing="${failing + 1}")],
            },
        ),
    )
    reasons = [f"failing >= {signals.failing}"]
    if signals.url_map_name is not None:
        yield from _errors(series, window)
        reasons.append(f"errors * 100 > requests * {signals.error_percent}")
    for name, database in sorted(args.databases.items()):
        word = _word(name)
        within = database.lag_seconds
        yield call(f"ask_{word}", "replica", "state", instance=database.replica, within=within)
        yield assign(f"and_{word}", cut_off="${cut_off and state.cut_off}")
    yield {"verdict": {"return": f"${{({' or '.join(reasons)}) and cut_off}}"}}


def _errors(series: str, window: Mapping[str, str]) -> Iterator[Step]:
    """How many requests the load balancer answered, and how many with an error of the server (5xx)."""
    served = 'metric.type=\\"loadbalancing.googleapis.com/https/request_count\\" AND resource.labels.url_map_name=\\"'
    yield get(
        "ask_load_balancer",
        series,
        "answers",
        {
            "filter": f'${{"{served}" + sys.get_env("{URL_MAP}") + "\\""}}',
            **window,
            "aggregation.perSeriesAligner": "ALIGN_SUM",
            "aggregation.crossSeriesReducer": "REDUCE_SUM",
            "aggregation.groupByFields": "metric.labels.response_code_class",
        },
    )
    yield each(
        "answers_by_class",
        "answer",
        '${default(map.get(answers.body, "timeSeries"), [])}',
        assign("answered", count="${int(answer.points[0].value.int64Value)}"),
        assign("total", requests="${requests + count}"),
        when(
            "is_error",
            {
                "condition": '${answer.metric.labels.response_code_class == "500"}',
                "steps": [assign("errors_too", errors="${errors + count}")],
            },
        ),
    )


# -- databases --------------------------------------------------------------------------------------------------------


def _databases(args: FailoverArgs) -> dict[str, Any]:
    instance = f'"{SQL}/{args.standby.project}/instances/" + instance'
    return {
        "follows": {
            "params": ["instance"],
            "steps": [
                get("read", f"${{{instance}}}", "found"),
                assign(
                    "said",
                    attached='${found.body.instanceType == "READ_REPLICA_INSTANCE"}',
                    designated='${default(map.get(found.body, ["replicationCluster", "drReplica"]), false)}',
                ),
                {"answer": {"return": {"attached": "${attached}", "designated": "${designated}"}}},
            ],
        },
        "replica": {"params": ["instance", "within"], "steps": list(_replica(args, instance))},
        "promote": {
            "params": ["instance"],
            "steps": [
                call("look", "follows", "still", instance="${instance}"),
                when("promoted", {"condition": "${not(still.attached)}", "return": True}),
                send(
                    "begin",
                    "post",
                    f'${{{instance} + "/promoteReplica"}}',
                    "started",
                    query={"failover": "${string(still.designated)}"},
                ),
                call("finish", "wait", url=_sql_operation(args)),
            ],
        },
        "stop": {"params": ["instance"], "steps": list(_stop(instance))},
    }


def _keeps(name: str) -> str:
    """The variable that says whether Cloud SQL itself will keep a database's old primary from being written."""
    return f"keeps_{_word(name)}"


def _kept(args: FailoverArgs) -> dict[str, str]:
    return {_keeps(name): f"${{{_keeps(name)}}}" for name in sorted(args.databases)}


def _sql_operation(args: FailoverArgs) -> str:
    return f'${{"{SQL}/{args.standby.project}/operations/" + started.body.name}}'


def _replica(args: FailoverArgs, instance: str) -> Iterator[Step]:
    """How a replica is: ``cut_off`` from its source for as long as is asked; ``fit`` to take over, which it is when it
    runs and was ``within`` so many seconds of its source at some moment of the last hour. Cloud SQL reports a negative
    lag while replication is not active (Google Cloud metrics, seconds_behind_master)."""
    lag = 'metric.type=\\"cloudsql.googleapis.com/database/mysql/replication/seconds_behind_master\\"'
    whose = f'resource.labels.database_id=\\"{args.standby.project}:'
    yield get("read", f"${{{instance}}}", "found")
    yield get(
        "ask_lag",
        f"{MONITORING}/{args.standby.project}/timeSeries",
        "lags",
        {
            "filter": f'${{"{lag} AND {whose}" + instance + "\\""}}',
            "interval.startTime": f"${{time.format(sys.now() - {BEFORE_MINUTES * 60})}}",
            "interval.endTime": "${time.format(sys.now())}",
        },
    )
    yield assign("begin", fresh=False, points=[])
    yield each(
        "take_points",
        "row",
        '${default(map.get(lags.body, "timeSeries"), [])}',
        assign("take", points="${row.points}"),
    )
    yield assign("known", cut_off="${len(points) > 0}")
    yield each(
        "every_minute",
        "point",
        "${points}",  # the newest first
        assign("of", seconds="${int(point.value.int64Value)}"),
        when(
            "follows_lately",
            {
                "condition": f"${{minute < {args.signals.minutes} and seconds >= 0}}",
                "steps": [assign("attached", cut_off=False)],
            },
        ),
        when(
            "up_to_date",
            {"condition": "${seconds >= 0 and seconds <= within}", "steps": [assign("close", fresh=True)]},
        ),
        index="minute",
    )
    yield assign("state", state={"cut_off": "${cut_off}", "fit": '${fresh and found.body.state == "RUNNABLE"}'})
    yield {"answer": {"return": "${state}"}}


def _stop(instance: str) -> Iterator[Step]:
    """Stop the old primary, so that nobody writes to it; true once it is. It asks the region that is lost."""
    yield get("read", f"${{{instance}}}", "found")
    yield when("stopped", {"condition": '${found.body.settings.activationPolicy == "NEVER"}', "return": True})
    yield send("ask", "patch", f"${{{instance}}}", "started", {"settings": {"activationPolicy": "NEVER"}})
    yield {"not_yet": {"return": False}}


def _isolate(args: FailoverArgs) -> Iterator[Step]:
    """Shut out the old site: its databases are stopped, unless Cloud SQL makes replicas of them, and no load balancer
    sends it customers. True once it is."""
    yield assign("begin", all=True, done=False)
    for name, database in sorted(args.databases.items()):
        stop = _tried(f"stop_{_word(name)}", "stop", instance=database.primary)
        yield when(f"stop_{_word(name)}", {"condition": f"${{not({_keeps(name)})}}", "steps": list(stop)})
    for name in sorted(args.load_balancers):
        yield from _tried(f"drain_{_word(name)}", "drain", backends=f'${{sys.get_env("{backends_variable(name)}")}}')
    yield {"answer": {"return": "${all}"}}


def _tried(name: str, function: str, **given: object) -> Iterator[Step]:
    """Ask for something that cannot be had while a region is lost."""
    yield attempt(
        f"try_{name}", call(f"ask_{name}", function, "done", **given), otherwise=[assign(f"later_{name}", done=False)]
    )
    yield assign(f"and_{name}", all="${all and done}")


# -- everything else --------------------------------------------------------------------------------------------------


def _detach(args: FailoverArgs) -> dict[str, Any]:
    """Make a cache of its own of one that follows: a switchover would ask the region that is lost."""
    place = f"projects/{args.standby.project}/locations/{args.standby.name}/clusters/"
    url = f'${{"{REDIS}{place}" + cluster}}'
    role = "${found.body.crossClusterReplicationConfig.clusterRole}"
    return {
        "params": ["cluster"],
        "steps": [
            get("read", url, "found"),
            assign("role", role=role),
            when("detached", {"condition": '${role != "SECONDARY"}', "return": True}),
            send(
                "begin",
                "patch",
                url,
                "started",
                {"crossClusterReplicationConfig": {"clusterRole": "NONE"}},
                {"updateMask": "crossClusterReplicationConfig"},
            ),
            call("finish", "wait", url=f'${{"{REDIS}" + started.body.name}}'),
        ],
    }


def _grow(args: FailoverArgs) -> dict[str, Any]:
    """Raise the fewest instances of a group; never lower them."""
    place = f"{COMPUTE}projects/{args.standby.project}/regions/{args.standby.name}"
    return {
        "params": ["autoscaler", "minimum"],
        "steps": [
            get("read", f'${{"{place}/autoscalers/" + autoscaler}}', "found"),
            when("enough", {"condition": "${found.body.autoscalingPolicy.minNumReplicas >= minimum}", "return": True}),
            send(
                "begin",
                "patch",
                f"{place}/autoscalers",
                "started",
                {"autoscalingPolicy": {"minNumReplicas": "${minimum}"}},
                {"autoscaler": "${autoscaler}"},
            ),
            call("finish", "wait", url=f'${{"{place}/operations/" + started.body.name}}'),
        ],
    }


def _serve(args: FailoverArgs) -> dict[str, Any]:
    """Raise the fewest replicas of a Cloud Run service; never lower them. That makes no new revision."""
    place = f"projects/{args.standby.project}/locations/{args.standby.name}/services/"
    url = f'${{"{RUN}{place}" + service}}'
    return {
        "params": ["service", "minimum"],
        "steps": [
            get("read", url, "found"),
            assign("scaling", scaling='${default(map.get(found.body, "scaling"), found.body)}'),
            assign("fewest", fewest='${default(map.get(scaling, "minInstanceCount"), 0)}'),
            when("enough", {"condition": "${fewest >= minimum}", "return": True}),
            send(
                "begin",
                "patch",
                url,
                "started",
                {"scaling": {"minInstanceCount": "${minimum}"}},
                {"updateMask": "scaling.minInstanceCount"},
            ),
            call("finish", "wait", url=f'${{"{RUN}" + started.body.name}}'),
        ],
    }


def _drain(args: FailoverArgs) -> dict[str, Any]:
    """Take what is in the old region out of a load balancer; true once nothing of it is left, or nothing else is."""
    url = f'${{"{COMPUTE}" + backends}}'
    old = f"/(regions/{args.primary_region}|zones/{args.primary_region}-[a-z])/"
    return {
        "params": ["backends"],
        "steps": [
            get("read", url, "found"),
            assign("begin", left=[], found_old=False),
            each(
                "of_each",
                "backend",
                "${found.body.backends}",
                when(
                    "is_old",
                    {
                        "condition": f'${{text.match_regex(backend.group, "{old}")}}',
                        "steps": [assign("out", found_old=True)],
                    },
                    {"condition": True, "steps": [assign("keep", left="${list.concat(left, backend)}")]},
                ),
            ),
            when("out_already", {"condition": "${not(found_old) or len(left) == 0}", "return": True}),
            send(
                "begin_patch",
                "patch",
                url,
                "started",
                {"backends": "${left}", "fingerprint": "${found.body.fingerprint}"},
            ),
            call(
                "finish",
                "wait",
                url=f'${{"{COMPUTE}projects/{args.standby.project}/global/operations/" + started.body.name}}',
            ),
            {"is_out": {"return": True}},
        ],
    }


_PASSING: Final[Mapping[str, Any]] = {
    "params": ["problem"],
    "steps": [
        assign("code", code='${default(map.get(problem, "code"), 0)}', tags='${default(map.get(problem, "tags"), [])}'),
        {"answer": {"return": '${code == 409 or code == 429 or code >= 500 or "ConnectionError" in tags}'}},
    ],
}
"""Whether a failure passes: another operation is at it, the service is short of breath, the network was."""


def _word(name: str) -> str:
    """A name as part of a step's."""
    return "".join(c if c.isalnum() else "_" for c in name)


def environment(args: FailoverArgs) -> dict[str, Any]:
    """What the workflow reads from its environment."""
    return {
        CHECK: args.signals.check_id,
        **({} if args.signals.url_map_name is None else {URL_MAP: args.signals.url_map_name}),
        **{backends_variable(name): path for name, path in args.load_balancers.items()},
    }
