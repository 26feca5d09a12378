"""Every reading of AWS, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.aws import (
    alarms,
    automation,
    backup,
    balancers,
    cache,
    compute,
    connect,
    costs,
    dns,
    egress,
    flows,
    images,
    kept,
    managed,
    modes,
    mutes,
    objects,
    places,
    plans,
    platforms,
    plumbing,
    proxies,
    relational,
    scaling,
    secrets,
    stores,
    targets,
    tunnels,
)
from bcinfra.continuity.readings.base.reading import Reading, costing, decided
from bcinfra.continuity.readings.base.vendor import Vendor
from bcinfra.continuity.readings.base.view import View

VENDOR: Final = Vendor[View](
    fronts=(
        *balancers.BALANCER_TYPES,
        *places.BUCKET_TYPES,
        *balancers.API_DOMAINS,
        compute.INSTANCE,
        dns.ADDRESS,
        dns.WEBSITE,
    ),
    front=dns.leads_to,
    hosted=dns.hosted,
    records=(dns.RECORD,),
    asked=dns.asked,
    first=dns.first,
    entry=dns.entry,
    shielded=balancers.shielded,
    around=balancers.around,
    certificates=(*balancers.CERTIFICATES, balancers.VALIDATION),
    certificate=balancers.certificate,
    clusters=(compute.CLUSTER,),
    ground=compute.ground,
    buckets=places.BUCKET_TYPES,
    bucket=objects.keeps,
    kept_in=images.kept_in,
    unfilled=images.unfilled,
    reached=flows.reached,
    told=flows.told,
    openings=flows.openings,
    through=flows.through,
    ends=tunnels.ends,
)
"""What other vendors' readings ask of AWS."""

_ROWS: Final[Mapping[str, Reading]] = decided(
    {
        **plumbing.READINGS,
        **proxies.READINGS,
        **alarms.READINGS,
        **mutes.READINGS,
        **automation.READINGS,
        **backup.READINGS,
        **balancers.READINGS,
        **cache.READINGS,
        **compute.READINGS,
        **connect.READINGS,
        **dns.READINGS,
        **egress.READINGS,
        **flows.READINGS,
        **images.READINGS,
        **managed.READINGS,
        **modes.READINGS,
        **objects.READINGS,
        **places.READINGS,
        **plans.READINGS,
        **platforms.READINGS,
        **relational.READINGS,
        **scaling.READINGS,
        **secrets.READINGS,
        **stores.READINGS,
        **targets.READINGS,
        **tunnels.READINGS,
    },
    kept.DECIDES,
)
READINGS: Final[Mapping[str, Reading]] = costing(_ROWS, costs.costs(_ROWS))
