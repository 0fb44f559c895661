"""A draw that was announced before its seed was known says so; one that was not says that too."""

import json

import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.errors import ConflictError, MalformedError
from enduse.statements.money import Expenditure, ExpenditureBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.terms.amounts import Money
from enduse.views.announced import announced
from enduse.views.money_sample import SampleTerms, money_sample


@pytest.fixture
def spent(small):
    for number in range(1, 30):
        paid = ExpenditureBody(expenditure=f"E-{number}", amount=Money(str(10 * number), "USD"), payee="carrier")
        small.say("fund", Expenditure, paid)
    return small


def passing(small, size):
    """Let others record until the record has a size at least, and publish it."""
    while small.book.size < size:
        small.say("keeper", Place, PlaceBody(place=f"p-{small.book.size}", name={"en": "P"}, type="area"))
    small.book.log.publish()


def announce(small, topic, name="u-1", party="monitor", by=None, **more):
    body = UndertakingBody(
        undertaking=name, action="state", by=by or party, about=topic, words={"en": "I draw this."}, **more
    )
    return small.say(party, Undertaking, body)


def sample(small, **terms):
    return money_sample(small.book, small.book, SampleTerms(**terms))


@pytest.mark.threat(
    who="monitor",
    tries="draws a sample of payments by a root that is known, from one list, size or risk after the other, until it suits",
    alone="no sample counts as announced but the one whose list, size, terms and seed the record held before the seed was known",
    needs="nobody",
    seen_by="everybody: `enduse money sample` says who announced just this draw, when, and how many others; or that nobody did",
)
def test_a_sample_is_announced_with_its_list_its_terms_and_its_seed_before_that_is_known(spent):
    size = spent.book.size + 20
    topic = sample(spent, size=3, root=size, announce=True).topic
    assert announce(spent, topic).outcome == "accepted"
    entry = spent.book.size - 1
    passing(spent, size)
    drawn = money_sample(spent.book, spent.book, SampleTerms(size=3, beacon="other: 7"))
    assert drawn.announced is None, "another seed"
    with enduse.open(spent.folder) as programme:

        def found(**terms):
            listed = {"as_known": entry - 1, "root": size, **terms}
            return programme.money_sample(**listed).announced

        told = found(size=3)
        assert (told.party, told.entry, told.others) == ("monitor", entry, 0)
        assert found(size=4) is None
        assert found(size=3, risk="0.1") is None
        assert found(size=3, as_known=entry - 8) is None, "another list"
        assert found(size=3, as_known=entry + 1) == told, "the same list, though more was recorded"


def test_who_announces_several_draws_is_told_so_and_what_is_called_off_or_is_anothers_word_counts_for_none(spent):
    size = spent.book.size + 30
    topics = [sample(spent, size=number, root=size, announce=True).topic for number in (3, 4, 5)]
    for number, topic in enumerate(topics):
        announce(spent, topic, f"u-{number}")
    passing(spent, size)
    assert announced(spent.book, topics[0], before=size).others == 2
    spent.say("monitor", Undertaking, UndertakingBody(undertaking="u-0", action="withdraw"))
    assert announced(spent.book, topics[0], before=size) is None
    assert announced(spent.book, topics[1], before=size).others == 1
    topic = sample(spent, size=9, beacon="lottery of  7 February", announce=True).topic
    cited = {"citation": {"source": "a letter", "quote": "I draw."}}
    assert announced(spent.book, topic) is None
    assert announced(spent.book, topics[1], before=size, by="fund") is None, "another party's draw"
    del cited
    announce(spent, topic, "u-9", party="donor")
    drawn = sample(spent, size=9, beacon="lottery of 7 February: 3 11 19")
    assert drawn.topic == topic
    assert drawn.announced.party == "donor"


def test_an_announcement_that_the_root_holds_as_its_last_entry_is_none(spent):
    """Whoever announces would choose its words until the root suits."""
    size = spent.book.size + 2  # the keeper's clock, and the announcement
    topic = sample(spent, size=3, root=size, announce=True).topic
    announce(spent, topic)
    assert spent.book.size == size
    assert announced(spent.book, topic, before=size) is None
    assert announced(spent.book, topic, before=size - 1) is None
    passing(spent, size + 2)
    assert announced(spent.book, topic, before=size + 1) is not None, "the next batch begins with the keeper's clock"


def test_nothing_is_announced_of_what_can_be_known_and_no_seed_is_no_announcement(spent):
    with pytest.raises(ConflictError, match="can be known"):
        sample(spent, size=3, root=spent.book.size, announce=True)
    with pytest.raises(MalformedError, match="what will be the seed"):
        sample(spent, size=3, announce=True)
    with pytest.raises(MalformedError, match="two seeds"):
        sample(spent, size=3, root=9, beacon="x", announce=True)


def test_the_commands_say_what_to_announce_and_whether_it_was(spent, tmp_path):
    size = spent.book.size + 20
    run = CliRunner()
    with spent.closed() as folder:
        asked = run.invoke(app, ["money", "sample", str(folder), "--size", "3", "--root", str(size), "--announce"])
        assert asked.exit_code == 0, asked.output
        topic = next(word for word in asked.stdout.split() if word.startswith("draw:"))
        said = {
            "undertaking": "u-1",
            "action": "state",
            "by": "monitor",
            "about": topic,
            "words": {"en": "I draw this."},
            "language": "en",
        }
        (tmp_path / "said.json").write_text(json.dumps(said))
        words = ["say", str(folder), "undertaking", "--as", "monitor", "--from", str(tmp_path / "said.json")]
        told = run.invoke(app, words)
        assert told.exit_code == 0, told.output
        for by in (["--new-seed", str(tmp_path / "seed")], ["--checkpoint"], ["--beacon", "drand/7"]):
            asked = run.invoke(app, ["plan", str(folder), "--visits", "1", "--announce", str(size), *by])
            assert asked.exit_code == 2, "nothing has arrived anywhere"
            assert not (tmp_path / "seed").exists()
    passing(spent, size)
    with spent.closed() as folder:
        drawn = run.invoke(
            app, ["money", "sample", str(folder), "--size", "3", "--root", str(size)], env={"COLUMNS": "300"}
        )
        assert drawn.exit_code == 2, "not published yet is refused, or the list holds the root"
        listed = ["--as-known", str(size - 1)]
        drawn = run.invoke(
            app, ["money", "sample", str(folder), "--size", "3", "--root", str(size), *listed], env={"COLUMNS": "300"}
        )
        assert drawn.exit_code == 0, drawn.output
        assert "monitor announced just this draw in statement" in drawn.stdout
        assert "nobody tried several" not in drawn.stdout
