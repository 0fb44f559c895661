"""Programme files: text stays text, every fault has its line, and the examples are sound."""

import contextlib
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.book import keys
from enduse.errors import ConflictError, EnduseError, FaultsError, LimitError, MalformedError, UnknownError
from enduse.exchange import yamltext
from enduse.exchange.programmes import read_programme
from enduse.exchange.starting import start_programme
from enduse.exchange.unsigned import unsigned_statement
from enduse.exchange.yamltext import read_yaml
from enduse.statements.codec import decode, encode
from enduse.statements.epcis import read_event
from enduse.terms.texts import Citation

EXAMPLES = Path(__file__).parents[3] / "examples"

FILE = """origin: example.org/test
at: 2024-03-01
citation: {source: A source, date: 2023-10-27, status: proposed by the author}
founding:
  title: {en: Test, ar: اختبار}
  keeper: party:keeper
  functions:
    - {function: works, name: {en: Works}, shared: true, citation: {quote: works}}
parties:
  - {party: "party:a", name: {en: A}, type: state, invented: true}
places:
  - {place: X1, name: {en: X}, type: area, population: 0120}
mandates:
  - mandate: m1
    holder: party:a
    functions: [works]
    places: [X1]
    period: {start: 2024-01-01, end: 2025-01-01T00:00:00+03:00}
    accepted: 2024-03-02
    reason: "null"
statements:
  - kind: need
    party: party:a
    place: X1
    body: {need: n1, title: {en: Need}, people: 60000}
"""


@pytest.fixture
def read(tmp_path):
    def run(text, reader=read_programme):
        path = tmp_path / "programme.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return reader(path)

    return run


def test_a_programme_file_becomes_statements_in_order(read):
    programme = read(FILE.replace("0120", "120"))
    assert programme.problems == ()
    assert (programme.origin, programme.keeper) == ("example.org/test", "party:keeper")
    said = [(one.name, one.party, one.occurred_at.isoformat()) for one in programme.statements]
    assert said == [
        ("party", "party:keeper", "2024-03-01T00:00:00+00:00"),
        ("place", "party:keeper", "2024-03-01T00:00:00+00:00"),
        ("mandate", "party:keeper", "2024-03-01T00:00:00+00:00"),
        ("mandate", "party:a", "2024-03-02T00:00:00+00:00"),
        ("need", "party:a", "2024-03-01T00:00:00+00:00"),
    ]
    party, place, offer, acceptance, need = (one.body for one in programme.statements)
    assert party.invented is True
    assert place.population == 120
    assert (offer.action, acceptance.action, offer.reason) == ("offer", "accept", "null")
    assert offer.period.start.isoformat() == "2024-01-01T00:00:00+00:00"
    assert need.people == 60000
    assert programme.speakers == ("party:keeper", "party:a")
    assert programme.founding.functions[0].citation == Citation(
        source="A source", date="2023-10-27", status="proposed by the author", quote="works"
    )
    assert programme.founded("a" * 64).public_key == "a" * 64
    for number, one in enumerate(programme.statements, 1):
        statement = one.statement(programme.origin, one.party, number)
        assert decode(encode(statement)) == statement


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("0120", "0120", 12, "is not a whole number"),
        ("0120", "1e3", 12, "is not a whole number"),
        ("0120", "1.0", 12, "is not a whole number"),
        ("0120", "-4", 12, "the least is 0"),
        ("invented: true", "invented: yes", 10, "is not true or false"),
        ("type: state", "type: planet", 10, "planet"),
        ("en: A}", "en: A}, colour: red", 10, "colour"),
        ("start: 2024-01-01", "start: 1700000000", 18, "is not a date or an instant"),
        ("start: 2024-01-01", "start: 2024-01-01T00:00:00", 18, "has no time zone"),
        ("+03:00", ".1234567+03:00", 14, "microsecond"),
        ("accepted: 2024-03-02", "accepted: soon", 19, "not a date"),
        ("kind: need", "kind: neeed", 22, "'neeed' is not a kind of statement; did you mean 'need'?"),
        ("kind: need", "kind: clock", 22, "made by the programme itself"),
        ("    place: X1", "    where: X1", 22, "there is no field 'where' here"),
        ("need: n1", "need: n 1", 25, "is not an identifier"),
    ],
)
def test_an_entry_at_fault_names_its_line_and_hides_no_other(read, old, new, line, message):
    sound = FILE if old == "0120" else FILE.replace("0120", "120")
    programme = read(sound.replace(old, new, 1))
    assert len(programme.problems) == 1, programme.problems
    found = programme.problems[0]
    assert (found.source, found.line) == ("programme.yaml", line)
    assert message in found.message
    assert len([row for row in programme.rows if row.statements]) == len(programme.rows) - 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x 1\nb: *x\n", 1, "anchor"),
        ("a: 1\nb: *x\n", 2, "anchor or an alias"),
        ("a: 1\nb: 2\na: 3\n", 3, "stands twice"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("? [a]\n: b\n", 1, "where a key is expected"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1\nb: 2\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("", None, "empty"),
        (b"a: 1\nb: \xff\n", 2, "not text in UTF-8"),
    ],
)
def test_yaml_that_could_be_read_in_two_ways_is_refused(read, text, line, message):
    with pytest.raises(MalformedError, match=re.escape(message)) as caught:
        read(text, read_yaml)
    assert caught.value.problem.line == line


