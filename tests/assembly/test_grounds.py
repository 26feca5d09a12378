"""What the rules of a page know of a ground is what its components have."""

from __future__ import annotations

from itertools import groupby

from bcinfra.assembly.aws import stores as aws
from bcinfra.assembly.gcp import recovery as gcp
from bcinfra.assembly.kubernetes import stores as kubernetes
from bcinfra.aws import sizes
from bcinfra.spec.rules import grounds


def test_versions_are_those_that_there_are_images_and_releases_of() -> None:
    assert tuple(aws.RDS_VERSIONS) == grounds.MYSQL["aws"]
    assert tuple(aws.AURORA_VERSIONS) == grounds.AURORA
    assert tuple(kubernetes.REDIS) == grounds.REDIS


def test_a_task_of_fargate_has_the_most_memory_that_is_said() -> None:
    tasks = groupby(sizes.FARGATE, key=lambda size: size.cpu)
    assert {cpu / 1024: max(size.memory for size in of) / 1024 for cpu, of in tasks} == grounds.FARGATE


def test_restores_are_tested_when_the_page_may_say() -> None:
    for schedules in (aws.TEST_SCHEDULES, gcp.TEST_SCHEDULES, kubernetes.TESTS):
        assert tuple(schedules) == tuple(grounds.TESTS.values())
