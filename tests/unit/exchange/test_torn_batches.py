"""A batch of signed statements may come in any order, in parts, again and again, and torn at any byte: each counts once."""

import random
from itertools import permutations

from conftest import ORIGIN, seed_of
from enduse.exchange.importing import import_file
from enduse.statements.keyring import sign
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money


def test_whatever_comes_of_a_batch_in_whatever_order_each_statement_counts_once(small, tmp_path):
    """For each order of four: torn at some byte, then whole, then once more; what was torn is refused and named by its line."""
    chance, file = random.Random(7), tmp_path / "post.dsse"
    for turn, order in enumerate(permutations(range(4))):
        said = []
        for number in range(4):
            body = PledgeBody(pledge=f"p{turn}-{number}", amount=Money("5", "USD"))
            seq = 1 + turn * 4 + number
            statement = Pledge(programme=ORIGIN, party="donor", seq=seq, occurred_at=small.now, body=body)
            said.append(sign(statement, seed_of("donor")).raw + b"\n")
        whole = b"".join(said[at] for at in order)
        cut = chance.randrange(1, len(whole))
        complete = sum(end <= cut + 1 for end in (sum(len(said[at]) for at in order[:n]) for n in range(1, 5)))
        file.write_bytes(whole[:cut])
        torn = import_file(small.intake, file)
        assert (torn.accepted, torn.no_effect) == (complete, 0), (order, cut)
        assert [problem.line for problem in torn.problems] == ([complete + 1] if torn.refused else [])
        file.write_bytes(whole)
        again = import_file(small.intake, file)
        assert (again.accepted, again.already_recorded, again.refused) == (4 - complete, complete, 0), (order, cut)
        file.write_bytes(whole + whole)
        repeated = import_file(small.intake, file)
        assert (repeated.accepted, repeated.already_recorded, repeated.refused) == (0, 8, 0)
