"""Saying something at the desk: when and where, one question after the other, what will be signed in words, and the receipt."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

import enduse
from enduse import Question, Unsigned, check_answers
from enduse.errors import ConflictError, EnduseError, Problem, UnknownError
from enduse.messages import Message
from enduse.pages.catalogue import mark
from enduse.pages.choices import choice_word
from enduse.pages.fields import FIELDS
from enduse.pages.localizer import Localizer
from enduse.pages.said_words import act_of, said_lines, told_goods, visible
from enduse.portal.collation import order_of
from enduse.portal.desk import FileReply, PageReply, Reply, Visit, WayReply
from enduse.portal.desk_form import ANSWERS_MAX, FormStep, PageOfQuestions, meant, step
from enduse.portal.drafts import Draft, Drafts, Given
from enduse.views.key_lives import KeyView

FORMS: Final = {
    "accept": mark("accept a mandate"),
    "attest": mark("vouch for something"),
    "clock_correction": mark("correct the record's clock"),
    "correct": mark("take back what was wrong"),
    "count": mark("count a stock"),
    "decide": mark("decide on a tranche"),
    "dispatch": mark("send goods"),
    "find": mark("state a finding"),
    "hand-over": mark("hand a mandate over"),
    "measure": mark("measure on a scale"),
    "pay": mark("pay money"),
    "receive": mark("receive goods"),
    "tie_end": mark("end of a tie between parties"),
}
"""What the forms are called that the vocabulary of statements has no word for."""

GIVEN_MAX: Final = 30
SHOWN_MAX: Final = 400
"""Names that a list to choose from holds; with more, a part of the name is written."""


class FieldFault(msgspec.Struct, frozen=True):
    """What is wrong with a field of a form."""

    field: str
    told: Message


class Choice(msgspec.Struct, frozen=True):
    """Something to choose: how it is written, and in words."""

    value: str
    words: str


def own_keys(visit: Visit) -> list[KeyView]:
    """Return the keys in force of this party, those that this person signs with here first."""
    try:
        lives = visit.programme.keys(visit.me.party)
    except UnknownError:
        return []
    here = credentials(visit)
    there = [key for key in lives.keys if key.party == visit.me.party and key.state == "in_force"]
    return sorted(there, key=lambda key: key.key not in here)


def credentials(visit: Visit) -> dict[str, str]:
    """Return by which passkey this person signs on this page, by the short name of the key."""
    rows = visit.desk.store.all("SELECT key, credential FROM signing_key WHERE person = ?", visit.me.id)
    return {row["key"]: row["credential"] for row in rows}


def called(kind: str, words: Localizer) -> str:
    """Return what a form is called."""
    return words.translated(FORMS[kind]) if kind in FORMS else words.term(kind, "act")


def say_list(visit: Visit) -> Reply:
    """Show what can be said, and by which of the party's keys."""
    keys, words = own_keys(visit), visit.sheet().s
    mine = {kind for key in keys for kind in may_say(visit, key.key)}
    kinds = [Choice(kind, called(kind, words)) for kind in enduse.SAYABLE]
    # What a store does every day stands first, by its own short form.
    kinds.sort(key=lambda one: (one.value not in FORMS, order_of(one.words, visit.language)))
    return PageReply(
        template="desk_say_list.html",
        values={
            "mine": [one for one in kinds if one.value in mine],
            "rest": [one for one in kinds if one.value not in mine],
            "keys": keys,
        },
    )


def may_say(visit: Visit, key: str) -> frozenset[str]:
    """Return what a key may say with effect somewhere, by the record's mandates and delegations: kinds and short forms."""
    acts = {act.act for act in visit.programme.key_rights(key).acts}
    kinds = {act.partition(":")[0] for act in acts}
    return frozenset(kind for kind in enduse.SAYABLE if enduse.kind_said(kind) in kinds)


def say_page(visit: Visit, kind: str, faults: tuple[FieldFault, ...] = ()) -> Reply:
    """Ask when and where, and with which key; the rest is asked after."""
    if kind not in enduse.SAYABLE:
        raise UnknownError("desk.no_page")
    given, fields = visit.fields, fields_given(visit, kind)
    values = {
        "title": called(kind, visit.sheet().s),
        "fields": fields,
        "place": given.get("place", ""),
        "at": given.get("at", ""),
        "now": f"{datetime.now(UTC):%H:%M}",
        "keys": own_keys(visit),
        "here": credentials(visit),
        "places": choices(visit.answers.known.get("place", ()), visit.sheet().s),
        "faults": faults,
    }
    return PageReply(template="desk_say.html", values=values, status=422 if faults else 200)


