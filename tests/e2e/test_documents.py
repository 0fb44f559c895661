"""Photos and papers beside the record: signed by digest, checked as files, shown as missing, erased, drawn small; a paper gives way."""

import io
import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

import enduse
from enduse.book.book import Book
from enduse.errors import EnduseError, LimitError, MalformedError, UnknownError
from enduse.pages.thumbnails import thumbnail
from enduse.record import documents
from enduse.record.carried_documents import DocumentFollower
from enduse.record.documents import DocumentStore, media_type_of
from enduse.statements.codec import kind_of
from enduse.statements.document import LENGTH_MAX, Content
from enduse.views.statements import recorded
from support.seven_folders import private, run, send

NORTH, MINUTES = 1, (31.0, 20.0, 1.0)


def photo(path, *, side=900):
    """Write a photo lying on its side, with the position and the device that a telephone puts in."""
    tags = Image.Exif()
    tags[0x0112], tags[0x0110] = 6, "TELEPHONE-7"
    tags.get_ifd(0x8825).update({NORTH: "N", 2: MINUTES})
    Image.effect_noise((side, side // 2), 40).convert("RGB").save(path, exif=tags)
    return path


@pytest.fixture(autouse=True)
def folders(seven, tmp_path, monkeypatch):
    shutil.copytree(seven, tmp_path / "play")
    monkeypatch.chdir(tmp_path / "play")
    photo(Path("roof.jpg"))


def listed(folder="keeper", code=0):
    return json.loads(run("documents", folder, "--json", code=code))["documents"]


ATTACH = ("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinic", "--says", "The roof.")


def test_a_photo_is_signed_by_digest_kept_checked_and_missed():
    done = json.loads(run(*ATTACH, "--place", "Rafah", "--json"))
    content = Content(**done["content"])
    assert (content.media_type, content.length) == ("image/jpeg", Path("roof.jpg").stat().st_size)
    (said,) = json.loads(run("list", "keeper", "--kind", "document", "--json"))["statements"]
    assert said["statement"]["body"]["sha256"] == content.sha256
    assert json.loads(run("record", "verify", "keeper", "--json"))["documents"] == {"here": 1}
    file = DocumentStore(Path("keeper")).path(content.sha256)
    # Missing is told, and is no fault of the record; whoever has the file puts it in its place.
    file.unlink()
    assert [each["standing"] for each in listed()] == ["missing"]
    assert "the file of 1 document is not here" in run("record", "verify", "keeper")
    assert "in its place" in run("attach", "keeper", "roof.jpg")
    assert [each["standing"] for each in listed()] == ["here"]
    # One changed byte is found, by digest and not by length.
    data = bytearray(file.read_bytes())
    data[500] ^= 1
    file.write_bytes(data)
    assert [each["standing"] for each in listed(code=1)] == ["changed"]
    checked = json.loads(run("record", "verify", "keeper", "--json", code=1))
    assert (checked["ok"], [each["code"] for each in checked["problems"]]) == (False, ["document.changed"])
    file.unlink()
    file.symlink_to(Path("roof.jpg").resolve())
    assert [each["standing"] for each in listed(code=1)] == ["changed"], "in the store nothing is a link"


@pytest.mark.threat(
    who="stranger",
    tries="sends a web page or a program called photo.jpg, a name that leads out of the folder, a pipe, or a file without end",
    alone="what a file is, its own first bytes say; where it lies, its digest; nothing else is kept, and nothing is signed",
    needs="nobody",
    seen_by="whoever attaches it: `enduse attach` says why not",
)
def test_only_photos_and_papers_of_bounded_size_get_in(monkeypatch):
    before = json.loads(run("status", "keeper", "--json"))["size"]
    Path("page.jpg").write_text("<script>alert(1)</script>", encoding="utf-8")
    Path("empty.png").touch()
    with Path("long.pdf").open("wb") as long:
        long.write(b"%PDF-1.7\n")
        long.truncate(LENGTH_MAX + 1)
    os.mkfifo("pipe.jpg")
    for name in ("page.jpg", "empty.png", "long.pdf", "pipe.jpg", "none.jpg", "."):
        run("attach", "keeper", name, "--as", "party:keeper", "--about", "project:clinic", code=2)
    store = DocumentStore(Path("keeper"))
    for wrong in ("../../etc/passwd", "A" * 64, "a" * 63, "a" * 63 + "/", "a" * 64 + "\n", ""):
        with pytest.raises(MalformedError):
            store.path(wrong)
    run("attach", "keeper", "roof.jpg", code=2)  # the record names none such
    monkeypatch.setattr(documents, "FILES_MAX", 0)
    with pytest.raises(LimitError):
        store.keep(b"x", "a" * 64)
    assert json.loads(run("status", "keeper", "--json"))["size"] == before
    assert not Path("keeper/documents").exists()


def test_the_media_type_is_told_by_the_content():
    for form, kind in (("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")):
        out = io.BytesIO()
        Image.new("RGB", (4, 4)).save(out, form)
        assert media_type_of(out.getvalue()) == kind
    assert media_type_of(b"%PDF-1.7") == "application/pdf"
    assert media_type_of(b"\0\0\0\x18ftypheic") == "image/heic"
    for other in (b"", b"GIF89a", b"PK\3\4", b"MZ", b"<svg", b"RIFF1234WAVE", b" %PDF-"):
        assert media_type_of(other) is None


def test_a_private_one_is_committed_to_kept_apart_and_erased_with_the_proof_left():
    done = json.loads(run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinic", "--private", "--json"))  # fmt: skip
    lies = DocumentStore(Path("keeper")).path(done["commitment"], private=True)
    assert lies.stat().st_mode & 0o077 == 0
    assert lies.parent.stat().st_mode & 0o077 == 0
    digest, length = done["content"]["sha256"], str(done["content"]["length"])
    (said,) = json.loads(run("list", "keeper", "--kind", "sealed", "--json"))["statements"]
    assert digest not in json.dumps(said)
    assert length not in json.dumps(said["statement"]["body"])
    assert [each["standing"] for each in listed()] == ["here"]
    lies.unlink()
    assert [each["standing"] for each in listed()] == ["missing"]
    run("attach", "keeper", "roof.jpg")
    shutil.copytree("keeper", "copy", ignore=shutil.ignore_patterns("keys", "vault.db*", "documents"))
    assert [each["standing"] for each in listed("copy")] == ["sealed"]
    run("record", "erase", "keeper", done["commitment"], "--as", "party:keeper", "--basis", "asked for on 3 May")
    assert not lies.exists()
    assert [each["standing"] for each in listed()] == ["erased"]
    assert digest.encode() not in b"".join(each.read_bytes() for each in Path("keeper").glob("*.db*"))
    assert json.loads(run("record", "verify", "keeper", "--json"))["ok"]
    run("attach", "keeper", "roof.jpg", code=2)
    said_of_it = ("--as", "party:keeper", "--about", "project:clinic", "--private", "--says", "A face.")
    run("attach", "keeper", "roof.jpg", *said_of_it, code=2)


@pytest.mark.parametrize("broken_off", ["DocumentStore.erase", "Intake.say"])
def test_an_erasure_that_broke_off_is_finished_when_it_is_asked_for_again(monkeypatch, broken_off):
    attached = run(
        "attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinic", "--private", "--json"
    )
    commitment = json.loads(attached)["commitment"]
    lies = DocumentStore(Path("keeper")).path(commitment, private=True)
    erase = ("record", "erase", "keeper", commitment, "--as", "party:keeper", "--basis", "asked for on 3 May")

    def pulled(*_: object) -> None:
        raise UnknownError("system.refuses", reason="the plug was pulled")

    with monkeypatch.context() as patched:
        patched.setattr(f"enduse.book.vault.{broken_off}", pulled)
        run(*erase, code=2)
    run(*erase)
    assert not lies.exists()
    assert [each["standing"] for each in listed()] == ["erased"]
    assert run(*erase, code=1), "once it is recorded, it is done"


@pytest.mark.parametrize("how", [(), ("--private",)])
def test_nothing_is_said_of_a_document_that_cannot_be_kept(how):
    before = json.loads(run("status", "keeper", "--json"))["size"]
    Path("keeper/documents").write_text("no folder")
    run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinic", *how, code=2)
    assert json.loads(run("status", "keeper", "--json"))["size"] == before


def test_a_private_file_that_was_replaced_by_a_link_to_nowhere_is_taken_away_too():
    store = DocumentStore(Path("keeper"))
    lies = store.keep(b"%PDF-", "a" * 64, private=True)
    lies.unlink()
    lies.symlink_to("nowhere")
    store.erase("a" * 64)
    assert not lies.is_symlink()


@pytest.mark.threat(
    who="stranger",
    tries="gives somebody a folder in which a photo's place is a link to a file of theirs, to have it written over",
    alone="the link is replaced by the photo, and what it led to stays",
    needs="nobody",
    seen_by="whoever runs enduse documents, which shows the photo as changed",
)
def test_what_a_link_in_the_store_leads_to_is_never_written_over():
    Path("mine").write_text("mine")
    run(*ATTACH)
    (lies,) = (path for path in Path("keeper/documents").rglob("*") if path.is_file())
    lies.unlink()
    lies.symlink_to(Path("mine").resolve())
    run("attach", "keeper", "roof.jpg")
    assert Path("mine").read_text() == "mine"
    assert [each["standing"] for each in listed()] == ["here"]


@pytest.mark.threat(
    who="stranger",
    tries="gives somebody a programme whose folder of photos, or one within it, is a link to a folder of theirs",
    alone="nothing is written, read as a photo, or destroyed where it leads",
    needs="nobody",
    seen_by="whoever attaches or erases, who is refused; whoever runs enduse documents, which shows the photos as changed",
)
@pytest.mark.parametrize("within", [False, True])
def test_a_link_in_place_of_the_folder_of_documents_leads_nowhere(within):
    private = (
        "attach",
        "keeper",
        "roof.jpg",
        "--as",
        "party:keeper",
        "--about",
        "project:clinic",
        "--private",
        "--json",
    )
    sealed = json.loads(run(*private))["commitment"]
    run(*ATTACH)
    for lies in list(Path("keeper/documents").iterdir()) if within else [Path("keeper/documents")]:
        Path("theirs").mkdir(exist_ok=True)
        lies.rename(f"theirs/{lies.name}")
        lies.symlink_to(Path(f"theirs/{lies.name}").resolve())
    theirs = {path: path.read_bytes() for path in Path("theirs").rglob("*") if path.is_file()}
    size = json.loads(run("status", "keeper", "--json"))["size"]
    assert [each["standing"] for each in listed(code=1)] == ["changed", "changed"]
    for said in (("attach", "keeper", "roof.jpg"), private[:-1]):
        assert "is a link" in run(*said, code=2)
    erase = ("record", "erase", "keeper", sealed, "--as", "party:keeper", "--basis", "asked")
    assert "is a link" in run(*erase, code=2)
    assert {path: path.read_bytes() for path in Path("theirs").rglob("*") if path.is_file()} == theirs
    assert json.loads(run("status", "keeper", "--json"))["size"] == size
    assert "erased" not in run("documents", "keeper", code=1), "what is refused destroys nothing"


@pytest.mark.threat(
    who="donor",
    tries="seals what is no photo under the field of private photos, so that nobody can list photos or verify the record",
    alone="it is a sealed value like any other; photos are listed and the record is verified as before",
    needs="nobody",
    seen_by="everybody, by enduse list --kind sealed",
)
def test_what_is_sealed_as_a_document_and_is_none_stops_nothing():
    Path("junk").write_text("junk")
    run(*ATTACH)
    said = ("--as", "party:keeper", "--about", "project:clinic", "--field", "document", "--value", "junk", "--json")
    commitment = json.loads(run("record", "seal", "keeper", *said))["commitment"]
    assert [each["standing"] for each in listed()] == ["here"], "sealed"
    run("record", "disclose", "keeper", commitment, "--as", "party:keeper")
    assert [each["standing"] for each in listed()] == ["here"], "disclosed"
    assert json.loads(run("record", "verify", "keeper", "--json"))["ok"]


@pytest.mark.parametrize("edit", [b"\xff\xfe", b'{"sha256":"%s","length":1,"media_type":"image/png"}' % (b"0" * 64)])
def test_a_vault_that_was_edited_is_told_and_shows_nothing_else(edit):
    run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinic", "--private")
    with closing(sqlite3.connect("keeper/vault.db")) as vault, vault:
        vault.execute("UPDATE opening SET value = ?", (edit,))
    told = run("documents", "keeper", code=2)
    assert "keeper/vault.db: the disclosed value of document is not what was committed to" in told


def test_a_folder_is_no_document():
    with pytest.raises(LimitError):
        documents.read(Path())


def test_a_record_whose_photos_cannot_be_looked_at_is_told_by_name():
    run(*ATTACH)
    Path("keeper/keys/log.key").write_text("nothing")
    assert "keeper/keys/log.key" in run("record", "verify", "keeper", code=2)


def test_a_small_picture_carries_neither_position_nor_device():
    done = json.loads(run(*ATTACH, "--json"))
    Image.new("RGB", (30, 30)).save("face.png")
    run("attach", "keeper", "face.png", "--as", "party:keeper", "--about", "project:clinic", "--private")
    assert json.loads(run("documents", "keeper", "--thumbnails", "small", "--json"))["thumbnails"] == [f"{done['content']['sha256']}.jpg"]  # fmt: skip
    (small,) = Path("small").iterdir()
    assert b"TELEPHONE-7" in Path("roof.jpg").read_bytes()
    assert b"TELEPHONE-7" not in small.read_bytes()
    with Image.open(small) as drawn:
        assert not drawn.getexif()
        assert drawn.size == (160, 320), "upright: it was taken on its side"
    broken = Path("roof.jpg").read_bytes()[:2000]
    assert thumbnail(broken, Content(**{**done["content"], "length": 2000})) is None


def test_a_picture_that_claims_to_be_huge_is_not_drawn(monkeypatch):
    monkeypatch.setattr("enduse.pages.thumbnails.PIXELS_MAX", 1000)
    content = Content(**json.loads(run(*ATTACH, "--json"))["content"])
    assert thumbnail(Path("roof.jpg").read_bytes(), content) is None


@pytest.mark.threat(
    who="storekeeper",
    tries="says under its own key what a paper with another party's signature says",
    alone="it stands as the word of whoever recorded it, with the paper's photo and the signer named, and moves none of the"
    " signer's goods; the signer's own statement takes its place, and both stay shown",
    needs="the signer's key, to speak for the signer",
    seen_by="everybody, by `enduse documents`",
)
def test_what_a_paper_says_is_the_clerks_word_until_the_signer_speaks():
    """From two folders: the clerk photographs the paper away from the record, and the signer answers it later."""
    paper = ("--about", "W-17", "--signer", "party:contractor", "--says", "12 t of cement handed over at the gate.")
    run("attach", "store", "roof.jpg", *paper)
    send("store")
    (told,) = listed()
    assert (told["party"], told["signer"], told["standing"]) == ("party:store", "party:contractor", "here")
    run("attach", "keeper", next(Path("store/documents").rglob("*/*")))
    (told,) = listed()
    assert (told["standing"], told["signer_said"]) == ("here", [])
    with enduse.open("keeper") as programme:
        of_paper = programme.statement(told["entry"]).id
    about = ("claim", "--set", "about=W-17", "--ref", of_paper)
    run("say", "store", *about, "--set", "words=The paper says 12 t.")
    run("say", "monitor", *about, "--set", "words=I saw that paper.")
    run("say", "contractor", *about, "--set", "words=It was 11 t; the paper is wrong.")
    for desk in ("store", "monitor", "contractor"):
        send(desk)
    (told,) = listed()
    assert (told["signer_said"], told["rests"]) == ([told["entry"] + 6], [told["entry"] + 2, told["entry"] + 4])
    shown = run("documents", "keeper")
    assert "from a paper signed by contractor" in shown
    assert "contractor has since said it itself" in shown


def test_public_files_travel_beside_a_batch_and_between_copies_and_private_ones_do_not(tmp_path):
    """The keeper has the file with the statement; a copy of the record takes it from the keeper's folder; nothing strange gets in."""
    photo(Path("wall.jpg"), side=700)
    run("attach", "store", "roof.jpg", "--about", "W-17")
    run("attach", "store", "wall.jpg", "--about", "W-17")
    digest = sha256(Path("wall.jpg").read_bytes()).hexdigest()
    run("send", "store", "--to", "post.dsse")
    beside = Path("post.documents")
    assert len([*beside.iterdir()]) == 2
    Path(beside, "notes.txt").write_text("no document", encoding="utf-8")
    shutil.copy("roof.jpg", beside / digest)  # another's bytes under its name
    photo(beside / "of-nobody.jpg", side=300)
    run("add", "keeper", "post.dsse")
    assert [each["standing"] for each in listed()] == ["here", "missing"], "found by its bytes, not by its name"
    shutil.copy("wall.jpg", beside / "again.jpg")
    run("add", "keeper", "post.dsse")
    assert [each["standing"] for each in listed()] == ["here", "here"]
    assert len([*Path("keeper/documents").rglob("*/*")]) == 2, "what the record does not name stays out"
    run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "visit:7", "--private")
    shutil.copytree("keeper", "copy", ignore=shutil.ignore_patterns("keys", "documents", "vault.db"))
    assert sorted(each["standing"] for each in listed("copy")) == ["missing", "missing", "sealed"]
    assert json.loads(run("attach", "copy", "keeper/documents", "--json"))["files"] == 2
    assert sorted(each["standing"] for each in listed("copy")) == ["here", "here", "sealed"]
    assert not Path("copy/documents/private").exists()
    assert "0 missing files" in run("attach", "copy", "keeper/documents")


def mirrored(code=0, *, of="keeper", **most):
    limits = ("--most-megabytes", most["most"]) if most else ()
    words = ("record", "mirror", "copy", "--of", of, "--key", "keeper/log.vkey", "--name", "mirror.example", *limits)
    return json.loads(run(*words, "--json", code=code))["documents"]


@pytest.mark.threat(
    who="keeper",
    tries="serves a mirror another photo than was signed, a link or a pipe in its place, one longer than was signed, or none",
    alone="it is missing in the mirror, which says so and cosigns the record all the same; nothing else is kept",
    needs="nobody",
    seen_by="whoever runs the mirror, and whoever verifies it: `enduse record verify`",
)
def test_a_mirror_carries_public_photos_each_checked_and_private_ones_as_commitments(tmp_path):
    """From a folder and over the network, as often as it likes; what was lost is restored from it."""
    for name in ("wall", "door", "gate"):
        photo(Path(f"{name}.jpg"), side=300)
    for name in ("roof", "wall", "door", "gate"):
        run("attach", "keeper", f"{name}.jpg", "--as", "party:keeper", "--about", "project:clinic")
    run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "visit:7", "--private")
    lies = {name: DocumentStore(Path("keeper")).path(sha256(Path(f"{name}.jpg").read_bytes()).hexdigest()) for name in ("roof", "wall", "door", "gate")}  # fmt: skip
    lies["wall"].write_bytes(Path("door.jpg").read_bytes())
    lies["door"].unlink()
    os.mkfifo(lies["door"])
    lies["gate"].write_bytes(Path("gate.jpg").read_bytes() + b"more")
    assert mirrored() == {"here": 1, "fetched": 1, "missing": 3, "private": 1}
    assert [path.name for path in Path("copy/documents").rglob("*/*")] == [lies["roof"].name]
    assert json.loads(run("record", "verify", "copy", "--json"))["documents"] == {"here": 1, "missing": 3, "sealed": 1}
    lies["door"].unlink()
    for name in ("wall", "door", "gate"):
        lies[name].write_bytes(Path(f"{name}.jpg").read_bytes())
    served = partial(SimpleHTTPRequestHandler, directory="keeper")
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/tiles"
        assert mirrored(of=address) == {"here": 4, "fetched": 3, "missing": 0, "private": 1}
        run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "place:rafah")
        assert mirrored(of=address) == {"here": 4, "fetched": 0, "missing": 0, "private": 1}, "one file, named twice"
        server.shutdown()
    run("attach", "keeper", photo(Path("late.jpg"), side=320), "--as", "party:keeper", "--about", "x")
    assert mirrored() == {"here": 5, "fetched": 1, "missing": 0, "private": 1}
    shown = run("record", "verify", "copy")
    assert "the files of 6 documents are what was signed" in shown
    kept = next(path for path in Path("copy/documents").rglob("*/*") if path.name == lies["roof"].name)
    kept.write_bytes(b"x")
    assert "document.changed" in run("record", "verify", "copy", "--json", code=1)
    kept.write_bytes(Path("roof.jpg").read_bytes())
    shutil.copytree("keeper", "lost", ignore=shutil.ignore_patterns("record.db", "book.db", "documents"))
    run("record", "restore", "lost", "--from", "copy")
    assert sorted(each["standing"] for each in listed("lost")) == ["here"] * 6 + ["missing"]


