"""Submissions had from a stand-in for KoboToolbox and ODK Central: all pages, every digit, and the token to nobody else."""

import csv
import hashlib
import json
import time
from typing import Any

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import ConflictError, EnduseError, LimitError, MalformedError, UnknownError
from enduse.exchange.collected.fetching import fetch
from enduse.exchange.collected.origin import BOUNDS, FetchBounds
from enduse.exchange.tables.looking import look
from support.field_servers import KOBO, ODK, PHOTO, TOKEN, field_server


@pytest.fixture
def server():
    with field_server() as running:
        yield running


def listed(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def left(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_all_pages_of_kobotoolbox_are_one_table_with_every_digit(server, tmp_path):
    had = fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN)
    assert (had.records, had.pages) == (5, 3)
    assert hashlib.sha256(had.file.read_bytes()).hexdigest() == had.sha256
    found = look(had.file)
    assert found.at("precise").first[0] == "12345678901234567891"
    assert found.rows == 4, "what a later version replaces is no row"
    assert {note.code: count for note, count in found.notes.items()}["table.version_replaced"] == 1


def test_all_pages_of_odk_central_are_one_table_with_its_repeat_groups(server, tmp_path):
    had = fetch(server.base + ODK, tmp_path / "odk.json", token=TOKEN)
    assert (had.records, had.pages) == (3, 2)
    assert look(had.file).rows == 3
    assert look(had.file, sheet="wells").rows == 6


@pytest.mark.parametrize(("path", "record", "lacks"), [(KOBO, "uuid-1", "gone.jpg"), (ODK, "uuid:2", "never-sent.jpg")])
def test_attachments_are_had_under_their_digest_and_what_lacks_is_said(server, tmp_path, path, record, lacks):
    had = fetch(server.base + path, tmp_path / "all.json", token=TOKEN, attachments=tmp_path / "files")
    assert (had.attachments, had.missing) == (1, 1)
    there, missing = listed(had.listed)
    assert (there["record"], there["sha256"]) == (record, hashlib.sha256(PHOTO).hexdigest())
    assert (tmp_path / "files" / there["file"]).read_bytes() == PHOTO
    assert there["file"] == there["sha256"] + ".jpg"
    assert (missing["name"], missing["sha256"]) == (lacks, "")


@pytest.mark.threat(
    who="stranger",
    tries="answers for a field server with a redirect, a next page or an attachment on a host of its own, to be given the token",
    alone="nothing is asked of the other host: the command is refused and nothing is written",
    needs="nobody",
    seen_by="whoever runs enduse fetch is told the address to which it would have led",
)
@pytest.mark.parametrize("by", ["redirect", "next", "attachment", "port"])
def test_nobody_else_is_given_the_token(server, tmp_path, by):
    with field_server() as other:
        there = other.base if by == "port" else other.base.replace("127.0.0.1", "localhost")
        record: dict[str, Any] = {"_id": 1}
        page = {"count": 1, "next": None, "results": [record]}
        if by in ("redirect", "port"):
            server.otherwise[KOBO] = (302, {"Location": there + KOBO}, b"")
        elif by == "next":
            server.otherwise[KOBO] = (200, {}, json.dumps({**page, "next": there + KOBO}).encode())
        else:
            record["_attachments"] = [{"download_url": f"{there}/a.jpg", "filename": "a.jpg"}]
            server.otherwise[KOBO] = (200, {}, json.dumps(page).encode())
        with pytest.raises(MalformedError) as caught:
            fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN, attachments=tmp_path / "files")
        assert caught.value.problem.code == "fetch.other_host"
        assert other.asked == []
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (403, {}, b"", "fetch.not_allowed"),
        (404, {}, b"", "fetch.not_there"),
        (500, {}, b"", "fetch.answered_otherwise"),
        (429, {"Retry-After": "3600"}, b"", "fetch.answered_otherwise"),
        (200, {}, b"<html>Sign in</html>", "fetch.no_answer"),
        (200, {}, b'{"detail": "moved"}', "fetch.no_answer"),
        (200, {}, b'{"results": [], "next": "%s"}', "fetch.in_a_circle"),
        (200, {}, '{"results": [], "next": "%s/ü"}'.encode(), "fetch.unreachable"),
        (302, {"Location": "http://[::1/"}, b"", "fetch.unreachable"),
        (200, {}, b'{"results": [' + b"[" * 50_000 + b"]" * 50_000 + b"]}", "fetch.no_answer"),
        (200, {}, b'{"results": [7]}', "fetch.no_answer"),
        (200, {}, b'{"results": [{"_uuid": "\xff"}]}', "fetch.no_answer"),
        (200, {}, b'{"results": [{"_attachments": 7}]}', "fetch.no_answer"),
    ],
)
def test_what_is_no_list_of_submissions_is_told_and_leaves_nothing(server, tmp_path, status, headers, body, code):
    server.otherwise[KOBO] = (status, headers, body.replace(b"%s", (server.base + KOBO).encode()))
    with pytest.raises(EnduseError) as caught:
        fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN, attachments=tmp_path / "files")
    assert caught.value.problem.code == code
    assert left(tmp_path) == []


@pytest.mark.parametrize("body", [b"<html>", b'{"name": "tap 1.jpg"}', b'["tap 1.jpg"]'])
def test_what_is_no_list_of_attachments_is_told_and_leaves_nothing(server, tmp_path, body):
    server.otherwise["/v1/projects/7/forms/water/submissions/uuid%3A2/attachments"] = (200, {}, body)
    with pytest.raises(MalformedError) as caught:
        fetch(server.base + ODK, tmp_path / "odk.json", token=TOKEN, attachments=tmp_path / "files")
    assert caught.value.problem.code == "fetch.no_answer"
    assert left(tmp_path) == []


