"""Which clips go out: the kept ones of sources that are done and permitted, source by source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clearreel.collection.splits import Split, split_sources
from clearreel.core.errors import DatasetError, UsageError
from clearreel.production.captions import taken
from clearreel.production.describing import recorded_runs
from clearreel.production.models import check_models, used_models
from clearreel.production.recorded import lapsed, lapsed_clips, recorded_decision
from clearreel.production.rights import RIGHTS_COLUMNS, policy_of
from clearreel.rights.policy import Policy
from clearreel.rights.uses import use_named
from clearreel.stores.catalog import Catalog

Row = dict[str, Any]

_NARROWER = {"commercial-training": ("research-training",)}
"""Uses that are part of another. Evaluation is not part of training: a grant may list just one."""

_BATCH = 256
"""Sources whose clips are read at once."""

_SOURCE_COLUMNS = ("source_id", "sha256", "path", *RIGHTS_COLUMNS)


@dataclass(frozen=True, slots=True)
class Work:
    """One source with the clips that go out, in the order of time."""

    source: Row
    title: str
    """Where it lay below its input: a name for people, without the folders of one machine."""
    split: Split
    clips: list[Row]


@dataclass(frozen=True, slots=True)
class Selection:
    """What an export is made of."""

    sources: list[Row]
    splits: dict[str, Split]
    total: int
    """Clips that go out."""
    not_stored: int
    """Kept clips whose footage is in no pack."""
    withheld: dict[str, str]
    """Kept clips that may not go out: clip id → reason."""

    @property
    def hashes(self) -> dict[str, str]:
        """Source id → SHA-256 of the source's bytes, in hex."""
        return {source["source_id"]: source["sha256"] for source in self.sources}


def declared_use(catalog: Catalog, use: str | None) -> str:
    """The use to declare: the data set's own, or a narrower one.

    Raises `UsageError` for a use that does not exist and `DatasetError` for one that is wider.
    """
    own = catalog.use
    if use is None or use_named(use).name == own:
        return own
    allowed = (own, *_NARROWER.get(own, ()))
    if use not in allowed:
        raise DatasetError(
            f"{catalog.folder} is cleared for {own}, and an export of it cannot be declared for "
            f"{use}; allowed: {', '.join(allowed)}",
            hint=f"leave out --use, or make a data set with: clearreel run … --use {use}",
        )
    return use


def select(catalog: Catalog, share_alike: str | None = None) -> Selection:
    """Choose the sources and count the clips.

    Works whose licence asks for share-alike go out by themselves, in a release under a licence
    that theirs is compatible with: `share_alike`. Without it, all the others go out.
    """
    permitted = {
        row["source_id"]: row
        for row in catalog.rows("sources", columns=_SOURCE_COLUMNS, where="status = 'done'")
        if _is_permitted(row, catalog.use)
    }
    at = datetime.now(UTC)
    over = lapsed(catalog, permitted.values(), at)
    parts = lapsed_clips(catalog, permitted.values(), at)
    policy = policy_of(catalog.folder)
    if excluded := _excluded(catalog, policy):
        over = {name: "; ".join((*filter(None, [over.get(name)]), excluded)) for name in permitted}
    for name, row in list(permitted.items()):
        decided = recorded_decision(row)
        found = (*decided.findings, *taken(decided.captions, use_named(catalog.use), policy))
        asked = {alike for finding in found for alike in finding.alike}
        if share_alike is not None and not asked:
            del permitted[name]
        elif problem := _not_alike(asked, share_alike, policy):
            over.setdefault(name, problem)
    kept = catalog.table("clips", columns=["clip_id", "source_id", "media_bytes"], where="kept")
    stored = pc.is_valid(kept["media_bytes"])
    counts: dict[str, int] = {}
    lasting = pc.invert(pc.is_in(kept["clip_id"], value_set=pa.array(list(parts), pa.string())))
    for group in pc.value_counts(kept.filter(pc.and_(stored, lasting))["source_id"]).to_pylist():
        if group["values"] in permitted.keys() - over.keys():
            counts[group["values"]] = group["counts"]
    # Ids are hashes, so their order is a shuffle, and the same one every time.
    sources = [permitted[name] for name in sorted(counts)]
    return Selection(
        sources=sources,
        splits=split_sources(counts),
        total=sum(counts.values()),
        not_stored=len(kept) - int(pc.sum(stored).as_py() or 0),
        withheld=parts
        | {
            row["clip_id"]: over[row["source_id"]]
            for row in (kept.to_pylist() if over else ())
            if row["source_id"] in over
        },
    )


def works(catalog: Catalog, selection: Selection) -> Iterator[Work]:
    """The sources of a selection with their clips, a few sources at a time in memory."""
    titles = work_titles(catalog)
    for first in range(0, len(selection.sources), _BATCH):
        batch = selection.sources[first : first + _BATCH]
        listed = ", ".join(f"'{source['source_id']}'" for source in batch)
        condition = f"kept and media_bytes is not null and source_id in ({listed})"
        clips: dict[str, list[Row]] = {source["source_id"]: [] for source in batch}
        for row in catalog.rows("clips", where=condition):
            if row["clip_id"] not in selection.withheld:
                clips[row["source_id"]].append(row)
        for source in batch:
            name = source["source_id"]
            yield Work(
                source,
                title_of(source, titles),
                selection.splits[name],
                sorted(clips[name], key=lambda row: (row["start_tick"], row["clip_id"])),
            )


def _not_alike(asked: set[str], share_alike: str | None, policy: Policy) -> str:
    """Why a work whose licences ask for share-alike does not go out, or nothing."""
    for name in sorted(asked):
        if share_alike is None:
            return f"{name} asks for a release of its own: export it with --share-alike {name}"
        if share_alike not in policy.compatible(name):
            allowed = ", ".join(sorted(policy.compatible(name)))
            return f"{name} asks for a release under {allowed}, not {share_alike}"
    return ""


def last_run(catalog: Catalog) -> dict[str, Any]:
    """What the last run said of its recipe; empty where no run is recorded."""
    runs = recorded_runs(catalog)
    return runs[-1] if runs else {}


def _excluded(catalog: Catalog, policy: Policy) -> str:
    """Why nothing may go out that the models of any run have looked at, or nothing."""
    try:
        check_models(used_models(catalog), use_named(catalog.use), policy)
    except UsageError as error:
        return f"{error.message}; make a data set without it, in another folder"
    return ""


def _is_permitted(source: Row, use: str) -> bool:
    decision = json.loads(source["decision"] or "{}")
    return decision.get("permitted") is True and decision.get("use") == use


def work_titles(catalog: Catalog) -> dict[str, str]:
    """The path of every place, and its path below the input that it was found through."""
    places = catalog.table("places", columns=["path", "relative"])
    return dict(zip(places["path"].to_pylist(), places["relative"].to_pylist(), strict=True))


def title_of(source: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """A name of the source for people, without the folders of one machine."""
    path = str(source["path"])
    return titles.get(path, path.rpartition("/")[2])
