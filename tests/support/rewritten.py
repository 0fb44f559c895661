"""Tests with their assertions rewritten, made before the workers start: in a fresh clone each would else make all of them.

Workers collect the same files in the same order at the same time, so none finds what another has just made.
"""

import os
import sys
from multiprocessing import get_context
from pathlib import Path

from _pytest.assertion.rewrite import PYC_TAIL, _read_pyc, _rewrite_test, _write_pyc, assertstate_key, get_cache_dir


def rewrite(config, files):
    """Rewrite those that are not yet, on every processor, to where pytest looks for them."""
    if sys.dont_write_bytecode:
        return
    count = os.cpu_count() or 1
    fork = get_context("fork")
    processes = [fork.Process(target=_rewrite, args=(config, files[start::count])) for start in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def _rewrite(config, files):
    for file in files:
        kept = get_cache_dir(file) / f"{file.stem}{PYC_TAIL}"
        if _read_pyc(file, kept) is None:
            hashed, code = _rewrite_test(file, config)
            kept.parent.mkdir(exist_ok=True)
            _write_pyc(config.stash[assertstate_key], code, hashed, kept)


def all_tests():
    """Give the files that pytest rewrites, the longest first."""
    tests = Path(__file__).parents[1]
    return sorted(tests.rglob("*.py"), key=lambda file: -file.stat().st_size)
