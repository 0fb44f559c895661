"""``enduse record``: prove, publish under a policy, witness, mirror, seal and erase, as a person would."""

import hashlib
import http.client
import http.server
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.record import note
from enduse.record.log import Log
from enduse.record.note import Signer
from enduse.record.store import NewEntry
from enduse.terms.commitment import commitment
from enduse.terms.ed25519 import SigningKey

ROOT = Path(__file__).parents[2]
SEALED = ("--about", "x:1", "--field", "f", "--value", "{}/log.vkey")


def run(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


def answer(*words, code=0):
    return json.loads(run(*words, "--json", code=code).stdout)


@pytest.fixture(scope="module")
def cairo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record") / "cairo"
    answer("new", folder, "--from", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    return folder


@pytest.fixture
def copy(cairo, tmp_path):
    shutil.copytree(cairo, tmp_path / "cairo")
    return tmp_path / "cairo"


def test_a_proof_holds_offline_and_only_for_its_entry(cairo, tmp_path):
    proof = tmp_path / "p.tlog-proof"
    # Asked for, not counted: on a slow machine the record has a clock more.
    entry = answer("list", cairo, "--kind", "pledge")["statements"][0]["entry"]
    answer("record", "prove", cairo, entry, "--to", proof)
    found = answer("record", "verify", proof, "--key", cairo / "log.vkey")
    assert (found["ok"], found["index"]) == (True, entry)
    assert json.loads(found["statement"])["kind"] == "pledge"
    raw = bytearray(proof.read_bytes())
    raw[len(raw) // 3] ^= 1
    proof.write_bytes(bytes(raw))
    assert not answer("record", "verify", proof, "--key", cairo / "log.vkey", code=1)["ok"]


def test_files_that_went_through_a_mail_program_are_read(cairo, tmp_path):
    for name in ("p.tlog-proof", "note"):
        if name == "note":
            shutil.copy(cairo / "tiles" / "checkpoint", tmp_path / name)
        else:
            answer("record", "prove", cairo, 60, "--to", tmp_path / name)
        path = tmp_path / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert answer("record", "verify", tmp_path / "p.tlog-proof", "--key", cairo / "log.vkey")["ok"]
    kept = ("--kept", tmp_path / "note", "--kept", tmp_path / "p.tlog-proof")
    assert answer("record", "compare", cairo, *kept)["ok"]


def test_a_proof_needs_a_key_one_trusts(cairo, tmp_path):
    answer("record", "prove", cairo, 5, "--to", tmp_path / "p")
    assert "--key" in run("record", "verify", tmp_path / "p", code=2).stderr


@pytest.fixture
def served(tmp_path):
    """A static file server over ``tmp_path``, as any host gives one; its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.threat(
    who="operator",
    tries="serves a forged record beside a key of its own",
    alone="holds for a reader who trusts what he is served, and for nobody with a key from elsewhere",
    needs="works alone against readers without a key from elsewhere",
    seen_by="readers with the honest key or a policy: `enduse record verify --key`",
)
def test_verify_trusts_the_key_it_is_given_and_no_other(cairo, copy, served):
    """Whoever holds the folder founds it again with a key of his own; a reader has the honest key from elsewhere."""
    forged, honest = copy.parent / "forged", cairo / "log.vkey"
    answer("new", forged, "--from", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    assert (forged / "log.vkey").read_text() != honest.read_text()
    assert answer("record", "verify", forged)["ok"], "by itself the forgery is perfect"
    assert not answer("record", "verify", forged, "--key", honest, code=1)["ok"]
    assert "key you have from elsewhere" in run("record", "verify", f"{served}/forged", code=2).stderr
    assert not answer("record", "verify", f"{served}/forged", "--key", honest, code=1)["ok"]
    assert answer("record", "verify", f"{served}/cairo", "--key", honest)["ok"]
    policy = copy.parent / "log-only.policy"
    policy.write_text(f"log {honest.read_text()}quorum none\n")
    assert not answer("record", "verify", forged, "--policy", policy, code=1)["ok"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def witness(copy, tmp_path):
    """A witness in a process of its own, as another party would run it."""
    port = free_port()
    command = [sys.executable, "-c", "from enduse.cli.main import main; main()", "record", "witness", tmp_path / "w"]
    command += ["--log", copy / "log.vkey", "--name", "witness.example", "--listen", f"127.0.0.1:{port}"]
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    vkey = child.stdout.readline().strip()
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", vkey
    child.terminate()
    child.wait()
    child.stdout.close()
    child.stderr.close()


def policy_of(copy, url, vkey):
    path = copy.parent / "trust.policy"
    log = (copy / "log.vkey").read_text().strip()
    path.write_text(f"log {log}\nwitness one {vkey} {url}\nquorum one\n")
    return path


def test_publication_waits_for_its_witness(copy, witness):
    url, vkey = witness
    policy = policy_of(copy, url, vkey)
    assert not answer("record", "verify", copy, "--policy", policy, code=1)["ok"]
    deaf = policy_of(copy, f"http://127.0.0.1:{free_port()}", vkey)
    waiting = answer("record", "publish", copy, "--policy", deaf, code=1)
    assert not waiting["published"]
    assert "one" in waiting["waits_for"][0]["message"]
    policy = policy_of(copy, url, vkey)
    assert answer("record", "publish", copy, "--policy", policy)["cosigned"] == ["one"]
    assert answer("record", "verify", copy, "--policy", policy)["ok"]


def test_verify_says_who_watches_and_how_long_ago(copy, witness, monkeypatch):
    early = copy / "early"
    answer("record", "prove", copy, 3, "--to", early)
    nobody = "Nobody else has signed this checkpoint: whoever keeps the record could still rewrite all of it unseen."
    assert nobody in " ".join(run("record", "verify", copy).stdout.split())
    assert answer("record", "verify", copy)["cosigned"] == {}
    assert "nobody whose key is known" in run("record", "verify", copy, "--max-age", "7d", code=1).stderr
    url, vkey = witness
    policy = policy_of(copy, url, vkey)
    answer("record", "publish", copy, "--policy", policy)
    told = " ".join(run("record", "verify", copy, "--policy", policy, "--max-age", "7d").stdout.split())
    assert "cosigned by one" in told
    assert "less than an hour ago" in told
    assert nobody not in told
    found = answer("record", "verify", copy, "--policy", policy)
    assert (list(found["cosigned"]), found["cosigners_named_by_reader"]) == (["one"], True)
    # So does a proof file, by what its checkpoint carries.
    answer("record", "prove", copy, 3, "--to", copy / "proof")
    proved = ("record", "verify", copy / "proof")
    assert nobody in " ".join(run("record", "verify", early, "--key", copy / "log.vkey").stdout.split())
    assert "nobody" in run("record", "verify", early, "--key", copy / "log.vkey", "--max-age", "7d", code=1).stderr
    told = " ".join(run(*proved, "--policy", policy, "--max-age", "7d").stdout.split())
    assert ("cosigned by one" in told, nobody in told) == (True, False)
    assert list(answer(*proved, "--policy", policy)["cosigned"]) == ["one"]
    assert "by keys you have not named" in " ".join(run(*proved, "--key", copy / "log.vkey").stdout.split())
    assert "span of time" in run(*proved, "--policy", policy, "--max-age", "soon", code=2).stderr
    monkeypatch.setattr("enduse.operators.time.time", lambda: time.monotonic() + 4e9)
    assert "168 were asked for" in run(*proved, "--policy", policy, "--max-age", "7d", code=1).stderr
    monkeypatch.undo()
    # A witness whose clock says what no clock can is named, and breaks nothing.
    path = copy / "tiles" / "checkpoint"
    parsed = note.parse(path.read_bytes())
    odd = note.Signer("odd.example", SigningKey.generate(), note.COSIGNATURE_V1)
    honest = path.read_bytes()
    path.write_bytes(parsed.adding([odd.sign(parsed.text, 2**63 - 1)]).encode())
    named = copy.parent / "odd.policy"
    named.write_text(policy.read_text() + f"witness odd {odd.verifier.vkey}\n")
    assert "at a time that cannot be" in " ".join(run("record", "verify", copy, "--policy", named).stdout.split())
    path.write_bytes(honest)
    # Without the reader's policy the folder itself names the witness, and says so.
    told = " ".join(run("record", "verify", copy).stdout.split())
    assert "this folder says itself" in told
    found = answer("record", "verify", copy, "--key", copy / "log.vkey")
    assert (list(found["cosigned"]), found["cosigners_named_by_reader"]) == (["one"], False)
    (copy / "witnesses.policy").unlink()
    assert "by keys you have not named" in " ".join(run("record", "verify", copy).stdout.split())
    assert "span of time" in run("record", "verify", copy, "--max-age", "soon", code=2).stderr


def changed_row(folder, index=60):
    with closing(sqlite3.connect(folder / "record.db")) as db:
        db.executescript("DROP TRIGGER entry_no_UPDATE")
        (entry,) = db.execute("SELECT entry FROM entry WHERE idx = ?", (index,)).fetchone()
        db.execute(
            "UPDATE entry SET entry = ? WHERE idx = ?", (entry.replace(b'"sig":"', b'"sig":"A')[: len(entry)], index)
        )
        db.commit()


def test_verify_says_first_which_copy_was_changed_and_whose_key_it_trusted(copy):
    key = copy / "log.vkey"
    assert "key that lies in this folder" in " ".join(run("record", "verify", copy).stdout.split())
    assert "Checked with what you gave" in " ".join(run("record", "verify", copy, "--key", key).stdout.split())
    assert [answer("record", "verify", copy, *more)["key_given"] for more in ((), ("--key", key))] == [False, True]
    bundle = next(item for item in (copy / "tiles/tile/entries").rglob("*") if item.is_file())
    raw = bundle.read_bytes()
    bundle.write_bytes(raw[:100] + bytes([raw[100] ^ 1]) + raw[101:])
    told = " ".join(run("record", "verify", copy, code=1).stderr.split())
    assert told.startswith("The published files of this copy were changed or damaged; its database still holds")
    changed_row(copy)
    told = " ".join(run("record", "verify", copy, code=1).stderr.split())
    assert told.startswith("This copy was changed after it was signed: entry 60 is another one than was signed for.")
    assert answer("record", "verify", copy, code=1)["changed"]["code"] == "record.copy_changed_at"


@pytest.fixture
def forged(copy):
    """The same record with one statement changed: founded again and signed with the log's own key."""
    other = copy.parent / "forged"
    shutil.copytree(copy, other)
    with Log.open(copy) as log:
        rows = [NewEntry(row.entry, row.statement_id, row.key, row.seq) for row in log.store.entries()]
        origin = log.origin
    changed = rows[60].entry.replace(b'"sig":"', b'"sig":"A', 1)[: len(rows[60].entry)]
    rows[60] = NewEntry(changed, hashlib.sha256(changed).digest(), rows[60].key, rows[60].seq)
    for name in ("record.db", "log.vkey", "book.db"):
        (other / name).unlink(missing_ok=True)
    shutil.rmtree(other / "tiles")
    signer = Signer.parse((copy / "keys" / "log.key").read_text())
    with Log.create(other, origin, signer.key) as log:
        log.append(rows)
        log.publish()
    return other


@pytest.mark.threat(
    who="operator",
    tries="changes one statement and signs everything again, after others kept a card, a proof or a checkpoint",
    alone="each kept piece contradicts it, also after both have grown",
    needs="everybody who kept anything",
    seen_by="whoever kept it: `enduse record compare --kept`, which writes the evidence",
)
def test_compare_finds_who_was_shown_what_and_writes_what_convicts(copy, forged, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    key = copy / "log.vkey"
    answer("record", "card", copy, "--to", "card.html")
    answer("record", "prove", copy, "5", "--to", "early.proof")
    shutil.copy(copy / "tiles" / "checkpoint", "note.txt")
    kept = [word for name in ("card.html", "early.proof", "note.txt") for word in ("--kept", name)]
    found = answer("record", "compare", copy, *kept)
    assert [each["verdict"] for each in found["compared"]] == ["agrees"] * 3
    assert not Path("evidence.json").exists()
    # Later the record has grown; then the forgery grows too, so that sizes differ.
    seal(copy)
    assert answer("record", "compare", copy, *kept)["ok"]
    with Log.open(forged) as log:
        size = log.size
    for grown in (False, True):
        if grown:
            with Log.open(forged) as log:
                rows = [b"one more", b"and another"]
                log.append([NewEntry(row, hashlib.sha256(row).digest(), bytes(32), 9) for row in rows])
                assert log.publish().size == size + 2
        found = answer("record", "compare", forged, "--key", key, *kept, code=1)
        assert [each["verdict"] for each in found["compared"]] == ["contradicts"] * 3
        assert "evidence is in evidence.json" in run("record", "compare", forged, *kept, code=1).stderr
        proved = answer("record", "evidence", "evidence.json", "--key", key)
        assert proved["proves"]["code"] == ("record.two_histories" if grown else "record.two_roots")
    assert not answer("record", "compare", forged, "--with", copy, code=1)["ok"]
    other = copy.parent / "other"
    answer("new", other, "--from", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    assert not answer("record", "evidence", "evidence.json", "--key", other / "log.vkey", code=1)["ok"]
    found = answer("record", "compare", other, *kept, code=1)
    assert [each["verdict"] for each in found["compared"]] == ["not_checked"] * 3
    # A copy that shows less than somebody holds of it is behind, or was rolled back.
    answer("record", "mirror", "behind", "--of", copy / "tiles", "--key", key, "--name", "m.example")
    seal(copy)
    found = answer("record", "compare", "behind", "--kept", copy / "tiles" / "checkpoint", code=1)
    assert found["compared"][0]["verdict"] == "ahead"


@pytest.mark.threat(
    who="operator",
    tries="changes one statement and signs everything again, while somebody has a few digits from a telephone or a paper card",
    alone="the digits of the changed record are other ones; they convict nobody, but the page of the card does",
    needs="works alone while nobody compares",
    seen_by="whoever compares: `enduse record fingerprint --check`, `enduse record card --check`",
)
def test_digits_read_out_and_a_printed_card_are_checked(copy, forged, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = run("record", "fingerprint", copy)
    assert "132 bits" in said.stderr
    line = said.stdout.strip()
    told = answer("record", "fingerprint", copy)
    assert (line, told["bits"]) == (f"{told['size']}: {' '.join(re.findall('.{5}', told['digits']))}", 132)
    arabic = line.translate({ord(str(digit)): 0x660 + digit for digit in range(10)})
    for text in (line, told["digits"].join((f"{told['size']} ", "")), arabic):
        assert answer("record", "fingerprint", copy, "--check", text)["ok"]
    answer("record", "card", copy, "--to", "card.html")
    assert line in Path("card.html").read_text(encoding="utf-8")
    seal(copy)  # the record grows, and what was read out before is still its beginning
    assert run("record", "fingerprint", copy, "--size", told["size"]).stdout.strip() == line
    for card in (line, "card.html"):
        assert answer("record", "card", copy, "--check", card)["ok"]
        found = answer("record", "card", forged, "--check", card, code=1)
        assert [each["verdict"] for each in found["compared"]] == ["contradicts"]
        assert (found["evidence"] is None) == (card == line)
    assert answer("record", "evidence", "evidence.json", "--key", copy / "log.vkey")["ok"]
    later = run("record", "fingerprint", copy).stdout.strip()
    behind = answer("record", "card", forged, "--check", later, code=1)["compared"][0]
    assert (behind["verdict"], behind["said"]["code"]) == ("ahead", "record.fingerprint_beyond")
    for wrong in ("none", "12", "0: " + "1" * 40, line + "x", "1" * 70):
        run("record", "card", copy, "--check", wrong, code=2)
    run("record", "fingerprint", copy, "--size", 9_999, code=2)


def test_a_witness_that_knows_several_logs_follows_any_of_them(cairo, copy, tmp_path):
    other = copy.parent / "other"
    answer("new", other, "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    follow = ("record", "witness", tmp_path / "w", "--log", copy / "log.vkey", "--log", other / "log.vkey")
    run(*follow, "--follow", copy, "--name", "ministry.example", "--to", tmp_path / "one")
    origin = (other / "log.vkey").read_text().partition("+")[0]
    assert origin in run(*follow, "--follow", other / "tiles", "--to", tmp_path / "two").stdout
    assert origin in (tmp_path / "two").read_text()
    answer("new", copy.parent / "third", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    stranger = run(*follow, "--follow", copy.parent / "third", "--to", tmp_path / "three", code=2)
    assert "none of the keys" in stranger.stderr


def test_a_witness_and_a_mirror_cry_out_and_keep_what_convicts(copy, forged, witness, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url, vkey = witness
    policy = policy_of(copy, url, vkey)
    answer("record", "publish", copy, "--policy", policy)
    assert answer("record", "compare", copy)["compared"][0]["source"] == "one"
    mirror = ("record", "mirror", tmp_path / "m", "--key", copy / "log.vkey")
    answer(*mirror, "--of", copy / "tiles", "--name", "m.example")
    assert answer("record", "evidence", tmp_path / "m")["ok"]
    assert not answer("record", "publish", forged, "--policy", policy, code=1)["published"]
    (kept,) = answer("record", "evidence", tmp_path / "w", code=1)["evidence"]
    assert "two different roots" in kept["said"]["message"]
    assert answer("record", "evidence", kept["file"], "--key", copy / "log.vkey")["ok"]
    result = run(*mirror, "--of", forged / "tiles", code=1)
    assert "EVIDENCE AGAINST THE LOG" in result.stderr
    assert len(answer("record", "evidence", tmp_path / "m", code=1)["evidence"]) == 1
    assert not answer("record", "compare", forged, "--policy", policy, code=1)["ok"]


def test_a_witness_without_a_server_cosigns_by_file(copy, tmp_path, monkeypatch):
    """No open port anywhere: the witness reads the tiles, its cosignature travels as a file, and is merged."""
    monkeypatch.chdir(tmp_path)
    follow = ("record", "witness", "w", "--log", copy / "log.vkey", "--follow", copy / "tiles")
    first = run(*follow, "--name", "ministry.example", "--to", "first")
    assert "Its public key, for the policies" in first.stderr
    vkey = first.stdout.split()[-1]
    assert "could rewrite all of it unseen" in " ".join(run("record", "publish", copy).stdout.split())
    policy = policy_of(copy, "", vkey)
    assert answer("record", "publish", copy, "--policy", policy, "--cosignature", "first")["cosigned"] == ["one"]
    assert answer("record", "verify", copy, "--policy", policy)["ok"]
    assert not seal(copy)["published"]
    waits = " ".join(run("record", "publish", copy, code=1).stdout.split())
    assert "not published yet: one has not cosigned" in waits
    assert "--cosignature FILE" in waits
    run("record", "publish", copy, "--cosignature", "first", code=2)
    run(*follow, "--to", "second")
    assert answer("record", "publish", copy, "--cosignature", "second")["published"]
    assert answer("record", "verify", copy, "--policy", policy, "--max-age", "1h")["ok"]
    # Another history is told aloud, and not cosigned.
    older = shutil.copytree(copy, tmp_path / "older")
    assert not seal(copy)["published"]
    run(*follow, "--to", "third")
    assert "rolled back" in run(*follow[:-1], older / "tiles", "--to", "fourth", code=2).stderr
    assert not Path("fourth").exists()


def test_a_witness_that_follows_goes_on_when_the_line_is_down_for_a_while(copy, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tiles, away, rounds = copy / "tiles", copy / "away", []
    here, sleep = threading.get_ident(), time.sleep

    def pass_time(seconds):
        if threading.get_ident() != here:  # a thread that another test left behind
            sleep(seconds)
            return
        rounds.append((seconds, Path("cosigned").read_bytes()))
        if len(rounds) == 1:
            tiles.rename(away)
        elif len(rounds) == 2:
            away.rename(tiles)
            seal(copy)
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr("enduse.cli.witness.time.sleep", pass_time)
    follow = ("record", "witness", "w", "--log", copy / "log.vkey", "--follow", tiles, "--to", "cosigned")
    said = run(*follow, "--name", "w.example", "--every", "1h", code=130)
    assert [seconds for seconds, _ in rounds] == [3600, 3600, 3600]
    assert rounds[0][1] == rounds[1][1], "nothing could be read, nothing was cosigned"
    assert rounds[2][1] != rounds[1][1], "it watched again once the log was there"
    assert str(tiles) in said.stderr


def test_a_witness_listens_on_an_ipv6_address_as_it_is_written(copy, tmp_path, monkeypatch):
    def asked(server):
        with closing(http.client.HTTPConnection("::1", server.server_port, timeout=5)) as client:
            server.socket.settimeout(5)
            threading.Thread(target=server.handle_request).start()
            client.request("GET", "/nothing")
            assert client.getresponse().status == 404

    monkeypatch.setattr("enduse.operators.WitnessServer.serve_forever", asked)
    words = ("record", "witness", tmp_path / "w", "--log", copy / "log.vkey", "--name", "w.example")
    assert "listening on http://[::1]:" in run(*words, "--listen", "[::1]:0").stderr


def test_a_witness_keeps_its_name(copy, tmp_path):
    follow = ("record", "witness", tmp_path / "w", "--log", copy / "log.vkey", "--follow", copy, "--to", tmp_path / "c")
    run(*follow, "--name", "ministry.example")
    other = run(*follow, "--name", "port.example", code=2)
    assert "that of ministry.example, not of port.example" in " ".join(other.stderr.split())
    mirror = ("record", "mirror", tmp_path / "m", "--of", copy / "tiles", "--key", copy / "log.vkey")
    run(*mirror, "--name", "ministry.example")
    assert "port.example in a folder of its own" in " ".join(
        run(*mirror, "--name", "port.example", code=2).stderr.split()
    )
    run(*mirror, "--name", "ministry.example")


def test_yesterdays_backup_is_not_added_to_and_is_brought_forward(copy, witness, tmp_path):
    """It used to sign two roots for one size, and to drop what it had acknowledged since."""
    url, vkey = witness
    answer("record", "publish", copy, "--policy", policy_of(copy, url, vkey))
    backup, size = shutil.copytree(copy, tmp_path / "backup"), answer("record", "verify", copy)["size"]
    assert seal(copy)["published"]
    answer("record", "mirror", tmp_path / "m", "--of", copy / "tiles", "--key", copy / "log.vkey", "--name", "m.x")
    words = ("--as", "party:reader", "--about", "x:1", "--field", "f", "--value", copy.parent / "value.txt")
    said = " ".join(run("record", "seal", backup, *words, code=2).stderr.split())
    assert f"has cosigned {size + 2} entries of this record, and only {size} are here" in said
    assert "record restore" in said
    found = answer("record", "restore", backup, "--from", tmp_path / "m", "--key", copy / "log.vkey")
    assert (found["size"], found["added"]) == (size + 2, 2)
    assert answer("record", "verify", backup)["ok"]
    assert seal(backup)["published"]
    (backup / "record.db").unlink()
    assert "record.db is gone" in run("status", backup, code=2).stderr
    assert answer("record", "restore", backup, "--from", backup / "tiles")["added"] == size + 4
    shutil.rmtree(backup / "tiles" / "tile")
    assert answer("record", "rebuild", backup)["size"] == size + 4
    assert answer("record", "verify", backup)["ok"]


def test_where_nobody_can_be_asked_it_is_said(copy, witness):
    words = (
        "record",
        "seal",
        copy,
        "--as",
        "party:reader",
        "--about",
        "x:1",
        "--field",
        "f",
        "--value",
        copy / "log.vkey",
    )
    assert "nobody can tell whether this is its newest copy" in " ".join(run(*words).stderr.split())
    url, vkey = witness
    answer("record", "publish", copy, "--policy", policy_of(copy, url, vkey))
    assert not run(*words).stderr
    kept = copy / "witnesses.policy"
    kept.write_text(kept.read_text().replace(url, f"http://127.0.0.1:{free_port()}"))
    assert "one did not answer" in " ".join(run(*words).stderr.split())


def test_who_cosigned_by_file_watches_and_cannot_be_asked(copy, tmp_path):
    """It was said that nobody watches, after two had cosigned and were published."""
    told = run("record", "witness", tmp_path / "w", *("--log", copy / "log.vkey", "--follow", copy / "tiles"),
               *("--name", "w.example", "--to", tmp_path / "w.txt"))  # fmt: skip
    vkey = told.stdout.split()[-1]
    (tmp_path / "w.policy").write_text(
        f"log {(copy / 'log.vkey').read_text().strip()}\nwitness ministry {vkey}\nquorum ministry\n"
    )
    answer("record", "publish", copy, "--policy", tmp_path / "w.policy", "--cosignature", tmp_path / "w.txt")
    (tmp_path / "value.txt").write_text("a value")
    words = ("--as", "party:reader", "--about", "x:1", "--field", "f", "--value", tmp_path / "value.txt")
    said = " ".join(run("record", "seal", copy, *words).stderr.split())
    assert "Watched by ministry, whose addresses are not known: nobody could be asked" in said
    assert "Nobody else watches" not in said


def test_where_nothing_was_added_nothing_is_said_of_who_watches(copy, tmp_path):
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    assert "newest copy" not in run("add", copy, tmp_path / "odd.csv", "--as", "party:reader", code=2).stderr


def seal(copy, code=0):
    (copy.parent / "value.txt").write_text("a value")
    words = ("--as", "party:reader", "--about", "x:1", "--field", "f", "--value", copy.parent / "value.txt")
    return answer("record", "seal", copy, *words, code=code)


@pytest.mark.threat(
    who="keeper",
    tries="publishes what the cosigners have not signed, by another command",
    alone="what was cosigned stays published; the new waits, and it is said for whom",
    needs="the cosigners that the policy asks for",
    seen_by="anybody: `enduse record verify --policy` counts what is not published yet",
)
def test_the_policy_is_kept_and_obeyed_by_every_command_that_publishes(copy, witness):
    """Any `add` or `seal` used to put an uncosigned checkpoint in the place of a cosigned one."""
    url, vkey = witness
    policy = policy_of(copy, url, vkey)
    assert answer("record", "publish", copy, "--policy", policy)["cosigned"] == ["one"]
    sealed = seal(copy)
    found = answer("record", "verify", copy, "--policy", policy)
    assert (found["ok"], found["unpublished"]) == (True, 0)
    assert sealed["published"]
    # The witness is away: what is recorded is recorded, and what was cosigned still stands.
    (copy / "witnesses.policy").write_text(policy.read_text().replace(url, f"http://127.0.0.1:{free_port()}"))
    waiting = seal(copy)
    assert (waiting["outcome"], waiting["published"]) == ("accepted", False)
    assert [each["message"] for each in waiting["waits_for"]] == ["one has not cosigned"]
    found = answer("record", "verify", copy, "--policy", policy)
    assert (found["ok"], found["unpublished"]) == (True, 2)
    assert "one has not cosigned" in run("add", copy, copy / "log.vkey", code=2).stderr
    assert not answer("record", "publish", copy, code=1)["published"]
    (copy / "witnesses.policy").write_text(policy.read_text())
    assert answer("record", "publish", copy)["cosigned"] == ["one"]


def test_a_mirror_holds_everything_and_refuses_a_rewritten_log(copy, tmp_path):
    mirror = ("record", "mirror", tmp_path / "m", "--of", copy / "tiles", "--key", copy / "log.vkey")
    held = answer(*mirror, "--name", "mirror.example")
    assert held["size"] == answer("record", "verify", copy)["size"]
    assert answer("record", "verify", tmp_path / "m")["ok"]
    shutil.rmtree(copy / "tiles")
    shutil.copytree(tmp_path / "m" / "tiles", copy / "tiles")
    bundle = next(item for item in (copy / "tiles/tile/entries").rglob("*") if item.is_file())
    raw = bytearray(bundle.read_bytes())
    raw[100] ^= 1
    bundle.write_bytes(bytes(raw))
    second = ("record", "mirror", tmp_path / "n", "--of", copy / "tiles", "--key", copy / "log.vkey")
    run(*second, "--name", "second.example", code=2)


def test_a_sealed_value_is_disclosed_or_erased_and_nobody_can_guess_it(copy, tmp_path):
    secret = tmp_path / "number.txt"
    secret.write_text("0599123456")
    party = "party:reader"
    words = ("record", "seal", copy, "--as", party, "--about", "convoy:7", "--field", "phone", "--value", secret)
    first = answer(*words, "--due", "2020-01-01")["commitment"]
    second = answer(*words)["commitment"]
    assert first != second
    tasks = answer("status", copy)["tasks"]
    assert [task["about"] for task in tasks if task["code"] == "disclose"] == ["convoy:7"]
    assert answer("record", "disclose", copy, first, "--as", party)["outcome"] == "accepted"
    assert not answer("status", copy)["tasks"]
    told = answer("record", "erase", copy, second, "--as", party, "--basis", "request of 3 May 2026")
    assert told["outcome"] == "accepted"
    assert "erased" in run("record", "disclose", copy, second, "--as", party, code=2).stderr
    assert answer("record", "verify", copy)["ok"]
    # Whoever holds record and vault tries every number of the domain against the erased commitment.
    database = sqlite3.connect(copy / "vault.db")
    salts = [row[0] for row in database.execute("SELECT salt FROM opening WHERE salt IS NOT NULL")]
    database.close()
    guesses = [f"0599{number:06d}".encode() for number in range(123_000, 124_000)]
    tried = {commitment("phone", guess, salt) for guess in guesses for salt in (*salts, bytes(32))}
    tried |= {hashlib.sha256(guess).digest() for guess in guesses}
    assert bytes.fromhex(first) in tried  # the same search finds the one that was disclosed
    assert bytes.fromhex(second) not in tried


def test_a_checkpoint_can_be_printed(cairo, tmp_path):
    answer("record", "card", cairo, "--to", tmp_path / "card.html")
    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert 'lang="ar"' in page


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["record", "prove", "{}", "99999"], ""),
        (["record", "prove", "{}", "nonsense"], "neither"),
        (["record", "erase", "{}", "00", "--as", "party:reader", "--basis", "x"], "sealed nothing"),
        (["record", "mirror", "m", "--of", "{}", "--key", "none.vkey"], "none.vkey"),
        (["record", "witness", "w", "--log", "none.vkey", "--listen", "nowhere"], "address"),
        (["record", "publish", "nowhere"], "there is no such folder"),
        (["record", "publish", "."], "no programme is here: there is no log.vkey"),
        (["status", "nowhere"], "there is no such folder"),
        (["record", "verify", ""], "nothing was named"),
        (
            ["record", "publish", "{}", "--cosignature", "{}/log.vkey"],
            "log.vkey: this is a public key; a cosignature is asked for here",
        ),
        (["record", "witness", "w", "--log", "{}/log.vkey", "--follow", "{}"], "--name"),
        (["record", "seal", "{}", "--as", "reeder", *SEALED], "(party:reader) write one of these"),
    ],
    ids=lambda value: value[1] if isinstance(value, list) else "",
)
def test_what_cannot_be_done_says_why(cairo, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    result = run(*(word.replace("{}", str(cairo)) for word in words), code=2)
    assert says in " ".join(result.stderr.split())


@pytest.mark.parametrize("junk", [b"\xff\xfe\x00", b"", b"quorum nobody\n"])
@pytest.mark.parametrize("name", ["witnesses.policy", "tiles/checkpoint"])
def test_a_kept_policy_or_checkpoint_that_is_damaged_is_named_with_its_remedy(copy, tmp_path, name, junk):
    policy = tmp_path / "nobody.policy"
    policy.write_text(f"log {(copy / 'log.vkey').read_text().strip()}\nquorum none\n")
    answer("record", "publish", copy, "--policy", policy)
    honest = (copy / name).read_bytes()
    (copy / name).write_bytes(junk)
    for words in (("publish", copy), ("seal", copy, "--as", "party:reader", *(word.format(copy) for word in SEALED))):
        told = run("record", *words, code=2).stderr.replace("\n", "")
        assert str(copy / name) in told
    run("record", "verify", copy, code=1)
    if name == "tiles/checkpoint":
        assert "publish anew" in run("record", "publish", copy, code=2).stderr
        (copy / name).unlink()
    else:
        (copy / name).write_bytes(honest)
    assert answer("record", "publish", copy)["published"]
    assert answer("record", "verify", copy)["ok"]
