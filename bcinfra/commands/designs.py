"""Designs of a shop, each recorded and judged by the real code, by whoever is at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bcinfra.commands.cost import cost_of_graph
from bcinfra.commands.judging import Inputs
from bcinfra.commands.output import note
from bcinfra.commands.page import assumed_settings

if TYPE_CHECKING:
    from datetime import date

    from bcinfra.continuity.judgement.own_prices import Own
    from bcinfra.fit.genes import Gene
    from bcinfra.fit.measured import Design, Measured, Refused, Targets
    from bcinfra.fleet.cluster import Cluster
    from bcinfra.fleet.local import Local
    from bcinfra.graph.core.model import Graph
    from bcinfra.spec import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A page, as plain values, and how it is judged."""

    page: dict[str, Any]
    config: Mapping[str, str]
    inputs: Inputs
    prices: Own | None
    """The customer's own."""
    quantile: float
    rehearsed: bool
    today: date


def measure_one(draft: Draft) -> tuple[Measured, Targets] | Refused:
    """Assemble, record and judge one design, and count what it costs."""
    from bcinfra.continuity.judgement.assessment import assess
    from bcinfra.continuity.model.costs import Why
    from bcinfra.continuity.model.facts import facts
    from bcinfra.continuity.readings.read import read
    from bcinfra.fit.measured import Refused, measure
    from bcinfra.graph.core.collector import without_collector
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.spec import Shop, SpecError

    try:
        shop = Shop.model_validate(draft.page)
    except SpecError as error:
        return Refused(str(error.problems[0].message))
    inputs = draft.inputs
    with without_collector():
        try:
            graph = _record(shop, draft.config)
        except GraphError as error:
            return Refused(error.problems[0].message)
        model = read(graph, facts(inputs.figures))
        found = assess(
            model,
            accepted=inputs.accepted,
            today=draft.today,
            quantile=draft.quantile,
            rehearsed=draft.rehearsed,
            overrides=inputs.figures,
        )
        cost, _ = cost_of_graph(graph, draft.prices, model)
        return measure(
            found, cost.total, sum(len(gap.names) for gap in cost.gaps if gap.why is not Why.PEOPLE), draft.quantile
        )


def _record(shop: Shop, given: Mapping[str, str]) -> Graph:
    """The graph of a shop, recorded in this process: its program is our own."""
    from bcinfra.assembly import deploy
    from bcinfra.graph.core.values import SECRET_PLACEHOLDER
    from bcinfra.graph.record.recorder import record

    assumed = assumed_settings(shop, given)
    secret = [key for key, value in assumed.items() if not isinstance(value, str)]
    return record(
        lambda: deploy(shop) and None,
        project=shop.name,
        stack=shop.environment,
        config={
            "pulumi:disable-default-providers": '["*"]',
            **{key: value if isinstance(value, str) else SECRET_PLACEHOLDER for key, value in assumed.items()},
            **given,
        },
        secret_config=secret,
        assume=True,
    )


@dataclass(slots=True)
class Workshop:
    """Measures designs, each page once, and tells how far it is."""

    page: dict[str, Any]
    genes: tuple[Gene, ...]
    draft: Draft
    executor: Local | Cluster
    most: int
    targets: dict[Any, float] = field(default_factory=dict[Any, float])
    _known: dict[str, Measured | Refused] = field(default_factory=dict[str, "Measured | Refused"])
    _done: int = 0

    def __call__(self, designs: Sequence[Design]) -> dict[Design, Measured | Refused]:
        from dataclasses import replace

        from bcinfra.fit.genes import applied
        from bcinfra.fit.measured import Refused
        from bcinfra.fleet.hand import Fault

        pages = {design: applied(self.page, self.genes, design) for design in designs}
        keys = {design: json.dumps(page, sort_keys=True, default=str) for design, page in pages.items()}
        new = {key: replace(self.draft, page=pages[design]) for design, key in keys.items() if key not in self._known}

        def told(_name: str, result: object) -> None:
            if not isinstance(result, Refused):
                self._done += 1
                note(f"[{self._done}] designs measured, of at most {self.most}")

        for key, result in self.executor.each(measure_one, new, told).items():
            match result:
                case Fault():
                    self._known[key] = Refused(result.what)
                case Refused():
                    self._known[key] = result
                case (measured, targets):
                    self._known[key] = measured
                    self.targets |= targets
        return {design: self._known[key] for design, key in keys.items()}
