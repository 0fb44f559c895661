"""A wrong clock does not come in easily, and does not stay for ever."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from conftest import ORIGIN, Small, seed_of
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.errors import MalformedError
from enduse.operators import verify_record
from enduse.record.watch import Cosignature, Watch
from enduse.statements.clock_correction import ClockCorrection, ClockCorrectionBody
from enduse.statements.condition import ConditionBody, ConditionStatement, NoOpenDifference
from enduse.statements.keyring import sign
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Clock, Founding, Function, Place, PlaceBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.times import Period, instant_of, micros
from enduse.views.status import status

FAR = datetime(2099, 6, 1, tzinfo=UTC)
COUNCIL = ("donor", "fund", "keeper")


@pytest.fixture
def tranched(request, tmp_path):
    """A programme with a council of two and a tranche that lapses at the end of 2026."""
    members, need = getattr(request, "param", (COUNCIL[:2], "2"))
    made = Small(tmp_path / "programme", functions=(Function(function="custody", name={"en": "custody"}),))
    made.say("keeper", Party, PartyBody(party="keeper", name={"en": "keeper"}, type="agency"))
    made.say("keeper", Place, PlaceBody(place="land", name={"en": "land"}, type="country"))
    body = UmbrellaBody(
        umbrella="u",
        name={"en": "u"},
        members=tuple(Member(party=name) for name in members),
        quorum=QuorumRule(need=need, of=members),
        standing="in_force",
    )
    assert made.say("keeper", Umbrella, body).outcome == "accepted"
    plan = ProjectBody(project="clinic", title={"en": "c"}, purpose="reconstruction", contractor="carrier")
    assert made.say("keeper", Project, plan, place="land").outcome == "accepted"
    tranche = ConditionBody(
        tranche="t",
        title={"en": "t"},
        amount=Money("5", "USD"),
        project="clinic",
        requires=NoOpenDifference(material="cement", limit=Quantity("0", "TNE")),
        lapses=datetime(2026, 12, 31, tzinfo=UTC),
    )
    assert made.say("keeper", ConditionStatement, tranche).outcome == "accepted"
    offer = MandateBody(
        mandate="m",
        action="offer",
        holder="warehouse",
        functions=("custody",),
        places=("land",),
        period=Period(start=made.now),
    )
    made.say("keeper", Mandate, offer)
    made.say("warehouse", Mandate, MandateBody(mandate="m", action="accept"))
    yield made
    made.intake.close()


def pledge(name):
    return PledgeBody(pledge=name, amount=Money("1", "USD"))


def clock(made, at, ahead=0):
    key = seed_of("keeper")
    seq = made.intake.keyring.next_seq(key.public) + ahead
    return sign(Clock(programme=ORIGIN, party="keeper", seq=seq, occurred_at=at), key)


def slip_in(made, at):
    """Record a clock as a keeper's own software could, past our door; return its identifier."""
    item = clock(made, at)
    made.intake.keyring.take(item)
    made.intake._append([item])
    return item.id


def tranche(made):
    (standing,) = made.book.tranches()
    return standing.status


@pytest.mark.threat(
    who="keeper",
    tries="records a batch with a clock at 2099, so that every tranche lapses",
    alone="the door refuses the batch; past it, with software of its own, the time stands until the council corrects it",
    needs="nobody; and the council without the keeper takes it back, and all that followed from it",
    seen_by="everybody, by `enduse status` and `enduse record verify`: the record's time is ahead of theirs",
)
def test_a_clock_that_jumps_is_refused_at_the_door(tranched):
    """One batch with a clock at 2099 was recorded, and tranches had lapsed for ever."""
    made, size = tranched, tranched.book.size
    with pytest.raises(MalformedError) as refused:
        made.intake.say([made.says("donor", Pledge, pledge("p"))], FAR)
    assert refused.value.problem.code == "clock.jumps_ahead"
    (taken,) = made.intake.record([clock(made, FAR).raw])
    assert (taken.outcome, taken.problem.code) == ("refused", "clock.jumps_ahead"), "nor where it comes signed"
    assert (made.book.size, tranche(made)) == (size, "due")
    assert made.say("donor", Pledge, pledge("p")).outcome == "accepted", "nothing of it is left behind"


