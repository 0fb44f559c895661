"""A writer that strace can attack: for each line ``folder stop`` on standard input it forks a child that stops itself.

The child goes on when it is sent SIGCONT, does the ``work`` of the module of ``support`` that the argument names, and tells
over a pipe what is acknowledged. Forking from a warm process spares each fault the start of the interpreter.
"""

import os
import signal
import sqlite3
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from enduse.errors import EnduseError


def child(work, folder, stop, answers):
    os.kill(os.getpid(), signal.SIGSTOP)
    acknowledged = []
    code = 4
    try:
        work(Path(folder), 0, stop, acknowledged)
        code = 0
    except (EnduseError, OSError, sqlite3.Error):
        code = 3  # what the command line says in words
    except Exception:  # noqa: BLE001 - told, and then seen by its code
        traceback.print_exc()
    finally:
        with suppress(OSError):  # the call that fails may be this one
            os.write(answers, b"%d" % (acknowledged[-1] if acknowledged else 0))
        os._exit(code)


def tell(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    work = import_module(f"support.{sys.argv[1]}").work
    for line in sys.stdin:
        folder, stop = line.split()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            child(work, folder, int(stop), writing)
        os.close(writing)
        os.waitpid(pid, os.WUNTRACED)
        tell(f"stopped {pid}")
        _, status = os.waitpid(pid, 0)
        told = os.read(reading, 32)
        os.close(reading)
        tell(f"ended {status} {int(told or 0)}")


main()
