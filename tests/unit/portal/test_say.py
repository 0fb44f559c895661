"""Saying something at the desk: questions, what will be signed, the receipt; keys; and nobody else's."""

import json
import re
from base64 import b64decode

import pytest

import enduse
from enduse.statements.envelope import key_id, unwrap
from support.desk import Visitor, found, passkey, text_of
from support.signing import P256Key


def claim(visitor, signing, words="The gate was shut.", **fields):
    draft = visitor.begin("claim", key_id(signing.public), **fields)
    visitor.answers(draft, "place:gate", words, "")
    return draft


def last(desk):
    return desk.site.ask(lambda _: desk.site.programme.statement(desk.site.programme.size - 1))


def test_a_claim_asked_shown_signed_and_recorded(desk, donor, signing):
    draft = claim(donor, signing)
    page = donor.page(draft)
    shown = text_of(page)
    assert "You will sign" in shown
    assert "The gate was shut." in shown
    raw = donor.get(f"{draft}unsigned.dsse").content.strip()
    told = enduse.Unsigned(payload=b64decode(json.loads(raw)["payload"]), key=key_id(signing.public))
    assert told.spoken in shown, "the words that the command line shows too"
    answer = donor.sign(draft, signing)
    assert answer.status_code == 200, text_of(answer.text)
    receipt = text_of(answer.text)
    entry = last(desk)
    assert f"Recorded as no. {entry.entry}, signed as donor: " in receipt
    assert entry.id == told.id
    assert entry.statement.party == "donor"
    assert entry.refusal is None


def test_sent_twice_it_is_signed_once(desk, donor, signing):
    draft = claim(donor, signing, "Once.")
    envelope = donor.signed(draft, signing)
    size = desk.site.programme.size
    for number in range(3):
        answer = donor.post(f"{draft}sign/", files={"file": ("s.dsse", envelope)}, follow=True)
        said = text_of(answer.text)
        assert ("Already signed, no." in said) == bool(number), said
    assert desk.site.programme.size <= size + 2, "the statement, and the keeper's clock before it"


@pytest.mark.threat(
    who="stranger",
    tries="brings back something else than what the page showed, or signs it with another key",
    alone="refused: the bytes are compared to the last, and the record takes no signature that does not hold",
    needs="the party's own key, whose device asks for a finger",
    seen_by="nobody: nothing is recorded",
)
def test_only_what_was_shown_is_taken_back(desk, donor, signing):
    draft, other = claim(donor, signing, "As shown."), claim(donor, signing, "Another.")
    size = desk.site.programme.size
    mine, another = donor.signed(draft, signing), donor.signed(other, signing)
    forged = enduse_wrapped(unwrap(mine).payload, key_id(signing.public), passkey("thief"))
    longer = mine.replace(b'"payloadType"', b' "payloadType"')
    for wrong, code in ((another, 409), (b"", 400), (forged, 409), (longer, 400), (mine + b"\n" + another, 400)):
        answer = donor.post(f"{draft}sign/", files={"file": ("s.dsse", wrong)})
        assert answer.status_code == code, text_of(answer.text)
    assert desk.site.programme.size == size
    assert donor.sign(draft, signing).status_code == 200


def enduse_wrapped(payload, key, device):
    from enduse.statements.envelope import pae, wrap

    return wrap(payload, key, device.sign(pae(payload)))


def test_what_a_mail_programme_adds_to_a_link_is_left_away(donor, signing):
    link = "desk/say/claim/?utm_source=mail&about=place:gate&amount.foo=3&claim=claim:mine"
    page = donor.page(link)
    assert 'name="about" value="place:gate"' in page
    assert not any(made_up in page for made_up in ("utm_source", "amount.foo", "claim:mine"))
    more = {"utm_source": "mail", "amount.foo": "3", "about": "place:gate"}
    draft = donor.begin("claim", key_id(signing.public), **more)
    assert "You will sign" in text_of(donor.answers(draft, "The gate was shut.", ""))


def test_two_drafts_never_bear_one_number(donor, signing):
    """Whoever signs two statements of one number stands accused: the second draft is shown again with the next."""
    first, second = claim(donor, signing, "First."), claim(donor, signing, "Second.")
    envelopes = [donor.signed(each, signing) for each in (first, second)]
    numbers = [json.loads(unwrap(each).payload)["seq"] for each in envelopes]
    assert numbers[0] == numbers[1]
    assert donor.post(f"{first}sign/", files={"file": ("s.dsse", envelopes[0])}).status_code == 303
    refused = donor.post(f"{second}sign/", files={"file": ("s.dsse", envelopes[1])})
    assert refused.status_code == 409
    assert "new number" in text_of(refused.text)
    assert "Second." in text_of(donor.page(second))
    again = donor.signed(second, signing)
    assert json.loads(unwrap(again).payload)["seq"] == numbers[0] + 1
    assert donor.post(f"{second}sign/", files={"file": ("s.dsse", again)}).status_code == 303


