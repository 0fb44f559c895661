"""Tranches on their way: planned, due, verified, decided, released, withheld, recovered.

A release decision has effect only where the condition is *met* at that entry and the umbrella's quorum has signed the
same content. A revoked attestation stops later decisions and leaves earlier ones as they are. Humanitarian projects
can be named by no condition.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Final, Literal

import msgspec

from enduse.release.evaluate import Context, evaluate, relation
from enduse.release.evidence import digest
from enduse.release.facts import Facts
from enduse.release.formula import Due, schedule
from enduse.release.gates import circle, humanitarian, unknown
from enduse.release.verdict import Verdict
from enduse.release.words import Counted, Found, Payment, Resolved, TrancheState, Version, Vouched, settled
from enduse.statements.claim import Finding
from enduse.statements.condition import Appeal, Attestation, ConditionStatement, Decision
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.money import Disbursement
from enduse.statements.result import Result
from enduse.terms.amounts import Money
from enduse.terms.times import format_instant

KINDS: Final = frozenset(
    ("condition", "attestation", "finding", "result", "decision", "disbursement", "appeal", "correction")
)
"""Kinds that :meth:`Releases.apply` takes in."""

Status = Literal["planned", "due", "verified", "decided", "released", "withheld", "recovered", "lapsed"]


class Tranche(msgspec.Struct, frozen=True, kw_only=True):
    """How a tranche stands at one moment.

    Attributes:
        tranche: its identifier.
        project: what it pays for.
        amount: how much.
        status: where it is on its way.
        verdict: how its condition stands.
        digest: digest of the verdict, which a decision names as its ``evidence``.
        decision: statement by which the last decision came into effect, or empty.
        pending: decisions that still lack signatures, with what is lacking.
        paid: disbursed so far, in 1/10,000 of the currency unit.
        version: number of the condition in force, from 1.
        dues: what its formulas make due year by year, for tranches that have one.
    """

    tranche: str
    project: str
    amount: Money
    status: Status
    verdict: Verdict
    digest: str
    decision: str
    pending: dict[str, str]
    paid: int
    version: int
    dues: tuple[Due, ...] = ()


class Releases(msgspec.Struct):
    """Everything said about tranches up to some entry; its encoding is its snapshot.

    Attributes:
        tranches: by identifier.
        vouched: attestations by subject; of each attestation the latest word of its party.
        found: findings by what they are about.
        counted: verified results by indicator; of each party for each entity, year and stage the latest.
        decisions: by identifier.
        released: statement of the release decision in effect, by tranche.
    """

    tranches: dict[str, TrancheState] = msgspec.field(default_factory=dict)
    vouched: dict[str, list[Vouched]] = msgspec.field(default_factory=dict)
    found: dict[str, list[Found]] = msgspec.field(default_factory=dict)
    counted: dict[str, list[Counted]] = msgspec.field(default_factory=dict)
    decisions: dict[str, Resolved] = msgspec.field(default_factory=dict)
    released: dict[str, str] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, facts: Facts | None = None) -> str:
        """Take in one entry that has authority.

        Args:
            entry: the statement.
            facts: the book's answers as of this entry; without them nothing is known, and nothing is released.

        Returns:
            The empty string, or why the statement has no effect.
        """
        statement = entry.statement
        match statement:
            case ConditionStatement():
                return self._condition(entry, statement, facts)
            case Attestation():
                return self._attestation(entry, statement, facts)
            case Finding():
                return self._finding(entry, statement)
            case Result():
                return self._result(entry, statement)
            case Decision():
                return self._decision(entry, statement, facts)
            case Disbursement():
                return self._payment(entry, statement, facts)
            case Correction():
                return self._take_back(statement.party, statement.body.corrects)
            case Appeal():
                decided = self.decisions.get(statement.body.decision)
                if decided is None:
                    return f"decision {statement.body.decision} is not known"
                decided.appeals.append(entry.id)
                return ""
            case _:
                return ""

    # -- conditions -----------------------------------------------------------------------------------------------

    def _condition(self, entry: Entry, statement: ConditionStatement, facts: Facts | None) -> str:
        body = statement.body
        if facts is not None and (reason := humanitarian(body, facts) or unknown(body, facts)):
            return reason
        if path := circle(body, self.tranches):
            return f"conditions wait for each other: {' -> '.join(path)}"
        version = Version(body, entry.id, entry.index, statement.occurred_at)
        known = self.tranches.get(body.tranche)
        if known is None:
            self.tranches[body.tranche] = TrancheState([version])
            return ""
        if known.now.body.project != body.project:
            return f"tranche {body.tranche} pays for {known.now.body.project}; another project takes another tranche"
        if version.at < known.now.at:
            return f"tranche {body.tranche} has a later version already; conditions are not changed backwards"
        known.versions.append(version)
        return ""

    # -- what they rest on ------------------------------------------------------------------------------------------

    def _attestation(self, entry: Entry, statement: Attestation, facts: Facts | None) -> str:
        body = statement.body
        project = facts.project(body.subject) if facts is not None else None
        for builder in project.builders if project is not None and facts is not None else ():
            if path := facts.related(statement.party, builder) if facts is not None else ():
                return f"{statement.party} may not attest to {body.subject}: {'; '.join(map(str, path))}"
        words = self.vouched.get(body.subject, [])
        same = [word for word in words if (word.attestation, word.party) == (body.attestation, statement.party)]
        if not body.holds and not same:
            return f"{statement.party} never made attestation {body.attestation}, so it cannot be revoked"
        # A second taking back still tells when the word was given.
        given = None if body.holds else same[-1].given or (same[-1].place, same[-1].at)
        self.vouched[body.subject] = [word for word in words if word not in same]
        self.vouched[body.subject].append(
            Vouched(
                body.attestation,
                statement.party,
                body.subject,
                body.holds,
                statement.place,
                statement.occurred_at,
                entry.id,
                given,
            )
        )
        return ""

    def _finding(self, entry: Entry, statement: Finding) -> str:
        body = statement.body
        # Whether this party may supersede it, authority has judged; about another matter nobody does.
        for item in self.found.get(body.about, ()):
            if item.finding == body.supersedes:
                item.superseded_by = body.finding
        said = Found(body.finding, body.about, body.result, statement.party, statement.occurred_at, entry.id)
        self.found.setdefault(body.about, []).append(said)
        return ""

    def _result(self, entry: Entry, statement: Result) -> str:
        body = statement.body
        said = Counted(body, statement.party, statement.place, statement.occurred_at, entry.id)
        kept = [
            item
            for item in self.counted.get(body.indicator, ())
            if (item.party, item.body.entity, item.body.year, item.body.stage)
            != (statement.party, body.entity, body.year, body.stage)
        ]
        self.counted[body.indicator] = [*kept, said]
        return ""

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here that can be taken back, or nothing where it left nothing."""
        lists: list[Sequence[Vouched | Found | Counted | Payment]] = [*self.vouched.values(), *self.found.values()]
        lists += [*self.counted.values(), *(state.payments for state in self.tranches.values())]
        for item in chain.from_iterable(lists):
            if item.entry == statement:
                return item.party
        for known in self.decisions.values():
            for party, entry in known.signers.items():
                if entry == statement and not known.effective:
                    return party
        return ""

    def _take_back(self, party: str, statement: str) -> str:
        """Drop what a statement left, for its own party; a decision in effect stays as it is."""
        speaker = self.speaker(statement)
        if speaker and speaker != party:
            return f"{speaker} said it; only that party takes it back"
        if not speaker:
            return ""
        for items in self.found.values():
            for gone in [item for item in items if item.entry == statement]:
                items.remove(gone)
                self._reinstate(gone)
        self.vouched = {name: [one for one in said if one.entry != statement] for name, said in self.vouched.items()}
        self.counted = {name: [one for one in said if one.entry != statement] for name, said in self.counted.items()}
        for state in self.tranches.values():
            state.payments = [paid for paid in state.payments if paid.entry != statement]
        for known in self.decisions.values():
            if not known.effective and known.signers.get(party) == statement:
                del known.signers[party]
        return ""

    def _reinstate(self, gone: Found) -> None:
        """Let the findings stand again that a finding replaced which is taken back."""
        for item in self.found[gone.about]:
            if item.superseded_by == gone.finding:
                item.superseded_by = ""

    # -- decisions --------------------------------------------------------------------------------------------------

    def _decision(self, entry: Entry, statement: Decision, facts: Facts | None) -> str:
        body, party = statement.body, statement.party
        tranche = self.tranches.get(body.tranche)
        if tranche is None:
            return f"tranche {body.tranche} is not known"
        if body.record_size > entry.index:
            return f"it rests on {body.record_size} entries, and only {entry.index} stood before it"
        known = self.decisions.get(body.decision)
        if known is not None and msgspec.structs.replace(known.body, reason="") != msgspec.structs.replace(
            body, reason=""
        ):
            return f"decision {body.decision} was signed with other content or over other evidence"
        if known is not None and (party in known.signers or known.effective):
            return f"decision {body.decision} is already {'in effect' if known.effective else f'signed by {party}'}"
        if reason := self._barred(entry, statement, tranche, facts):
            return reason
        known = known or Resolved(body, {}, entry.recorded_at)
        known.signers[party] = entry.id
        self.decisions[body.decision] = known
        known.lacking = "" if facts is None else facts.quorum_missing(tuple(sorted(known.signers)))
        if known.lacking:
            return ""
        known.effective, known.at = entry.id, statement.occurred_at
        tranche.effective.append(body.decision)
        if body.action == "release":
            self.released[body.tranche] = entry.id
        else:
            # Whatever comes after a release ends it for what is still to be paid; what was paid was paid.
            self.released.pop(body.tranche, None)
        return ""

    def _barred(self, entry: Entry, statement: Decision, tranche: TrancheState, facts: Facts | None) -> str:
        """Say why a decision may not be taken at this entry, or return the empty string."""
        body, party = statement.body, statement.party
        if body.action == "recover":
            last = self.decisions[tranche.effective[-1]].body.action if tranche.effective else ""
            owed = last != "recover" and any(paid.amount for paid in tranche.payments)
            return "" if body.tranche in self.released or owed else f"tranche {body.tranche} was not released"
        if body.action != "release":
            return ""
        if body.tranche in self.released:
            return f"tranche {body.tranche} is already released"
        if facts is None:
            return "nothing is known of the facts, and what is not known releases nothing"
        project = facts.project(tranche.now.body.project)
        contractor = None if project is None else project.contractor
        path = () if contractor is None else facts.related(party, contractor)
        return (
            f"{party} may not release to {contractor}: {'; '.join(map(str, path))}"
            if path
            else self._unmet(entry, statement, facts)
        )

    def _unmet(self, entry: Entry, statement: Decision, facts: Facts) -> str:
        """Say why the condition in force does not allow a release, or return the empty string.

        All of it is judged at the moment the record takes the decision: claiming another day brings back no earlier
        version, no day before it lapsed, and no day that has not come.
        """
        body, at = statement.body, entry.recorded_at
        version = self.tranches[body.tranche].on(at)
        if version is None or version.index >= body.record_size:
            return f"the condition in force for {body.tranche} is not among the entries it rests on"
        if version.body.lapses is not None and at >= version.body.lapses:
            return f"tranche {body.tranche} lapsed on {format_instant(version.body.lapses)[:10]}"
        if version.body.due is not None and at < version.body.due:
            return f"tranche {body.tranche} is looked at from {format_instant(version.body.due)[:10]}"
        if reason := humanitarian(version.body, facts) or unknown(version.body, facts):
            return reason
        verdict = evaluate(version.body.requires, self.context(version.body.project, at, facts))
        if verdict.value != "met":
            return f"its condition is {verdict.sentence_en}"
        if body.evidence is not None and body.evidence != digest(verdict):
            return "the evidence has changed since they saw it; look again and sign that"
        return ""

    def _payment(self, entry: Entry, statement: Disbursement, facts: Facts | None) -> str:
        """Note a disbursement that answers the statement of a release decision in effect."""
        body = statement.body
        for tranche in sorted(self.released):
            if self.released[tranche] not in statement.refs:
                continue
            state = self.tranches[tranche]
            amount, note = body.amount.minor(), self._strange(statement, state, facts)
            paid = sum(item.amount for item in state.payments)
            counts = 0 if note else min(amount, max(state.now.body.amount.minor() - paid, 0))
            if counts < amount and not note:
                note = "more than the tranche releases"
            currency = body.amount.currency
            said = Payment(body.disbursement, counts, currency, entry.id, statement.party, amount - counts, note)
            state.payments.append(said)
        return ""

    def _strange(self, statement: Disbursement, state: TrancheState, facts: Facts | None) -> str:
        """Say why a disbursement does not pay a tranche, or return the empty string.

        It is the payer's own word, in the tranche's currency, to the project's owner or builder or their like, and by a
        source where the formula names them.
        """
        body, now = statement.body, state.now.body
        if body.donor not in {None, statement.party}:
            return f"{statement.party} reports what {body.donor} paid; only the payer's own word counts"
        if body.amount.currency != now.amount.currency:
            return f"paid in {body.amount.currency}, released in {now.amount.currency}"
        sources = [source.source for source in now.formula.sources] if now.formula is not None else []
        if sources and statement.party not in sources:
            return f"{statement.party} is none of its sources: {', '.join(sources)}"
        project = None if facts is None else facts.project(now.project)
        if facts is None or project is None:
            return "whom the tranche pays is not known"
        if not any(facts.related(body.recipient, builder) for builder in project.builders):
            return f"{body.recipient} neither owns nor builds {now.project}"
        return ""

    # -- how it stands ----------------------------------------------------------------------------------------------

    def context(self, project: str, at: datetime, facts: Facts) -> Context:
        """Return what conditions are evaluated against at a moment."""
        return Context(
            facts=facts,
            at=at,
            project=project,
            vouched=self.vouched,
            found=self.found,
            counted=self.counted,
            released=self.released,
        )

    def dues(self, tranche: str, at: datetime, facts: Facts | None = None) -> list[Due]:
        """Return what the tranche's formulas make due, each year's results by the version in force when they were stated.

        With ``facts``, results by parties related to the builders are left out. Whether anything is paid still depends
        on the verdict and on a decision.
        """
        known = self.tranches[tranche]
        rows: list[Due] = []
        for number, version in enumerate(known.versions):
            formula = version.body.formula
            after = known.versions[number + 1].at if number + 1 < len(known.versions) else None
            if formula is None or version.at > at:
                continue
            said = [item for item in self.counted.get(formula.indicator, ()) if item.at <= at]
            if facts is not None:
                context = self.context(version.body.project, at, facts)
                said = [item for item in said if not relation(context, item.party, formula.indicator)]
            # What verifiers contest pays nothing until they agree.
            seen, _ = settled(item for item in said if after is None or item.at < after)
            fresh = [item.body.year for item in seen if item.at >= version.at]
            if fresh:
                already = sum(row.due for row in rows)
                most = version.body.amount.value
                if formula.cap is None or Decimal(most) < Decimal(formula.cap):
                    formula = msgspec.structs.replace(formula, cap=most)
                rows += schedule(formula, [item.body for item in seen], already, min(fresh))
        return rows

    def verdict(self, tranche: str, at: datetime, facts: Facts) -> Verdict:
        """Return how the condition in force at a moment stands by what is known now."""
        version = self.tranches[tranche].on(at) or self.tranches[tranche].versions[0]
        return evaluate(version.body.requires, self.context(version.body.project, at, facts))

    def status(self, tranche: str, at: datetime, facts: Facts) -> Tranche:
        """Return how a tranche stands at a moment, by what is known now."""
        known = self.tranches[tranche]
        version = known.on(at) or known.versions[0]
        verdict = self.verdict(tranche, at, facts)
        last = self.decisions[known.effective[-1]] if known.effective else None
        pending = {
            name: item.lacking
            for name, item in sorted(self.decisions.items())
            if item.body.tranche == tranche and not item.effective
        }
        return Tranche(
            tranche=tranche,
            project=version.body.project,
            amount=version.body.amount,
            status=_status(known, version, verdict, last, at),
            verdict=verdict,
            digest=digest(verdict),
            decision=last.effective if last else "",
            pending=pending,
            paid=sum(item.amount for item in known.payments if item.currency == version.body.amount.currency),
            version=known.versions.index(version) + 1,
            dues=tuple(self.dues(tranche, at, facts)),
        )


def _status(known: TrancheState, version: Version, verdict: Verdict, last: Resolved | None, at: datetime) -> Status:
    if last is not None:
        taken: dict[str, Status] = {
            "release": "released" if any(paid.amount for paid in known.payments) else "decided",
            "withhold": "withheld",
            "refuse": "withheld",
            "recover": "recovered",
        }
        return taken[last.body.action]
    if version.body.lapses is not None and at >= version.body.lapses:
        return "lapsed"
    if verdict.value == "met":
        return "verified"
    return "planned" if version.body.due is not None and at < version.body.due else "due"
