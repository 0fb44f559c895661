"""Block elimination and selected inversion of a symmetric quasi-definite matrix.

A quasi-definite matrix can be eliminated in any symmetric order without pivoting between blocks (Vanderbei, SIAM J.
Optim. 5, 1995). The selected inverse (Takahashi et al. 1973; Erisman & Tinney 1975) gives the blocks of the inverse
that the tests need, without ever forming the whole.
"""

import numpy as np
from numpy.typing import NDArray

from enduse.assurance.layout import Group, Layout

Floats = NDArray[np.float64]


class Factor:
    """A factored matrix in the storage of a layout.

    Args:
        layout: pattern and order.
        store: the entries, flat; overwritten.
        inverse: also compute the selected inverse.
    """

    def __init__(self, layout: Layout, store: Floats, *, inverse: bool = True) -> None:
        self.layout = layout
        self._pivots: list[Floats] = []
        self._lowers: list[Floats] = []
        for group in layout.groups:
            self._eliminate(group, store)
        if inverse:
            self._inverse = np.zeros_like(store)
            for at in range(len(layout.groups) - 1, -1, -1):
                self._select(at)

    def _view(self, group: Group, store: Floats) -> Floats:
        count = len(group.members)
        width = group.size + group.front
        return store[group.start : group.start + count * group.size * width].reshape(count, group.size, width)

    def _rows(self, p: int, store: Floats) -> Floats:
        layout = self.layout
        m, width = int(layout.size[p]), int(layout.width[p])
        return store[layout.offset[p] : layout.offset[p] + m * width].reshape(m, width)

    def _eliminate(self, group: Group, store: Floats) -> None:
        layout, m = self.layout, group.size
        view = self._view(group, store)
        pivot = np.asarray(np.linalg.inv(view[:, :, :m]), dtype=np.float64)
        coupling = view[:, :, m:]
        lower = pivot @ coupling
        self._pivots.append(pivot)
        self._lowers.append(lower)
        if not group.front:
            return
        schur = coupling.transpose(0, 2, 1) @ lower
        for at, p in enumerate(group.members):
            front = layout.front[p]
            begins = [layout.column[(p, q)] - m for q in front]
            for i, q in enumerate(front):
                rows = self._rows(q, store)
                a, b = begins[i], begins[i] + int(layout.size[q])
                for j in range(i, len(front)):
                    c, d = begins[j], begins[j] + int(layout.size[front[j]])
                    column = layout.column[(q, front[j])]
                    rows[:, column : column + d - c] -= schur[at, a:b, c:d]

    def _select(self, at: int) -> None:
        layout, group = self.layout, self.layout.groups[at]
        m = group.size
        pivot, lower = self._pivots[at], self._lowers[at]
        view = self._view(group, self._inverse)
        if not group.front:
            view[:, :, :m] = pivot
            return
        known = np.empty((len(group.members), group.front, group.front))
        for k, p in enumerate(group.members):
            front = layout.front[p]
            begins = [layout.column[(p, q)] - m for q in front]
            for i, q in enumerate(front):
                a, b = begins[i], begins[i] + int(layout.size[q])
                rows = self._rows(q, self._inverse)
                for j in range(i, len(front)):
                    c, d = begins[j], begins[j] + int(layout.size[front[j]])
                    column = layout.column[(q, front[j])]
                    part = rows[:, column : column + d - c]
                    known[k, a:b, c:d] = part
                    if j > i:
                        known[k, c:d, a:b] = part.T
        across = -lower @ known
        view[:, :, m:] = across
        view[:, :, :m] = pivot - across @ lower.transpose(0, 2, 1)

    def forget(self) -> None:
        """Give the memory of the selected inverse back once its blocks have been read; :meth:`solve` needs it not."""
        self._inverse = np.zeros(0)

    def inverse(self, p: int, q: int) -> Floats:
        """Return the block (p, q) of the inverse; p and q must be the same or coupled."""
        layout = self.layout
        if layout.rank[p] > layout.rank[q]:
            return self.inverse(q, p).T
        column = layout.column[(p, q)]
        return self._rows(p, self._inverse)[:, column : column + int(layout.size[q])]

    def solve(self, right: Floats) -> Floats:
        """Solve for many right-hand sides.

        Args:
            right: shape (unknowns, r).

        Returns:
            The solutions, same shape.
        """
        x = right.copy()
        groups = self.layout.groups
        for at, group in enumerate(groups):
            if group.front:
                np.subtract.at(x, group.front_rows, self._lowers[at].transpose(0, 2, 1) @ x[group.rows])
        for at in range(len(groups) - 1, -1, -1):
            group = groups[at]
            value = self._pivots[at] @ x[group.rows]
            if group.front:
                value -= self._lowers[at] @ x[group.front_rows]
            x[group.rows] = value
        return x