@pytest.mark.threat(
    who="keeper",
    tries="offers a second founding that lets clocks jump further, and in the same batch a clock that does",
    alone="both are refused at the door: only the first founding says how far a clock may jump",
    needs="nobody; past the door, with software of its own, the council without the keeper takes the time back",
    seen_by="everybody, by `enduse status`: the record's time is ahead of theirs",
)
def test_a_second_founding_lets_no_clock_jump_further(tranched):
    made, size = tranched, tranched.book.size
    body = msgspec.structs.replace(made.book.programme.founded, title={"en": "clock"}, clock_jump_days=36_500)
    seq = made.intake.keyring.next_seq(seed_of("keeper").public)
    second = sign(
        Founding(programme=ORIGIN, party="keeper", seq=seq, occurred_at=made.now, body=body), seed_of("keeper")
    )
    ahead = clock(made, datetime.now(UTC) + timedelta(days=100), 1)
    outcomes = [(item.outcome, item.problem.code) for item in made.intake.record([second.raw, ahead.raw])]
    assert outcomes == [("refused", "programme.founded_already"), ("refused", "clock.jumps_ahead")]
    assert made.book.size == size


@pytest.mark.threat(
    who="keeper",
    tries="sets its clock ahead in many steps, each shorter than a clock may jump",
    alone="beyond its own time the door goes by the machine's clock alone, and refuses the step that is too far from it",
    needs="nobody; and the council without the keeper takes back what software of its own recorded",
    seen_by="everybody, by `enduse status`: the record's time is ahead of theirs",
)
def test_many_small_jumps_make_no_large_one(tranched):
    made, machine = tranched, datetime.now(UTC)
    at = machine + timedelta(days=30)
    assert made.intake.say([made.says("donor", Pledge, pledge("one"))], at)[0].outcome == "accepted"
    with pytest.raises(MalformedError) as refused:
        made.intake.say([made.says("donor", Pledge, pledge("two"))], at + timedelta(days=30))
    assert refused.value.problem.code == "clock.jumps_ahead"
    (taken,) = made.intake.record([clock(made, at + timedelta(days=30)).raw])
    assert taken.problem.code == "clock.jumps_ahead"
    assert made.intake.say([made.says("donor", Pledge, pledge("two"))], at)[0].outcome == "accepted", "it goes on"


def test_a_programme_that_slept_goes_on_where_the_machine_agrees(tmp_path, monkeypatch):
    made = Small(tmp_path / "programme")
    made.intake.say([made.says("donor", Pledge, pledge("p"))])  # by the machine's own clock
    assert instant_of(made.book.head.clock) > made.now + timedelta(days=60)
    years = made.book.head.clock + 21 * 365 * 86_400_000_000

    class Dead(datetime):
        @classmethod
        def now(cls, tz=None):
            return instant_of(years).astimezone(tz)

    monkeypatch.setattr("enduse.book.intake.datetime", Dead)
    with pytest.raises(MalformedError) as refused:
        made.intake.say([made.says("donor", Pledge, pledge("q"))])
    assert refused.value.problem.code == "clock.beyond_belief"
    made.intake.close()


def test_the_founding_sets_how_far_a_clock_may_jump(tmp_path):
    made = Small(tmp_path / "programme", clock_jump_days=36_500)
    assert made.intake.say([made.says("donor", Pledge, pledge("p"))], made.now + timedelta(days=7_000))
    made.intake.close()


def correct(made, party, wrong, time):
    body = ClockCorrectionBody(clock=wrong, time=time)
    return made.intake.say([made.says(party, ClockCorrection, body)], made.now)[0]


