"""What accountancy and visits together would detect: recomputed by hand, and open where a part is not known."""

from datetime import timedelta
from statistics import NormalDist

import pytest

import enduse
from enduse.book.assure import uses
from enduse.errors import MalformedError
from enduse.inspection.detection import NOT_KNOWN, exactly
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.visit import Draw, VisitBody, VisitStatement
from enduse.statements.works import Project, ProjectBody
from enduse.views.detection import detection

LOSS = 0.05


@pytest.fixture(scope="module")
def demo_book(played_demo):
    with enduse.open(played_demo[1]) as programme:
        yield programme


def test_the_number_of_a_place_is_recomputed_by_hand_from_its_parts(demo_book):
    found, now, more = demo_book.detection(3), demo_book.plan(3), demo_book.plan(4)
    visits = demo_book.visits().visits
    over = [one for one in visits if one.due is not None and one.state != "due"]
    kept = sum(one.state == "made" for one in over) / len(over)
    assert (found.ended, found.made, found.kept) == (2, 1, exactly(kept))
    for one, here, then in zip(
        found.places, now.places, (more_at(more, one.place) for one in found.places), strict=True
    ):
        assert one.place == here.place
        share, share_then = here.share / 1e9 * 0.9 * kept, then.share / 1e9 * 0.9 * kept
        seen = one.accountancy.least
        assert one.accountancy == exactly(seen)
        assert one.together.least == one.together.most == pytest.approx(1 - (1 - seen) * (1 - share))
        assert one.more.least == one.more.most == pytest.approx((1 - seen) * (share_then - share))
    average = sum(one.stake * one.together.least for one in found.places) / sum(one.stake for one in found.places)
    assert found.together.least == pytest.approx(average)


def more_at(plan, place):
    return next(one for one in plan.places if one.place == place)


def test_measured_use_is_seen_as_surely_as_its_error_allows(demo_book):
    """Steel at the clinic: the loss in errors of the instrument, less the limit of a one-sided test among all uses."""
    found = {one.place: one for one in demo_book.detection(3).places}
    every = uses(demo_book._book)
    for place, project in (("place:clinic-site", "project:clinic"), ("place:homes-site", "project:homes")):
        one = found[place]
        use = next(each for each in every if (each.project, each.resource) == (project, one.resource))
        sd = (use.interval.upper - use.interval.lower) / 2 / NormalDist().inv_cdf(0.975)
        limit = NormalDist().inv_cdf(1 - 0.05 / len(every))
        by_hand = NormalDist().cdf(LOSS * (use.declared - use.resolved) / sd - limit)
        assert one.basis == "use_measured"
        assert one.accountancy.least == pytest.approx(by_hand, abs=0.001)


def test_where_nobody_measured_use_or_counts_stock_accountancy_sees_nothing_however_large_the_loss(demo_book):
    found = {one.place: one for one in demo_book.detection(3, loss="1").places}
    assert (found["place:hospital"].basis, found["place:hospital"].accountancy) == ("use_not_measured", exactly(0.0))
    assert (found["place:fuel-store"].basis, found["place:fuel-store"].accountancy) == ("not_balanced", exactly(0.0))
    assert found["place:fuel-store"].on_way == exactly(1.0), "on the way there it shows"


def test_what_is_not_known_stays_open(demo_book, small):
    found = demo_book.detection()
    assert (found.visits, found.size, found.more) == (0, None, NOT_KNOWN), "no draw is stated in the demo"
    hospital = found.places[0]
    assert (hospital.visited, hospital.together.least) == (NOT_KNOWN, 0.0)
    assert hospital.together.most == pytest.approx(0.9 * 0.5)
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "site"}, type="site"))
    plan = ProjectBody(project="p", title={"en": "p"}, purpose="reconstruction", contractor="warehouse", bill=())
    small.say("keeper", Project, plan, place="site")
    draw = Draw(size=small.book.size, visits=1, seen="0.5")
    visit = VisitBody(visit="v", action="plan", due=small.now + timedelta(days=3), drawn=draw)
    small.say("monitor", VisitStatement, visit, place="site")
    coming = detection(small.book, None, loss="0.05", floor="0.25", finds="0.9")
    assert (coming.visits, coming.seen, coming.size, coming.ended) == (1, "0.5", draw.size, 0)
    assert coming.kept == NOT_KNOWN, "the day of no promise is over"
    assert all(one.visits.least == 0 < one.visits.most <= 0.5 for one in coming.places)


@pytest.mark.parametrize("loss", ["0", "1.1", "-0.05", "much", "1/0"])
def test_a_loss_is_a_share(demo_book, loss):
    with pytest.raises(MalformedError, match="no part of what passed"):
        demo_book.detection(3, loss=loss)
