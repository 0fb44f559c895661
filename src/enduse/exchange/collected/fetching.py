"""Submissions of a form had page by page from KoboToolbox (API v2) or ODK Central (OData), as one file to be read as a table.

Records are written as the server gives them, byte for byte. Attachments go beside them under their SHA-256, with a list of which
belongs to which record. The token stands in no file.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from enduse.errors import ConflictError, LimitError, MalformedError, UnknownError
from enduse.exchange.collected.origin import BOUNDS, FetchBounds, Origin, host_of
from enduse.exchange.tables.writing import write_csv
from enduse.record import files

_KOBO: Final = re.compile(r"/api/v2/assets/[A-Za-z0-9]+/data(?:\.json|/)?$")
_ODK: Final = re.compile(r"(?P<form>/v1/projects/[0-9]+/forms/[^/]+)\.svc/Submissions$")
_KOBO_V1: Final = re.compile(r"/api/v1/(?:data|forms|submissions)")
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,8}")
_COLUMNS: Final = ("record", "name", "sha256", "bytes", "file")

Given = TypeVar("Given")
Listed = tuple[str, str, str, str, str]
"""An attachment in the list of them, in this order of columns; without a digest where the server does not have it."""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What was had.

    Attributes:
        file: the records.
        records: how many.
        pages: in how many answers.
        sha256: of the file.
        attachments: how many files were had with them.
        missing: how many the server names and does not have.
        listed: the list of attachments; nothing where none were asked for.
    """

    file: Path
    records: int
    pages: int
    sha256: str
    attachments: int = 0
    missing: int = 0
    listed: Path | None = None


class _Page(msgspec.Struct):
    """One answer of either server."""

    results: list[msgspec.Raw] | None = None
    value: list[msgspec.Raw] | None = None
    next: str | None = None
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")
    count: int | None = None


def fetch(
    url: str, out: Path, *, token: str = "", attachments: Path | None = None, bounds: FetchBounds = BOUNDS
) -> Fetched:
    """Have all submissions of a form.

    Args:
        url: ``https://SERVER/api/v2/assets/UID/data.json`` of KoboToolbox, or ``https://SERVER/v1/projects/N/forms/FORM.svc/Submissions``
            of ODK Central.
        out: file to write; nothing may stand there.
        token: of whoever asks; the API key of KoboToolbox, or a session token of ODK Central.
        attachments: folder for photos and other files; made where it is missing.
        bounds: how much is had.

    Raises:
        MalformedError: the address is of no such list, or an answer is none.
        UnknownError, LimitError: see :meth:`Origin.get`.
        ConflictError: something stands where it is to be written.
    """
    host_of(url)
    path = urlsplit(url).path
    if _KOBO_V1.search(path):
        raise MalformedError("fetch.old_interface", source=url.partition("?")[0])
    kobo, odk = _KOBO.search(path), _ODK.search(path)
    if not kobo and not odk:
        raise MalformedError("fetch.no_list", source=url.partition("?")[0])
    listed = None if attachments is None else attachments / f"{out.stem}.csv"
    for each in filter(None, (out, listed)):
        if each.exists():
            raise ConflictError("fetch.file_there", source=str(each))
    _folder_of(out)
    origin = Origin(url, token, "Token" if kobo else "Bearer", bounds)
    records, pages = _records(origin, url if kobo else _expanded(url), bounds)
    data = b'{"%s":[' % (b"results" if kobo else b"value") + b",\n".join(map(bytes, records)) + b"]}\n"
    had: list[Listed] = []
    if attachments is not None and listed is not None:
        named = _of_kobo(records, url) if kobo else _of_odk(origin, url, records)
        with TemporaryDirectory(
            dir=_folder_of(attachments)
        ) as aside:  # where one cannot be had, nothing is left behind
            had = [_attachment(origin, Path(aside), *each) for each in named]
            write_csv(Path(aside) / listed.name, _COLUMNS, had, guarded=False)
            attachments.mkdir(exist_ok=True)
            for file in Path(aside).iterdir():
                file.replace(attachments / file.name)
    files.write(out, data)
    return Fetched(
        file=out,
        records=len(records),
        pages=pages,
        sha256=hashlib.sha256(data).hexdigest(),
        attachments=sum(bool(each[2]) for each in had),
        missing=sum(not each[2] for each in had),
        listed=listed,
    )


