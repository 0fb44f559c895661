"""A programme: its questions, and what is said in it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from enduse.api.correcting import Corrected, correct
from enduse.api.given import Folder, When, as_instant, as_path
from enduse.api.light import is_light
from enduse.api.seals import SealedValues
from enduse.book import keys
from enduse.book.intake import SigningRequest, Taken
from enduse.book.key_file import AskPassphrase
from enduse.errors import UnknownError
from enduse.exchange import light_copy
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.import_result import ImportResult
from enduse.exchange.importing import Step, import_file
from enduse.exchange.standards.contracting import is_json_contracts, is_json_register
from enduse.exchange.starting import Announce, JoinedProgramme, StartedProgramme, join_programme, start_programme
from enduse.exchange.template.adding import add_workbook, plan_files
from enduse.exchange.template.reading import is_template
from enduse.exchange.unsigned import Renamed, SignedPaper, unsigned_statement
from enduse.operators import read_key
from enduse.pages.catalogue import known
from enduse.record.documents import BESIDE
from enduse.record.log import VKEY
from enduse.record.postgres_session import Address
from enduse.record.receipt import WITHIN
from enduse.record.verify import Progress
from enduse.terms.times import format_instant, parse_span


def open_programme(
    folder: Folder, *, passphrase: AskPassphrase | None = None, progress: Progress | None = None
) -> "Programme":
    """Open the programme in ``folder``, to ask it and to add to it.

    Args:
        folder: of the programme, or of a copy of its record.
        passphrase: asked for that of a private key's file, by its name, where one is needed.
        progress: told how many statements were read, of how many, where many must be read anew: after an upgrade, or
            in a copy that has none but the record.

    Raises:
        UnknownError: no programme is there, or only a light copy of it.
        RecordError: its record is damaged.

    Example:
        >>> import enduse
        >>> with enduse.open("demo") as programme:
        ...     programme.origin
        'demo.enduse.example/palm-coast'
    """
    path = as_path(folder)
    if is_light(path) and not (path / VKEY).exists():
        raise UnknownError("light.no_record", source=str(path))
    return Programme(path, passphrase, progress)


def create(
    folder: Folder,
    file: Folder,
    announce: Announce | None = None,
    *,
    play_all_parties: bool = False,
    store: str | None = None,
) -> StartedProgramme:
    """Start the programme that ``file`` describes: its record, its keeper's key, what the file and its tables say.

    Args:
        folder: to make; it appears only when all of it is recorded.
        file: the programme file (YAML), or a workbook of the programme (XLSX, see :func:`template`).
        announce: told the name of each table as it is begun; gives a function that is told how many rows are done.
        play_all_parties: for practice, make the keys of all parties in this one folder and let it speak for each.
        store: PostgreSQL database that keeps record and book, so that other machines can join it:
            ``postgresql://HOST/DATABASE``, with ``?programme=NAME`` where several share it. Without it the folder does.

    Raises:
        ConflictError: something is in the folder already, or in the database.
        FaultsError: entries of it are at fault; names every one, and nothing is made.
        MalformedError: the file as a whole is at fault, or a programme file says something for another party than the keeper.
        UnknownError: the file or a table it names does not exist.

    Example:
        >>> import enduse
        >>> started = enduse.create("cairo", "examples/cairo-2014/programme.yaml")
        >>> started.said.accepted, started.imports["donors.csv"].accepted
        (51, 45)
    """
    address = None if store is None else Address.parse(store)
    return start_programme(as_path(folder), as_path(file), announce, play_all_parties=play_all_parties, address=address)


def is_practice(folder: Folder) -> bool | None:
    """Say whether a programme's folder holds the keys of several parties; None where no programme lies there."""
    path = as_path(folder)
    try:
        return keys.practice(path) if (path / VKEY).is_file() else None
    except OSError:  # a name that no folder can have
        return None


def join(folder: Folder, store: str, key: Folder) -> JoinedProgramme:
    """Make a folder that shares a programme which is kept in PostgreSQL, on this machine or another.

    The folder holds no key: whoever is to sign here brings their own. What is recorded from any folder stands in one
    order; only who has the record's private key (``keys/log.key``) publishes.

    Args:
        folder: to make.
        store: the database, as for :func:`create`.
        key: file of the record's public key (``log.vkey``), had from the folder in which the programme was started.

    Raises:
        ConflictError: something is in the folder already.
        UnknownError: there is no such programme, or no such file.
        SignatureError: what is published there is not signed with that key.
        RecordError: nothing is published there, or it is not what is recorded there.
    """
    return join_programme(as_path(folder), Address.parse(store), read_key(as_path(key)))


