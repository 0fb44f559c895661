"""What the register of needs and projects says: why a statement about them has no effect."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "need.of_another_party": Text("need {need:name} was stated by {party:name}", "only that party states it anew"),
    "need.unknown": Text("there is no need {need}", "state the need first"),
    "project.billed_twice": Text(
        "the bill of quantities names a material twice: {materials:names}", "give each material one line"
    ),
    "project.line_twice": Text("the budget names a line twice: {lines:list}", "give each line one entry"),
    "project.later_plan": Text(
        "project {project:name} already has a later plan, of {day:day}", "give the plan the day from which it holds"
    ),
    "project.of_another_party": Text(
        "project {project:name} was stated by {party:name}", "only that party replaces its plan"
    ),
    "project.purpose_fixed": Text(
        "project {project:name} is stated as {purpose:term}, and the purpose of a project never changes",
        "state another project",
    ),
    "project.unknown": Text("there is no project {project}", "state the project first"),
}
