"""Claims, assessments, findings and replies over time, and what was known when.

Everything said is kept with two times: when it was said to hold, and when the record took it. *Known on* a day is what
had been recorded by then, with only the supersessions recorded by then: a later finding never rewrites an earlier day.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

import msgspec

from enduse.messages import Refusal
from enduse.rows import Rows, rows
from enduse.statements.claim import Assessment, AssessmentBody, Claim, Finding, FindingBody, Reply
from enduse.statements.codec import AnyStatement
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.terms.texts import Text

_SUPERSEDING: Final = (Assessment, Finding)
_SAID: Final = (Claim, *_SUPERSEDING)
KINDS: Final = frozenset(("claim", "assessment", "finding", "reply"))
LATE: Final = frozenset((*_SAID, Reply, Correction))
"""What the register takes in last: what another room refuses is not known there."""


class KnowledgeItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One claim, assessment, finding or reply.

    Attributes:
        sort: which of the four.
        said: its identifier.
        about: what it is about; for a reply, what it answers.
        by: speaker or office.
        reported_by: party that signed the statement.
        at: when, as claimed.
        recorded_at: when the record took it.
        entry: its statement.
        words: what was said.
        result: for assessments and findings.
        standard_of_proof: how strong the grounds are.
        grade: Admiralty code, such as ``B2``.
        supersedes: what it replaces.
        right_of_reply: for findings.
        index: its place in the record.
        taken_back_at: when the record took a correction of it.
    """

    sort: Literal["claim", "assessment", "finding", "reply"]
    said: str
    about: str
    by: str
    reported_by: str
    at: datetime
    recorded_at: datetime
    entry: str
    words: Text = msgspec.field(default_factory=dict)
    result: str = ""
    standard_of_proof: str = ""
    grade: str = ""
    supersedes: str = ""
    right_of_reply: str = ""
    index: int = 0
    taken_back_at: datetime | None = None


class KnownMatter(msgspec.Struct, frozen=True, kw_only=True):
    """What was known about a matter at a moment, in the order recorded.

    Attributes:
        claims: what was asserted. A claim stays a claim however often it is repeated.
        assessments: judgements not superseded by then.
        findings: findings not superseded by then.
        superseded: assessments and findings that were.
        replies: to any of these.
        standing: ``supported``, ``not_supported``, ``unresolved``, ``contested`` (findings contradict each other),
            or ``not_found`` while no finding stands; assessments do not count.
    """

    claims: tuple[KnowledgeItem, ...]
    assessments: tuple[KnowledgeItem, ...]
    findings: tuple[KnowledgeItem, ...]
    superseded: tuple[KnowledgeItem, ...]
    replies: tuple[KnowledgeItem, ...]
    standing: str


