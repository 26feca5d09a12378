"""The shop: a page whose parts fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, cast

from pydantic import ModelWrapValidatorHandler, PrivateAttr, ValidationError, model_validator

from bcinfra.spec.base import here, locate
from bcinfra.spec.draft import draft
from bcinfra.spec.environments import OWN, by_environment
from bcinfra.spec.explain import explain
from bcinfra.spec.page import Page
from bcinfra.spec.problems import Problem, SpecError, in_order
from bcinfra.spec.rules import broken_rules


class Shop(Page):
    """A shop and what it must survive. Raises :class:`~bcinfra.spec.SpecError` with all mistakes at once."""

    _stated: dict[str, Mapping[str, Any]] = PrivateAttr(default_factory=dict[str, Mapping[str, Any]])
    """What is stated by environment, by field."""

    def revised(self, **changes: Any) -> Self:
        """The same with some fields changed, checked again. Another environment takes over neither objectives nor
        business figures, but for what is stated for it by name."""
        moves = changes.get("environment", self.environment) != self.environment
        own = dict.fromkeys(OWN) if moves else {}
        return super().revised(**{**own, **self._stated, **changes})

    @model_validator(mode="wrap")
    @classmethod
    def _check(cls, stated: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Raise every mistake at once: those in fields, and those between fields as far as the sound ones tell."""
        problems: tuple[Problem, ...] = ()
        try:
            shop = handler(stated)
        except ValidationError as error:
            problems = explain(error, cls, stated)
            shop = draft(cls, stated, problems)
        problems += broken_rules(shop)
        if problems:
            given = here(cls, cast("Mapping[str, object]", stated)) if type(stated) is dict else stated
            raise SpecError(in_order(replace(p, place=locate(given, p.path)) for p in problems))
        if isinstance(stated, Mapping):
            rows = cast("Mapping[str, object]", stated)
            named = {field: by_environment(field, rows.get(field), shop.environment) for field in OWN}
            shop._stated = {field: row for field, row in named.items() if row is not None}
        return shop
