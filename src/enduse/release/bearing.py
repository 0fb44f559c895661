"""What each statement bears on, so that a decision can be held to what it must have seen.

A decision to release names a size of the record. It must have seen everything that judges what its condition asks: words
of those who vouch, findings, results, measurements of use, plans, undertakings, decisions, and whatever was taken back of
these or of goods whose difference is asked for. What moves goods from day to day is not judged by anybody: it counts as it
stands when the decision is recorded.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from enduse.release.facts import Facts
from enduse.statements import condition as kinds
from enduse.statements.claim import Finding
from enduse.statements.codec import AnyStatement
from enduse.statements.epcis import split_class
from enduse.statements.goods import Goods
from enduse.statements.reading import Reading
from enduse.statements.result import Result
from enduse.statements.undertaking import Undertaking
from enduse.statements.works import Project

AGE_MAX: Final = timedelta(days=30)
"""The oldest record that a decision to release may rest on: councils sign in turn, and nobody signs for last year."""


def asked(leaf: kinds.AnyCondition, project: str) -> tuple[str, ...]:
    """Return what a condition without parts asks about, for a tranche of ``project``."""
    match leaf:
        case kinds.UseVerified() | kinds.AmountVerified():
            return f"use {leaf.project}", f"project {leaf.project}"
        case kinds.NoOpenDifference() | kinds.NoAlarm():
            return (f"missing {leaf.material}",)
        case kinds.Attested():
            return f"attested {leaf.subject}", f"project {project}"
        case kinds.CountVerified():
            return f"counted {leaf.indicator}", f"project {project}"
        case kinds.FindingPresent():
            return (f"found {leaf.about}",)
        case kinds.UndertakingMet():
            return (f"undertaking {leaf.undertaking}",)
        case kinds.Released():
            return (f"released {leaf.tranche}",)
        case _:
            return ()


def borne(statement: AnyStatement, facts: Facts | None, *, back: bool = False) -> Iterator[str]:
    """Give what a statement that has effect bears on; ``back``: it is taken back."""
    match statement:
        case Goods():
            event = statement.body.said
            if back or event.error_reason is not None:
                yield from (f"missing {split_class(element.epc_class)[0]}" for element in event.elements)
        case kinds.Attestation():
            yield f"attested {statement.body.subject}"
        case Result():
            yield f"counted {statement.body.indicator}"
        case Project():
            yield f"project {statement.body.project}"
        case Undertaking():
            yield f"undertaking {statement.body.undertaking}"
        case Reading() if statement.body.project is not None:
            yield f"use {statement.body.project}"
        case Reading() if back:
            yield f"missing {statement.body.material}"
        case Finding():
            about = statement.body.about
            yield from (f"found {about}", f"use {about}", f"undertaking {about}")
            yield from (f"missing {one.material}" for one in statement.body.resolves)
            yield from (f"missing {material}" for material in (() if facts is None else facts.carried(about)))
