"""Tables at the desk: the questions of the command line, rows shown before they are signed, and nothing kept that was refused."""

import io
import json
import zipfile
from base64 import b64decode

import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.portal.uploads import KEPT_S, UPLOADS_MAX
from enduse.statements.envelope import key_id, pae, wrap
from support.desk import Visitor, fields_of, found, passkey, text_of

TOLD = {"told.what": "claim", "told.words": "Words"}
"""What must be answered of the table below: what it tells, and which column holds the words."""


def table(*rows, head="Id,Day,Place,Words"):
    return "\n".join((head, *rows, "")).encode()


FIRST = ("1,2026-03-01,place:gate,The gate was shut.", "2,2026-03-02,place:gate,The gate was open.")


def at(place):
    """The same rows of another place: no further issue of a list of the gate."""
    return [row.replace("place:gate", place) for row in FIRST]


def bring(visitor, signing, data, name="gate.csv", **fields):
    return visitor.post("desk/tables/", {"key": key_id(signing.public), **fields}, files={"file": (name, data)})


def brought(visitor, signing, data, name="gate.csv", told=TOLD, **answers):
    """Bring a table and answer; returns its address."""
    answer = bring(visitor, signing, data, name)
    assert answer.status_code == 303, text_of(answer.text)
    way = answer.headers["location"].partition("/en/")[2]
    for fields in (told, answers):
        if fields:
            answer = visitor.post(way, fields)
            assert answer.status_code == 303, text_of(answer.text)
    return way


def signed(visitor, way, device):
    """The file that the page gives, signed by a device line by line, as a command does."""
    lines = visitor.get(f"{way}unsigned.dsse").content.splitlines()
    payloads = [b64decode(json.loads(line)["payload"]) for line in lines]
    return b"".join(wrap(each, key_id(device.public), device.sign(pae(each))) + b"\n" for each in payloads)


def bring_back(visitor, way, data):
    return visitor.post(f"{way}sign/", files={"file": ("signed.dsse", data)})


def test_a_table_is_asked_shown_signed_and_recorded(desk, donor, signing):
    answer = bring(donor, signing, table(*FIRST))
    way = answer.headers["location"].partition("/en/")[2]
    asked = donor.page(way)
    assert 'name="told.what"' in asked
    wrong = donor.post(way, {"told.what": "nothing that is told"})
    assert wrong.status_code == 422, text_of(wrong.text)
    assert donor.post(way, TOLD).status_code == 303
    page = text_of(donor.page(way))
    assert "You will sign 2 statements" in page
    for words in ("The gate was shut.", "The gate was open.", "accepted 2", "refused 0"):
        assert words in page, page
    size = desk.site.programme.size
    assert bring_back(donor, way, signed(donor, way, signing)).status_code == 303
    receipt = text_of(donor.page(way))
    assert "accepted 2" in receipt
    assert "The file was erased here." in receipt
    said = [desk.site.programme.statement(entry) for entry in range(size, desk.site.programme.size)]
    claims = [one for one in said if one.kind == "claim"]
    assert [one.statement.body.words["en"] for one in claims] == ["The gate was shut.", "The gate was open."]
    assert {one.statement.party for one in claims} == {"donor"}
    assert [one.statement.source.row for one in claims] == [1, 2]
    assert desk.store.find("SELECT file FROM upload WHERE id = ?", way.split("/")[2])["file"] == b""


@pytest.mark.threat(
    who="stranger",
    tries="brings a table back with a statement changed, left out, added, or signed by another key",
    alone="refused whole: nothing of it is recorded",
    needs="the party's own key, which signs every statement of it",
    seen_by="nobody: nothing is recorded",
)
def test_a_table_comes_back_whole_and_as_shown_or_not_at_all(desk, donor, signing):
    way = brought(donor, signing, table(*at("place:yard")), name="whole.csv")
    other = brought(donor, signing, table("7,2026-03-07,place:gate,Another."), name="other.csv")
    data, size = signed(donor, way, signing), desk.site.programme.size
    first, second = data.splitlines()
    thief = signed(donor, way, passkey("thief"))
    forged = second.replace(second[-70:-30], first[-70:-30])
    wrong = {b"": 409, first: 409, data + signed(donor, other, signing): 409, thief: 409, first + b"\n" + forged: 403}
    for sent, code in {**wrong, b"no envelope": 400}.items():
        answer = bring_back(donor, way, sent)
        assert answer.status_code == code, text_of(answer.text)
        assert desk.site.programme.size == size
    assert bring_back(donor, way, second + b"\n\n" + first).status_code == 303, "in whatever order"
    assert desk.site.programme.size > size
    recorded = desk.site.programme.size
    assert bring_back(donor, way, data).status_code == 303, "sent twice it is recorded once"
    assert desk.site.programme.size == recorded


