"""What the programme has to say: why a statement about the arrangement has no effect."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    # -- who may -------------------------------------------------------------------------------------------------
    "authority.from_the_future": Text(
        "it claims {day:day}, more than a day after it was recorded; {act:act} cannot be stated for days to come"
    ),
    "authority.too_late": Text(
        "it was recorded {n} day after it is said to have happened; this programme takes it in within {limit} days",
        many="it was recorded {n} days after it is said to have happened; this programme takes it in within {limit} days",
    ),
    "authority.no_rule": Text(
        "no rule of this programme gives a mandate for {act:act}, so nobody may state it",
        'found the programme with a rule for it, {{act: "{act}", function: …}}, or with “{act}” among its open_acts',
    ),
    "authority.no_rule_to_count": Text(
        "no rule of this programme gives a mandate to count the stock of {party:name}",
        "let {party:name} state its own count",
    ),
    "authority.structure": Text(
        "{party:name} may not state {act:act}: that is for the keeper and the administration",
        "let the keeper state it, or whoever holds the mandate of the administration there: enduse mandates DIR shows who",
    ),
    "authority.no_mandate": Text(
        "{party:name} held no mandate for {functions:names} in {place:name} on {day:day}; {act:act} needs one",
        "let whoever holds one state it: enduse mandates DIR --on DAY shows who",
        many="{party:name} held no mandate for any of {n} functions ({functions:names}) in {place:name} on {day:day};"
        " {act:act} needs one",
    ),
    "authority.no_mandate_for_all": Text(
        "{party:name} held no mandate for {functions:names} for the whole programme (the statement names no place)"
        " on {day:day}; {act:act} needs one",
        "name the place, or have a mandate for all places",
        many="{party:name} held no mandate for any of {n} functions ({functions:names}) for the whole programme"
        " (the statement names no place) on {day:day}; {act:act} needs one",
    ),
    "authority.no_mandate_nowhere": Text(
        "{party:name} held no mandate for {functions:names} in {place}, which is not a known place, on {day:day};"
        " {act:act} needs one",
        "state the place first",
        many="{party:name} held no mandate for any of {n} functions ({functions:names}) in {place}, which is not a"
        " known place, on {day:day}; {act:act} needs one",
    ),
    # -- how parties are related -----------------------------------------------------------------------------------
    "relation.same": Text("{party:name} is {other:name}"),
    "relation.owned_by": Text("{party:name} is owned by {other:name}"),
    "relation.member_of": Text("{party:name} is a member of {other:name}"),
    "relation.owned_by_until": Text(
        "{party:name} was owned by {other:name} until {until:day}, which counts until {counts:day}"
    ),
    "relation.member_of_until": Text(
        "{party:name} was a member of {other:name} until {until:day}, which counts until {counts:day}"
    ),
    "clock.not_the_council": Text(
        "{party:name} is no member of the umbrella in force", "a clock is corrected by the council"
    ),
    "tie.unknown": Text("no tie of {party:name} to {other:name} was ever stated"),
    "tie.ended_already": Text("the tie of {party:name} to {other:name} has already ended, on {day:day}"),
    "tie.not_a_side": Text(
        "{speaker:name} is no side of the tie of {party:name} to {other:name}",
        "both sides say that it is over, or members of the umbrella in force do",
    ),
    # -- what is not known -----------------------------------------------------------------------------------------
    "party.unknown": Text("party {party} is not known", "state the party first"),
    "function.unknown": Text(
        "function {functions:list} is not known",
        "use a function that the founding statement declares",
        many="{n} functions are not known: {functions:list}",
    ),
    "place.unknown": Text(
        "place {places:list} is not known", "state the place first", many="{n} places are not known: {places:list}"
    ),
    # -- mandates --------------------------------------------------------------------------------------------------
    "mandate.never_offered": Text("mandate {mandate:name} was never offered"),
    "mandate.declined": Text("mandate {mandate:name} was declined or withdrawn", "offer it anew under another name"),
    "mandate.offered_already": Text("mandate {mandate:name} was already offered", "end it and use another identifier"),
    "mandate.never_accepted": Text("mandate {mandate:name} was never accepted"),
    "mandate.ended_already": Text("mandate {mandate:name} has already ended", "offer a mandate of its own instead"),
    "mandate.not_given_by": Text(
        "{party:name} may neither give a mandate for these places nor offer another party",
        "the keeper or the administration of these places offers it",
    ),
    "mandate.handover_in_part": Text(
        "a handover passes the whole of mandate {mandate:name}", "end it and offer parts anew"
    ),
    "mandate.held_already": Text("{party:name} holds mandate {mandate:name} already; a handover is to another party"),
    "mandate.beyond_own_period": Text(
        "{party:name} passes on mandate {mandate:name} within its own period only",
        "state a period that lies within that of the mandate",
    ),
    "mandate.not_in_force": Text("mandate {mandate:name} is not in force, so {party:name} cannot hand it over"),
    "mandate.own_judge": Text(
        "{party:name} may not give what judges others, {functions:names}, to itself or its own: {ties:list}",
        "let another party that administers these places offer it, or offer it to a party that is not related",
    ),
    "mandate.own_administration": Text(
        "{party:name} may not give the administration to itself or its own: {ties:list}"
    ),
    "mandate.type_refused": Text("{offered:term} was offered for {function:name}; the rule: {reason}"),
    "mandate.type_refused_as_quoted": Text(
        '{offered:term} was offered for {function:name}; the rule: {reason} ("{quote}")'
    ),
    "mandate.incompatible_within": Text("{functions:names} may not be held together: {reason}"),
    "mandate.incompatible": Text(
        "{party:name} may not hold {function:name} where {other:name} holds {held:name}: {reason} ({ties:list})"
    ),
    "mandate.accepted_already": Text("mandate {mandate:name} was already accepted", "end it where it should not go on"),
    "mandate.for_holder": Text("mandate {mandate:name} is for {party:name} to accept"),
    "mandate.for_givers": Text(
        "mandate {mandate:name} was offered by its holder; the keeper or the administration accepts"
    ),
    "mandate.accepted_too_early": Text("mandate {mandate:name} cannot be accepted before it was offered"),
    "mandate.checks_open": Text(
        "readiness checks are open: {checks:list}; no acceptance, no handover", "state that each of them holds"
    ),
    "mandate.handed_over_already": Text("mandate {mandate:name} was already handed over as {successor:name}"),
    "mandate.succession_without_handover": Text(
        "a mandate that is succeeded, and readiness checks, are named by a handover alone"
    ),
    "mandate.over_before_accepted": Text("mandate {mandate:name} was over before it was accepted"),
    "mandate.not_a_side": Text("{party:name} is not a side of mandate {mandate:name}"),
    "mandate.check_unknown": Text("mandate {mandate:name} has no readiness check {check}"),
    "mandate.check_for_receiver": Text("readiness check {check} is for {party:name} to confirm"),
    "mandate.check_for_function": Text(
        "readiness check {check} is for a holder of {function:name}; {party:name} is none"
    ),
    "mandate.offer_of_another": Text("only {party:name} withdraws its offer", "decline it instead"),
    "mandate.not_its_giver": Text("{party:name} does not give mandate {mandate:name}"),
    "mandate.changed_backwards": Text(
        "what was done under a mandate stays done: it cannot be ended, suspended or resumed back on {day:day}",
        "date it on the day it is recorded, or later",
    ),
    "mandate.suspended_already": Text("mandate {mandate:name} is suspended already"),
    "mandate.not_suspended": Text("mandate {mandate:name} is not suspended"),
    # -- umbrella and quorum ---------------------------------------------------------------------------------------
    "umbrella.at_fault": Text("{faults:list}", "mend the umbrella and state it again"),
    "umbrella.ended": Text("the umbrella has ended, and no other is in force"),
    "umbrella.member_unknown": Text("member {party} is not a known party"),
    "umbrella.member_twice": Text("{party:name} is a member twice"),
    "umbrella.group_empty": Text("required group {group} has no member"),
    "quorum.lacking": Text("{parts:list}"),
    "quorum.votes": Text("{agree} of {needed} needed among {among:names}"),
    "quorum.no_voters": Text("{agree} of {needed} needed among nobody"),
    "quorum.parts": Text("{agree} of {needed} needed of the parts that follow"),
    "quorum.votes_and_parts": Text("{agree} of {needed} needed among {among:names} and the parts that follow"),
    "quorum.one_voice": Text(
        "of {parties:names}, who signed, some are related: together they are one voice, of one group"
    ),
    "quorum.not_a_member": Text("{party:name} is not a member and does not count"),
    "quorum.too_deep": Text("the quorum nests deeper than {limit}"),
    "quorum.group_empty": Text("the quorum counts on group {group}, which has no member"),
    "quorum.voter_no_member": Text("the quorum counts on {party:name}, which is not a member (or has left)"),
    "quorum.out_of_reach": Text("the quorum needs {needed} of {among} and can never be reached"),
    # -- programme, places, parties --------------------------------------------------------------------------------
    "programme.not_founded": Text("the programme is not founded"),
    "programme.founded_already": Text("the programme is already founded"),
    "programme.functions_undeclared": Text(
        "rules name functions that are not declared: {functions:list}", "declare them among the functions"
    ),
    "place.within_unknown": Text("place {place} lies within {within}, which is not known", "state that place first"),
    "place.within_itself": Text("each of these places would lie within the next, and so within itself: {chain:list}"),
    "place.too_deep": Text("places nest deeper than {limit}"),
    "party.of_another": Text(
        "{party:name} may describe itself only; {other:name} is described by itself or the keeper"
    ),
    "party.name_of_another": Text(
        "the name {name} cannot be told from a name of {other:name}", "use a name that nobody can mistake for another"
    ),
    # -- registers -------------------------------------------------------------------------------------------------
    "post.of_another": Text("posts of {party:name} are described by itself or the administration"),
    "post.other_body": Text("posts {post} belong to {party:name}"),
    "post.described_later": Text("posts {post} were described later already, on {day:day}"),
    "post.share_within": Text(
        "{counted} of {filled} filled posts of {party:name} are from {categories:term}: within the rule"
        " (at least {least}, at most {most})"
    ),
    "post.share_outside": Text(
        "{counted} of {filled} filled posts of {party:name} are from {categories:term}: outside the rule"
        " (at least {least}, at most {most})"
    ),
    "post.share_unknown": Text(
        "{counted} of {filled} filled posts of {party:name} are from {categories:term}: not known by the rule"
        " (at least {least}, at most {most})"
    ),
    "request.sent_already": Text("request {request} was already sent"),
    "request.to_itself": Text("a party does not ask itself"),
    "request.never_sent": Text("request {request} was never sent"),
    "request.answered_already": Text("request {request} was already {answer:term}"),
    "request.for_another": Text("request {request} is for {party:name} to {step:term}"),
    "undertaking.registered_already": Text(
        "undertaking {undertaking} is already registered", "new words take a new identifier"
    ),
    "undertaking.source_missing": Text(
        "an undertaking of {party:name} that {party:name} does not state itself needs its source",
        "say where it was read, as a citation",
    ),
    "undertaking.rested_upon": Text(
        "undertaking {undertaking} was met, withdrawn or judged, or its day has come: it is not taken back",
        "its party withdraws it, or disputes that it was ever made; other words take a new identifier",
    ),
    "undertaking.not_registered": Text("undertaking {undertaking} is not registered"),
    "undertaking.for_another": Text("undertaking {undertaking} is for {party:name} to {step:term}"),
    "undertaking.met_by_own_word": Text("nobody says of itself that its undertaking is met: {ties:list}"),
    "undertaking.no_mandate": Text(
        "{party:name} has no mandate to say that an undertaking is met",
        "let whoever holds the function of the rule for undertaking:met say it: enduse mandates DIR --on DAY shows who",
    ),
    "knowledge.stated_already": Text("{name} was already stated", "new words take a new identifier"),
    "knowledge.of_another": Text("{name} is {party:name}'s; only {party:name} supersedes it"),
    "knowledge.superseded_unknown": Text("{name} about {about:name} is not known, so it cannot be superseded"),
    "indicator.value_twice": Text("this value of {series} is already there"),
    "indicator.other_unit": Text("series {series} is in {unit}, not in {given}"),
    "correction.of_another": Text("{party:name} said it; only that party takes it back"),
    "seal.twice": Text("this commitment is sealed already; every seal has its own random bytes"),
    "seal.copied": Text("another party has disclosed what lay under this commitment: it was its own"),
    "seal.unknown": Text("nothing was sealed under this commitment"),
    "seal.of_another": Text("{party:name} sealed it; only that party discloses or erases it"),
    "seal.closed_already": Text("it was {closed:term} before"),
    "seal.value_differs": Text("the disclosed value is not what was committed to"),
    # -- keys --------------------------------------------------------------------------------------------------------
    "key.not_in_force": Text("key {key} is not in force", "sign with a key that is in force"),
    "key.replaced": Text(
        "a recovered key has taken the place of this key of {party:name}",
        "sign with key {by}; if you did not ask for it, object with the old one",
    ),
    "key.waits": Text("this key of {party:name} is not in force yet: its recovery is not decided"),
    "key.suspended": Text(
        "this key of {party:name} is suspended until {until:day}",
        "say it again when it is in force; a suspended key can still object to a recovery",
    ),
    "key.keeper_only_suspends": Text(
        "only {party:name} revokes its own keys", "suspend the key: that lasts for the waiting time"
    ),
    "key.keeper_gives_none": Text(
        "{party:name} has had a key, and nobody enrols another for it at once",
        "ask for a recovery, which waits in public; or let its own key in force enrol the next",
    ),
    "key.enrol_instead": Text("a party asks for no recovery of its own key", "enrol the new key with one in force"),
    "key.never_had": Text("{party:name} never had a key that could be lost", "enrol its first key"),
    "key.object_instead": Text("a key that waits for its recovery is not revoked", "object to the recovery"),
    "key.party_without": Text("{party:name} has no key, and never had one"),
    "key.last_of_keeper": Text(
        "this is the keeper's last key in force, and without one nothing can be recorded", "enrol its successor first"
    ),
    "key.no_right": Text("that is not for {party:name} to say of this key"),
    "key.suspends_nothing": Text("this key of {party:name} is not in force, so there is nothing to suspend"),
    "key.suspended_once": Text(
        "{party:name} has suspended this key before, and may do so once",
        "another body that the founding names may suspend it, or stand by a recovery",
    ),
    "key.not_suspended": Text("this key of {party:name} is not suspended"),
    "key.confirms_nothing": Text("there is nothing to confirm of this key of {party:name}"),
    "key.not_recovering": Text("no recovery of {party:name} waits for a decision on this key"),
    "key.objects_not": Text("only another key of {party:name} that was not revoked can object"),
    "key.decided": Text("the recovery of {party:name} was decided on {day:day}, and stands"),
    "key.said_already": Text("{party:name} has said so already"),
    "key.quorum_decides": Text(
        "{party:name} has objected, so waiting decides nothing", "the bodies that the founding names decide"
    ),
    "key.too_early": Text("the recovery of {party:name} waits in public until {until:time}", "complete it then"),
    "key.not_witnessed": Text(
        "no quorum of the witnesses has seen {days:number} days pass since the request",
        "name two checkpoints that they cosigned so far apart, the first over the request",
    ),
    "key.not_settled": Text(
        "no quorum of the witnesses has seen {days:number} days pass since this key came into force",
        "name two checkpoints that they cosigned so far apart, the first over its completion",
    ),
    "key.may_object": Text(
        "{party:name} may still object with this key to the one that took its place, so it is not revoked",
        "revoke it when the time to object is over",
    ),
    "key.voice_by_waiting": Text(
        "the key of {party:name} was recovered by waiting alone: it decides on nobody else's key",
        "let the other bodies approve a key of {party:name} first",
    ),
    # -- what a reader must know of a key ----------------------------------------------------------------------------
    "key.marked": Text("Of this record's statements {n:number} are {told}"),
    "key.mark_quorum": Text("signed under a key of {party:name} recovered on {day:day} by {by:names}"),
    "key.mark_witnesses": Text(
        "signed under a key of {party:name} recovered on {day:day} at the request of {by:names}, after a public waiting "
        "time that witnesses saw pass"
    ),
    "key.mark_clock": Text(
        "signed under a key of {party:name} recovered on {day:day} at the request of {by:names}, after a public waiting "
        "time told by nobody's clock but the keeper's"
    ),
    "key.mark_contested": Text(
        "signed under a key of {party:name} that {by:name} asked for, and to which {party:name} has objected since"
    ),
    "key.notice_waits": Text(
        "a new key for {party:name}, asked for by {by:name} on {day:day}, may come into force from {until:day} on, unless "
        "{party:name} objects with its old one"
    ),
    "key.notice_objected": Text(
        "{party:name} has objected to the new key that {by:name} asked for on {day:day}: it comes into force only when "
        "{need:number} of these agree: {bodies:names}"
    ),
    "key.notice_stuck": Text(
        "{party:name} has objected to the new key that {by:name} asked for on {day:day}, and the founding names nobody who "
        "could decide"
    ),
    "key.notice_contestable": Text(
        "the new key of {party:name} that {by:name} asked for is in force since {day:day}; {party:name} may still object with "
        "its old one until {until:day}, and what is signed meanwhile would then be contested"
    ),
    "key.notice_contestable_witnesses": Text(
        "the new key of {party:name} that {by:name} asked for is in force since {day:day}; {party:name} may still object with "
        "its old one until it is stated that witnesses saw the waiting time pass once more"
    ),
    "key.notice_suspended": Text("a key of {party:name} is suspended by {by:name} until {until:day}"),
    # -- keys of devices and clerks ------------------------------------------------------------------------------------
    "delegation.kind": Text(
        "{label} may say {says:list}, and this is {kind:act}", "let the party itself say it, or delegate that too"
    ),
    "delegation.function": Text(
        "this needs {functions:names}, in which {label} does not speak",
        "let the party itself say it, or delegate that too",
    ),
    "delegation.place": Text(
        "{label} speaks at {places:names}, and this is about {place:name}",
        "let the party itself say it, or delegate that place too",
    ),
    "delegation.no_place": Text(
        "{label} speaks at {places:names}, and this names no place", "say where with `--place`"
    ),
    "key.expired": Text(
        "what was delegated to {label} is over since {until:time}", "let the party delegate anew, to a new key"
    ),
    "key.delegate_says_nothing": Text(
        "a key that {party:name} delegated to a device or clerk says nothing of keys", "use the party's own key"
    ),
    "key.hands_on_nothing": Text(
        "only a key that {party:name} delegated, and let be handed on, hands on to another",
        "`enduse key delegate --may-hand-on` lets it; a party's own key is changed with `enduse key change`",
    ),
    "key.brings_itself": Text(
        "this request is for the very key that is to sign it", "sign with the key that was in force before: --key FILE"
    ),
    "key.handed_on": Text("this key of {label} was handed on to that of the next shift", "sign with key {by}"),
    "key.delegates_for_another": Text(
        "only {party:name} itself delegates what it may say", "leave out what is delegated"
    ),
}
