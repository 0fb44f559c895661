"""Whether enough records were checked on visits, in words."""

from collections.abc import Iterator

from enduse.pages.localizer import Localizer
from enduse.pages.visits_words import share_words
from enduse.views.enough import CheckedRecords


def enough_words(found: CheckedRecords, words: Localizer) -> Iterator[str]:
    """Give how many of all records may be false by what was checked, and whether to stop or go on."""
    answer = found.answer
    share = share_words(float(found.bearable), words)
    if not answer.looks:
        yield words.say("No visit has said how many records it checked.")
    else:
        last = answer.looks[-1]
        yield words.say(
            "Records: {population}; checked on visits: {checked}; of these false: {false}. Of all, {least} to {most} may be false.",
            population=words.number(answer.population),
            checked=words.number(last.checked),
            false=words.number(last.false),
            least=words.number(last.least),
            most=words.number(last.most),
        )
    if answer.verdict == "at_most":
        yield words.say("It is shown that at most {share} are false: checking may stop.", share=share)
    elif answer.verdict == "more":
        yield words.say("It is shown that more than {share} are false.", share=share)
    elif answer.further is not None:
        yield words.say(
            "Not shown yet whether more or less than {share} are false. Go on: {further} more, none of them false, would show less.",
            share=share,
            further=words.number(answer.further),
        )
    else:
        yield words.say("Not shown yet whether more or less than {share} are false. Go on.", share=share)
    yield words.say(
        "These limits hold at every look, with a chance of error of at most {wrong}, if the records checked were drawn at random"
        " from all, each once.",
        wrong=share_words(float(found.wrong), words),
    )
