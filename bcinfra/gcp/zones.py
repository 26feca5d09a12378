"""Whether zones fit their region. Unlike AWS's, a Google Cloud zone's name means the same to every customer."""

from __future__ import annotations

from bcinfra.places.regions import in_region


def problems(region: str, zones: tuple[str, ...]) -> list[str]:
    """What is wrong with ``zones`` as the zones of a tier or store in ``region``: fewer than two, or elsewhere."""
    found = [f"zones: {zone!r} is not in {region}" for zone in zones if not in_region("gcp", region, zone)]
    if len(set(zones)) < 2 or len(set(zones)) < len(zones):
        found.append(f"zones: {list(zones)} are not two or more different zones")
    return found
