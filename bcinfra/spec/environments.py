"""What each environment of a shop has of its own: what production promises and sells is not true of its tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ValidationInfo

from bcinfra.spec.business import Business
from bcinfra.spec.data import Objectives
from bcinfra.spec.values import Name

if TYPE_CHECKING:
    from bcinfra.spec.base import Accepts

PRODUCTION: Final = "prod"
"""The environment that customers use."""
OWN: Final[Mapping[str, type[BaseModel]]] = {"objectives": Objectives, "business": Business}
"""Fields of a page that an environment does not take over from another."""


def by_environment(field: str, value: object, environment: str) -> Mapping[str, Any] | None:
    """What is stated for a field by environment; ``None`` where it is stated for the one of the page."""
    if not isinstance(value, Mapping) or not value:
        return None
    rows, known = cast("Mapping[str, Any]", value), OWN[field].model_fields.keys()

    def whole(row: object) -> bool:
        return isinstance(row, (BaseModel, type(None))) or (isinstance(row, Mapping) and known >= row.keys())

    named = known.isdisjoint(rows) and (environment in rows or all(map(whole, rows.values())))
    return rows if named else None


def _choosing(field: str) -> Callable[[object, ValidationInfo], object]:
    def chosen(value: object, info: ValidationInfo) -> object:
        environment = str((info.data or {}).get("environment", PRODUCTION))
        rows = by_environment(field, value, environment)
        return value if rows is None else rows.get(environment)

    return chosen


if TYPE_CHECKING:
    Promised: TypeAlias = Accepts[Objectives | Mapping[str, Objectives | None] | None, Objectives | None]
    Traded: TypeAlias = Accepts[Business | Mapping[str, Business | None] | None, Business | None]
else:
    Promised = Annotated[
        Objectives | None,
        BeforeValidator(
            _choosing("objectives"), json_schema_input_type=Objectives | Mapping[Name, Objectives | None] | None
        ),
    ]
    Traded = Annotated[
        Business | None,
        BeforeValidator(_choosing("business"), json_schema_input_type=Business | Mapping[Name, Business | None] | None),
    ]
