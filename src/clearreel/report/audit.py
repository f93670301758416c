"""The audit: why clips are in a data set or not, on what evidence, and whether that still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from clearreel.core.errors import DatasetError
from clearreel.production.captions import LeftOut
from clearreel.report.captions import left_out_beside, unsaid
from clearreel.report.drops import hours
from clearreel.report.lapses import DUTIES, lapsed, unproven
from clearreel.report.recorded import Recorded, Row
from clearreel.report.released import StillReleased, still_released
from clearreel.report.summary import summarise
from clearreel.report.wording import counted, lasting
from clearreel.rights.conflicts import Overlap, overlaps
from clearreel.rights.explanation import Explanation
from clearreel.stores.catalog import Catalog
from clearreel.stores.checkpoint import Checkpoint
from clearreel.stores.clock import check_clock
from clearreel.stores.ledger import LEDGER, Ledger
from clearreel.stores.wholeness import losses


@dataclass(frozen=True, slots=True)
class Reason:
    """Clips, or whole sources, that are in or out for one reason."""

    standing: str
    """in | owing: in, with duties that a release still has to discharge | lapsed: in, but not
    permitted any more | dropped: out by a rule of the recipe | refused, or another status of a
    source that gave no clips."""
    reason: str
    sources: int
    clips: int
    hours: float


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold any more about one source."""

    source_id: str
    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class Audit:
    """A data set's rights, summed up."""

    dataset: str
    use: str
    policy_sha256: str
    at: str
    """RFC 3339."""
    reasons: tuple[Reason, ...]
    problems: tuple[Problem, ...]
    overlapping: tuple[tuple[Overlap, int], ...]
    """Two grants about the same footage, and of how many sources."""
    captions_left_out: tuple[LeftOut, ...]
    """Captions that lie beside footage of kept clips, and that may not serve the use."""
    captions_unsaid: tuple[int, int]
    """Kept clips with captions or columns of which nobody says who wrote them; of how many
    sources."""
    approvals_missing: tuple[str, ...]
    """Which roles that the policy demands have not approved what an export would hold now, and why:
    a sentence each. Nothing goes out before they have."""
    still_released: tuple[StillReleased, ...]
    """Releases within reach that hold sources which are refused, quarantined or lapsed now."""
    checkpoint: str
    """All that the ledger has, in one line to keep elsewhere; empty when it does not hold."""

    def lines(self) -> Iterator[str]:
        """All of it for a person, a line each."""
        yield f"{self.dataset}, for {self.use}, under the policy {self.policy_sha256[:16]}"
        for reason in self.reasons:
            amounts = [counted(reason.sources, "source")] if reason.sources else []
            if reason.clips:
                amounts.insert(0, f"{counted(reason.clips, 'clip')} ({lasting(reason.hours)})")
            yield f"{reason.standing:<10} {' of '.join(amounts)}: {reason.reason}"
        for overlap, sources in self.overlapping:
            kind = "contradict" if overlap.contradicts else "overlap"
            yield f"{kind:<10} {counted(sources, 'source')}: {overlap}"
        for captions in self.captions_left_out:
            yield f"{'left out':<10} {captions}"
        clips, of = self.captions_unsaid
        if clips:
            amount = f"{counted(clips, 'clip')} of {counted(of, 'source')}"
            yield f"{'unsaid':<10} {amount}: nobody says who wrote the captions or columns"
        for missing in self.approvals_missing:
            yield f"{'unapproved':<10} {missing}"
        for released in self.still_released:
            yield f"{'released':<10} {released}"
        if self.checkpoint:
            yield f"the ledger holds; to keep elsewhere: {self.checkpoint}"
        for problem in self.problems:
            yield f"! {problem.path}: {problem.problem}"

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "dataset": self.dataset,
            "use": self.use,
            "policy_sha256": self.policy_sha256,
            "at": self.at,
            "reasons": [asdict(reason) for reason in self.reasons],
            "problems": [asdict(problem) for problem in self.problems],
            "overlapping": [o.to_json() | {"sources": count} for o, count in self.overlapping],
            "captions_left_out": [asdict(captions) for captions in self.captions_left_out],
            "captions_unsaid": dict(zip(("clips", "sources"), self.captions_unsaid, strict=True)),
            "approvals_missing": list(self.approvals_missing),
            "still_released": [asdict(released) for released in self.still_released],
            "checkpoint": self.checkpoint,
        }