def begin(visit: Visit, kind: str) -> Reply:
    """Begin a draft: the place and the time are checked first."""
    if kind not in enduse.SAYABLE:
        raise UnknownError("desk.no_page")
    programme, faults = visit.programme, []
    place, at, key = (visit.fields.get(name, "").strip() for name in ("place", "at", "key"))
    if place:
        try:
            place = programme.find(place, "place")
        except EnduseError as error:
            faults.append(FieldFault("place", error.problem.told))
    try:
        moment = enduse.moment(at if not _is_local(at) else f"{at}Z") if at else datetime.now(UTC)
    except EnduseError as error:
        faults.append(FieldFault("at", error.problem.told))
    if key not in {one.key for one in own_keys(visit)}:
        raise ConflictError("desk.no_key")
    if faults:
        return say_page(visit, kind, tuple(faults))
    given = Given(fields=fields_given(visit, kind), place=place, at=moment.isoformat())
    return WayReply(f"desk/draft/{Drafts(visit.desk.store, visit.me.id).begin(kind, given, key)}/")


def fields_given(visit: Visit, kind: str) -> dict[str, str]:
    """Return the fields of a statement that an address or form already answers.

    Whatever else stands there is left away: a mail programme adds its own to a link, and no question could put that right.
    """
    form = enduse.Form(kind, PageOfQuestions(visit.sheet().s, ()), visit.answers.known, "")
    paths = [field.question.path for field in form.fields()]
    names = {".".join(path[:end]) for path in paths for end in range(1, len(path) + 1)} - {"place", "at", "key"}
    given = {name: text for name, text in visit.fields.items() if name in names}
    return dict(list(given.items())[:GIVEN_MAX])


def _is_local(at: str) -> bool:
    """Say whether a time is as a browser's field gives it, without a zone: it is asked for in UTC."""
    try:
        return datetime.fromisoformat(at).tzinfo is None and "T" in at
    except ValueError:
        return False


def of_draft(visit: Visit, draft: Draft, answers: Iterable[str]) -> FormStep:
    """Return how far a draft has come with some answers."""
    programme = visit.programme
    return step(
        draft.kind,
        enduse.set_fields(f"{name}={value}" for name, value in draft.given.fields.items()),
        tuple(answers),
        words=visit.sheet().s,
        known=visit.answers.known,
        own_name=str(programme.size + 1),
        speaker=visit.me.party,
        place=draft.given.place or None,
        at=enduse.moment(draft.given.at),
    )


def draft_page(visit: Visit, draft: str) -> Reply:
    """Show a draft: its next question, or what will be signed, or the receipt."""
    drafts = Drafts(visit.desk.store, visit.me.id)
    one = drafts.one(draft)
    if (unsigned := one.unsigned) is not None:
        entry = visit.programme.entry_of(unsigned)
        if entry is not None:
            return receipt_page(visit, unsigned, entry)
        if visit.programme.is_next(unsigned):
            return check_page(visit, one, unsigned)
    if one.given.body is not None:
        return check_page(visit, one, prepared(visit, drafts, one, None))
    now = of_draft(visit, one, one.answers)
    if now.question is None:
        return check_page(visit, one, prepared(visit, drafts, one, now), now)
    return question_page(visit, one, now)


def prepared(visit: Visit, drafts: Drafts, draft: Draft, now: FormStep | None) -> Unsigned:
    """Return the bytes that are to be signed, and keep them: these are shown, and no others are taken."""
    body = draft.given.body if now is None or now.body is None else now.body
    place = draft.given.place if now is None else now.place
    made = visit.programme.prepare(
        draft.kind if now is None else now.kind,
        body or {},
        key=draft.key,
        occurred_at=draft.given.at,
        place=place or None,
        renamed=None if now is None else now.form.renamed,
    )
    unsigned = Unsigned(payload=made.payload, key=made.key)
    drafts.keep(msgspec.structs.replace(draft, payload=unsigned.payload))
    return unsigned


def question_page(visit: Visit, draft: Draft, now: FormStep, typed: str = "", told: tuple[Message, ...] = ()) -> Reply:
    """Ask one question; what is wrong with the answer stands above it and at it."""
    question, words = now.question, visit.sheet().s
    assert question is not None  # noqa: S101 - the page of a question
    offered = question.choices or question.offered
    values = {
        "draft": draft,
        "question": question,
        "title": called(draft.kind, words),
        "label": label_of(question, words),
        "hint": hint_of(question, words),
        "choices": choices(offered, words, fields=question.what == "more"),
        "open_ended": not question.choices,
        "asked": [(label_of(one, words), answer_words(one, said, words)) for one, said in now.asked],
        "typed": typed,
        "told": told or now.told,
    }
    return PageReply(template="desk_question.html", values=values, status=422 if told else 200)


def label_of(question: Question, words: Localizer) -> str:
    """Return what a question asks for."""
    steps = [words.translated(FIELDS[one]) if one in FIELDS else words.isolate(one) for one in question.path]
    return " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(steps)


def hint_of(question: Question, words: Localizer) -> str:
    """Return how an answer is written; nothing where that needs no words."""
    code = "" if question.form is None else question.form.code
    if question.offered:
        return words.say("write a name, or choose one of the list")
    if code == "form.unit":
        return words.say("a unit such as t, kg, litre, bag or piece, or its code")
    if code == "form.identifier":
        return words.say("as the paper or the record has it: letters a-z, digits and signs, without blanks")
    return "" if question.form is None or code == "form.text" else words.message(question.form)


