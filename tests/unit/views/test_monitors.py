"""Visits from promise to what was done about them; draws made again; who watches the monitors."""

from datetime import timedelta
from fractions import Fraction

import msgspec
import pytest

import enduse
from conftest import Small
from enduse.book.past import BookAsAt, at_size
from enduse.errors import InvalidValueError, UnknownError
from enduse.inspection.systematic_draw import commit
from enduse.portal import monitors, record
from enduse.portal.answers import SiteAnswers
from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.sealed import Disclosure, DisclosureBody, Sealed, SealedBody
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.statements.visit import Beacon, Defect, Draw, VisitBody, VisitRules, VisitStatement
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.terms.commitment import commitment
from enduse.terms.times import micros
from enduse.views.backlog import backlog
from enduse.views.draws import round_topic
from enduse.views.inbox import inbox
from enduse.views.monitors import visits_view
from enduse.views.status import status
from enduse.views.visits import terms_of, visit_plan

SITES = ("one", "two", "three", "four", "five", "six")
SEED = "5e" * 32


def shape(small):
    """Six sites, each with a project that the warehouse builds."""
    said = [small.says("keeper", Place, PlaceBody(place=site, name={"en": site}, type="site")) for site in SITES]
    for site in SITES:
        title = {"en": site}
        body = ProjectBody(project=f"p-{site}", title=title, purpose="reconstruction", contractor="warehouse", bill=())
        said.append(small.says("keeper", Project, body, place=site))
    small.intake.say(said, small.now)
    return small


@pytest.fixture
def sites(small):
    return shape(small)


def visit(small, name, action, by="monitor", **more):
    where = {"place": more.pop("place")} if "place" in more else {}
    if action == "plan":
        more.setdefault("due", small.now + timedelta(days=more.pop("days", 2)))
    answer = small.say(by, VisitStatement, VisitBody(visit=name, action=action, **more), **where)
    return answer.outcome


def seen(small, name):
    return next(one for one in visits_view(small.book).visits if one.visit == name)


def rules(small, name):
    return [fact.code for fact in seen(small, name).facts]


def the(small, monitor="monitor"):
    return next(one for one in visits_view(small.book).monitors if one.monitor == monitor)


def test_a_visit_is_promised_made_and_acted_on_and_one_not_told_stays_in_sight(sites):
    visit(sites, "v1", "plan", place="one")
    visit(sites, "v2", "plan", place="two")
    visit(sites, "v3", "plan", place="three")
    found = (Defect(defect="roof"),)
    visit(
        sites, "v1", "make", outcome="differs", defects=found, checked=4, cost=Money("30", "USD"), photos=("ab" * 32,)
    )
    assert (the(sites).found, the(sites).acted) == (1, 0)
    visit(sites, "v1", "act", by="fund", words="The roof is mended.")
    sites.now += timedelta(days=5)
    visit(sites, "v2", "cancel", words="The road was under water.")
    visit(sites, "v4", "make", place="four", outcome="no_access")
    monitor = the(sites)
    assert (monitor.promised, monitor.made, monitor.cancelled, monitor.overdue, monitor.no_access) == (3, 1, 1, 1, 1)
    assert (monitor.unplanned, monitor.told_late, monitor.found, monitor.acted, monitor.checked) == (1, 1, 1, 1, 4)
    (cost,) = monitor.costs
    assert (cost.total.amount, cost.visits) == (300_000, 1)
    assert seen(sites, "v2").reason == "The road was under water."
    assert "visits.told_late" in rules(sites, "v2"), "said after its day"
    assert "visits.told_late" not in rules(sites, "v1")
    assert (seen(sites, "v3").state, seen(sites, "v3").late) == ("overdue", 3)
    assert "visits.not_planned" in rules(sites, "v4")
    assert seen(sites, "v1").photos == ("ab" * 32,)


def test_nobody_calls_off_what_was_not_promised_or_is_over_and_the_reason_is_said(sites):
    assert visit(sites, "v", "cancel", words="It rained.") == "no_effect"
    visit(sites, "v", "plan", place="one")
    assert visit(sites, "v", "cancel", by="fund", words="They did not come.") == "no_effect", "another's word"
    assert visit(sites, "v", "cancel", words="It rained.") == "accepted"
    assert visit(sites, "v", "make", outcome="as_declared") == "no_effect"
    with pytest.raises(InvalidValueError, match="why the visit was not made"):
        VisitBody(visit="v", action="cancel")
    with pytest.raises(InvalidValueError, match="one seed"):
        Draw(commitment="ab" * 32, beacon=Beacon(beacon="b", round=1, value="ab" * 16), size=1, visits=1)
    before = BookAsAt(sites.book, micros(sites.now - timedelta(hours=2, minutes=30)))
    assert [one.state for one in visits_view(before).visits] == ["due"], "what was said later is not known"


