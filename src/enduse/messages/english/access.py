"""What the room of access says: why a statement about movements, crossings or service points has no effect."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "access.backwards": Text(
        "{later:term} is said to have happened on {end:time}, before {earlier:term}, on {start:time}",
        "correct the time of one of the two",
    ),
    "access.no_area": Text("no place is given", "name the broad area in which it is"),
    "access.no_shape": Text(
        "none of the areas has a shape there: {areas:names}",
        "bring the shapes of the areas by whose P-codes the places are called",
    ),
    "access.no_shapes": Text(
        "it holds no shapes of areas with P-codes",
        "bring GeoJSON of polygons with adm2_pcode, as OCHA's COD-AB gives it",
    ),
    "access.shapes_no_degrees": Text(
        "its shapes are not in degrees of longitude and latitude",
        "save them anew as GeoJSON in WGS 84, as the standard has it",
    ),
    "access.too_many_shapes": Text("it has more than can be drawn: at most {most:number} areas"),
    "access.not_yet": Text(
        "it is said to have happened on {day:time}, later than it was recorded, on {recorded:time}",
        "say what has happened, once it has; a plan belongs into what is sealed",
    ),
    "access.party_unknown": Text(
        "{party:name} is named, and is no party of the programme: state it, or look whether its name is written right"
    ),
    "access.other_place": Text(
        "{place:name} is not a place of a type that may be named here",
        "name a broad area for movements, service points and incidents, and a crossing or corridor for what passes there",
    ),
    "access.too_many_steps": Text("{item} has {most} steps already", "begin another one"),
    "clearance.need_negative": Text("a need of {need} is below nothing", "write how needed it is as 0 or more"),
    "clearance.trucks_misplaced": Text(
        "only a request tells how many lorry loads there are and how needed they are", "leave it out of later steps"
    ),
    "clearance.requested_twice": Text(
        "{item} was requested before by the same party", "say its next step, or give the new request another identifier"
    ),
    "clearance.before_request": Text(
        "this is said to have happened on {at:time}, before {item} was requested, on {first:time}: look which time is right"
    ),
    "clearance.requested_by_another": Text(
        "{party:name} requested {item} before, and its request counts; if this is another one, correct it and give it another "
        "identifier"
    ),
    "clearance.unknown": Text("{item} was never requested", "state the request first"),
    "closure.elsewhere": Text(
        "closure {closure} is one of {place:name}", "give a closure of another place another identifier"
    ),
    "closure.of_another": Text(
        "closure {closure} was stated by {party:name}", "state it under an identifier of your own"
    ),
    "closure.overlaps": Text(
        "{place:name} is closed then already: closure {closure}, from {start:time} on, by the same party",
        "give that closure its end first, or correct one of the two",
    ),
    "closure.overlaps_another": Text(
        "{party:name} says of {place:name} that it is closed then too: closure {closure}, from {start:time} on"
    ),
    "crossing.leads_elsewhere": Text(
        "{place:name} is said to lead to {behind:name}, where no way goes on: a crossing leads to corridors and broad areas, a corridor "
        "to broad areas"
    ),
    "crossing.window_backwards": Text(
        "the window closes at {closes}, not after it opens, at {opens}",
        "write when it opens and when it closes on one day; a window past midnight is two windows",
    ),
    "incident.twice": Text(
        "incident {incident} was reported before, by {party:name}",
        "count one incident once: give another one another identifier",
    ),
    "point.supplies_below_nothing": Text(
        "supplies for {days:number} days are below nothing: they are counted as run out so many days before; look whether the number is "
        "right"
    ),
    "movement.cancelled_already": Text("movement {movement} was called off before, by the same party"),
    "movement.departed_already": Text(
        "movement {movement} has departed by the word of the same party, and is not called off any more",
        "say that it was turned back, or correct the departure",
    ),
    "movement.looks_double": Text(
        "movement {other} was notified by the same party for the same area and time; if {movement} is the same one, take one back"
    ),
    "movement.notified_twice": Text(
        "movement {movement} was notified before by the same party",
        "say its next step, or give another movement another identifier",
    ),
    "movement.of_another": Text(
        "movement {movement} was notified by {party:name}", "give your own movement another identifier"
    ),
    "movement.planned_before": Text(
        "it was to depart on {planned:time}, before it was notified, on {at:time}: look which time is right"
    ),
    "movement.planned_misplaced": Text(
        "only a draft or a notification tells when a movement is planned", "leave out when it is planned"
    ),
    "movement.carries_misplaced": Text(
        "only a draft or a notification tells which consignments a movement carries",
        "leave out what it carries",
    ),
    "movement.too_early": Text(
        "a movement is told in the open {n} day after its last step at the earliest",
        "seal it now, so that it counts from then on once it is disclosed: enduse access seal",
        many="a movement is told in the open {n} days after its last step at the earliest",
    ),
    "movement.unknown": Text("movement {movement} was never notified", "state its notification first"),
    "sealed.no_statement": Text(
        "what was sealed is no statement about access: it needs occurred_at, place and body, as JSON",
        "seal what enduse access seal writes",
    ),
    "sealed.other_kind": Text("a statement of kind {kind} is not sealed", "seal one of these: {known:list}"),
    "sealed.no_effect": Text("what was sealed is disclosed, and has no effect: {why}"),
    "access.sealed_due_early": Text(
        "it would be disclosed on {due:time}, and may be told on {first:time} at the earliest",
        "give it a later day",
    ),
    "sending.no_area": Text("{item} is for {place}, which is not known", "state that place first"),
    "sending.no_crossing": Text("there is no crossing or corridor {place}", "name one of enduse access DIR"),
    "sending.too_long": Text("an order of sending is worked out for 1 to {most} days, not for {days}"),
    "sending.too_many": Text("{n:number} requests are more than can be planned: {most:number}"),
    "sending.closed_backwards": Text(
        "{place:name} would be closed from {start:day} to {end:day}, which is not later",
        "write the day from which it is open again after the one from which it is closed",
    ),
    "sending.closed_unread": Text(
        "{text} does not say what is closed and when", "write CROSSING=2026-05-09 or CROSSING=2026-05-09..2026-05-12"
    ),
}
