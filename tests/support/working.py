"""A process that only says that it works."""

import os
import time
from pathlib import Path


def write_and_wait(folder: Path, number: int) -> None:
    """Write down which process this is, and wait to be ended."""
    (folder / f"{number}-{os.getpid()}").touch()
    time.sleep(600)