def drawn_on(small, public=None, seed=None):
    """Draw two places on the record as it is; return them, some other place, and the size."""
    drawn = visit_plan(small.book, 2, floor="0.25", finds="0.9", seed=seed, public=public).drawn
    assert drawn is not None
    return drawn, next(site for site in SITES if site not in drawn), small.book.size


@pytest.mark.parametrize("beacon", [None, Beacon(beacon="drand:quicknet", round=7, value="0f" * 32)])
def test_everybody_draws_a_round_again_and_a_place_outside_it_says_so(sites, beacon):
    (first, second), other, size = drawn_on(sites, beacon or "checkpoint")
    draw = Draw(size=size, visits=2, beacon=beacon)
    visit(sites, "in", "plan", place=first, drawn=draw)
    visit(sites, "out", "plan", place=other, drawn=draw)
    visit(sites, "free", "plan", place=other)
    assert rules(sites, "in") == ["visits.draw_not_announced"]
    assert rules(sites, "out") == ["visits.place_outside_draw", "visits.draw_not_announced"]
    assert rules(sites, "free") == ["visits.place_chosen"]
    monitor = the(sites)
    assert (monitor.drawn, monitor.outside, monitor.chosen) == (1, 1, 1)
    (left,) = monitor.facts
    assert (left.code, left.values["places"]) == ("visits.drawn_left_out", [second])
    (round_,) = visits_view(sites.book).rounds
    assert (round_.places, round_.by) == ((first, second), "beacon" if beacon else "checkpoint")
    visit(sites, "rest", "plan", place=second, drawn=draw)
    assert the(sites).facts == ()


def test_a_draw_names_no_more_statements_than_there_were(sites):
    (first, _), _, size = drawn_on(sites, "checkpoint")
    visit(sites, "v", "plan", place=first, drawn=Draw(size=size + 9, visits=2))
    assert rules(sites, "v") == ["visits.draw_ahead"]


def test_a_committed_seed_is_checked_once_it_is_disclosed_and_must_be_sealed_before(sites):
    salt = bytes(32)
    sealed = commitment("seed", SEED.encode(), salt).hex()
    sites.say("monitor", Sealed, SealedBody(commitment=sealed, about="round:1", field="seed", sensitivity="draw"))
    (first, _), other, size = drawn_on(sites, seed=bytes.fromhex(SEED))
    terms = terms_of(2, "0.25", "0.9")
    draw = Draw(commitment=commit(bytes.fromhex(SEED), terms), size=size, visits=2)
    visit(sites, "in", "plan", place=first, drawn=draw)
    visit(sites, "out", "plan", place=other, drawn=draw)
    assert rules(sites, "out") == ["visits.seed_not_told"], "until then nobody can say more"
    opened = DisclosureBody(commitment=sealed, field="seed", value=SEED, salt=salt.hex())
    sites.say("monitor", Disclosure, opened)
    assert rules(sites, "in") == ["visits.draw_not_announced"], (
        "of the size on which it was drawn nothing was said before"
    )
    assert rules(sites, "out") == ["visits.place_outside_draw", "visits.draw_not_announced"]
    assert visits_view(sites.book).rounds[0].sealed is not None
    loose = bytes.fromhex("6f" * 32)
    (first, _), _, size = drawn_on(sites, seed=loose)
    told = Draw(commitment=commit(loose, terms), seed=loose.hex(), size=size, visits=2)
    visit(sites, "unsealed", "plan", place=first, drawn=told)
    assert rules(sites, "unsealed") == ["visits.seed_not_sealed", "visits.draw_not_announced"]
    wrong = Draw(commitment=commit(loose, terms), seed="6e" * 32, size=size, visits=2)
    visit(sites, "wrong", "plan", place=first, drawn=wrong)
    assert "visits.other_seed" not in rules(sites, "wrong"), "the same round was opened rightly by another plan"
    lone = Draw(commitment=commit(loose, terms_of(1, "0.25", "0.9")), seed="6e" * 32, size=size, visits=1)
    visit(sites, "lone", "plan", place=first, drawn=lone)
    assert rules(sites, "lone") == ["visits.other_seed"]