def _folder_of(path: Path) -> Path:
    """Return the folder in which something is to be written.

    Raises:
        UnknownError: it is not there.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise UnknownError("fetch.no_folder", source=str(path))
    return folder


def _expanded(url: str) -> str:
    """Return the address at which ODK Central gives repeat groups within their submissions."""
    parts = urlsplit(url)
    asked = "expand=" in parts.query
    return url if asked else f"{url}{'&' if parts.query else '?'}{urlencode({'$expand': '*'})}"


def _records(origin: Origin, url: str, bounds: FetchBounds) -> tuple[list[msgspec.Raw], int]:
    """Return the records of all pages, and how many pages there were.

    Raises:
        MalformedError: an answer is no such list, or leads back to a page that was had.
    """
    records: list[msgspec.Raw] = []
    seen: set[str] = set()
    following: str | None = url
    while following:
        if following in seen:
            raise MalformedError("fetch.in_a_circle", source=url.partition("?")[0])
        if len(seen) >= bounds.pages:
            raise LimitError("fetch.too_many_pages", source=url.partition("?")[0], most=bounds.pages)
        seen.add(following)
        page = _read(origin.get(following), _Page, url)
        found = page.results if page.results is not None else page.value
        if found is None:
            raise MalformedError("fetch.no_answer", source=url.partition("?")[0], reason="results, value")
        records += found
        following = page.next or page.next_link
    return records, len(seen)


def _read(data: bytes, kind: type[Given], url: str) -> Given:
    """Return what a server gave, as what it should be.

    Raises:
        MalformedError: it is something else.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError) as error:  # msgspec's are all ValueErrors, and so is a text that is no UTF-8
        raise MalformedError("fetch.no_answer", source=url.partition("?")[0], reason=str(error)) from error


def _of_kobo(records: list[msgspec.Raw], url: str) -> Iterator[tuple[str, str, str]]:
    """Yield record, name and address of each attachment that submissions of KoboToolbox name."""
    for raw in records:
        record = _read(bytes(raw), dict[str, Any], url)
        name = str(record.get("_uuid") or record.get("_id") or "")
        attached = record.get("_attachments") or ()
        if not isinstance(attached, list | tuple):
            raise MalformedError("fetch.no_answer", source=url.partition("?")[0], reason="_attachments")
        for each in attached:
            if isinstance(each, dict) and each.get("download_url") and not each.get("is_deleted"):
                yield name, PurePosixPath(str(each.get("filename", ""))).name, str(each["download_url"])


def _of_odk(origin: Origin, url: str, records: list[msgspec.Raw]) -> Iterator[tuple[str, str, str]]:
    """Yield record, name and address of each attachment of submissions of ODK Central; no address where it is not there."""
    base = url.partition("?")[0].removesuffix(".svc/Submissions") + "/submissions"
    for raw in records:
        record = _read(bytes(raw), dict[str, Any], url)
        system = record.get("__system")
        if not isinstance(system, dict) or not system.get("attachmentsExpected"):
            continue
        name = str(record.get("__id", ""))
        there = f"{base}/{quote(name, safe='')}/attachments"
        for each in _read(origin.get(there), list[dict[str, Any]], url):
            file = str(each.get("name", ""))
            yield name, file, f"{there}/{quote(file, safe='')}" if each.get("exists") else ""


def _attachment(origin: Origin, folder: Path, record: str, name: str, url: str) -> Listed:
    """Have one attachment, under its digest; return its line of the list."""
    if not url:
        return record, name, "", "", ""
    try:
        data = origin.get(url)
    except UnknownError as error:
        if error.problem.code != "fetch.not_there":
            raise
        return record, name, "", "", ""
    digest = hashlib.sha256(data).hexdigest()
    suffix = PurePosixPath(name).suffix
    file = digest + (suffix.lower() if _SUFFIX.fullmatch(suffix) else "")
    (folder / file).write_bytes(data)
    return record, name, digest, str(len(data)), file