def answer_words(question: Question, said: str, words: Localizer) -> str:
    """Return what was answered as whoever answered it chose it: by names and words, not by codes."""
    if question.what == "more":
        return words.translated(FIELDS[said]) if said in FIELDS else said
    known = {*question.choices, *question.offered}
    parts = [part.strip() for part in said.split(",")] if question.many else [said]
    return words.listed(one.words for one in choices(parts, words)) if known.issuperset(parts) else said


def choices(offered: Iterable[str], words: Localizer, *, fields: bool = False) -> list[Choice]:
    """Return what may be chosen, each in words."""
    found = []
    for name in list(offered)[:SHOWN_MAX]:
        told = words.translated(FIELDS[name]) if fields and name in FIELDS else ""
        told = told or (words.name(name) if words.spellings(name) else choice_word(name, words))
        found.append(Choice(name, told))
    return found


def answer(visit: Visit, draft: str) -> Reply:
    """Take an answer, or go back by one."""
    drafts = Drafts(visit.desk.store, visit.me.id)
    one = drafts.one(draft)
    if "back" in visit.fields:
        if not one.answers:
            return WayReply(f"desk/say/{one.kind}/")
        drafts.keep(msgspec.structs.replace(one, answers=one.answers[:-1], payload=b""))
        return WayReply(f"desk/draft/{one.id}/")
    if len(one.answers) >= ANSWERS_MAX:
        raise ConflictError("desk.not_yours")
    asked = of_draft(visit, one, one.answers).question
    if asked is None:
        return WayReply(f"desk/draft/{one.id}/")
    typed = meant(visit.fields.get("answer", ""), asked, visit.sheet().s)
    now = of_draft(visit, one, (*one.answers, typed))
    drafts.keep(msgspec.structs.replace(one, answers=now.answers, payload=b""))
    if now.told and len(now.answers) == len(one.answers):
        return question_page(visit, one, now, typed, now.told)
    return WayReply(f"desk/draft/{one.id}/")


def check_page(visit: Visit, draft: Draft, unsigned: Unsigned, now: FormStep | None = None) -> Reply:
    """Say in words what will be signed, made of the bytes themselves; where it would have no effect, why."""
    words, programme = visit.sheet().s, visit.programme
    key = programme.public_key(unsigned.key)
    site = programme.signing_page(visit.desk.origin)
    values = {
        "draft": draft,
        "act": act_of(unsigned.payload, words),
        "told": told_goods(unsigned.payload, words),
        "lines": said_lines(unsigned.payload, words),
        "unsigned": unsigned,
        "exact": visible(unsigned.payload.decode()),
        "problem": programme.would_fail(unsigned),
        "unknown": () if now is None else now.unknown,
        "domain": "" if site is None else site.relying_party,
        "credential": credentials(visit).get(unsigned.key, ""),
        "public_key": base64.b64encode(key).decode(),
        "payload": base64.b64encode(unsigned.payload).decode(),
        "changeable": draft.given.body is None,
    }
    return PageReply(template="desk_check.html", values=values, script=True)


def unsigned_file(visit: Visit, draft: str) -> Reply:
    """Give what is to be signed as a file, for the signing page or a command."""
    unsigned = Drafts(visit.desk.store, visit.me.id).one(draft).unsigned
    if unsigned is None:
        raise UnknownError("desk.no_page")
    return FileReply(f"unsigned-{unsigned.id[:8]}.dsse", unsigned.raw + b"\n")


def sign(visit: Visit, draft: str) -> Reply:
    """Take what was signed, in this page or elsewhere, into the record by its one door; twice is the same as once."""
    drafts, programme = Drafts(visit.desk.store, visit.me.id), visit.programme
    one = drafts.one(draft)
    if (unsigned := one.unsigned) is None:
        raise UnknownError("desk.no_page")
    raw = visit.files.get("file", b"").strip() or visit.fields.get("envelope", "").strip().encode()
    check_answers(unsigned, raw)
    if (entry := programme.entry_of(unsigned)) is not None:
        return receipt_page(visit, unsigned, entry, again=True)
    if not programme.is_next(unsigned):
        drafts.keep(msgspec.structs.replace(one, payload=b""))
        raise ConflictError("desk.moved_on")
    (taken,) = programme.record_signed([raw])
    visit.recorded = True
    if taken.index is None:
        problem: Problem | None = taken.problem
        raise ConflictError("desk.not_yours") if problem is None else ConflictError.about(problem.told)
    return WayReply(f"desk/draft/{one.id}/")


def receipt_page(visit: Visit, unsigned: Unsigned, entry: int, *, again: bool = False) -> Reply:
    """Show under which number something was recorded, in the same words, and what came of it."""
    words, programme = visit.sheet().s, visit.programme
    values: dict[str, Any] = {
        "entry": entry,
        "again": again,
        "act": act_of(unsigned.payload, words),
        "told": told_goods(unsigned.payload, words),
        "lines": said_lines(unsigned.payload, words),
        "unsigned": unsigned,
        "recorded": programme.statement(entry),
    }
    return PageReply(template="desk_receipt.html", values=values)