@pytest.mark.threat(
    who="monitor",
    tries="knows the seed of a round, and draws on one size of the record after the other until the places suit it",
    alone="the round says that the record does not show that its size was fixed before",
    needs="nobody; announced beforehand, size, options and seed are fixed",
    seen_by="everybody: `enduse visits`, of each place of the round",
)
@pytest.mark.parametrize("by", ["seed", "beacon", "checkpoint"])
def test_the_size_that_a_round_is_drawn_on_is_announced_before_the_record_has_it(sites, by):
    seed = bytes.fromhex(SEED) if by == "seed" else None
    beacon = Beacon(beacon="drand:quicknet", round=7, value="0f" * 32) if by == "beacon" else None
    promised = commit(seed, terms_of(2, "0.25", "0.9")) if seed else None
    size = sites.book.size + 8
    topic = round_topic(
        size,
        terms_of(2, "0.25", "0.9"),
        commitment=promised or "",
        beacon="drand:quicknet 7" if beacon else "",
    )
    said = UndertakingBody(undertaking="round-1", action="state", by="monitor", about=topic, words={"en": "I draw."})
    sites.say("monitor", Undertaking, said)
    while sites.book.size < size:
        sites.say("keeper", Place, PlaceBody(place=f"at-{sites.book.size}", name={"en": "P"}, type="area"))

    def told(name, size):
        with at_size(sites.book, size) as then:
            plan = visit_plan(
                then, 2, floor="0.25", finds="0.9", seed=seed, public=beacon or (None if seed else "checkpoint")
            )
        assert plan.drawn
        draw = Draw(size=size, visits=2, beacon=beacon, commitment=promised, seed=SEED if seed else None)
        visit(sites, name, "plan", place=plan.drawn[0], drawn=draw)
        return [rule for rule in rules(sites, name) if rule != "visits.seed_not_sealed"]

    assert told("v1", size) == []
    assert told("v2", size - 1) == ["visits.draw_not_announced"]


def test_monitors_that_are_related_do_not_rotate_by_taking_turns(tmp_path):
    small = shape(Small(tmp_path / "p", visits=VisitRules(running=2)))
    try:
        owned = PartyBody(party="donor", name={"en": "Donor"}, type="agency", owned_by=("monitor",))
        assert small.say("keeper", Party, owned).problem is None
        for number, by in enumerate(("monitor", "donor", "monitor")):
            visit(small, f"a{number}", "make", place="one", by=by, outcome="as_declared")
        fact = next(fact for fact in seen(small, "a2").facts if fact.code == "visits.related_monitors")
        assert (fact.values["party"], fact.values["n"], fact.values["most"]) == ("monitor", 3, 2)
        visit(small, "b", "make", place="one", by="keeper", outcome="as_declared")
        assert "visits.related_monitors" not in rules(small, "b")
    finally:
        small.intake.close()


def test_one_monitor_at_one_site_too_often_running_is_told_by_the_founding_s_rule(tmp_path):
    small = shape(Small(tmp_path / "p", visits=VisitRules(running=2)))
    try:
        for number in range(2):
            visit(small, f"a{number}", "make", place="one", outcome="as_declared")
        assert "visits.same_monitor" not in rules(small, "a1")
        visit(small, "elsewhere", "make", place="two", outcome="as_declared")
        visit(small, "shut", "make", place="one", by="donor", outcome="no_access")
        visit(small, "a2", "make", place="one", outcome="as_declared")
        fact = next(fact for fact in seen(small, "a2").facts if fact.code == "visits.same_monitor")
        assert (fact.values["n"], fact.values["most"]) == (3, 2)
        visit(small, "b", "make", place="one", by="donor", outcome="as_declared")
        visit(small, "a3", "make", place="one", outcome="as_declared")
        assert "visits.same_monitor" not in rules(small, "a3"), "another went between"
        assert visits_view(small.book).running == 2
    finally:
        small.intake.close()


def test_ties_to_whoever_builds_or_holds_goods_there_are_told_as_they_were_then(sites):
    visit(sites, "before", "make", place="one", outcome="as_declared")
    assert "visits.tied" not in rules(sites, "before")
    owned = PartyBody(party="monitor", name={"en": "monitor"}, type="agency", owned_by=("donor",))
    sites.say("keeper", Party, owned)
    built = PartyBody(party="warehouse", name={"en": "warehouse"}, type="agency", owned_by=("donor",))
    sites.say("keeper", Party, built)
    visit(sites, "after", "make", place="one", outcome="as_declared")
    fact = next(fact for fact in seen(sites, "after").facts if fact.code == "visits.tied")
    assert (fact.values["monitor"], fact.values["party"]) == ("monitor", "warehouse")
    visit(sites, "own", "make", by="warehouse", place="two", outcome="as_declared")
    assert "visits.of_its_own" in rules(sites, "own")


