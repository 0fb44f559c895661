"""What is answered when a profile is proposed: by name, by a key that is asked for, of a file that is a table."""

import pytest

from enduse.api.comparing import propose_profile
from enduse.errors import MalformedError, UnknownError
from enduse.exchange.tables.profile import parse_profile

WAY = "Date,From,To,Item,Qty,Unit\n2026-01-02,Mill,Store,Flour,3,t\n2026-01-03,Mill,Store,Flour,4,t\n"
ARABIC = "التاريخ,من,إلى,الصنف,الكمية,الوحدة\n2026-01-02,مطحنة,مخزن,طحين,3,طن\n2026-01-03,مطحنة,مخزن,طحين,4,طن\n"
DELIVERED = {"what": "receipt", "party": "party:store", "place": "place:store"}


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a file."""

    def write(text, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    "answers",
    [{"nothing": "1"}, {"what": "receipt", "donor": "x"}, {"what": "receipt", "dispatch.item": "Item"}, {"": "x"}],
)
def test_an_answer_to_what_is_never_asked_is_refused(table, answers):
    with pytest.raises(MalformedError) as refused:
        propose_profile(table(WAY), answers)
    assert refused.value.problem.code in {"word.unknown", "word.misspelt"}


def test_an_answer_may_be_for_one_word_alone(table):
    found = propose_profile(table(WAY), {**DELIVERED, "receipt.item": "Item"})
    assert not found.questions


def test_the_party_may_be_called_by_its_name(table):
    found = propose_profile(table(WAY), {**DELIVERED, "party": "Red Hill Store"})
    assert parse_profile(found.profile, "p").party == "party:red-hill-store"


def test_columns_named_from_and_to_are_known_in_arabic(table):
    english, arabic = (propose_profile(table(text), DELIVERED) for text in (WAY, ARABIC))
    told = [parse_profile(found.profile, "p").tells[0] for found in (english, arabic)]
    assert set(told[0]) == set(told[1])
    assert (told[1]["from"], told[1]["to"]) == ("من", "إلى")


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("id,Date,Item,Qty,Unit\n7,2026-01-02,Flour,3,t\n8,2026-01-03,Flour,4,t\n", ("id",)),
        ("المعرف,Date,Item,Qty,Unit\n7,2026-01-02,Flour,3,t\n8,2026-01-03,Flour,4,t\n", ("المعرف",)),
        ("id,Date,Item,Qty,Unit\n7,2026-01-02,Flour,3,t\n7,2026-01-03,Flour,4,t\n", ()),  # names two rows
        ("id,Date,Item,Qty,Unit\n7,2026-01-02,Flour,3,t\n,2026-01-03,Flour,4,t\n", ()),  # names one row of two
        ("Waybill,Date,Item,Qty,Unit\n7,2026-01-02,Flour,3,t\n8,2026-01-03,Flour,4,t\n", ()),  # may have several rows
    ],
)
def test_a_column_that_names_each_row_is_proposed_as_what_does(table, text, identity):
    assert parse_profile(propose_profile(table(text), DELIVERED).profile, "p").identity == identity


@pytest.mark.parametrize(
    "begins", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"%PDF-1.7\n"]
)
def test_what_is_no_table_is_refused_whatever_its_name_ends_in(table, begins):
    with pytest.raises(MalformedError) as refused:
        propose_profile(table(begins + bytes(range(1, 256)) * 9, "list.xlsx"))
    assert refused.value.problem.code == "table.no_table"


def test_a_file_that_is_not_there_is_told_as_it_is_everywhere(tmp_path):
    with pytest.raises(UnknownError) as refused:
        propose_profile(tmp_path / "missing.csv")
    assert refused.value.problem.code == "file.unreadable"
