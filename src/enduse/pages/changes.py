"""What is new since an earlier time, in words: for the terminal, a page and paper."""

from collections.abc import Iterable, Iterator

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.pages.tasks import task_words
from enduse.pages.vocabulary import MARKS, TRANCHES
from enduse.views.changes import Changes, NewStatements, OpenChange, TakenBack, TrancheChange
from enduse.views.shapes import Task
from enduse.views.statements import RecordedStatement


def changes_head(answer: Changes, words: Localizer) -> str:
    """Return between which statements what follows is new."""
    if answer.size <= answer.since_size:
        return words.say("Nothing was recorded since then.")
    return words.say(
        "After {since}, to {day}: statements {first} to {last}.",
        since=words.day(answer.since),
        day=words.day(answer.as_of),
        first=words.number(answer.since_size),
        last=words.number(answer.size - 1),
    )


def changes_parts(answer: Changes, words: Localizer) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Give what is new, part by part: its name in the answer, what it is called, and its lines."""
    yield "said", words.say("new"), [_said(answer.said, words)] if answer.said else []
    yield "money", words.say("money"), _money(answer, words)
    yield "taken_back", words.say("taken back"), (_taken_back(one, words) for one in answer.taken_back)
    yield (
        "findings",
        words.say("finding"),
        (
            words.say(
                "{finding} of {party} on {about}: {result}",
                finding=words.isolate(one.finding),
                party=words.name(one.party),
                about=words.name(one.about),
                result=words.term(one.result),
            )
            for one in answer.findings
        ),
    )
    yield "tranches", words.say("tranche"), (_tranche(one, words) for one in answer.tranches)
    yield "late", words.say("late"), (_open(one, words) for one in answer.late)
    yield "missing", words.say("missing"), (_open(one, words) for one in answer.missing)
    yield "settled", words.say("settled"), (_settled(one, words) for one in answer.settled)
    yield "leads", words.say("look at"), (words.message(lead) for lead in answer.leads)
    yield "asked", words.say("waits"), (_task(one, words) for one in answer.asked)
    yield "done", words.say("done"), (_task(one, words) for one in answer.done)


def _task(task: Task, words: Localizer) -> str:
    owner = words.name(task.owner) if task.owner else words.say("Nobody holds this yet")
    return words.say("{party}: {what}", party=owner, what=task_words(task, words))


def _said(said: tuple[NewStatements, ...], words: Localizer) -> str:
    kinds = []
    for one in said:
        what = words.term(f"{one.kind}:{one.step}" if one.step else one.kind, "act")
        kinds.append(words.say("{what}: {count}", what=what, count=words.number(one.count)))
    without = sum(one.without_effect for one in said)
    told = words.listed(kinds)
    if without:
        told += "\n" + words.count("{n} without effect", "{n} without effect", without)
    return told


def _money(answer: Changes, words: Localizer) -> Iterator[str]:
    more = (
        (mark("{amount} more pledged"), mark("{amount} less pledged")),
        (mark("{amount} more paid"), mark("{amount} less paid")),
        (mark("{amount} more spent"), mark("{amount} less spent")),
    )
    for one in answer.money:
        grown = zip(more, (one.pledged, one.paid, one.spent), strict=True)
        told = [
            words.say(up if figure.amount > 0 else down, amount=words.amount(abs(figure.amount), figure.resource))
            for (up, down), figure in grown
            if figure.amount
        ]
        yield words.listed(told)


def _taken_back(one: TakenBack, words: Localizer) -> str:
    if one.corrected is None:
        return _recorded(one.by, words)
    told = _recorded(one.corrected, words)
    return words.say("{what} (statement {entry})", what=told, entry=words.number(one.corrected.entry))


def _recorded(said: RecordedStatement, words: Localizer) -> str:
    kind = words.term(f"{said.kind}:{said.step}" if said.step else said.kind, "act")
    what = words.listed([kind, *(words.of(figure) for figure in said.amounts)])
    return words.say("{party}: {what}", party=words.name(said.statement.party), what=what)


def _tranche(one: TrancheChange, words: Localizer) -> str:
    name, now = words.name(one.tranche), words.say(TRANCHES[one.status])
    mark = words.say(MARKS[one.mark])
    if one.mark_before is None:
        return words.say("{tranche}: new. {mark}. {state}", tranche=name, mark=mark, state=now)
    before = words.say(MARKS[one.mark_before])
    was = words.say(TRANCHES[one.status_before])
    return words.say(
        "{tranche}: {mark}. {state} Before: {before}. {was}", tranche=name, mark=mark, state=now, before=before, was=was
    )


def _open(one: OpenChange, words: Localizer) -> str:
    told = missing_words(one.lost, words)
    if not one.before.amount:
        return told
    before = words.amount(abs(one.before.amount), one.before.resource)
    return words.say("{told} Before: {amount}.", told=told, amount=before)


def _settled(one: OpenChange, words: Localizer) -> str:
    figure = words.amount(abs(one.before.amount), one.before.resource)
    more = {"amount": figure, "material": words.material(one.before.resource), "item": words.name(one.lost.item)}
    if not one.now.amount:
        return words.say("{amount} of {material} in {item} is no longer open.", **more)
    left = words.amount(abs(one.now.amount), one.now.resource)
    return words.say("{amount} of {material} was open in {item}; {left} still is.", left=left, **more)
