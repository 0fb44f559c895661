"""A draw that was announced before its seed was known says so; one that was not says that too."""

import json
from hashlib import sha256

import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.errors import ConflictError, MalformedError
from enduse.inspection.monetary_unit import draw_units, names_of
from enduse.statements.money import Expenditure, ExpenditureBody
from enduse.statements.party import Party, PartyBody
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


@pytest.mark.threat(
    who="monitor",
    tries="announces a draw by a later root, lets others record, and then says something more of its own, whose words it tried until the root suits it",
    alone="no such draw counts as announced: the root must end with an entry of a party unrelated to who announced",
    needs="whoever records last, and with it the keeper, who takes in what it wants in the order it wants",
    seen_by="everybody: `enduse money sample`, `enduse visits`",
)
def test_a_root_that_ends_with_a_word_of_who_announced_draws_nothing_announced(spent):
    for last in ("monitor", "sister"):
        spent.say("keeper", Party, PartyBody(party="sister", name={"en": "S"}, type="agency", owned_by=("monitor",)))
        passing(spent, spent.book.size + 1)
        size = spent.book.size + 8
        topic = sample(spent, size=3, root=size, announce=True).topic
        announce(spent, topic, f"u-{last}")
        passing(spent, size - 2)
        assert announced(spent.book, topic, before=size - 2) is not None
        if last == "sister":
            spent.enrol(last)
        spent.say(last, Party, PartyBody(party=last, name={"en": f"{last} 17"}, type="agency"))
        assert spent.book.statement(spent.book.size - 1).statement.party == last
        assert announced(spent.book, topic, before=spent.book.size) is None


def test_an_announcement_that_the_root_holds_as_its_last_entry_is_none(spent):
    """Whoever announces would choose its words until the root suits."""
    size = spent.book.size + 2  # the keeper's clock, and the announcement
    topic = sample(spent, size=3, root=size, announce=True).topic
    announce(spent, topic)
    assert spent.book.size == size
    assert announced(spent.book, topic, before=size) is None
    assert announced(spent.book, topic, before=size - 1) is None
    passing(spent, size + 2)
    assert announced(spent.book, topic, before=size + 1) is None, "what the keeper's clock will read can be guessed"
    assert announced(spent.book, topic, before=size + 2) is not None


def test_nothing_is_announced_of_what_can_be_known_and_no_seed_is_no_announcement(spent):
    with pytest.raises(ConflictError, match="can be known"):
        sample(spent, size=3, root=spent.book.size, announce=True)
    with pytest.raises(MalformedError, match="what will be the seed"):
        sample(spent, size=3, announce=True)
    with pytest.raises(MalformedError, match="two seeds"):
        sample(spent, size=3, root=9, beacon="x", announce=True)


def left_out(spent, amounts, value, rests_on):
    """Whether a draw by some seed leaves out the largest payment."""
    fixed = sample(spent, size=3).list
    return max(amounts, key=amounts.get) not in names_of(draw_units(amounts, 3, f"{fixed}\n{rests_on}\n{value}"))


@pytest.mark.threat(
    who="keeper",
    tries="records last before the root that an announced sample is drawn by, and tries orders and words until the draw leaves out what it hides",
    alone="goes through where the root alone is the seed: a million tries leave a fifth of the money out of a sample of sixty; it knows no draw, and so tries in vain, where who draws keeps a secret seed to itself or a public value is the seed",
    needs="whoever draws, who tells it the seed",
    seen_by="nobody where the root alone is the seed: `enduse money sample --new-seed`, `enduse plan --new-seed` end it",
)
def test_who_records_last_knows_no_draw_by_root_and_secret_seed(spent):
    amounts = {str(number): 10 * number for number in range(1, 30)}
    roots = [sha256(bytes([number])).hexdigest() for number in range(40)]
    chosen = next(root for root in roots if left_out(spent, amounts, root, "root"))
    secrets = [sha256(b"seed" + bytes([number])).hexdigest() for number in range(100)]
    found = sum(left_out(spent, amounts, f"{chosen} {secret}", "root_and_seed") for secret in secrets)
    other = sum(left_out(spent, amounts, f"{roots[0]} {secret}", "root_and_seed") for secret in secrets)
    assert abs(found - other) < 20, "a root that was tried out is no better than any"
    assert found < 95


def test_a_sample_is_drawn_by_a_root_and_a_seed_that_was_committed_to(spent, tmp_path):
    run, size, seed = CliRunner(), spent.book.size + 20, tmp_path / "seed"
    asked = ["money", "sample", str(spent.folder), "--size", "3", "--root", str(size)]
    wide = {"COLUMNS": "300"}
    with spent.closed():
        for wrong in (["--new-seed", str(seed)], ["--new-seed", str(seed), "--announce", "--beacon", "x"]):
            assert run.invoke(app, [*asked, *wrong]).exit_code == 2
            assert not seed.exists()
        told = run.invoke(app, [*asked, "--new-seed", str(seed), "--announce", "--json"])
        assert told.exit_code == 0, told.output
        said = json.loads(told.stdout)
        assert len(bytes.fromhex(seed.read_text())) == 32
        assert (len(said["commitment"]), said["rests_on"]) == (64, "")
        assert seed.read_text().strip() not in told.stdout
    announce(spent, said["topic"])
    listed = spent.book.size - 2
    passing(spent, size)
    other = tmp_path / "other"
    other.write_text("ab" * 32)
    with spent.closed():
        asked = [*asked, "--as-known", str(listed)]
        drawn = run.invoke(app, [*asked, "--seed-file", str(seed)], env=wide)
        assert "the root and the seed" in drawn.stdout
        assert "monitor announced just this draw in statement" in drawn.stdout
        for further in (["--seed-file", str(other)], []):
            assert "announced just" not in run.invoke(app, [*asked, *further], env=wide).stdout
        refused = run.invoke(app, ["money", "sample", str(spent.folder), "--size", "3", "--seed-file", str(seed)])
        assert refused.exit_code == 2
        assert "beside the root" in refused.stderr


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
