"""What works leave open is found without working out whose money it is, and is what the whole answer says."""

import enduse


def test_needs_without_money_are_those_of_the_whole_answer(played_demo):
    with enduse.open(played_demo[1]) as programme:
        whole, gaps = programme.works(), programme.works_access()
    assert len(whole.needs) > len(whole.unfunded)
    assert (gaps.unanswered, gaps.unfunded) == (whole.unanswered, tuple(sorted(whole.unfunded)))
