"""MySQL by the Percona operator: a cluster over three zones at each site, joined by a replication channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Secret
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.kubernetes import alerts, operator, pods, policy
from bcinfra.kubernetes.cluster import HOST, ZONE, Cluster, after, api
from bcinfra.kubernetes.jobs import Schedule
from bcinfra.kubernetes.mysql_restore import RestoreTest, restore_test, scratch_name
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import CHARTS, Operator
from bcinfra.kubernetes.policy import Peer
from bcinfra.kubernetes.storage import BackupBucket, misplaced

API: Final = "pxc.percona.com/v1"
PORT: Final = 3306
MEMBERS: Final = 3
"""Members of a cluster. They write what a majority has; three lose one and go on."""

USERS: Final = ("root", "xtrabackup", "monitor", "proxyadmin", "operator", "replication")
"""The operator's own users. Their passwords are the same at every site, or a promoted one locks them out."""

FAILOVER_FIELDS: Final = ("spec.pxc.replicationChannels", "spec.users")
"""What differs between a source and a replica, hence what a promotion outside Pulumi changes."""

DURABLE: Final[Mapping[str, str]] = {
    "binlog_expire_logs_seconds": "604800",
    "binlog_format": "ROW",
    "enforce_gtid_consistency": "ON",
    "gtid_mode": "ON",
    "innodb_flush_log_at_trx_commit": "1",
    "log_replica_updates": "ON",
    "pxc_strict_mode": "ENFORCING",
    "require_secure_transport": "ON",
    "sync_binlog": "1",
}
"""A committed order is on disk and in the binary log, a replica can follow a new source, and clients use TLS."""

_STORE: Final = "elsewhere"
_SILENT: Final = 10
"""Uploads of the binary log that may be missed before people are told: ten minutes of the default's, and with the five
that an alert waits within the quarter of an hour that copies may be old. An assumption."""
_PORTS: Final = (PORT, 4444, 4567, 4568, 33062)
"""MySQL, state transfer, Galera, incremental transfer, the administrators' port."""
_METRICS: Final = (8080, 8404)
"""Figures of what copies binary logs, and of the proxies."""
_PREFIX: Final = 16
"""Characters of a cluster's name that the operator takes into the names of scheduled backups (its source,
``generateBackupName``)."""


class MySqlSite(Args):
    """One cluster of the database. Its fields belong to the place, whichever role it has."""

    cluster: Cluster
    """The Kubernetes cluster, over three zones or more."""
    namespace: Str
    """Its namespace; the operator's pods need the ``baseline`` standard."""
    operator: Operator
    """The operator there, of kind ``mysql``."""
    storage_class: str | None = None
    """Storage class of the volumes, which must wait for the first consumer; the cluster's default if not given."""
    hosts: tuple[Str, ...] = ()
    """Names or addresses under which the other sites reach its members, such as those of their load balancers: what
    makes it a source that others can follow. Needed where there are several sites."""
    expose: Mapping[str, Str] = {}
    """Annotations of the members' load balancers, such as those that make them internal."""
    peers: tuple[str, ...] = ()
    """IPv4 ranges of the other sites, which may connect."""
    bucket: BackupBucket | None = None
    """Where its backups and binary logs go: another site."""
    log_bucket: BackupBucket | None = None
    """Where its binary logs go instead, if ``bucket`` refuses that an object is replaced: the operator keeps a mark of
    what it uploaded, and replaces it each time."""
    clients: Mapping[str, Peer] = {}
    """Who may connect, by a name for each."""
    survives_zone: bool = True
    """Whether the loss of any zone must leave a majority. False accepts that it may stop writes until somebody
    restores it: for a standby on premises with two racks."""


