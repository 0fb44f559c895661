"""Flow diagrams (Sankey) as SVG drawn on the server: they print, need no script, and mirror for right-to-left text.

Widths are proportional to amounts; colours are classes that the page's style sheet resolves, so that one drawing
serves light, dark and print. Every drawing has a title and a description; the page puts a table beside it.
"""

from collections import Counter, defaultdict
from html import escape
from typing import Final

import msgspec

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.views.shapes import Flow, FlowLink, FlowNode

WIDTH: Final = 1000
"""Least width of a drawing; with many columns it is wider, and the page lets it be scrolled."""
NODE: Final = 14
LABEL: Final = 216
"""Room for the name beside a node."""
COLUMN: Final = LABEL + NODE + 16
"""Least distance between two columns, so that no name reaches the next."""
GAP: Final = 26
HEIGHT: Final = 430
TOP: Final = 12
LEAST: Final = 2.0
LEAST_GAP: Final = 6
LINES: Final = 36
INVISIBLE: Final = 500
REM: Final = 46
"""Least width of a drawing on a page."""
CHARACTERS: Final = 24

CODES: Final = {
    "committed": mark("Committed, not yet paid"),
    "uncommitted": mark("Pledged only"),
    "in_hand": mark("Not recorded as spent"),
    "exchanged": mark("Exchanged for another currency"),
    "got": mark("Got for another currency"),
    "fees": mark("Fees of banks"),
    "other_donors": mark("Other donors"),
    "other_spending": mark("Other spending"),
    "used": mark("Built in or handed out"),
    "stored": mark("In store"),
    "under_way": mark("Under way"),
    "within_error": mark("Within scale error"),
    "not_comparable": mark("Told in another unit"),
    "other": mark("Spoiled or lost, as found"),
    "off_purpose": mark("Used off purpose"),
    "missing": mark("Missing"),
    "surplus": mark("More than the record explains"),
}
"""What nodes without a name are called; each is a message of the catalogues."""


class FlowBox(msgspec.Struct):
    """A node with its place on the drawing, in drawing units."""

    node: FlowNode
    value: int
    left: int
    right: int
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    left_end: float = 0.0
    right_end: float = 0.0


class FlowLayout(msgspec.Struct, frozen=True):
    """Where everything of a drawing stands: nodes by name, drawing units of one smallest unit, and the whole size."""

    boxes: dict[str, FlowBox]
    scale: float
    width: int
    height: float


def label(node: FlowNode, localizer: Localizer) -> str:
    """Return what a node is called."""
    return localizer.say(CODES[node.code]) if node.code else localizer.name(node.name)


def _boxes(flow: Flow) -> dict[str, FlowBox]:
    """Return the nodes that can be seen. What comes back from a later column arrives and leaves on the other side."""
    column = {node.node: node.column for node in flow.nodes}
    into, out, left, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for link in flow.links:
        amount = link.figure.amount
        into[link.target] += amount
        out[link.source] += amount
        onward = column[link.source] < column[link.target]
        (right if onward else left)[link.source] += amount
        (left if onward else right)[link.target] += amount
    boxes = {
        name: FlowBox(node, max(into[name], out[name]), left[name], right[name])
        for name, node in ((node.node, node) for node in flow.nodes)
    }
    widest = max((box.value for box in boxes.values()), default=0)
    return {name: box for name, box in boxes.items() if box.value > 0 and not _tiny(box, widest)}


def layout(flow: Flow) -> FlowLayout:
    """Lay a flow out in columns. A node takes at least the room of its two lines of text, so no label lies on another."""
    boxes = _boxes(flow)
    columns: dict[int, list[FlowBox]] = defaultdict(list)
    for box in boxes.values():
        columns[box.node.column].append(box)
    last = max(columns, default=0)
    width = max(WIDTH, LABEL + NODE + COLUMN * last)
    scale = min(
        ((HEIGHT - GAP * (len(column) - 1)) / sum(map(_size, column)) for column in columns.values()), default=1.0
    )
    slots = {name: max(LEAST, _size(box) * scale, LINES) for name, box in boxes.items()}
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
            box.x = position * (width - NODE - LABEL) / max(1, last)
            box.height = max(LEAST, _size(box) * scale)
            box.y = box.left_end = box.right_end = y + (slot - box.height) / 2
            y += slot + gap
    return FlowLayout(boxes, scale, width, height)


