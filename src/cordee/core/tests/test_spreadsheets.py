"""Does a table leave for spreadsheets whole, and without a cell that acts?"""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from cordee.core.spreadsheets import BYTE_ORDER_MARK, LINES_AT_ONCE, csv_lines, harmless

CELLS = st.text(alphabet=st.sampled_from("=+-@\t\r\n'\",;ab é")) | st.integers() | st.booleans()


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4)))
def test_each_cell_of_a_file_is_made_harmless(rows: list[list[object]]) -> None:
    text = "".join(csv_lines(["=a", "b"], rows))
    assert text.startswith(BYTE_ORDER_MARK)
    found = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert found == [["'=a", "b"], *([str(harmless(cell)) for cell in row] for row in rows)]


def test_a_long_table_leaves_in_pieces_with_every_line_once() -> None:
    count = 2 * LINES_AT_ONCE + 1
    pieces = list(csv_lines(["number"], ([number] for number in range(count))))
    assert len(pieces) > 2
    assert "".join(pieces).split("\r\n")[1:-1] == [str(number) for number in range(count)]


def test_a_spreadsheet_in_french_gets_semicolons_and_decimal_commas_and_words_stay_as_they_are() -> None:
    text = "".join(csv_lines(["name", "grade"], [["a.b;c", 12.5], ["=x", 13.0], ["d", 4]], french=True))
    assert text == f'{BYTE_ORDER_MARK}name;grade\r\n"a.b;c";12,5\r\n\'=x;13,0\r\nd;4\r\n'