@pytest.mark.threat(
    who="stranger",
    tries="guesses the address of somebody's draft, key request or question at the desk",
    alone="told the same as where there is none; whoever is signed in sees only their own",
    needs="nobody",
    seen_by="nobody: there is nothing to see",
)
def test_what_is_anothers_is_as_if_it_were_not(app, keeper, donor, signing):
    draft = claim(donor, signing, "Mine.")
    for visitor in (keeper, Visitor(app)):
        for path in (
            draft,
            f"{draft}unsigned.dsse",
            "desk/draft/nothing/",
            f"desk/keys/{key_id(signing.public)}/key.request",
        ):
            answer = visitor.get(path)
            assert answer.status_code in {303, 403}, path
            assert "Mine." not in answer.text
        envelope = donor.signed(draft, signing)
        sent = visitor.post(f"{draft}sign/", files={"file": ("s.dsse", envelope)})
        assert sent.status_code in {303, 403}
        assert "Recorded" not in sent.text
    for path in (
        "desk/draft/..%2f..%2fetc%2fpasswd/",
        "desk/say/..%2f..%2fkeys/",
        "desk/decide/..%2F/",
        "desk/join/%00/",
    ):
        assert donor.get(path).status_code in {403, 404}, path
    assert donor.client.get("/static/..%2f..%2fdesk.py").status_code == 404


@pytest.mark.threat(
    who="builder",
    tries="says at the portal what its mandates do not let it say",
    alone="shown before anything is signed that it would count for nothing, and why; signed all the same it is recorded without effect",
    needs="a mandate for that function and place",
    seen_by="every reader, by `enduse list --without-effect`",
)
def test_outside_its_mandate_nobody_is_let_sign_and_the_reason_is_shown(desk, donor, signing):
    draft = donor.begin("milestone", key_id(signing.public), project="project:homes", progress="1")
    page = donor.page(draft)
    assert "Signed now, this would count for nothing" in text_of(page)
    assert 'data-passkey="sign"' not in page, "the button is not offered"
    answer = donor.sign(draft, signing)
    assert "without effect" in text_of(answer.text)
    assert last(desk).refusal is not None


SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{1237*9871}}'


@pytest.mark.threat(
    who="stranger",
    tries="writes a script into every field that a page shows later",
    alone="shown as the letters it is; no page runs anything but the portal's one file",
    needs="nobody",
    seen_by="every reader of that text",
)
def test_a_script_in_any_text_is_shown_as_text(app, desk, keeper, donor, signing):
    pages = list(_pages_with_script(app, keeper, donor, signing))
    assert len(pages) > 6
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "12210427" not in re.sub(r"[0-9a-f]{8,}", "", page[page.index("<main") :]) or "{{1237*9871}}" in page
    assert any("&lt;script&gt;" in page for page in pages)


def _pages_with_script(app, keeper, donor, signing):
    draft = claim(donor, signing, SCRIPT)
    yield donor.page(draft)
    yield donor.sign(draft, signing).text
    yield donor.post("desk/say/claim/", {"key": key_id(signing.public), "place": SCRIPT, "at": SCRIPT}).text
    yield donor.get(f"desk/say/claim/?place={SCRIPT}&about={SCRIPT}").text
    asking = donor.begin("claim", key_id(signing.public), about=SCRIPT)
    yield donor.page(asking)
    yield donor.post(asking, {"answer": SCRIPT}, follow=True).text
    yield donor.post("desk/people/invite/", {"label": SCRIPT}).text
    yield donor.page("desk/people/")
    resident = Visitor(app)
    yield resident.post("ask/", {"topic": SCRIPT, "place": SCRIPT, "words": SCRIPT, "contact": SCRIPT}).text
    yield resident.post("ask/", {"topic": "other", "place": "", "words": SCRIPT, "contact": SCRIPT}).text
    yield resident.post("ask/look/", {"code": SCRIPT}).text
    yield keeper.page("desk/questions/")


