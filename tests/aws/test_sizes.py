from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bcinfra.aws.sizes import (
    AURORA,
    BURSTABLE_CACHE,
    BURSTABLE_RDS,
    CACHE,
    EC2,
    FARGATE,
    RDS,
    fargate,
)
from bcinfra.planning.sizes import Size, smallest

TABLES = st.sampled_from([EC2, RDS, AURORA, CACHE])
VCPU = st.floats(0.1, 64)
MEMORY = st.floats(0.1, 100)


@given(TABLES, VCPU, MEMORY)
def test_what_is_chosen_fits_and_nothing_smaller_does(table: tuple[Size, ...], vcpu: float, memory: float) -> None:
    chosen = next(size for size in table if size.name == smallest(table, vcpu, memory))
    assert chosen.vcpu >= vcpu
    assert chosen.memory >= memory
    for other in table:
        if other.vcpu >= vcpu and other.memory >= memory:
            assert not (other.vcpu <= chosen.vcpu and other.memory < chosen.memory)
            assert other.vcpu >= chosen.vcpu


@given(st.floats(0.1, 16), st.floats(0.1, 30))
def test_a_task_fits_and_nothing_smaller_does(vcpu: float, memory: float) -> None:
    chosen = fargate(vcpu, memory)
    assert chosen in FARGATE
    assert chosen.cpu >= vcpu * 1024
    assert chosen.memory >= memory * 1024
    fitting = [size for size in FARGATE if size.cpu >= vcpu * 1024 and size.memory >= memory * 1024]
    assert not any(other.cpu <= chosen.cpu and other.memory < chosen.memory for other in fitting)
    assert chosen.cpu == min(size.cpu for size in fitting)


@pytest.mark.parametrize(
    ("table", "vcpu", "memory", "name"),
    [
        (EC2, 1, 2, "m7g.medium"),
        (EC2, 2, 4, "c7g.large"),
        (RDS, 2, 8, "db.m7g.large"),
        (RDS, 2, 16, "db.r7g.large"),
        (RDS, 4, 100, "db.r7g.4xlarge"),
        (AURORA, 2, 4, "db.r7g.large"),
        (CACHE, 1, 6.38, "cache.m7g.large"),
        (CACHE, 1, 6.39, "cache.r7g.large"),
        ((*BURSTABLE_RDS, *RDS), 2, 4, "db.t4g.medium"),
        ((*BURSTABLE_RDS, *RDS), 2, 16, "db.r7g.large"),
        ((*BURSTABLE_CACHE, *CACHE), 1, 1, "cache.t4g.small"),
    ],
)
def test_known_choices(table: tuple[Size, ...], vcpu: float, memory: float, name: str) -> None:
    assert smallest(table, vcpu, memory) == name


@pytest.mark.parametrize(
    ("vcpu", "memory", "expected"),
    [(0.25, 0.5, (256, 512)), (0.25, 3, (512, 3072)), (1, 1, (1024, 2048)), (5, 17, (8192, 20480))],
)
def test_known_tasks(vcpu: float, memory: float, expected: tuple[int, int]) -> None:
    assert fargate(vcpu, memory) == expected


def test_what_does_not_exist_is_refused_with_the_largest() -> None:
    with pytest.raises(ValueError, match=r"nothing has 80 vCPU and 8 GiB; the largest is db\.r7g\.16xlarge with 64"):
        smallest(RDS, 80, 8)
    with pytest.raises(ValueError, match="no Fargate task has 1 vCPU and 200 GiB; the largest has 16 vCPU and 120"):
        fargate(1, 200)
