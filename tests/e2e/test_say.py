"""`enduse say`: every kind is asked for in both languages, a wrong answer at each question is told, and nothing is signed twice."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

import enduse
from conftest import Small, seed_of
from enduse.book import keys
from enduse.cli.main import app
from enduse.errors import EnduseError
from enduse.exchange import carried
from enduse.exchange.asking import ELSEWHERE, Form, set_fields
from enduse.exchange.short_forms import SHORT_FORMS
from enduse.statements.codec import KINDS
from enduse.statements.envelope import key_id, pae, wrap
from enduse.statements.key import KeyRules

ROOF = Path(__file__).parents[2] / "examples" / "photos" / "roof.png"
SAID = sorted({*KINDS, *SHORT_FORMS} - ELSEWHERE.keys())
EVENT = json.dumps(
    {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": "2026-08-01T10:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "readPoint": {"id": "place:depot"},
        "epcList": ["urn:thing:1"],
    }
)
ANSWERS = {
    "event": EVENT,
    "currency": "USD",
    "unit": "TNE",
    "pack:unit": "XBG",
    "holds.unit": "TNE",
    "same:name": "item:other",
    "recipient": "party:other",
    "payee": "party:other",
    "share": "1",
    "date": "2026-01-01",
    "start": "2026-01-01",
    "end": "2026-02-01",
    "k": "1",
    "requires": "attested",
    "gets.currency": "EUR",
    "quote": "EUR",
    "base": "USD",
    "succeeds": "mandate:other",
    "mandate:action": "accept",
    "request:action": "decline",
    "undertaking:action": "withdraw",
    "visit:action": "plan",
}
"""What fits where the form's own example does not: by field, or by kind and field."""
MORE = {"norm": ["cost_low", "cost_high"], "visit": ["due"]}
"""Fields that a kind needs though none of them is needed always: whoever fills it in chooses which."""


def run(*words, code=0, typed=""):
    result = CliRunner().invoke(app, [*map(str, words)], input=typed, env={"COLUMNS": "300"})
    assert code in {result.exit_code, None}, (words, result.output)
    return result.stdout if "--json" in words else result.stdout + result.stderr


class Reader:
    """Answers each question first wrongly, where anything can be wrong, then rightly."""

    def __init__(self, language, kind):
        self.language, self.kind = language, kind
        self.told = []
        self._tried = set()
        self.slips = self.answered = 0
        self._asked = 0
        self._more = list(MORE.get(kind, ()))

    def answer(self, question):
        self._asked += 1
        assert self._asked < 200, f"asked for ever: {question}"
        name = question.path[-1] if question.path else ""
        name = ".".join(question.path) if ".".join(question.path) in ANSWERS else name
        if question.what == "more" and self.told and "needed" in self.told[-1].values:
            return self.told.pop().values["needed"]
        if question.what == "more" and not question.path and self._more:
            return self._more.pop(0)
        if question.what == "more":
            return self._once(question, "no such field", "")
        if question.what == "another":
            return self._once(question, "perhaps", "no")
        if question.choices:
            wanted = ANSWERS.get(f"{self.kind}:{name}", ANSWERS.get(name, question.choices[0]))
            return self._once(question, "none of them", wanted if wanted in question.choices else question.choices[0])
        code = question.form.code if question.form else "form.text"
        if f"{self.kind}:{name}" in ANSWERS or name in ANSWERS:
            return self._once(question, "", ANSWERS.get(f"{self.kind}:{name}", ANSWERS.get(name)))
        example = question.form.values.get("example", "") if question.form else ""
        right = {"form.yes_or_no": "yes", "form.text": "words"}.get(code, example or "ab" * 32)
        return self._once(question, "" if code == "form.text" else "\N{SNOWMAN} \N{SNOWMAN}", right)

    def _once(self, question, wrong, right):
        tried = (question.path, question.what)
        if tried in self._tried:
            return right
        self._tried.add(tried)
        self.slips += bool(wrong)
        return wrong

    def wrong(self, told):
        self.told.append(told)
        self.answered += 1


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", SAID)
def test_every_kind_is_asked_for_and_a_wrong_answer_is_told(kind, language):
    reader = Reader(language, kind)
    body, _place = Form(kind, reader, {"party": ["party:other"]}, "1").fill({})
    assert reader.told, "something can be answered wrongly in every kind"
    assert reader.answered >= reader.slips > 0, "each wrong answer is told"
    assert body
    from enduse.pages.localizer import Localizer

    words = Localizer(language, {})
    for told in reader.told:
        assert words.message(told)
        assert words.remedy(told) is not None


@pytest.mark.parametrize("kind", SAID)
def test_whatever_is_asked_has_a_name_in_the_readers_language(kind):
    """Every field of every kind that is said has words, in English and Arabic."""
    from enduse.pages.fields import FIELDS
    from enduse.pages.localizer import Localizer

    seen = set()

    class Listener(Reader):
        def answer(self, question):
            seen.update(step for step in question.path if not step.isdecimal())
            if question.what == "more":
                seen.update(question.choices)
            return super().answer(question)

    Form(kind, Listener("ar", kind), {}, "1").fill({})
    assert seen <= FIELDS.keys()
    arabic = Localizer("ar", {})
    assert not [name for name in seen if arabic.say(FIELDS[name]) == FIELDS[name]]


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_other_commands_make_is_not_asked_for(kind):
    with pytest.raises(EnduseError) as refused:
        Form(kind, Reader("en", kind), {}, "x")
    assert refused.value.problem.code == "say.made_elsewhere"