@pytest.mark.threat(
    who="stranger",
    tries="sends a link that begins a statement with a text whose direction is turned, so that it reads otherwise than it is signed",
    alone="what shows nothing or turns the direction of a text is shown by its number, at the desk, on the signing page and on the command line",
    needs="nobody",
    seen_by="the person, before signing",
)
def test_a_text_that_would_read_as_another_is_shown_as_it_is(donor, signing):
    turned = "Paid \u202e000,1 DSU\u202c and\u200b no\u2066 more.\u2069"
    draft = donor.begin("claim", key_id(signing.public), about="place:gate", words=turned)
    page = donor.answers(draft, "")
    assert "Paid [U+202E]000,1 DSU[U+202C] and[U+200B] no[U+2066] more.[U+2069]" in text_of(page)
    assert not set("\u202e\u202c\u200b") & set(page[page.index("<main") : page.index("</main")])
    payload = b64decode(json.loads(donor.get(f"{draft}unsigned.dsse").content)["payload"])
    assert json.loads(payload)["body"]["words"]["en"] == turned, "it is signed as it came"
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert persian in donor.answers(donor.begin("claim", key_id(signing.public), about="place:gate", words=persian), "")


@pytest.mark.threat(
    who="stranger",
    tries="signed in for one party, sends the forms of somebody else's session, by that one's token or draft, or signs for another's key",
    alone="refused: a form belongs to the session that it was shown in, and a draft to who began it",
    needs="the other's browser",
    seen_by="nobody: nothing is recorded",
)
def test_what_one_session_was_shown_another_cannot_send(desk, keeper, donor, signing):
    draft = claim(donor, signing, "Mine.")
    envelope, size = donor.signed(draft, signing), desk.site.programme.size
    files = {"file": ("s.dsse", envelope)}
    with_its_token = keeper.post("desk/say/claim/", {"key": key_id(signing.public)}, token=donor.token())
    assert with_its_token.status_code == 403
    assert keeper.post(f"{draft}sign/", files=files, token=donor.token()).status_code == 403
    assert keeper.post(f"{draft}sign/", files=files).status_code == 403
    begun = keeper.post("desk/say/claim/", {"key": key_id(signing.public), "at": "", "place": ""})
    assert begun.status_code == 409, "another party's key begins nothing here"
    assert desk.site.programme.size == size
    assert donor.post(f"{draft}sign/", files=files).status_code == 303


def test_a_statement_signed_for_one_programme_counts_in_no_other(desk, donor, signing, tmp_path):
    draft = claim(donor, signing, "Here alone.")
    envelope = donor.signed(draft, signing)
    other = json.loads(unwrap(envelope).payload) | {"programme": "example.org/another"}
    payload = json.dumps(other, ensure_ascii=False, separators=(",", ":")).encode()
    moved = enduse_wrapped(payload, key_id(signing.public), signing)
    size = desk.site.programme.size
    assert donor.post(f"{draft}sign/", files={"file": ("s.dsse", moved)}).status_code == 409, "not what was shown"
    taken = desk.site.ask(lambda _: desk.site.programme.record_signed([moved]))
    assert taken[0].outcome == "refused"
    assert taken[0].problem.code == "statement.other_programme"
    assert desk.site.programme.size == size


def test_a_wrong_answer_is_told_at_its_field_and_asked_again(donor, signing):
    draft = donor.begin("pledge", key_id(signing.public))
    page = donor.page(draft)
    answer = donor.post(draft, {"answer": "not an identifier, with blanks"})
    assert answer.status_code == 422
    told = answer.text
    assert found(r'<a href="#(\w+)">', told[told.index('class="faults"') :]) == "answer"
    assert 'aria-describedby="answer-fault"' in told
    assert "not an identifier, with blanks" in told, "what was written is not lost"
    assert found(r"<h1>(.*?)</h1>", told) == found(r"<h1>(.*?)</h1>", page)
    wrong = donor.post("desk/say/pledge/", {"key": key_id(signing.public), "at": "yesterday", "place": ""})
    assert wrong.status_code == 422
    assert 'href="#at"' in wrong.text


def test_back_goes_to_the_question_before(donor, signing):
    draft = donor.begin("claim", key_id(signing.public))
    first = text_of(donor.page(draft))
    donor.answers(draft, "place:gate")
    assert text_of(donor.page(draft)) != first
    donor.post(draft, {"back": "1"})
    assert text_of(donor.page(draft)) == first


def test_a_receipt_in_two_parts_with_digits_of_any_script(desk, donor, signing):
    key = key_id(signing.public)
    for amount, complete in (("\N{ARABIC-INDIC DIGIT FIVE}\N{ARABIC-INDIC DIGIT ZERO}", "no"), ("30.5", "yes")):
        given = {"consignment": "W-9", "material": "cement", "place": "place:store"}
        draft = donor.begin("receive", key, **given)
        page = donor.answers(draft, amount, "TNE", complete, "")
        shown = text_of(page)
        assert "Number W-9, at place:store." in shown
        assert ("This was the last part." in shown, "More is to come." in shown) == (
            complete == "yes",
            complete == "no",
        )
        donor.sign(draft, signing)
        said = last(desk)
        assert said.about == "W-9"
        assert str(said.amounts[0].value) in {"50", "30.5"}


