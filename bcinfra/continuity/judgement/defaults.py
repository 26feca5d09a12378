"""Objectives of capabilities that state none, so that any stack is judged by something and is told by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.model.parts import KindTarget, Model, Provenance, Target

DEFAULT: Final = Target(
    recovery_time=timedelta(minutes=15),
    data_loss=timedelta(minutes=15),
    availability=99.5,
    provenance=Provenance.DEFAULT,
)
"""What a shop may be expected to hold: running again within 15 minutes, no more than 15 minutes of data lost, 99.5 % of
the time up."""


def with_defaults(model: Model) -> Model:
    """The model with :data:`DEFAULT` for each capability that has no objective at all."""
    return replace(
        model,
        capabilities=tuple(replace(c, target=DEFAULT) if _states_nothing(c.target) else c for c in model.capabilities),
    )


def _states_nothing(target: Target) -> bool:
    stated = (target.recovery_time, target.data_loss, target.availability)
    return not (target.nothing or target.kinds) and all(one is None for one in stated)


def with_objectives(
    model: Model,
    recovery_time: timedelta | None = None,
    data_loss: timedelta | None = None,
    availability: float | None = None,
) -> Model:
    """The model with objectives that are stated for all capabilities and kinds of disruption, in place of theirs."""
    stated = {"recovery_time": recovery_time, "data_loss": data_loss, "availability": availability}
    given = {name: value for name, value in stated.items() if value is not None}
    if not given:
        return model
    return replace(
        model,
        capabilities=tuple(
            replace(c, target=replace(c.target, **given, kinds=_without(c.target, given), provenance=Provenance.STATED))
            for c in model.capabilities
        ),
    )


def _without(target: Target, given: Iterable[str]) -> dict[DisruptionKind, KindTarget]:
    """What a target states by kind, but for the objectives that are ``given`` for all."""
    nothing = dict.fromkeys(set(given) - {"availability"})
    return {kind: replace(one, **nothing) for kind, one in target.kinds.items()}
