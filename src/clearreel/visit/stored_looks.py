"""How footage looks and sounds, of files and of the clips that a data set stores.

Fingerprints are made when they are asked for, from the clips in the packs: those are what can get
out. Making them in every run would cost more than a twentieth of it; see `docs/takedown.md`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.lookalike.audio import read_audio
from clearreel.lookalike.fingerprint import Fingerprint, read_fingerprint
from clearreel.media.opening import open_sound
from clearreel.media.sound import SoundReader
from clearreel.media.sound_alone import sound_alone
from clearreel.stores.catalog import Catalog
from clearreel.stores.packs import Packs, cutting_folder
from clearreel.visit.source import open_source

_COLUMNS = ("clip_id", "source_id", "media_pack", "media_name", "media_offset", "media_bytes")
_BATCH = 64
"""Sources whose clips are read at once."""


def of_file(path: Path) -> Fingerprint:
    """The fingerprint of a whole file. Raises `SourceError` when it cannot be decoded."""
    with open_source(path) as pictures, SoundReader(pictures.reader.reel) as sounds:
        return read_fingerprint(pictures, sounds, 0, len(pictures.reader.timeline))


def of_named(path: Path) -> Fingerprint:
    """The fingerprint of a file that somebody names: of its sound alone, where there are no
    pictures. Raises `SourceError` when it cannot be decoded."""
    heard = sound_alone(path)
    if heard is None:
        return of_file(path)
    with SoundReader(heard, open_sound) as sounds:
        return Fingerprint(audio=read_audio(sounds, heard.span))


def of_clips(
    catalog: Catalog, sources: Collection[str]
) -> Iterator[tuple[dict[str, Any], Fingerprint | SourceError]]:
    """Every stored clip of these sources with its fingerprint, or why there is none.

    A clip's row has its id, its source and its place in a pack.
    """
    packs = catalog.packs
    names = sorted(sources)
    for first in range(0, len(names), _BATCH):
        listed = ", ".join(f"'{name}'" for name in names[first : first + _BATCH])
        where = f"media_pack != '' and source_id in ({listed})"
        rows = catalog.rows("clips", columns=_COLUMNS, where=where)
        with cutting_folder(packs) as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
            # Decoding, which is most of it, holds no lock of Python's.
            yield from zip(rows, pool.map(partial(_of_member, packs, scratch), rows), strict=True)


def _of_member(packs: Packs, scratch: Path, row: Mapping[str, Any]) -> Fingerprint | SourceError:
    path = scratch / f"{row['clip_id']}{Path(row['media_name']).suffix}"
    try:
        place = (row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"])
        path.write_bytes(packs.read(*place))
        return of_file(path)
    except SourceError as error:
        return error
    except FileNotFoundError:
        return SourceError(f"its pack {row['media_pack']} is gone")
    finally:
        path.unlink(missing_ok=True)
