"""What a data set recorded that disclosures are filled from, read once."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clearreel.disclosures.captioners import Captioner, captioners
from clearreel.disclosures.collected import Collected, collected
from clearreel.disclosures.domains import domains
from clearreel.disclosures.figures import Figure, Group, Row, kept, number_of
from clearreel.disclosures.not_in import NotIn, not_in
from clearreel.exports.attribution import Credit, credit_of
from clearreel.exports.selection import title_of, work_titles
from clearreel.production.recorded import lapsed, lapsed_clips
from clearreel.production.rights import policy_of
from clearreel.report.drops import hours
from clearreel.report.history import Run, read_history
from clearreel.report.summary import Summary, summarise
from clearreel.report.wording import lasting
from clearreel.rights.policy import Policy
from clearreel.rights.uses import Use, use_named
from clearreel.stores.catalog import Catalog

_COLUMNS = (
    *("source_id", "kept", "rule", "duration", "caption", "cut", "media_pack"),
    *("faces", "speech_share", "columns", "caption_origins"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted. "Kept" are kept clips of sources that are done, and works their sources."""

    works: Figure
    clips: Figure
    hours: Figure
    sound_hours: Figure
    """Of kept clips whose source has sound."""
    captions: Figure
    """Kept clips with a caption."""
    caption_bytes: Figure
    """Of these captions, in UTF-8."""
    attested: Figure
    """Works that rest on the operator's own word."""
    heard: Figure
    """Works of which it was read what stands inside the file about such uses."""
    fetched: Figure
    """Works with a record of what servers said when they were fetched."""
    first_taken: Figure
    last_taken: Figure
    """When the first and the last of the works were taken in: RFC 3339, UTC; empty without any."""
    places: Figure
    """Files in which sources were found."""
    sources: Figure
    """All that were offered, refused ones included."""
    found: Figure
    """Clips that were found in sources that are done, kept or not."""
    dropped: Figure
    safety: Figure | None
    """Clips that a rule about safety dropped; None where no run had such a rule."""
    faces: Figure | None
    """Kept clips in which a face was found; None where nobody looked."""
    speech: Figure | None
    """Kept clips in which speech was found; likewise."""


@dataclass(frozen=True, slots=True)
class Record:
    """All that a disclosure is filled from."""

    name: str
    """Of the data set's folder."""
    use: Use
    created: str
    """When the data set was made: RFC 3339, UTC."""
    at: datetime
    """The time of the disclosure, with an offset from UTC."""
    policy: Policy
    summary: Summary
    run: Run | None
    """The last one."""
    weights: tuple[str, ...]
    """Names of the models that took part in any run, sorted."""
    safety: tuple[str, ...]
    """Facts that the safety rules of any run are about, sorted."""
    works: tuple[Row, ...]
    """Rows of the sources that clips are kept of, in the order of their ids."""
    credits: tuple[Credit, ...]
    """Of the same, in the order of their titles."""
    packs: Mapping[str, str]
    """The packs that hold kept clips, in the order of their names: pack → source."""
    duties: tuple[str, ...]
    """What a release has to discharge, sorted."""
    lapsed: int
    """Kept clips that are not permitted any more at the time of the disclosure."""
    by_license: tuple[Group, ...]
    """Of kept clips, named by licence."""
    by_holder: tuple[Group, ...]
    """Of kept clips, named by licence and holder."""
    captioners: tuple[Captioner, ...]
    """Who wrote captions and columns of kept clips."""
    collected: tuple[Collected, ...]
    """What the footage was made from, as its grants say."""
    domains: tuple[Group, ...]
    """Of kept clips, by the domains that they were fetched from, as far as records tell."""
    figures: Figures
    not_in: NotIn
    """Sources that were offered and are not in the data set."""