@pytest.mark.parametrize("path", [KOBO, "/media/pump.jpg"])
def test_an_answer_that_was_cut_short_is_never_taken_for_the_whole(server, tmp_path, path):
    body = b'{"results": []}' if path == KOBO else PHOTO
    server.otherwise[path] = (200, {"Content-Length": "500"}, body)
    with pytest.raises(UnknownError) as caught:
        fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN, attachments=tmp_path / "files")
    assert caught.value.problem.code == "fetch.unreachable"
    assert left(tmp_path) == []


def test_a_server_that_drips_holds_nobody_up(server, tmp_path):
    server.otherwise[KOBO] = (200, {"Drips": "0.05"}, b" " * 100)
    began = time.monotonic()
    with pytest.raises(LimitError) as caught:
        fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN, bounds=FetchBounds(seconds=1))
    assert caught.value.problem.code == "fetch.too_slow"
    assert time.monotonic() - began < 4, "it did not wait for the 5 seconds of the whole answer"


def test_a_list_of_attachments_that_stands_there_is_not_replaced(server, tmp_path):
    mine = tmp_path / "kobo.csv"
    mine.write_text("mine")
    with pytest.raises(ConflictError) as caught:
        fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN, attachments=tmp_path)
    assert caught.value.problem.code == "fetch.file_there"
    assert left(tmp_path) == ["kobo.csv"]
    assert mine.read_text() == "mine"


@pytest.mark.threat(
    who="stranger",
    tries="answers for a field server so that the token, which it was given, is shown on a screen or kept in a log",
    alone="wherever it stands in what the server said, an ellipsis is shown for it",
    needs="nobody",
    seen_by="whoever runs enduse fetch is told what else the server said",
)
def test_a_token_that_the_server_says_back_is_not_shown(server, tmp_path):
    server.otherwise[KOBO] = (302, {"Location": f"https://elsewhere.example/{TOKEN}"}, b"")
    with pytest.raises(MalformedError) as caught:
        fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN)
    assert caught.value.problem.source == "https://elsewhere.example/…"


def test_a_server_that_is_asked_too_often_is_asked_again(server, tmp_path):
    server.otherwise[KOBO] = ([429, 503], {"Retry-After": "0"}, b"")
    assert fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN).records == 5


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (FetchBounds(size=300), "fetch.too_much"),
        (FetchBounds(pages=2), "fetch.too_many_pages"),
        (FetchBounds(seconds=0), "fetch.too_slow"),
    ],
)
def test_no_more_is_had_than_the_bounds_allow(server, tmp_path, bounds, code):
    with pytest.raises(LimitError) as caught:
        fetch(server.base + KOBO, tmp_path / "kobo.json", token=TOKEN, bounds=bounds)
    assert caught.value.problem.code == code
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://kobo.example.org/api/v1/data/7", "fetch.old_interface"),
        ("https://kobo.example.org/accounts/login", "fetch.no_list"),
        ("http://kobo.example.org/api/v2/assets/a/data.json", "fetch.not_encrypted"),
        ("https://me:pass@kobo.example.org/api/v2/assets/a/data.json", "fetch.secret_in_address"),
        ("https://kobo.example.org/api/v2/assets/a/data.json?access_token=1", "fetch.secret_in_address"),
        ("ftp://kobo.example.org/api/v2/assets/a/data.json", "fetch.no_address"),
        ("https://[/api/v2/assets/a/data.json", "fetch.no_address"),
    ],
)
def test_an_address_that_is_not_asked(tmp_path, url, code):
    with pytest.raises(MalformedError) as caught:
        fetch(url, tmp_path / "kobo.json", token=TOKEN)
    assert caught.value.problem.code == code


def test_what_cannot_be_reached_or_written_is_told(server, tmp_path):
    (tmp_path / "there.json").write_text("mine")
    with pytest.raises(ConflictError):
        fetch(server.base + KOBO, tmp_path / "there.json", token=TOKEN)
    with pytest.raises(UnknownError) as caught:
        fetch(server.base + KOBO, tmp_path / "nowhere" / "kobo.json", token=TOKEN)
    assert caught.value.problem.code == "fetch.no_folder"
    with pytest.raises(UnknownError) as caught:
        fetch("http://127.0.0.1:9/api/v2/assets/a/data.json", tmp_path / "kobo.json", bounds=BOUNDS)
    assert caught.value.problem.code == "fetch.unreachable"
    assert (tmp_path / "there.json").read_text() == "mine"


def test_the_token_is_printed_and_written_nowhere(server, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text(f"{TOKEN}\n")
    out = tmp_path / "out"
    out.mkdir()
    words = [
        "fetch",
        server.base + KOBO,
        str(out / "kobo.json"),
        "--token",
        str(secret),
        "--attachments",
        str(out / "f"),
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "5 submissions" in done.output
    server.otherwise[KOBO] = (403, {}, b"")
    monkeypatch.setenv("ENDUSE_TOKEN_FILE", str(secret))
    refused = CliRunner().invoke(app, ["fetch", server.base + KOBO, str(out / "again.json"), "--json"])
    assert refused.exit_code == 2
    assert server.asked[-1][1] == f"Token {TOKEN}"
    written = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert TOKEN not in done.output + refused.output
    assert TOKEN.encode() not in written
