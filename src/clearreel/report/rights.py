"""The rights of every source: what was used and on what basis, what was refused and why."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from clearreel.report.html import Html, join, name, tag, text
from clearreel.report.wording import counted, lasting, size
from clearreel.stores.catalog import Catalog

MOST_GROUPS, MOST_PATHS, MOST_PLACES = 60, 40, 3
"""Groups of sources with the same rights that are shown, sources of each, further places of one."""
_FIRST = 6
"""Groups that are shown at once, the largest; the others unfold."""
_OPEN = 5
"""Up to so many paths of a group are shown at once."""

Row = Mapping[str, Any]

_SET_ASIDE = {
    "quarantined": "Set aside by a screening list",
    "unreadable": "Could not be read",
    "failed": "Failed while they were worked on",
    "started": "Not finished yet",
}


def rights(catalog: Catalog) -> Html:
    """The section's content: sources with the same rights stand together."""
    columns = ["source_id", "path", "status", "reason", "license", "holder", "attribution"]
    rows = catalog.rows("sources", columns=[*columns, "decision", "bytes", "duration"])
    rows.sort(key=lambda row: (row["path"], row["source_id"]))
    places = _places(catalog)
    by_status: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_status[row["status"]].append(row)
    return join(
        _statement(by_status["done"], by_status["refused"], catalog.use),
        _part("Used", by_status["done"], _granted, places),
        _part("Refused", by_status["refused"], _granted, places),
        *(
            _part(title, by_status[status], _set_aside, places)
            for status, title in _SET_ASIDE.items()
        ),
    )


def decision_of(row: Row) -> dict[str, Any]:
    """The recorded decision on a source; empty when none was made, as its bytes were unreadable."""
    return dict(json.loads(row["decision"])) if row["decision"] else {}


def _statement(used: Sequence[Row], refused: Sequence[Row], use: str) -> Html:
    attested = sum(bool(decision_of(row).get("attested")) for row in used)
    said = []
    if used:
        verified = f"{len(used) - attested:,} on grants that somebody verified"
        word = f"{attested:,} on the operator’s own word"
        on = [part for part, count in ((verified, len(used) - attested), (word, attested)) if count]
        said.append(
            f"{counted(len(used), 'source was', 'sources were')} found to be permitted for {use}: "
            f"{' and '.join(on)}."
        )
    if refused:
        said.append(
            f"{counted(len(refused), 'source was', 'sources were')} refused before anything was "
            "decoded, and nothing of them is stored."
        )
    return tag("p", " ".join(said) or "No source has come in yet.", class_="lead")


def _places(catalog: Catalog) -> dict[str, list[str]]:
    """Where the bytes of each source were found: its rights are the strictest of all of them."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in catalog.rows("places", columns=["source_id", "path"]):
        places[row["source_id"]].append(row["path"])
    return places


def _part(
    title: str,
    rows: Sequence[Row],
    describe: Callable[[Row], Html],
    places: Mapping[str, Sequence[str]],
) -> Html | None:
    if not rows:
        return None
    groups: dict[Html, list[Row]] = defaultdict(list)
    for row in rows:
        groups[describe(row)].append(row)
    largest = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    shown = [
        tag("div", described, _paths(found, places), class_="grant")
        for described, found in largest[:MOST_GROUPS]
    ]
    left = sum(len(found) for _, found in largest[MOST_GROUPS:])
    return tag(
        "section",
        tag("h3", title, " ", tag("span", counted(len(rows), "source"), class_="count")),
        *shown[:_FIRST],
        tag(
            "details",
            tag("summary", f"{len(shown) - _FIRST} further groups of sources"),
            *shown[_FIRST:],
            class_="further",
        )
        if len(shown) > _FIRST
        else None,
        tag("p", f"{counted(left, 'more source')} under other grants or reasons.", class_="more")
        if left
        else None,
        class_="group",
    )


def _granted(row: Row) -> Html:
    decision = decision_of(row)
    findings = decision.get("findings", [])
    return join(
        tag(
            "h4",
            text(row["license"] or "no licence"),
            tag("span", " · ", class_="dot"),
            name(row["holder"] or "no holder"),
        ),
        tag(
            "dl",
            _entry("Decision", text(row["reason"] or decision.get("reason", ""), 600)),
            _entry("Credit to give", name(row["attribution"]) if row["attribution"] else None),
            _entry("Basis", name(decision.get("basis", ""), 600)),
            _entry("Evidence", _evidence(findings)),
            _entry("Duties", text(", ".join(decision.get("duties", ())))),
        ),
    )


def _set_aside(row: Row) -> Html:
    return tag("p", name(row["reason"] or "no reason is recorded", 400))


def _entry(title: str, value: Html | None) -> Html | None:
    if not value or value == "<bdi></bdi>":
        return None
    return tag("div", tag("dt", title), tag("dd", value))


def _evidence(findings: Iterable[Mapping[str, Any]]) -> Html | None:
    """What each grant rests on: somebody's check of evidence, or the operator's word."""
    lines = []
    for finding in findings:
        if not finding.get("grant"):
            continue
        if finding.get("attested_by"):
            said = join("the word of the operator, ", name(finding["attested_by"]))
        else:
            said = join("a grant from the rights file")
            if finding.get("evidence"):
                said = join(name(finding["evidence"], 500))
            if finding.get("verified_by"):
                said = join(said, ", verified by ", name(finding["verified_by"]))
            if finding.get("verified_on"):
                said = join(said, " on ", text(finding["verified_on"]))
        identity = tag("code", text(finding["grant"][:12]), title=finding["grant"])
        lines.append(tag("div", said, " (grant ", identity, ")"))
    return join(*lines) if lines else None


def _paths(rows: Sequence[Row], places: Mapping[str, Sequence[str]]) -> Html:
    items = []
    for row in rows[:MOST_PATHS]:
        about = [size(row["bytes"])] if row["bytes"] is not None else []
        about += [lasting(row["duration"] / 3600)] if row["duration"] else []
        others = sorted(set(places.get(row["source_id"], ())) - {row["path"]})
        items.append(
            tag(
                "li",
                name(row["path"], 400),
                " ",
                tag("span", ", ".join(about), class_="count"),
                " ",
                tag("code", row["source_id"][:12], title=row["source_id"]),
                *(tag("div", "also ", name(other, 400)) for other in others[:MOST_PLACES]),
                tag("div", f"and {len(others) - MOST_PLACES:,} more places")
                if len(others) > MOST_PLACES
                else None,
            )
        )
    heading = counted(len(rows), "source")
    if len(rows) > MOST_PATHS:
        heading = f"showing {MOST_PATHS} of {heading}"
    return tag(
        "details", tag("summary", heading), tag("ul", *items), open=len(rows) <= _OPEN or None
    )
