"""Flow diagrams (Sankey) as SVG drawn on the server: they print, need no script, and mirror for right-to-left text.

Widths are proportional to amounts; colours are classes that the page's style sheet resolves, so that one drawing
serves light, dark and print. Every drawing has a title and a description; the page puts a table beside it.
"""

from collections import defaultdict
from html import escape
from typing import Final

import msgspec

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.views.shapes import Flow, FlowLink, FlowNode

WIDTH: Final = 1000
NODE: Final = 14
GAP: Final = 26
HEIGHT: Final = 430
TOP: Final = 12
LEAST: Final = 2.0
LEAST_GAP: Final = 6
LINES: Final = 36
INVISIBLE: Final = 500
CHARACTERS: Final = 26

CODES: Final = {
    "committed": mark("Committed, not yet paid"),
    "uncommitted": mark("Pledged only"),
    "in_hand": mark("Not recorded as spent"),
    "other_donors": mark("Other donors"),
    "other_spending": mark("Other spending"),
    "used": mark("Built in or handed out"),
    "stored": mark("In store"),
    "under_way": mark("Under way"),
    "within_error": mark("Within scale error"),
    "other": mark("Spoiled or lost, as found"),
    "off_purpose": mark("Used off purpose"),
    "unexplained": mark("Unaccounted for"),
}
"""What nodes without a name are called; each is a message of the catalogues."""


class FlowBox(msgspec.Struct):
    """A node with its place on the drawing, in drawing units."""

    node: FlowNode
    value: int
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    into: float = 0.0
    out: float = 0.0


def label(node: FlowNode, localizer: Localizer) -> str:
    """Return what a node is called."""
    return localizer.say(CODES[node.code]) if node.code else localizer.name(node.name)


def _boxes(flow: Flow) -> tuple[dict[str, FlowBox], float, float]:
    """Lay the nodes out in columns; returns them, the drawing units of one smallest unit, and the height it takes.

    A node takes at least the room of its two lines of text, so that labels never lie on each other.
    """
    into: dict[str, int] = defaultdict(int)
    out: dict[str, int] = defaultdict(int)
    for link in flow.links:
        into[link.target] += link.figure.amount
        out[link.source] += link.figure.amount
    boxes = {node.node: FlowBox(node, max(into[node.node], out[node.node])) for node in flow.nodes}
    widest = max((box.value for box in boxes.values()), default=0)
    boxes = {name: box for name, box in boxes.items() if box.value > 0 and not _tiny(box, widest)}
    columns: dict[int, list[FlowBox]] = defaultdict(list)
    for box in boxes.values():
        columns[box.node.column].append(box)
    last = max(columns, default=0)
    scale = min(
        ((HEIGHT - GAP * (len(column) - 1)) / sum(box.value for box in column) for column in columns.values()),
        default=1.0,
    )
    slots = {name: max(LEAST, box.value * scale, LINES) for name, box in boxes.items()}
    room = {
        position: sum(slots[box.node.node] for box in column) + LEAST_GAP * (len(column) - 1)
        for position, column in columns.items()
    }
    height = max([HEIGHT, *room.values()])
    for position, column in columns.items():
        spare = height - room[position]
        gap = LEAST_GAP + (min(spare / (len(column) - 1), 2 * GAP) if len(column) > 1 else 0.0)
        taken = sum(slots[box.node.node] for box in column) + gap * (len(column) - 1)
        y = TOP + (height - taken) / 2
        for box in column:
            slot = slots[box.node.node]
            box.x = position * (WIDTH - NODE) / max(1, last)
            box.height = max(LEAST, box.value * scale)
            box.y = box.into = box.out = y + (slot - box.height) / 2
            y += slot + gap
    return boxes, scale, height


def _tiny(box: FlowBox, widest: int) -> bool:
    """Say whether a harmless node is too small to be seen; the table beside the drawing still has it."""
    return box.node.tone == "idle" and box.value * INVISIBLE < widest


def _band(start: FlowBox, end: FlowBox, width: float) -> str:
    """Return the outline of a link, and move both ends' cursors on."""
    left, right = start.x + NODE, end.x
    middle = (left + right) / 2
    top, low = start.out, end.into
    start.out += width
    end.into += width
    return (
        f"M{left:.1f},{top:.1f}C{middle:.1f},{top:.1f} {middle:.1f},{low:.1f} {right:.1f},{low:.1f}"
        f"V{low + width:.1f}C{middle:.1f},{low + width:.1f} {middle:.1f},{top + width:.1f} {left:.1f},{top + width:.1f}Z"
    )


def _ordered(flow: Flow, boxes: dict[str, FlowBox]) -> list[FlowLink]:
    """Return links so that bands cross as little as the order of the nodes allows."""
    return sorted(
        (link for link in flow.links if link.figure.amount > 0 and {link.source, link.target} <= boxes.keys()),
        key=lambda link: (boxes[link.source].node.column, boxes[link.source].y, boxes[link.target].y),
    )


def draw(flow: Flow, localizer: Localizer, name: str, title: str, description: str) -> str:
    """Return the SVG of a flow.

    Args:
        flow: what to draw.
        localizer: language; right-to-left ones get the mirrored drawing.
        name: prefix of the identifiers in it, unique on the page.
        title: short, for people who hear the page.
        description: what the drawing shows, in a sentence or two.
    """
    boxes, scale, height = _boxes(flow)
    mirrored = localizer.direction == "rtl"
    last = max((box.node.column for box in boxes.values()), default=0)
    bands = []
    for link in _ordered(flow, boxes):
        start, end = boxes[link.source], boxes[link.target]
        width = max(LEAST, link.figure.amount * scale)
        words = f"{label(start.node, localizer)} → {label(end.node, localizer)}: "
        amount = localizer.amount(link.figure.amount, link.figure.resource)
        bands.append(
            f'<path class="band {link.tone}" d="{_band(start, end, width)}"><title>{escape(words + amount)}</title></path>'
        )
    flip = f' transform="matrix(-1 0 0 1 {WIDTH} 0)"' if mirrored else ""
    bars = [
        f'<rect class="bar {box.node.tone}" x="{box.x:.1f}" y="{box.y:.1f}" width="{NODE}" height="{box.height:.1f}" rx="2"/>'
        for box in boxes.values()
    ]
    labels = [_words(box, flow, localizer, mirrored=mirrored, last=last) for box in boxes.values()]
    return (
        f'<svg class="flow" viewBox="0 0 {WIDTH} {height + 2 * TOP:.0f}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" direction="{localizer.direction}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"<g{flip}>{''.join(bands)}{''.join(bars)}</g>{''.join(labels)}</svg>"
    )


def _words(box: FlowBox, flow: Flow, localizer: Localizer, *, mirrored: bool, last: int) -> str:
    """Return name and amount beside a node: after it, before it in the last column."""
    before = box.node.column == last and last > 0
    x = box.x - 8 if before else box.x + NODE + 8
    x = WIDTH - x if mirrored else x
    y = box.y + box.height / 2
    anchor = "end" if before else "start"
    name = label(box.node, localizer)
    short = name if len(name) <= CHARACTERS else name[: CHARACTERS - 1] + "…"
    amount = localizer.amount(box.value, flow.resource)
    sign = "⚠ " if box.node.tone == "warn" else ""
    return (
        f'<g class="words {box.node.tone}" text-anchor="{anchor}"><text x="{x:.1f}" y="{y - 3:.1f}">{sign}{escape(short)}</text>'
        f'<text class="much" x="{x:.1f}" y="{y + 14:.1f}">{escape(amount)}</text></g>'
    )
