"""What is told of the rows of a file: bounded, however many rows there are, and nothing uncounted."""

from enduse.book.intake import Taken
from enduse.exchange.import_result import ALIKE_KEPT, CountedNote, ImportResult, RowTally
from enduse.messages import Message
from enduse.pages.imports import FIRST_SHOWN, remarks
from enduse.pages.localizer import Localizer

MORE = 300


def waiting(at):
    return Message.of("consignment.never_dispatched", consignment=f"W-{at}")


def counted(rows):
    tally = RowTally()
    for at in range(rows):
        tally.row([Taken("accepted", at, notes=(waiting(at), Message.of("row.no_custody")))], "a.csv", at + 2)
    return tally.result()


def test_of_a_large_table_with_a_remark_of_its_own_on_each_row_so_many_are_kept_and_the_rest_is_counted():
    result = counted(ALIKE_KEPT + MORE)
    assert len(result.notes) == ALIKE_KEPT + 1
    assert result.notes[0] == CountedNote(Message.of("row.no_custody"), ALIKE_KEPT + MORE)
    of_kind = [item for item in result.notes if item.note.code == "consignment.never_dispatched"]
    assert sum(item.count + item.alike for item in of_kind) == ALIKE_KEPT + MORE
    told = remarks(result.notes, Localizer("en", {}))
    assert f"{ALIKE_KEPT + MORE - FIRST_SHOWN:,}" in told[-1].told


def test_a_remark_that_is_kept_goes_on_being_counted_and_several_results_add_up():
    tally = RowTally()
    tally.noted([waiting(at) for at in range(ALIKE_KEPT + MORE)])
    tally.noted([waiting(0)])
    first = tally.result()
    assert first.notes[0] == CountedNote(waiting(0), 2, MORE)
    total = ImportResult.total([first, first])
    assert total.notes[0] == CountedNote(waiting(0), 4, 2 * MORE)
    assert sum(item.count + item.alike for item in total.notes) == 2 * (ALIKE_KEPT + MORE + 1)
