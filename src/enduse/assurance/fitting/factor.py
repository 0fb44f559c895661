"""Block elimination and selected inversion of a symmetric quasi-definite matrix.

A quasi-definite matrix can be eliminated in any symmetric order without pivoting between blocks (Vanderbei, SIAM J.
Optim. 5, 1995). The selected inverse (Takahashi et al. 1973; Erisman & Tinney 1975) gives the blocks of the inverse
that the tests need, without ever forming the whole.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from enduse.assurance.fitting.layout import BlockGroup, BlockLayout

Floats = NDArray[np.float64]


class Factor:
    """A factored matrix in the storage of a layout.

    Args:
        layout: pattern and order.
        store: the entries, flat; overwritten.
        inverse: also compute the selected inverse.
    """

    def __init__(self, layout: BlockLayout, store: Floats, *, inverse: bool = True) -> None:
        self.layout = layout
        self._pivots: list[Floats] = []
        self._lowers: list[Floats] = []
        for group in layout.groups:
            self._eliminate(group, store)
        if inverse:
            self._inverse = np.empty_like(store)
            for at in range(len(layout.groups) - 1, -1, -1):
                self._select(at)

    def _view(self, group: BlockGroup, store: Floats) -> Floats:
        count = len(group.members)
        width = group.size + group.front
        return store[group.start : group.start + count * group.size * width].reshape(count, group.size, width)

    def _rows(self, p: int, store: Floats) -> Floats:
        layout = self.layout
        m, width = int(layout.size[p]), int(layout.width[p])
        return store[layout.offset[p] : layout.offset[p] + m * width].reshape(m, width)

    def _eliminate(self, group: BlockGroup, store: Floats) -> None:
        m = group.size
        view = self._view(group, store)
        pivot = np.asarray(np.linalg.inv(view[:, :, :m]), dtype=np.float64)
        coupling = view[:, :, m:]
        lower = pivot @ coupling
        self._pivots.append(pivot)
        self._lowers.append(lower)
        if not group.front:
            return
        for at, p in enumerate(group.members):  # one by one: what is worked on stays near the processor
            schur = coupling[at].T @ lower[at]
            for mine, stored in self._front(p, store):
                np.subtract(stored, schur[mine], out=stored)

    def _select(self, at: int) -> None:
        group = self.layout.groups[at]
        m = group.size
        view = self._view(group, self._inverse)
        if not group.front:
            view[:, :, :m] = self._pivots[at]
            return
        known = np.empty((group.front, group.front))
        for k, p in enumerate(group.members):
            for mine, stored in self._front(p, self._inverse):
                known[mine] = stored
                if mine[0] != mine[1]:
                    known[mine[1], mine[0]] = stored.T
            lower = self._lowers[at][k]
            across = lower @ known
            np.negative(across, out=view[k, :, m:])
            np.add(self._pivots[at][k], across @ lower.T, out=view[k, :, :m])

    def _front(self, p: int, store: Floats) -> Iterator[tuple[tuple[slice, slice], Floats]]:
        """Yield the blocks, on and above the diagonal, that a block is coupled with: among its front, and in store."""
        layout = self.layout
        m, front = int(layout.size[p]), layout.front[p]
        spans = [slice(begin := layout.column[(p, q)] - m, begin + int(layout.size[q])) for q in front]
        for i, q in enumerate(front):
            rows = self._rows(q, store)
            for j in range(i, len(front)):
                column = layout.column[(q, front[j])]
                yield (spans[i], spans[j]), rows[:, column : column + int(layout.size[front[j]])]

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
