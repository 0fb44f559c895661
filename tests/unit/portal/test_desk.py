"""Signing in: passkeys, sessions, links, forms, limits; and what is seen of it."""

import pytest

from enduse.errors import ConflictError, SignatureError
from enduse.portal import desk_store
from enduse.portal.sessions import CHALLENGE_S, IDLE_S, LINK_S, SESSION_S, SignIn
from support.desk import ORIGIN, Visitor, passkey, text_of


@pytest.fixture
def door(store):
    return SignIn(store, "localhost", ORIGIN, lambda _: False)


def joined(door, device, party="donor", credential="one"):
    """Somebody joined by a link; returns the session's token."""
    token = door.new_token()
    message = door.challenge(token, "new-passkey")
    code = door.invite(party, "device 3", "keeper")
    return door.add_passkey(token, code, credential, device.public, message, device.sign(message.encode()))


def signed_in(door, device, token="browser", message=None, credential="one", key=None):
    message = door.challenge(token, "sign-in") if message is None else message
    return door.sign_in(token, credential, message, (key or device).sign(message.encode()))


@pytest.mark.both_stores
def test_a_session_ends_by_time_by_disuse_and_by_signing_out(door, clock):
    device = passkey("one")
    first = joined(door, device)
    assert door.person(first).party == "donor"
    clock.now += IDLE_S
    assert door.person(first) is None, "not used for so long"
    second = signed_in(door, device)
    for _ in range(4):
        clock.now += SESSION_S // 4 - 1
        assert door.person(second) is not None
    clock.now += 10
    assert door.person(second) is None, "however much it is used"
    third = signed_in(door, device)
    door.sign_out(third)
    assert door.person(third) is None
    assert [each.what for each in door.seen("donor")] == ["signed_out", "signed_in", "signed_in", "joined", "invited"]


@pytest.mark.threat(
    who="stranger",
    tries="signs in with an answer that a passkey gave before, in another browser, on another page or too long ago",
    alone="refused: each challenge is of one browser, one page and one purpose, is taken once and ends within five minutes",
    needs="the passkey itself, and whom its device lets in",
    seen_by="nobody: nothing is recorded",
)
@pytest.mark.both_stores
def test_a_challenge_is_taken_once_in_its_browser_in_time_and_for_its_purpose(door, clock):
    device = passkey("one")
    joined(door, device)
    message = door.challenge("browser", "sign-in")
    first = signed_in(door, device, message=message)
    assert door.person(first)
    with pytest.raises(SignatureError):
        signed_in(door, device, message=message)  # replayed
    with pytest.raises(SignatureError):
        signed_in(door, device, token="another", message=door.challenge("browser", "sign-in"))
    with pytest.raises(SignatureError):
        signed_in(door, device, message=door.challenge("browser", "new-passkey"))
    late = door.challenge("browser", "sign-in")
    clock.now += CHALLENGE_S
    with pytest.raises(SignatureError):
        signed_in(door, device, message=late)
    for wrong in ("", "\n", "enduse portal sign-in v1\nhttp://localhost:8400\n.\n", late.replace(ORIGIN, "http://x")):
        with pytest.raises(SignatureError):
            signed_in(door, device, message=wrong)


@pytest.mark.threat(
    who="stranger",
    tries="signs in with the passkey of another site, without being checked by the device, or with another passkey's name",
    alone="refused, by the same rules by which signatures of statements are judged",
    needs="the passkey itself, and whom its device lets in",
    seen_by="nobody: nothing is recorded",
)
@pytest.mark.both_stores
def test_only_the_passkey_itself_lets_in(door):
    device = passkey("one")
    joined(door, device)
    other = passkey("two")
    with pytest.raises(SignatureError):
        signed_in(door, other)
    with pytest.raises(SignatureError):
        signed_in(door, device, credential="two")
    for changed in ({"page": "http://localhost:1"}, {"domain": "enduse.example", "page": "https://enduse.example"}):
        copied = passkey("one")
        copied.domain, copied.page = changed.get("domain", copied.domain), changed["page"]
        with pytest.raises(SignatureError):
            signed_in(door, device, key=copied)
    device.flags = 0x01  # there, and not verified
    with pytest.raises(SignatureError):
        signed_in(door, device)


@pytest.mark.both_stores
def test_a_passkey_is_made_for_this_page_and_lets_one_person_in(door):
    from support.signing import Authenticator, P256Key

    token, device = door.new_token(), passkey("one")
    for wrong in (
        Authenticator(P256Key("a")),
        passkey("b", user_verified=False),
        Authenticator(P256Key("c"), domain="localhost", page="http://localhost:1"),
    ):
        message = door.challenge(token, "new-passkey")
        with pytest.raises(SignatureError):
            door.add_passkey(
                token, door.invite("donor", "", ""), "one", wrong.public, message, wrong.sign(message.encode())
            )
    joined(door, device)
    with pytest.raises(ConflictError):
        joined(door, device, "fund", "two")
    with pytest.raises(ConflictError):
        joined(door, passkey("three"), "fund", "one")


