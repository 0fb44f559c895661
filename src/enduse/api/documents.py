"""Photos and papers: put beside the record by their SHA-256, found there again, and shown small."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from enduse.api.given import Folder, When, as_instant, as_path
from enduse.api.key_changes import KeyChanges
from enduse.book import keys, vault
from enduse.book.intake import Intake, SigningRequest, Taken
from enduse.errors import LimitError, MalformedError, Problem, UnknownError
from enduse.exchange.unsigned import SignedPaper, UnsignedStatement, paper_source, unsigned_document
from enduse.messages import Message
from enduse.record import files
from enduse.record.carried_documents import named_by_copy
from enduse.record.documents import PRIVATE, DocumentStore, read
from enduse.record.mirror import is_mirror
from enduse.statements.base import Statement
from enduse.statements.codec import encode, statement_id
from enduse.statements.document import Content
from enduse.statements.sealed import DOCUMENT_FIELD
from enduse.terms.ed25519 import PrivateKey
from enduse.views.documents import DocumentView, documents

PRIVATE_CLASS = "document"


class Attached(msgspec.Struct, frozen=True):
    """A document that was put beside the record.

    Attributes:
        content: what the file is.
        taken: what became of the statement; ``None`` where the record named the file already.
        commitment: of a private one: by this it is erased.
    """

    content: Content
    taken: Taken | None
    commitment: str = ""


class Documents(KeyChanges):
    """A programme with photos and papers beside its record."""

    def attach(
        self,
        file: Folder,
        *,
        party: str,
        about: str,
        says: str = "",
        signer: str | None = None,
        occurred_at: When | None = None,
        place: str | None = None,
        private: bool = False,
        key: Folder | None = None,
    ) -> Attached:
        """Put a photo or paper beside the record: its digest is signed, its file kept in ``documents/``.

        Args:
            file: JPEG, PNG, WebP, HEIC or PDF, as its own bytes tell, of at most 20 MB.
            party: who records it; its key must be in the folder.
            about: what it shows.
            says: what can be seen on it or read in it.
            signer: of a paper, whose signature it bears.
            occurred_at: when it was taken or signed; by default now.
            place: where.
            private: sign a commitment only, and keep the file where its owner alone reads it; see :meth:`erase`.
            key: file with the private key; by default the party's in this folder.

        Raises:
            UnknownError: there is no such file, or no key of that party here.
            MalformedError, LimitError: it is no photo and no PDF, empty or too long.
            ConflictError: it is to be private, and something would be said of it in the open.

        Example:
            >>> from base64 import b64decode
            >>> from pathlib import Path
            >>> dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
            >>> size = Path("dot.png").write_bytes(b64decode(dot))
            >>> with enduse.open("demo") as programme:
            ...     done = programme.attach("dot.png", party="party:monitor", about="project:school")
            ...     [(each.about, each.standing) for each in programme.documents()]
            [('project:school', 'here')]
        """
        data, content = read(as_path(file))
        at = datetime.now(UTC) if occurred_at is None else as_instant(occurred_at)
        given = None if key is None else keys.read(as_path(key), self._passphrase)
        with self.writing() as intake:
            if private:
                value = msgspec.json.encode(content).decode()
                commitment, taken = vault.seal(
                    intake,
                    party,
                    about=about,
                    field=DOCUMENT_FIELD,
                    value=value,
                    sensitivity=PRIVATE_CLASS,
                    due=None,
                    now=at,
                    file=data,
                    key=given,
                )
                return Attached(content, taken, commitment)
            said = unsigned_document(content, about=about, says=says, signer=signer, at=at, place=place)
            request = SigningRequest(party, given or intake.key_of(party), said.statement)
            if problem := intake.refusal(request):
                return Attached(content, Taken("refused", problem=problem))
            DocumentStore(self.folder).keep(data, content.sha256)
            return Attached(content, intake.say([request])[0])

    def _say_by_paper(
        self,
        intake: Intake,
        party: str,
        key: PrivateKey,
        paper: SignedPaper,
        said: UnsignedStatement,
    ) -> Taken:
        """Say what a signed paper says, with the paper: both in one batch, or nothing where either would have no effect.

        A paper that this party has put beside the record already, by that signer, is referred to.
        """
        data, content = read(as_path(paper.file))
        known = [
            each for each in self._book.documents(content.sha256) if (each.party, each.signer) == (party, paper.signer)
        ]
        of_paper = next((self._book.statement(each.entry).id for each in known if not self._refused(each.entry)), "")
        put = unsigned_document(
            content, about=paper.about, says="", signer=paper.signer, at=said.occurred_at, place=said.place
        )

        def by_paper(programme: str, speaker: str, seq: int) -> Statement:
            refers_to = of_paper or statement_id(encode(put.statement(programme, speaker, seq - 1)))
            refs = (*said.refs, refers_to)
            return msgspec.structs.replace(said, refs=refs, source=paper_source(content)).statement(
                programme, speaker, seq
            )

        requests = [] if of_paper else [SigningRequest(party, key, put.statement)]
        requests.append(SigningRequest(party, key, by_paper))
        if problem := intake.refusal(*requests):
            return Taken("refused", problem=problem)
        DocumentStore(self.folder).keep(data, content.sha256)
        return intake.say(requests)[-1]

    def _refused(self, entry: int) -> bool:
        remark = self._book.effect(entry)
        return remark is not None and remark.refusal is not None

    def take_document(self, file: Folder) -> Attached:
        """Put a file in its place that the record names already: one that came after its statement, or was missing.

        Raises:
            UnknownError: there is no such file, or the record names none of that digest.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     try:
            ...         programme.take_document("examples/photos/roof.png")
            ...     except enduse.errors.UnknownError as error:
            ...         print(error.problem.code)
            document.unnamed
        """
        data, content = read(as_path(file))
        store = DocumentStore(self.folder)
        for each in self.documents():
            if each.content == content and each.standing != "erased":
                store.keep(data, each.commitment or content.sha256, private=bool(each.commitment))
                return Attached(content, None, each.commitment)
        raise UnknownError("document.unnamed", source=str(file), sha256=content.sha256)

    def take_documents(self, folder: Folder) -> int:
        """Put every file of a folder in its place that the record names in public and that is missing here; returns how many.

        Each is found by its own digest, whatever it is called; what the record does not name, and what is no document, is left.

        Args:
            folder: such as ``documents/`` of another copy, or what came beside a batch.

        Raises:
            UnknownError: there is no such folder.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.take_documents("examples/photos")
            0
        """
        path = as_path(folder)
        if not path.is_dir():
            raise UnknownError("document.not_there", source=str(folder))
        wanted = {each.content for each in self.documents() if each.standing == "missing" and not each.commitment}
        store, taken = DocumentStore(self.folder), 0
        for file in (
            sorted(each for each in path.glob("**/*") if PRIVATE not in each.relative_to(path).parts) if wanted else ()
        ):
            if file.is_symlink() or not file.is_file():
                continue
            try:
                data, content = read(file)
            except (LimitError, MalformedError):
                continue
            if content in wanted:
                store.keep(data, content.sha256)
                wanted.discard(content)
                taken += 1
        return taken

    def documents(self) -> Iterator[DocumentView]:
        """Give every photo and paper of the record: whose word it is, and how its file stands, read and hashed now.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     list(programme.documents())
            []
        """
        return documents(self._book)

    def write_thumbnails(self, folder: Folder) -> list[str]:
        """Draw a small picture of each public photo, named by its digest, with no metadata: no position, no device.

        Args:
            folder: made where it is missing.

        Returns:
            The names of the files; what is missing, changed or no picture is not drawn.

        Raises:
            MissingExtraError: the extra ``pictures`` is not installed.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.write_thumbnails("small")
            []
        """
        return write_thumbnails(self.documents(), DocumentStore(self.folder), as_path(folder))


class MirrorDocuments:
    """The photos and papers of a mirror, by what was signed of them: what has effect is known where the record is read."""

    def __init__(self, folder: Folder) -> None:
        """Take the folder of a mirror."""
        self.folder = as_path(folder)

    def documents(self) -> Iterator[DocumentView]:
        """Give every photo and paper that its entries name, each file read and hashed now; private ones are sealed.

        Raises:
            UnknownError: it holds nothing that was published.
        """
        store = DocumentStore(self.folder)
        for each in named_by_copy(self.folder):
            yield DocumentView(
                entry=each.entry,
                about=each.about,
                party=each.party,
                by="",
                at=each.at,
                standing="sealed" if each.content is None else store.standing(each.content),
                content=each.content,
                commitment=each.commitment,
                says=each.says,
                signer=each.signer,
            )

    def write_thumbnails(self, folder: Folder) -> list[str]:
        """Draw a small picture of each public photo, as :meth:`Programme.write_thumbnails` does."""
        return write_thumbnails(self.documents(), DocumentStore(self.folder), as_path(folder))


def write_thumbnails(views: Iterable[DocumentView], store: DocumentStore, to: Path) -> list[str]:
    """Draw a small picture of each public photo; returns the names of the files."""
    from enduse.pages.thumbnails import thumbnail  # noqa: PLC0415 - needs an extra

    drawn: list[str] = []
    for content in dict.fromkeys(each.content for each in views if not each.commitment):
        data = None if content is None else store.load(content)
        small = None if content is None or data is None else thumbnail(data, content)
        if content is not None and small is not None:
            files.make_folder(to)
            files.write(to / f"{content.sha256}.jpg", small)
            drawn.append(f"{content.sha256}.jpg")
    return drawn


class CheckedDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """How the files of a record's photos and papers stand.

    Attributes:
        counts: how many are ``here``, ``missing``, ``changed``, ``erased``, ``sealed``.
        told: of those that are here, and those that are missing.
        changed: each file that is not what was signed.
    """

    counts: dict[str, int]
    told: tuple[Message, ...]
    changed: tuple[Problem, ...]


def check_documents(folder: Folder) -> CheckedDocuments:
    """Read and hash every photo and paper beside a record, and hold it against what was signed.

    Args:
        folder: of the programme, of a copy of its record, or of a mirror; a missing file is told, and is no fault.

    Example:
        >>> enduse.check_documents("demo").changed
        ()
    """
    path = as_path(folder)
    if is_mirror(path):
        return _checked(folder, list(MirrorDocuments(path).documents()))
    with Documents(path) as programme:
        return _checked(folder, list(programme.documents()))


def _checked(folder: Folder, found: Sequence[DocumentView]) -> CheckedDocuments:
    counts: Counter[str] = Counter(each.standing for each in found)
    codes = (("here", "document.hold"), ("missing", "document.missing"))
    return CheckedDocuments(
        counts=dict(counts),
        told=tuple(Message.of(code, n=counts[standing]) for standing, code in codes if counts[standing]),
        changed=tuple(
            Problem.of("document.changed", source=str(folder), line=each.entry, entry=each.entry, party=each.party)
            for each in found
            if each.standing == "changed"
        ),
    )
