"""A shop at one vendor is declared and judged where the other vendors' SDKs are not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.assembly.conftest import ROOT

SDKS = frozenset({"pulumi_aws", "pulumi_gcp", "pulumi_kubernetes"})

EDGES = {"midsize": "BOTH.delivery.revised(modes=False)", "small": "BOTH.edge.revised(modes=False)"}

PROGRAM = """
import sys
from dataclasses import replace

sys.path[:0] = [{root!r}, {root!r} + "/stacks"]


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)


sys.meta_path.insert(0, Absent())

from bcinfra.assembly import deploy, secrets
from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.readings.read import read
from bcinfra.graph import record
from {customer} import PROD as BOTH

# These lie at another vendor on purpose, and the modes of an edge lead to the page that is among them.
PROD = BOTH.revised(runbooks=None, contact=None, suppliers={{}}, edge={edge})

graph = record(
    lambda: deploy(PROD),
    project="bcinfra",
    stack=PROD.prefix,
    secret_config=["bcinfra:" + name for name in secrets(PROD)],
)
model = read(graph)
# One capability is judged by the same code as all of them.
print(len(graph), len(assess(replace(model, capabilities=model.capabilities[:1])).scenarios))
"""


def declared(customer: str, absent: frozenset[str]) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(root=str(ROOT), customer=customer, absent=set(absent), edge=EDGES[customer])
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("customer", "sdk"), [("midsize", "pulumi_aws"), ("small", "pulumi_gcp")])
def test_a_shop_at_one_vendor_needs_its_sdk_alone(customer: str, sdk: str) -> None:
    ended = declared(customer, SDKS - {sdk})
    assert ended.returncode == 0, ended.stderr
    resources, scenarios = map(int, ended.stdout.split())
    assert resources > 100
    assert scenarios > 20


def test_an_sdk_that_is_absent_is_missed() -> None:
    ended = declared("small", SDKS)
    assert ended.returncode != 0
    assert "No module named 'pulumi_gcp'" in ended.stderr
