"""A claim that has effect is told, however its bytes are written; one that its party took back is not."""

import json

from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.codec import encode
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.envelope import key_id, pae, wrap
from enduse.views.report import build_report


def claim(name):
    return ClaimBody(claim=name, about="matter", words={"en": f"the words of {name}"})


def told(small):
    return [(view.claim, view.party, view.entry) for view in build_report(small.book).claims]


def kind_last(small, party, body):
    """Sign a claim whose JSON writes its kind last: the same statement, other bytes."""
    _, key, make = small.says(party, Claim, body)
    fields = json.loads(encode(make("example.org/test", party, small.intake.keyring.next_seq(key.public))))
    fields["kind"] = fields.pop("kind")
    payload = json.dumps(fields, separators=(",", ":")).encode()
    assert payload.endswith(b'"kind":"claim"}')
    return wrap(payload, key_id(key.public), key.sign(pae(payload)))


def test_a_claim_is_told_however_its_bytes_are_written(small):
    (taken,) = small.intake.record([kind_last(small, "monitor", claim("last"))], small.now)
    assert taken.outcome == "accepted"
    other = small.say("donor", Claim, claim("first"))
    assert told(small) == [("last", "monitor", taken.index), ("first", "donor", other.index)]


def test_a_claim_that_was_taken_back_or_has_no_effect_is_not_told(small):
    small.say("monitor", Claim, claim("one"))
    gone = small.book.statement(small.book.size - 1).id
    assert small.say("monitor", Claim, claim("one")).outcome == "no_effect", "the same was claimed before"
    kept = small.say("donor", Claim, claim("two"))
    assert (
        small.say("monitor", Correction, CorrectionBody(corrects=gone, reason="incorrect_data")).outcome == "accepted"
    )
    assert told(small) == [("two", "donor", kept.index)]