class Knowledge(msgspec.Struct):
    """Everything said, by what it is about, in log order."""

    said: Rows[tuple[KnowledgeItem, ...]] = rows(tuple[KnowledgeItem, ...])

    def refused(self, statement: AnyStatement) -> Refusal | None:
        """Return why a statement cannot be taken in, without taking it in: its party said a thing of that name before.

        What another party calls the same is another thing: else whoever foretells a name keeps its owner from saying it.
        """
        if not isinstance(statement, _SAID):
            return None
        sort, name, about = _named(statement)
        if any(item.reported_by == statement.party for item in self._called(sort, name, about)):
            return Refusal.of("knowledge.stated_already", name=name)
        return None

    def unrelated(self, statement: AnyStatement) -> tuple[Refusal | None, bool]:
        """Return why what a statement supersedes is not its own, and whether it is somebody else's.

        What is superseded stands under the same matter and was said by the same party for the same office: otherwise
        any finder could make any finding go away.
        """
        if not isinstance(statement, _SUPERSEDING) or statement.body.supersedes is None:
            return None, False
        sort, _, about = _named(statement)
        name = statement.body.supersedes
        office = statement.party if isinstance(statement, Finding) else statement.body.office or statement.party
        found = self._called(sort, name, about)
        if not found:
            return Refusal.of("knowledge.superseded_unknown", name=name, about=about), False
        if any((item.reported_by, item.by) == (statement.party, office) for item in found):
            return None, False
        return Refusal.of("knowledge.of_another", name=name, party=found[0].by), True

    def _called(self, sort: str, name: str, about: str) -> list[KnowledgeItem]:
        """Return what bears a name under a matter, whoever said it."""
        return [item for item in self.said.get(about, ()) if (item.sort, item.said) == (sort, name)]

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here, or nothing where it left nothing."""
        items = (item for items in self.said.values() for item in items if item.entry == statement)
        return next((item.reported_by for item in items if item.taken_back_at is None), "")

    def take_back(self, statement: str, at: datetime) -> None:
        """Mark what ``statement`` said as taken back; what was known before then stays known for those days."""
        for about, items in list(self.said.items()):
            if any(item.entry == statement for item in items):
                self.said[about] = tuple(
                    msgspec.structs.replace(item, taken_back_at=at) if item.entry == statement else item
                    for item in items
                )

    def findings(self, about: str) -> list[KnowledgeItem]:
        """Return the findings about a matter that were not taken back, in log order."""
        return [item for item in self.said.get(about, ()) if item.sort == "finding" and item.taken_back_at is None]

    def claims(self) -> list[KnowledgeItem]:
        """Return the claims that were not taken back, in log order."""
        every = (item for items in self.said.values() for item in items)
        return sorted((item for item in every if item.sort == "claim" and item.taken_back_at is None), key=_index)

    def apply(self, entry: Entry, statement: Claim | Assessment | Finding | Reply) -> None:
        """Take in one statement that was not :meth:`refused`."""
        said = _said(entry, statement)
        self.said[said.about] = (*self.said.get(said.about, ()), said)

    def known(self, about: str, by: datetime, as_at: datetime | None = None) -> KnownMatter:
        """Return what was known about a matter.

        Args:
            about: matter, claim or project.
            by: only what the record had taken by then.
            as_at: and only what was said to hold by then.
        """
        seen: list[KnowledgeItem] = [item for item in self.said.get(about, ()) if _seen(item, by, as_at)]
        names = {about} | {item.said for item in seen}
        for name in sorted(names - {about}):
            seen += [item for item in self.said.get(name, ()) if _seen(item, by, as_at)]
        seen.sort(key=_index)
        names |= {item.said for item in seen}
        replies = [item for name in sorted(names) for item in self.said.get(name, ()) if item.sort == "reply"]
        replaced = {old.entry for item in seen if item.supersedes for old in _replaced(item, seen)}
        old = [item for item in seen if item.entry in replaced]
        findings = [item for item in seen if item.sort == "finding" and item not in old]
        results = {item.result for item in findings} - {"unresolved"}
        standing = "contested" if len(results) > 1 else next(iter(results), "unresolved" if findings else "not_found")
        return KnownMatter(
            claims=tuple(item for item in seen if item.sort == "claim"),
            assessments=tuple(item for item in seen if item.sort == "assessment" and item not in old),
            findings=tuple(findings),
            superseded=tuple(old),
            replies=tuple(sorted((item for item in replies if _seen(item, by, as_at)), key=_index)),
            standing=standing,
        )


def _replaced(by: KnowledgeItem, seen: Iterable[KnowledgeItem]) -> list[KnowledgeItem]:
    """Return what a judgement replaces: its office's own of that name; where that has none, as a body over others, all of it."""
    named = [item for item in seen if (item.sort, item.said) == (by.sort, by.supersedes) and item is not by]
    return [item for item in named if (item.reported_by, item.by) == (by.reported_by, by.by)] or named


def _index(item: KnowledgeItem) -> int:
    return item.index


def _seen(item: KnowledgeItem, by: datetime, as_at: datetime | None) -> bool:
    if item.taken_back_at is not None and item.taken_back_at <= by:
        return False
    return item.recorded_at <= by and (as_at is None or item.at <= as_at)


def _named(statement: Claim | Assessment | Finding) -> tuple[str, str, str]:
    match statement:
        case Claim():
            return "claim", statement.body.claim, statement.body.about
        case Assessment():
            return "assessment", statement.body.assessment, statement.body.about
        case Finding():
            return "finding", statement.body.finding, statement.body.about


def _said(entry: Entry, statement: Claim | Assessment | Finding | Reply) -> KnowledgeItem:
    """Bring the four kinds to one form."""

    def made(
        sort: Literal["claim", "assessment", "finding", "reply"], said: str, about: str, by: str | None
    ) -> KnowledgeItem:
        return KnowledgeItem(
            sort=sort,
            said=said,
            about=about,
            by=by or statement.party,
            reported_by=statement.party,
            at=statement.occurred_at,
            recorded_at=entry.recorded_at,
            entry=entry.id,
            index=entry.index,
        )

    match statement:
        case Claim():
            claim = statement.body
            return msgspec.structs.replace(made("claim", claim.claim, claim.about, claim.speaker), words=claim.words)
        case Reply():
            reply = statement.body
            return msgspec.structs.replace(made("reply", reply.reply, reply.to, None), words=reply.words)
        case Assessment():
            judged = statement.body
            said = made("assessment", judged.assessment, judged.about, judged.office)
            said = msgspec.structs.replace(said, words=judged.words)
            return _graded(said, judged)
        case Finding():
            finding = statement.body
            said = made("finding", finding.finding, finding.about, None)
            return _graded(msgspec.structs.replace(said, right_of_reply=finding.right_of_reply), finding)


def _graded(said: KnowledgeItem, body: AssessmentBody | FindingBody) -> KnowledgeItem:
    return msgspec.structs.replace(
        said,
        result=body.result,
        standard_of_proof=body.standard_of_proof,
        grade=body.reliability + body.credibility,
        supersedes=body.supersedes or "",
    )
