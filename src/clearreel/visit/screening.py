"""Hold what a source looks and sounds like against the operator's screening lists."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from clearreel.lookalike.fingerprint import Fingerprint, read_fingerprint
from clearreel.lookalike.screening import ScreeningList, read_screening
from clearreel.media.pictures import PictureReader
from clearreel.media.sound import SoundReader
from clearreel.visit.assignment import Lists


def hit(pictures: PictureReader, lists: Lists) -> str:
    """Why the source is to be quarantined, or nothing. Decodes about as much as four pictures/s."""
    with SoundReader(pictures.reader.reel) as sounds:
        seen = read_fingerprint(pictures, sounds, 0, len(pictures.reader.timeline))
    return listed_looks([seen], lists)


def listed_looks(seen: Iterable[Fingerprint], lists: Lists) -> str:
    """Why a source, of which this is all that was seen, is to be quarantined, or nothing."""
    # Hashes were asked for at the door.
    hits = _read(lists).check(sha256="", md5="", fingerprints=seen)
    return "; ".join(one.reason for one in hits)


@lru_cache(maxsize=1)  # a worker holds many sources against the same lists
def _read(lists: Lists) -> ScreeningList:
    return read_screening(lists.paths)
