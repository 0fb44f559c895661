"""The command ``enduse`` without its second of imports: a process that has imported everything forks for each command.

What is run is the command itself, in a process, folder and environment of its own; only what Python would import anew each
time is there already. That every module imports on its own is tried elsewhere (``tests/e2e/test_minimal.py``).
"""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

BYTES_MAX = 1 << 20
STANDARD = 0, 1, 2
LATER = "duckdb openpyxl psycopg python_calamine scipy.optimize scipy.stats scipy.sparse segno typst uvicorn lxml.etree"
"""What some commands import only when they come to need it: a second and more of each of them."""
STARTED = 30
# Nothing but the standard library, and neither site-packages nor the user's own: it starts in a few milliseconds.
STUB = """#!{python} -IS
import json, os, socket, sys
asked = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
asked.connect({place!r})
words = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
asked.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, {most})
socket.send_fds(asked, [words], [0, 1, 2])
sys.exit(int(asked.recv(8) or b"1"))
"""


@contextmanager
def forked_commands(environment, before=None):
    """Give a folder whose ``enduse`` forks from one process that has imported everything; for the front of ``PATH``.

    That process imports in ``environment``: some of it (the width of the screen) counts once for all. ``before`` is called in
    it first, as by ``subprocess``.
    """
    with TemporaryDirectory(prefix="enduse-commands-") as folder:
        place = Path(folder, "socket")
        stub = Path(folder, "enduse")
        stub.write_text(STUB.format(python=sys.executable, place=str(place), most=BYTES_MAX), encoding="utf-8")
        stub.chmod(0o755)
        server = subprocess.Popen(
            [sys.executable, "-P", __file__, place],
            env=environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=before,  # noqa: PLW1509 - system calls alone
        )
        try:
            ends = time.monotonic() + STARTED
            while not place.exists():
                assert server.poll() is None, "the process that has imported everything ended"
                assert time.monotonic() < ends
                time.sleep(0.01)
            yield folder
        finally:
            server.terminate()
            server.wait()


def _import_everything():
    from importlib import import_module
    from pkgutil import walk_packages

    import enduse

    for module in walk_packages(enduse.__path__, "enduse."):
        import_module(module.name)
    for name in LATER.split():
        import_module(name)
    # What Python imports only to read a line and to say a sentence is had by a command that is refused.
    sys.argv = ["enduse", "status", "nowhere"]
    with redirect_stderr(StringIO()) as told:
        assert _run() == 2
    assert "nowhere" in told.getvalue()


def _wait(child, asked):
    """Wait for a command; whoever asked for it and went away has it ended too."""
    asked.setblocking(False)
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            asked.send(str(os.waitstatus_to_exitcode(status) & 0xFF).encode())
            return
        try:
            if not asked.recv(1):
                os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)
                return
        except BlockingIOError:
            time.sleep(0.002)


def _take_leave_of_the_ended():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _serve(place):
    """Fork for each command; returns its words in the process in which it is to run."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    made = Path(f"{place}.new")
    listener.bind(str(made))
    listener.listen(64)
    made.rename(place)
    while True:
        asked, _ = listener.accept()
        if os.fork():
            asked.close()
            _take_leave_of_the_ended()
            continue
        listener.close()
        message, files, _, _ = socket.recv_fds(asked, BYTES_MAX, len(STANDARD))
        if child := os.fork():
            for file in files:
                os.close(file)
            _wait(child, asked)
            os._exit(0)
        asked.close()
        for here, file in zip(STANDARD, files, strict=True):
            os.dup2(file, here)
            os.close(file)
        words, folder, environment = json.loads(message)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        return words


def _run():
    """Run the command whose words are the process's; return its exit code."""
    from enduse.cli.main import main

    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


if __name__ == "__main__":
    place = sys.argv[1]
    _import_everything()
    gc.collect()
    gc.freeze()  # what is imported is nobody's garbage: a fork that does not look through it does not copy it
    sys.argv = ["enduse", *_serve(place)]
    code = _run()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # to take all modules apart again takes longer than most commands