def test_fields_are_set_by_their_path():
    assert set_fields(["amount.value=5", "amount.currency=USD", "note=a=b"]) == {
        "amount": {"value": "5", "currency": "USD"},
        "note": "a=b",
    }
    for wrong in (["amount"], ["=5"], ["a=1", "a.b=2"], ["a.=1"]):
        with pytest.raises(EnduseError):
            set_fields(wrong)


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A keeper's folder, and a donor's own with a light copy and the donor's key; files between them are all there is."""
    monkeypatch.chdir(tmp_path)
    small = Small(Path("town"))
    small.intake.book.log.publish()
    small.intake.close()
    run("copy", "town", "--to", "desk")
    keys.path_of(Path("desk"), "donor").parent.mkdir(parents=True)
    keys.path_of(Path("town"), "donor").rename(keys.path_of(Path("desk"), "donor"))
    return Path("town")


CLAIM = ("say", "desk", "claim", "--set", "about=place:gate", "--set", "words=The gate was shut.")


def test_a_statement_is_signed_away_from_the_keeper_and_acknowledged(town):
    assert "number 1 of this key" in run(*CLAIM, "--to", "one.dsse")
    run(*CLAIM)
    said = json.loads(run("sent", "desk", "--json"))
    assert (said["waiting"], [each["number"] for each in said["statements"]]) == (2, [1, 2])
    run("add", "town", "one.dsse", "--receipts", "back.jsonl")
    assert "1 statement is not acknowledged yet" in run("sent", "desk", "back.jsonl")
    Path("drop").mkdir()
    assert json.loads(run("send", "desk", "--to", "drop", "--json"))["statements"] == 1
    assert json.loads(run("send", "desk", "--to", "drop", "--json"))["statements"] == 1
    assert len(list(Path("drop").iterdir())) == 1, "sent again it is the same file"
    added = json.loads(run("add", "town", "drop", "--receipts", "more.jsonl", "--json"))
    assert (added["accepted"], added["refused"]) == (1, 0)
    assert json.loads(run("sent", "desk", "more.jsonl", "--json"))["waiting"] == 0
    assert "Nothing waits to be sent" in run("send", "desk", "--to", "none.dsse")
    assert not Path("none.dsse").exists()
    assert run("record", "verify", "town")
    claims = json.loads(run("list", "town", "--kind", "claim", "--json"))["statements"]
    assert [each["statement"]["party"] for each in claims] == ["donor", "donor"]


def test_whoever_sends_again_is_acknowledged_again(town):
    """A receipt may be lost on its way like anything else; what stands in the record is promised once more."""
    run(*CLAIM, "--to", "one.dsse")
    run("add", "town", "one.dsse")
    again = json.loads(run("add", "town", "one.dsse", "--receipts", "back.jsonl", "--json"))
    assert again["already_recorded"] == 1
    assert json.loads(run("sent", "desk", "back.jsonl", "--json"))["waiting"] == 0
    assert "kept" in run("record", "receipt", "back.jsonl", "--against", "town", "--json")


@pytest.mark.threat(
    who="keeper",
    tries="hands a party a receipt for something else, or none, and says that its statement was acknowledged",
    alone="`enduse sent` counts only a receipt that the log's key stands behind and that names the very bytes that were signed;"
    " whatever has none is shown as not yet acknowledged, and is sent again",
    needs="nobody: it is the party's own folder that tells",
    seen_by="the party, by `enduse sent`",
)
def test_only_a_receipt_for_these_very_bytes_acknowledges(town):
    run(*CLAIM, "--to", "one.dsse")
    run("say", "town", "claim", "--as", "fund", "--set", "about=place:gate", "--set", "words=It was open.")
    with enduse.open("town") as programme:
        programme.sign(
            "claim", {"claim": "claim:x", "about": "x", "words": {"en": "x"}}, party="fund", occurred_at="2026-08-01"
        )
        Path("others.jsonl").write_bytes(b"".join(each + b"\n" for each in programme.receipts()))
    assert json.loads(run("sent", "desk", "others.jsonl", "--json"))["waiting"] == 1
    assert not Path("desk/receipts.jsonl").exists()
    other = Small(Path("other"), log="another log")
    other.intake.close()
    with enduse.open("other") as programme:
        programme.add("one.dsse")
        forged = programme.receipts()
    Path("forged.jsonl").write_bytes(b"".join(each + b"\n" for each in forged))
    assert "another log" in run("sent", "desk", "forged.jsonl", code=2)


@pytest.mark.threat(
    who="stranger",
    tries="says something under the name that another's next statement will be given, so that this is taken for a repetition",
    alone="cannot foretell the name: eight of its digits are drawn by chance when the statement is signed",
    needs="whoever carries or keeps what was signed and not recorded yet: they read its name",
    seen_by="the party, by `enduse sent`; everybody, by `enduse list`, where both statements stand",
)
def test_nobody_takes_the_name_of_what_another_says_next(town):
    key = key_id(keys.described(keys.path_of(Path("desk"), "donor")).public)
    for number in (1, 2):
        taken = f"claim=claim:{key[:8]}-{number}"
        run("say", "town", "claim", "--as", "keeper", "--set", taken, *CLAIM[3:])
    run(*CLAIM)
    run(*CLAIM)
    run("send", "desk", "--to", "sent.dsse")
    added = json.loads(run("add", "town", "sent.dsse", "--json"))
    assert (added["accepted"], added["no_effect"]) == (2, 0)