# -- keys --------------------------------------------------------------------------------------------------------------


@pytest.mark.threat(
    who="keeper",
    tries="has the passkey by which somebody signs in become a key that signs for their party",
    alone="refused where keys are made; and one that is brought in past the portal signs in no more",
    needs="nobody",
    seen_by="the party, by `enduse key list`",
)
def test_a_passkey_that_signs_in_becomes_no_key(desk, donor):
    programme = desk.site.programme
    answer = donor.new_key(passkey("donor"), programme.origin, programme.founder, "donor")
    assert answer.status_code == 409
    assert "never signs in" in text_of(answer.text)


def test_a_request_of_another_party_page_or_signature_is_refused(desk, donor):
    from support.signing import Authenticator

    programme = desk.site.programme
    for device, party in (
        (passkey("x"), "fund"),
        (Authenticator(P256Key("y")), "donor"),
        (passkey("z", user_verified=False), "donor"),
    ):
        answer = donor.new_key(device, programme.origin, programme.founder, party)
        assert answer.status_code in {400, 403}, text_of(answer.text)
    other = donor.new_key(passkey("w"), programme.origin, "00" * 32, "donor")
    assert other.status_code == 400


def test_a_clerk_gets_a_key_that_says_what_was_ticked_and_no_more(app, desk, donor, signing):
    clerk, device = Visitor(app), passkey("clerk signs")
    assert clerk.join(donor.link(label="till"), passkey("clerk"), "clerk").status_code == 303
    programme = desk.site.programme
    assert clerk.new_key(device, programme.origin, programme.founder, "donor", "c").status_code == 303
    assert "waits to be brought in" in text_of(clerk.page("desk/keys/"))
    fields = {
        "new": key_id(device.public),
        "as": "device",
        "label": "till",
        "says.claim": "on",
        "places.place:gate": "on",
        "until": "2099-01-01",
        "key": key_id(signing.public),
    }
    answer = donor.post("desk/keys/enrol/", fields)
    assert answer.status_code == 303, text_of(answer.text)
    draft = answer.headers["location"].partition("/en/")[2]
    assert "till" in text_of(donor.page(draft))
    assert "Recorded as no." in text_of(donor.sign(draft, signing).text)
    told = text_of(donor.page("desk/keys/"))
    assert "till: says a claim at" in told, "kinds are told in words"
    begun = clerk.begin("claim", key_id(device.public), place="place:gate")
    clerk.answers(begun, "place:gate", "From the till.", "")
    assert "Recorded as no." in text_of(clerk.sign(begun, device).text)
    pledge = clerk.begin("claim", key_id(device.public), place="place:elsewhere")
    page = clerk.answers(pledge, "place:gate", "Elsewhere.", "")
    assert "Signed now, this would count for nothing" in text_of(page)


def test_the_one_script_is_small(keeper):
    answer = keeper.client.get("/static/desk.js")
    assert len(answer.content) <= 8 * 1024


def test_a_question_says_which_form_it_is_of_and_how_to_answer_it_plainly(donor, signing):
    page = text_of(donor.page(donor.begin("claim", key_id(signing.public))))
    assert "a claim" in page
    assert "party:road-agency" not in page


def test_a_choice_stands_in_words_where_it_is_made_and_after(donor, signing, monkeypatch):
    draft = donor.begin("find", key_id(signing.public), about="W-9", result="unresolved", method="x")
    monkeypatch.setattr(donor, "language", "ar")
    page = donor.page(draft)
    assert 'value="grounds_to_believe"' in page
    assert "grounds to believe" not in page
    donor.post(draft, {"answer": "grounds_to_believe"})
    after = donor.page(draft)
    assert "grounds_to_believe" not in after, "what was answered is told as it was chosen"


def test_no_remedy_at_the_desk_is_an_option_of_a_command(donor, signing):
    draft = donor.begin("receive", key_id(signing.public), consignment="W-9", material="cement")
    donor.answers(draft, "", "5", "TNE", "yes")
    answer = donor.post(draft, {"answer": ""}, follow=True)
    assert "needs a place" in text_of(answer.text)
    assert "--" not in text_of(answer.text[answer.text.index("<main") :])
