"""What is watched where it stands: an alarm hears of the region and account that it is in, a trail of its account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.readings.base.view import as_row, as_rows, as_text, strings
from bcinfra.graph.core.location import GLOBAL, Location, location
from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Value
from bcinfra.places.table import GLOBAL_HOME

TRAIL: Final = "aws:cloudtrail/trail:Trail"
BUDGET: Final = "aws:budgets/budget:Budget"
"""Of its account, whatever region is charged; what one of an organization's payer counts no graph tells."""
ENDPOINTS: Final = "aws:globalaccelerator/endpointGroup:EndpointGroup"
"""Managed worldwide, with endpoints in the region that it names."""
SPENT: Final = "gcp:billing/budget:Budget"
"""Of what its filter names, else of all that its billing account pays for. A filter names projects by their numbers,
which no graph tells: it is taken to be of the project that the provider acts in."""
_FILTERS: Final = frozenset({"projects", "resourceAncestors", "services", "subaccounts", "labels"})
_MANAGEMENT: Final = ("eventCategory", "Management")


_CREDENTIALS: Final = (
    *("accessKey", "allowedAccountIds", "assumeRoleWithWebIdentity", "assumeRoles", "profile"),
    *("project", "sharedConfigFiles", "sharedCredentialsFiles"),
)
"""A provider's settings that decide in whose name it acts (AWS and Google Cloud providers, configuration)."""


class Place(NamedTuple):
    """Whose a resource is, and in which region; Google Cloud watches a project as a whole.

    What is not told is where it is decided: by the same surroundings for all that state nothing, so that these stand
    together; by the deployment for what it makes known, which stands with nothing else.
    """

    owner: str
    region: str | None


class Places:
    """Where the resources of a graph stand."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[str, Place] = {}
        self._accounts: dict[str, str | None] = {}

    def lacking(self, rows: Iterable[Resource], *watchers: Iterable[Resource]) -> tuple[str, ...]:
        """URNs of the rows in whose place one of the watchers of any kind is missing."""
        kinds = [list(kind) for kind in watchers]
        return tuple(row.urn for row in rows if not all(self._covered(row, kind) for kind in kinds))

    def _covered(self, row: Resource, watchers: Iterable[Resource]) -> bool:
        at = self._of(row)
        return any(self._hears(watcher, at) for watcher in watchers)

    def _hears(self, watcher: Resource, at: Place) -> bool:
        if watcher.type == TRAIL:
            return self._trailed(watcher, at)
        if watcher.type == SPENT and _of_everything(watcher):
            return True
        own = self._of(watcher)
        return own.owner == at.owner if watcher.type == BUDGET else own == at

    def _of(self, row: Resource) -> Place:
        if row.urn not in self._found:
            at = location(self._graph, row, self._accounts) or Location(row.package)
            owner = at.account or self._decided(row, "project", *_CREDENTIALS)
            region = at.region or self._decided(row, "region", "region", *_CREDENTIALS)
            if row.type == ENDPOINTS:
                region = as_text(row.inputs.get("endpointGroupRegion")) or row.urn
            self._found[row.urn] = Place(owner, region if at.cloud == "aws" else None)
        return self._found[row.urn]

    def _decided(self, row: Resource, own: str, *settings: str) -> str:
        """Who decides on what a resource leaves open: its deployment, its provider's, or what its provider states."""
        if row.inputs.get(own) is UNKNOWN:
            return row.urn
        provider = self._graph.provider_of(row)
        stated = [provider.inputs.get(name) for name in settings] if provider else []
        return provider.urn if provider and UNKNOWN in stated else repr([one for one in stated if one is not None])

    def _trailed(self, trail: Resource, at: Place) -> bool:
        """Whether a trail writes every change at a place. One of an organization is of all its accounts: which these
        are no graph tells, and those of one program are taken for such."""
        own = self._of(trail)
        if trail.inputs.get("enableLogging", True) is not True or not _of_all_changes(trail):
            return False
        if own.owner != at.owner and trail.inputs.get("isOrganizationTrail") is not True:
            return False
        # What worldwide services do is written in their home (CloudTrail User Guide, global service events).
        region = GLOBAL_HOME if at.region == GLOBAL else at.region
        return trail.inputs.get("isMultiRegionTrail") is True or region == own.region


def _of_everything(budget: Resource) -> bool:
    """Whether a budget is known to leave nothing out that its billing account pays for."""
    stated = budget.inputs.get("budgetFilter")
    return stated is not UNKNOWN and not _FILTERS & as_row(stated).keys()


def _of_all_changes(trail: Resource) -> bool:
    """Whether no change is left out; without selectors all are written (CloudTrail API, PutEventSelectors)."""
    advanced = as_rows(trail.inputs.get("advancedEventSelectors"))
    simple = as_rows(trail.inputs.get("eventSelectors"))
    if advanced:
        return any(_selects(as_rows(row.get("fieldSelectors"))) for row in advanced)
    if simple:
        return any(
            row.get("includeManagementEvents") is not False
            and row.get("readWriteType") in (None, "All", "WriteOnly")
            and not row.get("excludeManagementEventSources")
            for row in simple
        )
    return not any(trail.inputs.get(name) is UNKNOWN for name in ("advancedEventSelectors", "eventSelectors"))


def _selects(fields: Iterable[Mapping[str, Value]]) -> bool:
    """Whether fields select all management events, or those that change something, and name no other condition."""
    said = {(as_text(field.get("field")), *strings(field.get("equals"))) for field in fields}
    return said in ({_MANAGEMENT}, {_MANAGEMENT, ("readOnly", "false")})
