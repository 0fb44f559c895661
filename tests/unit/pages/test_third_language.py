"""A catalogue hardly begun: what it says is said, all else is English, message by message."""

import shutil

import catalogues
import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.cli.output import speak
from enduse.messages import Message
from enduse.pages import catalogue
from enduse.pages.localizer import Localizer

SAID = {
    "Options": "אפשרויות",
    "there is no option {option}": "אין אפשרות {option}",
}


def forget():
    for cached in (catalogue.languages, catalogue.signing_languages, catalogue.catalogue, catalogue._head):
        cached.cache_clear()


@pytest.fixture
def hebrew(tmp_path, monkeypatch):
    """Catalogues with one more beside Arabic, of every message, in which two are translated."""
    locale = tmp_path / "locale"
    shutil.copytree(catalogues.LOCALES / "ar", locale / "ar")
    monkeypatch.setattr(catalogues, "LOCALES", locale)
    monkeypatch.setattr(catalogue, "_folder", lambda: locale)
    catalogues.start("he")
    path = locale / "he" / "LC_MESSAGES" / "messages.po"
    text = catalogues.updated(path)
    for message, translation in SAID.items():
        entry = f'msgid "{message}"\nmsgstr '
        assert entry + '""' in text
        text = text.replace(entry + '""', f'{entry}"{translation}"')
    path.write_text(text, encoding="utf-8")
    forget()
    yield path
    monkeypatch.undo()
    forget()
    speak("en")


@pytest.mark.usefixtures("hebrew")
def test_each_message_is_said_in_the_language_or_in_english():
    words = Localizer("he", {})
    assert (words.direction, catalogue.own_name("he")) == ("rtl", "עברית")
    assert words.say("Options") == "אפשרויות"
    assert words.say("Commands") == "Commands"
    unknown = Message.of("command.unknown_option", option="--x", command="enduse status")
    assert words.message(unknown) == "אין אפשרות --x"
    assert words.remedy(unknown) == "`enduse status --help` says what can be asked"
    assert words.count("One lead", "{n} leads", 3) == "3 leads"
    assert words.term("accepted") == "accepted"


@pytest.mark.usefixtures("hebrew")
def test_a_command_speaks_an_unfinished_language():
    told = CliRunner().invoke(app, ["status", "--help", "--lang", "he"]).stdout
    assert "אפשרויות" in told
    assert "Usage:" in told
    refused = CliRunner().invoke(app, ["status", "demo", "--quickly"], env={"LC_ALL": "he_IL.UTF-8"})
    assert refused.exit_code == 2
    assert "אין אפשרות" in refused.stderr
    assert "says what can be asked" in refused.stderr


@pytest.mark.usefixtures("hebrew")
def test_pages_are_published_in_it_where_it_is_wanted():
    assert catalogue.languages() == ("en", "ar", "he")
    assert catalogue.published(("he", "fa", "en")) == ("he", "en")
    assert catalogue.published(("fa",)) == ("en",)
    assert catalogue.published() == ("en", "ar"), "nobody signs in a language that is hardly begun"


def test_a_started_catalogue_has_the_plural_rule_and_stays_as_it_is(hebrew):
    text = hebrew.read_text(encoding="utf-8")
    assert "Plural-Forms: nplurals=" in text
    catalogues.start("he")
    assert hebrew.read_text(encoding="utf-8") == text
    assert catalogues.updated(hebrew) == text
