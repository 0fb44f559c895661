"""Bytes as words that can be spoken: the examples of their author, and none for two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.terms.proquints import proquints


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "lusab babad"),
        ("63.84.220.193", "gutih tugad"),
        ("140.98.193.141", "mudof sakat"),
        ("64.255.6.200", "haguz biram"),
        ("147.67.119.2", "natag lisaf"),
        ("212.58.253.68", "tibup zujah"),
        ("198.81.129.136", "sinid makam"),
    ],
)
def test_they_are_those_of_the_proposal(address, words):
    """Wilkerson 2009, section 2: addresses and their proquints."""
    assert proquints(bytes(map(int, address.split(".")))) == words


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_two_names_are_never_spoken_alike(one, other):
    assert (proquints(one) == proquints(other)) == (one == other)
