"""The contact sheet: stills of what is kept, and of what is dropped, by reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from clearreel.recipes.rules import Rule
from clearreel.report.drops import drop_key, drop_kinds
from clearreel.report.history import History
from clearreel.report.html import Html, join, name, tag, text
from clearreel.report.thumbnails import spread, thumbnail_uri
from clearreel.report.wording import counted
from clearreel.stores.catalog import Catalog
from clearreel.stores.packs import Packs

MOST_KEPT, MOST_DROPPED, MOST_UNSEEN = 96, 24, 12
"""Clips that are shown: kept ones, those of each reason, and of those the ones without a still."""
MOST_BYTES = 5_000_000
"""Of all stills together, before they are written as text."""
_FEW = 2
"""Groups of so few stand beside each other."""

_SEALED = (
    "Stills and captions are sealed, as this page lies in the data set's folder. Write it "
    "elsewhere to see them: clearreel report DATASET --to FILE."
)

Row = dict[str, Any]


@dataclass(frozen=True)
class _Group:
    title: str
    reason: str
    """What all of them were dropped for; empty for those that are kept."""
    bound: str
    rows: list[Row]
    most: int


def contact_sheet(
    catalog: Catalog, history: History, rules: Sequence[Rule], *, previews: bool = True
) -> Html:
    """The section's content. Which clips are shown depends on nothing but the catalog.

    Without `previews` they are listed without stills and captions.
    """
    rows = _read(catalog, [*rules, *history.safety])
    if not previews:
        rows = [row | {"thumbnail_bytes": None, "caption": ""} for row in rows]
    groups = _group(rows, history, rules)
    while sum(_bytes(_chosen(group)) for group in groups) > MOST_BYTES:
        groups = [replace(group, most=group.most // 2) for group in groups]
    safety = history.safety
    shown = [_show(group, catalog.packs, safety) for group in groups]
    if not shown:
        return tag("p", "There are no clips.", class_="empty")
    sheet = tag("div", *shown, class_="groups")
    return sheet if previews else join(tag("p", _SEALED, class_="empty"), sheet)


def is_hidden(row: Row, safety: Sequence[Rule]) -> bool:
    """Whether a safety rule objects to a clip, even where another rule dropped it first."""
    return any(rule.fact == row["rule"] or rule.objection(row) for rule in safety)


def _read(catalog: Catalog, rules: Sequence[Rule]) -> list[Row]:
    done = {
        row["source_id"]
        for row in catalog.rows("sources", columns=["source_id"], where="status = 'done'")
    }
    columns = [
        *("clip_id", "source_id", "path", "start", "end", "start_tick", "caption", "kept"),
        *("rule", "reason", "duration", "short_side"),
        *("thumbnail_pack", "thumbnail_offset", "thumbnail_bytes"),
    ]
    have = set(catalog.columns("clips"))
    columns += [rule.fact for rule in rules if rule.fact in have]
    rows = catalog.rows("clips", columns=list(dict.fromkeys(columns)))
    rows = [row for row in rows if row["source_id"] in done]
    return sorted(rows, key=lambda row: (row["path"], row["source_id"], row["start_tick"]))


def _group(rows: Sequence[Row], history: History, rules: Sequence[Rule]) -> list[_Group]:
    kinds = drop_kinds(history.last, rules)
    kept = [row for row in rows if row["kept"]]
    dropped: dict[str, list[Row]] = {key: [] for key in kinds}
    for row in rows:
        if not row["kept"]:
            dropped.setdefault(drop_key(row, rules), []).append(row)
    groups = [_Group("Kept", "", "", kept, MOST_KEPT)] if kept else []
    for key, found in dropped.items():
        if found:
            seen = any(row["thumbnail_bytes"] for row in found)
            kind = kinds.get(key)
            reason = kind.reason if kind else f"{key}, by the rule of an earlier recipe"
            bound = kind.bound if kind else ""
            most = MOST_DROPPED if seen else MOST_UNSEEN
            groups.append(_Group(f"Dropped: {reason}", reason, bound, found, most))
    return groups


def _chosen(group: _Group) -> list[Row]:
    # A clip with a still says more than one that was never looked at.
    seen = [row for row in group.rows if row["thumbnail_bytes"]]
    return spread(seen or group.rows, group.most)


def _bytes(rows: Sequence[Row]) -> int:
    return sum(row["thumbnail_bytes"] or 0 for row in rows)


def _show(group: _Group, packs: Packs, safety: Sequence[Rule]) -> Html:
    chosen = _chosen(group)
    seen = bool(_bytes(chosen))
    cards = [_card(row, group.reason, packs, is_hidden(row, safety)) for row in chosen]
    total = counted(len(group.rows), "clip")
    count = total if len(chosen) == len(group.rows) else f"showing {len(chosen):,} of {total}"
    rule = f" · the rule keeps {group.bound}" if group.bound else ""
    return tag(
        "section",
        tag(
            "h3",
            group.title,
            " ",
            tag("span", f"{count}{rule}", class_="count"),
        ),
        tag("div", *cards, class_="sheet" if seen else "sheet unseen"),
        class_="group few" if len(cards) <= _FEW else "group",
    )


def _card(row: Row, reason: str, packs: Packs, hidden: bool) -> Html:
    address = thumbnail_uri(packs, row, hidden)
    file = PurePath(row["path"]).name
    if address:
        what = "Hidden still" if hidden else "Still"
        picture = tag(
            "img",
            src=Html(address),
            alt=f"{what} of {file} at {clock(row['start'])}",
            loading="lazy",
            class_="hidden" if hidden else None,
        )
    else:
        picture = tag("span", "no still", class_="no-still")
    why = row["reason"].removeprefix(f"{reason}: ")  # the heading says it already
    when = f"{clock(row['start'])}–{clock(row['end'])}"
    return tag(
        "figure",
        picture,
        tag(
            "figcaption",
            tag("span", name(file, 120), class_="file", title=row["path"]),
            tag("span", when, class_="when"),
            tag("span", "hidden: a safety rule objects", class_="why") if hidden else None,
            tag("span", text(why, 200), class_="why") if why else None,
            tag("span", name(row["caption"], 160), class_="caption") if row["caption"] else None,
        ),
        id=f"clip-{row['clip_id']}",
    )


def clock(seconds: float) -> str:
    """A time in footage: "0:04.5", "1:02:03.0"."""
    sign = "-" if seconds < 0 else ""
    tenths = round(abs(seconds) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    shown = f"{minutes}:{rest / 10:04.1f}"
    return sign + (f"{hours}:{minutes:02d}:{rest / 10:04.1f}" if hours else shown)
