"""The audit of one clip: by which rule and on what evidence it is in or out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from clearreel.core.errors import DatasetError, UsageError
from clearreel.production.recorded import Kept
from clearreel.report.lapses import lapsed, unproven
from clearreel.report.recorded import Caption, Recorded, Row
from clearreel.rights.explanation import Explanation
from clearreel.rights.signals.heard import ALWAYS, Heard
from clearreel.stores.catalog import Catalog
from clearreel.stores.wholeness import losses


@dataclass(frozen=True, slots=True)
class ClipAudit:
    """Why one clip is in or out."""

    clip: Row
    path: str
    explanations: tuple[Explanation, ...]
    """One for each activity of the data set's use."""
    captions: tuple[Caption, ...]
    """Who wrote the captions that it carries, or that were left out."""
    evidence: tuple[Kept, ...]
    heard: Heard | None
    """What was said of its source, and when; None where nothing was listened to."""
    problems: tuple[str, ...]
    """What does not hold any more."""

    @property
    def permitted(self) -> bool:
        """Whether every rule holds now, and the evidence is what it was."""
        return not self.problems and all(one.permitted for one in self.explanations)

    def lines(self) -> Iterator[str]:
        """All of it for a person, a line each."""
        clip = self.clip
        verdict = "in" if clip["kept"] else f"out: {clip['reason']}"
        if clip["kept"] and self.problems:
            verdict = "lapsed: in the data set, and no export lets it out"
        yield f"{clip['clip_id']} {clip['start']:.3f}–{clip['end']:.3f} s of {self.path}: {verdict}"
        for problem in self.problems:
            yield f"! {problem}"
        if self.problems and all(one.permitted for one in self.explanations):
            yield "by what is recorded of its rights alone:"
        first, *others = self.explanations
        yield from first.lines()
        for other in others:
            if other.outcomes == first.outcomes:
                yield f"the same holds for {other.intent.purpose} {other.intent.activity}"
            else:
                yield from other.lines()
        yield from map(str, self.captions)
        for kept in self.evidence:
            yield f"evidence {kept.sha256[:16]} ({kept.name}): {kept.state}"
        if self.heard is not None and self.heard.acquired_at is not None:
            yield f"acquired at {self.heard.acquired_at.isoformat()}, by the record beside it"
        for answer in self._answers():
            where = f"{answer['standard']} at {answer['place']}"
            yield f"answer of {answer['read_at']}: {where}: {answer['stance']}"

    def _answers(self) -> list[dict[str, str]]:
        """What was received from elsewhere, the oldest first; what a file says has no date."""
        signals = self.heard.signals if self.heard else ()
        found = {
            (one.read_at, one.standard, one.place, one.stance)
            for one in signals
            if one.read_at is not None and one.read_at != ALWAYS
        }
        return [
            {"read_at": at.isoformat(), "standard": standard, "place": place, "stance": stance}
            for at, standard, place, stance in sorted(found)
        ]

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        acquired_at = self.heard.acquired_at if self.heard else None
        keys = ("clip_id", "source_id", "start", "end", "kept", "rule", "reason")
        return {
            **{key: self.clip[key] for key in keys},
            "path": self.path,
            "permitted": self.permitted,
            "explanations": [explained.to_json() for explained in self.explanations],
            "captions": [asdict(caption) for caption in self.captions],
            "evidence": [asdict(kept) for kept in self.evidence],
            "acquired_at": acquired_at.isoformat() if acquired_at else None,
            "answers": self._answers(),
            "problems": list(self.problems),
        }


def audit_clip(catalog: Catalog, clip_id: str) -> ClipAudit:
    """Why a clip is in or out.

    Raises `UsageError` when there is none of this id, with what is known of the source where it is
    a source's, and `DatasetError` for one whose source a run did not come to the end of.
    """
    quoted = clip_id.replace("'", "''")
    rows = catalog.rows("clips", where=f"clip_id = '{quoted}'")
    if not rows:
        raise _no_clip(catalog, clip_id, catalog.rows("sources", where=f"source_id = '{quoted}'"))
    recorded = Recorded(catalog, datetime.now(UTC))
    source = rows[0]["source_id"]
    if source not in recorded.sources:
        raise DatasetError(
            f"the source of clip {clip_id} is not finished: a run was interrupted",
            hint="run the same command again: it goes on",
        )
    explained = recorded.explain(rows[0])
    lacking = unproven(recorded, source)
    problems = [*lacking, *lapsed(explained, lacking)]
    problems += [str(loss) for loss in losses(catalog.folder)]
    return ClipAudit(
        rows[0],
        recorded.sources[source]["path"],
        explained,
        recorded.captions(rows[0]),
        tuple(recorded.evidence(source)),
        recorded.heard(source),
        tuple(problems),
    )


def _no_clip(catalog: Catalog, name: str, sources: Sequence[Row]) -> UsageError:
    """What is known instead of a clip of this id."""
    if not sources:
        return UsageError(
            f"no clip {name!r} is in {catalog.folder}: a source that is refused has none, nor one "
            "that was taken down",
            hint=f"see what it has: clearreel clips {catalog.folder}, or why sources are out: "
            f"clearreel sources {catalog.folder}",
        )
    [source] = sources
    why = f": {source['reason']}" if source["reason"] else ""
    table = "clips" if source["status"] == "done" else "sources"
    return UsageError(
        f"{name!r} is no clip but the source {source['path'] or name}, which is "
        f"{source['status']}{why}",
        hint=f"clearreel {table} {catalog.folder} --where \"source_id = '{name}'\"",
    )