def test_a_table_that_comes_again_tells_what_is_changed_and_gone(desk, donor, signing):
    head, told = "Id,Date,Amount,Currency,Donor", {"told.what": "pledge", "told.currency": "USD"}
    rows = [f"apr-{at},2026-04-{at:02},{at}00,USD,donor" for at in range(1, 5)]
    way = brought(donor, signing, table(*rows, head=head), name="april.csv", told=told)
    assert bring_back(donor, way, signed(donor, way, signing)).status_code == 303
    rows[1] = rows[1].replace(",200,", ",250,")
    again = table(*rows[:2], *rows[3:], "apr-5,2026-04-05,500,USD,donor", head=head)
    way = brought(donor, signing, again, name="april.csv", told=told)
    page = text_of(donor.page(way))
    assert "“200” → “250”" in page, page
    assert "recorded before 2" in page
    assert page.count("takes back no.") == 2, "of the row that changed, and of the one that is gone"
    assert bring_back(donor, way, signed(donor, way, signing)).status_code == 303
    said = list(desk.site.programme.statements(kind="pledge", party="donor"))[-2:]
    assert [one.statement.body.amount.value for one in said] == ["250", "500"]
    assert all(one.refusal is None for one in said)


def test_next_months_file_is_a_further_issue_of_the_list_where_that_is_answered(desk, donor, signing):
    """A file of another name is read by a profile of its own; what both hold was counted twice."""
    rows = [f"jul-{at},2026-07-{at:02},place:gate,Day {at}: one truck left." for at in range(1, 4)]
    way = brought(donor, signing, table(*rows[:2]), name="july.csv")
    assert bring_back(donor, way, signed(donor, way, signing)).status_code == 303
    way = brought(donor, signing, table(*rows), name="july-2.csv")
    asked = donor.page(way)
    assert 'value="july"' in asked, asked
    assert donor.post(way, {"table": "july"}).status_code == 303
    page = text_of(donor.page(way))
    assert "You will sign 1 statement" in page, page
    assert "recorded before 2" in page


def test_what_the_rows_cannot_say_is_asked_and_the_answer_counts(desk, donor, signing):
    rows = [f"may-{at},2026-05-{at:02},place:gate,Day {at}: one truck came." for at in range(1, 9)]
    way = brought(donor, signing, table(*rows), name="may.csv")
    assert bring_back(donor, way, signed(donor, way, signing)).status_code == 303
    way = brought(donor, signing, table(*rows[:2]), name="may.csv")
    asked = donor.page(way)
    question = "newest" if 'name="newest"' in asked else "gone"
    assert f'name="{question}"' in asked
    assert "--" not in text_of(asked[asked.index("<main") :]), "no word of the command line"
    assert donor.post(way, {question: "no"}).status_code == 303
    page = text_of(donor.page(way))
    assert "There is nothing to sign." in page
    assert "recorded before 2" in page


def test_refused_cells_are_told_by_file_row_and_column_with_a_remedy(donor, signing):
    rows = (
        "j1,2026-06-01,place:gate,Fine.",
        "j2,no day at all,place:gate,Not fine.",
        "j3,2026-06-03,place:gate,Fine too.",
    )
    data = table(*rows, *(f"j{at},2026-06-{at:02},place:gate,Fine {at}." for at in range(4, 15)))
    way = brought(donor, signing, data, name="june.csv")
    page = text_of(donor.page(way))
    assert "refused 1" in page
    assert "june.csv:C3" in page or "june.csv:B3" in page, page
    assert "You will sign 13 statements" in page
    remarks = donor.get(f"{way}remarks.csv").content.decode()
    assert len([line for line in remarks.splitlines() if "no day at all" in line and len(line) > 60]) == 1, remarks
    assert "claim" in donor.get(f"{way}profile.toml").text


def bomb(rows=200_000):
    """A workbook that is small and unpacks to very much."""
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>x</t></is></c></row>' for at in range(1, rows))
    space = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="a" Target="xl/workbook.xml"'
        f' Type="{space}/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{space}/officeDocument/2006/relationships">'
        '<sheets><sheet name="A" sheetId="1" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="b"'
        f' Target="worksheets/sheet1.xml" Type="{space}/officeDocument/2006/relationships/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return made.getvalue()


