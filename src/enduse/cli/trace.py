"""``enduse trace``: from a promise to its uses and from a use back to its donors, through contracts and works."""

from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from enduse.cli.figures import print_figures
from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.past import say_keys
from enduse.cli.screen import console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enduse import ContractView, JoinedTrace
    from enduse.pages.localizer import Localizer
    from enduse.views.trace import Graph, TraceEdge, TraceEnd, TraceNode, TraceSum

DEPTH: Final = 4
BREADTH: Final = 5
LINES: Final = 16
SUMS: Final = 8
CONTRACTS: Final = 3
BUILT: Final = 3
MOVED: Final = 5
LISTED: Final = 20
"""Steps, ways from one, ends, contracts, projects and movements that are shown unless more are asked for; lines of each list of a contract."""
ALLOWED_IN: Final = ("movement", "clearance")
"""What may name consignments, or none that was ever sent."""
JOINED: Final = ("contract", "invoice")
"""Papers: what is traced of them is what was paid and sent under them, which need not be what they are for."""


def trace(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Pledge, payment, lot, consignment, contract, invoice, need, project, place, party or movement: name or number.",
        ),
    ],
    depth: Annotated[
        int | None, typer.Option(min=1, help="Steps that are shown each way; else as many as fit a screen.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every step and every way.")] = False,
    as_json: Json = False,
) -> None:
    """Show what became of something and where it came from, to the smallest unit, unresolved links included.

    First what all of it came from and became in the end, then the ways, the largest first, as many steps as fit a screen:
    --depth shows more of them, --all every one. What has no link in the record says what it waits for. Amounts that were
    mixed are attributed by mass balance (ISO 22095), and the parts sum to the whole.
    Of each contract that its payments and consignments name it says what is contracted, invoiced, paid, delivered and built, beside
    each other, with what is not known; then how far the projects are and what was measured there.
    Movements whose notifications name its consignments, and where these waited to be let in, are told as far as the record tells
    them: what is sealed is not. Of a movement it traces all that it carries.

    Example: enduse trace demo "Clinic, North"
    """
    with exit_on_error():
        with opened(folder) as programme:
            names, traced = programme.names(), programme.trace(name)
            if not as_json:
                say_keys(programme)
        if as_json:
            print_json({"trace": traced}, names)
            return
        words = localizer(names)
        amounts = words.listed(words.quantity(amount, resource) for resource, amount in traced.amounts.items())
        what = words.term(traced.what)
        if traced.what in JOINED and amounts:  # not what the paper is of, but what was paid and sent
            what = words.say("{what}; paid and sent under it: {amounts}", what=what, amounts=amounts)
        elif amounts:
            what = f"{what}: {amounts}"
        console.print(Text.assemble((words.name(traced.id), "bold"), f"  {what}"))
        steps = None if everything else [depth] if depth is not None else range(DEPTH, 0, -1)
        followed = bool(traced.backward.nodes or traced.forward.nodes)
        if traced.what == "need" and not followed:
            console.print(Text(_unanswered(traced, words), style="yellow"))
        elif followed or traced.what not in ALLOWED_IN:
            _print(words.say("came from"), traced.backward, traced.sources, words, steps, backward=True)
            _print(words.say("became"), traced.forward, traced.uses, words, steps, backward=False)
        _contracts(traced, words, everything=everything)
        _moved(traced, words, everything=everything)
        for missing in traced.unresolved:
            console.print(Text.assemble((words.say("unresolved"), "yellow"), " ", words.message(missing)))
        told = words.term(traced.model)
        if not followed and traced.what in ALLOWED_IN:
            told = words.say("No consignment that is named with it is in the ledger: nothing is traced.")
        if followed or traced.what != "need":
            console.print(Text(told, style="dim"))


def _unanswered(traced: "JoinedTrace", words: "Localizer") -> str:
    """Return why nothing is traced of a need."""
    from enduse.pages.works_access_words import some_names

    if not traced.answered_by:
        return words.say("No project answers it: nothing came for it, and nothing was used for it.")
    names = some_names(traced.answered_by, words)
    return words.say(
        "It is answered by {names}. No money is spent for it and no goods are used for it yet.", names=names
    )


