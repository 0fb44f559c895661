"""``enduse report``: the report for a board, as a page, a PDF or a workbook."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.screen import console
from enduse.errors import MalformedError


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    pdf: Annotated[
        Path | None,
        typer.Option(metavar="OUT.pdf", help="Write a PDF to be printed or sent, in the language of --lang."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT.html", help="Write one page, in every language of the programme.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write a workbook, as `enduse export` does.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE|SIZE", help="Say first what is new since an earlier report: its day, or its size."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the report: what is missing, who must act, money, goods, tranches, findings, and how to check all of it.

    The PDF is tagged for readers that speak, and is set with a typeface of this machine: for Arabic one with Arabic letters, such
    as Noto Sans Arabic, must be installed.

    Example: enduse report demo --pdf board.pdf
    """
    with exit_on_error():
        from enduse.pages.flat_files import check_suffix

        wanted = [(pdf, (".pdf",)), (html, (".html", ".htm")), (xlsx, (".xlsx",))]
        if not any(path for path, _ in wanted):
            raise MalformedError("pages.no_form", source=str(folder))
        for path, suffixes in wanted:
            if path is not None:
                check_suffix(path, *suffixes)
        with opened(folder) as programme:
            new = None if since is None else programme.changes(since)  # refused at once where it is no day and no size
            answer = programme.report()
            words = localizer(answer.names, marks=False)
            if pdf is not None:
                from enduse.pages.report_pdf import write_pdf

                write_pdf(answer, pdf, words.language, new)
            if html is not None:
                from enduse.pages.html import write_report

                write_report(answer, html, new)
            if xlsx is not None:
                from enduse.pages.answers_workbook import write_answers

                write_answers(programme.flat(since), xlsx, words)
    written = [str(path) for path, _ in wanted if path is not None]
    if as_json:
        print_json({"files": written, "size": answer.size, "root": answer.root})
        return
    for name in written:
        console.print(Text(name))
