"""How public pages read: sentences that begin as sentences do, things called by words, and nothing said that is said otherwise elsewhere."""

import re
from html import unescape

import pytest
from litestar.testing import TestClient

from enduse.portal.app import portal

NAMELESS = re.compile(
    r"\b(?:attestation|closure|estimate|expenditure|invoice|mandate|matter|milestone|point|post|request|umbrella|undertaking|visit):\w"
)
"""Identifiers of what has no name of its own."""


@pytest.fixture(scope="module")
def read(played_demo):
    """Return the words of the main part of a page, or its markup."""
    with TestClient(portal(played_demo[1])) as client:

        def one(path, *, marked=False):
            text = client.get(path).text.partition('<main id="main">')[2].partition("</main>")[0]
            apart = re.sub(r"</(?:p|li|d[dt]|h\d|t[dhr]|div)>", " ", text)
            return text if marked else unescape(" ".join(re.sub("<[^>]*>", "", apart).split()))

        yield one


def heads(text):
    return [re.sub("<[^>]*>", "", each) for each in re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", text, re.DOTALL)]


@pytest.mark.parametrize("project", ["clinic", "school", "homes", "water"])
def test_each_sentence_of_an_answer_begins_with_a_capital(read, project):
    (told,) = re.findall(r'<p class="answer">(.*?)</p>', read(f"/en/project/{project}/", marked=True), re.DOTALL)
    sentences = re.sub("<[^>]*>", "", told).strip().split(". ")
    assert len(sentences) > 1
    assert [each for each in sentences if each[0].islower()] == [], told


def test_what_stands_for_itself_begins_with_a_capital_and_a_mark_stands_apart_from_what_it_marks(read):
    assert "✕ Not met · At least 80 % of the cement" in read("/en/tranche/clinic-2/")
    for path, told in {
        "what-if/clinic-2": "1 · At least 80 %",
        "visits": "Its place was chosen",
        "project/library": "The bill asks for 112 t",
        "project/homes": "The defect “A roof of block C leaks.” was found on 26 August 2026 and is not remedied",
        "projects": "Priority by the published weights",
    }.items():
        assert told in read(f"/en/{path}/"), path


@pytest.mark.parametrize(
    "path", ["/en/place/north/", "/uk/place/north/", "/en/what-if/clinic-2/", "/fr/what-if/clinic-2/"]
)
def test_each_choice_begins_with_a_capital(read, path):
    choices = re.findall(r"<option[^>]*>(?:<[^>]*>)*(.)", read(path, marked=True))
    assert choices
    assert [each for each in choices if each.islower()] == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "page",
    [
        "log",
        "statements/0",
        "statements/1900",
        "changes",
        "undertakings",
        "project/clinic",
        "party/keeper",
        "party/authority",
        "contract/party~3Afund~20contract~3Aclinic-works",
    ],
)
def test_what_has_no_name_is_called_by_its_kind_in_the_readers_language(read, language, page):
    told = read(f"/{language}/{page}/")
    assert NAMELESS.findall(told) == []
    if page == "party/keeper":
        assert {"en": "Accept or decline mandate police.", "ar": "تكليف police"}[language] in told
    if page == "undertakings":
        assert {"en": "matter coast-road-cleared", "ar": "مسألة coast-road-cleared"}[language] in told


def test_names_in_a_row_never_run_into_the_place_before_them(read):
    assert "in Palm Coast it is held at once by Interim Administration, Council for the Palm Coast." in read("/en/who/")


def test_who_holds_a_task_together_stands_under_it_once(read):
    text = read("/en/place/coast/", marked=True)
    (facts,) = re.findall(r'id="who-h".*?<dl class="facts">(.*?)</dl>', text, re.DOTALL)
    tasks = re.findall(r"<dt>(.*?)</dt>", facts)
    assert len(tasks) == len(set(tasks)) == facts.count("<dd>") == facts.count("</dd></div>")
    assert facts.count("<br>") > 5, "one line each of those who hold it"


def test_what_scales_explain_is_not_called_unexplained_on_the_page_of_the_load_or_of_who_carried_it(read):
    told = read("/en/load/0024/")
    assert "The two ends of load 0024 differ by 0.09 t of cement. Such scales often do" in told
    assert "not explained" not in told
    assert "Last signed holder" not in told
    assert "20 t is not explained yet." in read("/en/load/0128/")
    for party, open_still in (("lark", 0), ("anchor", 0), ("brindle", 1)):
        assert read(f"/en/party/{party}/").count("is not explained yet") == open_still, party


def test_figures_of_sources_have_short_heads_and_the_sources_stand_below_by_number(read):
    text = read("/en/place/coast/", marked=True)
    found = [each for each in heads(text) if re.search(r"\(\d\)$", each)]
    assert len(found) == 4
    assert max(map(len, found)) < 60
    assert not re.search(r'data-label="[^"]*[<&]', text), "a label on a phone is read as it is"
    (sources,) = re.findall(r'<ol class="small sources">(.*?)</ol>', text)
    assert sources.count("<li>") == 5
    assert "Diaries of 40 households" in sources
    assert (
        "The crossing in the hands of the coast (5) · 4 to 9 May 2026: 58 percent, give or take 3 · 1,204 were asked"
        in read("/en/place/coast/")
    )


def test_limits_that_nobody_can_tell_are_said_in_words(read):
    cells = re.findall(r"<td[^>]*>(.*?)</td>", read("/en/access/", marked=True))
    assert "<bdi>-</bdi>" not in cells
    assert "not known" in cells


def test_no_part_of_a_page_is_empty_and_no_line_begins_with_a_dot(read):
    assert "What it said" not in read("/en/party/monitor/")
    assert "What it said" in read("/en/party/dorran/")
    assert "<p> ·" not in read("/en/statements/0/", marked=True)
    assert "> · <" in read("/en/statements/1300/", marked=True)
