"""What the register of needs and projects says: why a statement about them has no effect."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "contract.below_nothing": Text("a contract comes to 0 or more"),
    "contract.delivered_beyond": Text(
        "{delivered:amount} of {material:name} was delivered, more than the {contracted:amount} contracted",
        "ask {buyer:name} whether the contract was amended, or which consignment is not under it",
    ),
    "contract.delivered_short": Text(
        "of {contracted:amount} of {material:name} contracted, {delivered:amount} was delivered by consignments that name the"
        " contract",
        "ask {senders:names} what is still to come, and which consignments do not name the contract",
    ),
    "contract.invoice_differs": Text(
        "{party:name} states invoice {invoice} at {amount:amount}, {other:name} at {said:amount}",
        "let both look at the paper again; whoever is wrong states it anew",
    ),
    "contract.invoice_not_stated": Text(
        "{item} names invoice {invoice}, which nobody has stated", "ask {party:name} who sent that invoice"
    ),
    "contract.invoice_of_others": Text(
        "{item} names invoice {invoice}; the invoices of that number are of others",
        "ask {party:name} whose invoice is meant",
    ),
    "contract.invoice_paid_beyond": Text(
        "for invoice {invoice}, of {amount:amount}, {paid:amount} was paid",
        "ask {buyer:name} what the rest was paid for",
    ),
    "contract.invoiced_beyond": Text(
        "{amount:amount} was invoiced under contract {contract}, which comes to {contracted:amount}",
        "ask {buyer:name} whether the contract was amended, or whether an advance or what was withheld is invoiced by itself and"
        " within the works too: a credit note takes one of them off",
    ),
    "contract.no_amount": Text(
        "what contract {contract} comes to is not known", "ask {buyer:name} to state it with its amount"
    ),
    "contract.no_consignment": Text(
        "no consignment names contract {contract}, so what was delivered under it is not known",
        "ask {supplier:name} to name the contract on its dispatches",
    ),
    "contract.no_invoice": Text(
        "what was invoiced under contract {contract} is not known", "ask {supplier:name} to state its invoices"
    ),
    "contract.no_payment": Text(
        "no payment names contract {contract}, so what was paid under it is not known",
        "ask {buyer:name} to name the contract in its payments",
    ),
    "contract.no_project": Text(
        "contract {contract} names no project, so what was built of it is not known",
        "ask {buyer:name} to state it with its project",
    ),
    "contract.not_stated": Text(
        "{item} names contract {contract}, which nobody has stated", "ask {party:name} whose contract that is"
    ),
    "contract.of_others": Text(
        "{item} names contract {contract}; none of its parties is buyer or supplier of a contract of that number",
        "ask {party:name} whose contract is meant",
    ),
    "contract.other_currency": Text(
        "under contract {contract} {amount:amount} was invoiced or paid, and it comes to {contracted:amount}: the two are not"
        " compared",
        "ask {buyer:name} at what rate it is settled",
    ),
    "contract.paid_beyond": Text(
        "{amount:amount} was paid under contract {contract}, which comes to {contracted:amount}",
        "ask {buyer:name} whether the contract was amended, or what the rest was paid for",
    ),
    "contract.reported": Text(
        "contract {contract} is reported by {party:name}; {buyer:name} has not stated it",
        "ask {buyer:name} whether it holds",
    ),
    "control.beyond_quota": Text(
        "{came:amount} of {material:name} came to {place:name}, more than its quota of {allowed:amount}; nothing was stopped",
        "let the project's owner say why, or restate its bill of quantities; a monitor measures the use",
    ),
    "control.no_quota": Text(
        "{came:amount} of {material:name} came to {place:name}, where no bill of quantities asks for it; nothing was stopped",
        "state the project's bill of quantities, or send on what is not for it",
    ),
    "control.permit_over": Text(
        "{material:name} came to {place:name} on {day:day}; the permit for {project:name} held until {until:day}; nothing was stopped",
        "let whoever gave the permit give it anew, or send on what came after it",
    ),
    "control.unmeasured": Text(
        "{material:name} came to {place:name}, and {used:amount} that came before is declared as built into {project:name} and measured "
        "by nobody independent; nothing was stopped",
        "let a monitor measure what is built in before more is sent",
    ),
    "control.not_listed": Text("{material:name} is not on the list of controlled goods", "state its entry there first"),
    "estimate.of_another": Text(
        "estimate {estimate} was stated by {party:name}, or for another project", "give this estimate a name of its own"
    ),
    "handing_over.done": Text(
        "project {project:name} was handed over to {party:name} already",
        "what is wrong with it since is a defect, which a visit says",
    ),
    "handing_over.incomplete": Text(
        "an offer names the receiver, and the answer to it names none",
        "say to whom it is offered, or only accept or decline",
    ),
    "handing_over.not_offered": Text(
        "project {project:name} is not offered to anybody now", "wait until its owner has offered it"
    ),
    "handing_over.of_another": Text(
        "project {project:name} is for {party:name} to hand over", "let that party offer it"
    ),
    "handing_over.to_another": Text(
        "project {project:name} is offered to {party:name}", "only that party accepts or declines it"
    ),
    "handing_over.warranty_over": Text(
        "the warranty of {project:name} ends on {until:day}, before it is offered, on {day:day}",
        "look which day is right, and offer it anew",
    ),
    "milestone.less_than_before": Text(
        "{now:number}% of {project:name} is less than the {before:number}% that was said to be done on {day:day}",
        "look which share or day is right",
    ),
    "need.left_out": Text(
        "{need:name} was stated before with {fields:list}; without them now, they no longer stand",
        "state them again where they still hold",
    ),
    "need.range_turned": Text(
        "the figure at {at} is below its low figure, or in another currency",
        "state {need:name} anew with both figures",
    ),
    "need.range_without_low": Text(
        "the high figure at {at} stands without its low one", "state {need:name} anew with both figures"
    ),
    "norm.incomplete": Text(
        "a norm gives a range of one thing: of a material with its low and high quantity, or of cost",
        "state the material with low and high, or cost_low and cost_high alone",
    ),
    "norm.of_another_party": Text("norm {norm} was stated by {party:name}", "only that party states it anew"),
    "norm.range": Text(
        "the low and the high figure of a range are in one unit, and the low one is not above the high one",
        "look at the figures and their units again",
    ),
    "permit.above_bill": Text(
        "{project:name} has permits for {permitted:amount} of {material:name}, and its bill now asks for {billed:amount}: its quota is no"
        " more than that",
        "have the permits given anew, or restate the bill",
    ),
    "permit.beyond_bill": Text(
        "the permits of {project:name} would be for more {material:name} than its bill of quantities asks for",
        "permit less, or have the bill restated first",
    ),
    "permit.negative": Text("a permit is for a quantity of 0 or more"),
    "permit.of_another_party": Text("permit {permit} was given by another party", "give this permit a name of its own"),
    "permit.other_unit": Text(
        "the bill of quantities of {project:name} counts {material:name} in another unit",
        "permit it in the unit of the bill",
    ),
    "permit.over_already": Text(
        "permit {permit} holds until {until:time}, before it is given, on {day:time}", "look which time is right"
    ),
    "permit.without_bill": Text(
        "the bill of quantities of {project:name} has no line for {material:name}, so it has no quota",
        "state the project's bill of quantities first",
    ),
    "visit.acted_on_by_itself": Text(
        "{party:name} made visit {visit}, and cannot say that somebody acted on it", "let whoever acted say so"
    ),
    "visit.before_its_plan": Text(
        "visit {visit} would have been made before it was planned, on {day:day}", "look at its day again"
    ),
    "visit.due_before_plan": Text(
        "visit {visit} was to be made by {due:time}, before it was planned, on {at:time}", "look which time is right"
    ),
    "visit.elsewhere": Text(
        "visit {visit} is planned for {place:name}", "give a visit to another place a name of its own"
    ),
    "visit.incomplete": Text(
        "a planned visit has a day by which it is to be made, one that was made has an outcome, and no other step has either",
        "look at due and outcome again",
    ),
    "visit.more_false_than_checked": Text(
        "more statements were found false than were checked", "say how many were checked in all"
    ),
    "visit.not_made": Text(
        "visit {visit} was not made, so nobody can have acted on it", "wait until the monitor has told it"
    ),
    "visit.no_reason": Text("why the visit was not made is missing", "say the reason in words"),
    "visit.not_planned": Text(
        "visit {visit} was not planned, so it need not be called off", "look at the visit's name again"
    ),
    "visit.nothing_done": Text("what was done about a visit is missing", "say in words what was done"),
    "visit.nowhere": Text("visit {visit} has no place", "say which place or project is visited"),
    "visit.of_another_party": Text("visit {visit} is {party:name}'s", "only that party plans and makes it"),
    "visit.said_already": Text("visit {visit} is already there with that step", "give another visit a name of its own"),
    "visit.two_seeds": Text(
        "a draw has one seed: one that was committed to, or that of a beacon",
        "leave out commitment or beacon; a seed goes with its commitment",
    ),
    "visits.draw_ahead": Text(
        "its draw rests on the record at size {size}, which it did not have when the visit was planned"
    ),
    "visits.draw_impossible": Text("nothing could be drawn on the record at size {size}: no goods had come in"),
    "visits.drawn_left_out": Text(
        "in the round drawn on the record at size {size} no visit was planned to {places:names}",
        "plan the visit, or say why it is not made",
    ),
    "visits.no_monitor": Text("{party:name} has planned and made no visit", "enduse visits DIR lists those who have"),
    "visits.not_planned": Text("it was not promised beforehand"),
    "visits.of_its_own": Text("{party:name} itself builds, or holds goods, at {place:name}"),
    "visits.other_seed": Text("the seed told with its draw is not the one that was committed to, with its options"),
    "visits.overdue": Text(
        "it was due on {due:day}; one day later nothing is told of it",
        "its monitor says that it was made, or why it was not",
        many="it was due on {due:day}; {n} days later nothing is told of it",
    ),
    "visits.place_chosen": Text("its place was chosen: no draw is stated for it"),
    "visits.place_outside_draw": Text(
        "{place:name} is not among the places drawn on the record at size {size}: {places:names}",
        "anybody draws again: enduse plan DIR --size {size}",
    ),
    "visits.same_monitor": Text(
        "{party:name} made one visit running to {place:name}; the rule is at most {most}",
        "let another monitor go next",
        many="{party:name} made {n} visits running to {place:name}; the rule is at most {most}",
    ),
    "visits.related_monitors": Text(
        "{party:name} and monitors related to it made {n} visits running to {place:name}; the rule is at most {most} of one monitor",
        "let a monitor go next that is related to none of them",
    ),
    "visits.seed_not_sealed": Text(
        "the record does not show that its seed was fixed before size {size}, on which it was drawn",
        "seal the seed first: enduse record seal",
    ),
    "visits.draw_not_announced": Text(
        "the record does not show that size {size}, on which it was drawn, was fixed before its seed was known",
        "announce the size first: enduse plan --announce",
    ),
    "visits.seed_not_told": Text(
        "the seed of its draw is not disclosed, so nobody can draw again yet",
        "its holder discloses it: enduse record disclose",
    ),
    "visits.tied": Text(
        "{monitor:name} and {party:name}, who builds or holds goods there, are related: {through:list}"
    ),
    "visits.told_late": Text("it was due on {due:day} and told on {told:day}"),
    "weights.negative": Text("a weight is 0 or more"),
    "weights.nothing": Text("some weight is more than 0"),
    "weights.twice": Text("a criterion is named twice", "give each criterion one weight"),
    "work.nothing": Text("a quantity of work is more than 0"),
    "need.of_another_party": Text("need {need:name} was stated by {party:name}", "only that party states it anew"),
    "need.unknown": Text("there is no need {need}", "state the need first"),
    "project.billed_twice": Text(
        "the bill of quantities names a material twice: {materials:names}", "give each material one line"
    ),
    "project.line_twice": Text("the budget names a line twice: {lines:list}", "give each line one entry"),
    "project.left_out": Text(
        "{project:name} was stated before with {fields:list}; without them now, they no longer stand",
        "state them again where they still hold",
    ),
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
    "works.above_estimate": Text(
        "the bill asks for {billed:amount} of {material:name}; {party:name}, related to nobody who builds, estimates {estimated:amount}",
        "let the project's owner and whoever estimated it measure together, and restate the bill",
    ),
    "works.above_norm": Text(
        "the bill asks for {billed:amount} of {material:name}; by {norms:names} ({sources:list}) {low:amount} to {high:amount} is"
        " usual for so much work",
        "ask the project's owner what in the design takes more; an independent estimate settles it",
    ),
    "works.cost_above_estimate": Text(
        "it is to cost {billed:amount}; {party:name}, related to nobody who builds, estimates {estimated:amount}",
        "let the project's owner and whoever estimated it go through the prices together",
    ),
    "works.cost_above_norm": Text(
        "it is to cost {billed:amount}; by {norms:names} ({sources:list}) {low:amount} to {high:amount} is usual for so much work",
        "ask the project's owner what in the design costs more; an independent estimate settles it",
    ),
    "works.defect_open": Text(
        "the defect “{defect}” was found on {day:day} and is not remedied", "a later visit says when it is"
    ),
    "works.no_funds": Text("no money was committed, paid or spent for it"),
    "works.no_need": Text("it answers no need that is stated", "state which need it answers"),
    "works.no_place": Text("it has no place", "state its plan anew with the place where it is built"),
    "works.work_above_estimate": Text(
        "the plan counts {planned:amount} of {work:name}; {party:name}, related to nobody who builds, measures {measured:amount}",
        "let both measure together, and restate the plan",
    ),
    "works.unknown": Text(
        "no need, project, place or party is called {name}", "enduse works DIR lists needs and projects"
    ),
}