def template(file: Folder, language: str = "en") -> None:
    """Write the workbook in which a programme can be written down: sheets, lists to choose from, an example row each.

    Args:
        file: to write (XLSX).
        language: in which it is worded; filled in, it is read whatever the language.

    Raises:
        UnknownError: there is no such language.
        MalformedError: the file's name is that of another form.
        MissingExtraError: the extra ``reports`` is not installed.

    Example:
        >>> import enduse
        >>> enduse.template("town.xlsx")
    """
    from enduse.exchange.template.writing import write_template  # noqa: PLC0415 - needs an extra
    from enduse.pages.flat_files import check_suffix  # noqa: PLC0415 - only here

    check_suffix(as_path(file), ".xlsx", "")
    write_template(as_path(file), known(language))


class Programme(SealedValues):
    """A programme, opened to be asked and added to.

    Questions record nothing and take no lock. The answers are frozen values, the same that reports and ``--json`` show:
    amounts are whole smallest units, names are identifiers, what is to be said is a code; :meth:`words` puts them into
    words. What others record meanwhile is taken in by :meth:`refresh`. To add or sign takes the folder's lock.

    Attributes:
        publication: what came of publishing after the last that was added or signed; ``None`` before.
    """

    def add(
        self,
        file: Folder,
        *,
        party: str | None = None,
        profile: Folder | None = None,
        step: Step | None = None,
        answers: Answers = NO_ANSWERS,
        dry_run: bool = False,
    ) -> ImportResult:
        """Read a file, sign what it says, record it, publish, and account for every row.

        A table may come again: rows as they were are passed over, what a changed row said is taken back and it is said
        anew, and what a row said that the table states no longer is taken back.

        Args:
            file: a table that a profile knows, a workbook of the programme (:func:`enduse.template`), releases or records of
                open contracting (OCDS), whose contracts are taken, projects of OC4IDS or DREAM with their contracts, plans of
                Prozorro that name a project of DREAM, or signed envelopes, one a line.
            party: who says what a table says; its key must be in the folder. Of a workbook, whose rows alone are taken.
                Envelopes are signed already.
            profile: a shipped profile's name, or a mapping file of one's own.
            step: told how many rows are done.
            answers: what you say of a table that comes again, where its rows cannot say it.
            dry_run: say what would be done, and record nothing: see :meth:`trying`.

        Raises:
            FaultsError: cells of a workbook are at fault; nothing of it is recorded.
            ConflictError: how a table goes with its earlier issues must be asked; nothing of it is recorded.
            EnduseError: the file as a whole cannot be read.

        Example:
            >>> with enduse.open("cairo") as programme:
            ...     result = programme.add("examples/cairo-2014/donors.csv", party="party:reader")
            >>> result.accepted, result.already_recorded, result.refused
            (0, 47, 0)
        """
        path, how = as_path(file), None if profile is None else str(as_path(profile))
        with self.trying() if dry_run else self.writing() as intake:
            if how is None and is_template(path):
                return add_workbook(intake, path, party=party, step=step, answers=answers)
            if how is None and (is_json_contracts(path) or is_json_register(path)):
                from enduse.exchange.standards.contract_import import add_contracts  # noqa: PLC0415 - needs an extra

                return add_contracts(intake, path, party=party, step=step, answers=answers)
            result = import_file(intake, path, party=party, profile=how, step=step, answers=answers)
        beside = path.with_suffix(BESIDE)
        if not dry_run and beside.is_dir():
            self.take_documents(beside)
        return result

    def look_for_questions(
        self,
        files: Sequence[Folder],
        *,
        party: str | None = None,
        profile: Folder | None = None,
        answers: Answers = NO_ANSWERS,
    ) -> None:
        """Find out whether anything must be asked of several files before they are added, one after the other; record nothing.

        Args:
            files: tables, workbooks of the programme, signed envelopes. What cannot be read is told when it is added.
            party: as for :meth:`add`.
            profile: as for :meth:`add`.
            answers: what you say of tables that come again.

        Raises:
            ConflictError: it must be asked how a table goes with its earlier issues, or with one of the files before it.

        Example:
            >>> with enduse.open("cairo") as programme:
            ...     programme.look_for_questions(["examples/cairo-2014/donors.csv"], party="party:reader")
        """
        with self.writing() as intake:
            how = None if profile is None else str(as_path(profile))
            plan_files(intake.book, list(map(as_path, files)), party=party, profile=how, answers=answers)

    def receipts(self, *, within: timedelta | str = WITHIN, now: datetime | None = None) -> tuple[bytes, ...]:
        """Return receipts for what was added or signed last: the log's promise to publish it in time.

        Whoever was given one notices, and can show others, if what he said is withheld or replaced
        (:func:`enduse.operators.check_receipts`).

        Args:
            within: in what time a checkpoint that others have cosigned will cover it; also as text, such as ``7d``.
            now: when it was recorded, for simulations; by default the machine's time.

        Returns:
            Signed envelopes of at most 200 entries each; none where nothing was recorded.

        Raises:
            RecordError: the log's private key is not here.
            MalformedError: the time is none.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     words = {"claim": "claim:shut", "about": "place:gate", "words": {"en": "It was shut."}}
            ...     when = "2026-08-29T12:00:00Z"
            ...     taken = programme.sign("claim", words, party="party:monitor", occurred_at=when)
            ...     (receipt,) = programme.receipts()
        """
        span = parse_span(within) if isinstance(within, str) else within
        return tuple(self._book.log.receipts(self._recorded, now or datetime.now(UTC), span))

    def sign(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        party: str,
        occurred_at: When,
        place: str | None = None,
        refs: tuple[str, ...] = (),
        key: Folder | None = None,
        renamed: Renamed | None = None,
        paper: SignedPaper | None = None,
    ) -> Taken:
        """Say one thing: sign it with the party's key, record it, publish.

        Args:
            kind: of statement, such as ``claim`` (docs/reference/statements.md).
            body: its fields, as they stand in JSON.
            party: who says it; its key must be in the folder.
            occurred_at: when, as claimed.
            place: where, as claimed.
            refs: identifiers of statements it answers.
            key: file with the private key; by default the party's in this folder.
            renamed: gives the body with its made-up identifier for the entry's number when this is signed.
            paper: it was read from: put beside the record with it, unless it lies there. Goods of the paper's signer may then be told.

        Returns:
            What became of it: recorded with effect, recorded without (with the reason), or refused. By a paper nothing is recorded
            that would have no effect, neither the statement nor the paper.

        Raises:
            UnknownError: there is no such kind, or no key of that party here.
            MalformedError: the fields make no such statement; its problem names the path of the fault.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     taken = programme.sign(
            ...         "claim",
            ...         {"claim": "claim:gate", "about": "place:gate", "words": {"en": "The gate was shut."}},
            ...         party="party:monitor",
            ...         occurred_at="2026-08-29T12:00:00Z",
            ...     )
            >>> taken.outcome
            'accepted'
        """
        given = None if key is None else keys.read(as_path(key), self._passphrase)
        with self.writing() as intake:
            named = body if renamed is None else renamed(body, str(self.size + 1))
            fields = {
                "occurred_at": format_instant(as_instant(occurred_at)),
                "place": place,
                "refs": refs,
                "body": named,
            }
            said, signing = unsigned_statement(kind, fields), given or intake.key_of(party)
            if paper is not None:
                return self._say_by_paper(intake, party, signing, paper, said)
            return intake.say([SigningRequest(party, signing, said.statement)])[0]

    def correct(
        self,
        entry: int | str,
        changes: Mapping[str, str],
        *,
        party: str | None = None,
        did_not_occur: bool = False,
        note: str = "",
        occurred_at: When | None = None,
    ) -> Corrected:
        """Take a statement back and say it again with some fields changed, both in one batch and by its speaker's own key.

        Both stay readable. Where either would be refused or have no effect, neither is recorded.

        Args:
            entry: its number in the record, or its identifier.
            changes: new text of each field that is wrong, by its path as :meth:`fields` gives it.
            party: who corrects it; nobody but its speaker can.
            did_not_occur: it never happened: take it back and say nothing instead.
            note: for readers: why.
            occurred_at: when it is corrected, as claimed; by default now.

        Raises:
            UnknownError: there is no such statement or field, or no key of its speaker here.
            ConflictError: another party said it, or the correction would have no effect.
            MalformedError: nothing differs, or with these values it is no such statement.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     wrong = next(programme.statements(kind="reading", party="party:karst"))
            ...     done = programme.correct(wrong.entry, {"quantity.value": "23.99"}, note="As the ticket says.")
            >>> done.changes, done.said_anew.outcome
            ({'quantity.value': ('24.99', '23.99')}, 'accepted')
        """
        with self.writing() as intake:
            return correct(
                intake,
                str(entry),
                changes,
                party=party,
                did_not_occur=did_not_occur,
                note=note,
                at=datetime.now(UTC) if occurred_at is None else as_instant(occurred_at),
            )

    @property
    def only_party(self) -> str | None:
        """The party whose key lies in this folder, where that is one."""
        held = keys.held(self.folder)
        return held[0] if len(held) == 1 else None

    def write_light(self, folder: Folder) -> Path:
        """Write a light copy into a folder: what a party needs to sign on its own machine, and nothing else.

        Args:
            folder: made where it is missing; an older light copy of this programme is replaced.

        Raises:
            RecordError: nothing is published, or the copy that lies there is of another programme, or newer.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.write_light("mine").name
            'light.json'
        """
        return light_copy.write(light_copy.light_copy(self._book), as_path(folder))
