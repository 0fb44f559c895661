"""Plans of visits, samples and draws; a round of visits on the command line."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "inspection.chance_out_of_range": Text(
        "the chance of a visit is below 0 or above {most:number} billionths",
        "state each chance in whole billionths, from 0 to {most:number}",
    ),
    "inspection.seed_length": Text(
        "a seed has {wanted} random bytes; this one has {got}", "have one made: enduse plan --new-seed FILE"
    ),
    "inspection.no_plan": Text(
        "no plan can be made of {visits} visits to {places} places",
        "state at least one place and one visit; nobody may gain by being met",
    ),
    "inspection.floor_out_of_reach": Text(
        "{visits} visits are too few to give each of {places} places the smallest chance asked for",
        "plan more visits, or ask for a lower smallest chance",
    ),
    "inspection.no_sample": Text(
        "no sample can be worked out for {wrong} wrong items among {items}",
        "state at least one wrong item, no more wrong ones than items, and a chance between 0 and 1",
    ),
    "inspection.no_limits": Text(
        "no limits can be worked out for {wrong} false among {checked} checked of {records}",
        "no more false than checked, no more checked than there are, at most 100,000 in all, and a chance between 0 and 1",
    ),
    "inspection.no_loss": Text(
        "{loss} is no part of what passed a place", "state a loss above 0 and at most 1, such as 0.05"
    ),
    "inspection.no_share": Text("{share} is no share of records", "state a share from 0 to below 1, such as 0.05"),
    "plan.not_a_beacon": Text(
        "'{given}' is no value of a beacon",
        "write its name, the number of the round and the value in hexadecimal: drand:quicknet/123456/9f86…",
    ),
    "plan.not_a_round": Text(
        "'{given}' is no round of a beacon",
        "write its name and the number of the round: drand:quicknet/123456",
    ),
    "plan.no_seed_announced": Text(
        "it is not said what will be the seed",
        "give --new-seed, --seed-file, --checkpoint, or --beacon with name and round",
    ),
    "plan.two_seeds": Text(
        "a round is drawn with one seed",
        "give one of --new-seed, --seed-file, --beacon and --checkpoint",
    ),
    "plan.no_seed_to_check": Text("there is no seed to check", "add --seed-file FILE"),
    "plan.seed_not_committed": Text(
        "a new seed is committed to first and draws later", "make it now; draw another day, with --seed-file"
    ),
    "plan.other_terms": Text(
        "this seed with {terms} is not what was committed to", "committed to was {commitment}; use its seed and options"
    ),
    "plan.size_beyond_record": Text("the record has {entries} entries, not {wanted}", "ask for a size that it had"),
    "plan.not_a_seed": Text("this file holds no seed", "use a file that enduse plan --new-seed wrote"),
    "plan.seed_exists": Text("this file is there already; a seed is never overwritten", "name a new file"),
    "backlog.no_pace": Text(
        "'{value}' is no number of inspections a day",
        "write a number above 0 and up to {most:number}, such as 1 or 0.5",
    ),
    "plan.nothing_to_visit": Text(
        "nothing has arrived anywhere yet, and nothing is being built", "plan visits once goods have come in"
    ),
}
