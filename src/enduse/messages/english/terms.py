"""Words of the vocabulary that stand in for codes inside sentences: kinds of statement, steps, states, outcomes."""

from typing import Final

TERMS: Final[dict[str, str]] = {}
