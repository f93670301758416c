from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.identity import ID_DIGITS, clip_id, fingerprint, source_id
from clearreel.core.span import Span

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.fractions(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SCRIPT = """
from fractions import Fraction
from clearreel.core.identity import clip_id, fingerprint
from clearreel.core.span import Span
settings = {name: name * 2 for name in {"alpha", "beta", "gamma", "delta", "ünï"}}
print(fingerprint("stage", 3, settings, Fraction(24000, 1001), [1.5, None, True]))
print(clip_id("ab" * 16, 0, Span(-3, 90, Fraction(1, 30))))
"""


def test_the_same_in_every_process() -> None:
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    # Data sets on disk hold these: a change of them orphans every clip.
    span = Span(-3, 90, Fraction(1, 30))
    assert outputs.pop().decode().split()[1] == clip_id("ab" * 16, 0, span)
    assert clip_id("ab" * 16, 0, span) == fingerprint("ab" * 16, 0, -3, 90, 1, 30)


@given(PLAIN, PLAIN)
def test_what_differs_has_another_fingerprint(one: object, other: object) -> None:
    assert len(fingerprint(one)) == ID_DIGITS
    assert fingerprint(one) == fingerprint(one)
    if repr(one) != repr(other) and one != other:
        assert fingerprint(one) != fingerprint(other) or _spelt(one) == _spelt(other)


def _spelt(value: object) -> object:
    """A fraction is written as text, the only pair of values that share their written form."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, list):
        return [_spelt(item) for item in value]
    if isinstance(value, dict):
        return {key: _spelt(item) for key, item in value.items()}
    return value


def test_the_order_of_a_dictionary_does_not_matter() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint("a", "b") != fingerprint("ab")


def test_what_has_no_fixed_written_form_is_refused() -> None:
    for value in ({1, 2}, object(), b"bytes"):
        with pytest.raises(TypeError, match="no fixed written form"):
            fingerprint(value)


def test_a_clip_is_its_source_stream_and_time() -> None:
    span = Span(0, 50, Fraction(1, 25))
    ids = {
        clip_id("a" * 32, 0, span),
        clip_id("b" * 32, 0, span),
        clip_id("a" * 32, 1, span),
        clip_id("a" * 32, 0, Span(0, 51, Fraction(1, 25))),
        clip_id("a" * 32, 0, Span(1, 50, Fraction(1, 25))),
        clip_id("a" * 32, 0, Span(0, 50, Fraction(1, 30))),
    }
    assert len(ids) == 6
    assert source_id("0123456789abcdef" * 4) == "0123456789abcdef" * 2
