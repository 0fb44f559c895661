"""How an assessment is worded: places by name, periods by date, chances in words, from codes and figures alone."""

from collections.abc import Iterable

import msgspec

from enduse.assurance.consignments import OpenConsignment
from enduse.assurance.result import Explanation, Hypothesis, Measurement, MeasurementKind, Power, SlipKind
from enduse.errors import Problem
from enduse.messages import Message
from enduse.pages.assessment_names import AssessmentTerms
from enduse.pages.assessment_terms import BANDS, FAULTS, HYPOTHESES, LEADS, MEASUREMENTS, READINGS, RESULTS, SLIPS
from enduse.views.assessment_context import KnownView
from enduse.views.assessment_view import DetectionLimit, DetectionRow, LeadView, LinkView, PlaceView
from enduse.views.excluded_readings import ExcludedReadings


class Words(AssessmentTerms):
    """Words an assessment, sentence by sentence."""

    def verdict(self) -> str:
        """Return the answer to the question of the page, in a sentence."""
        view = self.assessment
        if view.missing:
            what = self.listed(self.worth(total.material, total.estimate) for total in view.missing)
            return self.say("Missing, and not explained by errors of weighing and counting: about {what}.", what=what)
        if view.leads:
            return self._of_leads()
        if not view.compared:
            return self.say("Nothing can be said from measurements: no amount was read at two places.")
        if view.verdict == "nothing_said":
            return self.say("Nothing can be said from measurements: a loss of any size would go unnoticed everywhere.")
        if view.verdict == "not_settled":
            return self._not_settled()
        if view.open:
            return self.say(
                "What was compared shows nothing missing beyond what errors of weighing and counting explain."
            )
        if view.unseen:
            return self.say(
                "Where a loss would be noticed, nothing is missing beyond what errors of weighing and counting explain."
            )
        return self.say("Nothing is missing beyond what errors of weighing and counting explain.")

    def _of_leads(self) -> str:
        """Return the answer where there are leads, and none of them is settled as a loss."""
        view, count = self.assessment, self.localizer.count
        left = [lead for lead in view.leads if not lead.examined]
        if told := self._not_borne_out():
            return told
        if left and all(lead.alarm.ordinary for lead in left):
            kinds = dict.fromkeys(fault for lead in left for fault in lead.alarm.ordinary)
            faults = self.listed(self.say(FAULTS[fault]) for fault in kinds)
            return self.say(
                "Not settled: something does not add up, but it may also come of this: {faults}.", faults=faults
            )
        if left:
            return count(
                "Nothing is known to be missing, but one scale or quantity does not add up.",
                "Nothing is known to be missing, but {n} scales or quantities do not add up.",
                len(left),
            )
        return self.say("Everything that did not add up has been examined: findings about it are in the record.")

    def _not_borne_out(self) -> str:
        """Return in a sentence what of the declared use independent checks do not bear out; nothing where they do."""
        doubted = [lead.alarm for lead in self.assessment.leads if lead.doubted]
        if not doubted:
            return ""
        what = self.listed(self.worth(alarm.material, alarm.estimate) for alarm in doubted)
        return self.say("Said to have been used, and not borne out by independent checks: about {what}.", what=what)

    def _not_settled(self) -> str:
        """Return why it is not settled although there is no lead, in a sentence."""
        view, count = self.assessment, self.localizer.count
        if view.overdue:
            return self.say(
                "Not settled: {what} was sent, and nobody says it was received. What arrived never took so long.",
                what=self.total(view.overdue),
            )
        if view.undecided:
            return count(
                "Not settled: one reading is far from what all others say and was set aside. It was misread, or as much is missing.",
                "Not settled: {n} readings are far from what all others say and were set aside. They were misread, or as much is missing.",
                view.undecided,
            )
        return count(
            "Not settled: one row of the tables could not be used. The others show nothing missing.",
            "Not settled: {n} rows of the tables could not be used. The others show nothing missing.",
            view.unread,
        )

    def open(self) -> str:
        """Return what the book itself shows missing where the answer does not tell it, in a sentence; else nothing."""
        if not self.assessment.open or self.assessment.missing:
            return ""
        what = self.listed(self.localizer.of(figure) for figure in self.assessment.open)
        return self.say('The book itself shows {what} missing: see "What is missing" in the report.', what=what)

    def summary(self) -> list[str]:
        """Return what follows from the answer: whom to ask, how sure it is, what to look at next."""
        view, say, count = self.assessment, self.say, self.localizer.count
        out = [told] if (told := self.open()) else []
        out += self._to_be_asked()
        chance = self.chance(view.p_value)
        if view.leads:
            out.append(say("The chance that errors alone look like this: {chance}.", chance=chance))
        elif view.verdict != "nothing_said":
            out.append(
                say(
                    "The chance of differences like these where nothing is missing: {chance}; below {budget} there would be an alarm.",
                    chance=chance,
                    budget=self.share(view.false_alarm),
                )
            )
        examined = sum(lead.examined for lead in view.leads)
        if examined and examined < len(view.leads):
            out.append(
                count(
                    "One further lead has been examined: a finding about it is in the record.",
                    "{n} further leads have been examined: findings about them are in the record.",
                    examined,
                )
            )
        out += self._unsettled()
        if view.aside:
            out.append(
                count(
                    "But one reading did not fit and was set aside; look at it too.",
                    "But {n} readings did not fit and were set aside; look at them too.",
                    sum(len(group.readings) for group in view.aside),
                )
            )
        if any(group.one_way for group in view.aside):
            out.append(say("Some of them lie at one place and all err one way: look there first."))
        if view.rows and view.rows[0].limits[0].smallest is not None:
            most = view.rows[0]
            what = self.worth(most.material, view.rows[0].limits[0].smallest)
            out.append(
                say("Up to {what} could be missing at {place} unnoticed.", what=what, place=self.place(most.where))
            )
        if view.unseen:
            out.append(self.unnoticed() + ".")
        return out

    def _to_be_asked(self) -> list[str]:
        """Return what is missing in money, and whom to ask."""
        view, out = self.assessment, list[str]()
        if view.missing and (told := self._not_borne_out()):
            out.append(told)
        if money := self.together([(total.material, total.estimate) for total in view.missing]):
            out.append(self.say("Together it is worth about {money}.", money=money))
        if view.owners:
            owners = self.localizer.named(view.owners)
            out.append(self.say("Ask first who answers for it in the books: {owners}.", owners=owners))
        elif view.missing:
            out.append(self._whom_to_ask())
        return out

    def _whom_to_ask(self) -> str:
        """Return whom to ask where no book names anybody: on a way both ends, at a place whoever keeps the goods."""
        lost = {lead.alarm.hypothesis for lead in self.assessment.leads if lead.counted}
        if lost == {Hypothesis.NODE_LOSS}:
            return self.say("Ask first whoever keeps the goods there, and have them counted again.")
        if Hypothesis.NODE_LOSS in lost:
            return self.say("Ask first whoever sent, received or keeps it, and have it counted again.")
        return self.say("Ask first whoever sent and whoever received it, and have it counted again.")

    def _unsettled(self) -> list[str]:
        """Return what is under way, what nobody received, and what could not be read."""
        view, say, out = self.assessment, self.say, list[str]()
        coming = tuple(one for one in view.under_way if not one.overdue)
        if coming:
            out.append(say("Under way at the end, and not counted as missing: {what}.", what=self.total(coming)))
        if view.overdue and view.verdict != "not_settled":
            out.append(say("{what} was sent, and nobody says it was received.", what=self.total(view.overdue)))
        if view.overdue:
            out.append(
                say("Ask where it should have arrived whether it came, and when; add what was received, and ask again.")
            )
        if view.unread and (view.verdict != "not_settled" or view.overdue or view.undecided or view.alarms):
            out.append(
                self.localizer.count(
                    "One row of the tables could not be used; what it would show is not known.",
                    "{n} rows of the tables could not be used; what they would show is not known.",
                    view.unread,
                )
            )
        return out

    def unnoticed(self) -> str:
        """Return at how many places a loss of any size would go unnoticed, without a full stop."""
        return self.localizer.count(
            "At one place a loss of any size would go unnoticed",
            "At {n} places a loss of any size would go unnoticed",
            len({where for where, _ in self.assessment.unseen}),
        )

    def total(self, consignments: Iterable[OpenConsignment]) -> str:
        """Return what consignments hold together, by material."""
        amounts: dict[str, float] = {}
        for one in consignments:
            amounts[one.material] = amounts.get(one.material, 0.0) + one.amount
        return self.listed(self.worth(material, amount) for material, amount in amounts.items())

    def open_consignment(self, one: OpenConsignment) -> str:
        """Return a consignment that was sent and not received."""
        parts = {
            "place": self.place(one.link),
            "what": self.of(one.material, one.amount),
            "when": self.when(one.period, one.period),
        }
        if any(place.place == one.link for place in self.assessment.places):
            return self.say("{consignment}: {what}, sent from {place} {when}", consignment=one.consignment, **parts)
        if one.consignment:
            return self.say(
                "{consignment}: {what} on the way {place}, sent {when}", consignment=one.consignment, **parts
            )
        return self.say("{what} on the way {place}, sent {when}", **parts)

    def lead(self, lead: LeadView) -> str:
        """Return what a lead says, in a sentence."""
        alarm = lead.alarm
        parts = {
            "place": self.where(alarm.hypothesis, alarm.where),
            "when": self.when(alarm.first_period, alarm.last_period),
        }
        if alarm.hypothesis is Hypothesis.INSTRUMENT_BIAS:
            parts |= {"share": self.deviation(alarm.estimate), "material": self.material(alarm.material)}
        else:
            parts["what"] = self.worth(alarm.material, abs(alarm.estimate))
        return self.say(LEADS[alarm.hypothesis], **parts)

    def about(self, lead: LeadView) -> str:
        """Return what a finding on a lead would be about: the one consignment, else the place or way."""
        return lead.consignments[0] if lead.about in lead.consignments else self.place(lead.alarm.where)

    def interval(self, lead: LeadView) -> str:
        """Return the limits of a lead."""
        alarm = lead.alarm
        if alarm.hypothesis is Hypothesis.INSTRUMENT_BIAS:
            low, high = map(self.deviation, alarm.interval)
        else:
            low, high = (self.amount(alarm.material, end) for end in sorted(abs(end) for end in alarm.interval))
        return self.say(
            "95% limits: {low} to {high}; chance by error alone: {p}", low=low, high=high, p=self.chance(alarm.p_value)
        )

    def known(self, known: KnownView) -> str:
        """Return what the record says about the goods of a lead."""
        if known.code == "open":
            return self.say(
                "In the books it lies open in {item}; {owner} answers for it.",
                item=known.about,
                owner=self.localizer.name(known.name),
            )
        return self.say(
            "The record holds a finding about {item}: {finding}, {result}.",
            item=known.about,
            finding=known.name,
            result=self.say(RESULTS[known.result]),
        )

    def rivals(self, lead: LeadView) -> list[str]:
        """Return the explanations a lead cannot be told from; what it shares with them is not said again."""
        faults = [self.say(FAULTS[fault]) for fault in lead.alarm.ordinary]
        return faults + [self._rival(other, lead) for other in lead.alarm.indistinguishable_from]

    def _rival(self, other: Explanation, lead: LeadView) -> str:
        what, alarm = self.say(HYPOTHESES[other.hypothesis]), lead.alarm
        if (other.first_period, other.last_period) != (alarm.first_period, alarm.last_period):
            return self.explanation(other)
        if other.where == alarm.where:
            return what
        return self.say("{what} ({place})", what=what, place=self.where(other.hypothesis, other.where))

    def explanation(self, other: Explanation) -> str:
        """Return an explanation, with place and time."""
        return self.say(
            "{what} ({place}, {when})",
            what=self.say(HYPOTHESES[other.hypothesis]),
            place=self.where(other.hypothesis, other.where),
            when=self.when(other.first_period, other.last_period),
        )

    def measurement(self, measurement: Measurement) -> str:
        """Return a measurement that would help."""
        calibration = measurement.kind is MeasurementKind.CALIBRATION
        place = self.instrument(measurement.where) if calibration else self.place(measurement.where)
        when = self.when(measurement.first_period, measurement.last_period)
        return self.say(MEASUREMENTS[measurement.kind], place=place, when=when)

    def caveat(self, caveat: Message) -> str:
        """Return something the assessment cannot say."""
        period = caveat.values.get("period")
        if self.assessment.start is not None and isinstance(period, int):
            values = {**caveat.values, "period": self.when(period, period)}
            caveat = msgspec.structs.replace(caveat, values=values)
        return self.localizer.message(caveat)

    def aside(self, group: ExcludedReadings) -> str:
        """Return which readings were set aside, and why."""
        first, last, count = group.readings[0], group.readings[-1], len(group.readings)
        value, expected = (sum(getattr(reading, of) for reading in group.readings) for of in ("value", "expected"))
        parts = {
            "kind": self.say(READINGS[first.reading_kind]),
            "place": self.place(first.where),
            "material": self.material(first.material),
            "when": self.when(max(first.period, 1), max(last.period, 1)),
            "value": self.amount(first.material, value),
            "expected": self.amount(first.material, expected),
        }
        if count == 1:
            told = self.say(
                "{reading} ({kind}, {place}, {material}, {when}) says {value}; all others say {expected}: {reason}.",
                reading=first.reading,
                reason=self._slip(first.kind, value, expected),
                **parts,
            )
        else:
            told = self.localizer.count(
                "{n} reading ({kind}, {place}, {material}, {when}) says {value}; all others say {expected}.",
                "{n} readings ({kind}, {place}, {material}, {when}) say {value} together; all others say {expected}.",
                count,
                **parts,
            )
        if count > 1 and all(reading.kind is SlipKind.UNIT for reading in group.readings):
            more = self.say("All of them: {reason}.", reason=self._slip(first.kind, value, expected))
            if group.one_way < 0:
                more += " " + self.say("A loss of that size there would look the same.")
        elif group.one_way < 0:
            more = self.say("All of them are too low. Slips rarely are: it may be a loss, or figures made up.")
        elif group.one_way > 0:
            more = self.say("All of them are too high. Slips rarely are: figures may be made up.")
        elif group.tied:
            more = self.say("A loss of that size there would look the same.")
        else:
            return told
        return told + " " + more

    def _slip(self, kind: SlipKind, value: float, expected: float) -> str:
        reason = self.say(SLIPS[kind])
        if kind is not SlipKind.UNIT or min(value, expected) <= 0:
            return reason
        much = value > expected
        times = self.number(value / expected if much else expected / value)
        if much:
            return self.say("{reason}, about {times} times too much", reason=reason, times=times)
        return self.say("{reason}, about {times} times too little", reason=reason, times=times)

    def band(self, band: str) -> str:
        """Return what a band means."""
        return self.say(BANDS[band])

    def limit(self, row: DetectionRow, limit: DetectionLimit) -> tuple[str, str]:
        """Return the share and the amount of the smallest loss noticed; where none is, words and nothing."""
        if limit.smallest is None or limit.share is None:
            return self.say("none") if limit.band == "unseen" else "-", ""
        return self.share(limit.share), self.amount(row.material, limit.smallest)

    def help(self, row: DetectionRow, measurement: Measurement) -> str:
        """Return what a measurement would do for a row."""
        told, now = self.measurement(measurement), row.limits[0]
        if now.smallest is None or row.then is None:
            return told
        return self.say(
            "{measure}: losses of {material} from {then} would be noticed instead of {now}",
            measure=told,
            material=self.material(row.material),
            then=self.amount(row.material, row.then),
            now=self.amount(row.material, now.smallest),
        )

    def power(self, power: Power) -> str:
        """Return what would have been noticed at one place."""
        place, when = self.place(power.where), self.when(power.first_period, power.last_period)
        if power.smallest_loss is None or power.share is None:
            material = self.material(power.material)
            return self.say(
                "At {place}, {when}, a loss of {material} of any size could go unnoticed.",
                place=place,
                when=when,
                material=material,
            )
        return self.say(
            "At {place}, {when}, a loss of {what} ({share} of what passed) would be noticed with a chance of {chance}; a smaller one less surely.",
            place=place,
            when=when,
            what=self.of(power.material, power.smallest_loss),
            share=self.share(power.share),
            chance=self.share(power.probability),
        )

    def noticed(self, where: PlaceView | LinkView) -> str:
        """Return in a few words how well a loss at a place or on a way would be noticed."""
        if where.band == "unstated":
            return self.band(where.band)
        if where.band == "unseen":
            return self.say("no loss noticed")
        return self.say("noticed from {share}", share=self.share(where.share or 0.0))

    def unread(self, problem: Problem, more: int) -> str:
        """Return what of the tables was not read as it stands, with its place, and how many more of the kind there are."""
        told = self.localizer.message(problem.told)
        if problem.place:
            told = self.say("{place}: {what}", place=problem.place, what=told)
        return self.localizer.count("{told} (and one more)", "{told} (and {n} more)", more, told=told) if more else told

    def helps(self, limit: int) -> list[str]:
        """Return what would help most, where one measurement would."""
        return [self.help(row, row.measurement) for row in self.assessment.rows if row.measurement][:limit]

    def blind(self, limit: int) -> tuple[list[tuple[str, list[str]]], int]:
        """Return places where no loss would be noticed with the materials, and how many places were left out."""
        by_place: dict[str, list[str]] = {}
        view, isolate = self.assessment, self.localizer.isolate
        several = len({row.material for row in view.rows} | {what for _, what in view.unseen}) > 1
        for where, material in view.unseen:
            by_place.setdefault(where, []).extend([isolate(self.material(material))] if several else [])
        listed = [(isolate(self.place(where)), materials) for where, materials in by_place.items()]
        return listed[:limit], max(0, len(listed) - limit)

    def unstated(self) -> str:
        """Return about how many places and materials nothing was worked out; empty where there is none."""
        places, materials = self.assessment.unstated, len(self.assessment.untold)
        told = self.localizer.count(
            "About one place or way nothing is stated: it is not busy enough, or too little is known of it.",
            "About {n} places and ways nothing is stated: only the busiest are worked out, and those of which enough is known.",
            places,
        )
        also = self.localizer.count(
            "About one material nothing is stated, for there are too many.",
            "About {n} materials nothing is stated, for there are too many.",
            materials,
        )
        if places and materials:
            return told + " " + also
        return told if places else also if materials else ""
