"""The money in the open standards, at addresses that stay: what `enduse publish` writes beside the pages."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from enduse.errors import ConflictError, LimitError, MalformedError, UnknownError
from enduse.portal.answers import SiteAnswers
from enduse.portal.site import Sent, Site
from enduse.system import open_file

FOLDER: Final = "data"
MOST: Final = 1 << 30
"""Bytes of one file of the publication."""
FILES: Final = {
    "iati-activities.xml": "application/xml",
    "ocds-releases.json": "application/json",
    "oc4ids-projects.json": "application/json",
    "policy.json": "application/json",
}
"""Files of one publication with their media types; the last says by which rules it was made."""


def publication(answers: SiteAnswers) -> dict[str, bytes]:
    """Return the files of the publication as the record is now, without what the policy in the programme's folder leaves out.

    Raises:
        NotFoundException: the policy cannot be followed; nothing is given then.
    """
    return answers.kept(f"publication {answers.programme.exclusions_edition()}", _written)


def _written(answers: SiteAnswers) -> dict[str, bytes]:
    with TemporaryDirectory(prefix="enduse-publication-") as folder:
        try:
            answers.programme.write_money(Path(folder))
        except (MalformedError, UnknownError, ConflictError, LimitError) as error:
            raise NotFoundException from error
        return {name: _read(Path(folder) / name) for name in FILES}


def _read(file: Path) -> bytes:
    with open_file(file) as stream:
        return stream.read(MOST)


def publication_handlers(site: Site) -> Iterator[HTTPRouteHandler]:
    """Give the handler of the publication's files."""

    @get(
        f"/{FOLDER}/{{file:str}}",
        sync_to_thread=True,
        include_in_schema=False,  # their forms are the standards' own
    )
    def taken(file: FromPath[str]) -> Response[bytes]:
        """Give a file of the publication: activities of IATI, releases of OCDS, projects of OC4IDS, or the policy."""
        if file not in FILES:
            raise NotFoundException
        body = site.read(lambda answers: _kept(site, answers, file), long=True)
        return Response(body.data, headers={"etag": f'W/"{body.tag}"'}, media_type=FILES[file])

    yield taken


def _kept(site: Site, answers: SiteAnswers, file: str) -> Sent:
    edition = answers.programme.exclusions_edition()
    return site.keep(
        (f"publication {file} {edition}", "", "", ""), answers, lambda: Sent.of(publication(answers)[file])
    )