def test_the_council_corrects_a_clock_and_what_it_lapsed_is_as_it_was(tranched):
    made = tranched
    right = made.now + timedelta(days=1)
    wrong = slip_in(made, FAR)
    made.now = right
    assert tranche(made) == "lapsed"
    assert made.say("keeper", Mandate, MandateBody(mandate="m", action="suspend")).outcome == "accepted"
    assert made.book.programme.mandates["m"].suspended[0][0] == FAR, "whatever is recorded now is recorded in 2099"
    told = [message.code for message in status(made.book).clock]
    assert told == ["clock.ahead"]

    assert correct(made, "keeper", wrong, right).problem.code == "clock.not_the_council"
    assert correct(made, "donor", "0" * 64, right).problem.code == "clock.none_such"
    assert correct(made, "donor", wrong, right).outcome == "accepted"
    assert tranche(made) == "lapsed", "one member is not the council"
    assert correct(made, "fund", wrong, right).outcome == "accepted"

    assert tranche(made) == "due"
    assert instant_of(made.book.head.clock) == made.now
    assert made.book.programme.mandates["m"].suspended[0][0] == made.now, "and counts from when it was recorded"
    (shown,) = status(made.book).clock
    assert (shown.code, shown.values["stated"]) == ("clock.corrected", "2099-06-01T00:00:00Z")
    assert shown.values["reads"] == right.isoformat().replace("+00:00", "Z"), "both stay and are shown"
    assert made.say("donor", Pledge, pledge("after")).outcome == "accepted"


@pytest.mark.threat(
    who="council minority",
    tries="corrects a clock that was right, so that a tranche that has lapsed is due again, or one that is due has lapsed",
    alone="nothing: one member is not the council",
    needs="as many members as the quorum asks, the keeper not counted; the tranche then says across which clock its day went, both times and by which statement",
    seen_by="everybody: `enduse release`, the report, and `enduse status`",
)
def test_a_tranche_that_is_in_time_by_a_corrected_clock_says_so(tranched):
    made, late = tranched, datetime(2027, 1, 10, tzinfo=UTC)
    right = slip_in(made, late)
    assert tranche(made) == "lapsed"
    made.now = late
    for member in ("donor", "fund"):
        assert status(made.book).tranches[0].marks == ()
        assert correct(made, member, right, datetime(2026, 12, 30, tzinfo=UTC)).outcome == "accepted"
    (told,) = status(made.book).tranches
    assert (told.status, [mark.code for mark in told.marks]) == ("due", ["clock.corrected"])
    assert told.marks[0].values["stated"] == "2027-01-10T00:00:00Z"


@pytest.mark.threat(
    who="keeper",
    tries="does not sign the correction of its own wrong clock, as a member of a council in which all must agree",
    alone="nothing: the others correct it, if they are two voices that do not belong to the keeper; where only one other is in the"
    " council, nobody corrects a clock",
    needs="nobody; and a council of the keeper and one other, of whom one would correct clocks alone",
    seen_by="everybody: `enduse status` tells the correction that waits, and the record's time that is ahead of theirs",
)
@pytest.mark.parametrize("tranched", [(COUNCIL, "all"), (COUNCIL, "3")], indirect=True)
def test_a_keeper_in_a_council_of_all_keeps_no_clock_wrong(tranched):
    """Where all members were needed and the keeper was one of them, no clock could be corrected by anybody."""
    made, right = tranched, tranched.now + timedelta(days=1)
    wrong = slip_in(made, FAR)
    made.now = right
    assert correct(made, "donor", wrong, right).outcome == "accepted"
    assert correct(made, "keeper", wrong, right).outcome == "accepted"
    assert tranche(made) == "lapsed", "the keeper's own word counts for nothing"
    assert correct(made, "fund", wrong, right).outcome == "accepted"
    assert tranche(made) == "due"


