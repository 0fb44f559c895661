"""What a publication must be cosigned by: the policy kept with the record and, where it changes, the new one too."""

from collections.abc import Iterable, Mapping

from enduse.errors import ConflictError, SignatureError
from enduse.messages import Message
from enduse.record import note as notes
from enduse.record.checkpoint import SignedCheckpoint, open_checkpoint
from enduse.record.cosign import Asked, Cosigner, HTTPCosigner
from enduse.record.policy import Policy


class Quorum:
    """The policies that one publication must satisfy.

    Attributes:
        policies: none, one, or two while the policy changes: nobody sheds his witnesses without their cosignature.
    """

    def __init__(self, kept: Policy | None, given: Policy | None) -> None:
        self.policies = tuple(policy for policy in (kept, given if given != kept else None) if policy is not None)

    @property
    def verifiers(self) -> tuple[notes.Verifier, ...]:
        """Keys of all witnesses named."""
        return tuple(dict.fromkeys(verifier for policy in self.policies for verifier in policy.verifiers))

    def waits_for(self, cosigners: Iterable[notes.Verifier]) -> tuple[Message, ...]:
        """Say what is missing; empty where nothing is."""
        have = tuple(cosigners)
        return tuple(dict.fromkeys(said for policy in self.policies for said in policy.waits_for(have)))

    def names(self, cosigners: Iterable[notes.Verifier]) -> tuple[str, ...]:
        """Return the names of those cosigners that a policy knows, sorted."""
        have = tuple(cosigners)
        return tuple(sorted({name for policy in self.policies for name in policy.names(have)}))

    def asked(
        self, have: Iterable[notes.Verifier], cosigners: Mapping[str, Cosigner] | None, timeout_s: float
    ) -> list[Asked]:
        """Return whom to ask: every witness that has not cosigned lately and that there is a way to.

        Args:
            have: who has cosigned lately.
            cosigners: the ways, by name in a policy; the policy's URLs where they are not given.
            timeout_s: seconds an HTTP request may take.
        """
        done = set(have)
        found: dict[notes.Verifier, Asked] = {}
        for policy in self.policies:
            for name, witness in policy.witnesses.items():
                way: Cosigner | None = None
                if cosigners is not None:
                    way = cosigners.get(name)
                elif witness.url:
                    way = HTTPCosigner(witness.url, timeout_s)
                if way is not None and witness.verifier not in done:
                    found.setdefault(witness.verifier, Asked(name, witness.verifier, way))
        return list(found.values())

    def check_replacing(self, published: SignedCheckpoint, log: notes.Verifier, source: str) -> None:
        """Refuse to replace a checkpoint that others cosigned by one that need not have their quorum.

        Whatever was published last satisfies the policy kept with the record: where it does not, the kept file is gone or
        was put in the place of another.

        Raises:
            ConflictError: so it would be.
        """
        others = [line for line in notes.parse(published.data).signatures if line.key_id != log.key_id]
        if not others:
            return
        cosigned = tuple(open_checkpoint(published.data, log, self.verifiers).cosigned)
        asking = (policy for policy in self.policies if policy.waits_for(()))
        if all(policy.waits_for(cosigned) for policy in asking):
            raise ConflictError("record.cosigned_before", source=source, cosigners=[line.name for line in others])


def merged(note: bytes, others: Iterable[bytes], known: Iterable[notes.Verifier]) -> bytes:
    """Return a checkpoint with the cosignatures that other copies of it carry, the newest of each key.

    Args:
        note: the checkpoint.
        others: notes; those with another text, and lines of keys one does not know or that do not hold, are passed over.
        known: keys of cosigners.
    """
    base = notes.parse(note)
    keys = {(verifier.name, verifier.key_id): verifier for verifier in known}
    newest: dict[tuple[str, bytes], tuple[int, notes.Signature]] = {}
    for data in (note, *others):
        copy = notes.parse(data)
        if copy.text != base.text:
            continue
        for line in copy.signatures:
            verifier = keys.get((line.name, line.key_id))
            if verifier is None:
                continue
            try:
                time = verifier.verify(copy.text, line) or 0
            except SignatureError:
                continue
            at = (line.name, line.key_id)
            if at not in newest or time > newest[at][0]:
                newest[at] = (time, line)
    return base.adding(line for _, line in newest.values()).encode()
