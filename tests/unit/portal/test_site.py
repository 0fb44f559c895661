"""The portal as a web application: addresses, languages, headers, twins."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import urljoin

import jsonschema
import pytest
from litestar.testing import TestClient

import enduse
from enduse.portal import monitors, pages, tables
from enduse.portal.addresses import identifier, slug
from enduse.portal.answers import RECENT, SiteAnswers
from enduse.portal.app import HEADERS, packaged, portal
from enduse.portal.drawing import TABLES_OF
from enduse.portal.goods import LoadNumbers
from enduse.portal.language import negotiated
from enduse.portal.publication import FILES
from enduse.portal.site import compose, whole_answer
from enduse.statements.works import Milestone, MilestoneBody, Project, ProjectBody, WorkItem
from enduse.terms.amounts import Quantity
from enduse.views.loads import MovingGoods


@pytest.fixture(scope="module")
def client(played_demo):
    with TestClient(portal(played_demo[1])) as opened:
        yield opened


def get(client, path, **headers):
    return client.get(path, headers=headers, follow_redirects=False)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("ar-PS,ar;q=0.9,en;q=0.8", "ar"),
        ("de, en;q=0.5, ar;q=0.7", "ar"),
        ("en;q=0.1,ar;q=0", "en"),
        ("ar;q=NaN, en", "en"),
        (";q=1,,*", "en"),
        ("ar;q=x", "en"),
    ],
)
def test_the_language_a_browser_wants_most(accepted, language):
    assert negotiated(accepted) == language


def test_an_identifier_in_an_address_comes_back():
    for name in ("place:north", "north", "a/b~c%d", "..", ".", "place:place:x", "http://x/?y#z"):
        written = slug("place", name)
        assert re.fullmatch(r"[A-Za-z0-9._~-]+", written)
        assert written.strip(".")
        assert identifier("place", written, [name]) == name
    assert identifier("place", "north", ["place:south"]) is None


def test_the_first_page_in_the_readers_language_with_all_headers(client):
    root = get(client, "/", **{"accept-language": "ar-PS"})
    assert (root.status_code, root.headers["location"]) == (302, "/ar/")
    assert "accept-language" in root.headers["vary"].lower()
    for path in ("/en/", "/ar/", "/home.json", "/static/portal.css", "/nothing", "/en/nothing/", "/"):
        assert HEADERS.items() <= get(client, path).headers.items(), path
    assert get(client, "/en").headers["location"] == "/en/"
    assert get(client, "//en").headers.get("location", "/en/") == "/en/", "no other host is ever named"
    arabic = get(client, "/ar/").text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert 'href="../en/"' in arabic


def test_a_page_and_its_twin_say_the_same_and_are_not_sent_twice(client):
    page, twin = get(client, "/en/"), get(client, "/home.json")
    (dollars,) = json.loads(twin.text)["answer"]["currencies"]
    assert dollars["pledged"]["amount"] == 245_000_000_000
    assert "Of <bdi>USD\u00a024.5 million</bdi> promised, <bdi>USD\u00a013.65 million</bdi> is paid." in page.text
    again = get(client, "/en/", **{"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "accept-encoding" in page.headers["vary"].lower()


def test_whether_clinics_work_stands_where_a_resident_looks_for_it(client):
    points = json.loads(get(client, "/services.json").text)["answer"]["points"]
    assert ("clinic", 1, 1) in [(each["type"], each["points"], each["run_out"]) for each in points]
    page = get(client, "/en/services/").text
    (table,) = re.findall(r"<h2>Service points by area</h2>.*?</table>", page, re.DOTALL)
    assert 'data-label="supplies have run out"><bdi>1</bdi>' in table
    arabic = get(client, "/ar/services/").text
    assert "نقاط الخدمة" in arabic
    assert "ساعات" in arabic
    assert " hours" not in arabic, "units that figures are commonly in are told in the reader's language"


def test_what_there_is_not_is_said_in_the_readers_language(client):
    missing = get(client, "/ar/nothing/")
    assert missing.status_code == 404
    assert 'lang="ar"' in missing.text
    assert get(client, "/nothing.json").json() == {"error": "404"}
    assert get(client, "/static/..%2fapp.py").status_code == 404
    assert get(client, "/api/openapi.json").json()["paths"].keys() >= {"/home.json"}


def test_a_page_that_says_there_is_none_is_dressed_as_all_others(client):
    for path in ("/ar/nosuch", "/ar/nosuch/", "/ar/place/nosuch/", "/ar/find/nosuch/one/"):
        shown = get(client, path)
        assert shown.status_code == 404, path
        (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', shown.text)
        assert get(client, urljoin(f"http://x{path}", style).removeprefix("http://x")).status_code == 200, (path, style)


READ = (
    "",
    "projects/",
    "project/clinic/",
    "contract/party~3Afund~20contract~3Aclinic-works/",
    "place/north/",
    "map/",
    "money/",
    "services/",
    "visits/",
    "finding/hospital-fuel/",
    "log/",
    "access/",
    "who/",
    "tranche/clinic-2/",
    "places/",
    "parties/",
)


@pytest.mark.parametrize("path", READ)
def test_nothing_is_isolated_twice_and_no_gap_cuts_a_sentence_and_each_cell_is_named_on_a_phone(client, path):
    text = get(client, f"/ar/{path}").text
    assert not re.search(r"<bdi[^>]*><bdi", text), "without a letter of its own the outer one runs from left to right"
    for ways in re.findall(r'<ul class="(?:rows|tree)">(.*?)</ul>', text, re.DOTALL):
        for line in re.findall(r"<li[^>]*>(.*?)</li>", ways, re.DOTALL):
            bare, inner = line, 1
            while inner:
                bare, inner = re.subn(r"<(\w+)\b[^>]*>[^<]*</\1>", "", bare)
            assert not bare.strip(), line
    for table in re.findall(r'<table class="stack">.*?</table>', text, re.DOTALL):
        assert not re.search(r"<td(?![^>]*data-label=)[^>]*>", table), table[:400]


TEMPLATES = sorted(Path(pages.__file__).with_name("templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_table_that_is_stacked_on_a_phone_names_each_cell_and_no_list_has_the_comma_of_one_language(template):
    text = template.read_text(encoding="utf-8")
    for table in re.findall(r'<table class="stack">.*?</table>', text, re.DOTALL):
        assert [
            cell for cell in re.findall(r"<td\b[^\n]*?>", re.sub(r"{%.*?%}", "", table)) if "data-label=" not in cell
        ] == []
    assert 'join(", ")' not in text


def test_a_page_leads_to_the_search_and_to_the_tables_that_hold_what_it_tells(client):
    for name, held in TABLES_OF.items():
        text = get(client, f"/fa/{name}/").text
        assert 'class="seek" href="../../fa/find/"' in text
        linked = re.findall(r'href="\.\./\.\./tables/(\w+)\.csv"', text)
        assert tuple(linked) == held, name
        for table in held:
            assert get(client, f"/tables/{table}.csv").status_code == 200
    assert "tables/" not in get(client, "/fa/who/").text


def test_counted_nouns_go_with_their_number(client):
    told = re.sub(r"<[^>]*>", "", get(client, "/ar/services/").text)
    assert all(each in told for each in ("4 أيام", "13 يومًا", "4 ساعات", "4.5 ساعات"))
    assert "13 أيام" not in told


def test_no_english_stands_within_what_we_say_in_arabic(client):
    assert "<bdi>claim</bdi>" not in get(client, "/ar/finding/hospital-fuel/").text
    for path in ("map/", "services/"):
        plain = re.sub(r"<[^>]*>", " ", get(client, f"/ar/{path}").text)
        assert "USD" not in plain, path
    contract = get(client, "/ar/contract/party~3Afund~20contract~3Aclinic-works/").text
    labels = re.findall(r"<dt>(.*?)</dt>", contract)
    assert {"الحالة", "ما أُنجز من الأعمال"} <= set(labels), labels
    assert {"دولة", "تعمل"}.isdisjoint(labels), "a contract is no state, and works is no verb"
    assert "(<bdi>List of controlled goods" in get(client, "/ar/project/clinic/").text, "brackets keep their sides"


def test_what_a_reader_looks_for_is_found_in_any_digits_and_language(client):
    assert get(client, "/c/0128", **{"accept-language": "ar"}).headers["location"] == "/ar/find/?q=0128"
    for asked in ("0128", "٠١٢٨", "consignment:0128", " 0128 "):
        found = client.get("/en/find/", params={"q": asked}, follow_redirects=False)
        assert (found.status_code, found.headers["location"]) == (303, "/en/load/0128/"), asked
    assert (
        client.get("/ar/find/", params={"q": "الشمال"}, follow_redirects=False).headers["location"]
        == "/ar/place/north/"
    )
    for asked, way in (
        ("cement", "/en/goods/cement~2Fg/"),
        ("الأسمنت", "/en/goods/cement~2Fg/"),
        ("Brindle", "/en/party/brindle/"),
    ):
        assert client.get("/en/find/", params={"q": asked}, follow_redirects=False).headers["location"] == way
    for question, first in (("cement of the clinic", "project/clinic/"), ("أسمنت العيادة", "goods/cement~2Fg/")):
        page = client.get("/en/find/", params={"q": question}, follow_redirects=False).text
        assert first in re.findall(r'<li><a href="[./]*en/([^"]+)"', page)[:3], question
    spelt = client.get("/ar/find/", params={"q": "الماء"}, follow_redirects=False)
    assert spelt.status_code == 200, "what is only spelt nearly so is shown, never gone to"
    several = client.get("/en/find/", params={"q": "clinic north"}, follow_redirects=False).text
    assert {"project/clinic/", "place/clinic-site/"} <= set(re.findall(r'href="[./]*en/([^"]+)"', several))
    nothing = client.get("/en/find/", params={"q": "<script>alert(1)</script>"}, follow_redirects=False).text
    assert "<script>" not in nothing
    assert "&lt;script&gt;" in nothing


def test_nothing_is_kept_of_addresses_that_somebody_makes_up(client):
    for made_up in ("/en/load/9999/", "/en/statements/7/", "/load/9999.json", "/en/place/~2e~2e/", "/place/north"):
        assert get(client, made_up).status_code == 404, made_up


def test_a_finding_about_what_somebody_said_tells_what_that_was_and_who_said_it(client):
    page = get(client, "/en/finding/hospital-fuel/").text
    assert "Most of the hospital&#39;s fuel is seized" in page
    assert "Federation of Dorran" in page
    assert [one["said"] for one in get(client, "/finding/hospital-fuel.json").json()["answer"]["matter"]["claims"]] == [
        "claim:fuel-seized"
    ]
    for where in ("en/", "en/findings/", "en/finding/hospital-fuel/", "ar/findings/"):
        assert "claim:fuel-seized" not in get(client, f"/{where}").text, where


def test_who_holds_a_task_that_is_for_one_is_named_and_only_for_today(client):
    answer = get(client, "/who.json").json()["answer"]
    assert ["release", "place:coast", ["party:administration", "party:umbrella"]] in answer["overlaps"]
    page = get(client, "/en/who/").text
    assert page.count("The programme gives this task to one") == len(answer["overlaps"]) == 3


def test_no_carrier_is_told_to_return_what_it_may_never_have_had(client):
    page = get(client, "/en/party/brindle/").text
    assert "Say what became of" in page
    assert "return it" not in page


def test_a_place_says_what_was_planned_for_it(client):
    page = re.sub(r"</?bdi>", "", get(client, "/en/place/north/").text)
    (clinic,) = re.findall(r'project/clinic/">(.*?)</li>', page.replace("\u00a0", " "))
    assert "planned USD 1.7 million" in clinic
    assert "planned 100 t of cement" in clinic


def test_needs_and_an_inflated_bill_are_seen_with_the_norm_the_estimate_and_the_quota(client):
    built = client.get("/en/projects/").text
    for told in ("A quay for fishing boats", "USD\u00a0150,000", "0.138", "danger to life", "Without a place:"):
        assert told in built, told
    assert "totally destroyed" in built
    assert "rubble" in built
    library = client.get("/en/project/library/").text
    for told in (
        "112 t",
        "60 t</bdi> to <bdi>84 t",
        "71 t",
        "Handbook of the Palm Coast",
        "independent estimate settles it",
    ):
        assert re.sub(r"(?<=\d) t\b", "\u00a0t", told) in library, told
    assert "never a finding" in library
    assert "Cement for a square metre of floor" in library, "a norm is called by its title"
    assert "norm:cement-floor" not in library
    assert "A library in the South</bdi> (<bdi>education</bdi>)" in built
    assert "(<bdi>التعليم</bdi>)" in client.get("/ar/project/library/").text
    assert 'data-label="quota"><bdi>100\u00a0t' in client.get("/en/project/clinic/").text
    assert "is on the list of controlled goods as" in client.get("/en/project/clinic/").text
    assert re.search(
        r"Given by</dt><dd>.*?Republic of Azura</bdi></a>.*?USD\u00a0405,414.58", client.get("/en/project/clinic/").text
    )
    reached = client.get("/party/azura.json").json()["answer"]["reached"]
    assert ["project:clinic", "need:health"] in [[project, need] for project, _, need in reached], (
        "and from the donor back"
    )
    (azura,) = re.findall(r"What its money was spent on.*?</section>", client.get("/en/party/azura/").text, re.DOTALL)
    for told in ("Clinic, North", "USD\u00a0405,414.58", "A clinic in the North"):
        assert told in azura, told
    assert "A roof of block C leaks." in client.get("/en/project/homes/").text
    posts = client.get("/ar/party/administration/").text
    assert "الشتات 3 · مُعارون 9" in posts, "categories of the vocabulary are told in the reader's language"
    assert "<bdi>ساحل النخيل</bdi> 8" in posts, "and one that is a place of the programme by its name"
    told = client.get("/project/library.json").json()["answer"]
    assert told["bill"][0]["norm"]["verdict"] == "above"


def test_a_milestone_says_what_is_done_and_shows_its_photos_by_their_hash(small):
    photos = tuple(f"{n:064x}" for n in range(2))
    for name in ("site", "hall"):
        small.say("keeper", Project, ProjectBody(project=name, title={"en": name}, purpose="humanitarian"))
    done = (WorkItem(work="floor", quantity=Quantity("120", "MTK")),)
    step = MilestoneBody(milestone="m", project="hall", progress="0.4", done=done, photos=photos)
    small.say("fund", Milestone, step)
    with small.closed() as folder, enduse.open(folder) as programme:
        page = compose(SiteAnswers(programme), "project", "hall", "en")
        other = compose(SiteAnswers(programme), "project", "site", "en")
    told = re.sub(r"</?bdi>", "", page.data.decode()).replace("\u00a0", " ")
    assert "40% done, as fund says; 120 m² of floor; 2 photos" in told
    for photo in photos:
        assert f'<code dir="ltr">{photo}</code>' in told
    assert "Milestones" not in other.data.decode()


def test_what_waits_for_an_inspection_and_what_would_be_paid_if(client):
    told = get(client, "/tranches.json").json()["answer"]["backlog"]
    assert [one["tranche"] for one in told["tranches"]] == ["tranche:school-2"]
    assert "waits for nothing but an inspection" in get(client, "/en/tranches/").text
    assert 'href="../../../en/what-if/school-2/"' in get(client, "/en/tranche/school-2/").text
    for language in ("en", "ar"):
        assert 'name="suppose"' in get(client, f"/{language}/what-if/school-2/").text
    then = get(client, "/en/what-if/school-2/?suppose=1:met&suppose=").text
    assert "720,000" in then.partition("<form")[0]
    assert get(client, "/what-if/school-2.json?suppose=1:met").json()["answer"]["payable"]["amount"] == 7_200_000_000
    assert get(client, "/what-if/school-2.json").json()["answer"]["payable"]["amount"] == 0
    for path, status in (
        ("/what-if/none.json", 404),
        ("/what-if/school-2.json?suppose=9:met", 404),
        ("/what-if/school-2.json?suppose=1:perhaps", 400),
        ("/what-if/school-2.json?suppose=1", 400),
        ("/en/what-if/school-2/?result=1=2", 404),
        ("/en/what-if/school-2/?suppose=" + "&suppose=".join(["1:met"] * 101), 429),
    ):
        assert get(client, path).status_code == status, path


def test_a_carriers_page_says_what_it_carried_and_no_task_shows_a_raw_identifier(client):
    carried = get(client, "/party/brindle.json").json()["answer"]["carried"]
    cement = next(one for one in carried["goods"] if one["sent"]["resource"] == "cement/g")
    assert cement["sent"]["amount"] - cement["came"]["amount"] == cement["open"]["amount"] == 20_000_000
    page = get(client, "/en/party/brindle/").text
    assert "What it carried for others" in page
    assert "consignment:0128" not in page
    assert 'href="../../../en/load/0128/"' in page
    assert get(client, "/party/monitor.json").json()["answer"]["carried"] is None


def test_who_is_responsible_tells_parts_from_nobody(client):
    told = get(client, "/who.json").json()["answer"]
    assert dict(told["gaps"])["building"] == ["place:abroad"]
    assert dict(told["partly"])["building"] == ["place:coast"]
    page = get(client, "/en/who/").text
    assert "held by nobody somewhere" not in page
    assert [one["mandate"] for one in told["offered"]] == ["mandate:police", "mandate:stores-handed-over"]
    assert "Police in Palm Coast: Federation of Dorran offers itself; this is not accepted on record" in re.sub(
        "<.*?>|[\u2066-\u2069]", "", page
    )


def test_browsers_and_search_machines_find_what_they_ask_for(client):
    icon = get(client, "/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
    assert icon.content == get(client, "/static/favicon.svg").content
    robots = get(client, "/robots.txt").text
    assert robots.startswith("User-agent: *\n")
    assert "/desk/" in robots


def test_a_contract_has_a_page_and_its_project_and_parties_lead_to_it_and_to_the_published_files(client):
    address = "contract/party~3Afund~20contract~3Aclinic-works"
    answer = get(client, f"/{address}.json").json()["answer"]
    cement = answer["contract"]["goods"][0]
    amounts = [cement[name]["amount"] for name in ("contracted", "sent", "delivered", "built")]
    assert [amount // 1_000_000 for amount in amounts] == [100, 100, 80, 70]
    assert {one["owner"] for one in answer["sources"]} == {"party:azura", "party:arzan", "party:lumen"}
    page, arabic = get(client, f"/en/{address}/").text, get(client, f"/ar/{address}/").text
    assert "<bdi>USD\u00a0900,000</bdi>" in page
    assert "by consignments that name the contract" in page
    assert "\u0627\u0644\u0639\u0642\u062f" in arabic
    for path in ("project/clinic/", "party/fund/", "party/olivar/"):
        assert f"en/{address}/" in get(client, f"/en/{path}").text, path
    for path in ("project/clinic/", "party/fund/", "data/", f"{address}/"):
        text = get(client, f"/en/{path}").text
        for file in ("iati-activities.xml", "ocds-releases.json", "oc4ids-projects.json"):
            assert f'data/{file}"' in text, (path, file)
    for file, kind in FILES.items():
        sent = get(client, f"/data/{file}")
        assert (sent.status_code, sent.headers["content-type"].partition(";")[0]) == (200, kind)
    assert "contract:clinic-works" in get(client, "/data/ocds-releases.json").text
    assert get(client, "/data/other.json").status_code == 404


def test_tables_have_addresses_that_stay(client):
    listed = get(client, "/tables.json").json()
    assert len(listed) == 25
    for one in listed:
        table = get(client, "/" + one["csv"])
        assert (table.status_code, table.headers["content-type"]) == (200, "text/csv; charset=utf-8"), one["table"]
        header = table.content.decode("utf-8-sig").splitlines()[0].split(",")
        assert header == [column["name"] for column in one["columns"]], one["table"]
    table = get(client, "/tables/money_by_donor.csv")
    assert get(client, "/tables/money_by_donor.csv", **{"if-none-match": table.headers["etag"]}).status_code == 304
    assert "\u0627" in get(client, "/ar/tables/goods.csv").text, "names in the reader's language"
    some = get(client, "/tables/statements.csv?after=1900").text
    assert "link" not in get(client, "/tables/statements.csv?after=1900").headers
    assert len(some.splitlines()) < 100
    for path, status in (
        ("/tables/nothing.csv", 404),
        ("/tables/goods.xlsx", 404),
        ("/tables/..%2fgoods.csv", 404),
        ("/tables/goods.csv?after=5", 404),
        ("/tables/statements.csv?after=-1", 400),
        ("/tables/statements.csv?after=x", 400),
    ):
        assert get(client, path).status_code == status, path


def test_a_long_record_is_told_file_by_file(client, monkeypatch):
    def entries(way):
        page = get(client, way)
        rows = page.content.decode("utf-8-sig").splitlines()[1:]
        return [int(row.partition(",")[0]) for row in rows], page.headers.get("link", "").partition(">")[0][1:]

    whole, following = entries("/tables/statements.csv")
    assert (following, len(set(whole)) > 1_800) == ("", True)
    monkeypatch.setattr(tables, "STATEMENTS_MOST", 700)
    seen, way, files = [], "/ar/tables/statements.csv", 0
    while way:
        some, way = entries(way)
        seen, files = seen + some, files + 1
    assert (seen, files) == (whole, 3)


def test_tables_are_parquet_too(client):
    pytest.importorskip("duckdb")
    assert get(client, "/tables/tranches.parquet").content[:4] == b"PAR1"


def test_a_programme_may_ask_for_a_token(played_demo):
    token = "t" * 30
    with TestClient(portal(played_demo[1], token=token)) as asked:
        refused = get(asked, "/tables/goods.csv")
        assert (refused.status_code, refused.headers["www-authenticate"][:5]) == (401, "Basic")
        assert HEADERS.items() <= refused.headers.items()
        basic = base64.b64encode(f"anybody:{token}".encode()).decode()
        for given in (f"Bearer {token}", f"bearer {token}", f"Basic {basic}"):
            shown = get(asked, "/tables/goods.csv", authorization=given)
            assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-cache"), given
        for given in (token, "Bearer", "Bearer x", "Basic ????", f"Basic {base64.b64encode(token.encode()).decode()}"):
            assert get(asked, "/tables.json", authorization=given).status_code == 401, given
        assert get(asked, "/en/").status_code == 200


def test_every_answer_is_of_the_form_that_the_description_says(client):
    described = get(client, "/api/openapi.json").json()
    for path, ways in described["paths"].items():
        if "tables/" in path:
            continue
        (form,) = (each["schema"] for each in ways["get"]["responses"]["200"]["content"].values())
        names = {"place": "north", "load": "0128", "goods": "cement~2Fg", "statements": "0", "difference": "0128"}
        names |= {"tranche": "clinic-2", "what-if": "school-2", "project": "clinic", "party": "brindle"}
        names |= {"contract": "party~3Afund~20contract~3Aclinic-works", "monitor": "monitor"}
        asked = path.replace("{file}", names.get(path.split("/")[1], "hospital-fuel") + ".json")
        told = get(client, asked)
        assert told.status_code == 200, asked
        jsonschema.validate(told.json(), {**form, "components": described["components"]})


@pytest.mark.parametrize("name", ["portal.css", "desk.css"])
def test_styles_name_no_side(name):
    """Pages are read from either side: what stands at the start and the end follows from the language."""
    css = packaged(name).data.decode()
    assert not re.search(r"(margin|padding|border)-(left|right)|[;{\s](left|right)\s*:|float\s*:", css)
    sides = [line for line in css.splitlines() if re.search(r"text-align\s*:\s*(left|right)", line)]
    assert all("pre" in line or "[lang=en]" in line for line in sides), sides


def test_chances_of_detection_are_worked_out_where_nobody_waits_for_seconds(played_demo, small, monkeypatch):
    with enduse.open(played_demo[1]) as programme:
        assert monitors.visits(SiteAnswers(programme)).detection is not None
        monkeypatch.setattr(monitors, "CHANCES_MAX", programme.size - 1)
        assert monitors.visits(SiteAnswers(programme)).detection is None
    monkeypatch.undo()
    asked = []
    monkeypatch.setattr(enduse.Programme, "detection", lambda _, *given: asked.append(given))
    with small.closed() as folder, enduse.open(folder) as programme:
        assert monitors.visits(SiteAnswers(programme)).detection is None
    assert asked == [], "no visit was told"


def test_no_page_reads_all_that_has_a_page_of_its_own(played_demo, monkeypatch):
    read = []

    def every(_self):
        read.append("all")
        return iter(())

    monkeypatch.setattr(LoadNumbers, "__iter__", every)
    monkeypatch.setattr(LoadNumbers, "__len__", lambda self: len(list(self)))
    with enduse.open(played_demo[1]) as programme:
        answers = SiteAnswers(programme)
        for name, about in (("home", ""), ("place", "place:north"), ("party", "party:brindle"), ("missing", "")):
            assert compose(answers, name, about, "en").data
    assert read == [], "a programme of a country has 200,000 loads"


def test_answers_about_no_one_thing_are_worked_out_once_however_many_others_are_asked_for(played_demo):
    with enduse.open(played_demo[1]) as programme:
        answers = SiteAnswers(programme)
        first = whole_answer(answers, pages.PAGES["projects"], "")
        loads = list(pages.known(answers, pages.PAGES["load"]))
        assert len(loads) > RECENT
        for load in loads[: RECENT + 1]:
            whole_answer(answers, pages.PAGES["load"], load)
        assert whole_answer(answers, pages.PAGES["projects"], "") is first


class Counted(list[MovingGoods]):
    """Counts how often it is looked through."""

    looks = 0

    def __iter__(self):
        type(self).looks += 1
        return super().__iter__()


def test_what_is_on_its_way_is_looked_through_once_not_for_each_place_and_material(played_demo):
    with enduse.open(played_demo[1]) as programme:
        answers = SiteAnswers(programme)
        plain = compose(answers, "place", "place:north", "").data
        anew = SiteAnswers(programme)
        vars(anew)["unsettled"] = Counted(anew.unsettled)
        assert compose(anew, "place", "place:north", "").data == plain
        looks = Counted.looks
        compose(anew, "place", "place:south", "")
        assert Counted.looks == looks
