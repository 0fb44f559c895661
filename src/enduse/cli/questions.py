"""Questions at the terminal: what a statement needs, asked in the reader's language until the answer fits."""

from typing import TYPE_CHECKING, Final

from rich.text import Text

from enduse.cli.output import localizer, say_message
from enduse.cli.screen import errors
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse import Question
    from enduse.pages.localizer import Localizer

OFFERED: Final = 12
"""Identifiers that are shown to choose from; with more, nobody reads them."""


class Terminal:
    """Asks whoever sits at the terminal.

    Attributes:
        language: in which texts are taken.
        asked: how many questions there were.
    """

    def __init__(self, words: "Localizer") -> None:
        self.language = words.language
        self.asked = 0
        self._words = words

    def answer(self, question: "Question") -> str:
        """Ask one question and return the answer.

        Raises:
            EOFError: nobody answers.
        """
        self.asked += 1
        errors.print(self._worded(question))
        if question.choices or question.offered:
            errors.print(Text(self._choices(question), style="dim"))
        errors.print(Text("> "), end="")
        return input()

    def wrong(self, told: Message) -> None:
        """Say what is wrong with the last answer."""
        say_message(told, style="yellow", aside=True)

    def _worded(self, question: "Question") -> Text:
        words, named = self._words, self._named(question.path)
        match question.what:
            case "more" if named:
                return Text(words.say("anything else on {field}? Its name, or nothing:", field=named), style="bold")
            case "more":
                return Text(words.say("anything else? The name of a field, or nothing:"), style="bold")
            case "sign":
                return Text(words.say("sign this?"), style="bold")
            case "which":
                return Text(words.say("{field}: which of these?", field=named), style="bold")
            case "another":
                return Text(words.say("{field}: another one?", field=named), style="bold")
        line = Text(named, style="bold")
        if question.form is not None:
            line.append(f": {words.message(question.form)}", style="dim")
        if question.many:
            line.append(f" {words.say('(several with commas between them, or nothing)')}", style="dim")
        if question.default:
            line.append(f" [{words.isolate(question.default)}]", style="cyan")
        return line

    def _named(self, path: tuple[str, ...]) -> str:
        from enduse.pages.fields import FIELDS

        words = self._words
        steps = [words.say(FIELDS[step]) if step in FIELDS else words.isolate(step) for step in path]
        return " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(steps)

    def _choices(self, question: "Question") -> str:
        from enduse.pages.fields import FIELDS

        words = self._words
        if question.what == "more":
            shown = [f"{words.isolate(name)} ({words.say(FIELDS.get(name, name))})" for name in question.choices]
        elif question.choices:
            shown = [self._explained(word) for word in question.choices]
        else:
            shown = [self._called(name) for name in question.offered[:OFFERED]]
            if len(question.offered) > OFFERED:
                left = len(question.offered) - OFFERED
                shown.append(words.count("and one more", "and {n} more", left))
        return "  " + words.say("; ").join(shown)

    def _explained(self, word: str) -> str:
        told = self._words.term(word)
        bare = self._words.isolate(word)
        return bare if told in {word, bare, self._words.isolate(word.replace("_", " "))} else f"{bare} ({told})"

    def _called(self, name: str) -> str:
        told, bare = self._words.name(name), self._words.isolate(name)
        return bare if told in {name, bare} else f"{bare} ({told})"


def terminal() -> Terminal:
    """Return whoever sits at this terminal, in the language of this run."""
    return Terminal(localizer())