@pytest.mark.threat(
    who="storekeeper",
    tries="signed in, fills the portal's machine by tables: very large ones, ones that unpack to very much, files called into other folders",
    alone="refused before anything is kept; at most five tables a person, for a day, in one file that only the portal reads",
    needs="nothing",
    seen_by="nobody: nothing is recorded",
)
def test_what_is_refused_leaves_nothing_behind(desk, donor, signing, desk_folder):
    many = table(*(f"{at},2026-01-01,place:gate,Row." for at in range(2_001)))
    refused = {
        "many.csv": many,
        "bomb.xlsx": bomb(),
        "big.csv": b"a,b\n" + b"1,2\n" * 600_000,
        "empty.csv": b"",
        "photo.csv": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00",
        "signed.dsse": b"{}",
        "script.exe": b"MZ",
        "x" * 200 + ".csv": table(*FIRST),
        "表" * 100 + ".csv": table(*FIRST),
        ".hidden.csv": table(*FIRST),
    }
    kept = desk.store.find("SELECT count(*) AS n FROM upload")["n"]
    for name, data in refused.items():
        answer = bring(donor, signing, data, name)
        assert answer.status_code in {413, 422, 429}, (name, text_of(answer.text))
        assert desk.store.find("SELECT count(*) AS n FROM upload")["n"] == kept, name
    assert not list(desk_folder.glob(".upload-*")), "no file of a table lies about"


def test_a_file_is_called_by_the_last_part_of_its_way_alone(desk, donor, signing, desk_folder):
    for at, given in enumerate(("../../etc/cron.d/one.csv", "C:\\Users\\me\\two.csv", "/abs/three.csv")):
        way = brought(donor, signing, table(f"{at},2026-07-01,place:gate,Once."), name=given)
        assert text_of(donor.page(way)).count(given.replace("\\", "/").rpartition("/")[2])
        said = json.loads(b64decode(json.loads(donor.get(f"{way}unsigned.dsse").content)["payload"]))
        assert said["source"]["name"] in {"one.csv", "two.csv", "three.csv"}
    assert not list(desk_folder.glob(".upload-*"))
    assert desk.store.find("SELECT count(*) AS n FROM upload")["n"] <= UPLOADS_MAX


def test_nobody_else_sees_a_table_and_it_is_erased_in_time(desk, keeper, donor, signing, desk_folder):
    secret = "Seldom-said-word"
    way = brought(donor, signing, table(f"1,2026-08-01,place:gate,{secret}"), name="mine.csv")
    for path in (way, f"{way}unsigned.dsse", f"{way}profile.toml", f"{way}remarks.csv"):
        assert keeper.get(path).status_code == 403
        stranger = Visitor(donor.client.app).get(path)
        assert stranger.status_code == 303
        assert stranger.headers["location"] == "/en/desk/sign-in/"
    assert keeper.post(way, TOLD).status_code == 403
    assert bring_back(keeper, way, b"").status_code == 403
    keeper.post(f"{way}drop/")
    assert secret in donor.page(way)
    held = desk_folder / "portal.sqlite"
    before = desk.store.now
    desk.store.now = lambda: before() + KEPT_S + 1
    try:
        assert donor.get("desk/").status_code == 303, "whoever comes next, signed in or not"
    finally:
        desk.store.now = before
    journal = held.with_name(held.name + "-wal")
    assert secret.encode() not in held.read_bytes() + (journal.read_bytes() if journal.exists() else b"")


def test_a_table_is_worked_out_anew_once_the_record_has_changed(desk, donor, signing):
    """Two tables are prepared under the same numbers: what was signed of the second counts for nothing once the first is in."""
    first = brought(donor, signing, table("1,2026-09-01,place:gate,First table."), name="first.csv")
    second = brought(donor, signing, table("1,2026-09-02,place:gate,Second table."), name="second.csv")
    early = signed(donor, second, signing)
    assert bring_back(donor, first, signed(donor, first, signing)).status_code == 303
    refused = bring_back(donor, second, early)
    assert refused.status_code == 409
    assert "has changed since" in text_of(refused.text)
    now = signed(donor, second, signing)
    assert now != early
    assert bring_back(donor, second, now).status_code == 303


def test_what_a_passkey_signs_stands_on_the_page(donor, signing):
    way = brought(
        donor,
        signing,
        table(*at("place:quay"), head="Id,Day,Place,Remark"),
        told={**TOLD, "told.words": "Remark"},
        name="few.csv",
    )
    page = donor.page(way)
    _, data = fields_of(page)
    lines = donor.get(f"{way}unsigned.dsse").content.splitlines()
    assert data["passkey"] == "sign-all"
    assert data["payloads"].split() == [json.loads(line)["payload"] for line in lines]
    prepared = enduse.spoken_file(
        [enduse.Unsigned(payload=b64decode(each), key=key_id(signing.public)).id for each in data["payloads"].split()]
    )
    assert prepared in text_of(page)
    assert json.loads(donor.get("desk/light.json").content)


