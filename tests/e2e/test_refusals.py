"""A refused command leaves nothing behind: no entry, no opened value, no key, no file, no folder."""

import hashlib
import json
import os
import resource
import shutil
import signal
import socket
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from enduse.cli.main import app

TOWN = """
origin: example.org/town
at: 2026-03-01
founding:
  title: {en: Town}
  keeper: party:registry
  languages: [en]
  functions: [{function: works, name: {en: Building}}]
parties:
  - {party: "party:registry", name: {en: Registry}, type: agency}
  - {party: "party:poplar", name: {en: Poplar Works}, type: company}
places:
  - {place: "place:town", name: {en: Town}, type: area}
statements:
  - kind: need
    party: party:poplar
    occurred_at: 2026-03-03
    place: place:town
    body: {need: "need:school", title: {en: A school}}
"""
ROOF = Path(__file__).parents[2] / "examples" / "photos" / "roof.png"
PASSING = {".lock", ".publish.lock", ".said.lock"}
"""Empty files that hold a lock while a command runs."""


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def done(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output + str(result.exception)
    return json.loads(result.stdout)


def everything(folder):
    """Every byte of every file, what a database would still have to take over from beside it included."""
    found = {}
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes() if path.is_file() else None
        if path.name in PASSING or path.name.endswith("-shm") or (path.name.endswith("-wal") and not data):
            continue
        found[str(path.relative_to(folder))] = data and hashlib.sha256(data).hexdigest()
    return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder as somebody has it who is about to mistype: a programme with a sealed value, tables, a policy."""
    at = tmp_path_factory.mktemp("refusals")
    (at / "town.yaml").write_text(TOWN)
    done("new", "--play-all-parties", at / "town", "--from", at / "town.yaml")
    (at / "secret.txt").write_text("0599123456")
    (at / "long.txt").write_text("x" * 40_000)
    (at / "broken.yaml").write_text("origin: example.org/x\nat: yesterday\nfounding: {}\n")
    (at / "junk.csv").write_text("this,is\nno,register\n")
    (at / "junk.policy").write_text("quorum nobody-defined-me\n")
    seal = ("record", "seal", at / "town", "--about", "convoy:7", "--field", "phone", "--value", at / "secret.txt")
    (at / "sealed").write_text(done(*seal, "--as", "party:registry")["commitment"])
    (at / "erased").write_text(done(*seal, "--as", "party:registry")["commitment"])
    done("record", "erase", at / "town", (at / "erased").read_text(), "--as", "party:registry", "--basis", "asked")
    key = at / "town" / "keys" / "parties" / "party%3Astranger.key"
    key.write_text("07" * 32 + "\n")  # somebody whose key is here and was never enrolled
    done("copy", at / "town", "--to", at / "light")
    shutil.copy(at / "town" / "keys" / "parties" / "party%3Apoplar.key", at / "poplar.key")
    done("key", "new", at / "light", "party:poplar", "--to", at / "shift.key")
    shutil.copy(ROOF, at / "roof.png")
    (at / "junk2.csv").write_text("this,is\nanother,one\n")
    speaks = ("--as", "party:poplar", "--key", at / "poplar.key")
    done(
        "say", at / "light", "claim", *speaks, "--set", "about=place:town", "--set", "words=Open", "--to", at / "first"
    )
    (at / "first").rename(at / "first.dsse")
    done("add", at / "town", at / "first.dsse", "--receipts", at / "promised")
    done("say", at / "light", "claim", *speaks, "--set", "about=place:town", "--set", "words=Shut", "--to", at / "said")
    (at / "said").rename(at / "said.dsse")
    done(
        "record", "mirror", at / "held", "--of", at / "town/tiles", "--key", at / "town/log.vkey", "--name", "m.example"
    )
    done("status", at / "town")
    return at


REFUSED = [
    "demo --into .",
    "new town --from town.yaml",
    "new fresh --from broken.yaml",
    "new fresh --from nowhere.yaml",
    "new fresh --from town.yaml",
    "add town junk.csv --as party:registry",
    "add town nowhere.csv --as party:registry",
    "add town town/log.vkey",
    "add nowhere junk.csv",
    "add town said.dsse nowhere.csv",
    "add town said.dsse --receipts .",
    "add town said.dsse --receipts town.yaml/receipts",
    "add town junk.csv --as party:registry --receipts receipts",
    "add town town.yaml --as party:registry --fix nowhere/out.csv",
    "add town junk.csv --as party:registry --receipts nowhere/receipts",
    "add town junk.csv --as party:registry --receipts receipts --within soon",
    "record receipt nowhere --against town",
    "record receipt town/log.vkey --against town --to out --proofs proofs",
    "record receipt town/log.vkey --against town/tiles/checkpoint --to out",
    "status nowhere",
    "serve nowhere",
    "publish nowhere --to out",
    "publish town --to site --exclude junk.csv",
    "publish town --to site --publisher ../up",
    "list nowhere",
    "list town --since yesterday",
    "money show nowhere",
    "money check nowhere",
    "money check junk.csv",
    "money copy junk.csv --to out",
    "money merge junk.csv --to merged.json --standard nowhere",
    "money merge nowhere --to merged.json --standard empty",
    "money totals junk.csv nowhere",
    "money links nowhere",
    "money reconcile nowhere junk.csv --as party:registry",
    "money reconcile town junk.csv --as party:registry",
    "money reconcile town nowhere.csv --as party:registry",
    "money sample nowhere --size 3",
    "money sample town",
    "money sample town --size 0",
    "money sample town --size 3 --to junk.csv",
    "money sample town --size 3 --examined junk.csv --beacon x",
    "money links junk.csv --days 3",
    "money links town town",
    "money links town --days 3",
    "money links town --accept 1",
    "money links town --accept 1 --to out",
    "documents nowhere",
    "attach nowhere junk.csv --as party:registry",
    "attach town nowhere.jpg --as party:registry",
    "join fresh --store postgresql://127.0.0.1:1/none --key town/log.vkey",
    "late nowhere",
    "key new nowhere party:poplar --to new.key",
    "key new town party:poplar --to .",
    "key lost town party:poplar --new .",
    "key lost light party:poplar --new nowhere/new.key",
    "key hand-on light shift.request --as party:poplar --key poplar.key --to nowhere/out",
    "key change light --as party:poplar --new new.key --to nowhere/out",
    "key delegate light shift.request --as party:poplar --key poplar.key --label x1 --says claim --place place:town --until 2030-01-01 --to nowhere/out",
    "key say light suspend 00 --as party:poplar --to nowhere/out",
    "key new town party:poplar --to town.yaml",
    "key new town party:poplar --to new.request",
    "key say town revoke none --as party:registry",
    "key say town enrol town.yaml --as party:registry",
    "key say town suspend party:registry --as party:poplar",
    "key new nowhere party:registry --to new.key",
    "key new town party:registry --to nowhere/new.key",
    "key say nowhere suspend 00 --as party:registry",
    "key say town suspend 00 --as party:registry",
    "compare nowhere.csv junk.csv",
    "compare nowhere.csv junk.csv --profile nowhere.toml --keep fresh",
    "trace town nonsense:item",
    "template nowhere/empty.xlsx",
    "template town",
    "fetch https://field.example/nothing out.json",
    "fetch http://127.0.0.1:9/api/v2/assets/a/data.json out.json --attachments files",
    "profile nowhere.csv --out out.toml",
    "profile junk.csv --out town.yaml",
    "report nowhere --html out.html",
    "report town",
    "report town --html nowhere/out.html",
    "history nowhere",
    "export nowhere --to out.xlsx",
    "export town --to out.html",
    "export town --to nowhere/out.xlsx",
    "export town --to out.xlsx --since yesterday",
    "goods nowhere",
    "goods town --as-at yesterday",
    "changes nowhere --since 1",
    "changes town --since 9999",
    "correct nowhere 3 --set place=place:town",
    "correct town 9999 --set place=place:town",
    "correct town 5 --set nonsense=1",
    "correct town 5 --as party:stranger --set place=place:town",
    "say nowhere claim --as party:registry",
    "say light claim --as party:poplar --key poplar.key --set about=place:town --set words=Open --to nowhere/said",
    "say light claim --as party:poplar --key poplar.key --set about=place:town --set words=Open --to town.yaml/said",
    "say light claim --as party:poplar --key poplar.key --set about=place:town --set words=Open --to said.dsse",
    "say town claim --as party:registry --key poplar.key --set about=place:town --set words=Open --paper roof.png --signer party:poplar",
    "say town claim --as party:registry",
    "say town claim --as party:stranger --set about=x:1",
    "say town claim --as party:registry --to nowhere/said.dsse",
    "propose nowhere tranche:none withhold --to out.proposal",
    "propose town tranche:none withhold --to out.proposal",
    "propose town tranche:none withhold --to town.yaml",
    "agree nowhere town.yaml",
    "agree town junk.csv --yes",
    "copy nowhere --to out",
    "copy town --to town.yaml",
    "send nowhere --to out.dsse",
    "sign nowhere junk.csv --to out.dsse",
    "sign town junk.csv --to out.dsse",
    "signed nowhere junk.csv",
    "signed town junk.csv",
    "key page nowhere/signing.html",
    "sent nowhere",
    "sent town junk.csv",
    "key show nowhere",
    "key show junk.csv",
    "key list nowhere",
    "key list town party:nobody",
    "key hand-on town junk.csv --as party:poplar --key town/keys/parties/party%3Apoplar.key",
    "key hand-on nowhere junk.csv --as party:poplar --key junk.csv",
    "key enrol town junk.csv --as party:registry",
    "key enrol nowhere junk.csv --as party:registry",
    "key change town --as party:poplar --new junk.csv",
    "key change town --as party:stranger --new town/keys/parties/party%3Apoplar.key",
    "key lost town party:poplar --new junk.csv",
    "key lost nowhere party:poplar --new new.key",
    "key remove town party:registry",
    "key remove nowhere junk.csv",
    "key new town party:registri --to out",
    "sent light --aside 99",
    "key revoke town 0000 --as party:registry",
    "key revoke town 0000 --as party:stranger",
    "key delegate town junk.csv --as party:poplar --label x1 --says claim --place place:town --until 2030-01-01",
    "key delegate nowhere junk.csv --as party:poplar --label x1 --says claim --place place:town --until 2030-01-01",
    "trace nowhere party:registry",
    "assure nowhere --html out.html",
    "plan nowhere --visits 3",
    "indicators nowhere",
    "indicators town --place none",
    "undertakings nowhere",
    "undertakings town --party party:nobody",
    "plan town --visits 1 --beacon junk",
    "plan town --visits 1 --beacon b/1/00112233445566778899aabbccddeeff --checkpoint",
    "visits nowhere",
    "visits town --monitor party:registry",
    "works nowhere",
    "works town need:none",
    "mandates nowhere",
    "mandates town --on yesterday",
    "access show nowhere",
    "access map nowhere --shapes junk.csv --to out.svg",
    "access map town --shapes junk.csv --to out.svg",
    "access show town --by party:nobody",
    "access seal nowhere movement --as party:poplar",
    "access seal town claim --as party:poplar",
    "access seal town incident --as party:poplar --place place:nowhere --set incident=i --set type=violence --set against=others",
    "access seal town movement --as party:poplar --at 2999-01-01T00:00:00Z --set movement=movement:1 --set action=submit",
    "access disclose nowhere --as party:poplar",
    "access order nowhere",
    "access order town --days 0",
    "access order town --closing place:school=2026-01-02",
    "access order town --closing place:quay=2026-01-02..2026-01-01",
    "release nowhere",
    "backlog nowhere",
    "backlog town --a-day none",
    "what-if nowhere tranche:school",
    "what-if town tranche:school",
    "what-if town tranche:school --suppose 1",
    "record verify nowhere",
    "record verify town --policy junk.policy",
    "record prove town 99999 --to out",
    "record prove town nonsense --to out",
    "record publish town --policy junk.policy",
    "record publish nowhere",
    "record card nowhere --to out.html",
    "record card town --check 12",
    "record card nowhere --check town/tiles/checkpoint",
    "record fingerprint nowhere",
    "record fingerprint town --size 9999",
    "record fingerprint town --check nonsense",
    "record card town --policy junk.policy --to out.html",
    "record witness w --log nowhere.vkey --name w.example",
    "record witness w --log town/log.vkey",
    "record witness w --log town/log.vkey --name w.example --listen nowhere",
    "record witness w --log town/log.vkey --name w.example --listen 127.0.0.1:BUSY",
    "record witness w --log town/log.vkey --name w.example --follow nowhere --to out",
    "record witness w --log town/log.vkey --follow town/tiles --to out",
    "record witness w --log town/log.vkey --name w.example --follow town/tiles --to nowhere/out",
    "record publish town --cosignature nowhere",
    "record mirror held --of town/tiles --key town/log.vkey --name other.example",
    "record mirror m --of nowhere --key town/log.vkey --name m.example",
    "record mirror m --of town/tiles --key town/log.vkey",
    "record mirror m --of town/tiles --key nowhere.vkey --name m.example",
    "record mirror m --of town/tiles --key town/log.vkey --name m.example --listen nowhere",
    "record compare nowhere --kept town/tiles/checkpoint",
    "record compare town",
    "record compare town --kept nowhere",
    "record compare http://127.0.0.1:1 --kept town/tiles/checkpoint",
    "record evidence nowhere --key town/log.vkey",
    "record evidence " + "x" * 300,
    "record evidence town/log.vkey",
    "record evidence town/log.vkey --key town/log.vkey",
    "record restore town --from nowhere",
    "record restore nowhere --from town/tiles",
    "record restore town --from town/tiles --policy junk.policy",
    "record rebuild nowhere",
    "record seal town --as party:nobody --about x:1 --field f --value secret.txt",
    "record seal town --as party:stranger --about x:1 --field f --value secret.txt",
    "record seal town --as party:registry --about x:1 --field LONG --value secret.txt",
    "record seal town --as party:registry --about x:1 --field f --value nowhere.txt",
    "record seal town --as party:registry --about x:1 --field f --value secret.txt --due yesterday",
    "record seal town --as party:registry --about x:1 --field f --value long.txt",
    "record disclose town SEALED --as party:nobody",
    "record disclose town SEALED --as party:stranger",
    "record disclose town SEALED --as party:poplar",
    "record disclose town ERASED --as party:registry",
    "record disclose town 00 --as party:registry",
    "record erase town SEALED --as party:poplar --basis asked",
    "record erase town ERASED --as party:registry --basis asked",
    "record erase town 00 --as party:registry --basis asked",
]


def spoken(line, at):
    """The words of a line; names of files in capitals stand for what the fixture made."""
    words = {"LONG": "f" * 61}
    words |= {name: (at / name.lower()).read_text() for name in ("SEALED", "ERASED")}
    return [words.get(word, word) for word in line.split()]


@pytest.mark.parametrize("line", REFUSED)
def test_a_refused_command_leaves_nothing_behind(desk, monkeypatch, line):
    monkeypatch.chdir(desk)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        words = [word.replace("BUSY", str(busy.getsockname()[1])) for word in spoken(line, desk)]
        before = everything(desk)
        result = run(*words)
    assert result.exit_code in {1, 2}, result.output + str(result.exception)
    assert everything(desk) == before
    assert result.stderr.strip()


ENDLESS = [
    "new fresh --from ENDLESS",
    "join fresh --store postgresql://127.0.0.1:1/none --key ENDLESS",
    "fetch https://field.example/nothing out.json --token ENDLESS",
    "profile ENDLESS",
    "add town ENDLESS --as party:registry",
    "add town junk.csv --as party:registry --profile ENDLESS",
    "add town said.dsse --receipts ENDLESS/receipts",
    "add town ENDLESS.dsse",
    "add town ENDLESS.json --as party:registry",
    "add town ENDLESS.xml --as party:registry",
    "add town ENDLESS.xlsx --as party:registry",
    "profile ENDLESS.json",
    "compare ENDLESS.json junk.csv",
    "money links ENDLESS",
    "money totals ENDLESS",
    "money totals ENDLESS.json",
    "money reconcile town ENDLESS --as party:registry",
    "money sample town --as-known 1 --tolerable 5 --seed-file ENDLESS",
    "access map town --shapes ENDLESS --to map.svg",
    "access seal town movement --as party:registry --from ENDLESS",
    "assure ENDLESS",
    "publish town --to out --exclude ENDLESS",
    "serve town --port 0 --tables-token ENDLESS",
    "serve town --port 0 --desk-store ENDLESS",
    "fetch ENDLESS out.json",
    "say town claim --as party:registry --from ENDLESS",
    "say town claim --as party:registry --set about=place:town --set words=Open --key ENDLESS",
    "say town claim --as party:registry --set about=place:town --set words=Open --paper ENDLESS --signer party:poplar",
    "attach town ENDLESS --as party:registry --about need:school",
    "attach town roof.png --as party:registry --about need:school --key ENDLESS",
    "sign light ENDLESS --to out.dsse",
    "signed light ENDLESS",
    "signed light said.dsse --key ENDLESS",
    "sent light ENDLESS",
    "compare ENDLESS junk.csv",
    "compare junk.csv ENDLESS",
    "compare junk.csv junk.csv --by this --mapping ENDLESS",
    "compare junk.csv junk2.csv --keep fresh --profile ENDLESS",
    "plan town --visits 1 --seed-file ENDLESS",
    "agree town ENDLESS --yes",
    "key show ENDLESS",
    "key enrol town ENDLESS --as party:registry",
    "key enrol town shift.request --as party:registry --key ENDLESS",
    "key delegate light ENDLESS --as party:poplar --label x1 --says claim --place place:town --until 2030-01-01",
    "key delegate light shift.request --as party:poplar --key ENDLESS --label x1 --says claim --place place:town --until 2030-01-01",
    "key hand-on light ENDLESS --as party:poplar --key poplar.key",
    "key hand-on light shift.request --as party:poplar --key ENDLESS",
    "key change light --as party:poplar --new out.key --key ENDLESS",
    "key revoke town ENDLESS --as party:poplar",
    "key revoke town shift.request --as party:poplar --key ENDLESS",
    "key say town enrol ENDLESS --as party:registry",
    "key say town enrol shift.request --as party:registry --key ENDLESS",
    "key say town complete shift.request --as party:registry --checkpoint ENDLESS --checkpoint ENDLESS",
    "record verify ENDLESS --key town/log.vkey",
    "record verify town --key ENDLESS",
    "record verify town --policy ENDLESS",
    "record publish town --policy ENDLESS",
    "record publish town --cosignature ENDLESS",
    "record card town --check ENDLESS",
    "record card town --to out.html --key ENDLESS",
    "record card town --to out.html --policy ENDLESS",
    "record fingerprint town --key ENDLESS",
    "record fingerprint town --policy ENDLESS",
    "record restore fresh --from town/tiles --key ENDLESS",
    "record restore fresh --from town/tiles --key town/log.vkey --policy ENDLESS",
    "record witness w --log ENDLESS --name w.example --follow town/tiles",
    "record mirror m --of town/tiles --key ENDLESS --name m.example",
    "record compare town --kept ENDLESS",
    "record compare town --kept town/tiles/checkpoint --key ENDLESS",
    "record compare town --kept town/tiles/checkpoint --policy ENDLESS",
    "record evidence ENDLESS",
    "record evidence town/log.vkey --key ENDLESS",
    "record evidence town/log.vkey --policy ENDLESS",
    "record receipt ENDLESS --against town",
    "record receipt promised --against ENDLESS",
    "record receipt promised --against town --key ENDLESS",
    "record receipt promised --against town --policy ENDLESS",
    "record seal town --as party:registry --about x:1 --field f --value ENDLESS",
]
"""Every word by which a command is given a file to read."""


@pytest.fixture
def tight():
    """Half a gigabyte is left to grow into: who reads without a bound fails here, and not the machine."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 2**29, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("line", ENDLESS)
def test_a_file_without_end_is_refused_before_it_fills_memory(desk, tight, monkeypatch, line):
    monkeypatch.chdir(desk)
    before = everything(desk)
    with Path("/dev/zero").open("rb") as zeros:
        handed = f"/dev/fd/{zeros.fileno()}"
        result = run(*(word.replace("ENDLESS", handed) for word in spoken(line, desk)))
    assert result.exit_code in {1, 2}, result.output + str(result.exception)
    assert handed in result.stderr or handed.rpartition("/")[2] in result.stderr
    assert everything(desk) == before


def waited(*_):
    raise TimeoutError


@pytest.mark.parametrize("line", ENDLESS)
def test_a_pipe_into_which_nobody_writes_keeps_no_command_waiting(desk, monkeypatch, line):
    (name,) = {word for word in line.split() if word.startswith("ENDLESS")}
    pipe = desk / name.replace("ENDLESS", "pipe").partition("/")[0]
    monkeypatch.chdir(desk)
    os.mkfifo(pipe)
    before, signalled = everything(desk), signal.signal(signal.SIGALRM, waited)
    signal.alarm(20)
    try:
        result = run(*(word.replace("ENDLESS", "pipe") for word in spoken(line, desk)))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, signalled)
        changed = everything(desk) != before
        pipe.unlink()
    assert result.exit_code in {1, 2}, result.output + repr(result.exception)
    assert "pipe" in result.stderr
    assert not changed


