"""A decision that several must agree on, as a file that travels: each sees the evidence on his own copy, and adds his signature.

The file's first line is the proposal, every further one a signed statement in its envelope; so the keeper adds it like any batch.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from enduse.api.given import Folder, as_path
from enduse.api.keys import is_request, read_request
from enduse.api.light import LightCopy
from enduse.api.questions import Questions
from enduse.book.assure import uses
from enduse.book.key_file import AskPassphrase
from enduse.book.past import at_size
from enduse.errors import ConflictError, EnduseError, MalformedError, Problem, RecordError, UnknownError
from enduse.exchange import light_copy
from enduse.exchange.own_log import OwnStatement
from enduse.messages import Message
from enduse.record import files
from enduse.record.log import KEYS, LOG_KEY
from enduse.release.evidence import check
from enduse.release.verdict import Verdict
from enduse.statements.codec import decode
from enduse.statements.condition import Decision, DecisionBody
from enduse.statements.envelope import pae, unwrap
from enduse.statements.jsontext import read_once
from enduse.system import read_file, system_error
from enduse.terms.signatures import is_valid
from enduse.views import differences as judged
from enduse.views.shapes import TrancheView
from enduse.views.tasks import place_of
from enduse.views.tranches import tranches


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What several are asked to sign.

    Attributes:
        proposal: which form of file this is.
        programme: origin of the record.
        founder: key with which it was founded.
        body: the decision, with the size and root of the record and the digest of the evidence that it rests on.
        place: where the decision counts.
        checkpoint: the log's signed word on that size and root.
    """

    proposal: Literal["enduse proposal v1"] = "enduse proposal v1"
    programme: str
    founder: str
    body: DecisionBody
    place: str | None = None
    checkpoint: str


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal, held against one's own copy of the record.

    Attributes:
        body: the decision.
        place: where it counts.
        tranche: how the tranche stood by exactly the entries that the proposal names, with its evidence; ``None`` where
            this copy is shorter.
        signers: parties whose signatures over exactly this decision are in the file.
        lacking: what is missing to the quorum, if anything.
        problems: what does not hold; nothing is signed then.
        waits: what was written for a key elsewhere to sign, which is in the file once it is signed and taken back.
    """

    body: DecisionBody
    place: str | None
    tranche: TrancheView | None
    signers: tuple[str, ...]
    lacking: Message | None
    problems: tuple[Problem, ...]
    waits: OwnStatement | None = None


class Proposals(Questions):
    """Makes, shows and signs proposals, with a copy of the record at hand."""

    _passphrase: AskPassphrase | None = None

    def propose(
        self,
        tranche: str,
        action: str,
        to: Folder,
        *,
        name: str | None = None,
        reason: str = "",
        place: str | None = None,
    ) -> ProposalView:
        """Write a proposal on a tranche into a file; it rests on the published checkpoint, and nobody has signed it yet.

        Args:
            tranche: its identifier.
            action: ``release``, ``withhold``, ``refuse``, ``recover``, ``accept_bill`` or ``accept_condition``.
            to: file to write; its name ends in ``.proposal``.
            name: identifier of the decision; one that no other has, where it is not given.
            reason: why.
            place: where it counts; where it is not given, where the tranche's project is.

        Raises:
            UnknownError: there is no such tranche.
            ConflictError: the file is there already; nothing waits to be accepted.
            RecordError: nothing is published.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.propose("tranche:homes-2", "withhold", "homes.proposal").body.action
            'withhold'
        """
        path = as_path(to)
        if path.exists() or path.suffix != ".proposal":
            raise ConflictError("proposal.file_taken", source=str(path))
        signed = self._book.checked()
        if signed is None:
            raise RecordError("record.nothing_published", source=str(self.folder))
        size, root = signed.checkpoint.size, signed.checkpoint.root.hex()
        with at_size(self._book, size) as book:
            standing = next((known for known in book.tranches() if known.tranche == tranche), None)
            if standing is not None and place is None:
                place = place_of(book, standing.project)
        if standing is None:
            raise UnknownError("tranche.unknown", tranche=tranche)
        if action == "accept_condition" and standing.waiting is None:
            raise ConflictError("condition.nothing_to_accept", tranche=tranche, size=size)
        fields = {
            "decision": name or f"decision:{tranche.rpartition(':')[2]}-{action}-{size}",
            "tranche": tranche,
            "action": action,
            "record_size": size,
            "record_root": root,
            "evidence": standing.digest,
            "reason": reason,
        }
        try:
            body = msgspec.convert(fields, DecisionBody)
        except msgspec.ValidationError as error:
            raise MalformedError("proposal.malformed", source=str(path)) from error
        ring = self._book.keyring
        made = Proposal(
            programme=ring.origin, founder=ring.founder, body=body, place=place, checkpoint=signed.data.decode()
        )
        files.write(path, msgspec.json.encode(made) + b"\n")
        return self.proposed(path)

    def proposed(self, file: Folder) -> ProposalView:
        """Return what a proposal asks for, its evidence worked out again on this copy, and who has signed it.

        Raises:
            UnknownError: the file cannot be read.
            MalformedError: it is no proposal, or one for another programme.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     made = programme.propose("tranche:homes-2", "withhold", "homes.proposal")
            ...     programme.proposed("homes.proposal").signers
            ()
        """
        proposal, raws = self._read(as_path(file))
        body, source = proposal.body, as_path(file).name
        if body.record_size > self.size:
            older = Problem.of("proposal.newer", source=source, here=self.size, size=body.record_size)
            return ProposalView(
                body=body, place=proposal.place, tranche=None, signers=(), lacking=None, problems=(older,)
            )
        with at_size(self._book, body.record_size) as book:
            standing = next((known for known in book.tranches() if known.tranche == body.tranche), None)
            views = tranches(book, judged.used(book, uses(book), {}))
        if standing is None:
            raise UnknownError("tranche.unknown", source=source, tranche=body.tranche)
        log = self._book.log

        def verdict_at(_size: int) -> Verdict:
            return standing.verdict

        problems = check(
            body,
            root_at=lambda size: log.store.tree(size).root().hex(),
            index_of=lambda statement: log.store.has(bytes.fromhex(statement)),
            verdict_at=verdict_at,
        )
        signers: list[str] = []
        for number, raw in enumerate(raws, 2):
            party = self._signer(raw, proposal)
            if party is None:
                problems.append(Problem.of("proposal.signature_wrong", source=source, line=number))
            elif party not in signers:
                signers.append(party)
        return ProposalView(
            body=body,
            place=proposal.place,
            tranche=next(view for view in views if view.tranche == body.tranche),
            signers=tuple(signers),
            lacking=self._book.facts.quorum_missing(tuple(sorted(signers)))
            or (None if signers else Message.of("proposal.nobody_signed")),
            problems=tuple(problems),
        )

    def agree(self, file: Folder, *, party: str, key: Folder | None = None) -> ProposalView:
        """Sign exactly what a proposal asks for, and add the signature to its file.

        From a copy of the record the statement goes into the party's own log in that folder too, which numbers it.

        Args:
            file: the proposal.
            party: who agrees.
            key: file with the private key; by default the party's in this folder. Of a key that is elsewhere the file of its
                request: then what that key is to sign waits in this folder, and is added to the proposal when this is
                asked again after :meth:`LightCopy.take_signed`.

        Raises:
            ConflictError: something of it does not hold, or the party has signed it already; the key is another party's; or
                this is the folder in which the record is kept, where a decision is said and not sent.

        Example:
            >>> import shutil
            >>> mine = shutil.copytree("demo", "mine", ignore=shutil.ignore_patterns("log.key"))
            >>> with enduse.open(mine) as programme:
            ...     made = programme.propose("tranche:homes-2", "withhold", "homes.proposal")
            ...     programme.agree("homes.proposal", party="party:azura").signers
            ('party:azura',)
        """
        path = as_path(file)
        view = self.proposed(path)
        if view.problems:
            raise ConflictError.about(view.problems[0].told, source=path.name)
        if party in view.signers:
            raise ConflictError("proposal.signed_already", source=path.name, party=party)
        if (self.folder / KEYS / LOG_KEY).exists():
            raise ConflictError("proposal.kept_here", source=str(self.folder))
        away = LightCopy(self.folder, self._passphrase, light_copy.of_book(self._book))
        asked = read_request(as_path(key)) if key is not None and is_request(as_path(key)) else None
        if asked is not None and asked.party != party:
            raise ConflictError("key.of_another", party=asked.party, other=party)
        said = None if asked is None else away.decided(asked.key, view.body, view.place)
        said = said or away.sign(
            "decision",
            msgspec.to_builtins(view.body),
            party=party,
            occurred_at=datetime.now(UTC),
            place=view.place,
            key=key,
        )
        if not said.signed:
            return msgspec.structs.replace(view, waits=said)
        files.write(path, read_file(path) + said.raw + b"\n")
        return self.proposed(path)

    def _read(self, path: Path) -> tuple[Proposal, list[bytes]]:
        try:
            first, *raws = read_file(path).rstrip(b"\n").split(b"\n")
            proposal = read_once(first, Proposal, str(path))
        except OSError as error:
            raise system_error(error) from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise MalformedError("proposal.malformed", source=str(path)) from error
        ring = self._book.keyring
        if (proposal.programme, proposal.founder) != (ring.origin, ring.founder):
            raise MalformedError(
                "statement.other_programme", source=str(path), programme=proposal.programme, here=ring.origin
            )
        return proposal, raws

    def _signer(self, raw: bytes, proposal: Proposal) -> str | None:
        """Return who signed exactly this decision, for this place, with a key that this copy knows; ``None`` where nobody did."""
        try:
            envelope = unwrap(raw)
            said = decode(envelope.payload)
        except EnduseError:
            return None
        known = self._book.keyring.keys.get(envelope.key_id)
        if known is None or not isinstance(said, Decision) or said.party != known.party:
            return None
        if (said.body, said.place) != (proposal.body, proposal.place):
            return None
        held = is_valid(bytes.fromhex(known.public_key), pae(envelope.payload), envelope.signature)
        return said.party if held and said.programme == self._book.keyring.origin else None