@pytest.mark.both_stores
def test_a_link_works_once_and_ends(door, clock, store):
    device, token = passkey("one"), door.new_token()
    code = door.invite("donor", "device 3", "keeper")
    message = door.challenge(token, "new-passkey")
    door.add_passkey(token, code, "one", device.public, message, device.sign(message.encode()))
    with pytest.raises(SignatureError):
        door.link(code)
    late = door.invite("donor", "device 4", "keeper")
    assert door.link(late).party == "donor"
    clock.now += LINK_S
    with pytest.raises(SignatureError):
        door.link(late)
    kept = str([dict(row) for row in store.all("SELECT * FROM link")]) + str(
        [dict(row) for row in store.all("SELECT * FROM session")]
    )
    assert late not in kept, "only digests are kept"


@pytest.mark.threat(
    who="keeper",
    tries="has a party sign a statement while it signs in to the keeper's portal",
    alone="what is signed there counts for nothing: the passkey that signs in is no key of the record, and none becomes one",
    needs="nobody; the party's other key would have to sign, and its page shows every word",
    seen_by="every reader, by `enduse record verify`: the record takes no such signature",
)
@pytest.mark.both_stores
def test_a_key_that_signs_never_signs_in(store):
    device = passkey("one")
    door = SignIn(store, "localhost", ORIGIN, lambda public: public == device.public)
    with pytest.raises(ConflictError):
        joined(door, device)
    open_door = SignIn(store, "localhost", ORIGIN, lambda _: False)
    joined(open_door, device)
    with pytest.raises(SignatureError):
        signed_in(door, device)  # it was brought into the record since


@pytest.mark.both_stores
def test_limits_count_who_tries_and_stay_small(store, clock, monkeypatch):
    monkeypatch.setattr(desk_store, "COUNTED_MAX", 100)
    assert [store.allows("sign-in", "1.2.3.4", 2, 60) for _ in range(4)] == [True, True, False, False]
    assert store.allows("sign-in", "1.2.3.5", 2, 60)
    clock.now += 60
    assert store.allows("sign-in", "1.2.3.4", 2, 60)
    for number in range(160):
        store.allows("ask", str(number), 50, 60)
    assert store.find("SELECT count(*) AS n FROM attempt")["n"] <= 103
    assert not store.allows("ask", "one more", 50, 60), "those who come late share one count"


@pytest.mark.both_stores
def test_whose_device_is_let_in_no_more_is_out_at_once(door):
    token = joined(door, passkey("one"))
    person = door.person(token)
    assert not door.end(person.id, "fund"), "another party ends nobody"
    assert door.end(person.id, "donor")
    assert door.person(token) is None
    with pytest.raises(SignatureError):
        signed_in(door, passkey("one"))


# -- in a browser ------------------------------------------------------------------------------------------------------


def test_the_first_of_the_keeper_comes_by_a_link_that_works_once(app, desk, keeper):
    assert "What waits for me?" in keeper.page("desk/")
    assert desk.first_link() == "", "somebody signs in here"
    first, last = desk.first_link(again=True), desk.first_link(again=True)
    paths = [link.partition("/en/")[2] for link in (first, last)]
    assert [Visitor(app).get(path).status_code for path in paths] == [403, 200], "of those printed the last one counts"
    stranger = Visitor(app)
    answer = stranger.get("desk/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/desk/sign-in/")


@pytest.mark.threat(
    who="stranger",
    tries="gives somebody a browser token beforehand, or takes the one from before the sign-in",
    alone="signed in is a new token that no browser had before; the old one is nobody's",
    needs="nobody",
    seen_by="nobody: nothing is recorded",
)
def test_signing_in_changes_the_token(app, desk, keeper):
    visitor = Visitor(app)
    visitor.client.cookies.set(desk.cookie, "given-by-a-stranger", domain="browser.local", path="/")
    link = keeper.link(label="fixed")
    assert visitor.join(link, passkey("fixed"), "fixed").status_code == 303
    after = visitor.client.cookies[desk.cookie]
    assert after != "given-by-a-stranger"
    assert desk.site.ask(lambda _: desk.sign_in.person("given-by-a-stranger")) is None
    assert visitor.post("desk/sign-out/").status_code == 303
    assert visitor.client.cookies[desk.cookie] != after
    assert desk.site.ask(lambda _: desk.sign_in.person(after)) is None
    before = visitor.client.cookies[desk.cookie]
    assert visitor.sign_in(passkey("fixed"), "fixed").headers["location"] == "/en/desk/"
    assert visitor.client.cookies[desk.cookie] not in {before, after}
    assert desk.site.ask(lambda _: desk.sign_in.person(before)) is None
    assert "What waits for me?" in visitor.page("desk/")
    cookie = visitor.client.get("/en/ask/").headers.get("set-cookie", "")
    assert cookie == ""
    visitor.post("desk/sign-out/")


