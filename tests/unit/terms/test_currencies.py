"""Which currencies there are, and what the smallest coin of each is."""

import msgspec
import pytest

from enduse.errors import MalformedError
from enduse.exchange.unsigned import unsigned_statement
from enduse.statements.codec import KINDS, decode, encode
from enduse.terms.amounts import MINOR_PER_UNIT, Money
from enduse.terms.currencies import PLACES


def test_the_lists_name_every_code_once_and_every_coin_can_be_counted():
    assert {code: PLACES[code] for code in ("JPY", "USD", "IQD", "BHD", "KWD", "CLF")} == {
        "JPY": 0,
        "USD": 2,
        "IQD": 3,
        "BHD": 3,
        "KWD": 3,
        "CLF": 4,
    }
    assert {"ILS", "JOD", "EGP", "XDR", "HRK", "BGN"} <= PLACES.keys()
    assert not {"XXX", "XTS", "ABC"} & PLACES.keys()
    assert all(len(code) == 3 and code.isupper() for code in PLACES)
    assert all(MINOR_PER_UNIT % 10**places == 0 for places in PLACES.values() if places is not None)


@pytest.mark.parametrize(
    ("value", "currency", "field"),
    [
        ("100.5", "JPY", "value"),
        ("100.0", "JPY", None),
        ("0.125", "IQD", None),
        ("0.125", "BHD", None),
        ("0.1251", "BHD", "value"),
        ("0.125", "USD", "value"),
        ("0.120", "USD", None),
        ("10", "ABC", "currency"),
        ("10", "XXX", "currency"),
        ("0.3333", "XDR", None),
        ("0.5", "HRK", None),
    ],
)
def test_a_sum_nobody_can_have_paid_is_told_by_its_field(value, currency, field):
    sum_ = Money(value, currency)
    unfit = sum_.unfit()
    assert ((unfit and unfit[0]) or ("value" if sum_.is_too_fine() else None)) == field


def test_no_text_with_part_of_a_coin_is_let_in_and_a_record_that_holds_one_can_be_read():
    fields = {
        "occurred_at": "2026-02-01T12:00:00Z",
        "body": {"disbursement": "d", "recipient": "fund", "amount": {"value": "100.5", "currency": "JPY"}},
    }
    with pytest.raises(MalformedError, match="finer than the smallest coin of JPY") as caught:
        unsigned_statement("disbursement", fields)
    assert caught.value.problem.path == "$.body.amount.value"
    whole = {"kind": "disbursement", "programme": "p", "party": "donor", "seq": 1, **fields}
    recorded = decode(msgspec.json.encode(whole))
    assert type(recorded) is KINDS["disbursement"]
    assert decode(encode(recorded)) == recorded
