"""What a light copy signs: each statement numbered from the party's own log, with a key that is here or elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from enduse.api.given import Folder, When, as_instant, as_path
from enduse.api.keys import KeyRequest, RemovedKey, check_party, is_request, read_request, remove_key, request_for
from enduse.book import keys
from enduse.book.agent import AgentKey
from enduse.book.key_file import AskPassphrase
from enduse.errors import ConflictError, EnduseError, MalformedError, UnknownError
from enduse.exchange import light_copy
from enduse.exchange.key_in_force import check_not_ended, remarks
from enduse.exchange.own_log import KeyElsewhere, OwnLog, OwnStatement
from enduse.exchange.unsigned import (
    Renamed,
    SignedPaper,
    UnsignedStatement,
    paper_source,
    unsigned_document,
    unsigned_statement,
)
from enduse.record import documents
from enduse.statements.access import MovementStatement
from enduse.statements.codec import AnyStatement
from enduse.statements.document import Content, DocumentStatement
from enduse.statements.envelope import key_id
from enduse.statements.key import NEW_KEY, Action, KeyRules
from enduse.statements.keyring import Signed, sign
from enduse.system import LINES_BYTES, read_file, system_error
from enduse.terms import signatures
from enduse.terms.ed25519 import PrivateKey, SigningKey
from enduse.terms.lookup import IDENTIFIER, Lookup
from enduse.terms.texts import Names

_ANY_NAME = "1"
"""Stands for the name a statement gets when it is numbered, so that it is judged before the log is held."""

_ANY_ID = "0" * 64

Said = UnsignedStatement | Callable[[str, Sequence[str]], UnsignedStatement]
"""What is to be signed, or what makes it once its name is known, and the identifiers of what is signed just before it."""


class LightSigning:
    """A folder with a light copy, the party's key and its own log.

    Attributes:
        folder: where it is.
        origin: name of the programme's record.
        size: entries of the record that the copy is of.
    """

    def __init__(
        self, folder: Path, passphrase: AskPassphrase | None = None, light: light_copy.ReadLight | None = None
    ) -> None:
        """Open a light copy.

        Args:
            folder: where it is.
            passphrase: asked for that of a private key's file, by its name.
            light: the copy itself, where it is not the file in the folder: a copy of the whole record lies there.
        """
        self.folder = folder
        self._light = light_copy.read(folder) if light is None else light
        self._passphrase = passphrase
        self._own = OwnLog(folder)
        self.origin = self._light.keyring.origin
        self.size = self._light.checkpoint.checkpoint.size

    def names(self) -> Names:
        """Return names for people, by identifier."""
        return Names(self._light.file.names)

    def next_name(self, party: str, key: Folder | None = None) -> str:
        """Return what the next statement of a key may be called: the key's first letters, its next number, and chance.

        Args:
            party: who says it.
            key: file with the private key; by default the party's in this folder.
        """
        path = keys.path_of(self.folder, party) if key is None else as_path(key)
        name = ""
        if path.is_file():
            asked = is_request(path)
            name = read_request(path).key if asked else key_id(keys.described(path).public)
        mine = [own.statement.seq for own in (*self._own.read(), *self._own.waiting()) if own.key == name]
        known = self._light.file.keys.get(name)
        return own_name(name, max([0 if known is None else known.seq, *mine]) + 1)

    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Return the identifiers there are, by what they are of."""
        return dict(self._light.file.known.items())

    def find(self, name: str, sort: str) -> str:
        """Return the identifier that is meant: by itself, or by the name that the copy gives it, as :meth:`Programme.find` does.

        Args:
            name: as a person wrote it.
            sort: what it is of, such as ``party``.

        Raises:
            UnknownError: nothing is called so; what may be meant is among the error's values.
            ConflictError: several things are called so.
        """
        if IDENTIFIER.fullmatch(name):
            return name
        parties = [each.party for each in self._light.file.keys.values()] if sort == "party" else []
        there = dict.fromkeys((*parties, *self.known().get(sort, ())))
        return Lookup({each: self.names().get(each, {}) for each in there}).find(name)

    @property
    def only_party(self) -> str | None:
        """The party whose key lies here, where that is one."""
        held = keys.held(self.folder)
        return held[0] if len(held) == 1 else None

    def key_file(self, party: str) -> Path:
        """Return where a party's private key lies in this folder, or would."""
        return keys.path_of(self.folder, party)

    def make_key(self, party: str, to: Folder | None = None, *, passphrase: str = "", agent: str = "") -> KeyRequest:
        """Make a new private key for a party, and return what others need to bring it in.

        Args:
            party: whose it will be.
            to: file to write; by default the party's place in this folder.
            passphrase: to encrypt the file with.
            agent: of a key that is in an ssh-agent already, its line in OpenSSH's form or its comment.

        Raises:
            ConflictError: the file is there already.
            UnknownError: no agent has such a key.
        """
        key: PrivateKey = AgentKey.find(agent) if agent else SigningKey.generate()
        request = request_for(key, party, self.origin, self._light.keyring.founder)
        if to is None:
            keys.save(self.folder, party, key, passphrase)
            return request
        try:
            keys.write(as_path(to), key, passphrase)
        except FileExistsError as error:
            raise ConflictError("key.file_taken", source=str(to)) from error
        return request

    def check_party(self, party: str) -> None:
        """Refuse a party that the copy does not know, as where its name is mistyped.

        Raises:
            UnknownError: it does not; names the one that is spelt most like it.
        """
        check_party(
            party, {*self._light.file.known.get("party", ()), *(key.party for key in self._light.file.keys.values())}
        )

    def remove_key(self, of: Folder) -> RemovedKey:
        """Remove a private key that was made by mistake, and the requests for it.

        Args:
            of: its file; or the party whose key in this folder it is.

        Raises:
            UnknownError: there is no such file.
            ConflictError: something was signed with it, or the copy knows it as enrolled.
        """
        file = as_path(of) if as_path(of).is_file() else keys.path_of(self.folder, str(of))
        return remove_key(self.folder, file, recorded=self._light.file.keys)

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
    ) -> OwnStatement:
        """Say one thing: number it from the party's own log, sign it, keep it there durably, and return it.

        Args:
            kind: of statement, such as ``claim``.
            body: its fields, as they stand in JSON.
            party: who says it.
            occurred_at: when, as claimed.
            place: where, as claimed.
            refs: identifiers of statements it answers.
            key: file with the private key; by default the party's in this folder. Of a key that is elsewhere (in a browser,
                with another signer) the file of its request: then what is returned waits for :meth:`take_signed`.
            renamed: gives the body with its made-up identifier for :meth:`next_name` as it is when this is signed.
            paper: it was read from: put beside the record with it, unless this log has it already; its file is kept to be sent.

        Raises:
            UnknownError: there is no such kind, or no key of that party here.
            MalformedError: the fields make no such statement.
            ConflictError: the key is another party's, or is over; or statements were signed with it elsewhere.
        """
        at = as_instant(occurred_at)

        def said(name: str, before: Sequence[str]) -> UnsignedStatement:
            named = body if renamed is None else renamed(body, name)
            return unsigned_statement(
                kind, {"occurred_at": at, "place": place, "refs": (*refs, *before), "body": named}, source=source
            )

        source = None
        if paper is None:
            said(_ANY_NAME, ())
            return self._sign([said], party, key)[0]
        data, content = documents.read(as_path(paper.file))
        source, known = paper_source(content), self._paper(content, paper.signer, party)
        said(_ANY_NAME, (_ANY_ID,))
        if known:
            return self._sign([lambda name, _: said(name, (known,))], party, key, self._keeping(data))[0]
        put = unsigned_document(content, about=paper.about, says="", signer=paper.signer, at=at, place=place)
        return self._sign([put, said], party, key, self._keeping(data))[-1]

    def _keeping(self, file: bytes) -> Callable[[], object]:
        """Return what keeps a file that a statement names."""
        return lambda: documents.DocumentStore(self.folder).keep(file, sha256(file).hexdigest())

    def _paper(self, content: Content, signer: str, party: str) -> str:
        """Return the identifier of what put a signed paper beside the record from here; empty where nothing did."""
        for own in self._own.stands():
            said = own.statement
            if isinstance(said, DocumentStatement) and (said.content, said.body.signer, said.party) == (
                content,
                signer,
                party,
            ):
                return own.id
        return ""

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
        key: Folder | None = None,
    ) -> OwnStatement:
        """Sign the digest of a photo or paper, and keep its file in ``documents/`` here, to be sent beside the statement.

        Args:
            file: JPEG, PNG, WebP, HEIC or PDF, as its own bytes tell.
            party: who records it.
            about: what it shows.
            says: what can be seen on it or read in it.
            signer: of a paper, whose signature it bears.
            occurred_at: when it was taken or signed; by default now.
            place: where.
            key: file with the private key; by default the party's in this folder.

        Raises:
            UnknownError: there is no such file, or no key of that party here.
            MalformedError, LimitError: it is no photo and no PDF, empty or too long.
        """
        data, content = documents.read(as_path(file))
        at = datetime.now(UTC) if occurred_at is None else as_instant(occurred_at)
        said = unsigned_document(content, about=about, says=says, signer=signer, at=at, place=place)
        return self._sign([said], party, key, self._keeping(data))[0]

    def change_key(
        self,
        action: Action,
        of: KeyRequest | str,
        *,
        party: str,
        key: Folder | None = None,
        reason: str = "",
        checkpoints: tuple[str, ...] = (),
        delegates: Mapping[str, Any] | None = None,
    ) -> OwnStatement:
        """Say something of a key, as :meth:`Programme.change_key` does with the record at hand.

        Args:
            action: what happens to it.
            of: the request for a new key; of one that is there its name, or as much of it as is unique.
            party: who says so.
            key: file with the private key to sign with; by default the party's in this folder.
            reason: for people.
            checkpoints: to complete a recovery where the founding names witnesses.
            delegates: to enrol the key of a device or clerk: what it may say, and no more.

        Raises:
            UnknownError: the copy knows no such key, or no private key of that party is here.
            ConflictError: several keys begin like that.
        """
        request = of if isinstance(of, KeyRequest) else self.key_named(of, action)
        body = {"action": action, "party": request.party, "public_key": request.public_key, "reason": reason}
        more: dict[str, Any] = {"possession": request.possession} if action in NEW_KEY else {}
        more |= {} if delegates is None else {"delegates": delegates}
        fields = {"occurred_at": datetime.now(UTC), "body": {**body, **more, "checkpoints": checkpoints}}
        return self._sign([unsigned_statement("key", fields)], party, key)[0]

    def replace_key(
        self, party: str, new: Folder, *, key: Folder | None = None, passphrase: str = ""
    ) -> list[OwnStatement]:
        """Put a new key in the place of a party's present one: the old enrols the new, and the new revokes the old.

        What a key that is elsewhere is to say of this waits for :meth:`take_signed`.

        Args:
            party: whose key it is.
            new: file to write the new private key to; or the request for one that was made elsewhere, such as in a telephone.
            key: file with the present one, or its request where it is elsewhere; by default the party's in this folder.
            passphrase: to encrypt the new file with.

        Raises:
            UnknownError: there is no private key of that party here.
            ConflictError: the new file is there already, the present key signs nothing any more, or the new one is another
                party's, the present one, or known already.
        """
        old = self.key_file(party) if key is None else as_path(key)
        if key is None:
            keys.load(self.folder, party, self._passphrase)
        public = self._key(party, key).public if is_request(old) else keys.described(old).public
        made = not is_request(as_path(new))
        if not made and key_id(self._key(party, new).public) in self._light.file.keys:
            raise ConflictError("key.enrolled_already", source=str(new))
        request = self.make_key(party, new, passphrase=passphrase) if made else read_request(as_path(new))
        try:
            enrolled = self.change_key("enrol", request, party=party, key=key)
        except BaseException:
            if made:
                as_path(new).unlink()
            raise
        gone = KeyRequest(party, key_id(public), public.hex(), "")
        return [enrolled, self.change_key("revoke", gone, party=party, key=new)]

    def key_rules(self) -> KeyRules:
        """Return who stands by a party that has lost its key, and how long a request for a new one waits."""
        return self._light.rules

    def key_named(self, name: str, action: Action) -> KeyRequest:
        """Return the one key that is meant by its name, or as much of it as is unique, or its party's.

        The keys of a party's devices count only where one is revoked.

        Raises:
            UnknownError: the copy knows no such key.
            ConflictError: several are meant.
        """
        begins, there = "".join(name.split()).lower(), self._light.file.keys
        found = [key for key, known in there.items() if known.party == name and known.state == "in_force"]
        if action != "revoke":
            found = [key for key in found if there[key].delegates is None] or found
        found = found or [key for key in there if begins and key.startswith(begins)]
        if not found:
            raise UnknownError("key.name_unknown", name=name)
        if len(found) > 1:
            raise ConflictError("key.name_not_unique", name=name, n=len(found))
        return KeyRequest(there[found[0]].party, found[0], there[found[0]].public_key, "")

    def _sign(
        self, said: Sequence[Said], party: str, key: Folder | None, before: Callable[[], object] | None = None
    ) -> list[OwnStatement]:
        """Sign one after the other with one key, and add them to the log together; what must be done before is done then."""
        signing = self._key(party, key)
        name = key_id(signing.public)
        known = self._light.file.keys.get(name)
        if known is not None and known.party != party:
            raise ConflictError("key.of_another", party=known.party, other=party)
        with self._own.writing() as there:
            elsewhere, own = isinstance(signing, KeyElsewhere), (*there, *self._own.waiting())
            check_not_ended(name, party, known, self._own.stands(), datetime.now(UTC))
            mine = [each.statement.seq for each in own if each.key == name]
            recorded = 0 if known is None else known.seq
            if mine and recorded > max(mine):
                raise ConflictError(
                    "light.said_elsewhere", source=str(self._own.path), recorded=recorded, last=max(mine)
                )
            number = max([recorded, *mine]) + 1
            signed: list[Signed] = []
            for at, each in enumerate(said, number):
                earlier = [one.id for one in signed]
                statement = each if isinstance(each, UnsignedStatement) else each(own_name(name, at), earlier)
                signed.append(sign(statement.statement(self.origin, party, at), signing))
            for one in signed:
                not_live(one.statement)
            notes = [remarks(name, known, each.statement) for each in signed]
            if before is not None:
                before()
            self._own.add(*(each.raw for each in signed), signed=not elsewhere)
        return [
            OwnStatement(each.raw, each.id, each.key_id, each.statement, told)
            for each, told in zip(signed, notes, strict=True)
        ]

    def _key(self, party: str, key: Folder | None) -> PrivateKey:
        if key is None:
            return keys.load(self.folder, party, self._passphrase)
        if not is_request(path := as_path(key)):
            return keys.read(path, self._passphrase)
        request = read_request(path)
        if request.party != party:
            raise ConflictError("key.of_another", party=request.party, other=party)
        return KeyElsewhere(_public_of(request, path))

    def take_signed(self, file: Folder, *, request: Folder | None = None) -> list[OwnStatement]:
        """Take back what a browser or another signer signed of that which waits here: all of a file, or nothing of it.

        Args:
            file: signed envelopes, one a line.
            request: file of the request for the key that signed, where the light copy does not know that key yet.

        Returns:
            What is signed now, and waits to be sent; empty where all of it was taken before.

        Raises:
            UnknownError: the file cannot be read, a statement in it does not wait here, or its key is not known.
            MalformedError: a line is no signed envelope.
            SignatureError: a signature does not hold; a statement that was changed has none.
        """
        known = {name: bytes.fromhex(key.public_key) for name, key in self._light.file.keys.items()}
        if request is not None:
            public = _public_of(read_request(as_path(request)), as_path(request))
            known[key_id(public)] = public
        try:
            data = read_file(as_path(file), LINES_BYTES)
        except OSError as error:
            raise system_error(error) from error
        return self._own.take_signed(data, str(file), known)


def own_name(key: str, number: int) -> str:
    """Return what a key's statement may be called; nobody foretells it, or could say something under that name before."""
    return f"{key[:8]}-{number}-{token_hex(4)}"


def _public_of(request: KeyRequest, path: Path) -> bytes:
    try:
        public = bytes.fromhex(request.public_key)
        signatures.check_public_key(public)
    except (ValueError, EnduseError) as error:
        raise MalformedError("key.request_malformed", source=str(path)) from error
    return public


def not_live(said: AnyStatement) -> None:
    """Refuse to sign in the open what tells where a convoy is: no programme tells it before a day is over."""
    if isinstance(said, MovementStatement):
        last = max(said.occurred_at, said.body.planned or said.occurred_at)
        if datetime.now(UTC) < last + timedelta(days=1):
            raise MalformedError("movement.too_early", n=1)
