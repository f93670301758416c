"""Cut what is kept and put it into the source's packs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.core.identity import fingerprint
from clearreel.media.cut import Cut, CutRequest, Cutter
from clearreel.media.pictures import PictureReader
from clearreel.recipes.recipe import Recipe
from clearreel.stores.packs import Packs, PackWriter, cutting_folder, thumbnail_name
from clearreel.visit.assignment import Store
from clearreel.visit.examining import Row, thumbnail

_NOT_STORED: Row = {
    "cut": "",
    "cut_reason": "",
    "cut_start_frame": None,
    "cut_frames": None,
    "preroll_frames": None,
    "postroll_frames": None,
    "reencoded_frames": None,
    "cut_audio": "",
    "media_pack": "",
    "media_name": "",
    "media_offset": None,
    "media_bytes": None,
    "media_sha256": "",
    "thumbnail_pack": "",
    "thumbnail_offset": None,
    "thumbnail_bytes": None,
}

DROPPED_SUFFIX = ".thumbnails.tar"


def pack_fingerprint(rows: Sequence[Mapping[str, Any]], recipe: Recipe, store: Store) -> str:
    """What the packs of a source must hold. As long as it is the same, they need not be touched."""
    stored = [row["clip_id"] for row in rows if is_stored(row, store)]
    every = [row["clip_id"] for row in rows]
    return fingerprint(recipe.cut_fingerprint, stored, every, unsafe_frames(rows, recipe))


def unsafe_frames(rows: Sequence[Mapping[str, Any]], recipe: Recipe) -> list[tuple[int, int]]:
    """The frames start <= n < end of each clip that a safety rule objects to, in order.

    Also where another rule came first and gave the reason.
    """
    safety = [rule for rule in recipe.rules if rule.safety]
    # A bound that is a quantile of the data set has no number here; its verdict has come of it.
    named = {rule.fact for rule in safety}
    return sorted(
        (row["start_frame"], row["start_frame"] + row["frames"])
        for row in rows
        if row["rule"] in named or any(rule.objection(row) for rule in safety)
    )


def is_stored(row: Mapping[str, Any], store: Store) -> bool:
    """Whether a clip's footage belongs into the packs. Those too short or not granted never do."""
    if store == "none" or row["rule"] in ("length", "rights") or not row["measured"]:
        return False
    return store == "all" or bool(row["kept"])