def test_what_the_shell_hands_over_is_read(desk):
    out, into = os.pipe()
    os.write(into, (desk / "town" / "log.vkey").read_bytes())
    os.close(into)
    told = done("record", "fingerprint", desk / "town", "--key", f"/dev/fd/{out}")
    os.close(out)
    assert told == done("record", "fingerprint", desk / "town", "--key", desk / "town" / "log.vkey")


def test_every_command_is_refused_once():
    def walk(command, path):
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, f"{path} {name}".strip())
        if not hasattr(command, "commands"):
            yield path

    told = {
        name
        for name in walk(typer.main.get_command(app), "")
        if any(f"{line} ".startswith(f"{name} ") for line in REFUSED)
    }
    assert told == set(walk(typer.main.get_command(app), ""))


WHOLE = [
    "new fresh --play-all-parties --from town.yaml",
    "add town said.dsse --receipts got.jsonl --within 3d",
    "say town claim --as party:registry --set about=place:town --set words=Hello",
    "say light claim --as party:poplar --key poplar.key --set about=place:town --set words=Hello --to out.dsse",
    "say town claim --as party:registry --set about=place:town --set words=Hello --paper roof.png --signer party:poplar",
    "correct town 7 --as party:poplar --set title.en=Clinic --note well",
    "attach town roof.png --as party:registry --about need:school",
    "copy town --to out",
    "send light --to out.dsse",
    "sent light got.jsonl",
    "status town --as-at 2026-05-01 --as-known 2026-05-01",
    "changes town --since 2",
    "trace town need:school",
    "report town --html out.html --xlsx out.xlsx",
    "export town --to out.xlsx",
    "history town --to out",
    "profile junk.csv --out out.toml",
    "key new town party:poplar --to out.key",
    "key say town suspend NAME --as party:registry --reason why",
    "key hand-on light shift.request --as party:poplar --key poplar.key --to out.dsse",
    "key change light --as party:poplar --new out.key --to out.dsse",
    "key lost town party:poplar --new out.key",
    "key delegate town shift.request --as party:poplar --label x1 --says claim --place place:town --until 2030-01-01",
    "record prove town 3 --to out.proof",
    "record card town --to out.html",
    "record witness w --log town/log.vkey --name w.example --follow town/tiles --to out.txt",
    "record mirror m --of town/tiles --key town/log.vkey --name m.example",
    "record restore fresh --from held",
    "record seal town --as party:registry --about convoy:8 --field route --value secret.txt --due 2030-01-01",
    "record disclose town SEALED --as party:registry",
    "record erase town SEALED --as party:registry --basis asked",
]
"""What works, or nearly; a word of it is spoilt."""
SPOILT = (
    ".",
    "nowhere/x",
    "town.yaml/x",
    "town.yaml",
    "town",
    "/proc/x",
    "party:nobody",
    "x" * 300,
    "-1",
    "yesterday",
    "=",
)