def audit(
    catalog: Catalog, against: Checkpoint | None = None, approvals_missing: Iterable[str] = ()
) -> Audit:
    """Sum up why clips are in or out, and find what does not hold any more.

    The ledger is checked as well, that it still has what it had at `against`, that the clock is not
    behind it, and that what it tells of takedowns is denied. `approvals_missing` is told as it is:
    exports know it.
    """
    at = datetime.now(UTC)
    recorded = Recorded(catalog, at)
    clips: dict[str, list[Row]] = defaultdict(list)
    for kept in catalog.rows("clips", where="kept"):
        clips[kept["source_id"]].append(kept)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    problems = []
    overlapping: dict[Overlap, int] = defaultdict(int)
    out: set[str] = set()
    for name, source in recorded.sources.items():
        for overlap in overlaps(recorded.judged(name)):
            overlapping[overlap] += 1
        if source["status"] in ("refused", "quarantined"):
            out.add(name)
        if source["status"] != "done":
            continue
        lacking = unproven(recorded, name)
        found = dict.fromkeys(lacking)
        if lacking:
            out.add(name)
        for row, explained in _explained(recorded, name, clips[name]):
            groups[_standing(recorded, name, explained)].append(row)
            if ended := lapsed(explained, lacking):
                out.add(name)
                found |= dict.fromkeys(ended)
        problems += [Problem(name, source["path"], problem) for problem in found]
    done = [name for name, source in recorded.sources.items() if source["status"] == "done"]
    carried = {name: [recorded.origins(row) for row in clips[name]] for name in done if clips[name]}
    checkpoint = ""
    released: tuple[StillReleased, ...] = ()
    try:
        released = still_released(catalog, out)
    except DatasetError as error:
        problems.append(Problem("", "releases.json", f"{error.message}; {error.hint}"))
    lost = list(losses(catalog.folder, against))
    problems += [Problem("", loss.path, str(loss)) for loss in lost]
    if all(loss.path != LEDGER for loss in lost):
        try:
            ledger = Ledger(catalog.folder)
            checkpoint = str(ledger.anchor())
            check_clock(ledger)
        except DatasetError as error:
            problems.append(Problem("", LEDGER, f"{error.message}; {error.hint}"))
    return Audit(
        dataset=str(catalog.folder),
        use=catalog.use,
        policy_sha256=recorded.policy.sha256,
        at=at.isoformat(),
        reasons=(*_kept(groups), *_out(catalog)),
        problems=tuple(sorted(problems, key=lambda problem: (problem.path, problem.problem))),
        overlapping=tuple(sorted(overlapping.items())),
        captions_left_out=left_out_beside(recorded, carried),
        captions_unsaid=unsaid(carried.values()),
        approvals_missing=tuple(approvals_missing),
        still_released=released,
        checkpoint=checkpoint,
    )


def _explained(
    recorded: Recorded, source: str, rows: list[Row]
) -> Iterator[tuple[Row, tuple[Explanation, ...]]]:
    """Each clip's answer. Where nothing is said about stretches, it is the same for all of a source
    whose captions are of the same origin."""
    in_parts = any(grant.intervals is not None for grant in recorded.grants(source))
    in_parts = in_parts or recorded.people(source).in_parts
    known: dict[Any, tuple[Explanation, ...]] = {}
    for row in rows:
        alike = row["clip_id"] if in_parts else recorded.origins(row)
        if alike not in known:
            known[alike] = recorded.explain(row)
        yield row, known[alike]


def _standing(
    recorded: Recorded, source: str, explained: tuple[Explanation, ...]
) -> tuple[str, str]:
    refusing = {rule for one in explained for rule in one.refused_by}
    reason = "; ".join(dict.fromkeys(one.reason for one in explained if one.reason))
    if not refusing:
        decided = sorted({finding.reason for finding in recorded.findings(source)})
        return "in", "; ".join(decided)
    return ("owing" if refusing == {DUTIES} else "lapsed"), reason


_ORDER = ("in", "owing", "lapsed")


def _kept(groups: dict[tuple[str, str], list[Row]]) -> Iterator[Reason]:
    for (standing, reason), rows in sorted(
        groups.items(), key=lambda item: (_ORDER.index(item[0][0]), -len(item[1]), item[0][1])
    ):
        sources = len({row["source_id"] for row in rows})
        yield Reason(standing, reason, sources, len(rows), hours(rows))


def _out(catalog: Catalog) -> Iterator[Reason]:
    summary = summarise(catalog)
    for drop in summary.dropped:
        if drop.clips:
            yield Reason("dropped", drop.reason, 0, drop.clips, drop.hours)
    for count in summary.sources:
        if count.status != "done":
            yield Reason(count.status, count.reason, count.sources, 0, count.hours)
