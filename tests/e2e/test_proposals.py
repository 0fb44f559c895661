"""A decision travels as a file and collects signatures; each who signs works out the evidence on his own copy first."""

import base64
import json
import shutil
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from enduse.api.keys import request_for
from enduse.book import keys
from enduse.cli.main import app
from enduse.errors import ConflictError
from enduse.statements.envelope import pae, wrap

EXAMPLES = Path(__file__).parents[2] / "examples"
MEMBERS = ("party:azura", "party:administration")


def run(*words, code=0, typed=""):
    result = CliRunner().invoke(app, [*map(str, words)], input=typed, env={"COLUMNS": "200"})
    assert result.exit_code == code, (words, result.output)
    return result.stdout if "--json" in words else result.stdout + result.stderr


@pytest.fixture
def desks(played_demo, tmp_path, monkeypatch):
    """The keeper's folder, and for two members of the council a copy of the record with their own key alone."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(played_demo[1], "demo")
    # What was played ended months ago, and a decision rests on no record that old.
    run(
        "say",
        "demo",
        "claim",
        "--as",
        "party:keeper",
        "--set",
        "about=place:coast",
        "--set",
        "words=The council meets.",
    )
    for member in MEMBERS:
        desk = Path(member.partition(":")[2])
        shutil.copytree("demo", desk)
        shutil.rmtree(desk / "keys")
        keys.save(desk, member, played_demo[0].keys[member])
    run("propose", "azura", "tranche:homes-2", "withhold", "--to", "homes.proposal", "--place", "place:coast")
    return Path("homes.proposal")


def agree(member, *more, code=0, typed=""):
    desk = member.partition(":")[2]
    return run("agree", desk, "homes.proposal", "--as", member, *more, code=code, typed=typed)


def test_two_agree_by_a_file_and_the_keeper_adds_it(desks):
    shown = run("agree", "administration", desks)
    assert "signed by: nobody" in shown
    assert "still lacks" in shown
    first = agree("party:azura", typed="yes\n")
    assert "met" in first, "the evidence is shown before the signature"
    assert first.index("still lacks") < first.rindex("signed by")
    assert "signed this already" in agree("party:azura", "--yes", code=2)
    assert "enough have signed" in agree("party:administration", "--yes")
    added = json.loads(run("add", "demo", desks, "--json"))
    assert not added["problems"]
    assert (added["accepted"], added["refused"]) == (2, 0)
    with enduse.open("demo") as programme:
        homes = next(each for each in programme.tranches() if each.tranche == "tranche:homes-2")
        assert homes.status == "withheld"
        assert not any(programme.check_decisions().values())


def test_a_key_that_is_elsewhere_signs_what_its_member_was_shown(desks, played_demo):
    """The copy shows the evidence and writes the decision; a telephone signs it; the signature goes into the proposal."""
    member, key = "party:azura", played_demo[0].keys["party:azura"]
    keys.path_of(Path("azura"), member).rename("telephone.key")
    request = request_for(key, member, "demo.enduse.example/palm-coast", "")
    Path("telephone.request").write_bytes(msgspec.json.encode(request))
    before = desks.read_bytes()
    asked = ("--key", "telephone.request", "--yes")
    told = agree(member, *asked, "--to", "homes.unsigned")
    assert "waits for its signature" in told
    assert desks.read_bytes() == before, "nobody has signed"
    assert "waits for its signature" in agree(member, *asked)
    assert "not to Kingdom of Arzan" in run("agree", "azura", desks, "--as", "party:arzan", *asked, code=2)
    lines = Path("azura/unsigned.dsse").read_bytes().splitlines()
    assert lines == Path("homes.unsigned").read_bytes().splitlines(), "asked twice, it waits once"
    line = json.loads(lines[0])
    payload = base64.b64decode(line["payload"])
    Path("back.dsse").write_bytes(wrap(payload, request.key, key.sign(pae(payload))) + b"\n")
    run("signed", "azura", "back.dsse")
    assert "signed by: Republic of Azura" in agree(member, *asked)
    assert "signed this already" in agree(member, *asked, code=2)
    assert "enough have signed" in agree("party:administration", "--yes")
    added = json.loads(run("add", "demo", desks, "--json"))
    assert (added["accepted"], added["problems"]) == (2, [])


def test_nobody_agrees_from_a_light_copy_which_shows_no_evidence(desks):
    run("copy", "demo", "--to", "desk")
    assert "a light copy holds none" in run("agree", "desk", desks, "--as", "party:azura", "--yes", code=2)


def test_who_is_still_to_sign_is_shown_by_release(desks):
    agree("party:azura", "--yes")
    run("add", "demo", desks)
    assert "still lacks" in run("release", "demo")


@pytest.mark.threat(
    who="council minority",
    tries="changes a proposal on its way: other evidence, another root or size, another tranche or place, or signs for the others",
    alone="each member's copy works root and evidence out again; what it does not bear out is refused before anybody signs,"
    " and a signature over anything but exactly this decision counts for nobody",
    needs="nobody; a quorum that signs without looking is caught by `enduse release --check`",
    seen_by="every other member, by `enduse agree`",
)
def test_a_proposal_that_was_changed_is_signed_by_nobody(desks):
    agree("party:azura", "--yes")
    first, signature = desks.read_bytes().splitlines(keepends=True)
    proposal = json.loads(first)

    def changed(place="place:coast", **fields):
        body = {**proposal["body"], **fields}
        desks.write_bytes(json.dumps({**proposal, "place": place, "body": body}).encode() + b"\n" + signature)
        before = sorted(path.name for path in Path("administration").iterdir())
        told = agree("party:administration", "--yes", code=1)
        assert sorted(path.name for path in Path("administration").iterdir()) == before
        return told

    assert "signature is not over exactly this decision" in changed(reason="Another reason.")
    assert "signature is not over exactly this decision" in changed(place="place:port")
    changed(evidence="0" * 64)
    changed(record_root="0" * 64)
    changed(tranche="tranche:school-2")
    changed(record_size=proposal["body"]["record_size"] - 1)
    assert "bring your copy up to date" in changed(record_size=proposal["body"]["record_size"] + 1)
    desks.write_bytes(first + signature.replace(b'"sig":"', b'"sig":"A'))
    agree("party:administration", "--yes", code=1)
    with enduse.open("administration") as programme, pytest.raises(ConflictError):
        programme.agree(desks, party="party:administration")


def test_nothing_is_signed_unasked_or_where_the_record_is_kept(desks, tmp_path):
    before = desks.read_bytes()
    assert "nothing was signed" in agree("party:azura", code=2)
    assert "nothing was signed" in agree("party:azura", typed="no\n", code=2)
    assert "kept in this folder" in run("agree", "demo", desks, "--as", "party:monitor", "--yes", code=2)
    assert "no proposal" in run("agree", "azura", "demo/log.vkey", code=2)
    assert "name another file" in run("propose", "azura", "tranche:homes-2", "release", "--to", desks, code=2)
    run("propose", "azura", "tranche:none", "release", "--to", "none.proposal", code=2)
    assert not Path("none.proposal").exists()
    assert desks.read_bytes() == before
    assert not Path("azura/said.dsse").exists()


def test_what_nobody_signed_is_never_enough_and_is_not_added(desks):
    """In a programme without a council the file said that enough had signed, and adding it said nothing."""
    run("new", "town", "--from", EXAMPLES / "harbour-town" / "town.xlsx", "--play-all-parties")
    proposed = run("propose", "town", "School 1", "release", "--to", "school.proposal")
    assert "enough have signed" not in proposed
    assert "the signature of whoever may decide" in proposed
    assert "place: School site" in proposed, "the place is that of its project"
    assert "nobody has signed this proposal" in run("add", "town", "school.proposal", code=1)
    run("propose", "town", "tranche:school-1", "withhold", "--to", "named.proposal", "--place", "School site")
    with enduse.open("town") as programme:
        assert programme.proposed("named.proposal").place == "place:school-site"
