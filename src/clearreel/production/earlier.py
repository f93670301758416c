"""Hold what came in with earlier runs against the screening lists of this one.

A list that is new, or has changed, speaks of the whole data set. Each source is asked once about
the same lists, its answer is in its row: by the hashes that are known of it, and by its footage
where the lists ask for more. Footage that is not there any more cannot be asked; its stored clips
are, and it is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.production.earlier_hashes import GONE, HELD, NO_MD5, SCREENED, Asked, by_hash, to_ask
from clearreel.production.known import work_of
from clearreel.production.recording import BATCH, Recorder
from clearreel.production.rights import RIGHTS_COLUMNS
from clearreel.production.screening import Screen
from clearreel.recipes.recipe import Recipe
from clearreel.runners.contract import Runner
from clearreel.sources.place import Place
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.visit.assignment import Assignment, Previous
from clearreel.visit.screening import listed_looks
from clearreel.visit.stored_looks import of_clips

Row = dict[str, Any]

_CLIPS_ASKED = "screened_clips"
"""Of a row's work: the lists that its clips were held against."""


@dataclass
class Screened:
    """What came of it."""

    quarantined: int = 0
    unasked: dict[str, str] = field(default_factory=dict)
    """Path of a source → why it, or a part of it, could not be held against the lists."""


class Earlier:
    """The sources of a data set that are not among the inputs of this run."""

    def __init__(
        self, catalog: Catalog, screen: Screen, recorder: Recorder, found: Collection[str]
    ) -> None:
        """`found`: ids of the sources that this run asks about by itself."""
        self._catalog, self._screen, self._recorder = catalog, screen, recorder
        self._rows = to_ask(catalog, screen, found)
        self._clean: list[Row] = []
        self.screened = Screened()

    def ask(self, recipe: Recipe, runner: Runner, progress: Callable[[int, int], None]) -> Screened:
        """Ask about all of them, and commit the answers. `progress`: how many of how many."""
        try:
            self._see(self._ask_hashes(progress), recipe, runner, progress)
        finally:
            self._flush()  # also on Ctrl-C: what was asked is not asked again
        return self.screened

    def _ask_hashes(self, progress: Callable[[int, int], None]) -> list[Asked]:
        """Those that are to be looked at; what the hashes tell of the others is settled."""
        to_see: list[Asked] = []
        with closing(by_hash(self._catalog, self._screen, self._rows)) as answers:
            for through, asked in enumerate(answers, 1):
                progress(through, len(self._rows))
                if asked.listed:
                    self._quarantine(asked.row, asked.listed)
                elif self._screen.wants_looks and asked.held:
                    to_see.append(asked)
                elif asked.listed is not None:
                    self._mark(asked.row, SCREENED)
                elif asked.held:
                    self._tell(asked.row, NO_MD5)
        return to_see

    def _see(
        self,
        sources: list[Asked],
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
                elif row["status"] in HELD:
                    self._keep(row)
                else:  # the source's own row stands: only to look at it again has failed
                    self._tell(row, row["reason"])
        finally:
            results.close()
        for asked in gone:
            through += 1
            progress(through, len(sources))
            self._see_clips(asked)

    def _see_clips(self, asked: Asked) -> None:
        row, lists = asked.row, self._screen.lists
        if work_of(row).get(_CLIPS_ASKED) != lists.fingerprint:
            seen = [look for _, look in of_clips(self._catalog, [row["source_id"]])]
            prints = [look for look in seen if not isinstance(look, SourceError)]
            if reason := listed_looks(prints, lists):
                self._quarantine(row, reason)
                return
            if len(prints) < len(seen):
                told = f"{GONE}, and {len(seen) - len(prints)} of its stored clips cannot be read"
                self._tell(row, told)
                return
            self._mark(row, _CLIPS_ASKED)
        self._tell(row, f"{GONE}; its stored clips were asked about, and nothing else of it")

    def _assignment(self, asked: Asked, footage: Place, recipe: Recipe) -> Assignment:
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
            rights={name: row[name] for name in RIGHTS_COLUMNS},
            screening=self._screen.lists,
            previous=Previous(row, ()),
            examine=False,
            only_screen=True,
        )

    def _quarantine(self, row: Row, reason: str) -> None:
        names = ("source_id", "sha256", "path", "bytes", *RIGHTS_COLUMNS)
        settled = {name: row[name] for name in names}
        settled |= {"status": "quarantined", "reason": reason, "visited": now()}
        self._recorder.settle([settled])
        self.screened.quarantined += 1

    def _tell(self, row: Row, why: str) -> None:
        self.screened.unasked[row["path"]] = why

    def _mark(self, row: Row, key: str) -> None:
        work = work_of(row) | {key: self._screen.lists.fingerprint}
        self._keep({**row, "work": json.dumps(work, sort_keys=True)})

    def _keep(self, row: Row) -> None:
        self._clean.append(row)
        if len(self._clean) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self._catalog.put_sources(self._clean)
        self._clean = []
