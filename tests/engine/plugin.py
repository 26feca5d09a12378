"""Says in pytest's output which Pulumi CLI the engine tests run, and skips or fails them when there is none."""

from __future__ import annotations

import os

import pytest

from tests.engine.cli import Cli, UnavailableError, find, outlook

PROPERTY = "pulumi-cli"


def pytest_report_header(config: pytest.Config) -> str | None:
    return None if hasattr(config, "workerinput") else f"engine: {outlook()}"


@pytest.fixture(scope="session")
def pulumi_cli() -> Cli:
    """The Pulumi CLI. Without one, tests are skipped with the reason; a build that breaks in CI is a failure."""
    try:
        return find()
    except UnavailableError as reason:
        if reason.broken and os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(autouse=True)
def _name_the_cli(request: pytest.FixtureRequest) -> None:
    """Note the CLI in the report of each engine test: reports are what workers hand to the process that prints."""
    if request.node.get_closest_marker("engine"):
        request.node.user_properties.append((PROPERTY, str(request.getfixturevalue("pulumi_cli"))))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    used = {
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for key, value in getattr(report, "user_properties", ())
        if key == PROPERTY
    }
    for line in sorted(used):
        terminalreporter.write_line(f"engine tests ran {line}")