def _contracts(traced: "JoinedTrace", words: "Localizer", *, everything: bool) -> None:
    """Print the contracts that a trace goes through, and what was built and measured where it arrives."""
    from enduse.pages.contract_lines import built_words

    whole = everything or traced.what in {"contract", "invoice", "need"}
    shown = traced.contracts if whole else traced.contracts[:CONTRACTS]
    for view in shown:
        _contract(view, words, whole=whole)
    more = len(traced.contracts) - len(shown) + traced.more_contracts
    if more:
        console.print(
            Text(words.count("and one more contract: --all", "and {n} more contracts: --all", more), style="dim")
        )
    built = traced.built if traced.contracts or traced.what == "need" else ()
    for one in built if whole else built[:BUILT]:
        lines = list(built_words(one, words))
        head = Text.assemble((words.say("built"), "bold"), "  ", words.name(one.project))
        console.print(head if whole else head.append(f": {lines[0]}"))
        for text in lines if whole else ():
            console.print(Text(f"  {text}"))
    if not whole and len(built) > BUILT:
        rest = words.count("and one more: --all shows it", "and {n} more: --all shows them", len(built) - BUILT)
        console.print(Text(rest, style="dim"))


def _moved(traced: "JoinedTrace", words: "Localizer", *, everything: bool) -> None:
    """Print the movements whose notifications name the consignments, and where these waited to be let in."""
    from enduse.pages.trace_access import movement_words, waiting_words

    told = [(words.say("movement"), one.movement, movement_words(one, words)) for one in traced.movements]
    told += [(words.say("on its way in"), one.item, waiting_words(one, words)) for one in traced.waits]
    shown = told if everything else told[:MOVED]
    for label, name, line in shown:
        console.print(Text.assemble((label, "bold"), f"  {words.name(name)}: {line}"))
    if len(told) > len(shown):
        rest = words.count("and one more: --all shows it", "and {n} more: --all shows them", len(told) - len(shown))
        console.print(Text(rest, style="dim"))


def _contract(view: "ContractView", words: "Localizer", *, whole: bool) -> None:
    """Print a contract: what is contracted, invoiced, paid, delivered and built, what was said before, and what is to be asked.

    Where it is not asked for whole, its sums alone, in one line.
    """
    from enduse.pages.contract_lines import goods_figures, invoice_words, load_words, payment_words
    from enduse.pages.contract_words import before_words, contract_facts, contract_sums

    head = (words.say("contract {number}", number=view.contract), "bold")
    if not whole:
        sums = words.listed(f"{label} {told}" for label, told in contract_sums(view, words))
        console.print(Text.assemble(head, f"  {sums}"))
        return
    console.print(Text.assemble(head, f"  {words.text(view.title, '')}"))
    rows = Table.grid(padding=(0, 2))
    for label, told in contract_facts(view, words):
        rows.add_row(Text(label, style="dim"), Text(told))
    lists = (
        (words.say("invoice"), invoice_words(view, words)),
        (words.say("payment"), payment_words(view, words)),
        (words.say("consignment"), load_words(view, words)),
        (words.say("said before"), (before_words(one, words) for one in view.before)),
    )
    for label, texts in lists:
        for told in islice(texts, LISTED):
            rows.add_row(Text(label, style="dim"), Text(told))
    console.print(rows)
    if view.goods:
        names = [Text(words.material(one.sent.resource)) for one in view.goods]
        columns = [(Text(title), [Text(cell) for cell in cells]) for title, cells in goods_figures(view, words)]
        print_figures(Text(words.say("goods of the contract")), names, columns)
    for note in view.notes:
        remedy = words.remedy(note)
        console.print(Text(f"  {words.message(note)}{': ' + remedy if remedy else ''}", style="yellow"))


def _print(
    title: str,
    graph: "Graph",
    sums: "tuple[TraceSum, ...]",
    words: "Localizer",
    steps: "Iterable[int] | None",
    *,
    backward: bool,
) -> None:
    """Print one direction: how it ends in all, then as a tree; a node that several paths reach is shown once in full.

    Of the numbers of steps the first that fits a screen is taken, else the last; without any, all are shown.
    """
    head = Text(title, style="bold")
    for number in steps or (None,):
        drawn = _Branches(graph, words, number, backward=backward)
        tree = drawn.tree(head)
        if drawn.lines <= LINES:
            break
    if len(sums) > 1 or drawn.cut:
        for one in sums[: None if steps is None else SUMS]:
            amount = words.isolate(words.quantity(one.amount, one.resource))
            told = words.term(one.why)
            if one.owner:
                told = words.say("{party}: {what}", party=words.name(one.owner), what=told)
            head.append_text(Text.assemble("\n", (amount, "not bold cyan"), (f"  {told}", "not bold")))
        if steps is not None and len(sums) > SUMS:
            more = words.count("and one more: --all shows it", "and {n} more: --all shows them", len(sums) - SUMS)
            head.append(f"\n{more}", style="not bold dim")
    console.print(tree)


