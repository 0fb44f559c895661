"""``enduse trace``: from a promise to its uses, and from a use back to its donors."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.trace import Graph, TraceEdge, TraceEnd, TraceNode

DEPTH_MAX = 12


def trace(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Pledge, payment, lot, consignment, project, place or party: name, number or identifier.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show what became of something and where it came from, to the smallest unit, unresolved links included.

    Amounts that were mixed are attributed by mass balance (ISO 22095), and the parts sum to the whole.

    Example: enduse trace demo "Clinic, North"
    """
    with exit_on_error():
        with opened(folder) as programme:
            names, traced = programme.names(), programme.trace(name)
        if as_json:
            print_json({"trace": traced}, names)
            return
        words = localizer(names)
        amounts = words.listed(words.quantity(amount, resource) for resource, amount in traced.amounts.items())
        console.print(Text.assemble((words.name(traced.id), "bold"), f"  {words.term(traced.what)}: {amounts}"))
        _print(words.say("came from"), traced.backward, words, backward=True)
        _print(words.say("became"), traced.forward, words, backward=False)
        for missing in traced.unresolved:
            console.print(Text.assemble((words.say("unresolved"), "yellow"), " ", words.message(missing)))
        console.print(Text(words.term(traced.model), style="dim"))


def _print(title: str, graph: "Graph", words: "Localizer", *, backward: bool) -> None:
    """Print one direction as a tree; a node that several paths reach is shown once in full."""
    nodes = {node.id: node for node in graph.nodes}
    ends: dict[str, list[TraceEnd]] = defaultdict(list)
    for end in graph.ends:
        ends[end.node].append(end)
    onward: dict[str, list[tuple[str, str]]] = {}
    reached = set()
    for edge in graph.edges:
        here, there = (edge.target, edge.source) if backward else (edge.source, edge.target)
        onward.setdefault(here, []).append((there, _flow(edge, nodes, words, backward=backward)))
        reached.add(there)
    tree = Tree(Text(title, style="bold"))
    seen: set[str] = set()

    def grow(branch: Tree, node_id: str, amount: str, depth: int) -> None:
        again = node_id in seen and onward.get(node_id)
        line = _line(nodes[node_id], ends[node_id], amount, words, part=node_id in onward)
        if again:
            line.append("  " + words.say("(as above)"), style="dim")
        elif depth and node_id in graph.starts:
            begins = words.isolate(words.amount(graph.starts[node_id], nodes[node_id].resource))
            line.append("  " + words.say("and {amount} more, traced from here", amount=begins), style="dim")
        grown = branch.add(line)
        if again or depth > DEPTH_MAX:
            return
        seen.add(node_id)
        for there, part in onward.get(node_id, ()):
            grow(grown, there, part, depth + 1)

    # What came back makes a loop: a start that another node leads to begins the tree all the same, unless it stands in it.
    for name in sorted(graph.starts, key=lambda name: name in reached):
        if name not in seen:
            grow(tree, name, words.isolate(words.quantity(graph.starts[name], nodes[name].resource)), 0)
    console.print(tree)


def _flow(edge: "TraceEdge", nodes: "dict[str, TraceNode]", words: "Localizer", *, backward: bool) -> str:
    """Return how much goes on to the next step; of an exchange, what was got for how much."""
    given = words.isolate(words.amount(edge.amount, nodes[edge.source].resource))
    got = words.isolate(words.amount(edge.becomes, nodes[edge.target].resource))
    if backward:
        return given
    return words.say("{got} for {given}", got=got, given=given) if edge.code == "exchanged" else got


def _line(node: "TraceNode", ends: "list[TraceEnd]", amount: str, words: "Localizer", *, part: bool) -> Text:
    """Return how much lies where, and why it goes no further; ``part``: with how much, since the rest goes on."""
    line = Text.assemble((amount, "cyan"), f"  {words.message(node.account)}")
    for end in ends:
        some = words.isolate(words.amount(end.amount, end.resource))
        if end.why != node.kind:
            line.append(f"  {words.term(end.why)}", style="dim")
            if len(ends) > 1 or (part and end.amount != node.amount):
                line.append(f" {some}", style="dim")
        elif part:
            line.append("  " + words.say("of which {amount} stays", amount=some), style="dim")
    return line