class Listening:
    """A mirror's server that, instead of answering, does what a test says while the mirror listens."""

    url = "http://mirror.example"

    def __init__(self, mirror, steps):
        self.mirror, self._steps = mirror, steps

    def serve_forever(self):
        self._steps(self.mirror)

    def server_close(self):
        """Nothing is held."""


def test_a_mirror_that_listens_brings_photos_as_the_record_grows_and_once_they_are_there(monkeypatch):
    monkeypatch.setitem(DocumentFollower.__init__.__kwdefaults__, "pause_s", 0.02)

    def arrived(path):
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        return path.exists()

    def steps(mirror):
        for name, away in (("first", False), ("second", True)):
            file = photo(Path(f"{name}.jpg"), side=300 + away)
            run("attach", "keeper", file, "--as", "party:keeper", "--about", "project:clinic")
            digest = sha256(file.read_bytes()).hexdigest()
            lies, copied = (DocumentStore(Path(folder)).path(digest) for folder in ("keeper", "copy"))
            if away:
                lies.rename("kept.jpg")
            mirror.follow()
            if away:
                time.sleep(0.1)
                assert not copied.exists()
                Path("kept.jpg").rename(lies)  # the file comes after the entry that names it
            assert arrived(copied), name

    monkeypatch.setattr("enduse.operators.mirror_server", lambda held, *_: Listening(held, steps))
    run("record", "mirror", "copy", "--of", "keeper", "--key", "keeper/log.vkey", "--name", "mirror.example", "--listen", "localhost:1")  # fmt: skip
    assert [(each["standing"], each["about"]) for each in listed("copy")] == [("here", "project:clinic")] * 2


