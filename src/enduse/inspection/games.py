"""How often to look when one may look only a few times: the sequential inspection game.

Over n periods an inspector may visit m times. Whoever is inspected may break the rules once, or never. Caught, he
loses 1 and the inspector wins it; not caught, the other way round; nothing happens when nothing is broken. Both know
how many visits are left (Dresher, RAND RM-2972, 1962; von Stengel, Math. Oper. Res. 41, 2016).
"""

import math
from fractions import Fraction

from enduse.errors import MalformedError


def game_value(periods: int, visits: int) -> Fraction:
    """Return what the inspector wins on average, never above 0: -C(n-1, m) / (C(n, 0) + ... + C(n, m)).

    Args:
        periods: in which it may happen, n.
        visits: the inspector has left, m; more than n are as good as n.

    Raises:
        MalformedError: no period, or fewer than no visits.
    """
    if periods < 1 or visits < 0:
        raise MalformedError("no such game", remedy="one period or more, no visits or more")
    return Fraction(-math.comb(periods - 1, visits), sum(math.comb(periods, k) for k in range(visits + 1)))


def first_visit(periods: int, visits: int) -> Fraction:
    """Return the chance with which to visit in the first of the periods left; arguments and errors as above.

    Breaking the rules now must bring just what waiting brings: p - (1 - p) = value.
    """
    return (1 + game_value(periods, visits)) / 2
