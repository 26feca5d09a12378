"""Cloudflare's proxy in front of a shop: cache, firewall, and load balancing over the sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_cloudflare import (
    AuthenticatedOriginPullsCertificate,
    AuthenticatedOriginPullsSettings,
    LoadBalancer,
    LogpushJob,
    NotificationPolicy,
    Ruleset,
    WorkersKv,
    WorkersKvNamespace,
    WorkersRoute,
    WorkersScript,
    ZoneSetting,
)
from pydantic import Field, model_validator

from bcinfra.cloudflare.account import Account
from bcinfra.cloudflare.pools import Monitor, Origin, ordered, pools, preferred, wrong_primary
from bcinfra.cloudflare.zone import HOSTS, HostName
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.modes import MODE, OPEN, Modes, path_pattern, program

ORIGIN_HEADER: Final = "X-Origin-Key"
"""What origins know requests of the proxy by, beside its certificate."""
MANAGED: Final = "efb7b8c949ac4650a09736fc376e9aee"
OWASP: Final = "4814384a9e5d4991b9815dcfc25d2f1f"
"""Cloudflare's managed rules, and the OWASP core rules, the same in every account
(https://developers.cloudflare.com/waf/managed-rules/deploy-api/; read 2026-11)."""
SETTINGS: Final[Mapping[str, str]] = {
    "ssl": "strict",
    "min_tls_version": "1.2",
    "always_use_https": "on",
    "always_online": "on",
}
"""Settings of the zone: origins must show a certificate that is valid for the name, and pages of an archive are shown
where no origin answers (https://developers.cloudflare.com/cache/how-to/always-online/; read 2026-11)."""
FIELDS: Final = (
    "ClientIP",
    "ClientRequestHost",
    "ClientRequestMethod",
    "ClientRequestURI",
    "EdgeResponseStatus",
    "EdgeStartTimestamp",
    "OriginResponseStatus",
    "RayID",
    "SecurityAction",
)
"""What is logged of a request: no header, no cookie, no body."""
RUNTIME: Final = "2026-10-01"
"""The day as of which the runtime of the script behaves: since 2026-08-04 it has Node's ``crypto``, which signs places
(https://developers.cloudflare.com/changelog/post/2026-08-04-nodejs-compat-default/; read 2026-11)."""


INCLUDED: Final = 10_000_000
"""Requests a month that the plan Workers Paid includes: what is asked beyond is charged
(https://developers.cloudflare.com/workers/platform/pricing/; read 2026-11)."""


class ClientCertificate(Args):
    """What the proxy shows origins, so that they take requests from it alone."""

    certificate: Str
    """The certificate (PEM), of an authority of the shop's own: with Cloudflare's, every customer of it gets in."""
    private_key: Str
    """Its key (PEM)."""


class EdgeArgs(Args):
    """Arguments of :class:`Edge`."""

    account: Account
    """The account of the zone."""
    zone_id: Str
    """The zone, such as ``PublicZone(...).zone_id``."""
    domain: HostName
    """The domain, such as ``shop.example``."""
    hosts: frozenset[str] = HOSTS
    """Names below the domain that it answers for; ``""`` is the domain itself."""
    origins: Mapping[str, Origin] = Field(min_length=1)
    """The sites by name. Each must show a certificate that is valid for the hosts."""
    primary: str
    """The site that is asked first. After a failover: the one that took over."""
    spread: bool = False
    """Whether all healthy sites are asked, the nearest first; else the primary while it is healthy."""
    monitor: Monitor = Monitor()
    """How sites are asked whether they sell."""
    client: ClientCertificate | None = None
    """What it shows origins (mutual TLS)."""
    key: Str | None = None
    """The secret that it sends to origins as ``X-Origin-Key`` (``aws.TierArgs.behind``)."""
    unsigned: bool = False
    """Whether origins know it by Cloudflare's addresses alone, which all its customers ask from, or take requests from
    everybody and have a firewall each, which lets those addresses pass."""
    static: tuple[str, ...] = ("/media/", "/static/")
    """How the paths of files begin that are kept as long as the origin's ``Cache-Control`` says, and longer where it
    does not answer. Nothing else is kept."""
    requests_limit: int = Field(default=1000, ge=10, le=1_000_000)
    """Requests from one address within the window beyond which it is blocked."""
    window_seconds: Literal[10, 60, 120, 300, 600] = 60
    """The window; plans below Enterprise have some of them alone."""
    unlimited: tuple[str, ...] = Field(default=(), examples=[["/webhooks/"]])
    """How the paths begin whose callers are not limited, such as payment providers."""
    unchecked: tuple[str, ...] = Field(default=(), max_length=10, examples=[["/webhooks/*"]])
    """Paths whose content no managed rule judges; ``*`` at the end stands for the rest. Floods are limited there."""
    counted: frozenset[str] = frozenset()
    """Sets of managed rules (:data:`MANAGED`, :data:`OWASP`) that only log what they would block."""
    allowed: Mapping[str, str] = {}
    """Ranges of addresses that pass every rule, by a name for each."""
    modes: Modes | None = None
    """What it can show instead of the shop; default nothing. Paths that are ``unchecked`` or ``unlimited`` pass the
    queue, because programs do not wait. It takes the plan Workers Paid: after 100,000 requests a day the free one
    answers with errors."""
    log_destination: Str | None = None
    """Where requests are logged, such as ``s3://acme-logs/edge?region=eu-central-1``, with a retention of its own.
    Enterprise alone delivers logs."""
    log_proof: Str | None = None
    """What Cloudflare wrote there to see that it is ours (``LogpushOwnershipChallenge``)."""
    mail: tuple[str, ...] = ()
    """Whom Cloudflare writes to when a site is found ill or well again, and with ``modes`` once requests cost extra."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from wrong_primary(self.primary, self.origins)
        if self.client is None and self.key is None and not self.unsigned:
            yield "client: the origins could be reached around the proxy; give client (mutual TLS), key, or unsigned"
        if strange := sorted(self.counted - {MANAGED, OWASP}):
            yield f"counted: {', '.join(strange)} is none of the sets of rules; there are {MANAGED} and {OWASP}"
        for field in ("static", "unlimited", "unchecked"):
            for path in getattr(self, field):
                if not path.startswith("/") or '"' in path:
                    yield f"{field}: {path!r} is no path; begin with '/', without quotes"


class Edge(Component):
    """Cloudflare's proxy in front of a shop: what customers reach, while its sites take requests from it alone.

    A load balancer asks every site whether it sells, and sends requests to the first that does: customers wait for no
    DNS. Floods are absorbed by the network itself; managed rules block known attacks, and addresses that ask too often.
    Files are kept at the edge, and shown on while no site answers.

    The proxy, and the dashboard and API with it, is one part on the way in (18 November 2025: 3 h). Keep the names with
    another DNS provider too: a partial zone there (``www`` leads to ``www.shop.example.cdn.cloudflare.net``, a failover
    record straight to a site), or the same names at a second provider that lead to the sites (``aws.GeoDns``).

    With ``modes`` a script asks a store of keys and values at every request which of the shop's states holds: one
    command changes it, edges follow within a minute or more, and the next ``pulumi up`` leaves it::

        curl --fail --request PUT --header "Authorization: Bearer $CLOUDFLARE_API_TOKEN" --header 'Content-Type:
        text/plain' --data-raw read-only
        https://api.cloudflare.com/client/v4/accounts/ACCOUNT/storage/kv/namespaces/NAMESPACE/values/mode

    Who gives it needs a token with *Workers KV Storage: Edit* of the account and no more; Cloudflare grants that for no
    single store. Where the store, the key or the script's own code fails, the shop is open. The command needs the API,
    which is lost with the proxy.

    After a failover of the data change ``primary`` here too: pools change places in an update.
    """

    package = "cloudflare"

    hosts: pulumi.Output[list[str]]
    """The names that it answers for."""

    def __init__(self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        keys: dict[str, Str] = {ORIGIN_HEADER: args.key} if args.key is not None else {}
        made = pools(self, args.account, name, args.origins, args.monitor, args.domain, keys)
        order = ordered(args.origins, args.primary)
        names = [f"{host}.{args.domain}" if host else args.domain for host in sorted(args.hosts)]
        fronts = [
            LoadBalancer(
                host,
                zone_id=args.zone_id,
                name=host,
                default_pools=[made[site].id for site in preferred(order, spread=args.spread)],
                fallback_pool=made[order[-1]].id,
                steering_policy="proximity" if args.spread else "off",
                adaptive_routing={"failover_across_pools": True},
                proxied=True,
                opts=args.account.child(self),
            )
            for host in names
        ]
        self._settle()
        self._close()
        self._guard()
        self._keep()
        self._watch()
        if args.modes:
            self._show(args.modes, names)
        self.hosts = pulumi.Output.all(*(front.name for front in fronts))
        self.register_outputs({"hosts": self.hosts})

    def _settle(self) -> None:
        for setting, value in SETTINGS.items():
            ZoneSetting(
                f"{self._name}-{setting.replace('_', '-')}",
                zone_id=self._args.zone_id,
                setting_id=setting,
                value=value,
                opts=self._args.account.child(self),
            )

    def _close(self) -> None:
        """What origins know the proxy by: its certificate, its key."""
        args = self._args
        if args.client:
            shown = AuthenticatedOriginPullsCertificate(
                f"{self._name}-client",
                zone_id=args.zone_id,
                certificate=args.client.certificate,
                private_key=args.client.private_key,
                opts=args.account.child(self),
            )
            AuthenticatedOriginPullsSettings(
                f"{self._name}-client",
                zone_id=args.zone_id,
                enabled=True,
                opts=args.account.child(self, depends_on=[shown]),
            )
        if args.key is not None:
            rewrite: Any = {"headers": {ORIGIN_HEADER: {"operation": "set", "value": args.key}}}
            self._rules("key", "http_request_late_transform", _rule("rewrite", "true", action_parameters=rewrite))

    def _guard(self) -> None:
        """Managed rules, and a limit for each address."""
        args = self._args
        passing = " ".join(sorted(args.allowed.values()))
        if passing:
            phases = ["http_ratelimit", "http_request_firewall_managed"]
            passed: Any = {"phases": phases}
            self._rules(
                "allowed",
                "http_request_firewall_custom",
                _rule("skip", f"ip.src in {{{passing}}}", action_parameters=passed, logging={"enabled": True}),
            )
        self._rules(
            "firewall",
            "http_request_firewall_managed",
            *(
                _rule(
                    "execute",
                    _elsewhere(args.unchecked),
                    action_parameters={"id": id, **({"overrides": {"action": "log"}} if id in args.counted else {})},
                )
                for id in (MANAGED, OWASP)
            ),
        )
        limit = {
            "characteristics": ["cf.colo.id", "ip.src"],
            "period": args.window_seconds,
            "requests_per_period": args.requests_limit,
            "mitigation_timeout": args.window_seconds,
        }
        self._rules(
            "limit",
            "http_ratelimit",
            _rule("block", _elsewhere([f"{path}*" for path in args.unlimited]), ratelimit=limit),
        )

    def _keep(self) -> None:
        """Files at the edge, nothing else."""
        files = " or ".join(f'starts_with(http.request.uri.path, "{path}")' for path in self._args.static)
        kept: Any = {
            "cache": True,
            "edge_ttl": {"mode": "respect_origin"},
            "serve_stale": {"disable_stale_while_updating": False},
        }
        none = _rule("set_cache_settings", f"not ({files})" if files else "true", action_parameters={"cache": False})
        some = (_rule("set_cache_settings", files, action_parameters=kept),) if files else ()
        self._rules("cache", "http_request_cache_settings", none, *some)

    def _watch(self) -> None:
        """Logs of requests, and who is told of ill sites."""
        args = self._args
        if args.log_destination is not None:
            LogpushJob(
                f"{self._name}-requests",
                zone_id=args.zone_id,
                name=f"{self._name}-requests",
                dataset="http_requests",
                destination_conf=args.log_destination,
                ownership_challenge=args.log_proof,
                output_options={"field_names": list(FIELDS), "output_type": "ndjson", "timestamp_format": "rfc3339"},
                enabled=True,
                opts=args.account.child(self),
            )
        if args.mail:
            NotificationPolicy(
                f"{self._name}-ill",
                account_id=args.account.id,
                name=f"{self._name}: a site is ill",
                alert_type="load_balancing_health_alert",
                enabled=True,
                mechanisms={"emails": [{"id": address} for address in args.mail]},
                opts=args.account.child(self),
            )

        if args.mail and args.modes:
            NotificationPolicy(
                f"{self._name}-spent",
                account_id=args.account.id,
                name=f"{self._name}: requests cost extra",
                alert_type="billing_usage_alert",
                enabled=True,
                # Of accounts that pay by use; one on a contract is told by its own manager. The product is called so
                # in the provider's own tests (cloudflare/terraform-provider-cloudflare, notification_policy).
                filters={"products": ["worker_requests"], "limits": [str(INCLUDED)]},
                mechanisms={"emails": [{"id": address} for address in args.mail]},
                opts=args.account.child(self),
            )

    def _show(self, modes: Modes, names: Iterable[str]) -> None:
        """The script that asks the store what to show, before all names."""
        args, what = self._args, f"{self._name}-modes"
        store = WorkersKvNamespace(what, account_id=args.account.id, title=what, opts=args.account.child(self))
        WorkersKv(
            f"{what}-{MODE}",
            account_id=args.account.id,
            namespace_id=store.id,
            key_name=MODE,
            value=OPEN,
            opts=args.account.child(self, ignore_changes=["value"]),  # people change it on the day
        )
        passing = [*args.unchecked, *(f"{path}*" for path in args.unlimited)]
        script = WorkersScript(
            what,
            account_id=args.account.id,
            script_name=what,
            content=program(modes, map(path_pattern, passing), "cloudflare"),
            main_module="modes.js",
            compatibility_date=RUNTIME,
            bindings=[
                {"name": "STORE", "type": "kv_namespace", "namespace_id": store.id},
                {"name": "KEY", "type": "secret_text", "text": modes.signs},
            ],
            opts=args.account.child(self),
        )
        for name in names:
            WorkersRoute(
                f"{what}-{name}",
                zone_id=args.zone_id,
                pattern=f"{name}/*",
                script=script.script_name,
                opts=args.account.child(self),
            )

    def _rules(self, what: str, phase: str, *rules: Any) -> None:
        """The rules of one phase: a zone has one set of each."""
        Ruleset(
            f"{self._name}-{what}",
            zone_id=self._args.zone_id,
            kind="zone",
            name=f"{self._name}-{what}",
            phase=phase,
            rules=[*rules],
            opts=self._args.account.child(self),
        )


def _elsewhere(paths: Iterable[str]) -> str:
    """That another path is asked. Cloudflare compares it as a server understands it, ``/webhooks/../search`` too
    (https://developers.cloudflare.com/rules/normalization/; read 2026-11)."""
    matches = (
        f'not starts_with(http.request.uri.path, "{path.removesuffix("*")}")'
        if path.endswith("*")
        else f'http.request.uri.path ne "{path}"'
        for path in paths
    )
    return " and ".join(matches) or "true"


def _rule(action: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "expression": expression, "enabled": True, **more}