def test_a_mirror_lists_its_photos_and_draws_them_small():
    run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinic", "--says", "A roof.")
    run("attach", "keeper", photo(Path("own.jpg"), side=310), "--as", "party:keeper", "--about", "visit:7", "--private")
    mirrored()
    shown = run("documents", "copy", "--thumbnails", "small")
    assert "A roof." in shown
    kept = listed("copy")
    assert [each["standing"] for each in kept] == ["here", "sealed"]
    there = [
        {name: each[name] for name in ("entry", "about", "party", "at", "content", "commitment")} for each in listed()
    ]
    assert {name: kept[0][name] for name in there[0]} == there[0]
    assert [path.stem for path in Path("small").iterdir()] == [kept[0]["content"]["sha256"]]


def test_who_answered_a_paper_is_found_without_reading_the_record(monkeypatch):
    run("attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "W-17", "--signer", "contractor")
    for _ in range(3):
        run("say", "keeper", "claim", "--as", "party:keeper", "--set", "about=place:rafah", "--set", "words=no answer")
    read = []

    def counted(book, entry):
        read.append(entry)
        return recorded(book, entry)

    for module in ("documents", "statements"):
        monkeypatch.setattr(f"enduse.views.{module}.recorded", counted)
    (told,) = listed()
    assert set(read) == {told["entry"]}


def test_what_a_mirror_may_hold_bounds_its_photos_too():
    Image.effect_noise((1600, 1600), 90).save("large.png")
    assert Path("large.png").stat().st_size > 1_000_000
    for name in ("large.png", "roof.jpg"):
        run("attach", "keeper", name, "--as", "party:keeper", "--about", "project:clinic")
    assert mirrored(most=1) == {"here": 1, "fetched": 1, "missing": 1, "private": 0}
    assert mirrored() == {"here": 2, "fetched": 1, "missing": 0, "private": 0}


def test_what_a_photo_shows_is_told_where_nobody_described_it():
    told = run(
        "attach", "keeper", "roof.jpg", "--as", "party:keeper", "--about", "project:clinik", "--place", "place:moon"
    )
    assert "project:clinik is not known here; did you mean project:clinic?" in told
    assert "place:moon is described nowhere" in told
    assert "known" not in run("attach", "store", "roof.jpg", "--about", "project:clinic", "--place", "place:rafah")


GOODS = ("--set", "consignment=W-17", "--set", "material=cement", "--set", "quantity.unit=TNE")
RECEIVED = ("receive", "--place", "place:rafah", *GOODS, "--set", "sender=party:contractor", "--set", "complete=yes")


def stock_of(party):
    with enduse.open("keeper") as programme:
        stocks = {line.account: line.figure.amount for line in programme.balances() if party in line.account}
    return {account: amount for account, amount in stocks.items() if amount and "stock" in account}


@pytest.mark.threat(
    who="storekeeper",
    tries="as a clerk records a paper that says more than its signer received",
    alone="booked as the signer's, named as the clerk's word with the paper's digest, until the signer's own word takes its place",
    needs="a signer that never speaks, and nobody who looks at the photo",
    seen_by="the signer, by `enduse documents`, `enduse list` and `enduse goods`",
)
@pytest.mark.parametrize("where", ["keeper", "contractor"])
def test_goods_of_a_paper_are_booked_as_its_signers_until_the_signer_speaks(where):
    """The clerk is the contractor, with the record or away from it; the store signed on paper, and says it itself later."""
    event = {
        "type": "ObjectEvent", "eventTime": "2026-11-28T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD",
        "bizStep": "commissioning", "readPoint": {"id": "place:port"},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 50, "uom": "TNE"}],
    }  # fmt: skip
    Path("event.json").write_text(json.dumps({"event": json.dumps(event)}), encoding="utf-8")
    run("say", "contractor", "goods", "--place", "place:port", "--from", "event.json")
    run("say", "contractor", "dispatch", "--place", "place:port", *GOODS, "--set", "quantity.value=12",
        "--set", "recipient=party:store", "--set", "to_place=place:rafah")  # fmt: skip
    send("contractor")
    said = ("say", where, *RECEIVED, "--set", "quantity.value=12", "--as", "party:contractor")
    paper = ("--paper", "roof.jpg", "--signer", "party:store")
    assert "go together" in run(*said, "--paper", "roof.jpg", code=2)
    if where == "keeper":
        shutil.copytree("contractor/keys", "keeper/keys", dirs_exist_ok=True)
        run(*said, *paper)
    else:
        run(*said, "--set", "holder=party:store")
        run("send", "contractor", "--to", "bare.dsse")
        (bare,) = json.loads(run("add", "keeper", "bare.dsse", "--json"))["problems"]
        assert bare["code"] == "goods.not_theirs", "without a paper nobody speaks for the store"
        run(*said, *paper)
        assert len(send("contractor")) > 0
    assert list(stock_of("store").values()) == [12_000_000]
    (told,) = listed()
    assert (told["party"], told["signer"], len(told["rests"])) == ("party:contractor", "party:store", 1)
    with enduse.open("keeper") as programme:
        recorded = programme.statement(told["rests"][0])
        of_paper = programme.statement(told["entry"]).id
    assert recorded.statement.source.sha256 == told["content"]["sha256"]
    assert "goods.told_by_importer" in [note.code for note in recorded.notes]
    run("say", "store", *RECEIVED, "--set", "quantity.value=11", "--as", "party:store", "--ref", of_paper)
    send("store")
    assert list(stock_of("store").values()) == [11_000_000], "the signer's own word takes the paper's place"
    (told,) = listed()
    assert len(told["signer_said"]) == 1


