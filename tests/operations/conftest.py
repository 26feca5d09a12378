"""The vault that the tests of an archive write to, at moto."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bcinfra.graph.core.model import Graph
from tests.aws.test_binlog_archive import archive
from tests.operations.servers import Aws, aws
from tests.operations.vault import Vault, declared


@pytest.fixture(scope="package")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with aws(tmp_path_factory.mktemp("aws")) as one:
        yield one


@pytest.fixture(scope="package")
def graph() -> Graph:
    return archive()


@pytest.fixture
def vault(moto: Aws, graph: Graph) -> Vault:
    return declared(moto, graph)
