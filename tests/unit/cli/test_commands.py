"""What every command has: a language, help in it, and words for what it cannot understand."""

import re

import pytest
import typer.main
from typer.testing import CliRunner

from enduse.cli.commands import LANGUAGE
from enduse.cli.main import app
from enduse.cli.screen import console
from enduse.pages.localizer import Localizer


def walk(command=None, path=()):
    command = command or typer.main.get_command(app)
    yield command, path
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, (*path, name))


COMMANDS = {" ".join(path): command for command, path in walk()}


def run(*words, **environment):
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200", **environment})


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path or "enduse")
def test_every_command_takes_a_language_before_and_after_its_name(path):
    arabic = Localizer("ar", {}).say("Usage:")
    assert Localizer("ar", {}).say("Options") in run(*path.split(), "--lang", "ar", "--help").stdout
    assert arabic in run("--lang", "ar", *path.split(), "--help").stdout
    assert any(LANGUAGE in parameter.opts for parameter in COMMANDS[path].params)


def test_an_option_that_is_empty_unless_given_names_no_default():
    shown = run("key", "say", "--help").stdout
    assert "Why, for people." in shown
    assert "(else )" not in shown


def test_the_language_is_that_of_the_locale_where_none_is_asked_for():
    assert "\N{RIGHT-TO-LEFT ISOLATE}" in run("--help", LC_ALL="ar_EG.UTF-8").stdout
    assert "\N{RIGHT-TO-LEFT ISOLATE}" not in run("--help", LC_ALL="fr_FR.UTF-8").stdout, "there is no such catalogue"
    assert "\N{RIGHT-TO-LEFT ISOLATE}" not in run("--help", "--lang=en", LC_ALL="ar_EG.UTF-8").stdout


def test_one_run_leaves_no_language_behind():
    run("--help", "--lang", "ar")
    assert console.right_to_left
    assert "\N{RIGHT-TO-LEFT ISOLATE}" not in run("--help").stdout
    assert not console.right_to_left


def test_an_unknown_language_names_those_there_are():
    asked = run("status", "demo", "--lang", "xx")
    assert asked.exit_code == 2
    assert "no catalogue for the language xx" in asked.stderr
    assert "en, ar" in asked.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("plan demo --visits x", "--visits takes a whole number from 1"),
        ("plan demo --visits 0", "--visits takes a whole number from 1"),
        ("plan demo --visits 3 --floor 2", "--floor takes a number from 0.01 to 1"),
        ("assure demo --period-days 999", "--period-days takes a whole number from 1 to 366"),
        ("assure demo --errors guessed", "--errors takes one of: stated, estimated"),
        ("plan demo", "--visits is missing"),
        ("status", "DIR is missing"),
        ("status demo more", "nothing here takes: more"),
        ("status demo --report", "after --report its value is missing"),
        ("status demo --json=3", "--json takes no value"),
        ("status demo --jsn", "there is no option --jsn; did you mean --json?"),
        ("status demo --quickly", "there is no option --quickly"),
        ("-q", "there is no option -q"),
        ("stats demo", "there is no command stats"),
        ("record verfy", "there is no command verfy"),
    ],
)
def test_what_cannot_be_understood_is_said_in_our_words_with_a_remedy(words, told):
    asked = run(*words.split())
    assert asked.exit_code == 2
    assert asked.stdout == ""
    first, remedy = asked.stderr.splitlines()
    assert first == f"error {told}"
    assert "--help` says what can be asked" in remedy or "use one of: " in remedy


@pytest.mark.parametrize("words", ["", "record", "--lang en"])
def test_a_group_without_a_command_shows_its_help(words):
    asked = run(*words.split())
    assert asked.exit_code == 2
    assert "Commands\n" in asked.stdout


def test_a_shell_completes_the_names_of_commands_and_options():
    def completed(words):
        asked = {
            "_ENDUSE_COMPLETE": "complete_bash",
            "COMP_WORDS": f"enduse {words}",
            "COMP_CWORD": str(len(words.split())),
        }
        return run(**asked).stdout.split()

    assert completed("rele") == ["release"]
    assert completed("record v") == ["verify"]
    assert completed("status --js") == ["--json"]


def test_lines_of_a_right_to_left_language_are_whole_isolates():
    for line in run("record", "--help", "--lang", "ar").stdout.splitlines():
        depth = 0
        for mark in re.findall("[\u2066-\u2069]", line):
            depth += -1 if mark == "\u2069" else 1
            assert depth >= 0, line
        assert depth == 0, line
        assert not line or line.startswith("\u2067")
