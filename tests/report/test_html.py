import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.report.html import Html, join, name, tag, text


def test_text_is_escaped_and_markup_is_not():
    assert tag("p", "<b>", tag("i", "&"), class_="x", data_n=3) == (
        '<p class="x" data-n="3">&lt;b&gt;<i>&amp;</i></p>'
    )


def test_attributes_are_escaped_and_may_be_left_out():
    assert tag("img", alt='" onerror="x', title=None, hidden=False, open=True) == (
        '<img alt="&quot; onerror=&quot;x" open>'
    )


def test_an_element_may_have_an_attribute_called_name():
    assert tag("meta", name="viewport") == '<meta name="viewport">'


def test_none_is_left_out():
    assert join("a", None, Html("<br>")) == "a<br>"


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\u2028"])
def test_characters_that_show_nothing_become_visible(letter):
    assert text(f"a{letter}b") == f"a⟨U+{ord(letter):04X}⟩b"


def test_scripts_that_join_letters_stay_whole():
    assert text("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"


def test_a_name_is_set_apart_from_the_direction_of_what_is_around_it():
    assert name("שלום") == "<bdi>שלום</bdi>"


def test_long_text_loses_its_middle():
    shown = text("a" * 500 + "b" * 500, longest=20)
    assert shown == "a" * 10 + " … " + "b" * 10


@given(st.text())
def test_no_text_can_leave_its_place(value):
    for written in (text(value), tag("p", value, title=value)[3:-4]):
        assert "<" not in written.replace("<p", "")
        assert not any("\u202a" <= letter <= "\u202e" for letter in written)
    assert '"' not in text(value) and "'" not in text(value)