def read_record(catalog: Catalog, at: datetime) -> Record:
    """Read what the data set recorded. `at` carries an offset from UTC; `ValueError` otherwise.

    Raises `DatasetError` when the data set is damaged and `UsageError` for a malformed policy.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC")
    history, summary = read_history(catalog), summarise(catalog)
    sources = {row["source_id"]: row for row in catalog.rows("sources")}
    columns = [name for name in _COLUMNS if name in catalog.columns("clips")]
    clips = [
        row
        for row in catalog.rows("clips", columns=columns)
        if sources.get(row["source_id"], {}).get("status") == "done"
    ]
    kept_clips = [row for row in clips if row["kept"]]
    stored = [row for row in kept_clips if row["media_pack"]]
    cuts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in kept_clips:
        cuts[row["source_id"]][row["cut"] or ""] += 1
    works = tuple(sources[name] for name in sorted(cuts))
    titles = work_titles(catalog)
    owed = [credit_of(title_of(row, titles), row, cuts[row["source_id"]]) for row in works]
    decisions = [json.loads(row["decision"] or "{}") for row in works]
    over = lapsed(catalog, works, at)
    safety = tuple(sorted({rule.fact for rule in history.safety}))
    return Record(
        name=summary.dataset,
        use=use_named(catalog.use),
        created=summary.created,
        at=at,
        policy=policy_of(catalog.folder),
        summary=summary,
        run=history.last,
        weights=history.weights,
        safety=safety,
        works=works,
        credits=tuple(sorted(owed, key=lambda credit: (credit.title, credit.source_id))),
        packs=dict(sorted({(row["media_pack"], row["source_id"]) for row in stored})),
        duties=tuple(sorted({duty for found in decisions for duty in found.get("duties", ())})),
        lapsed=sum(cuts[name].total() for name in over)
        + len(lapsed_clips(catalog, [row for row in works if row["source_id"] not in over], at)),
        by_license=_groups(sources, kept_clips, ("license",)),
        by_holder=_groups(sources, kept_clips, ("license", "holder")),
        captioners=captioners(works, kept_clips),
        collected=collected(works),
        domains=domains(works, kept_clips),
        figures=_figures(
            len(titles), list(sources.values()), works, decisions, clips, kept_clips, safety
        ),
        not_in=not_in(catalog, list(sources.values())),
    )


def _figures(
    places: int,
    sources: Sequence[Row],
    works: Sequence[Row],
    decisions: Sequence[Mapping[str, Any]],
    clips: Sequence[Row],
    kept_clips: Sequence[Row],
    safety: Sequence[str],
) -> Figures:
    sounding = {row["source_id"] for row in works if row["audio"]}
    captions = [row["caption"] for row in kept_clips if row["caption"]]
    taken = sorted(row["visited"] for row in works if row["visited"])
    attested = sum(bool(found.get("attested")) for found in decisions)
    size = sum(len(text.encode()) for text in captions)
    found = "FROM clips JOIN sources USING (source_id) WHERE status = 'done'"
    is_attested = "CAST(decision->>'attested' AS BOOLEAN)"
    return Figures(
        works=number_of(len(works), "work", kept("count(DISTINCT source_id)")),
        clips=number_of(len(kept_clips), "clip", kept("count(*)")),
        hours=_hours(kept_clips),
        sound_hours=_hours(
            [row for row in kept_clips if row["source_id"] in sounding], "sources.audio <> ''"
        ),
        captions=number_of(len(captions), "caption", kept("count(*)", "caption <> ''")),
        caption_bytes=number_of(size, "byte", kept("coalesce(sum(strlen(caption)), 0)")),
        attested=number_of(attested, "work", kept("count(DISTINCT source_id)", is_attested)),
        heard=number_of(
            sum(bool(found.get("heard")) for found in decisions),
            "work",
            kept("count(DISTINCT source_id)", "(decision->'$.heard.signals') IS NOT NULL"),
        ),
        fetched=number_of(
            sum(bool((found.get("heard") or {}).get("fetch")) for found in decisions),
            "work",
            kept("count(DISTINCT source_id)", "(decision->'$.heard.fetch.passed') IS NOT NULL"),
        ),
        first_taken=_moment(taken[:1], kept("min(visited)", "visited <> ''")),
        last_taken=_moment(taken[-1:], kept("max(visited)", "visited <> ''")),
        places=number_of(places, "file", "SELECT count(*) FROM places"),
        sources=number_of(len(sources), "source", "SELECT count(*) FROM sources"),
        found=number_of(len(clips), "clip", f"SELECT count(*) {found}"),
        dropped=number_of(
            len(clips) - len(kept_clips), "clip", f"SELECT count(*) {found} AND NOT kept"
        ),
        safety=_safety(clips, safety, found),
        faces=_measured(kept_clips, "faces"),
        speech=_measured(kept_clips, "speech_share"),
    )


def _hours(clips: Sequence[Row], condition: str = "") -> Figure:
    total = hours(clips)
    select = "coalesce(sum(clips.duration), 0) / 3600"
    return Figure(total, lasting(total), kept(select, condition))


def _moment(found: Sequence[str], query: str) -> Figure:
    moment = found[0] if found else ""
    return Figure(moment, f"{moment[5:7]}/{moment[:4]}" if moment else "none", query)


def _safety(clips: Sequence[Row], facts: Sequence[str], found: str) -> Figure | None:
    if not facts:
        return None
    count = sum(not row["kept"] and row["rule"] in facts for row in clips)
    listed = ", ".join(f"'{fact}'" for fact in facts)
    query = f"SELECT count(*) {found} AND NOT kept AND rule IN ({listed})"
    return number_of(count, "clip", query)


def _measured(kept_clips: Sequence[Row], fact: str) -> Figure | None:
    """How many kept clips have some of it; None where it was never measured on any."""
    values = [row[fact] for row in kept_clips if row.get(fact) is not None]
    if not values:
        return None
    count = sum(value > 0 for value in values)
    return number_of(count, "clip", kept("count(*)", f"{fact} > 0"))


def _groups(
    works: Mapping[str, Row], clips: Sequence[Row], columns: Sequence[str]
) -> tuple[Group, ...]:
    """Kept clips by columns of their sources, the longest footage first."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for clip in clips:
        work = works[clip["source_id"]]
        found[tuple(work[column] or "" for column in columns)].append(clip)
    groups = [
        Group(name, len({row["source_id"] for row in rows}), len(rows), hours(rows))
        for name, rows in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.hours, group.name)))
