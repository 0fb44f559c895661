from enduse.messages import Refusal
from enduse.rows import packed, unpacked
from enduse.statements.works import BillItem, Milestone, MilestoneBody, Need, NeedBody, Project, ProjectBody
from enduse.terms.amounts import Quantity
from enduse.works.works import Works
from support.arrangement import World, day


def plan(tonnes="60", **more):
    fields = {
        "project": "homes",
        "title": {"en": "Homes"},
        "purpose": "reconstruction",
        "need": "shelter",
        "bill": (BillItem(material="cement", quantity=Quantity(tonnes, "TNE")),),
    }
    return ProjectBody(**fields | more)


def world():
    made = World(functions=("planning",), rules=(("project", "planning"),))
    made.place("land", type="country")
    for name in ("office", "other"):
        made.party(name)
        assert made.give(f"m-{name}", name, ["planning"], ["land"]) == ""
    assert made.say(Need, "office", NeedBody(need="shelter", title={"en": "Shelter"})) == ""
    return made


def test_an_unanswered_need_stays_visible_until_a_project_answers_it():
    made = world()
    assert made.works.unanswered() == ["shelter"]
    assert made.say(Project, "office", plan()) == ""
    assert made.works.unanswered() == []
    assert made.say(Need, "other", NeedBody(need="shelter", title={"en": "x"}))
    assert made.refusal == Refusal.of("need.of_another_party", need="shelter", party="office")


def test_the_bill_in_force_on_a_day():
    made = world()
    made.say(Project, "office", plan("60"), 1)
    assert made.say(Project, "office", plan("70"), 5) == ""
    works = made.works
    assert works.billed("homes", "cement") == (70_000_000, "g")
    assert works.billed("homes", "cement", day(4)) == (60_000_000, "g")
    assert works.billed("homes", "cement", day(0)) == (60_000_000, "g")
    assert works.billed("homes", "steel") is None
    assert works.billed("school", "cement") is None


def test_a_plan_that_cannot_stand_is_named_and_changes_nothing():
    made = world()
    double = (BillItem(material="cement", quantity=Quantity("1", "TNE")),) * 2
    assert made.say(Project, "office", plan(bill=double))
    assert made.refusal == Refusal.of("project.billed_twice", materials=["cement"])
    assert made.say(Project, "office", plan(need="unheard"))
    assert made.refusal == Refusal.of("need.unknown", need="unheard")
    assert made.works.projects == {}
    assert made.say(Project, "office", plan(), 3) == ""
    before = packed(made.works)
    assert made.say(Project, "other", plan())
    assert made.refusal == Refusal.of("project.of_another_party", project="homes", party="office")
    assert made.say(Project, "office", plan(purpose="humanitarian"), 4)
    assert made.refusal == Refusal.of("project.purpose_fixed", project="homes", purpose="reconstruction")
    assert made.say(Project, "office", plan(), 2)
    assert made.refusal == Refusal.of("project.later_plan", project="homes", day=day(3))
    assert packed(made.works) == before


def test_progress_is_what_was_stated_latest_by_its_own_date():
    made = world()
    made.say(Project, "office", plan())
    assert made.works.progress("homes") is None
    for progress, on in (("0.5", 9), ("0.2", 3)):
        assert made.say(Milestone, "other", MilestoneBody(milestone="m", project="homes", progress=progress), on) == ""
    assert made.works.progress("homes").body.progress == "0.5"
    assert made.say(Milestone, "other", MilestoneBody(milestone="m", project="x", progress="1"))
    assert made.refusal == Refusal.of("project.unknown", project="x")
    raw = packed(made.works)
    assert packed(unpacked(raw, Works)) == raw
