"""``enduse trace``: from a promise to its uses, and from a use back to its donors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.tree import Tree

from enduse.cli.output import Json, console, escape, exit_on_error, print_json

if TYPE_CHECKING:
    from enduse.ledger.trace import Graph
    from enduse.pages.localizer import Localizer

DEPTH_MAX = 12


def trace(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    name: Annotated[
        str, typer.Argument(metavar="ID", help="Pledge, payment, lot, consignment, project, place or party.")
    ],
    as_json: Json = False,
) -> None:
    """Show what became of something and where it came from, to the smallest unit, unresolved links included.

    Amounts that were mixed are attributed by mass balance (ISO 22095), and the parts sum to the whole.

    Example: enduse trace demo project:clinic
    """
    with exit_on_error():
        from enduse.book.book import Book
        from enduse.ledger.trace import Tracer
        from enduse.pages.localizer import Localizer
        from enduse.terms.amounts import shown
        from enduse.views.names import names

        with Book.open(folder) as book:
            words = Localizer("en", names(book))
            found = Tracer(book.postings(), book.links()).trace(name)
        if as_json:
            print_json({"trace": found}, words)
            return
        amounts = ", ".join(shown(amount, resource) for resource, amount in found.amounts.items())
        console.print(f"[bold]{escape(words.name(name))}[/]  {escape(words.term(found.what))}, {escape(amounts)}")
        _print("came from", found.backward, words, backward=True)
        _print("became", found.forward, words, backward=False)
        for missing in found.unresolved:
            console.print(f"[yellow]unresolved[/] {escape(words.message(missing))}")
        console.print(words.term(found.model), style="dim", markup=False)


def _print(title: str, graph: "Graph", words: "Localizer", *, backward: bool) -> None:
    """Print one direction as a tree; a node that several paths reach is shown once in full."""
    from enduse.terms.amounts import shown

    nodes = {node.id: node for node in graph.nodes}
    ends = {end.node: end for end in graph.ends}
    onward: dict[str, list[tuple[str, str]]] = {}
    reached = set()
    for edge in graph.edges:
        here, there = (edge.target, edge.source) if backward else (edge.source, edge.target)
        value = (edge.amount, nodes[edge.source]) if backward else (edge.becomes, nodes[edge.target])
        onward.setdefault(here, []).append((there, shown(value[0], value[1].resource)))
        reached.add(there)
    tree = Tree(f"[bold]{title}[/]")
    seen: set[str] = set()

    def grow(branch: Tree, node_id: str, amount: str, depth: int) -> None:
        node = nodes[node_id]
        where = escape(" ".join(words.name(part) for part in (node.owner, node.item) if part))
        end = ends.get(node_id)
        why = f"  [dim]{escape(words.term(end.why))}[/]" if end is not None else ""
        again = node_id in seen and onward.get(node_id)
        grown = branch.add(
            f"{escape(amount)}  [cyan]{escape(words.term(node.kind))}[/] {where}{why}{'  [dim](as above)[/]' if again else ''}"
        )
        if again or depth > DEPTH_MAX:
            return
        seen.add(node_id)
        for there, part in onward.get(node_id, ()):
            grow(grown, there, part, depth + 1)

    for node in graph.nodes:
        if node.id not in reached:
            grow(tree, node.id, shown(node.amount, node.resource), 0)
    console.print(tree)
