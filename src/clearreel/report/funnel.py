"""The summary as tables for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clearreel.report.summary import Summary
from clearreel.report.wording import counted, day, lasting, number, size

MOST_REASONS = 12
"""Reasons for which sources were set aside that are listed; the rest is counted."""


def render(summary: Summary, console: Console) -> None:
    """Print the funnel, then what else a person wants to know of the data set."""
    console.print(f"[bold]{escape(summary.dataset)}[/], for {escape(summary.use)}")
    if summary.recipe:
        state = "" if summary.finished else " [yellow](interrupted, or still at work)[/]"
        console.print(
            f"recipe {escape(summary.recipe)}, last run on {day(summary.last_run)}{state}"
        )
    console.print()
    console.print(_sources(summary))
    if summary.found.clips:
        console.print(_clips(summary))
    for rule in summary.not_applied:
        console.print(escape(f"not applied: {rule.bound} ({rule.reason}): {rule.why}"))
    if summary.kept.clips:
        console.print(_rights(summary))
    if summary.cuts:
        console.print(_stored(summary))
    _speed(summary, console)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(
            column, justify="left" if place == 0 else "right", header_style="dim", overflow="fold"
        )
    return table


def _sources(summary: Summary) -> Table:
    table = _table("Sources", "", "sources", "footage", "bytes")
    if not summary.sources:
        table.add_row("nothing came in yet", "0", "", "")
    for group in summary.sources[:MOST_REASONS]:
        label = f"{group.status}: {group.reason}" if group.reason else group.status
        hours = lasting(group.hours) if group.hours else "–"
        table.add_row(escape(label), f"{group.sources:,}", hours, size(group.bytes))
    rest = summary.sources[MOST_REASONS:]
    if rest:
        label = f"set aside for {counted(len(rest), 'other reason')}"
        hours = lasting(sum(group.hours for group in rest))
        table.add_row(
            label,
            f"{sum(group.sources for group in rest):,}",
            hours,
            size(sum(group.bytes for group in rest)),
        )
    return table


def _clips(summary: Summary) -> Table:
    table = _table("Clips", "", "clips", "footage", "of found")
    found = summary.found
    table.add_row("found", f"{found.clips:,}", lasting(found.hours), "100 %")
    for drop in summary.dropped:
        label = f"  - {drop.reason}" + (f" ({drop.bound})" if drop.bound else "")
        style = "" if drop.clips else "dim"
        share = f"{drop.hours / found.hours:.1%}".replace("%", " %") if found.hours else ""
        table.add_row(escape(label), f"{drop.clips:,}", lasting(drop.hours), share, style=style)
    kept = summary.kept
    share = f"{kept.hours / found.hours:.1%}".replace("%", " %") if found.hours else ""
    table.add_row("kept", f"{kept.clips:,}", lasting(kept.hours), share, style="bold green")
    return table


def _rights(summary: Summary) -> Table:
    table = _table("Kept, by licence", "", "sources", "clips", "footage")
    for group in summary.rights[:MOST_REASONS]:
        label = f"{group.license}, {group.holder}"
        table.add_row(escape(label), f"{group.sources:,}", f"{group.clips:,}", lasting(group.hours))
    rest = summary.rights[MOST_REASONS:]
    if rest:
        table.add_row(
            f"{counted(len(rest), 'other licence and holder', 'other licences and holders')}",
            f"{sum(group.sources for group in rest):,}",
            f"{sum(group.clips for group in rest):,}",
            lasting(sum(group.hours for group in rest)),
        )
    return table


def _stored(summary: Summary) -> Table:
    table = _table("Stored", "cut", "clips", "footage", "bytes", "hidden frames", "re-encoded")
    for cut in summary.cuts:
        table.add_row(
            escape(cut.mode),
            f"{cut.clips:,}",
            lasting(cut.hours),
            size(cut.bytes),
            f"{cut.hidden_frames:,}",
            f"{cut.reencoded_frames:,}",
        )
    return table


def _speed(summary: Summary, console: Console) -> None:
    speed = summary.speed
    if speed is None:
        return
    parts = [f"{counted(speed.sources, 'source')}, {lasting(speed.footage_hours)} of footage"]
    if speed.times_real_time is not None:
        parts.append(f"{number(round(speed.times_real_time, 1))} × real time")
    if speed.cpu_seconds_per_hour is not None:
        parts.append(f"{speed.cpu_seconds_per_hour:,.0f} CPU-seconds per hour of footage")
    if speed.decoded_share is not None:
        parts.append(f"{speed.decoded_share:.0%} of the frames decoded".replace("%", " %"))
    console.print(f"[bold]Speed[/]  {'; '.join(parts)}", highlight=False)