BY_PAPER = ("--paper", "roof.jpg", "--signer", "party:store")
LINE = (*RECEIVED, "--set", "quantity.value=12")


def test_by_a_paper_that_may_not_be_reported_nothing_is_left_behind():
    """South may not report; and where the fields make no statement, neither folder keeps the paper."""
    shutil.copytree("south/keys", "keeper/keys", dirs_exist_ok=True)
    before = json.loads(run("status", "keeper", "--json"))["size"]
    said = ("--as", "party:south", *BY_PAPER)
    told = json.loads(run("say", "keeper", *LINE, *said, "--json", code=1))
    assert (told["outcome"], told["index"]) == ("refused", None)
    for folder, wrong in (("keeper", "lot="), ("south", "quantity.value=many"), ("south", "lot=")):
        run("say", folder, *LINE, "--set", wrong, *said, code=2)
    Path("south/keys/parties/party%3Asouth.key").rename("elsewhere.key")
    run("say", "south", *LINE, *said, code=2)
    assert json.loads(run("status", "keeper", "--json"))["size"] == before
    assert not [*Path("keeper").glob("documents/*/*"), *Path("south").glob("documents/*/*")]
    assert json.loads(run("sent", "south", "--json"))["statements"][1:] == [], "only the mandate it accepted"


