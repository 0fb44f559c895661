"""What may be asked of visits and of those who make them, as a part of a programme's questions."""

import msgspec

from enduse.api.payments import PaymentQuestions
from enduse.book.past import at_size
from enduse.errors import ConflictError, MalformedError
from enduse.statements.visit import Beacon
from enduse.views.detection import DETECTED_LOSS, Detection, detection
from enduse.views.draws import round_topic
from enduse.views.enough import CheckedRecords, checked_records
from enduse.views.monitors import VisitsView, visits_view
from enduse.views.visits import VisitPlan, terms_of, visit_plan


class VisitQuestions(PaymentQuestions):
    """A programme asked where monitors go next, where they have been, and who watches them."""

    def plan(
        self,
        visits: int,
        *,
        floor: str = "0.25",
        finds: str = "0.9",
        seed: bytes | None = None,
        public: str = "",
        size: int | None = None,
    ) -> VisitPlan:
        """Return how often each place should be visited, and with a seed the places drawn for the next round.

        Args:
            visits: places that can be visited in one round.
            floor: least chance of a visit, as part of the chance if all places were alike.
            finds: chance that a visit finds what is wrong where it goes.
            seed: 32 random bytes to draw with. The ``commitment`` of the answer is published before the draw counts.
            public: instead of a seed of one's own ``checkpoint``, for the record's root, or the value of a public beacon: its name,
                the number of the round and the value in hexadecimal, with strokes between, as ``drand:quicknet/123/9f86...``.
            size: plan on the record as it stood at this many statements; by default as it is.

        Raises:
            MalformedError: ``public`` is no value of a beacon.
            UnknownError: nothing has arrived anywhere, or the record was never so long.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     plan = programme.plan(3)
            >>> plan.target, len(plan.places)
            ('place:hospital', 9)
        """
        source = _beacon(public) if public and public != "checkpoint" else None
        with at_size(self._book, size) as book:
            return visit_plan(
                book, visits, floor=floor, finds=finds, seed=seed, public=source or ("checkpoint" if public else None)
            )

    def round_topic(
        self, visits: int, size: int, *, floor: str = "0.25", finds: str = "0.9", commitment: str = "", public: str = ""
    ) -> str:
        """Return what an undertaking of the monitor is about that announces a round of visits before its places can be known.

        Who draws and did not say so before could try one size of the record after the other until a draw suited it;
        :meth:`visits` tells of each round whether the record shows that it was announced.

        Args:
            visits: places of the round.
            size: of the record that it will be drawn on; larger than now.
            floor: as for :meth:`plan`.
            finds: as for :meth:`plan`.
            commitment: to a secret seed, as :meth:`plan` gives it.
            public: instead ``checkpoint``, or a beacon's name and the number of its round, as ``drand:quicknet/123``.

        Raises:
            ConflictError: the record is so long already.
            MalformedError: ``public`` is no round of a beacon.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     topic = programme.round_topic(3, programme.size + 10, public="checkpoint")
            >>> topic[:5], len(topic)
            ('draw:', 69)
        """
        if size <= self._book.size:
            raise ConflictError("sample.announced_late", wanted=size, size=self._book.size)
        name, _, number = public.rpartition("/") if public != "checkpoint" else ("", "", "")
        if public not in {"", "checkpoint"} and not (name and number.isascii() and number.isdigit()):
            raise MalformedError("plan.not_a_round", given=public)
        beacon = f"{name} {int(number)}" if name else ""
        return round_topic(size, terms_of(visits, floor, finds), commitment=commitment, beacon=beacon)

    def visits(self, monitor: str = "") -> VisitsView:
        """Return visits from promise to what was done about them, and each monitor: made, told late, acted on, contradicted.

        Args:
            monitor: of this party alone, as :meth:`find` takes it; by default of everybody.

        Raises:
            UnknownError: nothing is called so, or that party has planned and made no visit.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (monitor,) = programme.visits().monitors
            >>> monitor.promised, monitor.made, monitor.overdue, monitor.found, monitor.acted
            (2, 1, 1, 1, 1)
        """
        return visits_view(self._book, self.find(monitor, "party") if monitor else "")

    def detection(
        self, visits: int | None = None, *, loss: str = DETECTED_LOSS, floor: str = "0.25", finds: str = "0.9"
    ) -> Detection:
        """Return what accountancy and visits together would detect of a loss at each place, and what one more visit would add.

        What is not known (such as how many promises of visits are kept, before the day of any is over) stays open: each chance has
        a least and a most, which are the same where it is known.

        Args:
            visits: places that can be visited in one round; by default as in the newest round that a planned visit names, with its
                ``floor`` and ``finds``.
            loss: the loss, as a share of what passed a place over the whole time; decimal text, above 0 and at most 1.
            floor: least chance of a visit, as part of the chance if all places were alike.
            finds: chance that a visit finds what is wrong where it goes.

        Raises:
            MalformedError: the loss is no share.
            UnknownError: nothing has arrived anywhere.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     found = programme.detection(3)
            >>> hospital = found.places[0]
            >>> hospital.basis, hospital.accountancy.most, round(hospital.together.least, 3), round(hospital.more.least, 3)
            ('use_not_measured', 0.0, 0.399, 0.047)
        """
        return detection(self._book, visits, loss=loss, floor=floor, finds=finds)

    def checked_records(
        self, monitor: str = "", *, bearable: str = "0.05", wrong: str = "0.05", of: int | None = None
    ) -> CheckedRecords:
        """Return how many of all records may be false by what visits checked, and whether to go on checking.

        The limits hold at every look, so anybody may stop when they show enough, or go on. They suppose that the records that
        were checked had been drawn at random from all, each once.

        Args:
            monitor: of this party alone, as :meth:`find` takes it; by default of everybody.
            bearable: largest share of false records that is borne; decimal text, from 0 to below 1.
            wrong: chance, at most, that what is shown does not hold; decimal text, above 0 and below 1.
            of: records in all, up to 100,000; by default the statements on goods, readings and milestones.

        Raises:
            MalformedError: these are no share, chance or counts, or more was checked than there is.
            UnknownError: nothing is called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     answer = programme.checked_records().answer
            >>> answer.verdict, answer.looks[-1].most, answer.further
            ('go_on', 383, 58)
        """
        name = self.find(monitor, "party") if monitor else ""
        return checked_records(self._book, name, bearable=bearable, wrong=wrong, of=of)


def _beacon(text: str) -> Beacon:
    """Return the value of a beacon as it was written: its name, the number of the round, and the value."""
    rest, _, value = text.rpartition("/")
    name, _, number = rest.rpartition("/")
    try:
        return msgspec.convert({"beacon": name, "round": int(number), "value": value.lower()}, Beacon)
    except ValueError as error:
        raise MalformedError("plan.not_a_beacon", given=text) from error
