"""Every reading of Google Cloud, by type token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.readings.base.reading import Found, Reading, costing, decided
from bcinfra.continuity.readings.base.vendor import Vendor
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import (
    alerts,
    backup,
    balancers,
    cache,
    compute,
    costs,
    dns,
    flows,
    images,
    kept,
    managed,
    modes,
    places,
    plans,
    plumbing,
    secrets,
    sql,
    storage,
    streams,
    tunnels,
)
from bcinfra.graph.core.model import Resource

VENDOR: Final = Vendor[View](
    fronts=(*balancers.RULES, *balancers.ADDRESSES, balancers.BUCKET, compute.INSTANCE, compute.RUN),
    front=balancers.stands_for,
    records=(dns.RECORD,),
    asked=dns.asked,
    first=dns.first,
    entry=dns.entry,
    shielded=balancers.shielded_front,
    around=balancers.open_to_all,
    clusters=(compute.CLUSTER,),
    ground=compute.ground,
    buckets=(balancers.BUCKET,),
    bucket=storage.keeps,
    followers=streams.followers,
    certificates=(*balancers.CERTIFICATES, balancers.MAP),
    certificate=balancers.presents,
    copied=storage.copied,
    pulled=images.pulled,
    kept_in=images.kept_in,
    unfilled=images.unfilled,
    reached=flows.reached,
    told=flows.told,
    openings=flows.openings,
    through=flows.through,
    ends=tunnels.ends,
)
"""What other vendors' readings ask of Google Cloud."""


def _called(row: Reading) -> Reading:
    """A row of what something may start by itself: a part that serves, and automation that is not read."""
    serves = row.parts
    assert serves is not None

    def called(view: View, resource: Resource) -> Iterator[Found]:
        yield from serves(view, resource)
        yield from plans.automation(view, resource)

    return replace(row, parts=called)


_ROWS: Final[Mapping[str, Reading]] = decided(
    {
        **alerts.READINGS,
        **backup.READINGS,
        **balancers.READINGS,
        **cache.READINGS,
        **compute.READINGS,
        **{token: _called(compute.READINGS[token]) for token in (*compute.CALLED, compute.JOB)},
        **dns.READINGS,
        **flows.READINGS,
        **images.READINGS,
        **managed.READINGS,
        **modes.READINGS,
        **places.READINGS,
        **plans.READINGS,
        **plumbing.READINGS,
        **secrets.READINGS,
        **sql.READINGS,
        **storage.READINGS,
        **streams.READINGS,
        **tunnels.READINGS,
    },
    kept.DECIDES,
)
READINGS: Final[Mapping[str, Reading]] = costing(_ROWS, costs.costs(_ROWS))
