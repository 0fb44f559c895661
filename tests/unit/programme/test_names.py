"""What parties are called: nothing unseen, nothing that is read as another's name, and no name dropped in silence."""

import json

import pytest

from enduse.book.book import Book
from enduse.errors import InvalidValueError, MalformedError
from enduse.pages.localizer import Localizer, isolated
from enduse.statements.codec import decode, encode
from enduse.statements.party import Party, PartyBody
from enduse.views.names import names
from support.arrangement import KEEPER, World, day


def described(party, *texts, **more):
    return PartyBody(party=party, name=dict(zip(("en", "ar"), texts, strict=False)), type="company", **more)


def statement(party, body):
    return Party(programme="p", party=party, seq=1, occurred_at=day(0), body=body)


# -- identifiers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "party", ["p\u0430rty", "party\u200b", "\u202eytrap", "party:غزة", "part\u00ff", "a b", "a\u0085b"]
)
def test_an_identifier_is_ascii(party):
    unseen = ("party\u200b", "\u202eytrap")  # marks that nobody sees are named
    raw = json.loads(encode(statement("party", described("party", "Party"))))
    for where in (raw, raw["body"]):
        kept, where["party"] = where["party"], party
        with pytest.raises(MalformedError) as caught:
            decode(json.dumps(raw).encode())
        assert caught.value.problem.code == ("field.unseen" if party in unseen else "field.wrong")
        where["party"] = kept


# -- names that are refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u200b", "party.name_unseen"),
        (" ", "party.name_unseen"),
        ("", "party.name_unseen"),
        ("a\u202eb", "party.name_turned"),
    ],
)
def test_a_name_that_cannot_be_seen_or_turns_is_refused_at_the_door(name, code):
    with pytest.raises(InvalidValueError) as caught:
        described("one", "Party One", name)
    assert (caught.value.message.code, caught.value.path) == (code, ".name.ar")


@pytest.mark.threat(
    who="builder",
    tries="calls itself by a name that cannot be told from another firm's",
    alone="has no effect, with the name it resembles",
    needs="nobody: a former name stays taken as well",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_no_party_takes_a_name_that_looks_like_anothers():
    """A builder under suspicion called itself as an innocent one is called, and the report named the wrong firm."""
    made = World()
    assert made.say(Party, KEEPER, described("party:olivar", "Olivar Works", "أشغال أوليفار")) == ""
    assert made.say(Party, KEEPER, described("party:karst", "Karst Quarries")) == ""
    for name in ("Olivar Works", "\u041elivar Works", "OLIVAR  WORKS", "Olivar\u200b Works"):
        assert made.say(Party, "party:karst", described("party:karst", name)) == (
            f"the name {name} cannot be told from a name of party:olivar"
        )
    for name in ("Olivar Works.", "Olivar-Works", "«Olivar Works»"):
        assert made.say(Party, "party:karst", described("party:karst", name)) != "", name
    for name in ("أشغال أوليفار", "أَشغال أوليفار", "أشغـال أوليفار", "اشغال اوليفار"):
        assert made.say(Party, "party:karst", described("party:karst", "Karst", name)) != "", name
    assert made.say(Party, KEEPER, described("party:new", "party:0livar")) != "", (
        "nor one that reads like an identifier"
    )
    assert made.programme.parties["party:karst"].name == {"en": "Karst Quarries"}
    assert made.say(Party, "party:olivar", described("party:olivar", "Olivar Works Ltd", "أشغال أوليفار")) == ""
    assert made.say(Party, "party:karst", described("party:karst", "Olivar Works")) != "", "a former name stays taken"


# -- names that changed -------------------------------------------------------------------------------------------


@pytest.mark.threat(
    who="builder",
    tries="takes a clean name after a finding",
    alone="is shown with every former name; of more than eight with the first and the last, and that there are more",
    needs="nobody",
    seen_by="every reader: wherever the name stands",
)
def test_a_changed_name_is_shown_with_the_former_one(small):
    for text in ("Olivar Works", "Clean Hands", "Clean Hands Ltd", "Clean Hands"):
        small.say("donor", Party, PartyBody(party="donor", name={"en": text, "ar": "أيدٍ"}, type="agency"))
    small.book.flush()
    with Book.open(small.folder) as book:
        called = names(book)
    assert called["donor"]["en"] == "Clean Hands"
    assert Localizer("en", called).name("donor") == "Clean Hands (formerly donor, Olivar Works, Clean Hands Ltd)"
    assert Localizer("ar", called, isolated).name("donor").startswith("\u2068أيدٍ\u2069")
    assert Localizer("en", called).name("fund") == "fund", "what kept its name stands alone"
