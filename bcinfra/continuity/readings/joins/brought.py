"""What exists already and a program only reads: what of it is not told, and what it is taken to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.readings.base.reading import subject
from bcinfra.continuity.readings.base.view import View


class _Untold(NamedTuple):
    """What is assumed of a type."""

    kind: Assumes
    told_by: str = ""
    """The property that tells it, as a deployed stack does; empty: none does."""


_UNTOLD: Final[Mapping[str, _Untold]] = {
    "aws:kms/key:Key": _Untold(Assumes.KEY_OPENS, "policy"),
    "gcp:kms/cryptoKey:CryptoKey": _Untold(Assumes.KEY_OPENS),
    "aws:acm/certificate:Certificate": _Untold(Assumes.NOBODY_RENEWS, "validationMethod"),
    "gcp:certificatemanager/certificate:Certificate": _Untold(Assumes.NOBODY_RENEWS, "managed"),
    "aws:route53/zone:Zone": _Untold(Assumes.OTHERS_NAMES),
    "gcp:dns/managedZone:ManagedZone": _Untold(Assumes.OTHERS_NAMES),
    "aws:ecr/repository:Repository": _Untold(Assumes.KEEPS_IMAGES, "imageTagMutability"),
    "gcp:artifactregistry/repository:Repository": _Untold(Assumes.KEEPS_IMAGES, "dockerConfig"),
    "aws:sns/topic:Topic": _Untold(Assumes.TELLS_SOMEBODY),
    "gcp:monitoring/notificationChannel:NotificationChannel": _Untold(Assumes.TELLS_SOMEBODY),
    "gcp:compute/network:Network": _Untold(Assumes.NETWORK_LETS),
}


def assumed(view: View) -> Iterator[Assumption]:
    """What is taken to be so of everything that is only read."""
    for row in view.graph.of_type(*_UNTOLD):
        untold = _UNTOLD[row.type]
        if row.external and (not untold.told_by or view.value(row, untold.told_by) is None):
            yield Assumption(untold.kind, subject(row))