def spoil(words):
    """Give each way in which one value of a command is another, or an option with its value is left out."""
    first = 2 if words[0] in {"key", "record"} else 1
    for at in range(first, len(words)):
        if not words[at].startswith("--"):
            yield from ([*words[:at], other, *words[at + 1 :]] for other in SPOILT)
        elif words[at] != "--follow":  # without it a witness would listen until it is stopped
            yield [*words[:at], *words[at + 2 :]]
    yield [*words, "more"]
    yield [*words, "--more"]


@pytest.mark.soak
@pytest.mark.parametrize("line", WHOLE)
def test_whatever_word_of_a_command_is_spoilt_a_refusal_leaves_nothing_behind(desk, tmp_path, monkeypatch, line):
    party = json.loads(run("key", "list", desk / "town", "party:poplar", "--json").stdout)["keys"][0]["key"]
    at, refused = tmp_path / "desk", 0
    for words in spoil([party if word == "NAME" else word for word in spoken(line, desk)]):
        if not at.exists():
            shutil.copytree(desk, at)
            monkeypatch.chdir(at)
            before = everything(at)
        result = run(*words)
        assert result.exit_code in {0, 1, 2}, words
        assert result.exception is None or isinstance(result.exception, SystemExit), words
        after = everything(at)
        if result.exit_code:
            refused += 1
            assert result.stderr.strip(), words
            assert after == before, words
        elif after != before:
            shutil.rmtree(at)
    assert refused > 5


@pytest.mark.threat(
    who="keeper",
    tries="discloses a value that another party has sealed",
    alone="is refused before anything is written",
    needs="the party that sealed it; but whoever holds the vault can read what lies in it",
    seen_by="the keeper alone; nothing is recorded",
)
def test_a_disclosure_by_the_wrong_party_tells_nobody_the_value(desk):
    """The value and its random bytes, once recorded, are public for ever: whether they may be is asked before."""
    copy = shutil.copytree(desk / "town", desk.parent / "told")
    sealed = (desk / "sealed").read_text()
    assert run("record", "disclose", copy, sealed, "--as", "party:poplar").exit_code == 2
    assert b"0599123456" not in (copy / "record.db").read_bytes()
    assert done("record", "disclose", copy, sealed, "--as", "party:registry")["outcome"] == "accepted"
    assert run("record", "disclose", copy, sealed, "--as", "party:registry").exit_code == 1
