"""Questions at the terminal: what a statement needs, asked in the reader's language until the answer fits."""

from typing import TYPE_CHECKING, Final

from rich.text import Text

from enduse.cli.output import localizer, say_message
from enduse.cli.screen import errors
from enduse.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        """Ask one question and return the answer; of what is offered, a number or a name in any language stands for its identifier.

        Raises:
            EOFError: nobody answers.
        """
        self.asked += 1
        shown = question.choices or question.offered[:OFFERED]
        while True:
            errors.print(self._worded(question))
            for line in self._lines(question, shown):
                errors.print(Text(line, style="dim"))
            errors.print(Text("> "), end="")
            said = input().strip()
            if question.many and not question.choices:
                parts = [part.strip() for part in said.split(",") if part.strip()]
                meant = [self._meant(part, question, shown) for part in parts]
                return ", ".join(each[0] if len(each) == 1 else part for part, each in zip(parts, meant, strict=True))
            if not said and question.offered and question.default is None:
                continue
            found = self._meant(said, question, shown)
            if len(found) > 1:
                shown = tuple(found)
            elif question.offered and (not found[0].isascii() or " " in found[0]):
                errors.print(Text(self._words.say("none of these is called {name}", name=said), style="yellow"))
            else:
                return found[0]

    def _meant(self, said: str, question: "Question", shown: "Sequence[str]") -> "Sequence[str]":
        """Return what an answer stands for: itself, or one of what is offered; several where it is a part of several names."""
        among = question.choices or question.offered
        if not said or said in among:
            return (said,)
        if said.isdecimal() and 0 < int(said) <= len(shown):
            return (shown[int(said) - 1],)
        if question.choices:
            return (said,)
        folded = said.casefold()
        called = {name: [name, *self._words.spellings(name)] for name in among}
        same = [name for name, texts in called.items() if any(text.casefold() == folded for text in texts)]
        alike = [name for name, texts in called.items() if any(folded in text.casefold() for text in texts)]
        return tuple(same or alike[:OFFERED]) or (said,)

    def wrong(self, told: Message) -> None:
        """Say what is wrong with the last answer."""
        say_message(told, style="yellow", aside=True)

    def _worded(self, question: "Question") -> Text:
        words, named = self._words, self._named(question.path)
        match question.what:
            case "more" if named:
                return Text(
                    words.say("anything else on {field}? Its number or name, or nothing:", field=named), style="bold"
                )
            case "more":
                return Text(words.say("anything else? Its number or name, or nothing:"), style="bold")
            case "sign":
                return Text(words.say("sign this?"), style="bold")
            case "which":
                return Text(words.say("{field}: which of these?", field=named), style="bold")
            case "another":
                return Text(words.say("{field}: another one?", field=named), style="bold")
        line = Text(named, style="bold")
        if form := self._form(question):
            line.append(f": {form}", style="dim")
        if question.many:
            line.append(f" {words.say('(several with commas between them, or nothing)')}", style="dim")
        if question.default:
            line.append(f" [{words.isolate(question.default)}]", style="cyan")
        return line

    def _form(self, question: "Question") -> str:
        """Say what is to be written."""
        words, code = self._words, "" if question.form is None else question.form.code
        if question.offered:
            return words.say("one of these, by its number or name")
        if code == "form.unit":
            return words.say("a unit such as t, kg, litre, bag or piece, or its code")
        if code == "form.identifier":
            return words.say("as the paper or the record has it: letters a-z, digits and signs, without blanks")
        return "" if question.form is None else words.message(question.form)

    def _named(self, path: tuple[str, ...]) -> str:
        from enduse.pages.fields import FIELDS

        words = self._words
        steps = [words.say(FIELDS[step]) if step in FIELDS else words.isolate(step) for step in path]
        return " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(steps)

    def _lines(self, question: "Question", shown: "Sequence[str]") -> "Iterator[str]":
        """Give what may be chosen, each with its number before it."""
        from enduse.pages.fields import FIELDS

        words = self._words
        for number, name in enumerate(shown, 1):
            if question.what == "more":
                told = f"{words.isolate(name)} ({words.say(FIELDS.get(name, name))})"
            else:
                told = self._explained(name) if question.choices else self._called(name)
            yield f"  {number}  {told}"
        if shown and not question.choices and len(question.offered) > len(shown):
            left = len(question.offered) - len(shown)
            yield "  " + words.count(
                "and one more: write a part of its name", "and {n} more: write a part of the name", left
            )

    def _explained(self, word: str) -> str:
        from enduse.pages.choices import choice_word

        told = choice_word(word, self._words)
        bare = self._words.isolate(word)
        return bare if told in {word, bare, self._words.isolate(word.replace("_", " "))} else f"{bare} ({told})"

    def _called(self, name: str) -> str:
        told, bare = self._words.name(name), self._words.isolate(name)
        return bare if told in {name, bare} else f"{told} ({bare})"


def terminal() -> Terminal:
    """Return whoever sits at this terminal, in the language of this run."""
    return Terminal(localizer())
