"""What a reader brings from elsewhere than the place under test: the log's key, a policy, or both.

Nothing that is served vouches for itself: where trust is given, no key that lies beside the record is read.
"""

import msgspec

from enduse.errors import MalformedError, SignatureError
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.policy import Policy


class Trust(msgspec.Struct, frozen=True):
    """The keys somebody checks with.

    Attributes:
        log: the log's public key.
        policy: keys of logs and cosigners, and the quorum that must have cosigned.

    Raises:
        MalformedError: the policy names logs, and ``log`` is none of them.
    """

    log: notes.Verifier | None = None
    policy: Policy | None = None

    def __post_init__(self) -> None:
        """Refuse a key and a policy that contradict each other."""
        if self.log is not None and self.policy is not None and self.policy.logs and self.log not in self.policy.logs:
            raise MalformedError("record.policy_names_other_logs", source="policy")

    @property
    def given(self) -> bool:
        """Whether there is anything to check with."""
        return self.log is not None or self.policy is not None

    def key(self, data: bytes) -> notes.Verifier:
        """Return the key whose signature this checkpoint must carry.

        Raises:
            MalformedError: it is no checkpoint.
            SignatureError: there is no key of that log.
        """
        if self.log is not None:
            return self.log
        if self.policy is None:
            raise SignatureError("record.key_unknown")
        note = notes.parse(data)
        keys = self.policy.keys_of(checkpoints.parse(note.text).origin)
        signers = {(line.name, line.key_id) for line in note.signatures}
        return next((key for key in keys if (key.name, key.key_id) in signers), keys[0])

    def open(self, data: bytes) -> SignedCheckpoint:
        """Read a checkpoint and check the signatures of the log and of the policy's cosigners, not their quorum.

        Raises:
            MalformedError, SignatureError: see :func:`enduse.record.checkpoint.open_checkpoint`.
        """
        return checkpoints.open_checkpoint(data, self.key(data), self.policy.verifiers if self.policy else ())

    def check_quorum(self, signed: SignedCheckpoint) -> None:
        """Refuse a checkpoint that lacks the cosignatures the policy asks for.

        Raises:
            SignatureError: they are missing; says which.
        """
        if self.policy is not None and not self.policy.satisfied(signed.cosigned):
            raise SignatureError("record.cosignatures_missing", waits=self.policy.waits_for(signed.cosigned))
