"""A stack as a person reads it: its components as a tree with their places, counts, outputs, what is protected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bcinfra.graph.core.location import GLOBAL, Location, location
from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Secret, Value
from bcinfra.graph.core.secrets import shown
from bcinfra.report.sizes import size

STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
_NAMED: Final = 6
"""Names that one line lists before it counts the rest."""


class Branch(NamedTuple):
    """One line of the tree: a component (or a resource that stands alone) and all that is below it."""

    resource: Resource
    depth: int
    last: tuple[bool, ...]
    """For each level down to this one, whether it is the last of its siblings."""
    places: tuple[Location, ...]
    below: tuple[Resource, ...]
    """Custom resources below, not counting providers."""


def short_type(token: str) -> str:
    """``aws:rds/instance:Instance`` → ``rds.Instance``."""
    parts = token.split(":")
    module = parts[1].split("/")[0] if len(parts) == 3 else ""
    return ".".join(part for part in (module, parts[-1]) if part and part != "index")


def branches(graph: Graph, depth: int | None = None, resources: bool = False) -> Iterator[Branch]:
    """The tree, depth first; with ``resources`` each resource has a line of its own."""

    def walk(rows: Iterable[Resource], level: int, last: tuple[bool, ...]) -> Iterator[Branch]:
        shown = [r for r in rows if r.is_component or resources or level == 0]
        for i, row in enumerate(shown):
            trail = (*last, i == len(shown) - 1)
            below = tuple(_below(graph, row))
            places = sorted({p for r in (row, *below) if (p := location(graph, r))}, key=str)
            yield Branch(row, level, trail, tuple(places), below)
            if depth is None or level + 1 < depth:
                yield from walk(graph.children(row.urn), level + 1, trail)

    root = graph.root
    tops = [r for r in graph if r.parent == (root.urn if root else None) and r is not root and not r.is_provider]
    yield from walk(tops, 0, ())


def _below(graph: Graph, resource: Resource) -> Iterator[Resource]:
    for child in graph.children(resource.urn):
        if child.custom and not child.is_provider:
            yield child
        yield from _below(graph, child)


def show_preview(
    console: Console, graph: Graph, *, depth: int | None = None, resources: bool = False, cost: str = ""
) -> None:
    """Print the stack; ``cost``: what it costs a month."""
    console.print(headline(graph), style="bold")
    console.print()
    console.print(_tree(graph, depth, resources))
    whole = (("By type", _types(graph)), ("Protected", _protected(graph)))
    if not resources:
        console.print()
        for title, text in (("Services", _services(graph)), ("Protected", _kept(graph))):
            if text:
                console.print(Text.assemble((f"{title:11}", "bold"), text, ("; each: --resources", "dim")))
    if cost:
        console.print(Text.assemble(("Costs      ", "bold"), cost, ("; each: bcinfra cost", "dim")))
    sections = (
        *(whole if resources else ()),
        ("Outputs", _outputs(graph)),
        ("Assumed", _assumed(graph)),
        ("Not seen", _unseen(graph)),
    )
    for title, body in sections:
        if body is not None:
            console.print(Group(Text(f"\n{title}", style="bold"), Padding(body, (0, 0, 0, 2))))


def show_stacks(console: Console, graphs: Mapping[str, Graph]) -> None:
    """Print a line a stack: how much, where, and how much of it rests on assumptions or cannot be seen."""
    table = _plain_table()
    for graph in graphs.values():
        table.add_row(escape(headline(graph)), escape(caveat(graph)))
    console.print(table)


def caveat(graph: Graph) -> str:
    """What stands between the graph and the whole truth, in one sentence; nothing where nothing does."""
    assumed = sum(bool(row.assumed) for row in graph)
    unanswered = len({call.token for call in graph.calls if call.answer == "unknown"})
    skipped = sum(skip.times for skip in graph.skipped)
    parts = (
        (assumed, f"{_count(assumed, 'resource')} on assumed answers"),
        (len(graph.opaque), f"{len(graph.opaque)} opaque"),
        (unanswered, f"{_count(unanswered, 'function')} without answer"),
        (skipped, f"{skipped} applies or loops not run"),
    )
    return ", ".join(text for count, text in parts if count)


def headline(graph: Graph) -> str:
    """One sentence: how much, and where."""
    rows = [r for r in graph if r.custom and not r.is_provider]
    places = {p for r in rows if (p := location(graph, r))}
    clouds = ", ".join(sorted({p.cloud for p in places}))
    regions = sorted({str(p) for p in places if p.region and p.region != GLOBAL})
    accounts = {p.account for p in places if p.account}
    where = (
        f" in {_count(len(regions), 'region')}"
        + (f" and {_count(len(accounts), 'account')}" if accounts else "")
        + f" of {clouds}"
        if clouds
        else ""
    )
    offline = " Recorded offline: nothing was contacted." if graph.preview else ""
    return f"{graph.stack} of project {graph.project}: {_count(len(rows), 'resource')}{where}.{offline}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _tree(graph: Graph, depth: int | None, resources: bool) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("component", no_wrap=True)
    table.add_column("where", overflow="fold")
    table.add_column("size", overflow="fold")
    table.add_column("resources", justify="right")
    usual = _usual_account(graph)
    for branch in branches(graph, depth, resources):
        table.add_row(
            _label(graph, branch),
            escape(", ".join(_place_names(branch.places, usual))),
            escape(_sized(graph, branch)),
            str(len(branch.below)) if branch.resource.is_component else "",
        )
    return table


def _label(graph: Graph, branch: Branch) -> Text:
    """The name of one line with the lines that lead to it, its role in a shop and whether it is protected."""
    levels = "".join("   " if end else "│  " for end in branch.last[1:-1])
    elbow = ("└─ " if branch.last[-1] else "├─ ") if branch.depth else ""
    row = branch.resource
    kind = row.type.rsplit(":", 1)[-1] if row.package == "bcinfra" else short_type(row.type)
    label = Text.assemble(
        (levels + elbow, "dim"), (kind, "cyan" if row.is_component else ""), f" {_own_name(graph, row)}"
    )
    role = row.inputs.get("role") if row.is_component else None
    if isinstance(role, str):
        label.append(f", {role}", style="yellow")
    if row.options.protect:
        label.append(" protected", style="green")
    return label


def _own_name(graph: Graph, resource: Resource) -> str:
    """The part of a name that its parent does not say already."""
    parent = next(graph.ancestors(resource), None)
    outer = parent.name + "-" if parent else ""
    return resource.name.removeprefix(outer) or resource.name


def _usual_account(graph: Graph) -> str | None:
    """The account that most of the stack is in."""
    accounts = Counter(p.account for r in graph if (p := location(graph, r)) and p.account)
    return min(accounts, key=lambda account: (-accounts[account], account), default=None)


def _place_names(places: Iterable[Location], usual: str | None) -> list[str]:
    """Regions, with the account where it is not the usual one; ``global`` only where there is nothing more telling."""
    telling = [p for p in places if p.region != GLOBAL] or list(places)
    return sorted({f"{p} of {p.account}" if p.account and p.account != usual else str(p) for p in telling})


def _sized(graph: Graph, branch: Branch) -> str:
    """The size of what has no components below, whose sizes stand there."""
    outer = any(child.is_component for child in graph.children(branch.resource.urn))
    return "" if outer else size(branch.below or (branch.resource,))


def _services(graph: Graph) -> str:
    """How many resources each service has, the largest first."""
    services = Counter(
        f"{row.package} {short_type(row.type).rpartition('.')[0]}".strip()
        for row in graph
        if row.custom and not row.is_provider
    )
    return _listed(f"{n} {name}" for name, n in sorted(services.items(), key=lambda item: (-item[1], item[0])))


def _kept(graph: Graph) -> str:
    """What is protected, by type."""
    types = Counter(short_type(row.type) for row in graph if row.options.protect)
    return _listed(f"{n} {name}" for name, n in sorted(types.items(), key=lambda item: (-item[1], item[0])))


def _types(graph: Graph) -> RenderableType:
    """Counts by cloud and service, the largest first."""
    services: dict[tuple[str, str], Counter[str]] = {}
    for row in graph:
        if row.custom and not row.is_provider:
            service, _, kind = short_type(row.type).rpartition(".")
            services.setdefault((row.package, service), Counter())[kind] += 1
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for (cloud, service), kinds in sorted(
        services.items(), key=lambda item: (item[0][0], -item[1].total(), item[0][1])
    ):
        listed = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0])))
        table.add_row(f"{cloud} {service}".strip(), str(kinds.total()), listed)
    return table


def _protected(graph: Graph) -> RenderableType | None:
    by_type: dict[str, list[str]] = {}
    for row in graph:
        if row.options.protect:
            by_type.setdefault(short_type(row.type), []).append(row.name.removeprefix(f"{graph.stack}-"))
    if not by_type:
        return None
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for kind, names in sorted(by_type.items()):
        table.add_row(kind, ", ".join(sorted(names)))
    return table


def _outputs(graph: Graph) -> RenderableType | None:
    if not graph.outputs:
        return None
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in sorted(graph.outputs.items()):
        table.add_row(name, escape(display(value)))
    return table


def _assumed(graph: Graph) -> RenderableType | None:
    """Each function that was answered from the table, and whose inputs hold that answer."""
    resting: dict[str, list[str]] = {call.token: [] for call in graph.calls if call.answer == "assumed"}
    for row in graph:
        for token in sorted({token for tokens in row.assumed.values() for token in tokens}):
            resting.setdefault(token, []).append(f"{short_type(row.type)} {row.name}")
    if not resting:
        return None
    table = _plain_table()
    for token, names in sorted(resting.items()):
        table.add_row(escape(_function(token)), escape(_listed(names) or "in no input"))
    return table


def _unseen(graph: Graph) -> RenderableType | None:
    """What is opaque, unanswered or did not run: there may be more than is shown."""
    table = _plain_table()
    for urn, why in graph.opaque.items():
        row = graph[urn]
        table.add_row("opaque", escape(f"{short_type(row.type)} {row.name}: {why}"))
    calls: dict[str, list[str]] = {}
    for call in graph.calls:
        if call.answer == "unknown":
            calls.setdefault(call.token, []).extend(call.args if call.token == STACK_REFERENCE else ())
    for token, names in sorted(calls.items()):
        table.add_row("unknown", escape(f"{_function(token)} {_listed(names)}".strip()))
    for what in sorted({skip.what for skip in graph.skipped}):
        skips = [skip for skip in graph.skipped if skip.what == what]
        times = sum(skip.times for skip in skips)
        places = (f"{skip.place or 'a library'}{f' ({skip.times} times)' * (skip.times > 1)}" for skip in skips)
        rest = f"{times} on an unknown value; resources made there are missing: {_listed(places)}"
        table.add_row(f"{what} not run", escape(rest))
    return table if table.row_count else None


def _function(token: str) -> str:
    """``aws:ec2/getAmi:getAmi`` → ``aws ec2.getAmi``."""
    return f"{token.split(':')[0]} {short_type(token)}"


def _listed(names: Iterable[str]) -> str:
    """Some names, and how many more."""
    found = list(names)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _plain_table() -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    return table


def display(value: Value) -> str:
    """A value as a person reads it; secrets are never shown, unknown is said."""
    if isinstance(value, Secret):
        return "[secret]"
    if value is UNKNOWN:
        return "(known after up)"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {display(v)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(display(v) for v in value) + "]"
    return shown(str(value))
