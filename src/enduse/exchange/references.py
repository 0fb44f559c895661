"""What a programme file names and does not describe: a mandate for a party, place or function that is nowhere is a fault.

Recorded, each would be a statement without effect, one by one, that nobody can take back. What others may describe later (who is
paid, what a claim is about) is left alone.
"""

from collections.abc import Iterable, Iterator

from enduse.errors import Problem
from enduse.exchange.unsigned import UnsignedStatement
from enduse.messages import Message
from enduse.statements.condition import ConditionBody
from enduse.statements.mandate import MandateBody
from enduse.statements.programme import PlaceBody, ProgrammeBody
from enduse.statements.works import MilestoneBody
from enduse.terms.forms import nearest


class References:
    """What a programme file describes: also where the description is at fault, which is told by itself."""

    def __init__(self, founding: ProgrammeBody, described: Iterable[tuple[str, str]]) -> None:
        """Take the founding, and the kind (such as ``party``) and identifier of everything that is described."""
        known = list(described)
        self._parties = {founding.keeper, *(name for kind, name in known if kind in {"party", "umbrella"})}
        self._places = {name for kind, name in known if kind == "place"}
        self._projects = {name for kind, name in known if kind == "project"}
        self._functions = {function.function for function in founding.functions}

    def of_founding(self, founding: ProgrammeBody) -> Iterator[tuple[str, Problem]]:
        """Give what the founding names and does not describe, each with its path in the founding."""
        for at, rule in enumerate(founding.rules):
            yield from self._functions_in((rule.function,), f".rules[{at}].function")
        for at, apart in enumerate(founding.incompatible):
            yield from self._functions_in(apart.functions, f".incompatible[{at}].functions")
        for at, offer in enumerate(founding.offer_rules):
            yield from self._functions_in((offer.function,), f".offer_rules[{at}].function")

    def of_statement(self, one: UnsignedStatement) -> Iterator[tuple[str, Problem]]:
        """Give what a statement names and nobody describes, each with its path in the statement's body."""
        if one.party is not None and one.party not in self._parties:
            yield "", _nowhere("party", one.party, self._parties)
        match one.body:
            case MandateBody(action="offer", holder=holder, functions=functions, places=places):
                if holder is not None and holder not in self._parties:
                    yield ".holder", _nowhere("party", holder, self._parties)
                yield from self._functions_in(functions, ".functions")
                for name in places:
                    if name not in self._places:
                        yield ".places", _nowhere("place", name, self._places)
            case PlaceBody(within=str(name)) if name not in self._places:
                yield ".within", _nowhere("place", name, self._places)
            case ConditionBody(project=name) | MilestoneBody(project=name) if name not in self._projects:
                yield ".project", _nowhere("project", name, self._projects)

    def _functions_in(self, names: tuple[str, ...], path: str) -> Iterator[tuple[str, Problem]]:
        for name in names:
            if name not in self._functions:
                yield path, _nowhere("function", name, self._functions)


def _nowhere(what: str, name: str, known: set[str]) -> Problem:
    meant = nearest(name, known)
    if meant is None:
        return Problem.about(Message.of("programme_file.described_nowhere", what=what, name=name))
    return Problem.about(Message.of("programme_file.described_nowhere_like", what=what, name=name, nearest=meant))
