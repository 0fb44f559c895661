"""Which cosignatures a checkpoint needs: C2SP tlog-policy.

A policy is a text file of ``log``, ``witness``, ``group`` and ``quorum`` lines. "Two of three states and any agency" is::

    group states 2 state-a state-b state-c
    group agencies any agency-d agency-e
    group both all states agencies
    quorum both
"""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from enduse.errors import LimitError, MalformedError, SignatureError, told_by
from enduse.messages import Message
from enduse.record.note import COSIGNATURE_V1, ED25519, Verifier
from enduse.system import read_file

POLICY_BYTES_MAX = 1_000_000
_NONE = "none"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class PolicyWitness(msgspec.Struct, frozen=True):
    """A cosigner in a policy: its name there, its key, and where it can be asked (empty where it is not told)."""

    name: str
    verifier: Verifier
    url: str = ""


class Group(msgspec.Struct, frozen=True):
    """So many of these members: witnesses or groups named earlier."""

    name: str
    threshold: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """Logs one knows and the cosignatures one asks for.

    Attributes:
        logs: keys of the logs.
        witnesses: by name.
        groups: by name.
        quorum: name of a witness or group; ``none`` asks for no cosignature.
        text: the policy as it was read.
    """

    logs: tuple[Verifier, ...]
    witnesses: dict[str, PolicyWitness]
    groups: dict[str, Group]
    quorum: str
    text: str = ""

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The keys of all witnesses whose signatures can be checked here."""
        return tuple(witness.verifier for witness in self.witnesses.values() if witness.verifier.checkable)

    def keys_of(self, origin: str) -> tuple[Verifier, ...]:
        """Return the keys of a log by its origin; there may be several, any of which may sign.

        Raises:
            SignatureError: the policy does not know the log.
        """
        found = tuple(verifier for verifier in self.logs if verifier.name == origin)
        if not found:
            raise SignatureError("record.policy_log_unknown", log=origin)
        return found

    def names(self, cosigners: Iterable[Verifier]) -> set[str]:
        """Return the policy's names of those cosigners it knows."""
        keys = set(cosigners)
        return {name for name, witness in self.witnesses.items() if witness.verifier in keys}

    def satisfied(self, cosigners: Iterable[Verifier]) -> bool:
        """Say whether these cosigners are a quorum."""
        return self._holds(self.quorum, self.names(cosigners))

    def _holds(self, name: str, have: Collection[str]) -> bool:
        if name == _NONE:
            return True
        group = self.groups.get(name)
        if group is None:
            return name in have
        return sum(self._holds(member, have) for member in group.members) >= group.threshold

    def waits_for(self, cosigners: Iterable[Verifier]) -> tuple[Message, ...]:
        """Say what is missing for a quorum, one message for each group (or witness) that is not complete."""
        return tuple(self._missing(self.quorum, self.names(cosigners)))

    def _missing(self, name: str, have: Collection[str]) -> list[Message]:
        if self._holds(name, have):
            return []
        group = self.groups.get(name)
        if group is None:
            return [Message.of("record.waits_for_one", witness=name)]
        open_members = [member for member in group.members if not self._holds(member, have)]
        lacking = group.threshold - (len(group.members) - len(open_members))
        lines = [
            Message.of(
                "record.waits_for_group",
                group=name,
                threshold=group.threshold,
                members=len(group.members),
                lacking=lacking,
                open=open_members,
            )
        ]
        for member in open_members:
            if member in self.groups:
                lines += self._missing(member, have)
        return lines


class _Reader:
    # Takes a policy line by line; every name must be defined before it is used, so groups cannot form circles.

    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, PolicyWitness] = {}
        self.groups: dict[str, Group] = {}
        self.used: set[str] = set()
        self.quorum: str | None = None

    def name(self, name: str) -> str:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise MalformedError("record.policy_name_taken", name=name)
        return name

    def member(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedError("record.policy_name_undefined", name=name)
        if name in self.used:
            raise MalformedError("record.policy_member_twice", name=name)
        self.used.add(name)
        return name

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.log(Verifier.parse(vkey))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self.witness(name, Verifier.parse(vkey), *url)
            case ["group", name, threshold, *members] if members:
                self.group(name, threshold, members)
            case ["quorum", name] if self.quorum is None:
                if name not in {_NONE, *self.witnesses, *self.groups}:
                    raise MalformedError("record.policy_quorum_undefined", name=name)
                self.quorum = name
            case _:
                raise MalformedError("record.policy_line", words=" ".join(words))

    def log(self, verifier: Verifier) -> None:
        if verifier.kind != ED25519:
            raise MalformedError("record.vkey_kind")
        if any(other.public_key == verifier.public_key for other in self.logs):
            raise MalformedError("record.policy_log_twice", log=verifier.name)
        self.logs.append(verifier)

    def witness(self, name: str, verifier: Verifier, url: str = "") -> None:
        # Lists of witnesses often give a key as plain Ed25519; what it makes are cosignatures all the same.
        if verifier.checkable:
            verifier = Verifier(verifier.name, COSIGNATURE_V1, verifier.public_key)
        if any(other.verifier.public_key == verifier.public_key for other in self.witnesses.values()):
            raise MalformedError("record.policy_key_twice", name=name)
        self.witnesses[self.name(name)] = PolicyWitness(name, verifier, url)

    def group(self, name: str, threshold: str, members: list[str]) -> None:
        self.name(name)
        taken = tuple(self.member(member) for member in members)
        wanted = {"all": str(len(taken)), "any": "1"}.get(threshold, threshold)
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= len(str(len(taken)))):
            raise MalformedError("record.policy_threshold", threshold=threshold)
        if not 1 <= int(wanted) <= len(taken):
            raise MalformedError("record.policy_threshold_of", threshold=threshold, members=len(taken))
        self.groups[name] = Group(name, int(wanted), taken)


def load(path: Path) -> Policy:
    """Read the policy of a file.

    Raises:
        MalformedError, LimitError: as :func:`parse`, with the file's name; or it is no text.
    """
    try:
        return parse(read_file(path, POLICY_BYTES_MAX).decode())
    except UnicodeDecodeError as error:
        raise MalformedError("file.not_utf8", source=str(path)) from error
    except (MalformedError, LimitError) as error:
        raise type(error).about(error.problem.told, source=str(path), line=error.problem.line) from error


def parse(text: str) -> Policy:
    """Read a policy.

    Raises:
        MalformedError: a line that is none, a name used twice or before its definition, one key under two names or of a
            log and a witness, an impossible threshold, or no quorum. The error carries the line number where it can.
        LimitError: over a million bytes.
    """
    if len(text) > POLICY_BYTES_MAX:
        raise LimitError("record.policy_too_long", most=POLICY_BYTES_MAX)
    if _CONTROL.search(text):
        raise MalformedError("record.policy_control", source="policy")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        # White space is ASCII space and tab, nothing else: a name may hold what Unicode calls a space.
        words = [word for word in re.split("[ \t]+", line) if word]
        comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
        if not words[:comment]:
            continue
        try:
            reader.take(words[:comment])
        except (MalformedError, SignatureError) as error:
            raise MalformedError(
                "record.policy_line_wrong", source="policy", line=number, reason=told_by(error)
            ) from error
    own = {log.public_key for log in reader.logs}
    if any(witness.verifier.public_key in own for witness in reader.witnesses.values()):
        raise MalformedError("record.policy_witness_is_log", source="policy")
    if reader.quorum is None:
        raise MalformedError("record.policy_without_quorum", source="policy")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum, text)
