"""A message keeps what it carries through JSON and MessagePack, and says it in order."""

import msgspec

from enduse.messages import Amount, Message, english_remedy_of


def message() -> Message:
    inner = Message.of("extra.missing", extra="yaml", purpose="reading")
    return Message.of("a.b", rule={"en": "no", "ar": "لا"}, parts=[inner, "c"], amount=Amount(3, "cement/g"), n=2)


def test_a_message_survives_json_and_msgpack():
    for codec in (msgspec.json, msgspec.msgpack):
        assert codec.decode(codec.encode(message()), type=Message) == message()


def test_messages_in_a_list_are_set_apart_by_semicolons():
    inner = Message.of("extra.missing", extra="yaml", purpose="reading")
    told = Message.of("language.unknown", language="xx", languages=[inner, inner])
    assert english_remedy_of(told) == f"use one of: {inner}; {inner}"
    assert english_remedy_of(Message.of("language.unknown", language="xx", languages=["en", "ar"])).endswith("en, ar")


def test_a_wording_is_said_in_english_where_it_has_any():
    assert "for the language no" in str(Message.of("language.unknown", language={"ar": "لا", "en": "no"}))
    assert "for the language لا" in str(Message.of("language.unknown", language={"ar": "لا"}))
