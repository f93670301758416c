from hypothesis import given
from hypothesis import strategies as st

from clearreel.exports.markdown import escaped, table_head, table_line


@given(st.text())
def test_any_text_stays_in_one_cell_of_one_line(text: str) -> None:
    line = table_line([escaped(text), "end"])
    assert len(line.splitlines()) == 1
    assert line.replace("\\\\", "").replace("\\|", "").count("|") == 3


def test_what_a_reader_sees_is_the_text() -> None:
    assert escaped("a_b *c* <d>\n| \u202ee") == r"a\_b \*c\* \<d\> \|  e"
    assert escaped(None) == "" and escaped(0) == "0"


def test_numbers_stand_on_the_right() -> None:
    assert table_head(("a", "b", "c"), numbers=2) == ("| a | b | c |", "|---|---:|---:|")
