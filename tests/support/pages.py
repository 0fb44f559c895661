"""Pages of documentation as programs: their blocks of code, and a folder in which they are run in order.

How a page is written so that it can be run stands in ``CONTRIBUTING.md``.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SUFFIXES = {"csv": ".csv", "yaml": ".yaml", "toml": ".toml", "json": ".json", "xml": ".xml"}
EXIT_CODE = re.compile(r"\(exit code (\d)\)$")
PRINTS = re.compile(r"# .*\bprints ([A-Z]{3,})")
SHAPE = re.compile(r"\b[A-Z]{3,}\b")
DEMO = re.compile(r"(.*/bin/)?enduse demo( --into demo( --seed 1)?)?( #.*)?")
"""The demo, by its own name or as ``make demo`` asks for it: 1 is the seed where none is given."""
OURS = re.compile(r"/bin/enduse |hatchling build")
TIMEOUT = 120
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1"}


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, its first line in the page, and the prose since the block before."""

    language: str
    text: str
    line: int
    prose: str

    @property
    def file(self) -> str | None:
        """The file the reader is told to save the block as: the last name with a fitting suffix in the prose before."""
        suffix = SUFFIXES.get(self.language)
        names = re.findall(rf"`([\w-]+{re.escape(suffix)})`", self.prose) if suffix else []
        return names[-1] if names else None


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    found, after = [], 0
    for match in FENCE.finditer(page):
        line = page.count("\n", 0, match.start()) + 2
        found.append(Block(match[1], match[2], line, page[after : match.start()]))
        after = match.end()
    return found


def commands(block: Block) -> list[tuple[int, str]]:
    """Return the commands of a block of shell, each with its line; a line that ends in a backslash goes on."""
    found, started, held = [], block.line, ""
    for number, line in enumerate(block.text.splitlines(), block.line):
        if not held:
            started = number
        held += line + "\n"
        if not line.endswith("\\"):
            if held.strip() and not held.startswith("#"):
                found.append((started, held.strip()))
            held = ""
    return found


class Reader:
    """Somebody who does what a page says, in a folder of his own beside a copy of the examples."""

    def __init__(
        self, page: Path, folder: Path, made_demo: tuple[str, Path] | None = None, commands_in: str | None = None
    ):
        """Read in a folder.

        Args:
            page: what is read.
            folder: where.
            made_demo: what ``enduse demo`` printed and made once, which is the same each time.
            commands_in: folder of an ``enduse`` that starts sooner than the installed one.
        """
        self.page, self.folder, self.made_demo = page, folder, made_demo
        self.printed = ""
        self.known: dict[str, str] = {}
        if not (folder / "examples").exists():
            (folder / "examples").symlink_to(ROOT / "examples")
        places = [commands_in] if commands_in else []
        places += [str(Path(sys.executable).parent), os.environ["PATH"]]
        self.environment = ENVIRONMENT | {"PATH": os.pathsep.join(places), "HOME": str(folder)}

    def read(self) -> int:
        """Do what the page says; return how many commands were run."""
        done = 0
        for block in blocks(self.page.read_text(encoding="utf-8")):
            if block.language == "sh":
                self.printed = ""
                for line, command in commands(block):
                    self.printed += self.run(line, command)
                    done += 1
            elif block.language == "python":
                self.printed = self.start([sys.executable, "-c", block.text], block.line, 0)
                done += 1
            elif block.language == "text" and not block.prose.strip():
                self.compare(block)
            elif block.file:
                (self.folder / block.file).write_text(block.text, encoding="utf-8")
        return done

    def run(self, line: int, command: str) -> str:
        """Run one command; it must end as its comment says."""
        if command.startswith("make "):
            command = self.made(command)
        code, mark, comment = command.partition(" # ")
        for name, value in self.known.items():
            code = re.sub(rf"\b{name}\b", value, code)
        command = code + mark + comment
        wanted = EXIT_CODE.search(command)
        printed = self.start(["bash", "-c", command], line, int(wanted[1]) if wanted else 0)
        if promised := PRINTS.search(command):
            self.known[promised[1]] = self.value(promised[1], printed, line)
        return printed

    def start(self, words: list[str], line: int, wanted: int) -> str:
        if DEMO.fullmatch(words[-1]) and self.made_demo and not (self.folder / "demo").exists():
            printed, made = self.made_demo
            shutil.copytree(made, self.folder / "demo")
            return printed
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
        said = f"{self.page.name}:{line}: {words[-1]}\n{done.stdout}{done.stderr}"
        assert done.returncode == wanted, f"{said}\nexit code {done.returncode}"
        assert "Traceback" not in done.stderr, said
        return done.stdout

    def made(self, command: str) -> str:
        """Return what a target of the Makefile runs of ours or builds; ``:`` where it runs the tests and other tools."""
        words = command.partition("#")[0].split()
        asked = subprocess.run(
            # The portal of the demo stands until its reader ends it.
            [words[0], "--dry-run", f"VENV={sys.prefix}", "SERVE=0", *words[1:]],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert asked.returncode == 0, asked.stderr
        return "\n".join(line for line in asked.stdout.splitlines() if OURS.search(line)) or ":"

    def value(self, name: str, printed: str, line: int) -> str:
        """Return what a command printed that later commands call ``name``: a count of entries, or a hash."""
        pattern = r"([\d,]+) entries" if name == "SIZE" else r"\b([0-9a-f]{64})\b"
        found = re.findall(pattern, printed)
        assert found, f"{self.page.name}:{line}: it does not print {name}\n{printed}"
        return str(found[-1]).replace(",", "")

    def compare(self, block: Block) -> None:
        """Hold what was printed against what the page shows; an ellipsis stands for anything."""
        shown = "\n".join(line.rstrip() for line in block.text.rstrip().splitlines())
        printed = "\n".join(line.rstrip() for line in self.printed.rstrip().splitlines())
        pattern = re.escape(shown).replace("…", ".*")
        assert re.fullmatch(pattern, printed, re.DOTALL), (
            f"{self.page.name}:{block.line} shows\n{shown}\n\nnot\n{printed}"
        )


def unchecked(page: str) -> list[str]:
    """Return the indented commands of a page that are neither run nor the mere shape of a command (``DIR``, ``FILE``)."""
    bare = FENCE.sub("", page)
    found = re.findall(r"^ {4,}((?:enduse|make|python|pip) .*)$", bare, re.MULTILINE)
    return [command for command in found if not SHAPE.search(command)]