@pytest.mark.threat(
    who="stranger",
    tries="gets a party to sign two statements under one number, by putting an old copy of its folder back",
    alone="as soon as the party's light copy shows that the record has a higher number of this key than the party's own log,"
    " nothing more is signed here; until it takes a newer copy, what it had sent in between is not known to it",
    needs="nobody; but a party that keeps no copy of its own log loses the use of that key",
    seen_by="the party, when it next signs with a light copy of that day",
)
def test_a_number_is_never_handed_out_twice(town):
    run(*CLAIM)
    before = Path("desk/said.dsse").read_bytes()
    run(*CLAIM, "--to", "two.dsse")
    run("add", "town", "desk/said.dsse")
    run("copy", "town", "--to", "desk")
    Path("desk/said.dsse").write_bytes(before)  # an older copy of the folder is put back
    refused = run(*CLAIM, code=2)
    assert "the record has number 2 of this key, and your own log here ends at 1" in refused
    assert Path("desk/said.dsse").read_bytes() == before
    Path("desk/said.dsse").unlink()
    assert json.loads(run(*CLAIM, "--json"))["number"] == 3, "a folder that never signed goes on after the record"


WORDS = {
    "attest": ("attestation", "subject=project:clinic"),
    "measure": ("reading", "of=stock", "material=cement", "custodian=donor", "quantity.value=2", "quantity.unit=TNE", "instrument.instrument=scale:1",
                "instrument.random_sd=0.01", "instrument.systematic_sd=0.01"),
    "count": ("reading", "material=cement", "custodian=donor", "quantity.value=2", "quantity.unit=TNE", "instrument.instrument=count:1",
              "instrument.random_sd=0.01", "instrument.systematic_sd=0.01"),
    "decide": ("decision", "tranche=tranche:1", "action=release", "record_size=3", f"record_root={'ab' * 32}", "reason=Met."),
    "find": ("finding", "about=claim:1", "result=unresolved", "method=Asked both.", "standard_of_proof=grounds_to_suspect",
             "reliability=B", "credibility=3", "right_of_reply=Asked."),
    "reply": ("reply", "to=finding:1", "words=We did."),
    "correct": ("correction", f"corrects={'ab' * 32}"),
    "accept": ("mandate", "mandate=mandate:1"),
    "hand-over": ("mandate", "mandate=mandate:2", "succeeds=mandate:1", "holder=fund", "period.start=2026-01-01",
                  "period.end=2027-01-01"),
    "pay": ("disbursement", "commitment=commitment:1", "recipient=fund", "amount.value=5", "amount.currency=USD"),
    "dispatch": ("goods", "consignment=W-1", "material=cement", "quantity.value=2", "quantity.unit=TNE", "recipient=fund",
                 "to_place=place:depot", "contract=C-7", "invoice=INV-1"),
    "receive": ("goods", "consignment=W-1", "material=cement", "quantity.value=2", "quantity.unit=TNE", "complete=yes"),
}  # fmt: skip


def test_every_word_of_the_trade_is_said_away_from_the_keeper_and_taken_in(town):
    """The keeper's folder is out of reach while it is said; afterwards the record takes every one of the files."""
    assert {*SHORT_FORMS, "reply"} == WORDS.keys()
    town.rename("away")
    for word, (kind, *fields) in WORDS.items():
        given = [part for field in fields for part in ("--set", field)]
        said = json.loads(run("say", "desk", word, "--place", "place:depot", *given, "--to", f"{word}.dsse", "--json"))
        last = json.loads(run("sent", "desk", "--json"))["statements"][-1]
        assert (last["kind"], last["number"]) == (kind, said["number"])
    Path("away").rename(town)
    for word in WORDS:
        added = json.loads(run("add", "town", f"{word}.dsse", "--json", code=None))
        assert added["accepted"] + added["no_effect"] == 1, (word, added)
    made = SHORT_FORMS["dispatch"].make
    assert made is not None
    sent = {"consignment": "W-1", "material": "cement", "quantity": {"value": "2", "unit": "TNE"}, "recipient": "fund"}
    named = {**sent, "to_place": "place:depot", "contract": "C-7", "invoice": "INV-1"}
    event = json.loads(made(named, "place:depot", datetime(2026, 8, 2, 8, tzinfo=UTC))["event"])
    papers = [(one["type"], one["bizTransaction"]) for one in event["bizTransactionList"]]
    assert papers == [("desadv", "W-1"), ("po", "C-7"), ("inv", "INV-1")]


def test_several_who_speak_at_once_take_no_number_and_no_name_twice(town):
    """Four in one folder, away and at the keeper's: each statement has a number and a name of its own, and has effect."""
    donor, fund = keys.path_of(Path("desk"), "donor"), keys.path_of(Path("town"), "fund")
    said = [(*CLAIM[:2], "--key", str(donor), "--as", "donor")] * 4 + [
        ("say", "town", "--key", str(fund), "--as", "fund")
    ] * 3
    programs = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from enduse.cli.main import main; main()",
                *words[:2],
                "claim",
                *words[2:],
                *CLAIM[3:],
            ]
        )
        for words in said
    ]
    assert [program.wait(60) for program in programs] == [0] * 7
    assert sorted(each["number"] for each in json.loads(run("sent", "desk", "--json"))["statements"]) == [1, 2, 3, 4]
    run("add", "town", "desk/said.dsse")
    claims = json.loads(run("list", "town", "--kind", "claim", "--json"))["statements"]
    assert len({each["statement"]["body"]["claim"] for each in claims}) == 7
    assert not any(each["refusal"] for each in claims)


