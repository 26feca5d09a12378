"""Runbooks: each page can be followed with all gone that its scenario took, and says what the assessment says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.meanwhile import meanwhile
from bcinfra.continuity.judgement.runbooks import BY_PERSON, FRAME, Runbook, lost, runbooks
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Way
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind
from bcinfra.continuity.recovery.steps import Act
from bcinfra.graph import Graph, Resource
from bcinfra.report.documents.blocks import Code, Document, Heading, Quote, Step
from bcinfra.report.documents.commands import aws_copies, gcp_copies, kubernetes_copies
from bcinfra.report.documents.commands.at import At
from bcinfra.report.documents.commands.calls import AwsCall, Command
from bcinfra.report.documents.commands.program import Program
from bcinfra.report.documents.html import to_html
from bcinfra.report.documents.machine import to_rundeck, to_ssm, to_workflow
from bcinfra.report.documents.markdown import to_markdown
from bcinfra.report.documents.runbook import Book, brought_back
from bcinfra.report.words.quantities import pair
from bcinfra.report.words.runbook import CUSTOMERS, DO, ROUTINE, UNITS
from tests.report.conftest import Shop
from tests.report.typed import registered, unreadable

LANGUAGES = ("en", "de", "fr", "nl", "es", "it")


@pytest.fixture(scope="module")
def book(shop: Shop) -> Book:
    return Book(runbooks(shop.assessment), shop.model, shop.graph)


def region(book: Book) -> Runbook:
    return book.pages["region:aws/eu-west-1"]


def commands(book: Book, page: Runbook) -> list[Command]:
    return [c for one in page.procedures for task in book.tasks(page, one) for c in task.commands]


def headings(of: Document) -> list[str]:
    return [block.text for block in of.blocks if isinstance(block, Heading)]


# Which pages


def test_every_scenario_that_needs_a_person_has_a_page(shop: Shop, book: Book):
    needing = {
        r.scenario.id
        for r in shop.assessment.scenarios
        if any(o.kind in (Kind.PERSON, Kind.UNDECIDED, Kind.LOST) for o in r.affected)
    }
    assert len(needing) > 10
    assert needing <= set(book.pages)
    assert not any(not r.affected and r.scenario.id in book.pages for r in shop.assessment.scenarios)


def test_what_should_recover_by_itself_has_a_page_for_when_it_does_not(shop: Shop, book: Book):
    spare = [page for page in book.pages.values() if not page.surely]
    assert spare
    for page in spare:
        assert {name for one in page.automatic for name in one.capabilities} >= set(page.stops)


# What survives


def test_no_step_needs_what_the_scenario_took(book: Book):
    assert {
        id: lost(page.scenario, page.needs) for id, page in book.pages.items() if lost(page.scenario, page.needs)
    } == {}


def test_no_command_goes_where_the_scenario_struck(book: Book):
    """Kill the domain, and look for its region, its account and its vendor in what is typed."""
    typed, registrations = 0, registered(book)
    for page in book.pages.values():
        failed = page.scenario.failed
        for command in commands(book, page):
            typed += 1
            waited = {d for one in page.procedures for step in one.steps for d in brought_back(step)}
            for domain in (d for d in failed if d not in waited):
                name = domain.name.rpartition("/")[2]
                if domain.kind in (DomainKind.REGION, DomainKind.CONTROL_PLANE):
                    assert not re.search(rf"(--region|--location) {re.escape(name)}\b", command.line), command.line
                if domain.kind is DomainKind.PROVIDER:
                    assert not command.line.startswith({"aws": "aws ", "gcp": "gcloud "}[domain.name])
                if domain.kind is DomainKind.ACCOUNT:
                    assert name not in registrations.sub("", command.line)
    assert typed > 100
    lines = ("whois midsize-help.example", "gcloud --project midsize-help", "x@midsize-help.iam.gserviceaccount.com")
    assert ["midsize-help" in registrations.sub("", line) for line in lines] == [False, True, True]


def test_a_command_that_needs_what_is_lost_is_left_out(book: Book, shop: Shop):
    """The same page, with the region gone that it goes over to."""
    page = region(book)
    there = commands(book, page)
    assert any("eu-central-1" in command.line for command in there)
    both = next(d for d in shop.assessment.domains if str(d) == "region aws/eu-central-1")
    worse = replace(page, scenario=replace(page.scenario, failed=(*page.scenario.failed, both)))
    left = [c for c in commands(book, worse) if c.needs]
    assert not any("--region eu-central-1" in command.line for command in left)


def test_the_state_is_not_asked_for_where_it_is_lost(book: Book):
    """With the account of its copy taken over too, the program begins with an empty one."""
    page = book.pages["takeover:aws/111122223333+aws/444455556666+gcp/midsize-help"]
    lines = [command.line for command in commands(book, page)]
    assert not any("stack export" in line for line in lines)
    assert any(line.startswith("pulumi login file://") for line in lines)
    assert not any("aws s3 sync s3://midsize-prod-state" in line for line in lines)
    other = [c.line for c in commands(book, book.pages["ransomware"])]
    assert any("pulumi stack export" in line for line in other)


def test_the_state_is_fetched_from_its_copy_where_its_account_is_lost(book: Book):
    """Without the marks of updates that were running: nobody could delete them in the copy."""
    fetch = "aws s3 sync s3://midsize-prod-state-isolated-444455556666/.pulumi before/.pulumi --exclude 'locks/*'"
    (command, *_) = (c for c in commands(book, book.pages["account:aws/111122223333"]) if c.line.startswith(fetch))
    assert "pulumi stack export --stack midsize-prod --file before.json" in command.line
    assert "account aws/444455556666" in {str(one) for one in command.needs}


# Real resources


def test_steps_name_resources_of_the_shop(book: Book, shop: Shop):
    named = {str(v) for r in shop.graph for v in r.inputs.values() if isinstance(v, str)} | {r.name for r in shop.graph}
    for command in commands(book, region(book)):
        if command.aws and not command.aws.query:
            assert any(name in command.line for name in named if len(name) > 8), command.line


def test_the_database_is_promoted_where_it_stands(book: Book):
    lines = [command.line for command in commands(book, region(book))]
    promote = "aws rds promote-read-replica --db-instance-identifier midsize-prod-mysql-frankfurt --region eu-central-1"
    assert lines.index(promote) < min(
        i for i, line in enumerate(lines) if "ecs update-service" in line and "app" in line
    )


def test_clients_are_sent_where_all_has_grown_that_one_of_the_ways_grows_first(shop: Shop):
    """A zone fails: for what writes the plan grows the spare site, for what only reads its load does, once there."""
    (zone,) = (r for r in shop.assessment.scenarios if r.scenario.id == "impaired:aws/eu-west-1/euw1-az1")
    zone = replace(zone, touched=tuple(map(grown_by_load, zone.touched)))
    assert sent_before_grown(shop, zone, "browse") == [True]
    assert sent_before_grown(shop, zone, "account") == [False]
    assert sent_before_grown(shop, zone, "account", "browse") == sent_before_grown(shop, zone, "browse", "account")
    assert sent_before_grown(shop, zone, "browse", "account") == [False]


def grown_by_load(outcome: Outcome) -> Outcome:
    """Of what only reads: each of its ways grows a pool once clients come, and not before."""

    def way(one: Way) -> Way:
        sent = tuple(step.deed for step in one.steps if step.deed.kind is Act.CHANGE_NAME)
        grown = {step.deed: sent for step in one.steps if step.deed.kind is Act.GROW}
        steps = (replace(s, after=grown.get(s.deed, tuple(a for a in s.after if a not in grown))) for s in one.steps)
        return replace(one, steps=tuple(steps)) if sent else one

    return outcome if outcome.capability != "browse" else replace(outcome, others=tuple(map(way, outcome.others)))


def sent_before_grown(shop: Shop, result: ScenarioResult, *names: str) -> list[bool]:
    """Of the one procedure for some capabilities: whether the name is changed before a pool grows, each time once."""
    by_name = {one.capability: one for one in result.outcomes}
    only = replace(result, touched=tuple(by_name[name] for name in names))
    (page,) = runbooks(replace(shop.assessment, scenarios=(only,)))
    (one,) = page.procedures
    acts = [step.deed.kind for step in one.steps]
    (changed,) = (n for n, act in enumerate(acts) if act is Act.CHANGE_NAME)
    return list({changed < n for n, act in enumerate(acts) if act is Act.GROW})


def test_the_times_are_the_assessments(book: Book, shop: Shop):
    page = region(book)
    for one in page.procedures:
        text = to_markdown(book.page(page))
        assert pair(one.time.value if one.time else None) in text
        for task in book.tasks(page, one):
            assert task.time == pair(task.step.duration.value)
            assert task.step.deed.kind not in FRAME


def test_every_act_is_said_and_most_have_a_command(book: Book):
    assert set(DO) == set(Act)
    silent = {
        task.step.deed.kind
        for page in book.pages.values()
        for one in page.procedures
        for task in book.tasks(page, one)
        if task.by_person and not task.commands
    }
    assert silent <= {Act.WAIT_FOR, Act.WAIT, Act.START_EMPTY, Act.GIVE_BACK, Act.USE, Act.RENEW, Act.DELEGATE}
    assert BY_PERSON.isdisjoint(FRAME)


def test_kebab_is_what_the_command_line_writes():
    call = AwsCall(
        service="rds",
        api="PromoteReadReplicaDBCluster",
        inputs={"DBClusterIdentifier": "it's $(x)", "AllowDataLoss": True, "names": ["a b", "c"], "desiredCount": 3},
        region="eu-west-1",
    )
    assert call.line == (
        "aws rds promote-read-replica-db-cluster --db-cluster-identifier 'it'\"'\"'s $(x)' --allow-data-loss"
        " --names 'a b' c --desired-count 3 --region eu-west-1"
    )


def test_a_hostile_name_is_never_run(shop: Shop):
    evil = "x$(touch /tmp/pwned)`id`;\"'"
    rows = {
        urn: replace(r, inputs={**r.inputs, "identifier": evil}) if "identifier" in r.inputs else r
        for urn, r in shop.graph.resources.items()
    }
    graph: Graph = replace(shop.graph, resources=rows)
    book = Book(runbooks(shop.assessment), shop.model, graph)
    import shlex

    lines = [c.line for page in book.pages.values() for c in commands(book, page) if "touch" in c.line]
    assert lines
    for line in lines:
        assert any(evil in word for word in shlex.split(line)), line


# Blocks, languages, formats


def test_a_page_has_every_block_in_its_order(book: Book):
    found = headings(book.page(region(book)))
    fixed = (
        "When to use",
        "Who decides",
        "What must still work",
        "Fail over",
        "Verify",
        "Tell customers",
        "Afterwards",
    )
    positions = [next(i for i, text in enumerate(found) if text.startswith(start)) for start in fixed]
    assert positions == sorted(positions)
    for number, block in enumerate((b for b in book.page(region(book)).blocks if isinstance(b, Step)), 1):
        assert block.number == number
        assert any("Time: " in item for each in block.blocks for item in getattr(each, "items", ()))


def test_customers_are_told_in_the_languages_asked_for(shop: Shop):
    book = Book(runbooks(shop.assessment), shop.model, shop.graph, LANGUAGES)
    quotes = [b for b in book.page(region(book)).blocks if isinstance(b, Quote)]
    assert {quote.language for quote in quotes} == set(LANGUAGES) == set(CUSTOMERS) == set(UNITS)
    assert '\'lang="de"' not in to_html(book.page(region(book)))
    assert '<blockquote lang="de">' in to_html(book.page(region(book)))


def test_customers_are_told_where_a_person_is_reached_by_what_is_left(book: Book):
    assert book.languages == ("en", "de")  # as the shop states
    said = "\n".join(b.text for b in book.page(region(book)).blocks if isinstance(b, Quote))
    assert "+35315550100, help@midsize-help.example, https://midsize-help.example" in said
    page = region(book)
    carrier = Domain(DomainKind.SUPPLIER, "eir")
    worse = replace(page, scenario=replace(page.scenario, failed=(*page.scenario.failed, carrier)))
    said = "\n".join(b.text for b in book.page(worse).blocks if isinstance(b, Quote))
    assert "+35315550199" in said
    assert "+35315550100" not in said


def test_nobody_is_told_that_data_is_safe_which_is_not(book: Book):
    for page in book.pages.values():
        said = "\n".join(b.text for b in book.page(page).blocks if isinstance(b, Quote))
        if page.scenario.hostile or any(
            loss.age is None and not loss.spare for p in page.procedures for loss in p.losses
        ):
            assert CUSTOMERS["en"].safe not in said, page.scenario.id


def test_the_routine_leads_to_every_page(book: Book):
    text = to_markdown(book.routine())
    assert sum(isinstance(block, Step) for block in book.routine().blocks) == len(ROUTINE)
    for page in book.pages.values():
        if "+" not in page.scenario.id:
            assert book.named(page) in re.sub(r"\\(.)", r"\1", text)


def test_the_whole_holds_each_page_and_every_command(book: Book):
    text = to_markdown(book.whole())
    for page in book.pages.values():
        assert all(command.line in text for command in commands(book, page))
    assert len({book.file(page) for page in book.pages.values()}) == len(book.pages)


def test_the_systems_manager_document_makes_the_calls_of_the_page(book: Book):
    page = region(book)
    (procedure,) = page.procedures
    document: dict[str, Any] = yaml.safe_load(to_ssm(book, page, procedure))
    assert document["schemaVersion"] == "0.3"
    steps = {step["name"]: step for step in document["mainSteps"]}
    assert document["mainSteps"][0]["action"] == "aws:approve"
    assert {step["action"] for step in steps.values()} == {"aws:approve", "aws:executeAwsApi", "aws:pause"}
    called = [
        (s["inputs"]["Service"], s["inputs"]["Api"]) for s in steps.values() if s["action"] == "aws:executeAwsApi"
    ]
    made = [(c.aws.service, c.aws.api) for c in commands(book, page) if c.aws and not c.looks]
    assert called
    assert set(called) <= set(made)
    assert not any(
        "$" in str(v) for s in steps.values() if s["action"] == "aws:executeAwsApi" for v in s["inputs"].values()
    )
    assert all(re.fullmatch(r"[a-zA-Z0-9_]{1,50}", name) for name in steps)


def test_rundeck_runs_the_commands_of_the_pages(book: Book):
    jobs: list[dict[str, Any]] = yaml.safe_load(to_rundeck(book, [*book.pages.values()]))
    assert len(jobs) > 20
    lines = {c["exec"] for job in jobs for c in job["sequence"]["commands"] if "exec" in c}
    assert {c.line for c in commands(book, region(book))} <= lines
    assert len({(job["group"], job["name"]) for job in jobs}) == len(jobs)


def test_a_workflow_waits_for_a_person_where_no_call_does_it(book: Book):
    page = region(book)
    found = yaml.safe_load(to_workflow(book, page, page.procedures[0]))
    names = [name for step in found["main"]["steps"] for name in step]
    assert len(names) == len(set(names))
    assert any(name.startswith("wait") for name in names)
    assert names[-1] == "done"


def test_pages_ask_for_nothing(book: Book):
    html = to_html(book.whole())
    assert "<script" not in html
    assert re.findall(r"(?:src|href)=\"(?!#)", html) == []
    assert len([*Path(__file__).parent.glob("*.html")]) == 0
    assert any(isinstance(block, Code) for block in book.whole().blocks) or "<pre" in html


def test_with_the_account_lost_a_database_is_restored_where_its_copies_are(book: Book):
    page = book.pages["account:aws/111122223333"]
    lines = "\n".join(command.line for command in commands(book, page))
    assert "DBSubnetGroupName=midsize-prod-restore DBParameterGroupName=midsize-prod-restore-mysql8-4" in lines
    assert "SecurityGroups[?Description=='midsize-prod-restore: what is restored'].GroupId|[0]" in lines
    assert "starts_with(RoleName,'midsize-prod-restore-restore')" in lines
    assert 'run-task --cluster "$CLUSTER" --task-definition midsize-prod-restore-proof' in lines
    replay = """"command":["python","-m","archive_binlogs","restore","'"$MOMENT"'"]"""
    assert replay in lines, "by the job that alone is let in"
    assert "bcinfra.operations.archive_binlogs restore" not in lines


def test_what_is_restored_there_is_joined_to_the_network_that_shall_use_it(book: Book, shop: Shop):
    page = book.pages["account:aws/111122223333"]
    lines = [command.line for command in commands(book, page)]
    steps = ["read -r SITE_VPC", "create-vpc-peering-connection", "accept-vpc-peering-connection", "archive_binlogs"]
    at = [next(n for n, line in enumerate(lines) if step in line) for step in steps]
    assert at == sorted(at)
    assert "--db-subnet-group-name midsize-prod-restore " in lines[at[0] + 1]
    assert len([line for line in lines if "create-route" in line]) % 2 == 0, "in both networks"
    assert '"MYSQL_PORT","value":"3306"' in "\n".join(lines)
    (rule,) = (urn for urn in shop.graph.resources if urn.endswith("::midsize-prod-restore-proof-at-database"))
    moved = {
        urn: replace(row, inputs={**row.inputs, "port": 3307})
        if row.type == "aws:rds/instance:Instance"
        else replace(row, inputs={**row.inputs, "fromPort": 3307})
        if urn == rule
        else row
        for urn, row in shop.graph.resources.items()
    }
    other = Book(runbooks(shop.assessment), shop.model, replace(shop.graph, resources=moved))
    told = "\n".join(command.line for command in commands(other, page))
    assert '"MYSQL_PORT","value":"3307"' in told
    assert '--port 3307 --cidr "$SITE_RANGE"' in told
    assert "3306" not in told


def test_clients_are_let_into_what_was_restored_where_the_program_declares_no_group_for_it(book: Book, shop: Shop):
    page = book.pages["account:aws/111122223333"]
    left = {
        u: row for u, row in shop.graph.resources.items() if not u.endswith("::midsize-prod-restore-proof-at-database")
    }
    other = Book(runbooks(shop.assessment), shop.model, replace(shop.graph, resources=left))
    (line,) = (c.line for c in commands(other, page) if "authorize-security-group-ingress" in c.line)
    assert "--group-id ID" not in line
    assert "describe-db-instances --db-instance-identifier" in line
    assert "-restored" in line
    assert "DBInstances[0].VpcSecurityGroups[0].VpcSecurityGroupId" in line


@pytest.mark.parametrize(
    "taken", ["rds/subnetGroup:SubnetGroup::midsize-prod-restore", "midsize-prod-restore-mysql8.4"]
)
def test_where_nothing_waits_there_a_copy_is_taken_to_a_new_account(book: Book, shop: Shop, taken: str):
    left = {urn: row for urn, row in shop.graph.resources.items() if not urn.endswith(taken)}
    assert len(left) == len(shop.graph.resources) - 1
    bare = Book(runbooks(shop.assessment), shop.model, replace(shop.graph, resources=left))
    lines = "\n".join(command.line for command in commands(bare, book.pages["account:aws/111122223333"]))
    assert "midsize-prod-restore" not in lines
    assert "bcinfra.operations.archive_binlogs restore" in lines


def test_every_kind_of_copy_is_restored_by_lines_that_a_shell_reads(shop: Shop, book: Book):
    """Of a program that is not ours, of which little is stated: no call needs what only our components say."""
    page = book.pages["ransomware"]
    step = page.procedures[0].steps[0]
    lines: list[str] = []
    for made in (aws_copies, gcp_copies, kubernetes_copies):
        for token, maker in made.RESTORE.items():
            row = Resource(urn=f"urn:pulumi:live::theirs::{token.replace('_', ':', 1)}::it's data", inputs=STATED)
            program = Program(replace(shop.graph, resources={**shop.graph.resources, row.urn: row}), shop.model)
            at = At(program, step, page, "aws/eu-west-1", frozenset(), Subject(Noun.PART, row.urn, row.name))
            found = [command.line for command in maker(at)]
            assert found, token
            lines += found
    assert unreadable(lines) == ""
    assert not [line for line in lines if re.search(r"\bNone\b|Unknown", line)]


STATED: dict[str, Any] = {"metadata": {"name": "it's data"}}


# What customers are shown meanwhile


def shown(book: Book, page: str) -> list[str]:
    """The modes that a page switches to and back."""
    codes = [block.text for block in book.page(book.pages[page]).blocks if isinstance(block, Code)]
    return [re.findall(r"--value (\S+|'[^']+') --if", code)[0] for code in codes if "put-key" in code]


@pytest.mark.parametrize(
    ("page", "mode"),
    [
        ("region:aws/eu-west-1", ["closed"]),
        ("supplier:payment-provider", ["read-only"]),  # it is paid by nobody, and looked at by all
        ("cdn:aws/cloudfront", []),
        ("provider:aws", []),
    ],
)
def test_a_page_shows_customers_what_is_left(book: Book, page: str, mode: list[str]):
    assert shown(book, page) == mode


def test_without_a_switch_nothing_is_shown_and_a_page_that_is_lost_is_not(shop: Shop, book: Book):
    bare = Book(runbooks(shop.assessment), replace(shop.model, switches=()), shop.graph)
    assert not any(shown(bare, page) for page in list(bare.pages)[:20])
    for page in book.pages.values():
        if "reach-a-person" in page.stops:
            assert meanwhile(shop.model, page.result) is None


def test_who_comes_in_too_great_a_number_waits(shop: Shop):
    (full,) = (r for r in shop.assessment.scenarios if r.scenario.kind is ScenarioKind.LOAD)
    hit = replace(
        full, touched=tuple(replace(o, kind=Kind.DEGRADED) if o.capability == "checkout" else o for o in full.touched)
    )
    found = meanwhile(shop.model, hit)
    assert found and found.state == "queue"
    assert meanwhile(shop.model, replace(full, touched=())) is None


def hit(shop: Shop, **scenario: Any) -> ScenarioResult:
    """A scenario in which everything but reaching a person is down."""
    (one,) = (r for r in shop.assessment.scenarios if r.scenario.id == "region:aws/eu-west-1")
    return replace(one, scenario=replace(one.scenario, **scenario))


def test_only_what_customers_still_come_to_shows_them_anything(shop: Shop):
    (switch,) = shop.model.switches
    names = [e for e in shop.model.leading if any(r.target == switch.front for r in e.routes)]
    front = next(b for b in shop.model.balancers if b.urn == switch.front)
    zone = next(
        s.name for s in shop.model.stores if s.kind is StoreKind.DNS_ZONE and names[0].name.endswith(s.name[9:])
    )
    standby = {e.urn: replace(e, routes=tuple(replace(r, standby=True) for r in e.routes)) for e in names}
    second = replace(shop.model, entries=tuple(standby.get(e.urn, e) for e in shop.model.entries))
    assert meanwhile(shop.model, hit(shop, failed=()))
    assert meanwhile(second, hit(shop))
    for gone in (
        {"failed": names[0].homes[:1]},
        {"failed": front.needs_to_run[:1]},
        {"broken": (switch.front,)},
        {"spoiled": (zone,)},
    ):
        assert meanwhile(shop.model, hit(shop, **gone)) is None, gone
    assert meanwhile(second, hit(shop, failed=())) is None
    other = next(b for b in shop.model.balancers if b.urn != switch.front and b.homes)
    route = names[0].routes[0]
    before = {
        e.urn: replace(e, routes=(replace(route, target=other.urn, standby=False), *e.routes)) for e in standby.values()
    }
    behind = replace(shop.model, entries=tuple(before.get(e.urn, e) for e in shop.model.entries))
    assert meanwhile(behind, hit(shop, failed=other.homes[:1]))
    assert meanwhile(behind, hit(shop, failed=(Domain(DomainKind.SUPPLIER, "payment-provider"),))) is None
    elsewhere = f"DNS zone of {zone[9:]}"
    kept = tuple(replace(s, name=elsewhere) if s.name == zone else s for s in shop.model.stores)
    assert meanwhile(replace(shop.model, stores=kept), hit(shop, spoiled=(elsewhere,))) is None
