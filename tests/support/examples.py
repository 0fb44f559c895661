"""How many examples a property is tried on: a third of them in ``make test``, all in ``make soak``, which draws others each time."""

from hypothesis import settings

SHARE = 3
FEW = 8


def examples(whole):
    """Return how many of so many; a few are tried in any case."""
    return whole if settings.get_current_profile_name() == "drawn" else max(whole // SHARE, min(whole, FEW))
