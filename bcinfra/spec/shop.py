"""The shop: a page whose parts fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Self, cast

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator

from bcinfra.spec.base import here, locate
from bcinfra.spec.draft import draft
from bcinfra.spec.explain import explain
from bcinfra.spec.page import Page
from bcinfra.spec.problems import Problem, SpecError, in_order
from bcinfra.spec.rules import broken_rules


class Shop(Page):
    """A shop and what it must survive. Raises :class:`~bcinfra.spec.SpecError` with all mistakes at once."""

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
        return shop
