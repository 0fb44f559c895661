"""Public pages in the languages that have a catalogue of public pages alone: whole, marked where not, in their own numbers and dates."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import enduse
from enduse.messages import Message
from enduse.pages.catalogue import CLOSES, OPENS, languages, public_alone, unread
from enduse.pages.foreign import english_marked
from enduse.pages.html import PageLocalizer
from enduse.pages.localizer import Localizer
from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers
from enduse.portal.drawing import PageWords
from enduse.portal.pages import PAGES, known
from enduse.portal.site import compose

PUBLIC = [each for each in languages() if public_alone(each)]
MARKED = re.compile(r'<span lang="en" dir="ltr">(.*?)</span>', re.DOTALL)


@pytest.fixture(scope="module")
def answers(played_demo):
    with enduse.open(played_demo[1]) as programme:
        yield SiteAnswers(programme)


@pytest.mark.parametrize("language", PUBLIC)
def test_no_public_page_says_anything_in_english(answers, language):
    for name, what in PAGES.items():
        about = max(known(answers, what), key=len) if what.about else ""
        made = compose(answers, name, about and slug(what.kind, about), language)
        text = made.data.decode()
        assert MARKED.findall(text) == [], name
        assert OPENS not in text
        assert CLOSES not in text
        assert f'<html lang="{language}"' in text
        assert "words/#translation" in text


def test_what_is_said_in_english_is_marked_but_where_nothing_may_be():
    words = PageLocalizer("fr", {})
    told = words.message(Message.of("command.unknown_option", option="--x", command="enduse"))
    assert english_marked(str(told)) == '<span lang="en" dir="ltr">there is no option <bdi>--x</bdi></span>'
    english = words.say("no such message")
    for inside in (f'<p title="{english}">', f"<title>{english}</title>", f"<svg><text x='1'>{english}</text></svg>"):
        assert english_marked(inside) == inside.replace(OPENS, "").replace(CLOSES, "")
    assert words.count("one such", "{n} such", 3).startswith(OPENS)
    assert PageLocalizer("ar", {}).say("movement") == "التنقل", "a whole language has no marks"
    assert Localizer("fr", {}).say("no such message") == "no such message", "a terminal has no marks"


def test_the_way_to_the_desk_leads_to_a_language_in_which_people_sign():
    french = PageWords("fr", {}, here="money/")
    assert (french.to("desk/"), french.to("ask/")) == ("../../en/desk/", "../../fr/ask/")
    assert PageWords("ar", {}, here="money/").to("desk/") == "../../ar/desk/"
    assert [each for each, _, _ in PageWords("en", {}, here="desk/").all_tongues()] == ["en", "ar"]
    assert unread("fr")
    assert not unread("ar")


PERSIAN = str.maketrans("0123456789.,%", "".join(map(chr, [*range(0x6F0, 0x6FA), 0x66B, 0x66C, 0x66A])))
DAY = datetime(2026, 4, 27, 10, 30, tzinfo=UTC)
WRITTEN = {
    "en": ("1,234.5", "27 April 2026", "12.5%", "USD\u00a01.5 million", "1.5\u00a0litres", "-3"),
    "ar": ("1,234.5", "27 أبريل 2026", "12.5%", "1.5 مليون دولار أمريكي", "1.5\u00a0لتر", "\u200e-3"),
    "fa": [
        each.translate(PERSIAN)
        for each in ("1,234.5", "27 آوریل 2026", "12.5%", "1.5 میلیون دلار آمریکا", "1.5\u00a0لیتر", "\u200e-3")
    ],
    "he": ("1,234.5", "27 באפריל 2026", "12.5%", "\u200f1.5 מיליון דולר אמריקאי", "1.5\u00a0ליטר", "\u200e-3"),  # noqa: RUF001
    "uk": ("1\u00a0234,5", "27 квітня 2026", "12,5%", "1,5 мільйона доларів США", "1,5\u00a0літра", "-3"),  # noqa: RUF001
    "fr": ("1\u202f234,5", "27 avril 2026", "12,5\u00a0%", "1,5 million USD", "1,5\u00a0litre", "-3"),
}


@pytest.mark.parametrize("language", languages())
def test_numbers_days_money_and_units_are_written_as_in_the_language(language):
    words = Localizer(language, {})
    number, day, share, money, litres, below = WRITTEN[language]
    assert words.number(Decimal("1234.5")) == number
    assert words.day(DAY) == day
    assert words.moment("2026-04-27") == day
    assert words.percent(125, 1000) == share
    assert words.money(15_000_000_000, "USD") == money
    assert words.amount(1_500, "material:diesel/ml") == litres
    assert words.number(-3) == below


COUNTED = {
    "ar": ["يوم واحد", "يومان", "5 أيام", "21 يومًا"],
    "fa": [f"{number} روز".translate(PERSIAN) for number in (1, 2, 5, 21)],
    "fr": ["1 jour", "2 jours", "5 jours", "21 jours"],
    "he": ["יום אחד", "יומיים", "5 ימים", "21 ימים"],
    "uk": ["1 день", "2 дні", "5 днів", "21 день"],
}


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_what_is_counted_has_the_form_of_its_number(language):
    words = Localizer(language, {})
    assert [words.count("one day", "{n} days", number) for number in (1, 2, 5, 21)] == COUNTED[language]
