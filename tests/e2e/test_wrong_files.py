"""A file of another kind than the one asked for: what it is, what is asked for and where to get it, in plain words."""

import pytest
from typer.testing import CliRunner

from conftest import Small
from enduse.cli.main import app

FILES = {
    "table.csv": (b"party;amount\nnorth;5\n", "this is a table (CSV)"),
    "empty": (b"", "this is an empty file"),
    "paper.pdf": (b"%PDF-1.7\n\xff\xfe\x00", "this is a PDF"),
    "book.xlsx": (b"PK\x03\x04\xff\x00", "this is a workbook"),
    "photo": (b"\xff\xd8\xff\xe0", "this is a file that is no text"),
    "letter.txt": (b"Dear all,\nplease find.\n", "this is a text"),
}
GIVEN = [
    ("record receipt {file} --against {town}", "a file of receipts is asked for"),
    ("record verify {file} --key {town}/log.vkey", "the folder of a programme, a URL or a proof is asked for"),
    ("record verify {town} --key {file}", "the public key of a log or cosigner is asked for"),
    ("record verify {town} --policy {file}", "a policy is asked for"),
    ("record publish {town} --policy {file}", "a policy is asked for"),
    ("record publish {town} --cosignature {file}", "a cosignature is asked for"),
    ("record card {town} --check {file}", "a checkpoint, a proof or a printed card is asked for"),
    ("record compare {town} --kept {file}", "a checkpoint, a proof or a printed card is asked for"),
    ("record evidence {file}", "evidence against a log is asked for"),
    ("record evidence {file} --key {town}/log.vkey", "evidence against a log is asked for"),
    (
        "record witness {new} --log {file} --follow {town} --name w.example",
        "the public key of a log or cosigner is asked for",
    ),
    (
        "record mirror {new} --of {town}/tiles --key {file} --name m.example",
        "the public key of a log or cosigner is asked for",
    ),
]
FOLDERS = [
    "record mirror {new} --of {file} --key {town}/log.vkey --name m.example",
    "record restore {new} --from {file} --key {town}/log.vkey",
    "record fingerprint {file}",
    "record rebuild {file}",
    "record publish {file}",
    "record prove {file} 1",
    "record compare {file} --with {town}",
]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    small = Small(tmp_path_factory.mktemp("wrong") / "town")
    small.intake.close()
    return small.folder


def refused(words, town, file, tmp_path):
    """Return what a command says of a file, in one line; it fails, is no traceback and leaves nothing behind."""
    new = tmp_path / "new"
    before = {path: path.read_bytes() for path in town.rglob("*") if path.is_file()}
    done = CliRunner().invoke(app, words.format(file=file, town=town, new=new).split(" "), env={"COLUMNS": "300"})
    assert done.exit_code in {1, 2}, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert {path: path.read_bytes() for path in town.rglob("*") if path.is_file()} == before
    assert not new.exists() or not any(path.is_file() for path in new.rglob("*"))
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(("words", "asked"), GIVEN)
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_named_with_what_is_asked_for(town, tmp_path, words, asked, name):
    data, seen = FILES[name]
    file = tmp_path / name
    file.write_bytes(data)
    said = refused(words, town, file, tmp_path)
    assert name in said
    assert seen in said
    assert asked in said
    assert "give " in said, "and where to get it"


@pytest.mark.parametrize(("words", "asked"), GIVEN)
def test_a_folder_or_nothing_in_the_place_of_a_file(town, tmp_path, words, asked):
    del asked
    assert "there is no such" in refused(words, town, tmp_path / "gone", tmp_path) or "--check" in words
    (tmp_path / "folder").mkdir()
    said = refused(words, town, tmp_path / "folder", tmp_path) if "evidence" not in words else "this is a folder"
    assert any(
        told in said for told in ("this is a folder", "there is no checkpoint here", "neither a file nor a fingerprint")
    )


@pytest.mark.parametrize("words", FOLDERS)
def test_a_file_or_nothing_in_the_place_of_a_folder(town, tmp_path, words):
    (tmp_path / "table.csv").write_bytes(FILES["table.csv"][0])
    for name, seen in (("table.csv", "this is a file"), ("gone", "there is no such folder")):
        assert seen in refused(words, town, tmp_path / name, tmp_path)


def test_one_file_of_ours_for_another_is_called_what_it_is(town, tmp_path):
    for file, seen in (("tiles/checkpoint", "a signed note"), ("log.vkey", "a public key")):
        said = refused("record receipt {file} --against {town}", town, town / file, tmp_path)
        assert f"this is {seen}" in said
    secret = next(path for path in (town / "keys").rglob("*") if path.is_file())
    assert "this is a private key" in refused("record verify {town} --key {file}", town, secret, tmp_path)
