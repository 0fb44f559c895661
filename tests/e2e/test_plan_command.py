"""``enduse plan``: chances, a committed draw, and anybody's check of it."""

import hashlib
import json
import shutil
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

import enduse
from enduse.book.assure import uses
from enduse.book.book import Book
from enduse.cli.main import app
from enduse.inspection.coverage import UNIT, Spot, best_response, cover
from enduse.inspection.exposure import exposures
from enduse.inspection.systematic_draw import systematic_draw


def run(*words, code=0):
    result = CliRunner().invoke(app, ["plan", *[str(word) for word in words]])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


def answer(*words, code=0):
    return json.loads(run(*words, "--json", code=code).stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan") / "demo"
    enduse.demo.build(folder)
    return folder


def test_visits_go_where_nobody_has_looked(demo):
    told = answer(demo, "--visits", 3)
    places = {item["place"]: item for item in told["places"]}
    assert sum(item["share"] for item in told["places"]) == 3 * UNIT
    assert sum(item["stake"] for item in told["places"]) == pytest.approx(1)
    # All the diesel was handed out on the hospital's own word; the homes' cement was measured and lies in the walls.
    assert places["place:hospital"]["why"][0]["what"] == "unmeasured_use"
    assert places["place:hospital"]["visited"] > 0.8 > places["place:central-store"]["visited"]
    assert places["place:homes-site"]["stake"] == 0
    assert min(item["visited"] for item in told["places"]) == pytest.approx(0.25 * 3 / len(places), abs=1e-8)
    assert "place:karst-yard" not in places, "nothing has been entrusted to who only sends"
    # 320 of 6,400 parcels spoilt: 0.95^44 > 0.1 > 0.95^45.
    parcels = next(why for why in places["place:central-store"]["why"] if why["resource"] == "food-parcel/piece")
    assert parcels["look_at"] == 45
    assert told["drawn"] is None


def test_the_table_of_the_explanation_is_true(demo):
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "inspection.md").read_text(encoding="utf-8")
    with Book.open(demo) as book:
        found = exposures(book.ledger, book.works, uses(book))
    spots, many = [Spot(exposure.value, exposure.value // 10) for exposure in found], len(found)

    def taken(shares):
        return f"{float(best_response(spots, shares).taker) / 1e9:.2f}"

    for visits in (1, 2, 3, 4):
        plans = (
            cover(spots, visits, visits * UNIT // (4 * many)),
            cover(spots, visits),
            [visits * UNIT // many] * many,
            [UNIT] * visits + [0] * (many - visits),
        )
        assert " | ".join((f"| {visits}", *map(taken, plans))) + " |" in page


def test_the_draw_is_committed_to_made_later_and_checked_by_all(demo, tmp_path):
    seed = tmp_path / "seed"
    before = answer(demo, "--visits", 3, "--new-seed", seed)
    assert before["drawn"] is None
    assert stat.S_IMODE(seed.stat().st_mode) == 0o600
    secret = bytes.fromhex(seed.read_text())
    terms = b"visits=3 floor=0.25 seen=0.9"
    assert before["commitment"] == hashlib.sha256(b"enduse.inspection.commit.v1\x00" + secret + terms).hexdigest()
    later = answer(demo, "--visits", 3, "--seed-file", seed)
    assert len(later["drawn"]) == 3
    assert later["holds"] is None
    words = ("--visits", 3, "--seed-file", seed, "--size", later["size"], "--commitment", before["commitment"])
    checked = answer(demo, *words)
    assert checked["holds"] is True
    assert {**checked, "holds": None} == later
    # And without the command: from the published chances, the seed, and the record's root.
    shares = {item["place"]: item["share"] for item in later["places"]}
    assert systematic_draw(secret, f"{later['origin']}\n{later['size']}\n{later['root']}\n", shares) == later["drawn"]


def test_the_plan_of_an_earlier_day_can_be_made_again(demo):
    earlier = answer(demo, "--visits", 3, "--size", 1000)
    assert earlier["size"] == 1000
    assert earlier["root"] != answer(demo, "--visits", 3)["root"]
    homes = next(item for item in earlier["places"] if item["place"] == "place:homes-site")
    assert homes["why"][0]["what"] == "unmeasured_use", "at that time nobody had measured"


@pytest.mark.threat(
    who="monitor",
    tries="draws the places to visit until it likes them",
    alone="another seed or plan than the committed one is told",
    needs="nobody",
    seen_by="anybody: `enduse plan --commitment`",
)
@pytest.mark.parametrize("changed", [("--seed-file", "other"), ("--visits", 4), ("--floor", 0.3), ("--seen", 0.8)])
def test_another_seed_or_plan_than_the_one_committed_to_is_told(demo, tmp_path, changed):
    committed = answer(demo, "--visits", 3, "--new-seed", tmp_path / "seed")["commitment"]
    (tmp_path / "other").write_text("11" * 32)
    words = {"--visits": 3, "--seed-file": "seed", changed[0]: changed[1]}
    words["--seed-file"] = tmp_path / words["--seed-file"]
    given = [word for pair in words.items() for word in pair]
    result = run(demo, *given, "--commitment", committed, code=1)
    assert "is not what was committed to" in result.stderr


def test_a_seed_sealed_in_the_record_is_disclosed_and_checked(demo, tmp_path):
    def record(*words):
        done = CliRunner().invoke(app, ["record", *[str(word) for word in words], "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    folder, seed = tmp_path / "copy", tmp_path / "seed"
    shutil.copytree(demo, folder)
    committed = answer(folder, "--visits", 2, "--new-seed", seed)["commitment"]
    who = ("--as", "party:monitor")
    sealed = record(
        "seal", folder, *who, "--about", "round:1", "--field", "seed", "--value", seed, "--due", "2026-12-01"
    )
    drawn = answer(folder, "--visits", 2, "--seed-file", seed, "--commitment", committed)
    assert drawn["size"] > sealed["index"], "the draw rests on a root that nobody knew when the seed was sealed"
    told = record("disclose", folder, sealed["commitment"], *who)
    with Book.open(folder) as book:
        disclosed = book.statement(told["index"]).statement.body.value
    (tmp_path / "told").write_text(disclosed)
    again = answer(
        folder, "--visits", 2, "--seed-file", tmp_path / "told", "--size", drawn["size"], "--commitment", committed
    )
    assert again == drawn


def test_the_detection_is_said_in_a_sentence(demo, tmp_path):
    shown = " ".join(run(demo, "--visits", 20, "--seen", 1).stdout.split())
    assert "One round of visits finds it out with a chance of 100%" in shown
    shown = " ".join(run(demo, "--visits", 1, "--floor", 1, "--seen", 0.5).stdout.split())
    # Nine places alike: 1/9 a round, half of it found: 1/18, and 1 - (17/18)^6 within six rounds.
    assert "One round of visits finds it out with a chance of 6%, 6 rounds like it with 29%" in shown
    assert "in each round the chance of a visit is at least 11% everywhere" in shown
    run(demo, "--visits", 2, "--new-seed", tmp_path / "seed")
    drawn = run(demo, "--visits", 2, "--seed-file", tmp_path / "seed").stdout
    assert sum(line.startswith("go ") for line in drawn.splitlines()) == 3, "a head and two places"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--visits", "3", "--commitment", "00"), "no seed to check"),
        (("--visits", "3", "--size", "1000000"), "not 1000000"),
        (("--visits", "3", "--size", "5"), "nothing has arrived"),
        (("--visits", "3", "--seed-file", "{bad}"), "holds no seed"),
        (("--visits", "3", "--seed-file", "{short}"), "32 random bytes"),
        (("--visits", "3", "--seed-file", "{none}"), "the system refuses"),
        (("--visits", "3", "--new-seed", "{bad}"), "never overwritten"),
        (("--visits", "3", "--new-seed", "{none}", "--seed-file", "{bad}"), "committed to first"),
    ],
)
def test_what_cannot_be_planned_says_why(demo, tmp_path, words, says):
    (tmp_path / "bad").write_text("seed?")
    (tmp_path / "short").write_text("00ff")
    files = {name: str(tmp_path / name) for name in ("bad", "short", "none")}
    result = run(demo, *[word.format(**files) for word in words], code=2)
    assert says in result.stderr
    assert not (tmp_path / "none").exists()
