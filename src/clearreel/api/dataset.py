"""A data set, open for reading, auditing and erasing names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearreel.core.errors import UsageError

if TYPE_CHECKING:
    from clearreel.disclosures import Disclosure
    from clearreel.erasure.erasing import Erased
    from clearreel.erasure.known import KnownName
    from clearreel.report.audit import Audit
    from clearreel.report.clip_audit import ClipAudit
    from clearreel.stores.catalog import Catalog

_CLIP = (
    *("clip_id", "source_id", "path", "start", "end", "start_frame", "frames"),
    *("width", "height", "codec", "kept", "reason"),
)
_SOURCE = ("source_id", "path", "status", "reason", "license")


class DataSet:
    """A data set folder, open for reading."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.catalog.folder

    def clips(self, where: str | None = None) -> list[dict[str, Any]]:
        """One dictionary a clip, in the order of path and time.

        `where` is an SQL condition over the columns of the clips table, facts included. `start`
        and `end` are seconds in the source's presentation time, `frames` counts real frames, and
        `facts` has all that was measured. Raises `UsageError` for a condition that doesn't fit.
        """
        names = self.catalog.fact_columns()
        rows = self.catalog.rows("clips", where=where)
        rows.sort(key=lambda row: (row["path"], row["source_id"], row["start_tick"]))
        return [
            {key: row[key] for key in _CLIP}
            | {"facts": {name: row[name] for name in names}}
            | {"license": row["license"], "caption": row["caption"], "rule": row["rule"]}
            | {"duplicate_of": row["duplicate_of"], "cut": row["cut"]}
            | {"columns": json.loads(row["columns"] or "{}")}
            for row in rows
        ]

    def sources(self, where: str | None = None) -> list[dict[str, Any]]:
        """One dictionary a source, refused and unreadable ones included, in the order of path."""
        rows = self.catalog.rows("sources", where=where)
        rows.sort(key=lambda row: (row["path"], row["source_id"]))
        hidden = {"work", "packed"}
        return [
            {key: row[key] for key in _SOURCE}
            | {key: value for key, value in row.items() if key not in hidden and key not in _SOURCE}
            for row in rows
        ]

    def audit(self, clip_id: str | None = None, checkpoint: str | None = None) -> Audit | ClipAudit:
        """Why every clip, or one, is in or out, on what evidence, and whether that holds today.

        Both have `lines()` for a person, `to_json()`, and `problems`: what does not hold any more.
        The audit of all clips checks the ledger too, and that it has what it had at `checkpoint`,
        a line that an earlier audit gave. Raises `UsageError` when there is no such clip, and for
        a line that is no checkpoint.
        """
        from clearreel.exports.permission import approvals_missing
        from clearreel.report.audit import audit
        from clearreel.report.clip_audit import audit_clip
        from clearreel.stores.checkpoint import Checkpoint

        if clip_id is None:
            against = Checkpoint.parse(checkpoint) if checkpoint else None
            return audit(self.catalog, against, approvals_missing(self.catalog))
        return audit_clip(self.catalog, clip_id)

    def say_clock_is_right(self) -> None:
        """Record in the ledger that later rows are of a clock that was wrong, so that work goes on.

        Raises `UsageError` when no row is later than the clock shows now.
        """
        from clearreel.stores.clock import say_clock_is_right
        from clearreel.stores.ledger import Ledger

        say_clock_is_right(Ledger(self.folder))

    def say_ledger_is_whole(self) -> None:
        """Record in the ledger that no row is missing, though its checkpoint is.

        Raises `UsageError` when the checkpoint is there, and `DatasetError` when a receipt of a
        takedown shows that rows are missing.
        """
        from clearreel.stores.wholeness import say_ledger_is_whole

        say_ledger_is_whole(self.folder)

    def disclose(self, kind: str, at: datetime | None = None) -> Disclosure:
        """What a law or a reader asks to be told of the data set, filled from what it recorded.

        `kind` is eu-training-summary, ab2013, croissant, attribution or model-card; `at` is the
        time that it speaks of, with an offset from UTC: now, without one. What only the provider of
        a model knows is in `blanks`. Raises `UsageError` for another kind.
        """
        from clearreel.disclosures import disclose

        return disclose(self.catalog, kind, at or datetime.now(UTC))

    def people(self, name: str | None = None) -> list[KnownName]:
        """Every name or text about a person that can be erased, or those with this name in them.

        Raises `UsageError` for what is no name, and `DatasetError` when the ledger or a recorded
        decision is damaged.
        """
        from clearreel.erasure import erasing, known

        return (
            known.known_names(self.catalog) if name is None else erasing.meant(self.catalog, name)
        )

    def end_quarantine(self, source_id: str, reason: str) -> None:
        """Let the next run take up a source that a screening list has set aside: a person has
        looked, and says why. See `production.quarantine.end_quarantine`."""
        from clearreel.production.quarantine import end_quarantine

        end_quarantine(self.catalog, source_id, reason)

    def erase(self, name: str) -> Erased:
        """Erase a person's name for ever, and say where else it is: see `erasure.erasing.erase`."""
        from clearreel.erasure import erasing

        return erasing.erase(self.catalog, name)

    def media(self, clip_id: str) -> bytes:
        """The stored file of a clip. Raises `UsageError` when there is none."""
        rows = self.catalog.rows("clips", where=f"clip_id = '{_safe(clip_id)}'")
        if not rows or not rows[0]["media_pack"]:
            raise UsageError(
                f"no clip {clip_id!r} is stored in {self.folder}",
                hint=f"clearreel clips {self.folder} --where \"media_pack != ''\"",
            )
        row = rows[0]
        return self.catalog.packs.read(
            row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"]
        )


def open(path: str | Path) -> DataSet:  # noqa: A001 (clearreel.open reads as it should)
    """The data set in a folder. Raises `DatasetError` when it is none."""
    from clearreel.stores.catalog import Catalog

    return DataSet(Catalog(Path(path)))


def _safe(text: str) -> str:
    return text.replace("'", "''")