@pytest.mark.parametrize("tranched", [(("donor", "keeper"), "all")], indirect=True)
@pytest.mark.parametrize("signers", [("donor",), ("donor", "keeper")])
def test_of_a_council_of_the_keeper_and_one_other_nobody_corrects_a_clock(tranched, signers):
    made, right = tranched, tranched.now + timedelta(days=1)
    wrong = slip_in(made, FAR)
    made.now = right
    for name in signers:
        assert correct(made, name, wrong, right).outcome == "accepted"
    assert tranche(made) == "lapsed"


def test_the_council_that_thinks_again_comes_back_to_what_it_said_first(tranched):
    """A time that a clock had once been corrected to was passed over when the council came back to it."""
    made, first = tranched, tranched.now + timedelta(days=1)
    wrong = slip_in(made, FAR)
    made.now = first + timedelta(days=2)
    for time in (first, first + timedelta(days=1), first):
        for member in ("donor", "fund"):
            assert correct(made, member, wrong, time).outcome == "accepted"
        assert made.book.clocks.at(made.book.index_of(wrong)) == time
    digest = made.book.digest()
    made.book.rebuild()
    assert made.book.digest() == digest


def test_everybody_folds_a_corrected_clock_alike(tranched):
    """In one run, taken up after every batch, rebuilt, tried before it is said: the same to the byte."""
    made = tranched
    right = made.now + timedelta(days=1)
    wrong = slip_in(made, FAR)
    made.now = right
    correct(made, "donor", wrong, right)
    before = made.book.digest()
    trial = made.says("fund", ClockCorrection, ClockCorrectionBody(clock=wrong, time=right))
    assert made.intake.refusal(trial, now=made.now) is None
    assert made.book.digest() == before, "trying it changes nothing"
    correct(made, "fund", wrong, right)
    digest = made.book.digest()
    made.book.rebuild()
    assert made.book.digest() == digest
    made.intake.close()
    with Book.open(made.folder) as again:
        assert again.digest() == digest
    for path in made.folder.glob("book.db*"):
        path.unlink()
    made.intake = Intake.open(made.folder)
    assert made.book.digest() == digest
    made.intake.publish()
    report = verify_record(made.folder)
    assert report.ok, [str(problem.told) for problem in report.problems]
    assert report.clock == (), "a corrected clock is no longer ahead"


def test_clocks_that_ran_along_with_a_wrong_one_read_what_it_should_have_said(tranched):
    """Software before this one gave every later batch the wrong clock's time."""
    made = tranched
    right = made.now + timedelta(days=1)
    wrong = slip_in(made, FAR)
    slip_in(made, FAR)
    made.say("donor", Pledge, pledge("p"))
    made.now = right
    correct(made, "donor", wrong, right)
    correct(made, "fund", wrong, right)
    assert micros(right) <= made.book.head.clock < micros(FAR)


def test_a_clock_that_runs_back_has_no_effect_and_is_told(small):
    said = small.book.head.clock
    (taken,) = small.intake.record([clock(small, small.now - timedelta(days=40)).raw])
    assert (taken.outcome, taken.problem.code) == ("no_effect", "clock.runs_back")
    assert small.book.head.clock == said


def test_verify_names_a_clock_ahead_of_the_readers_and_of_the_cosigners(tranched):
    made = tranched
    made.intake.publish()
    assert verify_record(made.folder).clock == ()
    slip_in(made, FAR)
    made.intake.publish()
    report = verify_record(made.folder)
    assert report.ok, "the record is what it was signed to be"
    assert [told.code for told in report.clock] == ["clock.ahead"]
    cosigned = Watch(cosigned=(Cosignature("witness", int(made.now.timestamp())),))
    late = micros(made.now + timedelta(days=20))
    assert [told.code for told in cosigned.behind(late)] == ["clock.ahead_of_cosigners"]
    assert "lies 20 days ahead of its newest cosignature" in str(cosigned.behind(late)[0])
    assert cosigned.behind(micros(made.now + timedelta(hours=23))) == ()
