"""Right-to-left text on a terminal: lines and cells stand in isolates that open and close within them."""

import io

import pytest
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from enduse.cli.screen import Screen
from enduse.pages.localizer import isolated

ARABIC = "فقد"
OPENS = "\u2066\u2067\u2068"
MARKS = OPENS + "\u2069\u200f"


def printed(renderable, *, terminal=True, right_to_left=True, width=40):
    out = io.StringIO()
    screen = Screen(file=out, width=width, force_terminal=terminal, color_system=None, highlight=False)
    screen.direct(right_to_left=right_to_left)
    screen.print(renderable)
    return out.getvalue().splitlines()


def bare(line):
    return "".join(character for character in line if character not in MARKS)


def table():
    made = Table(box=None, pad_edge=False)
    made.add_column("name")
    made.add_column("amount", justify="right")
    made.add_row(Text(ARABIC), Text("1,200 t"))
    made.add_row(Text("consignment:0128"), Text("7"))
    return made


def tree():
    made = Tree(Text(ARABIC))
    made.add(Text("one")).add(Text("two"))
    made.add(Text("three"))
    return made


SHOWN = {
    "line": Text(f"{ARABIC} {isolated('20 t')} {ARABIC}"),
    "wrapped within an isolate": Text(f"{ARABIC} {isolated(' '.join(['million'] * 12))} {ARABIC}"),
    "table": table(),
    "tree": tree(),
    "panel": Panel(Text(ARABIC), title=ARABIC),
    "empty": Text(""),
}


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("name", SHOWN)
def test_every_line_closes_what_it_opens(name, terminal):
    for line in printed(SHOWN[name], terminal=terminal):
        depth = 0
        for character in line:
            depth += (character in OPENS) - (character == "\u2069")
            assert depth >= 0, repr(line)
        assert depth == 0, repr(line)
        assert not line or (line[0], line[-1]) == ("\u2067", "\u2069")


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "empty"])
def test_on_a_terminal_a_line_takes_the_whole_width(name):
    """So that the words stand at the right margin, whatever direction the terminal thinks a line has."""
    assert {len(bare(line)) for line in printed(SHOWN[name])} == {40}
    assert all("\u200f" in line for line in printed(SHOWN[name]))


def test_a_cell_stands_in_an_isolate_of_its_own():
    rows = printed(table(), terminal=False)
    assert "\u2068consignment:0128\u2069" in rows[2]
    assert f"\u2067{ARABIC}\u2069" in rows[1]
    assert "\u20681,200 t\u2069" in rows[1]


def test_frames_are_mirrored():
    assert [bare(line).strip() for line in printed(tree())] == [ARABIC, "┤── one", "│   ┘── two", "┘── three"]
    top, _, bottom = (bare(line) for line in printed(SHOWN["panel"]))
    assert (top[0], top[-1], bottom[0], bottom[-1]) == ("╮", "╭", "╯", "╰")


def test_left_to_right_text_is_left_as_it_is():
    assert printed(table(), right_to_left=False)[1].split() == [ARABIC, "1,200", "t"]
    assert not set(MARKS) & set("".join(printed(tree(), right_to_left=False)))


def test_isolates_in_data_do_not_reach_out_of_it():
    assert isolated("a\u2069b") == "\u2068ab\u2069"
    assert isolated("a\u2067b") == "\u2068ab\u2069"
    assert isolated("a\u2067b\u2069") == "\u2068a\u2067b\u2069\u2069"
