"""What every benchmark prints first: the machine it ran on, and how busy it was."""

import os
import platform
import sqlite3
from pathlib import Path


def describe() -> str:
    """Return one line on processor, cores, load, Python and SQLite."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    except OSError:
        model = platform.processor() or "unknown"
    load = os.getloadavg()[0]
    return (
        f"machine: {model}, {os.cpu_count()} cores, load {load:.1f} before the run;"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
