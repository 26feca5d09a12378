from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bcinfra.gcp.sizes import CACHE, COMPUTE, RUN, SQL_CORES, SQL_PLUS, run, sql
from bcinfra.planning.sizes import Size, smallest


@given(st.floats(0.1, 96), st.floats(0.1, 600))
def test_a_database_fits_and_is_one_that_cloud_sql_takes(vcpu: float, memory: float) -> None:
    *_, cores, mib = sql(vcpu, memory).split("-")
    assert int(cores) >= vcpu
    assert int(mib) / 1024 >= memory
    assert int(cores) in SQL_CORES
    assert int(mib) % 256 == 0
    assert int(mib) >= 3840
    assert 0.9 <= int(mib) / 1024 / int(cores) <= 6.5


@given(st.floats(0.1, 8), st.floats(0.1, 32))
def test_a_replica_on_cloud_run_fits_and_nothing_smaller_does(vcpu: float, memory: float) -> None:
    chosen = run(vcpu, memory)
    assert chosen.cpu >= vcpu
    assert chosen.memory >= memory
    assert any(cpu == chosen.cpu and least <= chosen.memory <= most for cpu, least, most in RUN)
    assert not any(cpu < chosen.cpu and cpu >= vcpu and most >= memory for cpu, _, most in RUN)


@pytest.mark.parametrize(
    ("table", "vcpu", "memory", "name"),
    [
        (COMPUTE, 1, 2, "n4-highcpu-2"),
        (COMPUTE, 2, 8, "n4-standard-2"),
        (SQL_PLUS, 2, 16, "db-perf-optimized-N-2"),
        (SQL_PLUS, 2, 17, "db-perf-optimized-N-4"),
        (CACHE, 0, 1, "REDIS_STANDARD_SMALL"),
        (CACHE, 0, 6, "REDIS_HIGHMEM_MEDIUM"),
    ],
)
def test_known_choices(table: tuple[Size, ...], vcpu: float, memory: float, name: str) -> None:
    assert smallest(table, vcpu, memory) == name


@pytest.mark.parametrize(
    ("vcpu", "memory", "name"),
    [(1, 1, "db-custom-1-3840"), (2, 8, "db-custom-2-8192"), (2, 16, "db-custom-4-16384"), (3, 4, "db-custom-4-4096")],
)
def test_known_databases(vcpu: float, memory: float, name: str) -> None:
    assert sql(vcpu, memory) == name


@pytest.mark.parametrize(("vcpu", "memory", "size"), [(0.5, 1, (1, 1)), (1, 6, (2, 6)), (3, 1, (4, 2))])
def test_known_replicas(vcpu: float, memory: float, size: tuple[int, float]) -> None:
    assert run(vcpu, memory) == size


def test_what_does_not_exist_is_refused_with_the_largest() -> None:
    with pytest.raises(ValueError, match="no instance of Cloud SQL has 1 vCPU and 700 GiB; the largest has 96 vCPU"):
        sql(1, 700)
    with pytest.raises(ValueError, match="no replica on Cloud Run has 9 vCPU and 1 GiB; the largest has 8 vCPU"):
        run(9, 1)
