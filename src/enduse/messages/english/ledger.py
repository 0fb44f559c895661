"""What the ledger says: why goods and money statements have no effect, what to know of those that have."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "account.bought": Text("purchase {item:name} of {owner:name}"),
    "account.committed": Text("commitment {item:name} of {owner:name}"),
    "account.consumed": Text("what {owner:name} used up at {item:name}"),
    "account.conversion": Text("what {owner:name} makes into something else at {item:name}"),
    "account.damaged": Text("what was damaged of {item:name}, with {owner:name}"),
    "account.difference": Text("what {owner:name} must account for in {item:name}"),
    "account.exchange": Text("what {owner:name} exchanged"),
    "account.exchanged": Text("got by {owner:name} in exchange {item:name}"),
    "account.accepted": Text("what {owner:name} accepts of what was spent of its advance {item:name}"),
    "account.answered": Text("what {owner:name} answers of what was spent of its advances"),
    "account.given_in_kind": Text("the stated value of goods that {owner:name} gave"),
    "account.in_kind": Text("the stated value of goods that {owner:name} was given"),
    "account.title": Text("what {owner:name} owns at {item:name} by title"),
    "account.rejected": Text("what {owner:name} does not accept of what was spent of its advance {item:name}"),
    "account.fee": Text("what banks took of {owner:name}"),
    "account.fulfilled": Text("what {owner:name} kept of {item:name}"),
    "account.held": Text("the money {owner:name} holds"),
    "account.lost": Text("what was lost of {item:name}, with {owner:name}"),
    "account.measurement_error": Text("measurement error in {item:name}, with {owner:name}"),
    "account.off_purpose": Text("what {owner:name} did not use as intended in {item:name}"),
    "account.origin": Text("the goods {owner:name} brought in"),
    "account.own": Text("the own money of {owner:name}"),
    "account.pledged": Text("pledge {item:name} of {owner:name}"),
    "account.promised": Text("the promises of {owner:name}"),
    "account.spent": Text("what {owner:name} spent on {item:name}"),
    "account.stock": Text("the stock of {owner:name} at {item:name}"),
    "account.stolen": Text("what was stolen of {item:name}, with {owner:name}"),
    "account.transit": Text("consignment {item:name} of {owner:name}"),
    "account.unusable": Text("what {owner:name} holds at {item:name} and cannot use"),
    "account.unlinked": Text("goods received at {owner:name} without a recorded dispatch"),
    "account.unpledged": Text("commitments of {owner:name} without a pledge"),
    "account.use": Text("what {owner:name} says it used for {item:name}"),
    "account.written_off": Text("what {owner:name} destroyed at {item:name}"),
    "consignment.missing_follows": Text(
        "what is missing in consignment {consignment:name} follows from its receipt; this moves nothing"
    ),
    "consignment.never_dispatched": Text(
        "no dispatch of consignment {consignment:name} is recorded", "the sender must record the dispatch"
    ),
    "consignment.not_theirs": Text(
        "only who dispatched consignment {consignment:name} can say that it never left: {parties:names}"
    ),
    "consignment.same_name": Text("another sender also calls a consignment {consignment:name}; the two are kept apart"),
    "consignment.several_senders": Text(
        "consignment {consignment:name} was dispatched by several ({parties:names}), and whose is meant is not said",
        "name the sender: the possessing party at the source",
    ),
    "consignment.told_again": Text(
        "the same was told of consignment {consignment:name} before: two equal parts, or one told twice",
        "if it was told twice, correct one of the two",
    ),
    "consignment.voided_before": Text(
        "all that was dispatched as {consignment:name} was already said never to have left"
    ),
    "correction.already_taken_back": Text("statement {entry} was already taken back by statement {by}"),
    "correction.not_theirs": Text("statement {entry} was made by {party:name}; who can take it back: {parties:names}"),
    "correction.nothing_moved": Text("statement {statement} moved no goods and no money that could be taken back"),
    "dispatch.carrier_unconfirmed": Text(
        "{carrier:name} answers for the goods under way because the sender says so, and has not confirmed it"
    ),
    "dispatch.names_no_consignment": Text(
        "a dispatch must name its consignment, else nobody can receive it",
        "give the number of the despatch advice or of the bill of lading",
    ),
    "dispatch.receipt_fits_two": Text(
        "the receipt in statement {entry} fits too; it names no sender and belongs to the consignment of {sender:name}",
        "if it is the receipt of this dispatch, {party:name} must correct it and name the sender",
    ),
    "dispatch.receipt_misfit": Text("the receipt in statement {entry} is not that of this dispatch: {why}"),
    "dispatch.receipt_recorded_before": Text(
        "the receipt recorded earlier in statement {entry} belongs to this dispatch"
    ),
    "finding.no_excess": Text(
        "{account} has {open:amount} too much, and not {amount:amount}: this cannot be what went astray",
        "name the consignment that has more than was sent, and how much",
    ),
    "finding.more_than_open": Text(
        "{amount:amount} is more than the {open:amount} that lie open in {account}",
        "find no more than what lies open",
    ),
    "finding.moves_nothing": Text("the result is {result:term}: what the finding resolves moves nothing"),
    "finding.nothing_open": Text("no {material:name} lies open: {of:term}, {item:name}"),
    "finding.of_a_surplus": Text(
        "there are {amount:amount} too much in {account}; only a measurement error ends a surplus"
    ),
    "finding.rests_on_it": Text(
        "the finding in statement {finding} rests on statement {entry}", "that finding must be corrected first"
    ),
    "finding.several_owners": Text(
        "several parties answer for {material:name} ({of:term}, {item:name}): {parties:names}",
        "name one of them as the owner",
    ),
    "finding.supersedes_unknown": Text(
        "finding {finding:name}, which this one replaces, is none of {party:name} that stands here"
    ),
    "goods.count_of_another": Text(
        "a count of what {holder:name} holds must be recorded as a measurement, by a party that may take it"
    ),
    "goods.declaration_unmatched": Text(
        "the error declaration names no event that this party recorded", "give the eventID of the event that was wrong"
    ),
    "goods.event_twice": Text("event {event} was already recorded by the same party"),
    "goods.holder_speaks": Text(
        "{holder:name} itself keeps account of {material:name} in {account}",
        "only {holder:name} can say what leaves it",
    ),
    "goods.identifier_unusable": Text(
        "the {what:term} {identifier} cannot be used: it has blanks or is longer than 200 characters",
        "use a name without blanks, of at most 200 characters",
    ),
    "goods.no_place": Text(
        "where the goods were is not said", "give the business location, the read point or the place of the statement"
    ),
    "goods.no_project": Text("what it is built into is not said", "name the project"),
    "goods.no_quantities": Text("the event names no quantities", "say what and how much"),
    "goods.not_an_amount": Text(
        "{quantity} is no quantity of {material:name} that can be moved", "a quantity must be above zero"
    ),
    "goods.not_theirs": Text("{party:name} cannot speak for the goods of {holder:name}", "{holder:name} must say it"),
    "goods.check_digit": Text(
        "{material:name} ends in another check digit than a number of GS1 would, {digit}: perhaps a slip of the pen",
        "look at the paper; two numbers that differ are two items",
    ),
    "goods.observation": Text("{step:term} is an observation and moves nothing"),
    "goods.owner_unconfirmed": Text("{owner:name} is named as the owner and has not said so: entered by {party:name}"),
    "goods.quantity_unreadable": Text("{material:name}: {why}"),
    "goods.title_by_another": Text(
        "{party:name} says that title passes from {owner:name}, and only who gives title away says so",
        "let {owner:name} record it, or name {party:name} as the owning party at the source",
    ),
    "goods.step_unknown": Text("the ledger knows no step {step} together with {action}"),
    "goods.told_by_importer": Text("told by who imported it, not by the holder itself"),
    "goods.too_much": Text(
        "{quantity} {unit} of {material:name} is more than one statement can move",
        "look for a slip in the quantity or in its unit",
    ),
    "ledger.not_balanced": Text(
        "what statement {entry} moves does not come out even", "the fault is ours: please report it"
    ),
    "ledger.out_of_order": Text(
        "statement {entry} comes after statement {last} was worked out", "the fault is ours: please report it"
    ),
    "ledger.outgrown": Text(
        "so much {material:name} would then stand in {account} that it cannot be kept",
        "look for a slip in the quantity or in its unit",
    ),
    "misfit.carrier_receives": Text("{party:name} carried it and cannot be its receiver"),
    "misfit.carrier_signs": Text("{party:name} carried it and cannot sign the receipt for {holder:name}"),
    "misfit.other_receiver": Text("the sender names {party:name} as its receiver, not {holder:name}"),
    "misfit.other_sender": Text("the receipt names {party:name} as its sender"),
    "money.finer_than_coin": Text(
        "a sum has part of a smallest coin of {currency}, which has {places} decimal places; it moved as it was stated"
    ),
    "money.names_no_pledge": Text(
        "no promise is named, so what {donor:name} promised stays open",
        "name the pledge or the commitment that it keeps, if it keeps one",
    ),
    "money.not_an_amount": Text(
        "{amount:amount} is no sum that can be given",
        "a sum must be above zero; what is given back is said as a refund (enduse say DIR refund)",
    ),
    "money.other_currency": Text(
        "{kind:term} {identifier:name} is in another currency and stays open: nothing says what {amount:amount} counts as"
    ),
    "money.other_source": Text(
        "{party:name} tells that money of {donor:name} from {name} already; from another source as well it would count twice",
        "let another party add this file: then one of the two counts, and the other stands beside it by name",
    ),
    "money.overdrawn": Text("{account} now stands at {amount:amount}: more went out than came in"),
    "money.beyond_paid": Text(
        "{amount:amount} of it is more than {donor:name} is recorded to have paid {party:name}: "
        "it stands as a payment and opens no promise again"
    ),
    "money.beside": Text("others speak of this money of {donor:name} already: it stands beside, in no sum"),
    "money.own_word": Text(
        "{donor:name} speaks for itself from now on; what {party:name} reported of this stands beside, in no sum"
    ),
    "money.reported": Text("reported by {party:name}, not said by {donor:name} itself"),
    "money.to_oneself": Text(
        "{party:name} pays itself: no money moves", "name the party that received it, or leave the statement out"
    ),
    "money.step_unknown": Text("{kind:term} {identifier:name} of {donor:name} is not in the record"),
    "pack.booked_before": Text(
        "{material:name} in {unit} was booked before this was recorded: it stays in packs in the books, and is compared, summed "
        "and traced in what they hold"
    ),
    "pack.contradicts": Text(
        "packs of {material:name} are told to hold different amounts from one day on: neither counts",
        "ask who told them, and correct the wrong one",
    ),
    "pack.not_known": Text(
        "{amount:quantity} is told where {other:quantity} stands in the books ({account}), and nobody has said how much one "
        "holds: the two cannot be compared",
        "say what one holds: enduse say DIR pack",
    ),
    "pack.too_much": Text(
        "what these packs of {material:name} would hold is more than can be booked: they stay in packs"
    ),
    "rate.not_above_zero": Text("a rate of {value} is none", "a rate must be above zero"),
    "same.means_another": Text(
        "{name:name} means {item:name} already", "correct what was said of it before, or leave the statement out"
    ),
    "takeover.names_nobody": Text(
        "who takes goods over on their way says from whom", "name the possessing party at the source"
    ),
    "reading.evidence_only": Text("a measurement of {of:term} is evidence and moves nothing"),
    "reading.no_place": Text("a measurement of stock must name its place", "name the place"),
    "receipt.before_dispatch": Text("received before it was dispatched, by the times the parties claim"),
    "receipt.declared_never_sent": Text(
        "the sender said in statement {entry} that consignment {consignment:name} never left; "
        "this receipt is kept beside it until the sender corrects that"
    ),
    "receipt.material_never_dispatched": Text(
        "{material:name} was received that was never dispatched in this consignment"
    ),
    "receipt.told_in_another_unit": Text(
        "{material:name} was sent in another unit in this consignment: the two cannot be compared",
        "say how much one pack of it holds (enduse say DIR pack), or tell it in the unit in which it was sent",
    ),
    "receipt.misfit": Text("consignment {consignment:name} of {sender:name}: {why}; this receipt is kept beside it"),
    "receipt.sender_by_amount": Text(
        "consignment {consignment:name}: {parties:names} sent too little under this number, or to nobody by name; this receipt "
        "is taken to be of what {sender:name} sent",
        "if it is not, correct it and name the sender: the possessing party at the source",
    ),
    "receipt.names_no_consignment": Text("no consignment is named: this receipt cannot carry custody back to a sender"),
    "lead.use_beyond_arrival": Text(
        "{used:amount} is declared as used in {project:name}, and {arrived:amount} is shown to have arrived with "
        "{parties:names}; no condition is met by more than that",
        "ask for the papers of what came: a delivery that was not recorded, or a mistaken unit or number",
    ),
    "lead.use_by_others": Text(
        "{party:name} says that it used {used:amount} in {project:name}, which {builders:names} build: that stands beside, and "
        "counts for nothing there",
        "ask {builders:names} whether it is so; a mandate to use goods there lets it count",
    ),
    "lead.closed_by_sender": Text(
        "a shortage of {amount:amount} of {item} that stood since {since:day} closed by a correction of {party:name}, by which less was "
        "sent, on {day:day} (statement {entry})",
        "ask {party:name} what shows it, and whoever received it whether that is so",
    ),
    "lead.closed_by_content": Text(
        "{amount:amount} of {item} that was missing since {since:day} is so no more since {party:name} said anew what a pack of it holds, on "
        "{day:day} (statement {entry})",
        "ask {party:name} what shows it, and have some packs weighed by a party that neither sent nor received them",
    ),
    "lead.thousandfold": Text(
        "{sent:amount} was sent in {item} and {received:amount} received (statements {entries:list}): a thousandfold",
        "look at the units: kilograms for tonnes, perhaps",
    ),
    "lead.near_number": Text(
        "{party:name} received {amount:amount} under {number}, which nobody sent (statement {entry} of {teller:name}); of {other} "
        "of {sender:name}, one sign away, {open:amount} is open",
        "look at the paper; whoever mistook the number can correct it",
    ),
    "lead.came_elsewhere": Text(
        "{party:name} received {amount:amount} under {number} (statement {entry} of {teller:name}), and no dispatch of that to it is "
        "recorded; of {other} of {sender:name} {open:amount} is open",
        "ask {party:name} whether these are the same goods; if they are, a corrected paper settles it",
    ),
    "lead.came_without_number": Text(
        "{amount:amount} came in at {place:name} without a number, and of {other} of {sender:name}, on its way there to "
        "{party:name}, {open:amount} is open",
        "ask {party:name} whether these are the same goods; if they are, let it correct its receipt and write the number",
    ),
    "lead.counts_differ": Text(
        "{party:name} counted {one:amount} at {place:name} (statement {first}) and {other:amount} (statement {second}), both for one "
        "time on {day:day}",
        "ask {party:name} which holds; it can correct the other",
    ),
    "lead.handed_over": Text(
        "{party:name} lacks {amount:amount} at {place:name}, and {other:name} has {more:amount} too much there: perhaps one "
        "handed it over to the other",
        "ask both; if so, let {party:name} say that it sent it, and {other:name} that it received it, under one number",
    ),
    "lead.spoiled_destroyed": Text(
        "{party:name} destroyed {destroyed:amount} at {place:name} and has {amount:amount} too much there, while "
        "{spoiled:amount} lie there as spoiled: perhaps these were destroyed",
        "ask {party:name}; if so, let it correct what was destroyed and state its condition",
    ),
    "lead.receiver_below_zero": Text(
        "{party:name} is shown to hold {amount:amount} at {place:name}, less than nothing, and of {other} of {sender:name}, on its "
        "way there, {open:amount} is open: perhaps it came, and its receipt is not recorded",
        "ask {party:name} for its receipt",
    ),
    "lead.on_one_paper": Text(
        "{over:amount} more than was sent came to {party:name} under {item}, and {lacking:amount} is open of {other}, also from "
        "{sender:name}: perhaps both came on one paper",
        "ask {party:name}; it can correct its receipt and write one for each number",
    ),
    "lead.rows_exchanged": Text(
        "in {item} of {sender:name} {party:name} received {over:amount} more than was sent, and {lacking:amount} less: perhaps two rows "
        "of one paper were exchanged",
        "ask {party:name} what came of each; it can correct its receipt",
    ),
    "lead.swapped": Text(
        "{item} and {other} of {sender:name} may be swapped: {party:name} received {amount:amount} under {other}, and "
        "{receiver:name} {more:amount} under {item}",
        "ask {party:name} and {receiver:name} which goods these are; whoever mistook the paper can correct it",
    ),
    "lead.swapped_by_one": Text(
        "{item} and {other} of {sender:name} may be swapped: {party:name} received {amount:amount} under {other}, and "
        "{more:amount} under {item}",
        "ask {party:name} which goods these are; if it mistook the papers, it can correct its receipts",
    ),
    "lead.papers_of_two": Text(
        "the papers {item} of {sender:name} and {other} of {owner:name} may be swapped: {party:name} received {over:amount} too "
        "much under the one, and {lacking:amount} lacks under the other",
        "ask {party:name} which goods these are; whoever mistook the paper can correct it",
    ),
    "lead.received_before_sent": Text(
        "{party:name} received of {item} on {received:day} (statement {entry}), before anything of it was sent, on {sent:day}",
        "ask which day is wrong; who said it can correct it",
    ),
    "lead.paid_long_before": Text(
        "{amount:amount} from {payer:name} to {recipient:name} is dated {day:day} (statement {entry}), years before the "
        "programme began, on {begun:day}",
        "look at the year; if it is wrong, who said it can correct it",
    ),
    "lead.not_exchanged": Text(
        "{party:name} holds {held:amount} and paid out {lacking:amount} that it is not recorded to have received",
        "let it record the exchange, if there was one",
    ),
    "lead.counts_unlike_rate": Text(
        "{party:name} paid {amount:amount} and counts it as {counted:amount} of its promise (statement {entry}); at the rates of "
        "that day the one is worth {worth:amount}, the other {counted_worth:amount}",
        "ask how that sum was come by; who said it can correct it",
    ),
    "lead.rates_differ": Text(
        "the rate of {publisher:name} for {base} in {quote} on {day:day} is {value} by {party:name} and {other} by {by:name} "
        "(statements {first} and {second}); neither is used",
        "let whoever is wrong correct it; a source that is named as a party counts by its own word",
    ),
    "lead.rates_taken_over": Text(
        "{publisher:name} states its own rates since statement {entry}: what {parties:names} stated of them before is used no more "
        "(the first is statement {first})",
        "ask who enrolled the key of {publisher:name} (enduse key list), and whether it is that source",
    ),
    "lead.spent_and_paid": Text(
        "{party:name} spent {spent:amount} on {payee:name}, and {paid:amount} is told as paid by it to {payee:name} (number {number}): "
        "both count, and may be one payment",
        "ask {party:name} whether these are one; whoever told it twice can correct one of the two",
    ),
    "lead.sums_differ": Text(
        "{payer:name} says that it paid {paid:amount} under {number}, and {recipient:name} that it received "
        "{received:amount} (statements {first} and {second})",
        "ask both: a fee of the transfer, which the payer states with what was received, or a gap",
    ),
    "lead.told_in_kind": Text(
        "{party:name} tells {amount:amount} that {payer:name} gave {recipient:name} in kind (number {number}), and {teller:name} "
        "{told:amount} that it paid it (number {other}): both count",
        "ask {recipient:name} whether these are one; if they are, it can tell its own once more and say which number it confirms",
    ),
    "lead.told_nearly": Text(
        "{amount:amount} from {payer:name} to {recipient:name} on {day:day} is told as {number}, and {told:amount} on {on:day} "
        "as {other}, by two parties (statements {first} and {second}); only the first is in the sums",
        "if both are one payment, let {recipient:name} correct its own and say that it confirms {number}",
    ),
    "lead.told_twice": Text(
        "{amount:amount} from {payer:name} to {recipient:name} on one day is told as {number} and as {other}, "
        "by two parties (statements {first} and {second}); only the first is in the sums",
        "if both are one payment, let {recipient:name} correct its own and say that it confirms {number}",
    ),
    "totals.only_reported": Text("all of it as reported by {party:name}; no donor says it itself"),
    "totals.part_reported": Text(
        "of it {pledged:amount} pledged and {paid:amount} paid as reported by {party:name}, where the donors do not"
        " speak for themselves"
    ),
    "totals.unlinked": Text("{amount:amount} of what was paid is linked to no promise: less may be open than it says"),
    "totals.goods_told": Text(
        "{came_in:amount} of what came in and {stored:amount} of what is in store are the word of {party:name} alone, not"
        " of those whose goods they are"
    ),
    "totals.goods_more_told": Text(
        "one more party speaks for others", many="{n:number} more parties speak for others: --json lists all"
    ),
    "totals.beside": Text(
        "beside this, in no sum: {party:name} reports {amount:amount} of {donor:name} as {step:term}; the word"
        " of {voice:name} counts"
    ),
    "totals.more_beside": Text("and one more such report in no sum", many="and {n:number} more such reports in no sum"),
    "report.beside": Text(
        "what {party:name} said of the goods of {holder:name} counts; this report stands beside it and is compared"
    ),
    "report.replaced": Text(
        "the own word of {owner:name} takes the place of what {party:name} reported in statement {entry}"
    ),
    "statement.applied_before": Text("the same statement was taken in before, as statement {entry}"),
    "statement.given_before": Text(
        "{kind:term} {identifier:name} was already stated in statement {entry}", "correct that statement first"
    ),
    "statement.of_the_future": Text("it is claimed for a time that has not come", "say it when it has happened"),
    "stock.below_zero": Text(
        "{owner:name} is shown to hold {amount:amount} of {material:name} at {place:name}, less than nothing",
        "something that came in was not recorded, or something that went out was recorded twice",
    ),
    "trace.uneven": Text(
        "what comes into {node} is not what goes on from it: this trace is not shown",
        "this is a fault of the software: report it with the name that was asked for",
    ),
    "trace.unknown": Text(
        "nothing in the ledger is called {identifier}",
        "give the identifier of a pledge, payment, lot, consignment, project, place or party",
    ),
    "trace.waits_for_dispatch": Text(
        "{amount:quantity}, {account}: {why:term}; this waits for the sender to record what was sent"
    ),
    "trace.waits_for_entry": Text(
        "{amount:quantity}, {account}: {why:term}; this waits for {owner:name} to record what came in, and when"
    ),
    "trace.waits_for_payment": Text(
        "{amount:quantity}, {account}: {why:term}; this waits for the payment to {owner:name} to be recorded, or for its "
        "word that the money is its own"
    ),
    "trace.waits_for_promise": Text(
        "{amount:quantity}, {account}: {why:term}; this waits for {owner:name} to record what was promised, or that it gave more"
    ),
}
