"""What :mod:`enduse` offers, behind names that are resolved on first use: a programme and its questions."""