def test_scalars_stay_text(read):
    found = read("a: [no, 1.10, 0x1F, 2024-01-01, null, ~, '', 1_000]\n", read_yaml)
    assert found.value == {"a": ["no", "1.10", "0x1F", "2024-01-01", "null", "~", "", "1_000"]}
    assert found.line("$.a[2].x") == 1


def test_limits_on_yaml(read, monkeypatch):
    with pytest.raises(LimitError, match="deeper"):
        read("a: " + "[" * 60 + "]" * 60, read_yaml)
    monkeypatch.setattr(yamltext, "NODES_MAX", 10)
    with pytest.raises(LimitError, match="values"):
        read("a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", read_yaml)
    monkeypatch.setattr(yamltext, "FILE_MAX", 10)
    with pytest.raises(LimitError, match="bytes"):
        read("a: 12345678901234567890", read_yaml)
    with pytest.raises(UnknownError):
        read_yaml(Path("nowhere.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("origin: example.org/test\n", "", 1),
        ("origin: example.org/test", "origin: two words", 1),
        ("at: 2024-03-01", "at: one day", 2),
        ("keeper: party:keeper", "keeper: party:keeper\n  public_key: abc", 4),
        ("shared: true", "shared: maybe", 8),
        ("statements:", "statments:", 21),
        ("statements:", "imports:\n  - {file: ../../etc/passwd, party: p}\nstatements:", 22),
        ("statements:", "imports:\n  - {file: x.csv}\nstatements:", 22),
    ],
)
def test_a_file_at_fault_as_a_whole_names_its_line(read, old, new, line):
    with pytest.raises(MalformedError) as caught:
        read(FILE.replace("0120", "120").replace(old, new, 1))
    assert caught.value.problem.line == line, caught.value.problem
    assert caught.value.problem.source == "programme.yaml"


