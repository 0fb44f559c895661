"""What conditions demand, how they stand and why, and why a statement about tranches has no effect."""

from typing import Final

from enduse.messages.english.text import Text

_LOOK_AGAIN: Final = "look at the tranche as it stands now (enduse release DIR) and sign that"

TEXTS: Final = {
    # -- what a condition demands ------------------------------------------------------------------------------------
    "condition.all_of": Text("all of these must hold: {parts:list}"),
    "condition.any_of": Text("one of these must hold: {parts:list}"),
    "condition.at_least": Text("at least {k:number} of these must hold: {parts:list}"),
    "condition.not": Text("this must not hold: ({part})"),
    "condition.part": Text("({part})"),
    "condition.use_verified": Text(
        "at least {share:number} % of the {material:name} billed for {project:name} must be verified as built in"
    ),
    "condition.amount_verified": Text(
        "at least {quantity:amount} of {material:name} must be verified as used for {project:name}"
    ),
    "condition.no_open_difference": Text("no more than {limit:amount} of {material:name} may be missing anywhere"),
    "condition.no_open_difference_at": Text(
        "no more than {limit:amount} of {material:name} may be missing at {place:name}"
    ),
    "condition.no_alarm": Text("no alarm may say that more than {limit:amount} of {material:name} is missing anywhere"),
    "condition.no_alarm_at": Text(
        "no alarm may say that more than {limit:amount} of {material:name} is missing at {place:name}"
    ),
    "condition.attested": Text(
        "a party that holds {function:name} and is independent of the builder must attest to {subject:name}"
    ),
    "condition.attested_lately": Text(
        "a party that holds {function:name} and is independent of the builder must attest to {subject:name}"
        " within the last day",
        many="a party that holds {function:name} and is independent of the builder must attest to {subject:name}"
        " within the last {n:number} days",
    ),
    "condition.count_verified": Text("verified results for {indicator:name} must reach {least:number}"),
    "condition.count_verified_share": Text(
        "verified results for {indicator:name} must reach {least:number} and {share:number} % of what was reported"
    ),
    "condition.finding_present": Text("a finding on {about:name} must stand: {result:term}"),
    "condition.undertaking_met": Text("the undertaking {undertaking:name} must be met"),
    "condition.released": Text("tranche {tranche:name} must have been released"),
    "condition.within": Text("the day must lie between {start:day} and {end:day}"),
    "condition.not_before": Text("the day must not lie before {start:day}"),
    # -- how it stands -----------------------------------------------------------------------------------------------
    "verdict.circle": Text("it waits for itself, by way of other undertakings"),
    "verdict.stands": Text("{value:term}: {demand}"),
    "verdict.stands_because": Text("{value:term}: {demand} ({why:list})"),
    "verdict.humanitarian": Text("a humanitarian project waits for no condition"),
    "verdict.not_measured": Text("nothing was measured"),
    "verdict.not_billed": Text("the bill of quantities has no such line"),
    "verdict.measured_share": Text(
        "measured between {lower:amount} and {upper:amount}, {least:number} to {most:number} % of the bill"
    ),
    "verdict.beyond_arrival": Text(
        "{used:amount} is declared as used and {arrived:amount} is shown to have arrived: no more than that counts by itself"
    ),
    "verdict.read_beyond_shown": Text(
        "{shown:amount} is shown to have come, and more than that was read: no more than that counts by itself"
    ),
    "verdict.measured": Text("measured between {lower:amount} and {upper:amount}"),
    "verdict.other_unit": Text("what is known of it, {amount:amount}, is counted in another unit"),
    "verdict.nothing_known": Text("nothing is known of it"),
    "verdict.missing": Text("{amount:amount} missing"),
    "verdict.missing_between": Text("between {lower:amount} and {upper:amount} missing"),
    "condition.restated": Text(
        "what it waits for was stated anew by {party:name} (statement {entry}), and those who decide it accepted that on"
        " {day:day} (statement {accepted}); first it stood in statement {first}"
    ),
    "condition.waits": Text(
        "{party:name} stated something else for it on {day:day} (statement {entry}), which counts for nothing until those who"
        " decide this tranche accept it: {terms:list}"
    ),
    "condition.waits_for": Text("to accept that (`enduse propose`, accept_condition) they still lack: {lacking}"),
    "condition.would_wait": Text("it would wait for this: {demand}"),
    "condition.would_stand": Text("by that it would be called: {value:term}"),
    "condition.would_pay": Text("it would release {amount:amount} in place of {now:amount}"),
    "condition.would_pay_by_formula": Text("another formula would say how much it pays"),
    "condition.would_be_due": Text("it would be looked at from {day:day} on"),
    "condition.would_be_due_at_once": Text("it would be looked at at once"),
    "condition.would_lapse": Text("it would lapse on {day:day}"),
    "condition.would_not_lapse": Text("it would never lapse"),
    "condition.would_be_called": Text("it would be called otherwise, or cite something else"),
    "verdict.bill_kept": Text(
        "judged by the bill as it stood when the condition was made, {kept:amount}; it was restated as {restated:amount}"
        " since, which the deciding body has not accepted"
    ),
    "verdict.readings_contradict": Text(
        "independent readings contradict each other: they lie further apart than their errors and what was declared as"
        " built in between them allow"
    ),
    "verdict.party_read": Text("{party:name} read {amount:amount}"),
    "verdict.closed_by_relation": Text(
        "{party:name} found {amount:amount} of it, and is not independent ({ties:list}): here it counts as missing"
    ),
    "verdict.not_independent": Text("{party:name} is not independent: {ties:list}"),
    "verdict.without_mandate": Text("{party:name} did not hold {function:name} there on {day:day}"),
    "verdict.attestation_too_old": Text(
        "the attestation of {party:name} is more than a day old",
        many="the attestation of {party:name} is more than {n:number} days old",
    ),
    "verdict.attestations_contradict": Text("the attestations contradict each other"),
    "verdict.attestation_revoked": Text("the attestation was taken back"),
    "verdict.nobody_attested": Text("nobody has attested"),
    "verdict.results_contradict": Text("the results contradict each other"),
    "verdict.no_result": Text("no result was verified"),
    "verdict.results": Text("{verified:number} verified of {reported:number} reported"),
    "verdict.findings_contradict": Text("the findings contradict each other"),
    "verdict.never_undertaken": Text("nobody has undertaken it"),
    "verdict.undertaking_by_keeper": Text(
        "{party:name}, who keeps the record, says that it is met; whoever has the mandate must say so, or find it"
    ),
    "condition.stated_late": Text(
        "{party:name} first stated this tranche on {day:day} (statement {entry}), when what tranches wait for had been judged"
        " already (from statement {judged} on); the project has these too: {tranches:names}"
    ),
    "condition.judged_since": Text(
        "{party:name} judges under a mandate that {giver:name} offered, in force since statement {entry} of {day:day}, after"
        " this tranche was first stated"
    ),
    "verdict.undertaking": Text("the undertaking is {state:term}"),
    # -- conditions that cannot be set -------------------------------------------------------------------------------
    "condition.circle": Text("these tranches would wait for each other: {tranches:names}", "leave out one of them"),
    "condition.of_humanitarian_project": Text(
        "{project:name} is humanitarian; no condition may name it", "humanitarian goods never wait for a condition"
    ),
    "tranche.later_version": Text(
        "the condition of {tranche:name} already has a later version, of {day:day}",
        "a condition cannot be changed for days before its latest version",
    ),
    "condition.nothing_to_accept": Text(
        "among the first {size:number} statements nothing that was stated anew for {tranche:name} waits to be accepted",
        "publish the record once it is stated, look at it again, and sign the record as it stands then",
    ),
    "condition.accepted_by_its_author": Text(
        "{party:name} stated it: somebody who decides and is not related to {party:name} must sign as well"
    ),
    "tranche.of_another_project": Text(
        "tranche {tranche:name} pays for {project:name}", "give the other project a tranche of its own"
    ),
    # -- attestations ------------------------------------------------------------------------------------------------
    "attestation.never_made": Text(
        "{party:name} never made attestation {attestation:name}, so it cannot be taken back"
    ),
    "attestation.not_independent": Text(
        "{party:name} may not attest to {subject:name}, because it is related to who builds it: {ties:list}",
        "the attestation must come from a party that is not related to the builder",
    ),
    # -- decisions ---------------------------------------------------------------------------------------------------
    "decision.before_its_condition": Text(
        "the condition in force for {tranche:name} is not among the {size:number} statements the decision rests on",
        _LOOK_AGAIN,
    ),
    "decision.beyond_the_record": Text(
        "the decision rests on {size:number} statements, and only {index:number} stood before it", _LOOK_AGAIN
    ),
    "decision.condition_not_met": Text("the condition does not allow it: {verdict}"),
    "decision.condition_was": Text("by the statements it rests on, the condition was {value:term}"),
    "decision.not_seen": Text(
        "it rests on the first {size} entries, and statement {entry} came later: what judges a condition must have been"
        " seen by whoever releases",
        _LOOK_AGAIN,
    ),
    "decision.too_old": Text(
        "it rests on the first {size} entries, the record as it stood on {day:day}; a release rests on none older than"
        " {n:number} days",
        _LOOK_AGAIN,
    ),
    "decision.evidence_changed": Text("the evidence has changed since it was seen", _LOOK_AGAIN),
    "decision.evidence_missing": Text(
        "statement {statement} is not among the first {size:number} of the record", "compare the record with a mirror"
    ),
    "decision.facts_unknown": Text("nothing is known of the facts, and what is not known releases nothing"),
    "decision.in_effect": Text("decision {decision:name} is already in effect"),
    "decision.not_independent": Text(
        "{party:name} may not release money to {contractor:name}, because they are related: {ties:list}",
        "a member that is not related to the contractor must sign",
    ),
    "decision.other_content": Text(
        "decision {decision:name} was signed with other content or over other evidence",
        "sign exactly what the others signed, or decide under another name",
    ),
    "decision.other_evidence": Text(
        "the first {size:number} statements give other evidence than the one that was signed",
        "compare the record with a mirror",
    ),
    "decision.other_root": Text(
        "the record has another root at {size:number} statements than the one that was signed",
        "compare the record with a mirror",
    ),
    "decision.signed_already": Text("{party:name} has signed decision {decision:name} already"),
    "tranche.lapsed": Text("tranche {tranche:name} lapsed on {day:day}"),
    "tranche.not_released": Text("tranche {tranche:name} was not released, so nothing can be asked back"),
    "tranche.not_yet_due": Text("tranche {tranche:name} is looked at from {day:day} on"),
    "tranche.released_already": Text("tranche {tranche:name} is already released"),
    # -- payments ----------------------------------------------------------------------------------------------------
    "payment.beyond_tranche": Text("more than the tranche releases"),
    "payment.no_source_of_it": Text("{party:name} is none of the sources of this tranche: {sources:names}"),
    "payment.other_currency": Text("paid in {currency}, released in {released_in}"),
    "payment.to_a_stranger": Text("{recipient:name} neither owns nor builds {project:name}"),
    "what_if.no_part": Text(
        "the condition of {tranche} has no part {number}", "name one of these parts: {numbers:list}"
    ),
    "what_if.no_mark": Text("a part of a condition cannot be '{value}'", "write one of: {marks:list}"),
    "what_if.no_pair": Text(
        "'{value}' does not say what is supposed", "write PART=STATE, such as 1=met, or YEAR=VALUE"
    ),
    "what_if.no_indicator": Text(
        "{tranche} pays for no verified results and waits for none", "suppose parts of its condition instead"
    ),
    "what_if.no_result": Text("'{value}' is no verified result", "write YEAR=VALUE, such as 1=25, or 1=1@2026-06-30"),
    "what_if.released_already": Text("it was released already; a condition that no longer holds takes nothing back"),
    "what_if.recovered": Text("what was released is asked back"),
    "what_if.lapsed": Text("it can no longer be released since {day:day}"),
    "what_if.not_yet_due": Text("it is looked at from {day:day} on"),
}
