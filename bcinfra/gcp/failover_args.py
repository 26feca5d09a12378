"""What a failover to another region of Google Cloud is told: what tells of a loss, what is promoted, what grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Self

from pydantic import Field, model_validator

from bcinfra.component import Args, Str, refuse
from bcinfra.gcp.region import Region

ACTS: Final = 10
"""Most branches of a parallel step (Workflows, quotas)."""


class Signals(Args):
    """What a run looks at to see whether the primary site is lost: :attr:`OutageAlerts.signals`."""

    check_id: Str
    """The uptime check of the shop."""
    topic_id: Str
    """The topic that alerts are published to, in the region that survives."""
    url_map_name: Str | None = None
    """The load balancer whose errors count, if any."""
    failing: int = Field(default=3, ge=1)
    """Checkers, each on another continent, that must not reach the shop."""
    minutes: int = Field(default=3, ge=1, le=30)
    """Minutes that it must last."""
    error_percent: int = Field(default=50, ge=1, le=100)
    """Percent of requests that the load balancer answers with an error (5xx), above which customers cannot use it."""


class Database(Args):
    """A database on Cloud SQL: what takes over from what, by physical name."""

    replica: str
    """The instance that takes over: ``MySql(...).identifiers["turin"]``."""
    primary: str
    """The one that it follows."""
    lag_seconds: int = Field(default=300, ge=1)
    """Seconds that the replica may have lacked, at best, in the hour before. One that was further behind would lose
    more than that: a person decides."""


class Group(Args):
    """Virtual machines that wait at the standby."""

    autoscaler: str
    """Their autoscaler: ``InstanceTier(...).autoscaler_name``."""
    minimum: int = Field(ge=1)
    """Fewest instances after the failover."""


class RunService(Args):
    """Containers that wait at the standby."""

    name: str
    """The Cloud Run service: ``CloudRunTier(...).service_name``."""
    service_account: Str
    """Who it runs as: ``CloudRunTier(...).service_account``."""
    minimum: int = Field(ge=1)
    """Fewest replicas after the failover."""


class FailoverArgs(Args):
    """Arguments of :class:`Failover`."""

    standby: Region
    """The region that survives. Everything of the failover that has a region is in it."""
    primary_region: str = Field(pattern=r"^[a-z]+-[a-z]+\d+$", examples=["europe-west1"])
    """The region that may be lost."""
    signals: Signals
    """What tells that it is."""
    automatic: bool = True
    """Whether alerts start it. A person may in any case."""
    databases: Mapping[str, Database] = {}
    """Databases that are promoted, by a name for each. None without the others: each must have lost its source."""
    caches: Mapping[str, str] = {}
    """Memorystore clusters that are detached from their primary, by a name for each: ``Redis(...).identifiers``."""
    groups: Mapping[str, Group] = {}
    """Groups of instances that grow, by a name for each."""
    services: Mapping[str, RunService] = {}
    """Cloud Run services that grow, by a name for each."""
    load_balancers: Mapping[str, Str] = {}
    """Load balancers that leave out the old region, by a name for each: ``LoadBalancer(...).backend_service_id``."""
    key_name: Str | None = None
    """Key of the standby's region for the workflow's source. Google's own if not given."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.primary_region == self.standby.name:
            yield f"primary_region: {self.primary_region} is also the standby's; what is lost cannot save itself"
        acts = {**self.databases, **self.caches, **self.groups, **self.services}
        if not acts:
            yield "there is nothing to promote or to scale"
        count = sum(map(len, (self.databases, self.caches, self.groups, self.services)))
        if count > ACTS:
            yield f"{count} things are promoted or scaled; a workflow does {ACTS} at once"
        for name, database in self.databases.items():
            if database.primary == database.replica:
                yield f"databases.{name}: {database.replica} cannot take over from itself"
