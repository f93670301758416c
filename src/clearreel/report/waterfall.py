"""The funnel on the page: what is left after each rule, and how the rest is stored."""

from __future__ import annotations

from clearreel.report.charts import draw_step
from clearreel.report.html import Html, join, tag, text
from clearreel.report.summary import Summary
from clearreel.report.wording import counted, lasting, size

_UNSEEN_SECONDS = 0.05
"""Footage between the clips that is too short to be written down."""


def waterfall(summary: Summary) -> Html:
    """The section's content: every second from what came in to what is kept, step by step."""
    used = sum(s.sources for s in summary.sources if s.status == "done")
    found, kept = summary.found, summary.kept
    between = summary.hours_in - found.hours
    whole = max(summary.hours_in, found.hours) or 1.0
    left = found.hours
    steps = [
        tag("li", tag("span", "clips", class_="clips"), tag("span", "footage", class_="hours")),
        _step("Came in", f"{counted(used, 'source')}", None, summary.hours_in, 1.0, 1.0, "total"),
    ]
    if between * 3600 >= _UNSEEN_SECONDS:
        note = "transitions, and edges that the recipe trims"
        steps.append(_step("between the clips", note, None, between, 1.0, left / whole))
    steps.append(_step("Found", "", found.clips, found.hours, left / whole, left / whole, "total"))
    for drop in summary.dropped:
        before, left = left, max(0.0, left - drop.hours)
        note = f"keeps {drop.bound}" if drop.bound else ""
        kind = "" if drop.clips else "idle"
        shares = (before / whole, left / whole)
        steps.append(_step(drop.reason, note, drop.clips, drop.hours, *shares, kind))
    share = kept.hours / whole
    steps.append(_step("Kept", "", kept.clips, kept.hours, share, share, "total"))
    return join(
        tag("ol", *steps, class_="funnel") if found.clips else _nothing(summary),
        *(
            tag(
                "p",
                tag("b", "Not applied: "),
                f"{rule.bound}" + (f" ({rule.reason})" if rule.reason else "") + f"; {rule.why}.",
                class_="not-applied",
            )
            for rule in summary.not_applied
        ),
        _cuts(summary),
    )


def _nothing(summary: Summary) -> Html:
    said = "No clips were found." if summary.sources else "No footage has come in yet."
    return tag("p", said, class_="empty")


def _step(
    title: str,
    note: str,
    clips: int | None,
    hours: float,
    before: float,
    after: float,
    kind: str = "",
) -> Html:
    minus = "" if kind else "−"
    amount = "" if clips is None else f"{minus}{clips:,}"
    described = f"{title}: {minus}{lasting(hours)}"
    return tag(
        "li",
        tag(
            "span",
            text(title),
            tag("span", note, class_="bound-text") if note else None,
            class_="label",
        ),
        draw_step(before, after, described),
        tag("span", amount, class_="clips"),
        tag("span", f"{minus}{lasting(hours)}", class_="hours"),
        class_=kind or None,
    )


def _cuts(summary: Summary) -> Html | None:
    if not summary.cuts:
        return None
    rows = [
        tag(
            "tr",
            tag("th", cut.mode, scope="row"),
            *(
                tag("td", value)
                for value in (
                    f"{cut.clips:,}",
                    lasting(cut.hours),
                    size(cut.bytes),
                    f"{cut.hidden_frames:,}",
                    f"{cut.reencoded_frames:,}",
                )
            ),
        )
        for cut in summary.cuts
    ]
    return _table(("Cut", "Clips", "Footage", "Bytes", "Hidden frames", "Re-encoded"), rows)


def _table(headings: tuple[str, ...], rows: list[Html]) -> Html:
    head = tag("tr", *(tag("th", heading, scope="col") for heading in headings))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("div", table, class_="scroll")
