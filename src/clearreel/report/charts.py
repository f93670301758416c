"""Charts as inline SVG. Colours come from the page's style sheet, so that they follow its theme."""

from __future__ import annotations

import math
from collections.abc import Sequence

from clearreel.recipes.rules import Rule
from clearreel.report.histogram import Histogram
from clearreel.report.html import Html, join, tag
from clearreel.report.wording import counted, number, tier

_WIDTH, _PLOT, _SIDE = 320, 74, 4
_ROW = 13
"""Height of a line of small text."""


def draw_histogram(fact: str, unit: str, histogram: Histogram, rules: Sequence[Rule]) -> Html:
    """Bars of what is kept with what is dropped on top, bounds drawn in, outside shaded."""
    marks = [mark for rule in rules for mark in _marks(rule)]
    marks = [mark for mark in marks if 0 <= histogram.place(mark[0]) <= 1]
    top = _ROW * len(marks) + 2
    bottom = top + _PLOT
    shading = [_shade(histogram, rule, top, bottom) for rule in rules]
    lines = [_line(histogram, mark, row, bottom) for row, mark in enumerate(marks)]
    described = (
        f"{counted(histogram.known, 'clip')}; median {number(histogram.median)} {unit}; "
        f"{counted(histogram.outside, 'clip')} outside of the rules"
    )
    return tag(
        "svg",
        tag("title", f"How {fact} is spread over the clips", id=f"title-{fact}"),
        tag("desc", described, id=f"desc-{fact}"),
        *shading,
        _bars(histogram, bottom),
        tag("line", class_="axis", x1=0, x2=_WIDTH, y1=bottom, y2=bottom),
        *lines,
        _axis(histogram, unit, bottom + _ROW),
        class_="chart",
        viewBox=f"0 0 {_WIDTH} {bottom + _ROW + 4}",
        role="img",
        aria_labelledby=f"title-{fact} desc-{fact}",
    )


def draw_step(before: float, after: float, described: str) -> Html:
    """One step of the funnel: how much is left, and what was taken away, as shares of the whole."""
    return tag(
        "svg",
        tag("title", described),
        tag("rect", class_="track", width=100, height=10),
        tag("rect", class_="kept", width=_short(100 * after), height=10),
        tag(
            "rect",
            class_="dropped",
            x=_short(100 * after),
            width=_short(100 * (before - after)),
            height=10,
        ),
        class_="step",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        role="img",
    )


def _bars(histogram: Histogram, bottom: float) -> Html:
    wide = (_WIDTH - 2 * _SIDE) / len(histogram.kept)
    most = max(k + d for k, d in zip(histogram.kept, histogram.dropped, strict=True))
    bars = []
    for place, counts in enumerate(zip(histogram.kept, histogram.dropped, strict=True)):
        foot = bottom
        for kind, count in zip(("kept", "dropped"), counts, strict=True):
            if count:
                high = max(1.0, _PLOT * count / most)  # a single clip among thousands is seen too
                foot -= high
                left = _SIDE + place * wide + 0.5
                bars.append(
                    tag(
                        "rect",
                        class_=kind,
                        x=_short(left),
                        y=_short(foot),
                        width=_short(wide - 1),
                        height=_short(high),
                    )
                )
    return join(*bars)


def _marks(rule: Rule) -> list[tuple[float, str]]:
    marks = []
    if rule.min is not None:
        marks.append((rule.min, f"at least {number(rule.min)}{tier(rule)}"))
    if rule.max is not None:
        marks.append((rule.max, f"at most {number(rule.max)}{tier(rule)}"))
    return marks


def _line(histogram: Histogram, mark: tuple[float, str], row: int, bottom: float) -> Html:
    value, label = mark
    across = _across(histogram, value)
    left = across < _WIDTH / 2
    return tag(
        "g",
        tag("line", x1=across, x2=across, y1=_ROW * row + 2, y2=bottom),
        tag(
            "text",
            label,
            x=_short(across + (4 if left else -4)),
            y=_ROW * row + 11,
            text_anchor="start" if left else "end",
        ),
        class_="bound",
    )


def _shade(histogram: Histogram, rule: Rule, top: float, bottom: float) -> Html:
    parts = []
    low, high = 0.0, float(_WIDTH)
    lowest = low if rule.min is None else min(max(_across(histogram, rule.min), low), high)
    highest = high if rule.max is None else min(max(_across(histogram, rule.max), low), high)
    # Where a rule holds for some sizes only, what it shades is not outside for all clips.
    kind = "outside" if rule.min_side is None and rule.max_side is None else "outside some"
    for left, right in ((low, lowest), (highest, high)):
        if right > left:
            parts.append(
                tag(
                    "rect",
                    class_=kind,
                    x=_short(left),
                    y=top,
                    width=_short(right - left),
                    height=bottom - top,
                )
            )
    return join(*parts)


def _axis(histogram: Histogram, unit: str, y: float) -> Html:
    # As many digits as tell the ends apart, and no more.
    digits = max(0, 2 - math.floor(math.log10(histogram.high - histogram.low)))
    low = ("≤ " if histogram.clipped_low else "") + number(round(histogram.low, digits))
    high = ("≥ " if histogram.clipped_high else "") + number(round(histogram.high, digits))
    unit = "" if unit in ("1", "") else f" {unit}"
    return join(
        tag("text", low, x=_SIDE, y=y, class_="tick"),
        tag("text", f"{high}{unit}", x=_WIDTH - _SIDE, y=y, class_="tick", text_anchor="end"),
    )


def _across(histogram: Histogram, value: float) -> float:
    return round(_SIDE + histogram.place(value) * (_WIDTH - 2 * _SIDE), 1)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