def test_who_says_otherwise_is_named_and_nobody_is_judged(sites):
    visit(sites, "v1", "make", place="one", outcome="as_declared")
    telling = visits_view(sites.book).visits[0].entries[0]
    false = (sites.book.statement(telling).id,)
    visit(sites, "w1", "make", by="donor", place="one", outcome="differs", checked=1, false=false)
    sites.say("fund", Claim, ClaimBody(claim="c", about="v1", words={"en": "Nobody came."}))
    sites.say("monitor", Claim, ClaimBody(claim="d", about="v1", words={"en": "We came."}))
    said = {(one.by, one.how) for one in the(sites).contradicted if one.visit == "v1"}
    assert said == {("donor", "found_false"), ("donor", "saw_otherwise"), ("fund", "claim")}
    assert {(one.by, one.how) for one in the(sites, "donor").contradicted} == {("monitor", "saw_otherwise")}
    assert (the(sites, "donor").checked, the(sites, "donor").false) == (1, 1)


def test_coverage_counts_the_places_by_what_is_at_stake_there(sites):
    event = (
        '{"type":"ObjectEvent","eventTime":"%s","eventTimeZoneOffset":"+00:00","action":"ADD","bizStep":"commissioning",'
        '"readPoint":{"id":"%s"},"quantityList":[{"epcClass":"urn:enduse:class:cement","quantity":%d,"uom":"TNE"}]}'
    )
    for site, tonnes in (("one", 30), ("two", 10)):
        sites.now += timedelta(minutes=1)
        body = GoodsBody(event=event % (sites.now.isoformat(), site, tonnes))
        assert sites.say("warehouse", Goods, body, place=site).outcome == "accepted"
    assert the_covered(sites, "one") == pytest.approx(0.75)
    assert the_covered(sites, "two") == pytest.approx(1)


def the_covered(sites, site):
    visit(sites, f"v-{site}", "make", place=site, outcome="as_declared")
    return the(sites).covered


def test_of_one_monitor_alone_and_of_none(sites):
    visit(sites, "v1", "make", place="one", outcome="as_declared")
    visit(sites, "w1", "make", by="donor", place="one", outcome="as_declared")
    answer = visits_view(sites.book, "donor")
    assert ([one.monitor for one in answer.monitors], [one.visit for one in answer.visits]) == (["donor"], ["w1"])
    with pytest.raises(UnknownError):
        visits_view(sites.book, "carrier")


def test_what_was_promised_waits_for_its_monitor_until_it_is_told(sites):
    visit(sites, "soon", "plan", place="one", days=9)
    visit(sites, "past", "plan", place="two", days=1)
    sites.now += timedelta(days=4)
    visit(sites, "else", "make", by="donor", place="six", outcome="as_declared")
    waits = [(item.about, item.code, item.days) for item in inbox(sites.book, "monitor", status(sites.book)).items]
    assert [one for one in waits if one[1].startswith("visit")] == [
        ("past", "visit_overdue", 3),
        ("soon", "visit_due", 0),
    ]
    assert not [item for item in inbox(sites.book, "donor", status(sites.book)).items if item.about == "else"]
    waiting = backlog(sites.book, (), a_day=Fraction(1), said="1")
    assert ([one.visit for one in waiting.overdue], waiting.to_come) == (["past"], 1)
    visit(sites, "past", "cancel", words="The road was under water.")
    assert backlog(sites.book, (), a_day=Fraction(1), said="1").overdue == ()


def test_no_page_tells_where_a_visit_goes_that_is_still_to_come(sites):
    visit(sites, "soon", "plan", place="one", days=9)
    visit(sites, "past", "plan", place="two", days=1)
    sites.now += timedelta(days=4)
    visit(sites, "else", "make", by="donor", place="six", outcome="as_declared")
    with sites.closed() as folder, enduse.open(folder) as programme:
        answers = SiteAnswers(programme)
        page = monitors.visits(answers)
        assert (page.to_come, {one.visit for one in page.view.visits}) == (1, {"past", "else"})
        held = [line for line in record.log(answers, "").said if line.kind == "visit" and line.held_back]
        assert len(held) == 1
        assert "soon" not in msgspec.json.encode(page).decode()
        assert monitors.names(answers) == ("donor", "monitor")
        assert [one.monitor for one in monitors.visits(answers, "donor").view.monitors] == ["donor"]
