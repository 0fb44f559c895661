"""Sentences: the result as a person would say it."""

from enduse.assurance.advice import Names
from enduse.assurance.explain import Cause, Finding
from enduse.assurance.panel import Panel

CELL_WORDS = ("shipped", "received", "closing_stock", "used")


def span(first: int, last: int) -> str:
    """Return a window, given from 0, in words."""
    return f"in period {first + 1}" if first == last else f"in periods {first + 1} to {last + 1}"


def amount(value: float) -> str:
    """Return an amount with three figures."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004


def hypothesis(cause: Cause) -> str:
    """Return the stable name of an explanation."""
    if cause.kind == "bias":
        return "instrument bias"
    if cause.kind == "reading":
        return "misread"
    if cause.sign < 0:
        return "surplus"
    return "node loss" if cause.kind == "node" else "transit loss"


def where(cause: Cause, names: Names) -> str:
    """Return the name of the place or instrument of an explanation."""
    if cause.kind == "node":
        return names.node(cause.at)
    if cause.kind == "link":
        return names.link(cause.at)
    if cause.kind == "bias":
        return names.instrument(cause.at)
    return names.link(cause.first) if cause.at <= 1 else names.node(cause.first)


def rival(cause: Cause, names: Names) -> str:
    """Return an explanation that could not be told apart, in words."""
    place = where(cause, names)
    if cause.kind == "reading":
        period = cause.last + (0 if cause.at == 2 else 1)  # noqa: PLR2004
        return f"misread {CELL_WORDS[cause.at]} at {place} in period {period}"
    return f"{hypothesis(cause)} at {place} {span(cause.first, cause.last)}"


def rivals(found: Finding, panel: Panel, names: Names) -> tuple[str, ...]:
    """Return everything an alarm cannot be told from."""
    out = [rival(one, names) for one in found.rivals]
    cause = found.cause
    if cause.kind == "node" and panel.used.present[cause.at].any():
        place = names.node(cause.at)
        out.insert(0, f"falsified use at {place} {span(cause.first, cause.last)}")
    return tuple(out)


def alarm(found: Finding, others: tuple[str, ...], names: Names, material: str, advice: str) -> str:
    """Return one alarm in words."""
    cause = found.cause
    place, when = where(cause, names), span(cause.first, cause.last)
    if cause.kind == "bias":
        text = (
            f"{place} reads {material} {found.estimate:+.1%} off (95 % limits {found.low:+.1%} to {found.high:+.1%}), "
            "more than its stated error allows."
        )
    else:
        low, high = sorted((abs(found.low), abs(found.high)))
        what = {
            "node loss": "is missing at",
            "transit loss": "went missing on the way",
            "surplus": "too much appears at",
        }
        verb = what[hypothesis(cause)]
        text = f"About {amount(abs(found.estimate))} of {material} {verb} {place} {when} (95 % limits {amount(low)} to {amount(high)})."
    if others:
        shown = "; ".join(others[:4]) + (f"; and {len(others) - 4} more" if len(others) > 4 else "")  # noqa: PLR2004
        text += f" The readings cannot tell this from: {shown}."
    if advice:
        text += f" What would tell them apart best: {advice}."
    return text


def power(
    place: str, material: str, window: tuple[int, int], smallest: float | None, share: float | None, chance: float
) -> str:
    """Return a stated power in words; the window from 0."""
    when = span(*window)
    if smallest is None or share is None:
        return f"At {place} not even the loss of all {material} {when} would surely be seen."
    return (
        f"A loss of {amount(smallest)} of {material} ({share:.1%} of what passed) at {place} {when} "
        f"would be seen with probability {chance:.0%}; smaller ones less surely."
    )


def sharper(measurement: str, then: float | None) -> str:
    """Return what one more measurement would do to a stated power, in words that follow it; empty without one."""
    if then is None:
        return ""
    return f" What would help most: {measurement}; a loss of about {amount(then)} would then be seen as surely."