def test_a_pipe_or_device_is_never_replaced_by_a_file(town):
    run(*CLAIM)
    os.mkfifo("pipe")
    Path("link").symlink_to("real.dsse")
    Path("real.dsse").touch()
    assert "a pipe or a device" in run("send", "desk", "--to", "pipe", code=2)
    assert Path("pipe").is_fifo()
    run("send", "desk", "--to", "link")
    assert Path("link").is_symlink()
    assert "a pipe or a device" in run("template", "pipe", code=2)
    run("template", "link")
    assert (Path("pipe").is_fifo(), Path("link").is_symlink()) == (True, True)
    run("send", "desk", "--to", "link")
    assert "a pipe or a device" in run("add", "town", "pipe", code=2)
    assert json.loads(run("add", "town", "real.dsse", "--json"))["accepted"] == 1


def drawn(svg):
    """Draw a QR code's SVG, four pixels a module: its dark lines, as a browser strokes them, on white."""
    (side,) = re.findall(r'd="M0 0h(\d+)v', svg)
    (lines,) = re.findall(r'class="qrline"[^>]* d="([^"]+)"', svg)
    modules = Image.new("L", (int(side), int(side)), 255)
    x = y = 0.0
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", lines):
        first, *more = map(float, numbers.split())
        if step == "h":
            modules.paste(0, (int(x), int(y), int(x + first), int(y) + 1))
            x += first
        else:
            x, y = (first, more[0]) if step == "M" else (x + first, y + more[0])
    return modules.resize((modules.width * 4, modules.height * 4), Image.Resampling.NEAREST)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_statement_is_carried_as_a_picture_and_read_back_from_it(town, form):
    run(*CLAIM)
    assert "whoever scans it saves its text" in run("send", "desk", "--to", f"one.{form}")
    assert "scan it with any telephone" in run("add", "town", f"one.{form}", code=2)
    if form == "png":
        with Image.open("one.png") as opened:
            picture = opened.convert("L")
    else:
        picture = drawn(Path("one.svg").read_text(encoding="utf-8"))
    (code,) = zxingcpp.read_barcodes(picture)  # as a camera sees it: another library reads the picture
    text = code.text
    assert carried.unpacked(text) + b"\n" == Path("desk/said.dsse").read_bytes()
    Path("scan.dsse").write_text(text + "\n", encoding="utf-8")
    added = json.loads(run("add", "town", "scan.dsse", "--receipts", "back.jsonl", "--json"))
    assert added["accepted"] == 1
    assert json.loads(run("sent", "desk", "back.jsonl", "--json"))["waiting"] == 0
    assert "0 wait" in run("send", "desk", "--to", f"none.{form}", code=2)
    run("send", "desk", "--to", f"again.{form}", "--number", "1")
    assert Path(f"again.{form}").read_bytes() == Path(f"one.{form}").read_bytes()
    run("send", "desk", "--to", f"none.{form}", "--number", "2", code=2)
    run(*CLAIM[:-1], "words=" + " ".join(sha256(str(n).encode()).hexdigest() for n in range(40)))
    assert "too long for a QR code" in run("send", "desk", "--to", f"none.{form}", code=2)
    assert not Path(f"none.{form}").exists()


def test_a_text_that_is_no_code_of_ours_carries_nothing(town):
    run(*CLAIM)
    text = carried.packed(Path("desk/said.dsse").read_bytes().rstrip(b"\n"))
    data = carried._bytes(text[8:-1])
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    pressed = bomb.compress(bytes(3_000_000)) + bomb.flush()
    wrong = [
        text[:-1],
        text[:40] + ":",
        text[:-4] + ":",
        text.lower(),
        text.replace("ENDUSE1", "ENDUSE2"),
        "ENDUSE1::",
        "ENDUSE1::::::",
        carried.MARK + carried._base45(data + b"x") + ":",
        carried.MARK + carried._base45(data[:82] + pressed) + ":",
        carried.MARK + carried._base45(data[:16] + b"\xff\xff" + data[18:]) + ":",
        text + " " * 5_000,
    ]
    for each in wrong:
        with pytest.raises(EnduseError):
            carried.unpacked(each)
    Path("scan.dsse").write_text(
        "".join(f"{each}\n" for each in wrong if each.startswith("ENDUSE1")) + text, encoding="utf-8"
    )
    added = json.loads(run("add", "town", "scan.dsse", "--json", code=1))
    assert (added["accepted"], added["refused"]) == (1, 9)


