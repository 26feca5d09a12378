"""Alert rules for the Prometheus operator: a job that fails, or that has not succeeded for too long; who is told, and
when nobody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Secret

from bcinfra.component import Str
from bcinfra.kubernetes.cluster import Cluster, after
from bcinfra.kubernetes.names import physical
from bcinfra.planning.windows import MaintenanceWindow, by_day

FULL: Final = 0.8
"""Part of a memory or of disks that may be used before people are told: Ceph warns of a disk at 85 % and writes no more
at 95 % (Ceph documentation, health checks, OSD_NEARFULL and OSD_FULL); of a memory an assumption."""
SLACK: Final = "https://slack.com/api/chat.postMessage"
"""Where Slack takes messages of bots (Alertmanager, slack_config)."""


WATCHDOG: Final = "Watchdog"
WEEKDAYS: Final = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
"""Days as Alertmanager calls them."""
_BEAT: Final = {
    "receiver": WATCHDOG,
    "matchers": [{"name": "alertname", "matchType": "=", "value": WATCHDOG}],
    "groupInterval": "1m",
    "repeatInterval": "1m",
}


def overdue(
    parent: pulumi.Resource, name: str, cluster: Cluster, namespace: Str, jobs: Mapping[str, int]
) -> CustomResource | None:
    """An alert for each of the scheduled ``jobs`` (physical names) that has not succeeded for so many seconds, and
    for one that never did. ``None`` where the cluster has no Prometheus operator. The figures come from
    kube-state-metrics."""
    if not cluster.prometheus:
        return None
    rules = [
        {
            "alert": "ScheduledJobOverdue",
            "expr": _overdue(job, seconds),
            "for": "5m",
            "labels": {"severity": "critical", "site": cluster.site, "cronjob": job},
            "annotations": {"summary": f"{job} at {cluster.site} has not succeeded for {seconds // 60} minutes"},
        }
        for job, seconds in sorted(jobs.items())
    ]
    return _rules(parent, f"{name}-overdue", cluster, namespace, rules)


def rules(
    parent: pulumi.Resource, name: str, cluster: Cluster, namespace: Str, rows: Mapping[str, tuple[Str, str]]
) -> CustomResource | None:
    """Alerts by name: what is true while each holds, for five minutes, and what it says. ``None`` where the cluster has
    no Prometheus operator."""
    if not cluster.prometheus:
        return None
    said = [
        {
            "alert": alert,
            "expr": expression,
            "for": "5m",
            "labels": {"severity": "critical", "site": cluster.site},
            "annotations": {"summary": f"{alert} at {cluster.site}: {says}"},
        }
        for alert, (expression, says) in rows.items()
    ]
    return _rules(parent, name, cluster, namespace, said)


def scraped(
    parent: pulumi.Resource,
    name: str,
    cluster: Cluster,
    namespace: Str,
    *,
    pods: Mapping[str, str],
    port: str,
    path: str,
    families: Sequence[str] = (),
) -> None:
    """Let Prometheus read what ``pods`` tell of themselves, where the cluster has its operator."""
    if not cluster.prometheus:
        return
    CustomResource(
        f"{name}-metrics",
        api_version="monitoring.coreos.com/v1",
        kind="PodMonitor",
        metadata={
            "name": physical("object", f"{name}-metrics"),
            "namespace": namespace,
            "labels": cluster.labelled(name, "alerts"),
        },
        spec={
            "selector": {"matchLabels": dict(pods)},
            "podMetricsEndpoints": [
                {"port": port, "path": path, **({"params": {"family": list(families)}} if families else {})}
            ],
        },
        opts=cluster.child(parent),
    )


def probed(
    parent: pulumi.Resource,
    name: str,
    cluster: Cluster,
    namespace: Str,
    *,
    prober: str,
    job: str,
    targets: Sequence[str],
) -> None:
    """Let a blackbox exporter, ``prober``, ask for ``targets`` once a minute, where the cluster has the operator."""
    if not cluster.prometheus:
        return
    CustomResource(
        f"{name}-names",
        api_version="monitoring.coreos.com/v1",
        kind="Probe",
        metadata={"name": job, "namespace": namespace, "labels": cluster.labelled(name, "alerts")},
        spec={
            "jobName": job,
            "interval": "60s",
            "module": "http_2xx",
            "prober": {"url": prober},
            "targets": {"staticConfig": {"static": list(targets)}},
        },
        opts=cluster.child(parent),
    )


def _rules(
    parent: pulumi.Resource, name: str, cluster: Cluster, namespace: Str, rules: Sequence[Mapping[str, Any]]
) -> CustomResource:
    labels = cluster.labelled(name, "alerts")
    # Who is told is found by the alert's namespace, which a query over several pods, or of what is absent, has lost.
    rules = [{**rule, "labels": {**rule["labels"], "namespace": namespace}} for rule in rules]
    return CustomResource(
        name,
        api_version="monitoring.coreos.com/v1",
        kind="PrometheusRule",
        metadata={"name": physical("object", name), "namespace": namespace, "labels": labels},
        spec={"groups": [{"name": name, "rules": rules}]},
        opts=cluster.child(parent),
    )


def receivers(
    parent: pulumi.Resource,
    name: str,
    cluster: Cluster,
    namespace: Str,
    *,
    emails: Mapping[str, str],
    pagers: Mapping[str, Str],
    chats: Mapping[str, tuple[str, Str]],
    heartbeat: Str | None = None,
    muted: Mapping[str, MaintenanceWindow] | None = None,
) -> CustomResource | None:
    """Who Alertmanager tells of the alerts of a namespace: e-mail addresses, services of PagerDuty by their integration
    keys, channels of Slack with a bot's token. Its own settings hold the mail server (Prometheus operator,
    AlertmanagerConfig). ``heartbeat`` is an address outside of the cluster, called every minute by an alert that always
    is: who is behind it tells people once the calls stop, for a Prometheus that is lost tells nobody. ``muted`` holds
    the weekly windows, in UTC and each shorter than a day, in which alerts that begin so, such as ``MySql``, are told
    to nobody: what is still true once a window is over is told then, and the heartbeat goes on. ``None`` where nobody
    is told, or nothing would."""
    if not cluster.prometheus or not (emails or pagers or chats or heartbeat is not None):
        return None
    called, labels = physical("object", f"{name}-receivers"), cluster.labelled(name, "alerts")
    keys = {**{f"pager-{who}": key for who, key in pagers.items()}, **{f"chat-{w}": t for w, (_, t) in chats.items()}}
    keys |= {} if heartbeat is None else {"heartbeat": heartbeat}
    secret: Str = called
    if keys:  # an address of mail is none
        kept = Secret(
            f"{name}-receivers",
            metadata={"name": called, "namespace": namespace, "labels": labels},
            string_data={**keys, **({"slack": SLACK} if chats else {})},  # which the SDK makes a secret
            opts=cluster.child(parent),
        )
        secret = after(kept, called)
    receiver = {
        "name": "operators",
        "emailConfigs": [{"to": emails[who], "sendResolved": True} for who in sorted(emails)],
        "pagerdutyConfigs": [{"routingKey": {"name": secret, "key": f"pager-{who}"}} for who in sorted(pagers)],
        "slackConfigs": [
            {
                "apiURL": {"name": secret, "key": "slack"},
                "channel": chats[who][0],
                "httpConfig": {"authorization": {"credentials": {"name": secret, "key": f"chat-{who}"}}},
                "sendResolved": True,
            }
            for who in sorted(chats)
        ],
    }
    if heartbeat is not None:
        alive = {"alert": WATCHDOG, "expr": "vector(1)", "labels": {"severity": "none", "site": cluster.site}}
        _rules(parent, f"{name}-heartbeat", cluster, namespace, [alive])
    muted = muted or {}
    routes = [*([] if heartbeat is None else [_BEAT]), *(_resting(what) for what in muted)]
    return CustomResource(
        f"{name}-receivers",
        api_version="monitoring.coreos.com/v1alpha1",
        kind="AlertmanagerConfig",
        metadata={"name": called, "namespace": namespace, "labels": labels},
        spec={
            "route": {
                "receiver": "operators",
                "groupBy": ["alertname", "site"],
                "repeatInterval": "4h",
                **({"routes": routes} if routes else {}),
            },
            **({"muteTimeIntervals": [_interval(what, window) for what, window in muted.items()]} if muted else {}),
            "receivers": [
                {key: value for key, value in receiver.items() if value},
                *(
                    []
                    if heartbeat is None
                    else [{"name": WATCHDOG, "webhookConfigs": [{"urlSecret": {"name": secret, "key": "heartbeat"}}]}]
                ),
            ],
        },
        opts=cluster.child(parent),
    )


def _resting(what: str) -> dict[str, Any]:
    """The way of alerts that rest in the window of their name."""
    named = [{"name": "alertname", "matchType": "=~", "value": f"{what}.*"}]
    return {"receiver": "operators", "matchers": named, "muteTimeIntervals": [what]}


def _interval(what: str, window: MaintenanceWindow) -> dict[str, Any]:
    return {
        "name": what,
        "timeIntervals": [
            {"weekdays": [WEEKDAYS[day]], "times": [{"startTime": start, "endTime": end}]}
            for day, start, end in by_day(window)
        ],
    }


def unseen(*series: str) -> tuple[str, str]:
    """The row of an alert that nothing is measured: without it, rules that find no figure are silent for ever."""
    return " or ".join(f"absent({one})" for one in series), "nothing is measured of it, so that nothing else is told"


def _overdue(job: str, seconds: int) -> str:
    """A query that answers while ``job`` is overdue. A job that never succeeded counts from when it was made."""
    made, succeeded = (
        f'kube_cronjob_{metric}{{cronjob="{job}"}}' for metric in ("created", "status_last_successful_time")
    )
    return f"time() - ({succeeded} or {made}) > {seconds}"
