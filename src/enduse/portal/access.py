"""The page about how aid gets in: what everybody may know, late and in counts."""

from enduse.portal.answers import SiteAnswers
from enduse.views.access_public import PublicAccess


def told(answers: SiteAnswers) -> PublicAccess:
    """Return what everybody may know of access."""
    return answers.kept("access", lambda now: now.programme.access_public())


def access(answers: SiteAnswers, _about: str) -> PublicAccess:
    """Answer how aid gets in."""
    return told(answers)