def test_what_waits_for_a_signature_from_elsewhere_has_its_number(town):
    """The private half lies on another machine: what it signs comes back whole, and only to where it was written."""
    run("key", "new", "desk", "donor", "--to", "elsewhere.key")
    private, waits = keys.read(Path("elsewhere.key")), Path("desk/unsigned.dsse")
    asked = (*CLAIM, "--key", "elsewhere.request")
    first = json.loads(run(*asked, "--json"))
    assert (first["number"], first["signed"]) == (1, False)
    assert json.loads(run(*asked, "--to", "two.unsigned", "--json"))["number"] == 2
    assert json.loads(run(*CLAIM, "--key", "elsewhere.key", "--json"))["number"] == 3, "the same key, signing here"
    with waits.open("ab") as log:
        log.write(waits.read_bytes()[:50])
    assert json.loads(run(*CLAIM, "--json"))["number"] == 1, "a key of its own numbers"
    table = run("sent", "desk")
    assert ("not signed yet" in table, "key" in table.splitlines()[0]) == (True, True)
    assert "2 wait" in run("send", "desk", "--to", "none.svg", code=2), "of what is signed"
    lines = [json.loads(line) for line in waits.read_text(encoding="utf-8").splitlines()]
    assert Path("two.unsigned").read_text(encoding="utf-8") == waits.read_text(encoding="utf-8").splitlines()[1] + "\n"
    payloads = [base64.b64decode(line["payload"]) for line in lines]
    signed = [wrap(payload, key_id(private.public), private.sign(pae(payload))) for payload in payloads]
    other = seed_of("fund")
    wrong = wrap(payloads[1], key_id(private.public), other.sign(pae(payloads[1])))
    for told, batch in (
        ("no signature of the key", [signed[0], wrong]),
        (
            "does not wait",
            [signed[0], wrap(b"{}", key_id(private.public), other.sign(b""))],
        ),
        ("no signed statement", [signed[0], waits.read_bytes().splitlines()[1]]),
    ):
        Path("back.dsse").write_bytes(b"\n".join(batch))
        assert told in run("signed", "desk", "back.dsse", "--key", "elsewhere.request", code=2)
        assert len(waits.read_bytes().splitlines()) == 2, "all of a file is taken, or nothing"
    Path("back.dsse").write_bytes(signed[1] + b"\n")
    assert "does not know the key" in run("signed", "desk", "back.dsse", code=2)
    back = json.loads(run("signed", "desk", "back.dsse", "--key", "elsewhere.request", "--json"))
    assert back == {"signed": 1, "waiting": 1}
    run("key", "say", "desk", "enrol", "elsewhere.request", "--as", "donor", "--to", "enrol.dsse")
    run("add", "town", "enrol.dsse")
    run("send", "desk", "--to", "all.dsse")
    added = json.loads(run("add", "town", "all.dsse", "--json"))
    assert (added["accepted"], added["already_recorded"]) == (3, 1)
    assert json.loads(run(*asked, "--json"))["number"] == 4
    for words in (
        ("say", "town", "claim", "--as", "fund", "--set", "about=x", "--set", "words=x", "--key", "elsewhere.request"),
        (*asked, "--as", "fund"),
    ):
        run(*words, code=2)
    run("attach", "desk", ROOF, "--about", "place:gate", "--key", "elsewhere.request")
    assert len(waits.read_bytes().splitlines()) == 3


def test_a_line_that_a_crash_cut_off_was_never_given_out(town):
    run(*CLAIM)
    whole = Path("desk/said.dsse").read_bytes()
    with Path("desk/said.dsse").open("ab") as log:
        log.write(whole[:50])
    assert json.loads(run("sent", "desk", "--json"))["waiting"] == 1
    assert json.loads(run(*CLAIM, "--json"))["number"] == 2
    assert Path("desk/said.dsse").read_bytes().startswith(whole)
    Path("desk/said.dsse").write_bytes(b"x" + Path("desk/said.dsse").read_bytes())
    assert "damaged" in run(*CLAIM, code=2)


