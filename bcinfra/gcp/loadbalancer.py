"""One address for the whole world, and behind it the nearest site that can serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self
from urllib.parse import urlsplit

import pulumi
from pulumi_gcp.compute import BackendService, HealthCheck, URLMap
from pulumi_gcp.projects import IAMCustomRole
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.front import SCHEME, TO_NAME, opened
from bcinfra.gcp.instances import PORT_NAME
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project
from bcinfra.gcp.zone import HostName
from bcinfra.modes import Page


class Backend(Args):
    """The tier of one site."""

    group: Str
    """Its replicas: ``Tier(...).group``."""
    serverless: bool = False
    """Whether the tier is on Cloud Run (``Tier.serverless``). Google then places requests itself: no health check, no
    preference."""
    preferred: bool = False
    """Whether this site is filled before any other takes a request: the active one of an active/passive pair."""
    requests_a_second: int = Field(default=50, ge=1)
    """Requests a second that one replica takes before others are tried, other sites' too. An assumption until a load
    test."""
    capacity: float = Field(default=1.0, ge=0, le=1)
    """Part of its capacity that is used: 0 drains the site."""


class LoadBalancerArgs(Args):
    """Arguments of :class:`LoadBalancer`."""

    project: Project
    """The project of the tiers."""
    backends: Mapping[str, Backend] = Field(min_length=1)
    """The sites' tiers: all on Cloud Run, or none."""
    certificate_map: Str
    """The certificates that it shows: ``Certificate(...).map_id``."""
    security_policy: Str | None = None
    """What is refused at the edge: ``Armor(...).policy_id``."""
    redirects: Mapping[HostName, HostName] = {}
    """Names whose customers are led to another name, to the same path, with that one. Both need a certificate."""
    cache: bool = True
    """Whether Google's edge keeps what responses say may be kept (Cloud CDN), and serves it while no site answers."""
    stale_seconds: int = Field(default=86400, ge=0, le=604800)
    """Seconds for which the edge serves what it kept while no site answers."""
    port: int = Field(default=8080, ge=1, le=65535)
    """The replicas' port, for the health check."""
    health_path: str = Field(default="/healthz", pattern=r"^/")
    """Answers 200 while a replica can serve."""
    health_interval: int = Field(default=5, ge=1, le=300)
    """Seconds between health checks of a replica, from each of Google's places that check."""
    health_failures: int = Field(default=2, ge=1, le=10)
    """Checks in a row that fail before a replica gets no more requests."""
    errors: int = Field(default=5, ge=1, le=1000)
    """Errors (5xx) in a row after which a replica, or a region of Cloud Run, is left out for a while."""
    timeout: int = Field(default=60, ge=1, le=3600)
    """Seconds that a request may take. Cloud Run's own limit holds for Cloud Run."""
    drain: int = Field(default=60, ge=0, le=3600)
    """Seconds that a replica which leaves has to finish its requests."""
    log_sample: float = Field(default=1.0, ge=0, le=1)
    """Part of the requests that is logged."""
    pages: Page | None = Field(default=None, examples=["https://shop-help.example/"])
    """What ``read-only.html`` and ``closed.html`` are below, which it can show instead of the shop; best with another
    vendor. Default nothing."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        serverless = {name for name, at in self.backends.items() if at.serverless}
        if serverless and serverless != set(self.backends):
            yield f"backends: {', '.join(sorted(serverless))} are on Cloud Run, the others are not; all or none can be"
        for name in sorted(serverless):
            if self.backends[name].preferred:
                yield f"backends.{name}.preferred: Cloud Run takes no preference; leave the others out instead"
        if not serverless and all(at.capacity == 0 for at in self.backends.values()):
            yield "backends: every capacity is 0; nobody would serve"

    @property
    def serverless(self) -> bool:
        """Whether the tiers are on Cloud Run."""
        return all(at.serverless for at in self.backends.values())


class LoadBalancer(Component):
    """A worldwide address that leads each customer to the nearest site that can serve.

    A site that fails its health checks, or answers with errors, is left out within seconds, without DNS and without a
    person. Requests that could not even be handed over are tried again elsewhere; one that may have been an order is
    never sent twice. Plain HTTP is sent to HTTPS. It shares the fate of Google's worldwide control plane, which is why
    DNS has a fallback beside it.

    With ``pages`` a URL map for each of the shop's states lies ready. One command leads customers to another, all over
    the world within minutes, and the next ``pulumi up`` leaves it::

        gcloud compute target-https-proxies update NAME-https --global --url-map=NAME-read-only --global-url-map
        --project=PROJECT

    ``NAME-read-only``: what is read is shown, who would order is led to ``read-only.html``. ``NAME-closed``: all are
    led to ``closed.html``. ``NAME-urls``: the shop again. Health checks are answered by the shop in every state, so
    that names stay where they are. There is no queue: a URL map keeps no account of whom it let in; take an edge that
    runs code (``cloudflare.Edge``) where one is needed. ``operators_role`` is all that who gives the command needs.
    It goes through Google's worldwide control plane: with that lost, customers are shown what they were shown last.
    """

    package = "gcp"

    addresses: Mapping[str, pulumi.Output[str]]
    """The addresses, ``A`` (IPv4) and ``AAAA`` (IPv6)."""
    backend_service_id: pulumi.Output[str]
    """The backend service."""
    url_map_name: pulumi.Output[str]
    """The load balancer's name in Cloud Monitoring (``url_map_name``)."""
    operators_role: pulumi.Output[str] | None
    """The role that may change what customers are shown; nobody has it before it is granted."""

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        service = self._service()
        leading = _leading(args.redirects)
        urls = self._map("urls", default_service=service.id, default_route_action=_RETRY, **leading)
        self.addresses = opened(self, name, args.project, urls, args.certificate_map, switched=args.pages is not None)
        self.operators_role = self._show(args.pages, service.id, leading) if args.pages else None
        self.backend_service_id, self.url_map_name = service.id, urls.name
        self.register_outputs(
            {
                "addresses": self.addresses,
                "backendServiceId": self.backend_service_id,
                "urlMapName": self.url_map_name,
                "operatorsRole": self.operators_role,
            }
        )

    def _map(self, what: str, **fields: Any) -> URLMap:
        name, project = f"{self._name}-{what}", self._args.project
        return URLMap(
            name,
            name=physical("compute", name) if self._args.pages else None,  # the command names it
            project=project.project,
            **fields,
            opts=project.child(self),
        )

    def _show(self, pages: str, service: pulumi.Output[str], leading: Mapping[str, Any]) -> pulumi.Output[str]:
        """A map for each state that is not the shop itself, and the role that may lead customers there."""
        checked = {
            "priority": 0,
            "match_rules": [{"full_path_match": self._args.health_path}],
            "service": service,
        }
        ordering = {
            "priority": 1,
            "match_rules": [
                {"prefix_match": "/", "header_matches": [{"header_name": ":method", "exact_match": method}]}
                for method in WRITING
            ],
            "url_redirect": _page(pages, READ_ONLY, "SEE_OTHER"),
        }
        closed = _page(pages, CLOSED, "FOUND")
        states: dict[str, tuple[dict[str, Any], list[Any]]] = {
            READ_ONLY: ({"default_service": service, "default_route_action": _RETRY}, [checked, ordering]),
            CLOSED: ({"default_url_redirect": closed}, [checked]),
        }
        for state, (default, rules) in states.items():
            self._map(
                state,
                **default,
                host_rules=[*leading.get("host_rules", ()), {"hosts": ["*"], "path_matcher": state}],
                path_matchers=[
                    *leading.get("path_matchers", ()),
                    {"name": state, **default, "route_rules": rules},
                ],
            )
        project, what = self._args.project, f"{self._name}-modes"
        role = IAMCustomRole(
            what,
            project=project.project,
            role_id=physical("role", what),
            title=f"Say what {self._name} shows",
            permissions=list(SWITCHING),
            opts=project.child(self),
        )
        return role.name

    def _service(self) -> BackendService:
        args, project = self._args, self._args.project
        return BackendService(
            f"{self._name}-backends",
            project=project.project,
            load_balancing_scheme=SCHEME,
            protocol="HTTP",
            port_name=None if args.serverless else PORT_NAME,
            backends=[_backend(args.backends[site]) for site in sorted(args.backends)],
            health_checks=None if args.serverless else self._health_check().id,
            outlier_detection={
                "consecutive_errors": args.errors,
                "enforcing_consecutive_errors": 100,
                "interval": {"seconds": 1},
                "base_ejection_time": {"seconds": 30},
                "max_ejection_percent": 50,  # half of the sites may be ill; if all seem so, the fault is elsewhere
            },
            connection_draining_timeout_sec=args.drain,
            timeout_sec=None if args.serverless else args.timeout,
            session_affinity="NONE",  # sessions live in a store that all replicas share
            security_policy=args.security_policy,
            enable_cdn=args.cache,
            cdn_policy={
                "cache_mode": "USE_ORIGIN_HEADERS",
                "serve_while_stale": args.stale_seconds,
                "request_coalescing": True,
                "negative_caching": False,
                "cache_key_policy": {"include_host": True, "include_protocol": True, "include_query_string": True},
            }
            if args.cache
            else None,
            compression_mode="AUTOMATIC",
            log_config={"enable": args.log_sample > 0, "sample_rate": args.log_sample},
            opts=project.child(self),
        )

    def _health_check(self) -> HealthCheck:
        args, project = self._args, self._args.project
        return HealthCheck(
            f"{self._name}-serves",
            project=project.project,
            check_interval_sec=args.health_interval,
            timeout_sec=min(5, args.health_interval),
            healthy_threshold=2,
            unhealthy_threshold=args.health_failures,
            http_health_check={"port": args.port, "request_path": args.health_path},
            log_config={"enable": True},
            opts=project.child(self),
        )


