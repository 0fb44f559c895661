"""Residents ask: a topic, a place, a few words and no name; a code under which the answer stands; messages come in by one hook."""

import hmac
from typing import Any, Final

import msgspec
from litestar import Response

from enduse.errors import EnduseError, LimitError, MalformedError, UnknownError
from enduse.pages.catalogue import ENGLISH, languages
from enduse.portal.codes import shown
from enduse.portal.desk import Desk, PageReply, Reply, Visit, WayReply
from enduse.portal.questions import DUE_DAYS, OTHER, WORDS_MAX, Door, QuestionBox, owner_of
from enduse.portal.say import Choice, FieldFault, choices

ASKED_MOST: Final = 10
"""Questions from one address in an hour; many share one address, and one household asks few."""

ALL_MOST: Final = 2_000
"""Questions from everywhere in an hour."""

LOOKED_MOST: Final = 40
"""Codes tried from one address in ten minutes: guessing one takes more tries than there were seconds."""


def topics(visit: Visit) -> list[Choice]:
    """Return what may be asked about: the programme's functions, and anything else."""
    words = visit.sheet().s
    unsure = Choice(OTHER, words.say("Something else, or I do not know"))  # the first: nobody is made to know our words
    return [unsure, *choices(visit.answers.known.get("function", ()), words)]


def ask_page(visit: Visit, faults: tuple[FieldFault, ...] = (), door: Door = "open") -> Reply:
    """Show how to ask, and how many have asked and were answered."""
    values = {
        "topics": topics(visit),
        "places": choices(visit.answers.known.get("place", ()), visit.sheet().s),
        "faults": faults,
        "given": visit.fields,
        "most": WORDS_MAX,
        "due_days": DUE_DAYS,
        "door": door,
        "owner": owner_of(visit, OTHER, "", door),
        "counts": QuestionBox(visit.desk.store).counts(visit.answers.programme.least_count()) if door == "open" else (),
    }
    return PageReply(template="ask.html", values=values, status=422 if faults else 200)


def safe_page(visit: Visit) -> Reply:
    """Show the door for abuse and danger."""
    return ask_page(visit, door="confidential")


def ask(visit: Visit) -> Reply:
    """Take a question."""
    return _ask(visit, "open")


def ask_safely(visit: Visit) -> Reply:
    """Take a report of abuse or danger; it goes past whoever answers for the place."""
    return _ask(visit, "confidential")


def _ask(visit: Visit, door: Door) -> Reply:
    visit.limit("ask", ASKED_MOST, 3600)
    fields = visit.fields
    topic, place = (OTHER, "") if door == "confidential" else (fields.get("topic", ""), fields.get("place", ""))
    faults = []
    if topic not in {choice.value for choice in topics(visit)}:
        faults.append(FieldFault("topic", MalformedError("desk.no_choice").problem.told))
    if place and place not in visit.answers.known.get("place", ()):
        faults.append(FieldFault("place", MalformedError("desk.no_choice").problem.told))
    faults += [
        FieldFault(name, MalformedError("desk.too_many_words", most=WORDS_MAX).problem.told)
        for name in ("words", "contact")
        if len(fields.get(name, "").strip()) > WORDS_MAX
    ]
    if not fields.get("words", "").strip():
        faults.append(FieldFault("words", MalformedError("desk.no_words").problem.told))
    if faults:
        return ask_page(visit, tuple(faults), door)
    if not visit.desk.store.allows("ask", "from everywhere", ALL_MOST, 3600):
        raise LimitError("desk.busy")
    owner = owner_of(visit, topic, place, door)
    code = QuestionBox(visit.desk.store).ask(
        topic=topic,
        place=place,
        words=fields["words"],
        language=visit.language,
        owner=owner,
        door=door,
        contact=fields.get("contact", ""),
    )
    values = {"code": shown(code), "owner": owner, "due_days": DUE_DAYS, "door": door}
    return PageReply(template="ask_receipt.html", values=values)


def look_page(_visit: Visit) -> Reply:
    """Ask for a code."""
    return PageReply(template="ask_look.html", values={"question": None, "typed": "", "fault": None})


def look(visit: Visit) -> Reply:
    """Show what became of the question of a code."""
    visit.limit("look", LOOKED_MOST, 600)
    typed = visit.fields.get("code", "")
    try:
        question = QuestionBox(visit.desk.store).by_code(typed)
    except UnknownError as error:
        values = {"question": None, "typed": typed[:60], "fault": error.problem.told}
        return PageReply(template="ask_look.html", values=values, status=404)
    return PageReply(template="ask_look.html", values={"question": question, "typed": typed[:60], "fault": None})


