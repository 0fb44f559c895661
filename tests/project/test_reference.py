"""The reference shows every kind, every field and every form of a condition, with examples that are taken as they stand."""

import json

import msgspec
import pytest

from enduse.pages.catalogue import languages
from enduse.pages.localizer import Localizer
from enduse.release.demands import demand
from enduse.statements.codec import KINDS, decode, encode
from enduse.statements.condition import AnyCondition, depth
from enduse.statements.formula import AnyPays
from project.test_docs import GENERATE

EXAMPLES = GENERATE.REFERENCE / "examples"
STATEMENTS = (GENERATE.REFERENCE / "statements.md").read_text(encoding="utf-8")
CONDITIONS = (GENERATE.REFERENCE / "conditions.md").read_text(encoding="utf-8")


def read(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def tags(union):
    return {str(struct.__struct_config__.tag): struct for struct in union.__args__}


def test_there_are_examples_of_what_there_is_and_of_nothing_else():
    assert {path.stem for path in EXAMPLES.iterdir()} == {*KINDS, "conditions", "formulas"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_examples_of_a_kind_are_taken_and_show_every_field(kind):
    shown = set()
    for example in read(kind):
        statement = decode(json.dumps(example).encode())
        assert decode(encode(statement)) == statement
        assert statement.__struct_config__.tag == kind
        shown |= set(example.get("body", {}))
    body = getattr(statement, "body", None)
    assert shown == (set(body.__struct_fields__) if body is not None else set())


def test_every_field_of_every_part_is_told_in_a_sentence():
    for struct in (*KINDS.values(), *GENERATE.parts().values()):
        fields = GENERATE._struct(struct).fields
        for shape in (struct, *(field.type.cls for field in fields if field.name == "body")):
            told = GENERATE.sentences(shape)
            names = {field.encode_name for field in GENERATE._struct(shape).fields} - {"body"}
            assert names <= set(told), shape.__name__
            assert all(sentence.rstrip(".") for sentence in told.values()), shape.__name__


@pytest.mark.parametrize("union", [AnyCondition, AnyPays], ids=["conditions", "formulas"])
def test_every_field_of_a_condition_and_of_a_payment_is_told(union):
    for struct in tags(union).values():
        assert set(struct.__struct_fields__) <= set(GENERATE.sentences(struct))


def test_the_fourteen_forms_of_a_condition_are_shown_and_worded():
    forms, examples = tags(AnyCondition), read("conditions")
    assert len(forms) == 14
    assert {example["is"] for example in examples} == set(forms)
    for example in examples:
        condition = msgspec.convert(example, AnyCondition)
        assert set(example) == {"is", *condition.__struct_fields__}, "every field of the form is shown"
        assert f"\n### {example['is']}\n" in CONDITIONS
        assert depth(condition) >= 1
        told = demand(condition)
        assert f"*{told}.*" in CONDITIONS
        for language in languages():
            words = Localizer(language, {}).message(told)
            assert words
            assert "{" not in words


def test_every_form_of_payment_is_shown():
    examples = read("formulas")
    assert {example["pays"] for example in examples} == set(tags(AnyPays))
    for example in examples:
        pays = msgspec.convert(example, AnyPays)
        assert set(example) == {"pays", *pays.__struct_fields__}
        assert f"\n### {example['pays']}\n" in CONDITIONS


def test_the_page_shows_every_kind_with_its_example():
    for kind in sorted(KINDS):
        assert f"\n## {kind}\n" in STATEMENTS
        examples = [json.dumps(example, indent=2, ensure_ascii=False) for example in read(kind)]
        assert all(example in STATEMENTS for example in examples), kind