class Packer:
    """Makes the packs of one source anew, taking over from its old packs what has not changed.

    Without `pictures`, when the source itself is gone, that is all it can do.
    """

    def __init__(
        self,
        pictures: PictureReader | None,
        recipe: Recipe,
        packs: Packs,
        store: Store,
        recut: bool,
        *,
        alone: bool = False,
    ) -> None:
        """`alone`: whether nothing but a clip's own frames may be stored with it."""
        self._alone = alone
        self._pictures = pictures
        self._recipe = recipe
        self._packs = packs
        self._store = store
        self._recut = recut
        """Whether clips must be cut again even where an old pack has them."""

    def pack(self, source_id: str, rows: Sequence[Row], thumbnails: Mapping[str, bytes]) -> None:
        """Write the packs and fill in where each clip lies. Rows are changed in place.

        Raises `StorageError` when the disk is full, and `SourceError` when something has to be cut
        and the source is gone; nothing half written remains.
        """
        unsafe = unsafe_frames(rows, self._recipe)
        new: list[Row] = []
        dropped = PackWriter(self._packs, source_id, DROPPED_SUFFIX)
        with (
            PackWriter(self._packs, source_id) as kept,
            dropped,
            self._cutter() as cutter,
            cutting_folder(self._packs) as scratch,
        ):
            for row in rows:
                placed = dict(_NOT_STORED)
                stored = is_stored(row, self._store)
                if stored:
                    beside = _all_but(row) if self._alone else unsafe
                    placed |= self._store_media(row, kept, cutter, scratch, beside)
                picture = self._thumbnail(row, thumbnails)
                if picture is not None:
                    pack = kept if stored else dropped
                    member = pack.add(thumbnail_name(row["clip_id"]), picture)
                    placed["thumbnail_offset"] = member.offset
                    placed["thumbnail_bytes"] = member.bytes
                new.append(placed)
            names = {True: kept.commit(), False: dropped.commit()}
        for row, placed in zip(rows, new, strict=True):
            stored = is_stored(row, self._store)
            placed["media_pack"] = names[True] if stored else ""
            placed["thumbnail_pack"] = names[stored] if placed["thumbnail_bytes"] else ""
            row |= placed

    def _store_media(
        self,
        row: Row,
        pack: PackWriter,
        cutter: Cutter | None,
        scratch: Path,
        unsafe: Sequence[tuple[int, int]],
    ) -> Row:
        if self._is_as_wanted(row, unsafe):
            place = (row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"])
            content = self._packs.read(*place)
            member = pack.add(row["media_name"], content)
            about = {
                key: row[key] for key in _NOT_STORED if key.startswith(("cut", "pre", "post", "re"))
            }
        elif cutter is None:
            raise SourceError("a clip has to be cut anew, and its source is gone")
        else:
            cut = cutter.cut(self._request(row, unsafe), scratch, row["clip_id"])
            member = pack.add_file(f"{row['clip_id']}{cut.suffix}", cut.path, cut.sha256)
            cut.path.unlink()
            about = _about(cut)
        pack.add(f"{row['clip_id']}.json", _identity(row, about))
        return {
            **about,
            "media_name": member.name,
            "media_offset": member.offset,
            "media_bytes": member.bytes,
            "media_sha256": member.sha256,
        }

    def _cutter(self) -> AbstractContextManager[Cutter | None]:
        if self._pictures is None:
            return nullcontext()
        reader = self._pictures.reader
        return Cutter(reader.reel, reader.packets, reader.timeline)

    def _is_as_wanted(self, row: Row, unsafe: Sequence[tuple[int, int]]) -> bool:
        """Whether the file of an old pack can be taken over."""
        if self._recut or not self._is_there(row.get("media_pack")):
            return False
        # Its hidden frames were chosen when something else may have been unsafe.
        return not (unsafe and (row["preroll_frames"] or row["postroll_frames"]))

    def _is_there(self, pack: str | None) -> bool:
        return bool(pack) and (self._packs.folder / str(pack)).is_file()

    def _request(self, row: Row, unsafe: Sequence[tuple[int, int]]) -> CutRequest:
        start, end = row["start_frame"], row["start_frame"] + row["frames"]
        # Hidden frames are footage too: none may come from what a safety rule dropped.
        before = [high for _, high in unsafe if high <= start]
        after = [low for low, _ in unsafe if low >= end]
        return CutRequest(
            start_frame=start,
            end_frame=end,
            mode=self._recipe.cut.mode,
            preroll_from=max(before, default=0),
            audio=self._recipe.cut.audio,
            postroll_until=min(after, default=None),
        )

    def _thumbnail(self, row: Row, thumbnails: Mapping[str, bytes]) -> bytes | None:
        if row["clip_id"] in thumbnails:
            return thumbnails[row["clip_id"]]
        if self._is_there(row.get("thumbnail_pack")):
            return self._packs.read(
                row["thumbnail_pack"],
                thumbnail_name(row["clip_id"]),
                row["thumbnail_offset"],
                row["thumbnail_bytes"],
            )
        if self._pictures is None or not row["measured"]:
            return None
        return thumbnail(self._pictures, row, self._recipe)


def _all_but(row: Row) -> list[tuple[int, int]]:
    """The frames that are not of a clip."""
    start, end = row["start_frame"], row["start_frame"] + row["frames"]
    return [(0, start), (end, end + 1)]


def _about(cut: Cut) -> Row:
    return {
        "cut": cut.mode,
        "cut_reason": cut.reason,
        "cut_start_frame": cut.start_frame,
        "cut_frames": cut.end_frame - cut.start_frame,
        "preroll_frames": cut.preroll_frames,
        "postroll_frames": cut.postroll_frames,
        "reencoded_frames": cut.reencoded_frames,
        "cut_audio": cut.audio,
    }


def _identity(row: Row, about: Row) -> bytes:
    """What never changes about a clip, so that a pack can be read without the catalog."""
    same = ("clip_id", "source_id", "stream", "start_tick", "end_tick", "time_base")
    identity = {key: row[key] for key in (*same, "start_frame", "frames")} | about
    return json.dumps(identity, sort_keys=True).encode()
