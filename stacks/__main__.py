"""Deploys the shop that the stack's name says: ``<customer>-<environment>``, such as ``midsize-prod``.

Each customer is a folder here whose ``SHOPS`` hold its environments; only that one is imported.
"""

from importlib import import_module
from pathlib import Path

import pulumi

from bcinfra.assembly import deploy

customer, _, environment = pulumi.get_stack().rpartition("-")
folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/__init__.py"))
if customer not in folders:
    raise SystemExit(f"no customer {customer!r} for stack {pulumi.get_stack()!r}; there are {', '.join(folders)}")
shops = import_module(customer).SHOPS
if environment not in shops:
    raise SystemExit(f"{customer} has no environment {environment!r}; there are {', '.join(sorted(shops))}")

deploy(shops[environment])