def _size(box: FlowBox) -> int:
    return max(box.left, box.right)


def _tiny(box: FlowBox, widest: int) -> bool:
    """Say whether a harmless node is too small to be seen; the table beside the drawing still has it."""
    return box.node.tone == "idle" and box.value * INVISIBLE < widest


def _band(before: FlowBox, after: FlowBox, width: float) -> str:
    """Return the outline of a link between a node and one in a later column, and move both ends' cursors on."""
    left, right = before.x + NODE, after.x
    middle = (left + right) / 2
    top, low = before.right_end, after.left_end
    before.right_end += width
    after.left_end += width
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
    laid = layout(flow)
    boxes, mirrored = laid.boxes, localizer.direction == "rtl"
    bands, signs = [], []
    for link in _ordered(flow, boxes):
        start, end = boxes[link.source], boxes[link.target]
        before, after = sorted((start, end), key=lambda box: box.node.column)
        width = max(LEAST, link.figure.amount * laid.scale)
        words = f"{label(start.node, localizer)} → {label(end.node, localizer)}: "
        amount = localizer.amount(link.figure.amount, link.figure.resource)
        back = before is not start
        if back:
            x, y = (before.x + NODE + after.x) / 2, (before.right_end + after.left_end + width) / 2
            x = laid.width - x if mirrored else x
            signs.append(
                f'<text class="returned" text-anchor="middle" x="{x:.1f}" y="{y:.1f}">↩ {escape(amount)}</text>'
            )
        bands.append(
            f'<path class="band {link.tone}{" back" if back else ""}" d="{_band(before, after, width)}">'
            f"<title>{escape(words + amount)}</title></path>"
        )
    flip = f' transform="matrix(-1 0 0 1 {laid.width} 0)"' if mirrored else ""
    bars = [
        f'<rect class="bar {box.node.tone}" x="{box.x:.1f}" y="{box.y:.1f}" width="{NODE}" height="{box.height:.1f}" rx="2"/>'
        for box in boxes.values()
    ]
    labels = [_words(box, flow, laid, localizer, mirrored=mirrored) for box in boxes.values()]
    wide = f' style="min-inline-size:{REM * laid.width // WIDTH}rem"' if laid.width > WIDTH else ""
    return (
        f'<svg class="flow" viewBox="0 0 {laid.width} {laid.height + 2 * TOP:.0f}" role="img"{wide} '
        f'aria-labelledby="{name}-title {name}-desc" direction="{localizer.direction}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"<g{flip}>{''.join(bands)}{''.join(bars)}</g>{''.join(labels)}{''.join(signs)}</svg>"
    )


def _words(box: FlowBox, flow: Flow, laid: FlowLayout, localizer: Localizer, *, mirrored: bool) -> str:
    """Return name and amount after a node."""
    x = box.x + NODE + 8
    x = laid.width - x if mirrored else x
    y = box.y + box.height / 2
    name = label(box.node, localizer)
    short = name if len(name) <= CHARACTERS else name[: CHARACTERS - 1] + "…"
    amount = localizer.amount(box.value, flow.resource)
    sign = "⚠ " if box.node.tone == "warn" else ""
    return (
        f'<g class="words {box.node.tone}" text-anchor="start"><text x="{x:.1f}" y="{y - 3:.1f}">{sign}{escape(short)}</text>'
        f'<text class="much" x="{x:.1f}" y="{y + 14:.1f}">{escape(amount)}</text></g>'
    )