def test_nothing_that_a_table_holds_runs_on_its_pages(donor, signing):
    bad = "<script>alert(1)</script>"
    data = table(f'1,2026-10-01,place:gate,"{bad}"', head=f"Id,Day,Place,{bad}")
    answer = bring(donor, signing, data, name="<img src=x onerror=alert(1)>.csv")
    way = answer.headers["location"].partition("/en/")[2]
    pages = [donor.page(way), donor.post(way, {"told.what": bad}).text]
    donor.post(way, {"told.what": "claim", "told.words": bad})
    pages += [donor.page(way), donor.page("desk/tables/")]
    for page in pages:
        assert bad not in page
        assert "<img" not in page


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "250"})
    assert result.exit_code == code, (words, result.output)
    return result.stdout + result.stderr


def test_one_command_signs_the_whole_file_on_ones_own_machine(desk, donor, signing, desk_folder, tmp_path):
    """The key lies in a file elsewhere; the command shows the words that the page shows, and gives no number twice."""
    own = next(key.key for key in desk.site.programme.keys("donor").keys if key.key != key_id(signing.public))
    further = "9,2026-10-03,place:gate,Shut again · about party:x"
    answer = bring(donor, signing, table(*at("place:pier"), further, head="Id,Day,Place,Told"), "mine.csv", key=own)
    way = answer.headers["location"].partition("/en/")[2]
    donor.post(way, {**TOLD, "told.words": "Told"})
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, data in {
        "light.json": donor.get("desk/light.json").content,
        "a.dsse": donor.get(f"{way}unsigned.dsse").content,
    }.items():
        (folder / name).write_bytes(data)
    key = ("--key", desk_folder / "keys" / "parties" / "donor.key")
    told = run("sign", folder, folder / "a.dsse", "--to", folder / "b.dsse", *key)
    page = text_of(donor.page(way))
    spoken = found(r"Check words of the whole file, the same on the command line: ([a-z ]+?) [A-Z]", page)
    assert spoken in told
    assert "The gate was shut." in told
    assert [line.strip() for line in told.splitlines() if "Shut again" in line] == [
        "what is said Shut again · about party:x"
    ], "a text that looks like two fields stands on a line of its own"
    assert bring_back(donor, way, (folder / "b.dsse").read_bytes()).status_code == 303
    assert "accepted" in text_of(donor.page(way))
    again = json.loads(run("sign", folder, folder / "a.dsse", "--to", folder / "c.dsse", *key, "--json"))
    assert again["words"] == spoken
    assert (folder / "b.dsse").read_bytes() == (folder / "c.dsse").read_bytes(), "signed once"
    line = json.loads((folder / "a.dsse").read_bytes().splitlines()[0])
    other = b64decode(line["payload"]).replace(b"was shut", b"was open")
    (folder / "d.dsse").write_bytes(enduse.Unsigned(payload=other, key=own).raw)
    refused = run("sign", folder, folder / "d.dsse", "--to", folder / "e.dsse", *key, code=2)
    assert "was given to another statement" in refused
    assert not (folder / "e.dsse").exists()
    passkeys = donor.get(
        f"{brought(donor, signing, table(*at('place:dock'), head='Id,Day,Place,Words'), name='p.csv')}unsigned.dsse"
    )
    (folder / "f.dsse").write_bytes(passkeys.content)
    assert "is to be signed with the key" in run(
        "sign", folder, folder / "f.dsse", "--to", folder / "g.dsse", *key, code=2
    )


def test_a_table_is_asked_about_in_the_readers_words_and_keeps_what_was_chosen(donor, signing, monkeypatch):
    way = bring(donor, signing, table(*FIRST)).headers["location"].partition("/en/")[2]
    monkeypatch.setattr(donor, "language", "ar")
    page = donor.page(way)
    assert not [word for word in ("figure", "dispatch", "claim", "reading_of_use") if f">{word}<" in page]
    answer = donor.post(way, {"told.what": "claim", "told.nonsense": "x"})
    assert answer.status_code == 422
    assert '<option value="claim" selected>' in answer.text, "what was chosen is not lost"


def test_what_is_too_large_is_said_to_be(donor, signing):
    answer = bring(donor, signing, b"a,b\n" + b"1,2\n" * 600_000, "big.csv")
    assert answer.status_code == 413
    assert "larger than this page takes" in text_of(answer.text)
