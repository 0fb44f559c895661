"""The terminal: words from a record can give it no commands, and right-to-left languages stand in order on it.

A line of a right-to-left language stands in a Unicode isolate, every cell of a table in one of its own, so that a
terminal that knows the Unicode bidirectional algorithm (UAX 9) shows a table mirrored and whole. One that does not
shows each line in the order it is written in, columns still in line.
"""

import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from rich import markup
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

_COMMAND: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
"""What a terminal obeys instead of showing it, and half characters that no stream takes."""
_BREAK: Final = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_SHOWN: Final = "\N{REPLACEMENT CHARACTER}"

_RIGHT_TO_LEFT: Final = "\u2067"
_FIRST_STRONG: Final = "\u2068"
_END: Final = "\u2069"
_ARABIC: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of right-to-left scripts."""
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_MARK: Final = "\u200f"
_MIRRORED: Final = str.maketrans("├└┌┤┘┐╭╰╮╯", "┤┘┐├└┌╮╯╭╰")
"""Frames have a side, and Unicode does not mirror them."""


for _stream in (sys.stdout, sys.stderr):
    if isinstance(_stream, io.TextIOWrapper):
        _stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a sign is shown its number instead


class Screen(Console):
    """A console on which words from a record can give no commands: every text passes here once more.

    Attributes:
        right_to_left: whether what is printed is in a right-to-left language.
        heading: gives the line that goes before whatever is printed next, if one does.
    """

    right_to_left = False
    heading: Callable[[], Text | None] | None = None

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 - whatever the library prints
        """Print, below the heading where that is not printed yet."""
        heading, self.heading = self.heading, None
        if heading is not None and (line := heading()) is not None:
            super().print(line)
        super().print(*objects, **how)

    def direct(self, *, right_to_left: bool) -> None:
        """Print from now on in this direction."""
        if right_to_left != self.right_to_left:
            self.right_to_left = right_to_left
            if right_to_left:
                self.push_render_hook(_Mirror())
            else:
                self.pop_render_hook()

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render, with everything a terminal would obey shown as a replacement character."""
        for segment in super().render(renderable, options):
            if segment.control or not _COMMAND.search(segment.text):
                yield segment
            else:
                yield Segment(_COMMAND.sub(_SHOWN, segment.text), segment.style)

    def render_lines(
        self,
        renderable: RenderableType,
        options: ConsoleOptions | None = None,
        *,
        style: Style | None = None,
        pad: bool = True,
        new_lines: bool = False,
    ) -> list[list[Segment]]:
        """Render a part of something larger, such as a cell of a table; each of its lines stands in an isolate."""
        options = options or self.options
        if self.right_to_left and options.justify == "right":
            options = options.update(justify="left")  # figures lie one below the other at the side they end on
        lines = super().render_lines(renderable, options, style=style, pad=pad, new_lines=new_lines)
        return [list(_isolated(line)) for line in lines] if self.right_to_left else lines


class _Mirror(RenderHook):
    """Prints whatever it is given from right to left."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [each if isinstance(each, Control) else _Mirrored(each) for each in renderables]


class _Mirrored:
    """Something whose lines each run from right to left, over the whole width of a terminal."""

    def __init__(self, renderable: RenderableType) -> None:
        self.renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in Segment.split_lines(console.render(self.renderable, options)):
            if not any(segment.text for segment in line):
                yield Segment.line()
                continue
            opens, closes = _balance(line)
            yield Segment(_RIGHT_TO_LEFT + opens)
            for segment in line:
                yield segment if segment.control else Segment(segment.text.translate(_MIRRORED), segment.style)
            if console.is_terminal and not options.no_wrap:
                # The mark keeps blanks at the end within the line, where they push the words to the right margin.
                yield Segment(" " * max(0, options.max_width - Segment.get_line_length(line)) + _MARK)
            yield Segment(closes + _END + "\n")


def _isolated(line: list[Segment]) -> Iterator[Segment]:
    """Give a line with what is written in it in an isolate, and the blanks around it outside."""
    text = "".join(segment.text for segment in line)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if end <= start or _whole(text.strip()):
        yield from line
        return
    opened, closed = _balance(line)
    opening = (_RIGHT_TO_LEFT if _ARABIC.search(text) else _FIRST_STRONG) + opened
    at = 0
    for segment in line:
        first, last = (min(max(cut - at, 0), len(segment.text)) for cut in (start, end))
        at += len(segment.text)
        opens = opening if at > start >= at - len(segment.text) else ""
        closes = closed + _END if at >= end > at - len(segment.text) else ""
        text = segment.text
        yield Segment(text[:first] + opens + text[first:last] + closes + text[last:], segment.style, segment.control)


def _whole(text: str) -> bool:
    """Say whether a text stands in one isolate already."""
    depth = 0
    for at, character in enumerate(text):
        if _ISOLATES.match(character):
            depth += -1 if character == _END else 1
        if depth <= 0:
            return at > 0 and at == len(text) - 1
    return False


def _balance(line: list[Segment]) -> tuple[str, str]:
    """Return what opens and what closes the isolates that a line break has cut in two."""
    depth = lowest = 0
    for mark in _ISOLATES.findall("".join(segment.text for segment in line)):
        depth += -1 if mark == _END else 1
        lowest = min(lowest, depth)
    return _FIRST_STRONG * -lowest, _END * (depth - lowest)


# Without emoji: ":school:" in an identifier is part of it.
console: Final = Screen(highlight=False, emoji=False)
errors: Final = Screen(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def flat(text: object) -> str:
    """Return words from elsewhere so that they can stand in a line of ours: no commands, line breaks or isolates."""
    return _ISOLATES.sub("", _COMMAND.sub(_SHOWN, _BREAK.sub(" ", str(text))))


def escape(text: object) -> str:
    """Return words from elsewhere so that they can stand in a line of ours with markup in it."""
    return markup.escape(flat(text))


def visible(text: str) -> str:
    """Return JSON with what a terminal would obey as the escapes of JSON."""
    return _COMMAND.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
