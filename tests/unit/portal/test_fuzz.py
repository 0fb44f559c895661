"""Whatever is asked of the API, the portal answers: never with an error of its own, always with its headers."""

from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from enduse.portal.app import HEADERS
from enduse.portal.ask import hook_token
from support.desk import desk_of, opened
from support.examples import examples

ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["..", "../../etc/passwd", "%2e%2e%2f", "~2E~2E", "~ZZ", "\0", "a" * 900, "<script>", "'; DROP TABLE", "٠١٢"]
    ),
)
NAMES = st.sampled_from(["suppose", "result", "after", "q", "as-at", "lang", "__proto__"])
QUERY = st.lists(st.tuples(NAMES, st.one_of(ODD, st.integers().map(str))), max_size=4)
HEADER = st.sampled_from(
    [
        {"if-none-match": '"' * 50},
        {"accept-language": ",".join(["ar;q=0.1"] * 60)},
        {"x-forwarded-host": "evil.example", "host": "evil.example"},
        {"authorization": b"Basic \xff"},
        {"cookie": "desk=" + "x" * 900},
        {"range": "bytes=0-1"},
        {},
    ]
)


class Described(dict[str, Any]):
    """The description; what fails is told without its 300 kB."""

    def __repr__(self) -> str:
        return "described"


@pytest.fixture(scope="module")
def client(desk_folder):
    with TestClient(opened(desk_folder), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def described(client):
    return Described(client.get("/api/openapi.json").json())


@pytest.fixture(scope="module")
def paths(described):
    more = ["/en/find/", "/c/{code}", "/ar/place/{about}/", "/en/what-if/{about}/"]
    return [*sorted(path for path, ways in described["paths"].items() if "get" in ways), *more]


def good(answer):
    assert answer.status_code < 500, (answer.request.url, answer.text[:300])
    assert HEADERS.keys() <= answer.headers.keys(), answer.request.url
    return answer


def as_described(described, path, answer):
    """Whether an answer has a status, a media type and a form that the description tells of this address."""
    operation = described["paths"][path][answer.request.method.lower()]
    told = operation["responses"].get(str(answer.status_code))
    assert told is not None, (answer.status_code, answer.request.url)
    if not answer.content:
        return answer
    media = answer.headers["content-type"].partition(";")[0]
    if media == "application/json":
        form = told["content"][media]["schema"]
        jsonschema.validate(answer.json(), {**form, "components": described["components"]})
    else:
        assert media in told["content"], (media, answer.request.url)
    return answer


@given(
    number=st.integers(0, 200),
    piece=ODD,
    ends=st.sampled_from(["", ".json", ".csv", ".parquet"]),
    query=QUERY,
    header=HEADER,
)
@settings(max_examples=examples(40), deadline=None)
def test_nothing_asked_of_the_api_breaks_it(client, paths, number, piece, ends, query, header):
    before, found, rest = paths[number % len(paths)].partition("{")
    path = before + quote(piece, safe="") + ends + rest.partition("}")[2] if found else before
    good(client.get(path, params=query, headers=header, follow_redirects=False))


ASKED = st.fixed_dictionaries(
    {},
    optional={
        "after": st.one_of(st.integers(-1, 300).map(str), st.sampled_from([str(2**53), str(2**53 + 1), "1e3"]), ODD),
        "suppose": st.lists(st.one_of(st.sampled_from(["1:met", "1:x", "9:met", ":", "1:met:"]), ODD), max_size=3),
        "result": st.lists(st.one_of(st.sampled_from(["2=25", "2=x", "2=1e999", "=", "2=-1"]), ODD), max_size=3),
    },
)


@given(
    number=st.integers(0, 200),
    piece=st.one_of(st.sampled_from(["town", "donor", "0", "goods", "money_by_donor", "statements"]), ODD),
    ends=st.sampled_from([".json", ".json", ".csv", ".parquet", ""]),
    query=ASKED,
)
@settings(max_examples=examples(60), deadline=None)
def test_every_answer_is_one_that_the_description_tells_of(client, described, number, piece, ends, query):
    there = sorted(path for path, ways in described["paths"].items() if "get" in ways)
    path = there[number % len(there)]
    before, found, _ = path.partition("{")
    asked = before + quote(piece, safe="") + ends if found else path
    answer = good(client.get(asked, params=query, follow_redirects=False))
    if asked.count("/") == path.count("/") and "/." not in asked:
        as_described(described, path, answer)


RESULTS = st.dictionaries(
    st.sampled_from(["words", "topic", "place", "language", "other"]),
    st.fixed_dictionaries({}, optional={"value": st.text(max_size=600), "more": st.none()}),
    max_size=5,
)
MESSAGE = st.fixed_dictionaries(
    {}, optional={"results": RESULTS, "contact": st.fixed_dictionaries({}, optional={"uuid": st.text(max_size=40)})}
)


@given(message=st.one_of(MESSAGE, st.recursive(st.none() | st.text(), st.lists, max_leaves=5)), let_in=st.booleans())
@settings(max_examples=examples(40), deadline=None)
def test_every_message_is_answered_as_the_description_tells(client, described, message, let_in):
    token = hook_token(desk_of(client)) if let_in else "other"
    path = "/ask/message.json"
    answer = good(client.post(path, json=message, headers={"authorization": f"Token {token}"}))
    as_described(described, path, answer)
    assert (answer.status_code == 401) is not let_in


@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=30).map(
            lambda value: repr(value).encode()
        ),
        st.sampled_from([b"[" * 900, b"{" * 900, b'{"a":' * 900, b"\xff\xfe", b"0" * 9_000]),
    ),
    media=st.sampled_from(
        ["application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""]
    ),
    path=st.sampled_from(["/ask/message.json", "/en/ask/", "/en/ask/look/", "/en/desk/sign-in/", "/ar/desk/join/x/"]),
)
@settings(max_examples=examples(25), deadline=None)
def test_nothing_sent_breaks_it(client, body, media, path):
    good(client.post(path, content=body, headers={"content-type": media} if media else {}, follow_redirects=False))


def test_every_answer_is_described_with_its_form(described):
    for path, ways in described["paths"].items():
        for way, operation in ways.items():
            found = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            for media in found.get("content", {}).values():
                assert media["schema"].keys() & {"$ref", "items"} or "tables" in path, (way, path)
