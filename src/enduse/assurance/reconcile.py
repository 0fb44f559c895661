"""Reconciling one set of flows with its balances: best estimates and the tests of the process industry.

Weighted least squares under linear balances (Kuehn & Davidson, Chem. Eng. Prog. 57, 1961), the global chi-square test
and the measurement test of each reading (Mah & Tamhane, AIChE J. 28, 1982). For a network over time with shared
instruments use :class:`enduse.assurance.Assessor`.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from enduse.errors import MalformedError

Floats = NDArray[np.float64]


class Reconciled(msgspec.Struct, frozen=True):
    """Flows that close the balances.

    Attributes:
        flows: best estimates, shape (n,). sd: of each, shape (n,).
        statistic: global test, chi-square with ``freedom`` degrees of freedom when nothing is wrong; ``p_value``.
        tests: measurement test of each reading, N(0, 1) when nothing is wrong, shape (n,).
    """

    flows: Floats
    sd: Floats
    statistic: float
    freedom: int
    p_value: float
    tests: Floats


def reconcile(readings: Floats, variances: Floats, balances: Floats) -> Reconciled:
    """Reconcile readings with linear balances.

    Args:
        readings: shape (n,).
        variances: shape (n,), above zero.
        balances: rows that the true flows sum to zero with, +1 in and -1 out, shape (m, n).

    Raises:
        MalformedError: shapes that do not fit, or a variance that is not above zero.
    """
    if readings.shape != variances.shape or balances.shape[1:] != readings.shape or not np.all(variances > 0):
        raise MalformedError(
            "readings, variances and balances do not fit", remedy="one variance above zero per reading"
        )
    imbalance = balances @ readings
    spread = balances @ (variances[:, None] * balances.T)
    weights = np.linalg.solve(spread, imbalance)
    correction = variances * (balances.T @ weights)
    removed = np.einsum("mn,mn->n", balances, np.linalg.solve(spread, balances)) * variances**2
    statistic = float(imbalance @ weights)
    freedom = int(np.linalg.matrix_rank(balances))
    tests = np.where(removed > 0, correction / np.sqrt(np.where(removed > 0, removed, 1.0)), 0.0)
    left = np.sqrt(np.maximum(variances - removed, 0.0))
    return Reconciled(readings - correction, left, statistic, freedom, float(special.chdtrc(freedom, statistic)), tests)
