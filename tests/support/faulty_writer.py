"""A writer that strace can attack: for each line ``folder stop`` on standard input it forks a child that stops itself.

The child goes on when it is sent SIGCONT, appends and publishes, and tells over a pipe what is acknowledged. Forking
from a warm process spares each fault the start of the interpreter.
"""

import os
import signal
import sys
from pathlib import Path

from enduse.errors import EnduseError
from support.record_faults import work


def child(folder, stop, answers):
    os.kill(os.getpid(), signal.SIGSTOP)
    acknowledged = []
    code = 0
    try:
        work(Path(folder), 0, stop, acknowledged)
    except (EnduseError, OSError):
        code = 3
    finally:
        os.write(answers, b"%d" % (acknowledged[-1] if acknowledged else 0))
        os._exit(code)


def tell(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    for line in sys.stdin:
        folder, stop = line.split()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            child(folder, int(stop), writing)
        os.close(writing)
        os.waitpid(pid, os.WUNTRACED)
        tell(f"stopped {pid}")
        _, status = os.waitpid(pid, 0)
        told = os.read(reading, 32)
        os.close(reading)
        tell(f"ended {status} {int(told or 0)}")


main()
