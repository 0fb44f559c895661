"""The page about how aid gets in: what everybody may know, late and in counts."""

from typing import Final

from enduse.portal.answers import SiteAnswers
from enduse.views.access_public import PublicAccess

KINDS: Final = frozenset(("movement", "clearance", "incident"))
"""Kinds that could tell where somebody is, or of whom there are few: not even the kind is told, nor how many there are."""
_NAMED: Final = ("movement", "incident")


def told(answers: SiteAnswers) -> PublicAccess:
    """Return what everybody may know of access."""
    return answers.kept("access", lambda now: now.programme.access_public())


def access(answers: SiteAnswers, _about: str) -> PublicAccess:
    """Answer how aid gets in."""
    return told(answers)


def names(answers: SiteAnswers) -> frozenset[str]:
    """Return what names movements, incidents and the statements about access, wherever else it stands."""
    return answers.kept("of access", _names)


def _names(answers: SiteAnswers) -> frozenset[str]:
    found: set[str] = set()
    for kind in KINDS & answers.status.statements.keys():
        for one in answers.programme.statements(kind=kind):
            body = getattr(one.statement, "body", None)
            found |= {one.id, *filter(None, (getattr(body, name, None) for name in _NAMED))}
    return frozenset(
        found - answers.names.keys()
    )  # nobody hides what is said of a party by giving its name to a movement
