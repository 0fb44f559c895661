"""What is wrong with a field is told in plain words, whichever field of whichever kind, whatever stands in it."""

import json
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from enduse.errors import EnduseError, MalformedError
from enduse.messages import english_remedy_of
from enduse.statements.codec import KINDS, AnyStatement, decode
from enduse.statements.condition import AnyCondition
from enduse.statements.faults import fault_of

EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "reference" / "examples"
FOR_PROGRAMMERS: Final = re.compile(
    r"regex|Expected|Invalid enum|Object (missing|contains)|object of|`(str|int|bool|array|object|null|datetime)`"
    r"|NoneType|msgspec|\^\[|\(\?!|<class|Traceback"
)
WRONG: Final[tuple[Any, ...]] = (
    5, -1, 1.5, True, None, "", "x" * 9000, "a b\u0007", "2,000,000", "tonnes", "NGO", [], ["x", 3], {}, {"x": 1},
    10**30, "2026-02-30", "2026-01-01T00:00:00",
)  # fmt: skip


def examples(kind: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((EXAMPLES / f"{kind}.json").read_text(encoding="utf-8"))
    return told


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything in a statement, its parts included."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [(*at, step) for step, _ in inner] + [each for step, part in inner for each in places(part, (*at, step))]


def changed(statement: dict[str, Any], where: tuple[Any, ...], value: Any) -> bytes:
    copy = json.loads(json.dumps(statement))
    inside = copy
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    return json.dumps(copy).encode()


def refusal(raw: bytes) -> EnduseError | None:
    try:
        decode(raw)
    except EnduseError as error:
        return error
    return None


def in_plain_words(error: EnduseError) -> None:
    told = f"{error.problem.message} {english_remedy_of(error.problem.told)}"
    assert not FOR_PROGRAMMERS.search(told), told
    assert error.problem.code != "field.unclear", error.diagnostics()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_wrong_value_in_any_field_is_told_in_plain_words_at_its_place(kind):
    for statement in examples(kind):
        for where in places(statement):
            steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
            for value in WRONG:
                error = refusal(changed(statement, where, value))
                if error is not None:
                    in_plain_words(error)
                    path = error.problem.path
                    assert f"${steps}".startswith(path) or path.startswith(f"${steps}"), f"{error!s} at {steps}"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_missing_and_a_misspelt_field_are_named(kind):
    for statement in examples(kind):
        for where in places(statement):
            name = where[-1]
            if isinstance(name, int) or name in {"en", "ar"} or "filled" in where:
                continue
            copy = json.loads(changed(statement, where, None))
            inside = copy
            for step in where[:-1]:
                inside = inside[step]
            del inside[name]
            error = refusal(json.dumps(copy).encode())
            if error is not None:
                in_plain_words(error)
                assert error.problem.code != "field.missing" or error.problem.values["name"] == name
            if len(name) > 3:
                inside[name[:-1] + "x" + name[-1]] = 1
                error = refusal(json.dumps(copy).encode())
                assert error is not None
                assert error.problem.code == "field.misspelt", error.diagnostics()
                assert error.problem.values["nearest"] == name
                assert name in error.problem.message


def told(raw: bytes) -> tuple[str, str, str]:
    error = refusal(raw)
    assert error is not None
    return error.problem.code, error.problem.message, error.problem.remedy


def pledge(**body: Any) -> bytes:
    (statement,) = examples("pledge")
    return json.dumps({**statement, "body": {**statement["body"], **body}}).encode()


def test_a_number_with_commas_says_how_a_number_is_written():
    code, message, remedy = told(pledge(amount={"value": "2,000,000", "currency": "USD"}))
    assert code == "field.wrong"
    assert message == (
        "'2,000,000' is not a plain number such as 1250.5: digits and at most one point, no commas, no blanks"
    )
    assert "1250.5" in remedy


def test_a_bare_number_is_to_stand_in_quotation_marks_with_its_digits():
    code, message, remedy = told(pledge(amount={"value": 2000000.10, "currency": "USD"}))
    assert (code, message) == ("field.bare_number", "2000000.1 stands here as a bare number")
    assert remedy == 'write it in quotation marks: "2000000.1"'


def test_a_unit_in_words_is_answered_with_its_code():
    (statement, *_) = examples("reading")
    for written, code in (("tonnes", "TNE"), ("kg", "KGM"), ("Litre", "LTR"), ("tne", "TNE")):
        statement["body"]["quantity"]["unit"] = written
        told_code, message, remedy = told(json.dumps(statement).encode())
        assert told_code == "word.misspelt"
        assert message == f"'{written}' is not the code of a unit, such as TNE; did you mean '{code}'?"
        assert "KGM" in remedy


def test_a_word_that_may_not_stand_there_is_answered_with_those_that_may():
    (statement,) = examples("party")
    statement["body"]["type"] = "NGO"
    code, message, remedy = told(json.dumps(statement).encode())
    assert (code, message) == ("word.unknown", "'NGO' is not one of the words that may stand here")
    assert "civil_society" in remedy
    statement["body"]["type"] = "compny"
    assert told(json.dumps(statement).encode())[1].endswith("did you mean 'company'?")


def test_an_unknown_field_is_answered_with_the_nearest_one():
    code, message, _ = told(pledge(ammount={"value": "1", "currency": "USD"}))
    assert (code, message) == ("field.misspelt", "there is no field 'ammount' here; did you mean 'amount'?")
    assert told(pledge(zzz=1))[0] == "field.unknown"


def test_an_unknown_kind_and_an_unknown_form_of_condition_are_answered_with_the_nearest():
    (statement,) = examples("pledge")
    assert told(json.dumps({**statement, "kind": "plege"}).encode())[1] == (
        "'plege' is not a kind of statement; did you mean 'pledge'?"
    )
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(b'{"is":"atested"}', type=AnyCondition)
    fault = fault_of(caught.value, b'{"is":"atested"}', AnyCondition)
    assert fault.problem.message == "'atested' is not a form of condition; did you mean 'attested'?"


def test_the_language_and_place_in_a_list_of_a_fault_are_named():
    (statement,) = examples("project")
    statement["body"]["title"]["ar"] = 7
    error = refusal(json.dumps(statement).encode())
    assert error is not None
    assert error.problem.path == "$.body.title.ar"
    (statement,) = examples("project")
    statement["body"]["bill"].append({"material": "steel", "quantity": {"value": "1", "unit": "TN"}})
    error = refusal(json.dumps(statement).encode())
    assert error is not None
    assert error.problem.path == "$.body.bill[1].quantity.unit"


def test_plain_data_is_judged_like_bytes():
    (statement,) = examples("pledge")
    statement["seq"] = "1"
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(statement, AnyStatement)
    fault = fault_of(caught.value, statement, AnyStatement)
    assert isinstance(fault, MalformedError)
    assert (fault.problem.path, fault.problem.message) == ("$.seq", "'1' is not a whole number, such as 1")


def test_json_that_breaks_off_says_where():
    raw = pledge()
    for cut in range(0, len(raw), 7):
        error = refusal(raw[:cut])
        assert error is not None
        in_plain_words(error)
    assert refusal(raw[:-1]).problem.code == "json.broken"


def test_what_nobody_sees_in_an_identifier_is_told_by_its_number():
    told = examples("pledge")[0]
    told["party"] = "party:no\u2060rth"
    with pytest.raises(MalformedError) as refused:
        decode(json.dumps(told).encode())
    assert (refused.value.problem.code, refused.value.problem.values["marks"]) == ("field.unseen", ["U+2060"])
    assert "\u2060" not in refused.value.problem.message


def test_a_group_is_asked_for_with_its_fields_and_a_title_with_its_languages():
    (need,) = examples("need")[:1]
    for field, wanted in (("cost", "with value, currency at least"), ("title", "a text for each language")):
        wrong = {**need, "body": {**need["body"], field: "USD 90000"}}
        with pytest.raises(MalformedError) as refused:
            decode(json.dumps(wrong).encode())
        assert wanted in english_remedy_of(refused.value.problem.told)