def test_an_event_written_as_yaml_keeps_its_digits(read):
    event = "{type: ObjectEvent, eventTime: 2024-03-01T00:00:00Z, action: OBSERVE, bizStep: receiving, "
    event += "quantityList: [{epcClass: 'urn:enduse:class:cement', quantity: 0.10, uom: TNE}]}"
    entry = f"  - {{kind: goods, party: 'party:a', body: {{event: {event}}}}}\n"
    programme = read(FILE.replace("0120", "120") + entry)
    assert programme.problems == ()
    text = list(programme.statements)[-1].body.event
    assert '"quantity":0.10' in text
    assert read_event(text).elements[0].quantity == "0.10"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_clearly(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("y") / "p.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(EnduseError):
        read_programme(path)


@pytest.mark.parametrize("name", ["day-after", "cairo-2014", "truck-register", "second"])
def test_every_example_is_sound_and_in_two_languages(name):
    programme = read_programme(EXAMPLES / name / "programme.yaml")
    assert programme.problems == ()
    assert {"en", "ar"} <= set(programme.founding.title)
    for one in programme.statements:
        body = msgspec.to_builtins(one.body)
        if "name" in body:
            assert {"en", "ar"} <= set(body["name"]), body
    assert all(one.file.is_file() for one in programme.imports)


def citations(value):
    if isinstance(value, list | tuple):
        for item in value:
            yield from citations(item)
    elif isinstance(value, dict):
        if value.get("citation"):
            yield value["citation"]
        for item in value.values():
            yield from citations(item)


def test_the_day_after_quotes_its_text_and_claims_no_agreement():
    programme = read_programme(EXAMPLES / "day-after" / "programme.yaml")
    bodies = [msgspec.to_builtins(programme.founding), *(msgspec.to_builtins(one.body) for one in programme.statements)]
    found = list(citations(bodies))
    assert len(found) >= 40
    for citation in found:
        assert citation["quote"]
        assert citation["source"].startswith(
            "Dennis Ross, I Might Have Once Favored a Cease-Fire with Hamas, but Not Now"
        )
        assert citation["date"] == "2023-10-27"
        assert citation["status"] in {"proposed by the author", "reported by the author"}
    real = {one.body.party for one in programme.statements if one.name == "party" and not one.body.invented}
    states = {"usa", "uae", "canada", "morocco", "egypt", "bahrain", "saudi-arabia", "qatar"}
    assert real == {f"party:{name}" for name in states | {"un", "ahlc", "msf"}}
    assert not real & set(programme.speakers), "nobody real says anything here"
    accepted = [one for one in programme.statements if one.name == "mandate" and one.body.action == "accept"]
    assert all("SIMULATED" in one.body.reason for one in accepted)


def test_a_draft_names_the_path_of_its_fault():
    with pytest.raises(UnknownError, match="promise"):
        unsigned_statement("promise", {})
    with pytest.raises(MalformedError) as caught:
        unsigned_statement(
            "pledge", {"occurred_at": "2024-01-01T00:00:00Z", "body": {"pledge": "p", "amount": {"value": "1"}}}
        )
    assert caught.value.problem.path == "$.body.amount"
    with pytest.raises(MalformedError):
        unsigned_statement("pledge", {"body": {"pledge": "p", "amount": {"value": "1", "currency": "USD"}}})


def test_the_programme_in_the_documentation_is_sound(read):
    page = (EXAMPLES.parent / "docs" / "how-to" / "start-a-programme.md").read_text(encoding="utf-8")
    programme = read(re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1))
    assert programme.problems == ()
    assert [one.name for one in programme.statements] == [
        "party",
        "party",
        "place",
        "place",
        "mandate",
        "need",
    ]


def test_the_readme_of_the_day_after_quotes_what_the_programme_quotes():
    folder = EXAMPLES / "day-after"
    said = re.sub(r"\s+", " ", (folder / "programme.yaml").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 21))
    for number, words in rows:
        for quote in re.findall(r'"([^"]+)"', words):
            parts = [quote] if number != "18" else quote.split(" ... ")
            assert number == "20" or all(part in said for part in parts), quote


