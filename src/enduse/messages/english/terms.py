"""Words of the vocabulary that stand in for codes inside sentences: kinds of statement, steps, states, outcomes."""

from typing import Final

TERMS: Final[dict[str, str]] = {
    "checkpoint_root": "the root of a checkpoint",
    "database_head": "the head of the database",
    "database_row": "a row of the database",
    "entry_index": "index",
    "instrument": "instrument",
    "link": "link",
    "node": "node",
    "note_signature": "a note signature",
    "old_size": "old size",
    "private_key": "the private key",
    "proof_extra": "the extra line of a proof",
    "proof_hash": "a hash of a proof",
    "reading": "reading",
    "verifier_key": "the key of a verifier key",
    "witness_size": "size a witness knows",
}
