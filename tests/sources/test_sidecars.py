from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clearreel.sources.sidecars import Row, Sidecar, caption_for, columns_for
from clearreel.sources.timed_text import TimedText


def text(words, start=None, end=None):
    return TimedText(
        None if start is None else Fraction(start), None if end is None else Fraction(end), words
    )


def row(start, end, **values):
    return Row(
        None if start is None else Fraction(start), None if end is None else Fraction(end), values
    )


def caption(texts, start, end):
    return caption_for(Sidecar(captions=tuple(texts)), Fraction(start), Fraction(end))


def test_what_has_no_times_belongs_to_every_clip():
    assert caption([text("a beach")], 100, 101) == "a beach"


def test_a_subtitle_goes_where_most_of_it_lies():
    subtitle = [text("hello", "4.5", "5.6")]
    assert caption(subtitle, 0, 5) == ""
    assert caption(subtitle, 5, 10) == "hello"


def test_what_describes_a_scene_goes_to_every_clip_of_it():
    scene = [text("a chase", 0, 60)]
    assert [caption(scene, s, s + 5) for s in (0, 30, 55, 58, 60)] == ["a chase"] * 3 + [""] * 2


def test_an_open_end_is_the_end_of_the_footage():
    assert caption([text("later", 10)], 100, 105) == "later"
    assert caption([text("later", 10)], 0, 5) == ""
    assert caption([text("before", None, 10)], 0, 5) == "before"


def test_texts_are_joined_in_order_each_once():
    texts = [text("two", 2, 3), text("all"), text("one", 1, 2), text("two", 3, 4)]
    assert caption(texts, 0, 10) == "all one two"


@given(
    st.integers(0, 100),
    st.integers(1, 20),
    st.lists(st.integers(1, 30), min_size=1, max_size=8),
)
def test_neighbouring_clips_share_no_subtitle_and_lose_none(start, length, lengths):
    borders = [Fraction(sum(lengths[:i])) for i in range(len(lengths) + 1)]
    clips = list(pairwise(borders))
    subtitle = [text("x", start, start + length)]
    within = 2 * start + length < 2 * borders[-1]
    owners = [clip for clip in clips if caption(subtitle, *clip)]
    if all(clip_end - clip_start >= length for clip_start, clip_end in clips):
        assert len(owners) == (1 if within else 0)


def test_where_rows_disagree_the_nearest_wins():
    rows = (
        row(0, 10, weather="rain", road="wet"),
        row(None, None, weather="unknown", camera="front", road="?"),
        row(6, 8, weather="sun"),
    )
    found = columns_for(Sidecar(columns=rows), Fraction(0), Fraction(10))
    assert found == {"weather": "rain", "road": "wet", "camera": "front"}
    assert columns_for(Sidecar(columns=rows), Fraction(90), Fraction(95)) == {
        "weather": "unknown",
        "camera": "front",
        "road": "?",
    }


def test_the_fingerprint_follows_the_content_and_not_the_problems():
    one = Sidecar((text("a", 1, 2),), (row(0, 1, x="1"),))
    assert one.fingerprint == Sidecar(one.captions, one.columns, ("a line",)).fingerprint
    others = [
        Sidecar((text("b", 1, 2),), one.columns),
        Sidecar((text("a", 1, 3),), one.columns),
        Sidecar(one.captions, (row(0, 1, x="2"),)),
        Sidecar(one.captions, ()),
    ]
    assert len({one.fingerprint, *(other.fingerprint for other in others)}) == 5