# -- at the desk -------------------------------------------------------------------------------------------------------


def questions_page(visit: Visit) -> Reply:
    """Show the questions that this party is to answer, and those it has answered."""
    keeper = visit.programme.keys().keeper == visit.me.party
    values = {
        "questions": QuestionBox(visit.desk.store).of(visit.me.party),
        "hook": hook_token(visit.desk) if keeper else "",
        "origin": visit.desk.origin,
    }
    return PageReply(template="desk_questions.html", values=values)


def question_page(visit: Visit, number: str) -> Reply:
    """Show one of them."""
    one = QuestionBox(visit.desk.store).one(_number(number), visit.me.party)
    return PageReply(template="desk_answer.html", values={"question": one})


def answer(visit: Visit, number: str) -> Reply:
    """Answer one."""
    QuestionBox(visit.desk.store).answer(_number(number), visit.me.party, visit.fields.get("words", ""))
    return WayReply(f"desk/questions/{_number(number)}/")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:  # noqa: PLR2004 - more than there are
        raise UnknownError("desk.no_question")
    return int(text)


# -- messages ----------------------------------------------------------------------------------------------------------


class MessageResult(msgspec.Struct, frozen=True):
    """What a flow asked for and was told."""

    value: str = ""


class MessageContact(msgspec.Struct, frozen=True):
    """Who wrote, by the message service's own name for them; their number and name are not read."""

    uuid: str = ""


class HookMessage(msgspec.Struct, frozen=True):
    """A question that came as a message: the body that a RapidPro flow sends by *Call Webhook*, as it is by default.

    Attributes:
        results: ``words``, and where asked ``topic`` and ``place``, each by identifier or name.
        contact: who wrote.
    """

    results: dict[str, MessageResult] = {}
    contact: MessageContact = MessageContact()


class HookAnswer(msgspec.Struct, frozen=True):
    """What the flow sends back: the code under which the answer will stand, in days, and by whom it is given."""

    code: str
    due_days: int
    owner: str
    text: str


def hook_token(desk: Desk) -> str:
    """Return the word that the message service sends, so that nobody else fills the box: ``Authorization: Token ...``."""
    return desk.store.digest("hook", "token").hex()


def take_message(visit: Visit, given: str, body: bytes) -> Response[Any]:
    """Take a question that came as a message.

    Args:
        visit: of the message service.
        given: its ``Authorization``.
        body: JSON.
    """
    if not hmac.compare_digest(given.encode(), f"Token {hook_token(visit.desk)}".encode()):
        return Response({"error": "desk.not_yours"}, status_code=401)
    if not visit.desk.store.allows("message", "from everywhere", ALL_MOST, 3600):
        return Response({"error": "desk.busy"}, status_code=429)
    try:
        message = msgspec.json.decode(body, type=HookMessage)
        said = {name: result.value.strip() for name, result in message.results.items()}
        programme, known = visit.programme, visit.answers.known
        topic = _named(visit, said.get("topic", ""), known.get("function", ())) or OTHER
        place = _named(visit, said.get("place", ""), known.get("place", ()))
        language = said.get("language", "")
        owner = owner_of(visit, topic, place)
        code = QuestionBox(visit.desk.store).ask(
            topic=topic,
            place=place,
            words=said.get("words", ""),
            language=language if language in languages() else ENGLISH,
            owner=owner,
            sent_by=message.contact.uuid or "nobody",
        )
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Response({"error": "desk.no_words"}, status_code=400)
    except EnduseError as error:
        return Response({"error": error.problem.code}, status_code=400)
    words = programme.words(language if language in languages() else ENGLISH)
    text = words.count(
        "Your code is {code}. {owner} answers within one day.",
        "Your code is {code}. {owner} answers within {n} days.",
        DUE_DAYS,
        code=shown(code),
        owner=words.name(owner),
    )
    return Response(HookAnswer(shown(code), DUE_DAYS, owner, text), status_code=200)


def _named(visit: Visit, said: str, there: tuple[str, ...]) -> str:
    """Return which of some things is meant by its identifier or by its name in any language; empty where none is."""
    folded, words = said.casefold(), visit.programme.words()
    found = [each for each in there if each == said or any(folded == name.casefold() for name in words.spellings(each))]
    return found[0] if len(found) == 1 else ""
