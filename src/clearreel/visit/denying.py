"""Whether footage looks or sounds like what a takedown names, asked before anything of it is kept.

Only data sets with a takedown that tells looks pay for it: four pictures a second and the sound.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from clearreel.core.errors import DatasetError
from clearreel.lookalike.fingerprint import Fingerprint, read_fingerprint
from clearreel.lookalike.index import Index
from clearreel.lookalike.matching import Comparison
from clearreel.media.pictures import PictureReader
from clearreel.media.sound import SoundReader
from clearreel.stores.seal import Seal
from clearreel.stores.takedowns import Takedown, Takedowns, looks_alike
from clearreel.visit.assignment import Visited
from clearreel.visit.examining import Row


def denied_looks(
    dataset: Path, seal: Seal | None, source_id: str, pictures: PictureReader
) -> dict[str, str]:
    """Takedown id → why the footage may be what it names; empty where none does.

    `seal` is the data set's. What a person has dismissed for this source does not count. Raises
    `DatasetError` when a fingerprint of a takedown cannot be read.
    """
    takedowns, index = _denied(dataset, seal, Takedowns(dataset).stamp())
    with SoundReader(pictures.reader.reel) as sounds:
        seen = read_fingerprint(pictures, sounds, 0, len(pictures.reader.timeline))
    alike: dict[str, str] = {}
    for found in index.search(seen):
        takedown = takedowns[found.name.partition("/")[0]]
        if source_id not in takedown.near.keys() - takedown.alike:
            alike.setdefault(takedown.id, evidence(found.comparison))
    return alike


def refused(base: Row, alike: dict[str, str]) -> Visited:
    """The result for a source that looks like what takedowns name: it waits for a person."""
    first, why = next(iter(alike.items()))
    row = base | {"status": "refused", "reason": looks_alike(first, why), "packed": None}
    return Visited(row, [], alike=alike)


def evidence(comparison: Comparison) -> str:
    """What two pieces of footage have in common, in words."""
    told = []
    for part, name in ((comparison.video, "looks"), (comparison.audio, "sounds")):
        if part is not None:
            how = "the same" if part.verdict == "same" else "alike"
            mirrored = ", mirrored" if part.mirrored else ""
            seconds = (part.end - part.start) / 1000
            told.append(
                f"it {name} {how} for {seconds:.1f} s from {part.start / 1000:.1f} s{mirrored} "
                f"({part.share:.0%} of the shorter, {part.distance:.0%} of bits differ)"
            )
    return "; ".join(told)


def index_of(takedowns: dict[str, Takedown], seal: Seal | None) -> Index:
    """Every fingerprint that takedowns deny, by `ID/NAME`. Raises `DatasetError`."""
    stored: dict[str, Fingerprint] = {}
    for takedown in takedowns.values():
        for name, written in takedown.prints(seal).items():
            try:
                stored[f"{takedown.id}/{name}"] = Fingerprint.from_bytes(written)
            except ValueError as error:
                raise DatasetError(
                    f"the fingerprint {name} of takedown {takedown.id} cannot be used: {error}",
                    hint="nothing is let in until it can: put back a copy of "
                    f"{takedown.id}.json in the data set's takedowns, or use the version of "
                    "clearreel that wrote it",
                ) from error
    return Index(stored)


@lru_cache(maxsize=1)
def _denied(dataset: Path, seal: Seal | None, stamp: int) -> tuple[dict[str, Takedown], Index]:
    """The takedowns of a data set and their fingerprints, as of when they had this stamp."""
    takedowns = {takedown.id: takedown for takedown in Takedowns(dataset).all()}
    return takedowns, index_of(takedowns, seal)
