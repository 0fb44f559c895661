"""A file that somebody else prepared, signed on one's own machine: all of it, with one key, or nothing of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from enduse.api.given import Folder, as_path
from enduse.api.light_signing import LightSigning, not_live
from enduse.errors import ConflictError, EnduseError, MalformedError
from enduse.exchange.key_in_force import check_not_ended
from enduse.exchange.own_log import OwnStatement, read_unsigned
from enduse.statements.codec import decode, statement_id
from enduse.statements.envelope import key_id, pae, wrap
from enduse.system import LINES_BYTES, read_file, system_error

Agreed = Callable[[Sequence[OwnStatement]], bool]
"""Is shown what is to be signed, and says whether it is."""


class LightFiles(LightSigning):
    """A light copy whose key signs files that were prepared elsewhere, such as at the portal."""

    def sign_file(
        self, file: Folder, *, key: Folder | None = None, agreed: Agreed = lambda _said: True
    ) -> list[OwnStatement]:
        """Sign every statement of a file, keep them in the party's own log, and return them; what was signed before is not signed anew.

        Args:
            file: envelopes with empty signatures, one a line.
            key: file with the private key; by default the party's in this folder.
            agreed: is shown what the file says, before anything is signed.

        Raises:
            MalformedError: a line is no such envelope.
            UnknownError: there is no such file, or no key of that party here.
            ConflictError: it is for another programme or key, or a number of it was used for something else; nothing is signed.

        Example:
            >>> import enduse
            >>> desk = enduse.open_light("desk")  # doctest: +SKIP
            >>> signed = desk.sign_file("unsigned-3f2a9c01.dsse")  # doctest: +SKIP
        """
        path = as_path(file)
        asked = self._asked(path)
        party = asked[0].statement.party
        signing = self._key(party, key)
        name = key_id(signing.public)
        for line, each in enumerate(asked, 1):
            if each.statement.programme != self.origin:
                told = {"programme": each.statement.programme, "here": self.origin}
                raise MalformedError("statement.other_programme", source=str(path), line=line, **told)
            if each.key != name or each.statement.party != party:
                raise ConflictError("sign.other_key", source=str(path), line=line, asked=each.key, key=name)
            not_live(each.statement)
        known = self._light.file.keys.get(name)
        check_not_ended(name, party, known, self._own.stands(), datetime.now(UTC))
        if not agreed(asked):
            raise MalformedError("say.not_signed")
        with self._own.writing() as there:
            mine = [each for each in (*there, *self._own.waiting()) if each.key == name]
            before = {each.id: each for each in mine if each.signed}
            used = {each.statement.seq: each.id for each in mine}
            for line, each in enumerate(asked, 1):
                taken = each.id not in before and known is not None and each.statement.seq <= known.seq
                if taken or used.get(each.statement.seq, each.id) != each.id:
                    raise ConflictError("sign.number_used", source=str(path), line=line, number=each.statement.seq)
            signed = [before.get(each.id) or _signed(each, signing.sign) for each in asked]
            self._own.keep_signed(each for each in signed if each.id not in before)
        return signed

    def _asked(self, path: Folder) -> list[OwnStatement]:
        """Return what a file asks to be signed, one statement or more.

        Raises:
            MalformedError: a line is none of that, or there is none.
        """
        try:
            data = read_file(as_path(path), LINES_BYTES)
        except OSError as error:
            raise system_error(error) from error
        asked = []
        for line, raw in enumerate(data.splitlines(), 1):
            if not raw.strip():
                continue
            try:
                envelope = read_unsigned(raw)
                statement = decode(envelope.payload)
            except EnduseError as error:
                raise MalformedError("sign.no_envelope", source=str(path), line=line) from error
            asked.append(OwnStatement(raw, statement_id(envelope.payload), envelope.key_id, statement))
        if not asked:
            raise MalformedError("sign.no_envelope", source=str(path), line=1)
        return asked


def _signed(each: OwnStatement, sign: Callable[[bytes], bytes]) -> OwnStatement:
    payload = read_unsigned(each.raw).payload
    return OwnStatement(wrap(payload, each.key, sign(pae(payload))), each.id, each.key, each.statement)