@pytest.mark.threat(
    who="stranger",
    tries="has a signed-in browser send a form from another site",
    alone="refused: every form carries a word that only this browser was given, and the browser says where a form comes from",
    needs="nobody",
    seen_by="whose browser it is: the page says so",
)
@pytest.mark.parametrize("path", ["desk/people/invite/", "desk/say/claim/", "desk/sign-out/", "desk/keys/new/", "ask/"])
def test_a_form_of_another_site_is_refused(app, keeper, path):
    stranger = Visitor(app)
    for token in ("", "0" * 64, stranger.token()):
        assert keeper.post(path, {"words": "x"}, token=token).status_code == 403
    assert keeper.post(path, {"words": "x"}, origin="https://evil.example").status_code == 403
    assert "What waits for me?" in keeper.page("desk/"), "still signed in"


def test_each_page_of_the_desk_keeps_out_of_frames_caches_and_scripts(app, keeper):
    for path in ("desk/", "desk/say/", "desk/say/claim/", "desk/keys/", "desk/people/", "desk/questions/", "ask/"):
        answer = keeper.get(path)
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert "<script>" not in answer.text
    cookie = Visitor(app).get("ask/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.threat(
    who="stranger",
    tries="has a wrong host or address written into pages that others are given from a cache",
    alone="no header of a request stands in any page, link or redirection, and pages of the desk are not kept by caches",
    needs="nobody",
    seen_by="nobody: there is nothing to see",
)
def test_no_header_of_a_request_stands_in_an_answer(app, desk, keeper):
    wrong = {
        "host": "evil.example",
        "x-forwarded-host": "evil.example",
        "x-original-url": "/evil.example",
        "forwarded": "host=evil.example",
    }
    for path in ("/", "/en/", "/en/ask/", "/en/desk/", "/en/desk/people/", "/en/nothing/"):
        answer = keeper.client.get(path, headers=wrong, follow_redirects=False)
        assert "evil" not in answer.text + str(answer.headers), path
    made = keeper.client.post(
        "/en/desk/people/invite/",
        data={"form_token": keeper.token(), "label": "x"},
        headers={**wrong, "origin": ORIGIN},
    )
    assert f'id="link">{ORIGIN}/en/desk/join/' in made.text


def test_who_signs_in_for_a_party_is_seen_by_it_and_by_the_keeper(app, keeper):
    donor, fund = Visitor(app), Visitor(app)
    assert donor.join(keeper.link(party="donor", label="desk 1"), passkey("d1"), "d1").status_code == 303
    assert fund.join(keeper.link(party="fund", label="till 7"), passkey("f1"), "f1").status_code == 303
    seen = text_of(donor.page("desk/people/"))
    assert "a passkey was made with a link" in seen
    assert "desk 1" in seen
    assert "till 7" not in seen
    assert "till 7" in text_of(keeper.page("desk/people/")), "the keeper sees all"
    assert donor.post("desk/people/invite/", {"party": "fund"}).status_code == 403, "no link for another party"
    assert donor.post("desk/people/invite/", {"label": "desk 2"}).status_code == 200


def test_what_is_too_long_or_nested_is_refused(keeper):
    assert keeper.post("desk/say/claim/", {"words": "x" * 200_000}).status_code == 429
    assert keeper.post("ask/", {"words": "x" * 400_000}).status_code == 413
    files = {"file": ("x.dsse", b"x" * 400_000)}
    assert keeper.post("desk/draft/x/sign/", files=files).status_code == 413
    nested = "{" * 5_000
    answer = keeper.client.post(
        "/ask/message.json", content='{"results":' + nested, headers={"authorization": "Token x"}
    )
    assert answer.status_code == 401
    assert keeper.client.post("/en/ask/", json={"words": {"a": [1]}}).status_code in {400, 403}


def test_no_address_leads_to_a_file_outside(app, keeper):
    """Whatever stands in an address is looked up among what is known, never joined to a folder."""
    ways = (
        "../portal.sqlite",
        "..%2fportal.sqlite",
        "%2e%2e%2fkeys%2flog.key",
        "..\\keys\\log.key",
        "/etc/passwd",
        "....//log.vkey",
    )
    forms = ("/static/{}", "/tables/{}", "/place/{}.json", "/en/place/{}/", "/en/statements/{}/", "/c/{}", "/en/desk/draft/{}/",
             "/en/desk/tables/{}/", "/en/desk/tables/{}/profile.toml", "/en/desk/keys/{}/key.request")  # fmt: skip
    for form in forms:
        for way in ways:
            answer = keeper.client.get(form.format(way), follow_redirects=False)
            assert answer.status_code in {302, 303, 308, 403, 404}, (form, way, answer.status_code)
            assert b"SQLite format" not in answer.content
            assert b"root:" not in answer.content
            assert b"PRIVATE" not in answer.content