READ_ONLY: Final = "read-only"
CLOSED: Final = "closed"
WRITING: Final = ("POST", "PUT", "PATCH", "DELETE")
"""Methods of requests that may write."""
SWITCHING: Final = (
    "compute.globalOperations.get",
    "compute.targetHttpsProxies.get",
    "compute.targetHttpsProxies.setUrlMap",
    "compute.targetHttpsProxies.update",
    "compute.urlMaps.get",
    "compute.urlMaps.use",
)
"""What leading a proxy to another URL map takes (Compute Engine API, targetHttpsProxies.setUrlMap and patch)."""
_RETRY: Final[Any] = {"retry_policy": {"num_retries": 2, "retry_conditions": ["connect-failure"]}}


def _leading(redirects: Mapping[str, str]) -> dict[str, Any]:
    """What leads names on: a path matcher for each that they are led to."""
    targets = sorted(set(redirects.values()))
    if not targets:
        return {}
    return {
        "host_rules": [
            {"hosts": sorted(name for name, to in redirects.items() if to == target), "path_matcher": _matcher(target)}
            for target in targets
        ],
        "path_matchers": [
            {"name": _matcher(target), "default_url_redirect": {**TO_NAME, "host_redirect": target}}
            for target in targets
        ],
    }


def _page(pages: str, state: str, code: str) -> dict[str, Any]:
    """What leads customers to a page. The scheme stays HTTPS by itself: a map of an HTTPS proxy may not name it."""
    at = urlsplit(pages)
    return {
        "host_redirect": at.netloc,
        "path_redirect": f"{at.path}{state}.html",
        "redirect_response_code": code,
        "strip_query": True,
    }


def _matcher(target: str) -> str:
    return f"to-{target.replace('.', '-')}"[:63].rstrip("-")


def _backend(at: Backend) -> Any:
    if at.serverless:
        return {"group": at.group}
    return {
        "group": at.group,
        "balancing_mode": "RATE",
        "max_rate_per_instance": float(at.requests_a_second),
        "capacity_scaler": at.capacity,
        "preference": "PREFERRED" if at.preferred else "DEFAULT",
    }
