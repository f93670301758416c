"""Hold what came in with earlier runs against the screening lists of this one.

A list that is new, or has changed, speaks of the whole data set. Each source is asked once about
the same lists, its answer is in its row: by the hashes that are known of it, and by its footage
where the lists ask for more. Footage that is not there any more cannot be asked; its stored clips
are, and it is told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.production.recorded import places_of
from clearreel.production.recording import BATCH, Recorder
from clearreel.production.screening import Screen
from clearreel.recipes.recipe import Recipe
from clearreel.runners.contract import Runner
from clearreel.sources.hashing import Hashed, Known, hash_place, known_from
from clearreel.sources.place import Place
from clearreel.stores.catalog import Catalog, now
from clearreel.stores.takedowns import DenyList
from clearreel.visit.assignment import Assignment, Previous
from clearreel.visit.screening import listed_looks
from clearreel.visit.stored_looks import of_clips

Row = dict[str, Any]

_HELD = ("done", "started")
"""How sources stand of which the data set has clips; of the others it has nothing to look at."""
_RIGHTS = ("license", "holder", "attribution", "decision")
_ASKED, _CLIPS_ASKED = "screening", "screened_clips"
"""Of a row's work: the lists that all of a source was held against, and that its clips were."""
_GONE = "its footage is not where it was"


@dataclass
class Screened:
    """What came of it."""

    quarantined: int = 0
    unasked: dict[str, str] = field(default_factory=dict)
    """Path of a source → why it, or a part of it, could not be held against the lists."""


@dataclass(frozen=True)
class _Asked:
    """What is known of one source without decoding anything."""

    row: Row
    listed: str | None
    """As `Screen.listed` tells it."""
    footage: Place | None
    """Where its bytes lie, if that was asked for and they do."""

    @property
    def work(self) -> dict[str, Any]:
        return _work(self.row)


class Earlier:
    """The sources of a data set that are not among the inputs of this run."""

    def __init__(
        self, catalog: Catalog, screen: Screen, recorder: Recorder, found: Collection[str]
    ) -> None:
        """`found`: ids of the sources that this run asks about by itself."""
        self._catalog, self._screen, self._recorder = catalog, screen, recorder
        taken = {name for one in DenyList.of(catalog.folder).takedowns for name in one.sources}
        self._rows = [
            row
            for row in catalog.rows("sources")
            if row["sha256"]
            and row["status"] != "quarantined"
            and row["source_id"] not in taken | set(found)
            and _work(row).get(_ASKED) != screen.lists.fingerprint
        ]
        self._clean: list[Row] = []
        self.screened = Screened()

    def ask(self, recipe: Recipe, runner: Runner, progress: Callable[[int, int], None]) -> Screened:
        """Ask about all of them, and commit the answers. `progress`: how many of how many."""
        to_see: list[_Asked] = []
        for through, asked in enumerate(self._by_hash(), 1):
            progress(through, len(self._rows))
            if asked.listed:
                self._quarantine(asked.row, asked.listed)
            elif self._screen.wants_looks and asked.row["status"] in _HELD:
                to_see.append(asked)
            elif asked.listed is not None:
                self._mark(asked.row, _ASKED)
            elif asked.row["status"] in _HELD:
                self._tell(asked.row, f"its MD5 is asked for, and {_GONE}")
        try:
            self._see(to_see, recipe, runner, progress)
        finally:
            self._flush()  # also on Ctrl-C: what was asked is not asked again
        return self.screened

    def _by_hash(self) -> Iterable[_Asked]:
        known = known_from(
            {
                row["path"]: Hashed(row["sha256"], row["bytes"], row["mtime_ns"], row["inode"])
                for row in self._catalog.rows("places")
            }
        )
        places = places_of(self._catalog)

        def ask(row: Row) -> _Asked:
            footage = None
            looks = self._screen.wants_looks and row["status"] in _HELD
            if self._screen.wants_md5 or looks:
                paths = places.get(row["source_id"], {row["path"]})
                footage = _footage(row["sha256"], paths, known)
            listed = self._screen.listed(row["sha256"], footage.path if footage else None)
            return _Asked(row, listed, footage)

        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            try:
                yield from pool.map(ask, self._rows)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # or Ctrl-C would wait for them all
                raise

    def _see(
        self,
        sources: list[_Asked],
        recipe: Recipe,
        runner: Runner,
        progress: Callable[[int, int], None],
    ) -> None:
        """Look at footage where it lies, and at stored clips where it does not."""
        gone = [asked for asked in sources if asked.footage is None]
        here = [self._assignment(one, one.footage, recipe) for one in sources if one.footage]
        through = 0
        results = runner.run(here)
        try:
            for visited in results:
                through += 1
                progress(through, len(sources))
                row = visited.source
                if row["status"] == "quarantined":
                    self._quarantine(row, row["reason"])
                elif row["status"] in _HELD:
                    self._keep(row)
                else:  # the source's own row stands: only to look at it again has failed
                    self._tell(row, row["reason"])
        finally:
            results.close()
        for asked in gone:
            through += 1
            progress(through, len(sources))
            self._see_clips(asked)

    def _see_clips(self, asked: _Asked) -> None:
        row, lists = asked.row, self._screen.lists
        if asked.work.get(_CLIPS_ASKED) != lists.fingerprint:
            seen = [look for _, look in of_clips(self._catalog, [row["source_id"]])]
            prints = [look for look in seen if not isinstance(look, SourceError)]
            if reason := listed_looks(prints, lists):
                self._quarantine(row, reason)
                return
            if len(prints) < len(seen):
                told = f"{_GONE}, and {len(seen) - len(prints)} of its stored clips cannot be read"
                self._tell(row, told)
                return
            self._mark(row, _CLIPS_ASKED)
        self._tell(row, f"{_GONE}; its stored clips were asked about, and nothing else of it")

    def _assignment(self, asked: _Asked, footage: Place, recipe: Recipe) -> Assignment:
        row = asked.row
        return Assignment(
            source_id=row["source_id"],
            sha256=row["sha256"],
            path=footage.path,
            size=footage.size,
            mtime_ns=footage.mtime_ns,
            recipe=recipe,
            packs=self._catalog.packs,
            store="none",
            rights={name: row[name] for name in _RIGHTS},
            screening=self._screen.lists,
            previous=Previous(row, ()),
            examine=False,
            only_screen=True,
        )

    def _quarantine(self, row: Row, reason: str) -> None:
        names = ("source_id", "sha256", "path", "bytes", *_RIGHTS)
        settled = {name: row[name] for name in names}
        settled |= {"status": "quarantined", "reason": reason, "visited": now()}
        self._recorder.settle([settled])
        self.screened.quarantined += 1

    def _tell(self, row: Row, why: str) -> None:
        self.screened.unasked[row["path"]] = why

    def _mark(self, row: Row, key: str) -> None:
        work = _work(row) | {key: self._screen.lists.fingerprint}
        self._keep({**row, "work": json.dumps(work, sort_keys=True)})

    def _keep(self, row: Row) -> None:
        self._clean.append(row)
        if len(self._clean) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self._catalog.put_sources(self._clean)
        self._clean = []


def _work(row: Row) -> dict[str, Any]:
    work: dict[str, Any] = json.loads(row["work"] or "{}")
    return work


def _footage(sha256: str, paths: Iterable[str], known: Known) -> Place | None:
    """Where these bytes lie, if they do."""
    for path in map(Path, sorted(paths)):
        try:
            place = Place.of(path, path.parent, path.stat())
            if hash_place(place, known).sha256 == sha256 and os.access(path, os.R_OK):
                return place
        except (OSError, SourceError):
            continue
    return None