def test_a_batch_in_any_order_any_number_of_times_torn(town):
    for _ in range(4):
        run(*CLAIM)
    lines = Path("desk/said.dsse").read_bytes().splitlines(keepends=True)
    Path("a.dsse").write_bytes(b"".join([lines[3], lines[1], lines[2][: len(lines[2]) // 2]]))
    assert json.loads(run("add", "town", "a.dsse", "--json", code=1))["accepted"] == 2
    Path("b.dsse").write_bytes(b"".join([lines[2], lines[1], lines[0]]))
    added = json.loads(run("add", "town", "b.dsse", "--receipts", "r.jsonl", "--json"))
    assert (added["accepted"], added["already_recorded"]) == (2, 1)
    assert json.loads(run("sent", "desk", "r.jsonl", "--json"))["waiting"] == 1, "the last was promised to nobody yet"
    run("send", "desk", "--to", "c.dsse")
    run("add", "town", "c.dsse", "--receipts", "r.jsonl")
    assert json.loads(run("sent", "desk", "r.jsonl", "--json"))["waiting"] == 0
    promised = [
        json.loads(base64.b64decode(json.loads(line)["payload"])) for line in Path("r.jsonl").read_text().splitlines()
    ]
    until = {(each["id"], datetime.fromisoformat(one["by"])) for one in promised for each in one["entries"]}
    assert {(each.id, each.by) for each in enduse.open_light("desk").said()} == until, "each with its own promised time"


def test_what_cannot_be_said_leaves_nothing_behind(town):
    def left():
        return sorted(path.name for path in Path("desk").rglob("*") if path.name != ".said.lock")

    before = left()
    Path("there.dsse").write_text("mine", encoding="utf-8")
    for words in (
        (*CLAIM, "--to", "there.dsse"),
        ("say", "desk", "claim"),
        ("say", "desk", "clam", "--set", "about=x"),
        ("say", "desk", "key"),
        (*CLAIM, "--as", "fund"),
        (*CLAIM, "--set", "abuot=x"),
        (*CLAIM, "--at", "yesterday"),
        ("say", "desk", "reading", "--set", "of=stock"),
        ("say", "town", "claim", "--as", "fund", "--set", "about=x", "--set", "words=x", "--to", "new.dsse"),
    ):
        run(*words, code=2)
        assert left() == before, words
    assert Path("there.dsse").read_text(encoding="utf-8") == "mine"


def test_what_was_asked_is_shown_before_it_is_signed(town):
    asked = ("say", "desk", "claim")
    shown = run(*asked, typed="place:gate\nThe gate was shut.\n\nno\n", code=2)
    assert "This will be signed" in shown
    assert "words.en: The gate was shut." in shown
    assert not Path("desk/said.dsse").exists()
    assert "number 1" in run(*asked, typed="place:gate\nThe gate was shut.\nspeaker\nparty:x\n\nyes\n")


def test_a_key_that_is_over_or_anothers_signs_nothing(town):
    fund = keys.path_of(Path("town"), "fund")
    assert "belongs to fund" in run(*CLAIM, "--key", fund, code=2)
    with enduse.open("town") as programme:
        (life,) = programme.keys("fund").keys
    run("key", "new", "town", "fund", "--to", "new.key")
    run("key", "say", "town", "enrol", "new.request", "--as", "fund")
    run("key", "say", "town", "revoke", life.key, "--as", "fund")
    run("copy", "town", "--to", "desk")
    assert "was revoked" in run(*CLAIM, "--as", "fund", "--key", fund, code=2)


def test_keys_change_hands_by_files_alone(town):
    """A party makes its second key in its own folder and signs for it there; the keeper only adds the file."""
    run("key", "new", "desk", "donor", "--to", "desk/second.key")
    assert "number 1" in run("key", "say", "desk", "enrol", "desk/second.request", "--as", "donor", "--to", "e.dsse")
    run("add", "town", "e.dsse")
    lives = json.loads(run("key", "list", "town", "donor", "--json"))["keys"]
    assert [life["state"] for life in lives] == ["in_force", "in_force"]
    run("copy", "town", "--to", "desk")
    assert "names 2 keys" in run("key", "say", "desk", "revoke", "donor", "--as", "donor", code=2)
    run("key", "say", "desk", "revoke", lives[0]["key"], "--as", "donor", "--key", "desk/second.key", "--to", "r.dsse")
    run("add", "town", "r.dsse")
    assert [life["state"] for life in json.loads(run("key", "list", "town", "donor", "--json"))["keys"]] == [
        "revoked",
        "in_force",
    ]


def test_a_light_copy_is_checked_and_never_made_older(town, tmp_path):
    small = Path("desk/light.json").read_text(encoding="utf-8")
    run("say", "town", "claim", "--as", "fund", "--set", "about=x", "--set", "words=x")
    run("copy", "town", "--to", "desk")
    newer = Path("desk/light.json").read_text(encoding="utf-8")
    Path("older").mkdir()
    Path("older/light.json").write_text(small, encoding="utf-8")
    assert enduse.open_light("older").size < enduse.open_light("desk").size
    other = Small(Path("other"), log="another log")
    other.intake.book.log.publish()
    other.intake.close()
    assert "of another record" in run("copy", "other", "--to", "desk", code=2)
    for damaged in (newer.replace("enduse light copy v1", "v2"), newer[:-9], newer.replace("founding", "founded"), ""):
        Path("desk/light.json").write_text(damaged, encoding="utf-8")
        assert "no light copy, or damaged" in run(*CLAIM, code=2)
    at = newer.index("index 0")
    Path("desk/light.json").write_text(newer[:at] + "index 1" + newer[at + 7 :], encoding="utf-8")
    assert "no light copy, or damaged" in run(*CLAIM, code=2)
    assert "no light copy" in run("sent", "nowhere", code=2)


def test_goods_are_sent_and_received_in_parts_in_a_few_words(town):
    """What a storekeeper says becomes an EPCIS event that the ledger reads; a part is not a shortfall."""
    with enduse.open("town") as programme:
        event = {
            "type": "ObjectEvent",
            "eventTime": "2026-08-01T08:00:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "readPoint": {"id": "place:port"},
            "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 50, "uom": "TNE"}],
        }
        programme.sign(
            "goods",
            {"event": json.dumps(event)},
            party="carrier",
            occurred_at="2026-08-01T08:00:00Z",
            place="place:port",
        )
    goods = ("--set", "consignment=W-17", "--set", "material=cement", "--set", "quantity.unit=TNE")
    sent = ("say", "town", "dispatch", "--as", "carrier", "--place", "place:port", "--at", "2026-08-02T08:00:00+03:00")
    run(*sent, *goods, "--set", "quantity.value=20", "--set", "recipient=donor", "--set", "to_place=place:depot")
    got = ("say", "desk", "receive", "--place", "depot", *goods, "--set", "sender=carrier")
    run(*got, "--at", "2026-08-03", "--set", "quantity.value=12.5", "--set", "complete=no")
    run("send", "desk", "--to", "a.dsse")
    added = json.loads(run("add", "town", "a.dsse", "--json"))
    assert added["accepted"] == 1
    with enduse.open("town") as programme:
        trace = programme.trace("W-17")
        assert [late.state for late in programme.late()] != ["short"]
    assert trace.what == "consignment"
    run(*got, "--at", "2026-08-04", "--set", "quantity.value=7.5", "--set", "complete=yes")
    run("send", "desk", "--to", "b.dsse")
    assert json.loads(run("add", "town", "b.dsse", "--json"))["refused"] == 0
    with enduse.open("town") as programme:
        assert not programme.missing()
        assert not programme.late()


def test_a_receipt_of_goods_without_a_place_is_asked_for_one(town):
    told = run(
        "say", "desk", "receive", "--set", "consignment=W-1", "--set", "material=cement", "--set", "complete=yes",
        "--set", "quantity.value=1", "--set", "quantity.unit=TNE",
        typed="\n\nplace:depot\n\nyes\n",
    )  # fmt: skip
    assert "needs a place" in told
    assert "place:none" not in Path("desk/said.dsse").read_text(encoding="utf-8")


def states():
    return [life["state"] for life in json.loads(run("key", "list", "town", "donor", "--json"))["keys"]]


def test_a_key_is_changed_in_one_command_and_one_file(town):
    assert "has a new key" in run(
        "key", "change", "desk", "--as", "donor", "--new", "desk/second.key", "--to", "c.dsse"
    )
    run("add", "town", "c.dsse")
    assert states() == ["revoked", "in_force"]
    run("copy", "town", "--to", "desk")
    assert "was revoked" in run(*CLAIM, code=2), "the old key signs nothing any more"
    assert json.loads(run(*CLAIM, "--key", "desk/second.key", "--as", "donor", "--json"))["number"] == 2
    assert "never overwritten" in run("key", "change", "desk", "--as", "donor", "--new", "desk/second.key", code=2)
    assert "was revoked" in run("key", "change", "desk", "--as", "donor", "--new", "desk/third.key", code=2)
    assert not Path("desk/third.key").exists()
    run("key", "change", "town", "--as", "fund", "--new", "fund.key")
    lives = json.loads(run("key", "list", "town", "fund", "--json"))["keys"]
    assert [life["state"] for life in lives] == ["revoked", "in_force"]
    assert "not on this machine" in run("key", "change", "town", "--as", "donor", "--new", "no.key", code=2)
    assert not Path("no.key").exists()


def test_a_lost_key_and_who_brings_a_new_one_into_force(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = Small(Path("town"), keys=KeyRules(bodies=("fund", "monitor"), quorum=2))
    small.intake.book.log.publish()
    small.intake.close()
    run("copy", "town", "--to", "desk")
    told = run("key", "lost", "desk", "donor", "--new", "desk/new.key")
    assert "fund, monitor. When 2 of them agree" in told
    assert "waits 14 days in public" in told
    run("key", "say", "town", "recover", "desk/new.request", "--as", "fund")
    run("key", "say", "town", "approve", "desk/new.request", "--as", "monitor")
    assert states() == ["replaced", "in_force"]
    assert "never overwritten" in run("key", "lost", "desk", "donor", "--new", "desk/new.key", code=2)


def test_keys_are_enrolled_and_revoked_in_a_word(town):
    run("key", "new", "town", "fund", "--to", "second.key")
    run("key", "enrol", "town", "second.request", "--as", "fund")
    run("key", "revoke", "town", "second.request", "--as", "fund", "--reason", "It was a trial.")
    lives = json.loads(run("key", "list", "town", "fund", "--json"))["keys"]
    assert [life["state"] for life in lives] == ["in_force", "revoked"]


def test_a_name_that_nobody_described_is_told_and_units_are_taken_as_people_write_them(town):
    gate = ("--set", "place=place:gate", "--set", "name=Gate", "--set", "type=site")
    run("say", "town", "place", "--as", "keeper", *gate)
    run("copy", "town", "--to", "desk")
    receive = ("say", "desk", "receive", "--set", "consignment=W-1", "--set", "quantity.value=1", "--set", "complete=y")
    told = run(*receive, "--set", "material=cement", "--set", "quantity.unit=t", "--place", "place:gtae")
    assert "place:gtae is not known here; did you mean place:gate?" in told
    assert "number 1" in told, "a newer copy may know it: told, not refused"
    assert "described nowhere" in run(*CLAIM, "--place", "place:mountain")
    run("send", "desk", "--to", "sent.dsse")
    added = run("add", "town", "sent.dsse", "--receipts", "r.jsonl")
    assert "place:gtae is not known here; did you mean place:gate?" in added, "whoever keeps the record is told as well"
    assert "place:mountain is described nowhere" in added
    assert "place:gate is" not in added
    assert "Every statement is acknowledged." in run("sent", "desk", "r.jsonl")
    quiet = run(*receive, "--set", "material=cement", "--set", "quantity.unit=طن", "--place", "place:gate")
    assert "known" not in quiet
    form = Form("receive", Reader("en", "receive"), {"material": ["cement"], "place": ["place:gate"]}, "1")
    quantity = {"value": "1", "unit": "kg"}
    given = {"consignment": "W-1", "material": "cemnet", "complete": "\u0646\u0639\u0645", "quantity": quantity}
    asked = form.fill(given, "place:gate")[0]
    assert '"KGM"' in asked["event"]
    assert [told.values["nearest"] for told in form.unknown("place:gate")] == ["cement"]
    claim = (*CLAIM[: CLAIM.index("--set")], "--set", "words=x", "--set")
    assert "Harbour is described nowhere" in run(*claim, "about=Harbour"), "a word that names nothing is told of"
    assert "did you mean place:gate?" in run(*claim, "about=place:gtae")
    assert "did you mean place:gate?" in run(*claim, "about=gate")
    assert "known" not in run(*CLAIM, "--place", "gate"), (
        "its end is enough where it is one alone, as when it is asked for"
    )
    assert "known" not in run(*claim, "about=place:gate")
    assert "known" not in run(*claim, "about=" + "a" * 64), "a statement is named by its digits"


def test_a_place_is_named_as_people_call_it_and_what_has_no_effect_is_said_to_be_recorded(town):
    gate = ("--set", "place=place:gate", "--set", "name=South Gate", "--set", "type=site")
    run("say", "town", "place", "--as", "keeper", *gate)
    run("copy", "town", "--to", "named")
    claim = ("claim", "--set", "about=place:gate", "--set", "words=Shut.")
    keys.path_of(Path("named"), "donor").parent.mkdir(parents=True)
    shutil.copy(keys.path_of(Path("desk"), "donor"), keys.path_of(Path("named"), "donor"))
    run("say", "named", *claim, "--place", "south gate", "--to", "named.dsse")
    payload = base64.b64decode(json.loads(Path("named.dsse").read_text(encoding="utf-8").splitlines()[-1])["payload"])
    assert json.loads(payload)["place"] == "place:gate"
    norm = {"norm": "norm:x", "work": "work:floor", "per": {"value": "1", "unit": "MTK"}, "material": "cement"}
    low = {"low": {"value": "60", "unit": "KGM"}, "high": {"value": "90", "unit": "KGM"}, "citation": {"source": "x"}}
    Path("norm.json").write_text(json.dumps({**norm, **low}), encoding="utf-8")
    key = str(keys.path_of(Path("desk"), "donor"))
    told = run("say", "town", "norm", "--as", "donor", "--key", key, "--from", "norm.json", code=1)
    assert "let the keeper state it" in told
    assert "It is recorded as entry" in told
    assert "has no effect" in told


@pytest.mark.parametrize(
    ("language", "answers"),
    [
        ("en", "Gate\n1\ncement\n12\nt\n\n\nyes\n"),
        ("ar", "بوابة\nالشمال\nإسمنت\n12\nطن\n\n\nنعم\n"),  # noqa: RUF001 - Arabic
    ],
)
def test_a_storekeeper_chooses_by_number_or_by_name(town, language, answers):
    """No identifier need be known: names of the book are offered, in the reader's language, and a part of one is enough."""
    for place, names in (
        ("place:gate-1", '{"en": "Gate, north", "ar": "البوابة، الشمال"}'),
        ("place:gate-2", '{"en": "Gate, south", "ar": "البوابة، الجنوب"}'),
    ):
        Path("place.json").write_text(
            json.dumps({"place": place, "name": json.loads(names), "type": "site"}), encoding="utf-8"
        )
        run("say", "town", "place", "--as", "keeper", "--from", "place.json")
    run("copy", "town", "--to", "desk")
    light = json.loads(Path("desk/light.json").read_text(encoding="utf-8"))
    light["known"]["material"], light["names"]["cement"] = ["cement", "steel"], {"en": "Cement", "ar": "إسمنت"}
    Path("desk/light.json").write_text(json.dumps(light), encoding="utf-8")
    told = run("--lang", language, "say", "desk", "count", typed=answers)
    said = json.loads(base64.b64decode(json.loads(Path("desk/said.dsse").read_bytes())["payload"]))
    assert said["place"] == "place:gate-1"
    assert {**said["body"], "reading": ""} == {
        "reading": "", "of": "stock", "method": "count", "material": "cement",
        "quantity": {"value": "12", "unit": "TNE"}, "custodian": "donor",
    }  # fmt: skip
    assert "party:road-agency" not in told
    assert "custodian" not in told.partition("reading")[0], "whose stock it is was asked, and needed no second round"


def test_what_is_called_like_nothing_that_is_offered_is_asked_again(town):
    """Two of a name are shown, an unknown name is told, an empty answer is none; an identifier that nobody described is taken."""
    light = json.loads(Path("desk/light.json").read_text(encoding="utf-8"))
    light["known"]["material"] = ["cement", "cement-board"]
    Path("desk/light.json").write_text(json.dumps(light), encoding="utf-8")
    told = run("say", "desk", "count", "--place", "place:x", typed="\nno such thing\nceme\n2\n12\nt\nparty:x\n\nyes\n")
    assert "none of these is called no such thing" in told
    assert "material: cement-board" in told
    assert "custodian: party:x" in told


def test_a_party_with_a_device_still_has_one_key_that_others_confirm(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = Small(Path("town"), keys=KeyRules(bodies=("fund", "monitor"), quorum=2))
    small.intake.book.log.publish()
    small.intake.close()
    run("key", "new", "town", "donor", "--to", "device.key")
    run(
        "key", "delegate", "town", "device.request", "--as", "donor", "--label", "device 1", "--says", "claim",
        "--place", "place:gate", "--until", "2100-01-01",
    )  # fmt: skip
    assert states() == ["in_force", "in_force"]
    run("copy", "town", "--to", "desk")
    mine = json.loads(run("key", "list", "town", "donor", "--json"))["keys"][0]["key"]
    with enduse.open("town") as programme:
        assert programme.key_named("donor", "confirm").key == mine
        with pytest.raises(EnduseError):
            programme.key_named("donor", "revoke")
    light = enduse.open_light("desk")
    assert light.key_named("donor", "suspend").key == mine
    with pytest.raises(EnduseError):
        light.key_named("donor", "revoke")


def test_a_light_copy_that_is_asked_says_what_it_is(town):
    for words in (("status", "desk"), ("key", "list", "desk"), ("documents", "desk")):
        told = run(*words, code=2)
        assert "a light copy is here" in told
        assert "enduse sent" in told