@pytest.mark.parametrize(
    ("more", "line", "says"),
    [
        ("  - {kind: [a], body: {}}\n", 26, "kind"),
        ("  - {kind: {a: b}, body: {}}\n", 26, "kind"),
        (
            '  - {kind: goods, body: {event: {type: ObjectEvent, eventTime: "0001-01-01T00:00:00+14:00"}}}\n',
            26,
            "range",
        ),
        ('  - {kind: need, occurred_at: "9999-12-31", body: {need: n2, title: {en: x}}}\n', 26, "range"),
        ('  - {kind: request, body: {request: r, action: decline, respond_by: "9999-12-31"}}\n', 26, "range"),
        ("  - kind: request\n    body: {request: r, action: decline, respond_by: 9999-12-31T00:00:00Z}\n", 27, "range"),
    ],
)
def test_an_entry_of_the_wrong_shape_is_a_problem_with_its_line(read, more, line, says):
    (problem,) = read(FILE.replace("0120", "120") + more).problems
    assert problem.line == line
    assert says in f"{problem.path} {problem.message}"


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ("{file: t.csv, party: a, profile: [x]}", "$.imports[0].profile"),
        ("{file: t.csv, party: a, profile: ../x.toml}", "$.imports[0].profile"),
        ("{file: [t.csv], party: a}", "$.imports[0].file"),
        ('{file: "x\\0y", party: a}', "$.imports[0].file"),
        (f"{{file: {'a' * 300}, party: a}}", "$.imports[0].file"),
    ],
)
def test_an_import_that_names_no_file_is_refused_with_its_line(read, entry, path):
    with pytest.raises(MalformedError) as caught:
        read(f"{FILE.replace('0120', '120')}imports:\n  - {entry}\n")
    assert (caught.value.problem.path, caught.value.problem.line) == (path, 27)


def test_a_party_with_a_long_name_has_a_key_all_the_same(tmp_path, read):
    letter = "/"  # three characters in a quoted name
    keeper = letter * 120
    path = tmp_path / "long.yaml"
    path.write_text(FILE.replace("0120", "120").replace("party:keeper", keeper), encoding="utf-8")
    start_programme(tmp_path / "long", path, play_all_parties=True)
    assert sorted(keys.held(tmp_path / "long")) == sorted([keeper, "party:a"])
    assert keys.load(tmp_path / "long", keeper).public != keys.load(tmp_path / "long", "party:a").public
    with pytest.raises(ConflictError):
        keys.save(tmp_path / "long", keeper, keys.load(tmp_path / "long", "party:a"))
    with pytest.raises(UnknownError):
        keys.load(tmp_path / "long", keeper + letter)


def test_a_programme_is_made_in_the_folder_one_stands_in(tmp_path, monkeypatch, read):
    path = tmp_path / "small.yaml"
    path.write_text(FILE.replace("0120", "120"), encoding="utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    start_programme(Path(), path, play_all_parties=True)
    assert (tmp_path / "here" / "log.vkey").is_file()


def test_what_is_named_and_described_nowhere_is_a_fault_with_its_line(read):
    text = FILE.replace("0120", "120")
    text = text.replace("holder: party:a", "holder: party:aa").replace("functions: [works]", "functions: [police]")
    text = text.replace("places: [X1]", "places: [X1, X2]").replace("    party: party:a\n", "    party: party:b\n")
    text += "  - kind: milestone\n    body: {milestone: m, project: project:none, progress: '0.5'}\n"
    text += "  - kind: place\n    body: {place: X3, within: X9, name: {en: Y}, type: site}\n"
    told = [(problem.line, problem.values["name"]) for problem in read(text).problems]
    # The acceptance is said by its holder, so an unknown holder is told at the mandate as a whole too.
    assert told == [
        (15, "party:aa"),
        (16, "police"),
        (17, "X2"),
        (14, "party:aa"),
        (23, "party:b"),
        (27, "project:none"),
        (29, "X9"),
    ]


def test_every_fault_is_told_before_anything_is_recorded(read, tmp_path):
    """A founding at fault hides no entry at fault, and the other way round; what the founding names must be there too."""
    text = FILE.replace("shared: true", "shared: maybe").replace("at: 2024-03-01", "at: one day")
    with pytest.raises(FaultsError) as caught:
        read(text.replace("type: state", "type: planet"))
    assert [problem.line for problem in caught.value.problems] == [2, 8, 10, 12]
    rules = "  rules:\n    - {act: milestone, function: workz}\nparties:\n"
    ruled = FILE.replace("0120", "120").replace("parties:\n", rules)
    (problem,) = read(ruled).problems
    assert (problem.path, problem.values["nearest"]) == ("$.founding.rules[0].function", "works")
    (tmp_path / "bad.yaml").write_text(ruled, encoding="utf-8")
    with pytest.raises(FaultsError):
        start_programme(tmp_path / "made", tmp_path / "bad.yaml", play_all_parties=True)
    assert not (tmp_path / "made").exists()
