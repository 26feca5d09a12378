"""Runs the example that the stack's name says: ``<package>.<component>``, such as ``aws.mysql``."""

from pathlib import Path
from runpy import run_path

import pulumi

folder = Path(__file__).parent
names = sorted(
    f"{path.parent.name}.{path.stem}" for path in folder.glob("*/*.py") if path.parent.name not in ("image", "team")
)
if pulumi.get_stack() not in names:
    raise SystemExit(f"no example for stack {pulumi.get_stack()!r}; there are {', '.join(names)}")

package, _, name = pulumi.get_stack().partition(".")
run_path(str(folder / package / f"{name}.py"))