@pytest.mark.threat(
    who="keeper",
    tries="records a paper with a key that lies in its folder although another was named",
    alone="paper and goods are signed with the key that was named, or neither is",
    needs="nobody",
    seen_by="everybody, by `enduse list`: one key has said both",
)
@pytest.mark.parametrize(
    "words", [("say", "keeper", *LINE, *BY_PAPER), ("attach", "keeper", "roof.jpg", "--about", "W-17")]
)
def test_a_paper_is_signed_with_the_key_that_was_named(words, monkeypatch):
    shutil.copytree("contractor/keys", "keeper/keys", dirs_exist_ok=True)
    run("key", "new", "keeper", "party:contractor", "--to", "second.key")
    second = json.loads(run("key", "show", "second.request", "--json"))["key"]
    mine = (*words, "--as", "party:contractor", "--key", "second.key")
    size = json.loads(run("status", "keeper", "--json"))["size"]
    run(*mine, code=1)  # nobody enrolled it yet
    assert json.loads(run("status", "keeper", "--json"))["size"] == size
    assert not [*Path("keeper").glob("documents/*/*")]
    run("key", "enrol", "keeper", "second.request", "--as", "party:contractor")
    size = json.loads(run("status", "keeper", "--json"))["size"]
    run(*mine)
    monkeypatch.setattr(DocumentStore, "standing", None)  # no other file is read to find this paper again
    run(*mine)
    with Book.open(Path("keeper")) as book:
        said = [book.statement(entry) for entry in range(size, book.size)]
    theirs = [(kind_of(each.statement), each.key_id) for each in said if each.statement.party == "party:contractor"]
    assert {key for _, key in theirs} == {second}
    goods = [kind for kind, _ in theirs if words[0] == "say"]
    assert goods in ([], ["document", "goods", "goods"]), "one paper, two lines of it"


def test_a_light_copy_takes_what_fits_and_signs_nothing_else():
    Path("page.jpg").write_text("<html>", encoding="utf-8")
    for wrong in (("page.jpg", "--about", "x"), ("roof.jpg",), ("roof.jpg", "--about", "x", "--private")):
        run("attach", "store", *wrong, code=2)
    assert not Path("store/documents").exists()
    with pytest.raises(EnduseError):
        enduse.open_light("store").attach("none.jpg", party="party:store", about="x")
    assert private("store").is_file()
