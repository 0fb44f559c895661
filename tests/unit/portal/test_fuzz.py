"""Whatever is asked of the API, the portal answers: never with an error of its own, always with its headers."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from enduse.portal.app import HEADERS
from support.desk import opened

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


@pytest.fixture(scope="module")
def client(desk_folder):
    with TestClient(opened(desk_folder), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def described(client):
    return client.get("/api/openapi.json").json()


@pytest.fixture(scope="module")
def paths(described):
    more = ["/en/find/", "/c/{code}", "/ar/place/{about}/", "/en/what-if/{about}/"]
    return [*sorted(path for path, ways in described["paths"].items() if "get" in ways), *more]


def good(answer):
    assert answer.status_code < 500, (answer.request.url, answer.text[:300])
    assert HEADERS.keys() <= answer.headers.keys(), answer.request.url
    return answer


@given(
    number=st.integers(0, 200),
    piece=ODD,
    ends=st.sampled_from(["", ".json", ".csv", ".parquet"]),
    query=QUERY,
    header=HEADER,
)
@settings(max_examples=40, deadline=None)
def test_nothing_asked_of_the_api_breaks_it(client, paths, number, piece, ends, query, header):
    before, found, rest = paths[number % len(paths)].partition("{")
    path = before + quote(piece, safe="") + ends + rest.partition("}")[2] if found else before
    good(client.get(path, params=query, headers=header, follow_redirects=False))


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
@settings(max_examples=25, deadline=None)
def test_nothing_sent_breaks_it(client, body, media, path):
    good(client.post(path, content=body, headers={"content-type": media} if media else {}, follow_redirects=False))


def test_every_answer_is_described_with_its_form(described):
    for path, ways in described["paths"].items():
        for way, operation in ways.items():
            found = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            for media in found.get("content", {}).values():
                assert media["schema"].keys() & {"$ref", "items"} or "tables" in path, (way, path)
