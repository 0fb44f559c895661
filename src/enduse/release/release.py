"""Tranches on their way: planned, due, verified, decided, released, withheld, recovered.

A release decision has effect only where the condition is *met* at that entry and the umbrella's quorum has signed the
same content. A revoked attestation stops later decisions and leaves earlier ones as they are. Humanitarian projects
can be named by no condition.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Final

import msgspec

from enduse.messages import Message, Refusal
from enduse.release import accepting
from enduse.release.bearing import AGE_MAX, asked, borne
from enduse.release.evaluate import Context, counting, evaluate
from enduse.release.evidence import digest
from enduse.release.facts import Facts
from enduse.release.formula import Due, schedule
from enduse.release.restrictions import bills_of, circle, humanitarian, leaves, unknown
from enduse.release.standing import TrancheStanding, status_of
from enduse.release.state import (
    AttestationRecord,
    ConditionVersion,
    FindingRecord,
    Payment,
    Resolved,
    TrancheState,
    VerifiedResult,
    settled,
)
from enduse.release.verdict import Verdict
from enduse.rows import Rows, rows
from enduse.statements.claim import Finding
from enduse.statements.codec import AnyStatement
from enduse.statements.condition import Appeal, Attestation, ConditionStatement, Decision
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.goods import Goods
from enduse.statements.money import Disbursement
from enduse.statements.result import Result

KINDS: Final = frozenset(
    ("condition", "attestation", "finding", "result", "decision", "disbursement", "appeal", "correction")
)
"""Kinds that :meth:`Releases.apply` takes in."""


class Releases(msgspec.Struct):
    """Everything said about tranches up to some entry; its encoding is its snapshot.

    Attributes:
        tranches: by identifier.
        attestations: by subject; of each attestation the latest word of its party.
        findings: by what they are about.
        results: verified results by indicator; of each party for each entity, year and stage the latest.
        decisions: by identifier.
        released: statement of the release decision in effect, by tranche.
        bearing: by what conditions ask about (:mod:`enduse.release.bearing`) the log index of what bore on it last.
    """

    tranches: dict[str, TrancheState] = msgspec.field(default_factory=dict)
    attestations: dict[str, list[AttestationRecord]] = msgspec.field(default_factory=dict)
    findings: Rows[tuple[FindingRecord, ...]] = rows(tuple[FindingRecord, ...])
    results: dict[str, list[VerifiedResult]] = msgspec.field(default_factory=dict)
    decisions: dict[str, Resolved] = msgspec.field(default_factory=dict)
    released: dict[str, str] = msgspec.field(default_factory=dict)
    bearing: Rows[int] = rows(int)

    def apply(self, entry: Entry, facts: Facts | None = None) -> Refusal | None:
        """Take in one entry that has authority.

        Args:
            entry: the statement.
            facts: the book's answers as of this entry; without them nothing is known, and nothing is released.

        Returns:
            Why the statement has no effect, if so.
        """
        refusal = self._applied(entry, facts)
        if refusal is None:
            self.bear(entry.index, entry.statement, facts)
        return refusal

    def bear(self, index: int, statement: AnyStatement, facts: Facts | None, *, back: bool = False) -> None:
        """Remember what a statement that has effect bears on, or one that is taken back at ``index``."""
        if isinstance(statement, Goods) and not back and statement.body.said.error_reason is None:
            return  # nearly all there are
        for what in borne(statement, facts, back=back):
            self.bearing[what] = index

    def _applied(self, entry: Entry, facts: Facts | None) -> Refusal | None:
        statement = entry.statement
        match statement:
            case ConditionStatement():
                return self._condition(entry, statement, facts)
            case Attestation():
                return self._attestation(entry, statement, facts)
            case Finding():
                self._finding(entry, statement)
            case Result():
                self._result(entry, statement)
            case Decision():
                return self._decision(entry, statement, facts)
            case Disbursement():
                self._payment(entry, statement, facts)
            case Correction():
                return self._take_back(statement.party, statement.body.corrects)
            case Appeal():
                decided = self.decisions.get(statement.body.decision)
                if decided is None:
                    return Refusal.of("decision.unknown", decision=statement.body.decision)
                decided.appeals.append(entry.id)
        return None

    # -- conditions -----------------------------------------------------------------------------------------------

    def _condition(self, entry: Entry, statement: ConditionStatement, facts: Facts | None) -> Refusal | None:
        body = statement.body
        if facts is not None and (refusal := humanitarian(body, facts) or unknown(body, facts)):
            return refusal
        if path := circle(body, self.tranches):
            return Refusal.of("condition.circle", tranches=path)
        version = ConditionVersion(body, entry.id, entry.index, statement.occurred_at, statement.party)
        known = self.tranches.get(body.tranche)
        if known is None:
            self.tranches[body.tranche] = TrancheState([version])
            return None
        if known.now.body.project != body.project:
            return Refusal.of("tranche.of_another_project", tranche=body.tranche, project=known.now.body.project)
        if version.at < known.now.at:
            return Refusal.of("tranche.later_version", tranche=body.tranche, day=known.now.at)
        known.stated.append(version)
        return None

    # -- what they rest on ------------------------------------------------------------------------------------------

    def _attestation(self, entry: Entry, statement: Attestation, facts: Facts | None) -> Refusal | None:
        body = statement.body
        project = facts.project(body.subject) if facts is not None else None
        # What is taken back speaks against the builder, and counts whoever takes it back.
        for builder in project.builders if project is not None and facts is not None and body.holds else ():
            if path := facts.related(statement.party, builder) if facts is not None else ():
                return Refusal.of("attestation.not_independent", party=statement.party, subject=body.subject, ties=path)
        words = self.attestations.get(body.subject, [])
        same = [word for word in words if (word.attestation, word.party) == (body.attestation, statement.party)]
        if not body.holds and not same:
            return Refusal.of("attestation.never_made", party=statement.party, attestation=body.attestation)
        # A second taking back still tells when the word was given.
        given = None if body.holds else same[-1].given or (same[-1].place, same[-1].at)
        self.attestations[body.subject] = [word for word in words if word not in same]
        self.attestations[body.subject].append(
            AttestationRecord(
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
        return None

    def _finding(self, entry: Entry, statement: Finding) -> None:
        body = statement.body
        # Whether this party may supersede it, authority has judged; about another matter nobody does.
        known = self.findings.get(body.about, ())
        named = [item for item in known if item.finding == body.supersedes]
        replaced = [item for item in named if item.party == statement.party] or named
        before = tuple(
            msgspec.structs.replace(item, superseded_by=(*item.superseded_by, entry.id)) if item in replaced else item
            for item in known
        )
        said = FindingRecord(
            body.finding, body.about, body.result, statement.party, statement.occurred_at, entry.id, (), entry.index
        )
        self.findings[body.about] = (*before, said)

    def settling(self, about: str) -> list[FindingRecord]:
        """Return the findings that stand on a matter and do not leave it unresolved."""
        standing = (one for one in self.findings.get(about, ()) if not one.superseded_by)
        return [one for one in standing if one.result != "unresolved"]

    def _result(self, entry: Entry, statement: Result) -> None:
        body = statement.body
        said = VerifiedResult(body, statement.party, statement.place, statement.occurred_at, entry.id)
        kept = [
            item
            for item in self.results.get(body.indicator, ())
            if (item.party, item.body.entity, item.body.year, item.body.stage)
            != (statement.party, body.entity, body.year, body.stage)
        ]
        self.results[body.indicator] = [*kept, said]

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here that can be taken back, or nothing where it left nothing."""
        lists: list[Sequence[AttestationRecord | FindingRecord | VerifiedResult | Payment]] = [
            *self.attestations.values(),
            *self.findings.values(),
        ]
        lists += [*self.results.values(), *(state.payments for state in self.tranches.values())]
        for item in chain.from_iterable(lists):
            if item.entry == statement:
                return item.party
        for known in self.decisions.values():
            for party, entry in known.signers.items():
                if entry == statement and not known.effective:
                    return party
        return ""

    def _take_back(self, party: str, statement: str) -> Refusal | None:
        """Drop what a statement left, for its own party; a decision in effect stays as it is."""
        speaker = self.speaker(statement)
        if speaker and speaker != party:
            return Refusal.of("correction.of_another", party=speaker)
        if not speaker:
            return None
        for about, items in list(self.findings.items()):
            if any(item.entry == statement for item in items):
                # The findings stand again that a finding replaced which is taken back.
                self.findings[about] = tuple(
                    msgspec.structs.replace(
                        item, superseded_by=tuple(by for by in item.superseded_by if by != statement)
                    )
                    for item in items
                    if item.entry != statement
                )
        self.attestations = {
            name: [item for item in said if item.entry != statement] for name, said in self.attestations.items()
        }
        self.results = {name: [item for item in said if item.entry != statement] for name, said in self.results.items()}
        for state in self.tranches.values():
            state.payments = [paid for paid in state.payments if paid.entry != statement]
        for known in self.decisions.values():
            if not known.effective and known.signers.get(party) == statement:
                del known.signers[party]
        return None

    # -- decisions --------------------------------------------------------------------------------------------------

    def _decision(self, entry: Entry, statement: Decision, facts: Facts | None) -> Refusal | None:
        body, party = statement.body, statement.party
        tranche = self.tranches.get(body.tranche)
        if tranche is None:
            return Refusal.of("tranche.unknown", tranche=body.tranche)
        if body.record_size > entry.index:
            return Refusal.of("decision.beyond_the_record", size=body.record_size, index=entry.index)
        known = self.decisions.get(body.decision)
        if known is not None and msgspec.structs.replace(known.body, reason="") != msgspec.structs.replace(
            body, reason=""
        ):
            return Refusal.of("decision.other_content", decision=body.decision)
        if known is not None and known.effective:
            return Refusal.of("decision.in_effect", decision=body.decision)
        if known is not None and party in known.signers:
            return Refusal.of("decision.signed_already", decision=body.decision, party=party)
        if refusal := self._barred(entry, statement, tranche, facts):
            return refusal
        known = known or Resolved(body, {}, entry.recorded_at)
        known.signers[party] = entry.id
        self.decisions[body.decision] = known
        signers = tuple(sorted(known.signers))
        known.lacking = None if facts is None else accepting.lacking(body, tranche, signers, facts)
        if known.lacking is not None:
            return None
        known.effective, known.at = entry.id, statement.occurred_at
        if body.action in accepting.ACTIONS:
            accepting.accept(tranche, body, entry)
            return None
        tranche.effective.append(body.decision)
        self.bearing[f"released {body.tranche}"] = entry.index
        if body.action == "release":
            self.released[body.tranche] = entry.id
        else:
            # Whatever comes after a release ends it for what is still to be paid; what was paid was paid.
            self.released.pop(body.tranche, None)
        return None

    def _barred(self, entry: Entry, statement: Decision, tranche: TrancheState, facts: Facts | None) -> Refusal | None:
        """Say why a decision may not be taken at this entry, if so."""
        body, party = statement.body, statement.party
        if body.action == "recover":
            last = self.decisions[tranche.effective[-1]].body.action if tranche.effective else ""
            owed = last != "recover" and any(paid.amount for paid in tranche.payments)
            never = Refusal.of("tranche.not_released", tranche=body.tranche)
            return None if body.tranche in self.released or owed else never
        if body.action not in {"release", *accepting.ACTIONS}:
            return None
        # Formulas of what was released may be agreed on anew: they pay for years.
        if body.tranche in self.released and body.action != "accept_condition":
            return Refusal.of("tranche.released_already", tranche=body.tranche)
        if facts is None:
            return Refusal.of("decision.facts_unknown")
        project = facts.project(tranche.now.body.project)
        contractor = None if project is None else project.contractor
        path = () if contractor is None else facts.related(party, contractor)
        if path:
            return Refusal.of("decision.not_independent", party=party, contractor=contractor, ties=path)
        if body.action == "release":
            return self._unmet(entry, statement, facts)
        if refusal := _too_old(body.record_size, entry.recorded_at, facts):
            return refusal
        return accepting.nothing_to_accept(body, self.tranches, facts)

    def _unmet(self, entry: Entry, statement: Decision, facts: Facts) -> Refusal | None:
        """Say why the condition in force does not allow a release, if so.

        All of it is judged at the moment the record takes the decision: claiming another day brings back no earlier
        version, no day before it lapsed, and no day that has not come.
        """
        body, at = statement.body, entry.recorded_at
        version = self.tranches[body.tranche].on(at)
        if version is None or max(version.index, version.since) >= body.record_size:
            return Refusal.of("decision.before_its_condition", tranche=body.tranche, size=body.record_size)
        if version.body.lapses is not None and at >= version.body.lapses:
            return Refusal.of("tranche.lapsed", tranche=body.tranche, day=version.body.lapses)
        if version.body.due is not None and at < version.body.due:
            return Refusal.of("tranche.not_yet_due", tranche=body.tranche, day=version.body.due)
        if refusal := humanitarian(version.body, facts) or unknown(version.body, facts):
            return refusal
        verdict = self.verdict(body.tranche, at, facts)
        if verdict.value != "met":
            return Refusal.of("decision.condition_not_met", verdict=verdict.told)
        if body.evidence is not None and body.evidence != digest(verdict):
            return Refusal.of("decision.evidence_changed")
        return self._unseen(version, body.record_size, at, verdict, facts)

    def _unseen(
        self, version: ConditionVersion, size: int, at: datetime, verdict: Verdict, facts: Facts
    ) -> Refusal | None:
        """Say what a release must have seen and has not: its evidence, and all that judged what it asks, until now."""
        keys = (key for leaf in leaves(version.body.requires) for key in asked(leaf, version.body.project))
        seen = [self.bearing.get(key, -1) for key in keys]
        seen += [index for one in verdict.evidence if (index := facts.index_of(one)) is not None]
        last = max(seen, default=-1)
        if last >= size:
            return Refusal.of("decision.not_seen", size=size, entry=last)
        return _too_old(size, at, facts)

    def _payment(self, entry: Entry, statement: Disbursement, facts: Facts | None) -> None:
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
                note = Message.of("payment.beyond_tranche")
            currency = body.amount.currency
            said = Payment(body.disbursement, counts, currency, entry.id, statement.party, amount - counts, note)
            state.payments.append(said)

    def _strange(self, statement: Disbursement, state: TrancheState, facts: Facts | None) -> Message | None:
        """Say why a disbursement does not pay a tranche, if so.

        It is the payer's own word, in the tranche's currency, to the project's owner or builder or their like, and by a
        source where the formula names them.
        """
        body, now = statement.body, state.now.body
        if body.donor not in {None, statement.party}:
            return Message.of("money.reported", party=statement.party, donor=body.donor)
        if body.amount.currency != now.amount.currency:
            return Message.of("payment.other_currency", currency=body.amount.currency, released_in=now.amount.currency)
        sources = [source.source for source in now.formula.sources] if now.formula is not None else []
        if sources and statement.party not in sources:
            return Message.of("payment.no_source_of_it", party=statement.party, sources=sources)
        project = None if facts is None else facts.project(now.project)
        if facts is None or project is None:
            return Message.of("project.unknown", project=now.project)
        if not any(facts.related(body.recipient, builder) for builder in project.builders):
            return Message.of("payment.to_a_stranger", recipient=body.recipient, project=now.project)
        return None

    # -- how it stands ----------------------------------------------------------------------------------------------

    def context(
        self, project: str, at: datetime, facts: Facts, *, bills: Mapping[tuple[str, str], int] | None = None
    ) -> Context:
        """Return what conditions are evaluated against at a moment."""
        return Context(
            facts=facts,
            at=at,
            project=project,
            attestations=self.attestations,
            findings=self.findings,
            results=self.results,
            released=self.released,
            bills=bills or {},
        )

    def dues(self, tranche: str, at: datetime, facts: Facts | None = None) -> list[Due]:
        """Return what the tranche's formulas make due, each year's results by the version in force when they were stated.

        With ``facts``, results by parties related to the builders count against these alone. Whether anything is paid still depends
        on the verdict and on a decision.
        """
        known = self.tranches[tranche]
        rows: list[Due] = []
        for number, version in enumerate(known.versions):
            formula = version.body.formula
            after = known.versions[number + 1].at if number + 1 < len(known.versions) else None
            if formula is None or version.at > at:
                continue
            said = [item for item in self.results.get(formula.indicator, ()) if item.at <= at]
            if facts is not None:
                context = self.context(version.body.project, at, facts)
                said = counting(said, context, formula.indicator)
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
        known = self.tranches[tranche]
        return self._weighed(known, known.on(at) or known.versions[0], at, facts)

    def _weighed(self, known: TrancheState, version: ConditionVersion, at: datetime, facts: Facts) -> Verdict:
        context = self.context(version.body.project, at, facts, bills=bills_of(known, version))
        return evaluate(version.body.requires, context)

    def status(self, tranche: str, at: datetime, facts: Facts) -> TrancheStanding:
        """Return how a tranche stands at a moment, by what is known now."""
        known = self.tranches[tranche]
        version = known.on(at) or known.versions[0]
        verdict, waiting = self._weighed(known, version, at, facts), known.waiting()
        last = self.decisions[known.effective[-1]] if known.effective else None
        pending = {
            name: item.lacking
            for name, item in sorted(self.decisions.items())
            if item.body.tranche == tranche and item.lacking is not None
        }
        return TrancheStanding(
            tranche=tranche,
            project=version.body.project,
            amount=version.body.amount,
            status=status_of(known, version, verdict, last, at),
            verdict=verdict,
            digest=digest(verdict),
            decision=last.effective if last else "",
            pending=pending,
            paid=sum(item.amount for item in known.payments if item.currency == version.body.amount.currency),
            version=known.versions.index(version) + 1,
            dues=tuple(self.dues(tranche, at, facts)),
            waiting=None if waiting is None else (waiting, self._weighed(known, waiting, at, facts)),
        )


def _too_old(size: int, at: datetime, facts: Facts) -> Refusal | None:
    """Say that a decision rests on a record older than any may, if so."""
    stood = facts.recorded(size)
    if at - stood > AGE_MAX:
        return Refusal.of("decision.too_old", size=size, day=stood, n=AGE_MAX.days)
    return None
