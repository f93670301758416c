from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.sources.timed_text import TimedText, one_line, parse_srt, parse_time

PLAIN = """\
1
00:00:01,000 --> 00:00:02,500
Hello
there

2
00:00:03,000 --> 00:00:04,000
42
"""
CAPTIONS = (
    TimedText(Fraction(1), Fraction(5, 2), "Hello there"),
    TimedText(Fraction(3), Fraction(4), "42"),
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("83.5", Fraction(167, 2)),
        (" 0 ", Fraction(0)),
        ("1:23.5", Fraction(167, 2)),
        ("01:01:23,500", Fraction(7367, 2)),
        ("0.1", Fraction(1, 10)),
        ("0.30000000000000004", Fraction("0.30000000000000004")),
    ],
)
def test_times_are_exact(text, seconds):
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "1e9", "1:2:3:4", "nan", "1:234", "9" * 40, "soon"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="is not a time"):
        parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", "."),
        PLAIN.replace("1\n00", "00").replace("2\n00", "00"),
        PLAIN.replace("\n\n", "\n\n \n\n"),
        PLAIN.replace("\n\n2\n", "\n2\n"),
        PLAIN.replace("Hello", "<i>{\\an8}<font color='red'>Hello</font></i>"),
        PLAIN.replace("2,500", "2,500 X1:100 X2:200"),
        PLAIN.replace(" --> ", "-->"),
    ],
)
def test_subrip_as_it_is_found(text):
    assert parse_srt(text) == (CAPTIONS, ())


def test_captions_that_overlap_are_kept_in_order():
    text = "00:05 --> 00:09\nlate\n\n00:01 --> 00:08\nearly\n"
    captions, problems = parse_srt(text)
    assert [caption.text for caption in captions] == ["early", "late"] and not problems


def test_what_is_wrong_is_told_by_line_and_the_rest_is_kept():
    text = PLAIN + "\n3\n00:00:09,000 --> 00:00:08,000\nbackwards\n\n4\nnow --> then\nnever\n"
    captions, problems = parse_srt(text)
    assert captions == CAPTIONS
    assert problems == (
        "line 11: it ends before it starts",
        "line 15: 'now' is not a time; write 83.5 or 00:01:23.500",
    )
    assert parse_srt("just words")[1] == ("no line has times, as in 00:00:01,000 --> 00:00:02,000",)
    assert parse_srt("") == ((), ())


def test_captions_without_words_are_left_out():
    assert parse_srt("00:01 --> 00:02\n<b></b>\n") == ((), ())


def test_joiners_that_words_need_are_kept():
    assert one_line("می‌خواهم \u0007\ud800 👩‍🚀\u2028x") == "می‌خواهم 👩‍🚀 x"


@given(
    st.lists(
        st.sampled_from(PLAIN.split("\n"))
        | st.text(max_size=20)
        | st.from_regex(r"\d\d:\d\d:\d\d[,.]\d{3} --> \d\d:\d\d:\d\d[,.]\d{3}", fullmatch=True)
    ).map("\n".join)
)
def test_any_text_gives_sorted_captions(text):
    captions, _ = parse_srt(text)
    assert list(captions) == sorted(captions, key=lambda c: (c.start, c.end))
    for caption in captions:
        assert 0 <= caption.start < caption.end
        assert caption.text == one_line(caption.text) != ""