class _Branches:
    """The branches of one direction of a trace, as they grow."""

    def __init__(self, graph: "Graph", words: "Localizer", steps: int | None, *, backward: bool) -> None:
        self._graph, self._words, self._steps, self._backward = graph, words, steps, backward
        self.nodes = {node.id: node for node in graph.nodes}
        self.reached: set[str] = set()
        self.seen: set[str] = set()
        self.cut, self.lines = False, 0
        self._ends: dict[str, list[TraceEnd]] = defaultdict(list)
        for end in graph.ends:
            self._ends[end.node].append(end)
        self._onward: dict[str, list[TraceEdge]] = defaultdict(list)
        for edge in graph.edges:
            here, there = (edge.target, edge.source) if backward else (edge.source, edge.target)
            self._onward[here].append(edge)
            self.reached.add(there)

    def tree(self, head: Text) -> Tree:
        """Return the tree; what came back makes a loop: a start that another leads to begins it unless it stands in it."""
        tree, words, starts = Tree(head), self._words, self._graph.starts
        bounded = self._steps is not None and len(starts) > LISTED
        of_most = sorted(starts, key=lambda name: -starts[name]) if bounded else starts
        roots = sorted(of_most, key=lambda name: name in self.reached)
        for name in roots[:LISTED] if bounded else roots:
            if name not in self.seen:
                amount = words.quantity(starts[name], self.nodes[name].resource)
                self.grow(tree, name, words.isolate(amount), 0)
        if bounded:
            self.cut = True
            more = words.count("and one more way: --all", "and {n} more ways: --all", len(roots) - LISTED)
            tree.add(Text(more, style="dim"))
        return tree

    def grow(self, branch: Tree, name: str, amount: str, depth: int) -> None:
        """Add a node, with how much goes through it, and all behind it."""
        words, node, onward = self._words, self.nodes[name], self._onward.get(name, [])
        again = name in self.seen and onward
        part = bool(onward) and not self._backward
        line = _line(node, self._ends[name], amount, words, part=part, backward=self._backward)
        if again:
            line.append("  " + words.say("(as above)"), style="dim")
        elif depth and name in self._graph.starts:
            begins = words.isolate(words.amount(self._graph.starts[name], node.resource))
            line.append("  " + words.say("and {amount} more, traced from here", amount=begins), style="dim")
        grown = branch.add(line)
        self.lines += 1
        if again:
            return
        if onward and self._steps is not None and depth + 1 >= self._steps:
            self.cut = True
            line.append("  …", style="dim")
            return
        self.seen.add(name)
        edges = onward if self._steps is None else sorted(onward, key=lambda edge: -edge.amount)
        shown = edges if self._steps is None or len(edges) <= BREADTH + 1 else edges[:BREADTH]
        for edge in shown:
            there = edge.source if self._backward else edge.target
            self.grow(grown, there, _flow(edge, self.nodes, words, backward=self._backward), depth + 1)
        if len(edges) > len(shown):
            self.cut = True
            more = words.count("and one more way: --all", "and {n} more ways: --all", len(edges) - len(shown))
            grown.add(Text(more, style="dim"))


def _flow(edge: "TraceEdge", nodes: "dict[str, TraceNode]", words: "Localizer", *, backward: bool) -> str:
    """Return how much goes on to the next step, and of what where that is another thing; of an exchange, for how much."""
    source, target = nodes[edge.source].resource, nodes[edge.target].resource
    here = words.quantity if source != target else words.amount
    given, got = words.isolate(here(edge.amount, source)), words.isolate(here(edge.becomes, target))
    if backward:
        return given
    return words.say("{got} for {given}", got=got, given=given) if edge.code == "exchanged" else got


def _line(
    node: "TraceNode", ends: "list[TraceEnd]", amount: str, words: "Localizer", *, part: bool, backward: bool
) -> Text:
    """Return how much lies where, and why it goes no further; ``part``: with how much, since the rest goes on."""
    line = Text.assemble((amount, "cyan"), f"  {words.message(node.account)}")
    for end in ends:
        some = words.isolate(words.amount(end.amount, end.resource))
        if end.why != node.kind:
            line.append(f"  {words.term(end.why)}", style="dim")
            if len(ends) > 1 or ((part or backward) and end.amount != node.amount):
                line.append(f" {some}", style="dim")
        elif part:
            line.append("  " + words.say("of which {amount} stays", amount=some), style="dim")
    return line
