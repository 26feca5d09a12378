"""What of a tier's management is there, is missing and cannot be, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bcinfra.continuity.model.fcaps import Met


def there(one: Met) -> str:
    """What meets a need, by the names of one or two resources and how many more there are."""
    return f"{one.need.need}: {_names(one.by)}"


def lacks(one: Met) -> str:
    """What is missing of a need: all of it, that anybody hears of what is there, or of which resources."""
    if one.by:
        return f"{one.need.need}, of {_names(one.but)}"
    return f"{one.need.need}: nobody is known to hear of {_names(one.unheard)}" if one.unheard else one.need.need


def _names(urns: Sequence[str]) -> str:
    names = [urn.rpartition("::")[2] for urn in urns]
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f"{', '.join(names[:2])}{more}"


def why(one: Met) -> str:
    """Why a need is not met, and cannot be."""
    return f"cannot be: {one.need.need}: {one.need.cannot}"