class MySqlArgs(Args):
    """Arguments of :class:`MySql`."""

    sites: Mapping[str, MySqlSite] = Field(min_length=1)
    """The sites by name. A site's name is part of its resources' identity."""
    primary: str
    """The site that accepts writes. After a failover: the promoted one."""
    image: str = "percona/percona-xtradb-cluster:8.4.7-7.1"
    """The server, as the operator's release names it."""
    proxy_image: str = "percona/haproxy:2.8.17"
    """The proxy that leads clients to the member that writes."""
    backup_image: str = "percona/percona-xtrabackup:8.4.0-5.1"
    """What makes backups."""
    log_image: str = "percona/fluentbit:4.0.1-1"
    """What collects logs."""
    cpu: float = Field(gt=0, le=128)
    """Cores of a member."""
    memory: int = Field(ge=1024)
    """Memory of a member, MiB. Three quarters become the buffer pool."""
    storage: int = Field(ge=6, le=65536)
    """Storage of a member, GiB."""
    parameters: Mapping[str, str] = {}
    """Further parameters of the server; they win over :data:`DURABLE`."""
    database: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")
    """The database of the shop."""
    username: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")
    """The shop's user, who may do anything to ``database``."""
    password: Str
    """The shop's password."""
    system_passwords: Mapping[str, Str]
    """Passwords of the operator's own users (:data:`USERS`)."""
    priority: str | None = None
    """A priority class, such as ``shop-data``."""
    backup_schedule: Schedule = "0 1 * * *"
    """When a full backup is made, in UTC."""
    backup_days: int = Field(default=14, ge=1, le=365)
    """Full backups that are kept, where the bucket does not decide that itself."""
    log_upload: int = Field(default=60, ge=10, le=900)
    """Seconds between two uploads of the binary log: what a lost site loses at most, beside what is under way."""
    restore_test: RestoreTest | None = None
    """How backups are tested by restoring them; every site with a bucket does."""
    manage_channels: bool = False
    """Whether Pulumi writes :data:`FAILOVER_FIELDS` itself. Set it for a planned switch, or to make a former primary a
    replica again, and back after ``pulumi up``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.primary not in self.sites:
            yield f"primary: {unknown_site(self.primary, self.sites)}"
        if missing := sorted(set(USERS) ^ self.system_passwords.keys()):
            yield f"system_passwords: one for each of {', '.join(USERS)}; missing or unknown: {', '.join(missing)}"
        for name, site in self.sites.items():
            cluster, at = site.cluster, f"sites.{name}"
            if site.survives_zone and len(cluster.zones) < MEMBERS:
                yield (
                    f"{at}.cluster: {len(cluster.zones)} zone(s); the loss of one may take two of three members and"
                    " stop writes: take a cluster over three zones, or accept it with survives_zone=False"
                )
            yield from (f"{at}.{problem}" for problem in operator.wrong(site.operator, "mysql"))
            yield from misplaced(f"{at}.bucket", site.bucket, cluster)
            yield from misplaced(f"{at}.log_bucket", site.log_bucket, cluster)
            if len(self.sites) > 1 and len(site.hosts) != MEMBERS:
                yield f"{at}.hosts: {len(site.hosts)} hosts; the other sites need one for each of the {MEMBERS} members"
            if self.restore_test and site.bucket and not cluster.kubectl_image:
                yield f"{at}.cluster: needs kubectl_image, for the test restores"
        if self.restore_test and not any(site.bucket for site in self.sites.values()):
            yield "restore_test: no site has a bucket to restore from"


class MySql(Component):
    """MySQL that survives the loss of a node and of a zone by itself, and of a site by a promotion.

    At each site three members over three zones commit together (Galera): none of them loses an acknowledged order. The
    other sites follow asynchronously, over TLS. Full backups, and the binary log every minute, go to a bucket
    elsewhere, and are restored on schedule to prove that they can be.

    **To fail over**, at the site that takes over: ``kubectl patch pxc <name> --type merge -p
    '{"spec":{"pxc":{"replicationChannels":[{"name":"<channel>","isSource":true}]}}}'``. Make sure first that the old
    primary takes no writes (``spec.pause``, or its proxy unreachable): two that write cannot be merged.

    After a failover set ``primary`` to the site that took over. The next preview changes nothing, because
    :data:`FAILOVER_FIELDS` are ignored. To make the old primary a replica, restore it from a backup of the new one and
    set ``manage_channels``.
    """

    package = "kubernetes"

    host: pulumi.Output[str]
    """Where clients in the primary's cluster connect: the proxy."""
    hosts: Mapping[str, pulumi.Output[str]]
    """The proxy of each site, for clients in its cluster."""
    names: Mapping[str, str]
    """The name of each site's custom resource: what a promotion is called with."""
    channel: str
    """Name of the replication channel."""
    port: int
    """The port that every proxy listens on."""
    peers: Mapping[str, Peer]
    """Each site's database, for the ``reaches`` of workloads in its namespace."""
    password_secrets: Mapping[str, pulumi.Output[str]]
    """The Kubernetes secret with the shop's password (key ``password``), by site."""

    def __init__(self, name: str, args: MySqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        where = {
            site: {**at.cluster.where, "storesAt": at.bucket and at.bucket.site} for site, at in args.sites.items()
        }
        # Which site writes now is seen from the channels: leaving it out here, a failover changes no input.
        super().__init__(name, opts, {"sites": where})
        self._name, self._args = name, args
        self.port, self.channel = PORT, f"{name}-sites"
        self.names = {site: physical("mysql", f"{name}-{site}") for site in args.sites}
        self.password_secrets = {}
        made = {site: self._site(site) for site in args.sites}
        self.hosts = {
            site: pulumi.Output.concat(after(made[site], f"{called}-haproxy"), ".", args.sites[site].namespace, ".svc")
            for site, called in self.names.items()
        }
        self.host = self.hosts[args.primary]
        self.peers = {
            site: Peer(pods={"app.kubernetes.io/instance": called}, ports=(PORT,))
            for site, called in self.names.items()
        }
        self.register_outputs(
            {
                "host": self.host,
                "hosts": self.hosts,
                "names": self.names,
                "channel": self.channel,
                "port": self.port,
                "peers": {site: peer.model_dump() for site, peer in self.peers.items()},
                "passwordSecrets": self.password_secrets,
            }
        )

    def _metadata(self, site: str, called: Str, part: str) -> dict[str, Any]:
        at = self._args.sites[site]
        return {"name": called, "namespace": at.namespace, "labels": at.cluster.labelled(self._name, part)}

    def _secret(self, site: str, what: str, values: Mapping[str, Str]) -> pulumi.Output[str]:
        called = physical("object", f"{self._name}-{site}-{what}")
        return after(
            Secret(
                f"{self._name}-{site}-{what}",
                metadata=api(self._metadata(site, called, "secret")),
                string_data=dict(values),  # which the SDK makes a secret
                opts=self._args.sites[site].cluster.child(self),
            ),
            called,
        )

    def _site(self, site: str) -> CustomResource:
        args, at, called = self._args, self._args.sites[site], self.names[site]
        cluster = at.cluster
        system = self._secret(site, "system", args.system_passwords)
        shop = self._secret(site, "shop", {"password": args.password})
        self.password_secrets = {**self.password_secrets, site: shop}
        backup = self._backup(site, at.bucket, at.log_bucket) if at.bucket else None
        spec = {
            "crVersion": CHARTS["mysql"].operator,
            "secretsName": system,
            "tls": {"enabled": True},
            "updateStrategy": "SmartUpdate",
            "upgradeOptions": {"apply": "disabled"},  # versions change by `pulumi up`, site by site
            "pxc": self._members(site),
            "haproxy": self._proxy(called),
            "logcollector": {"enabled": True, "image": args.log_image, "resources": pods.resources(0.1, 128)},
            **({"backup": backup} if backup else {}),
            **({"users": [self._user(shop)]} if site == args.primary else {}),
        }
        forget = [] if cluster.protected else ["percona.com/delete-pxc-pvc", "percona.com/delete-ssl"]
        database = CustomResource(
            f"{self._name}-{site}",
            api_version=API,
            kind="PerconaXtraDBCluster",
            metadata=api(
                {
                    **self._metadata(site, called, "database"),
                    "finalizers": ["percona.com/delete-pxc-pods-in-order", *forget],
                }
            ),
            spec=spec,
            opts=cluster.child(
                self,
                protect=cluster.protected,
                depends_on=[at.operator],
                ignore_changes=[] if args.manage_channels else list(FAILOVER_FIELDS),
                custom_timeouts=pulumi.CustomTimeouts(create="1h", update="2h"),
            ),
        )
        self._flows(site)
        if args.restore_test and backup:
            job = restore_test(
                self,
                f"{self._name}-{site}",
                cluster,
                at.namespace,
                args.restore_test,
                source=after(database, called),
                scratch={"pxc": self._scratch(site), "secretsName": system, "backup": _stores(backup)},
                secret=system,
            )
            alerts.overdue(self, f"{self._name}-{site}", cluster, at.namespace, {job: args.restore_test.overdue})
        self._watch(site, copied=backup is not None)
        return database

    def _members(self, site: str) -> dict[str, Any]:
        args, at = self._args, self._args.sites[site]
        exposed = len(args.sites) > 1
        return {
            "size": MEMBERS,
            "image": args.image,
            "autoRecovery": True,
            "configuration": "\n".join(
                ["[mysqld]", *(f"{key}={value}" for key, value in sorted({**DURABLE, **args.parameters}.items()))]
            ),
            "resources": pods.resources(args.cpu, args.memory),
            "gracePeriod": 600,
            "podDisruptionBudget": {"maxUnavailable": 1},
            **self._placed(self.names[site], "pxc", strict=at.survives_zone),
            "volumeSpec": {"persistentVolumeClaim": self._claim(at)},
            **(
                {"expose": {"enabled": True, "type": "LoadBalancer", "annotations": dict(at.expose)}} if exposed else {}
            ),
            **({"replicationChannels": [self._channel(site)]} if exposed else {}),
        }

    def _placed(self, called: str, part: str, *, strict: bool) -> dict[str, Any]:
        """One member a host, and members spread over zones."""
        labels = {"app.kubernetes.io/instance": called, "app.kubernetes.io/component": part}
        return {
            "affinity": {"antiAffinityTopologyKey": HOST},
            "topologySpreadConstraints": [pods.even(ZONE, labels, strict=strict)],
            "tolerations": pods.tolerations(),
            **({"priorityClassName": self._args.priority} if self._args.priority else {}),
        }

    def _claim(self, at: MySqlSite) -> dict[str, Any]:
        return {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": f"{self._args.storage}Gi"}},
            **({"storageClassName": at.storage_class} if at.storage_class else {}),
        }

    def _channel(self, site: str) -> dict[str, Any]:
        """The source's end of the channel, or the end of a replica, which follows any of the source's members."""
        if site == self._args.primary:
            return {"name": self.channel, "isSource": True}
        hosts = self._args.sites[self._args.primary].hosts
        return {
            "name": self.channel,
            "isSource": False,
            "configuration": {
                "ssl": True,
                "sslSkipVerify": True,  # the certificates name pods, not the hosts that other sites know
                "ca": "/etc/mysql/ssl/ca.crt",
                "sourceRetryCount": 3,
                "sourceConnectRetry": 10,
            },
            "sourcesList": [{"host": host, "port": PORT, "weight": 100 - n} for n, host in enumerate(hosts)],
        }

    def _proxy(self, called: str) -> dict[str, Any]:
        return {
            "enabled": True,
            "size": MEMBERS,
            "image": self._args.proxy_image,
            "resources": pods.resources(0.25, 256),
            "gracePeriod": 30,
            "podDisruptionBudget": {"maxUnavailable": 1},
            **self._placed(called, "haproxy", strict=False),
        }

    def _user(self, secret: Str) -> dict[str, Any]:
        args = self._args
        return {
            "name": args.username,
            "dbs": [args.database],
            "hosts": ["%"],
            "grants": ["ALL"],
            "passwordSecretRef": {"name": secret, "key": "password"},
        }

    def _backup(self, site: str, bucket: BackupBucket, logs: BackupBucket | None) -> dict[str, Any]:
        args = self._args
        credentials = self._secret(site, "bucket", bucket.credentials)
        log_credentials = self._secret(site, "log-bucket", logs.credentials) if logs else credentials
        keep = {"type": "count", "count": args.backup_days, "deleteFromStorage": not bucket.locked}
        return {
            "image": args.backup_image,
            "backoffLimit": 3,
            "pitr": {
                "enabled": True,
                "storageName": f"{_STORE}-logs",
                "timeBetweenUploads": args.log_upload,
                "timeoutSeconds": max(60, args.log_upload),
                "resources": pods.resources(0.1, 512),
            },
            # The operator wants binary logs where no backup is.
            "storages": {
                store: {
                    "type": "s3",
                    "verifyTLS": True,
                    "s3": {
                        "bucket": pulumi.Output.concat(at.bucket, f"/{self.names[site]}-{what}"),
                        "region": at.region,
                        "endpointUrl": at.endpoint,
                        "credentialsSecret": secret,
                    },
                }
                for store, what, at, secret in (
                    (_STORE, "full", bucket, credentials),
                    (f"{_STORE}-logs", "logs", logs or bucket, log_credentials),
                )
            },
            "schedule": [{"name": "full", "schedule": args.backup_schedule, "retention": keep, "storageName": _STORE}],
        }

    def _scratch(self, site: str) -> dict[str, Any]:
        """The one member that a test restores into."""
        args, at = self._args, self._args.sites[site]
        return {
            "size": 1,
            "image": args.image,
            "resources": pods.resources(args.cpu / 2, max(1024, args.memory // 2)),
            "volumeSpec": {"persistentVolumeClaim": self._claim(at)},
        }

    def _watch(self, site: str, *, copied: bool) -> None:
        """Members that are missing, proxies that lead to none, copies that stopped: the operator's own figures
        (Percona Operator for MySQL documentation, HAProxy statistics and binary logs statistics; read 2026-11)."""
        args, at, called = self._args, self._args.sites[site], self.names[site]
        of = {"app.kubernetes.io/instance": called}
        members = f'kube_statefulset_status_replicas_ready{{statefulset="{called}-pxc"}}'
        proxies = f'pod=~"{called}-haproxy-.*",proxy="galera-nodes"'
        led, spare = (f"haproxy_backend_{kind}_servers{{{proxies}}}" for kind in ("active", "backup"))
        rows: dict[str, tuple[Str, str]] = {
            "MySqlMemberMissing": (f"{members} < {MEMBERS}", "a member of the database is missing"),
            "MySqlUnreachable": (f"max({led} + {spare}) < 1", "no proxy leads to a member"),
        }
        series = [members, led]
        alerts.scraped(
            self,
            f"{self._name}-{site}",
            at.cluster,
            at.namespace,
            pods={**of, "app.kubernetes.io/component": "haproxy"},
            port="stats",
            path="/metrics",
        )
        if copied:
            collector = f'{{pod=~"{called}-pitr-.*"}}'
            done = f"pxc_binlog_collector_last_processing_timestamp{collector}"
            gaps = f"pxc_binlog_collector_gap_detected_total{collector}"
            fulls = f'kube_job_status_completion_time{{job_name=~"xb-cron-{called[:_PREFIX]}.*"}}'
            rows |= {
                "BinlogSilent": (f"time() - {done} > {_SILENT * args.log_upload}", "no binary log is copied"),
                "BinlogGap": (f"increase({gaps}[1d]) > 0", "binary logs are missing between copies: back up in full"),
            }
            if args.restore_test:
                late = f"time() - max({fulls}) > {args.restore_test.oldest}"
                rows["BackupOverdue"] = (late, "the newest full backup is old")
                series.append(fulls)
            series.append(done)
            alerts.scraped(
                self,
                f"{self._name}-{site}-logs",
                at.cluster,
                at.namespace,
                pods={**of, "app.kubernetes.io/component": "pitr"},
                port="metrics",
                path="/metrics",
            )
        rows["MySqlUnseen"] = alerts.unseen(*series)
        alerts.rules(self, f"{self._name}-{site}-alerts", at.cluster, at.namespace, rows)

    def _flows(self, site: str) -> None:
        """Members talk to members, proxies to members, clients to proxies; the operator and other sites to members."""
        at, called = self._args.sites[site], self.names[site]
        instances = [called, scratch_name(f"{self._name}-{site}")]
        own = {"matchExpressions": [{"key": "app.kubernetes.io/instance", "operator": "In", "values": instances}]}
        us = [{"podSelector": own}]
        others = Peer(cidrs=at.peers).rule if at.peers else []
        own_ports, everyone = policy.ports([PORT]), policy.ports(_PORTS)
        spec = {
            "podSelector": own,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {"from": us},
                {"from": Peer(namespace=at.operator.namespace).rule, "ports": everyone},
                *([{"from": others, "ports": own_ports}] if others else []),
                *({"from": peer.rule, "ports": own_ports} for _, peer in sorted(at.clients.items())),
                *([policy.scraped(*_METRICS)] if at.cluster.prometheus else []),
            ],
            "egress": [
                policy.names(),
                {"to": us},
                policy.internet(policy.HTTPS),
                *([{"to": others, "ports": own_ports}] if others else []),
            ],
        }
        NetworkPolicy(
            f"{self._name}-{site}",
            metadata=api(self._metadata(site, called, "database")),
            spec=api(spec),
            opts=at.cluster.child(self),
        )


def _stores(backup: Mapping[str, Any]) -> dict[str, Any]:
    """What a cluster needs to read backups and to make none."""
    return {key: backup[key] for key in ("image", "storages")}
