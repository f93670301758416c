"""The steps of a takedown, in order. Each can be done again without harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clearreel.core.errors import ClearreelError, DatasetError, SourceError
from clearreel.exports.output import settle
from clearreel.lookalike.fingerprint import NOTHING_TELLING, Fingerprint
from clearreel.production.known import hashed_places
from clearreel.production.recorded import places_of
from clearreel.proofs.keys import SigningKey
from clearreel.sources.hashing import still_at
from clearreel.stores.catalog import PAGE, Catalog
from clearreel.stores.clock import now
from clearreel.stores.disclosed import Disclosed
from clearreel.stores.journal import forget_journals
from clearreel.stores.ledger import Ledger
from clearreel.stores.packs import clear, forget_packs
from clearreel.stores.releases import Releases
from clearreel.stores.schema import path_text
from clearreel.stores.takedowns import NearMiss, Takedown, Takedowns, taken_down
from clearreel.stores.wholeness import CARRIED_OUT, TAKEDOWN
from clearreel.stores.written import write_whole
from clearreel.takedown import absence, looks, receipts
from clearreel.takedown.demand import sources_at
from clearreel.takedown.needles import samples
from clearreel.takedown.releases import Rewritten, media_in, statement_sha256, take_out
from clearreel.visit import stored_looks


class Steps:
    """The steps of one takedown. Each gives what the journal is to say of it."""

    def __init__(
        self, catalog: Catalog, takedown: Takedown, file: Path | None, key: SigningKey | None
    ) -> None:
        self._catalog = catalog
        self._takedown = takedown
        self._file = file
        self._key = key
        self.takedowns = Takedowns(catalog.folder)

    def by_name(self) -> dict[str, Callable[[], Any]]:
        """In order, by name."""
        return {name: getattr(self, name) for name in ORDER}

    def looks(self) -> dict[str, str]:
        """Deny what looks like it. What could not be looked at, and why."""
        clear(self._catalog.packs)  # what a crash has left of clips that were looked at
        failed: dict[str, str] = {}
        if self._file is not None:
            self._look_at(self._file, "file", failed)
        for row, seen in stored_looks.of_clips(self._catalog, self._takedown.sources):
            if isinstance(seen, SourceError):
                failed[row["clip_id"]] = seen.message
            else:
                self._takedown.add_look(row["clip_id"], seen.to_bytes(), self._catalog.seal)
        # Clips show only what was kept of it, and may be too short to be sure of.
        known, rows = hashed_places(self._catalog), self._catalog.rows("places")
        hashes = {row["source_id"]: row["sha256"] for row in rows}
        for name, paths in places_of(self._catalog).items():
            if name in self._takedown.sources:
                there = still_at(hashes[name], paths, known)
                if there is not None or not self._takedown.looks:
                    self._look_at(there.path if there else Path(min(paths)), name, failed)
        return failed

    def search(self) -> dict[str, Any]:
        """Find what looks the same, which goes too, and what a person has to look at."""
        stored = self._catalog.rows("clips", columns=["source_id"], where="media_pack != ''")
        others = {row["source_id"] for row in stored} - set(self._takedown.sources)
        prints = {
            name: Fingerprint.from_bytes(written)
            for name, written in self._takedown.prints(self._catalog.seal).items()
        }
        found = looks.search(self._catalog, prints, others) if prints else looks.Alike()
        for name, why in absence.duplicates(self._catalog, self._takedown.sources).items():
            if name not in found.same:
                found.near.setdefault(name, why)
        self._takedown.sources += sorted(found.same)
        for name, why in found.near.items():
            self._takedown.near.setdefault(name, NearMiss(why))
        done = self._catalog.rows("sources", columns=["source_id"], where="status = 'done'")
        unstored = {row["source_id"] for row in done} - others - set(self._takedown.sources)
        return {
            "compared": found.compared,
            "same": found.same,
            "sound_alone": sorted(name for name, one in prints.items() if not len(one.video)),
            "unread": found.unread,
            "sources_not_stored": len(unstored),
        }

    def before(self) -> list[str]:
        """Remember what has to be gone, and where the footage lies outside of the data set."""
        for address in self._takedown.addresses:
            for name in sources_at(self._catalog, address):
                if name not in self._takedown.sources:
                    self._takedown.sources.append(name)
        removed = self._takedown.done.setdefault("removed", {})
        pieces: dict[str, list[str]] = {}
        places = places_of(self._catalog)
        for name in self._takedown.sources:
            had, found = absence.inventory(self._catalog, name, sorted(places.get(name, ())))
            if had["status"] and had["status"] != "refused":
                removed.setdefault(name, had)
            pieces |= found
        for folder in Releases(self._catalog.folder).folders():
            footage = media_in(folder, self._takedown.sources)
            for number, content in enumerate(footage):  # cut for its reader: not the pack's bytes
                if known := samples(content):
                    pieces[f"{path_text(folder)} {number}"] = [one.hex() for one in known]
        self._keep_samples(pieces)
        return sorted(removed)

    def packs(self) -> int:
        """Remove clips and thumbnails, and the page that shows thumbnails."""
        packs = self._catalog.packs.folder
        clear(self._catalog.packs)
        (self._catalog.folder / PAGE).unlink(missing_ok=True)
        forget_journals(packs, set(self._takedown.sources))
        return sum(forget_packs(packs, name) for name in self._takedown.sources)

    def rows(self) -> int:
        """Remove rows, embeddings and places. What is left of a source is why it is refused."""
        names = self._takedown.sources
        known = {
            row["source_id"]: row["sha256"]
            for row in self._catalog.rows("sources", columns=["source_id", "sha256"])
        }
        self._catalog.put_clips(names, ())
        self._catalog.forget_vectors(names)
        self._catalog.forget_places(names)
        reason = taken_down(self._takedown.id)
        self._catalog.put_sources(
            [
                {"source_id": name, "sha256": known[name], "path": "", "status": "refused"}
                | {"reason": reason, "license": "", "decision": "", "visited": now()}
                for name in names
                if name in known
            ]
        )
        return len(names)

    def disclosures(self) -> list[str]:
        """Remove what `disclose` wrote into the data set: it names works, by then also gone ones.

        Written down before it goes: after a crash nothing else tells that it was there.
        """
        removed: list[str] = self._takedown.done.setdefault("undisclosed", [])
        listed = Disclosed(self._catalog.folder)
        removed += sorted(set(listed.there()) - set(removed))
        self.takedowns.save(self._takedown)
        listed.remove()
        return removed

    def releases(self) -> dict[str, str]:
        """Take it out of every release within reach. Those that could not be, and why."""
        rewritten = self._takedown.done.setdefault("rewritten", {})
        at_hand = self._takedown.done.setdefault("at_hand", {})
        failed: dict[str, str] = {}
        known = Releases(self._catalog.folder)
        for folder in known.folders():
            name = path_text(folder)
            if not _is_there(folder):
                if name in at_hand:  # all of it was of these sources, and a crash came then
                    revoked = at_hand.pop(name)
                    rewritten.setdefault(name, asdict(Rewritten(name, "", revoked=revoked)))
                    known.removed(folder)
                elif known.is_unfinished(folder):
                    continue  # an export was killed or a takedown left nothing: it is gone now
                elif name not in rewritten:
                    failed[name] = (
                        "it is not there any more; if it was moved, say where to with "
                        f"--release DIR, and take its old place out of {known.path}"
                    )
                continue
            at_hand[name] = statement_sha256(folder)
            self.takedowns.save(self._takedown)
            try:
                found = take_out(
                    self._catalog, folder, self._takedown.sources, self._takedown.id, self._key
                )
            except DatasetError as error:
                failed[name] = f"{error.message} ({error.hint})" if error.hint else error.message
            else:
                if found is not None:
                    rewritten[name] = asdict(found)
                    if not found.version:
                        known.removed(folder)
                elif name in rewritten and rewritten[name]["version"]:
                    rewritten[name]["statement"] = statement_sha256(folder)  # signed since
            del at_hand[name]
        return failed

    def compact(self) -> dict[str, int]:
        """Leave no byte of removed rows in the tables. Tables that hold any all the same."""
        self._catalog.purge()
        return self._catalog.hidden_rows()

    def bytes(self) -> dict[str, Any]:
        """Search every file for what was removed."""
        pieces = self._kept_samples()
        folders = [self._catalog.folder, *Releases(self._catalog.folder).folders()]
        return absence.search(pieces, folders, leave_out=self.takedowns.folder)

    def receipt(self) -> dict[str, Any]:
        """Put together what the receipt says, all but the ledger's row of it."""
        self._needles().unlink(missing_ok=True)
        return receipts.body(self._catalog, self._takedown)

    def ledger(self) -> str:
        """Have the ledger hold the receipt, once, and write it out."""
        body = self._takedown.done["receipt"]
        sha256 = receipts.sha256_of_body(body)
        ledger = Ledger(self._catalog.folder)
        if _entered(ledger, {"id": self._takedown.id, "receipt_sha256": sha256}):
            ledger.catch_up()
        else:
            detail = {
                "id": self._takedown.id,
                "step": CARRIED_OUT,
                "sources": sorted(self._takedown.sources),
                "near": sorted(self._takedown.near),
                "looks_sha256": self._takedown.looks_sha256,
                "revokes_sha256": sorted(
                    row["revoked"] for row in body["releases"] if row["revoked"]
                ),
                "receipt_sha256": sha256,
            }
            ledger.append(TAKEDOWN, detail)
        checkpoint = str(ledger.anchor())
        receipts.write(self.takedowns.receipt(self._takedown.id), body, checkpoint)
        return checkpoint

    def _look_at(self, path: Path, name: str, failed: dict[str, str]) -> None:
        try:
            seen = stored_looks.of_named(path)
            if not seen.telling:
                failed[name] = NOTHING_TELLING
                return
            self._takedown.add_look(name, seen.to_bytes(), self._catalog.seal)
        except (ClearreelError, OSError) as error:
            failed[name] = str(error)

    def _keep_samples(self, pieces: dict[str, list[str]]) -> None:
        content = json.dumps(pieces).encode()
        path, seal = self._needles(), self._catalog.seal
        write_whole(path, content if seal is None else seal.close(path.name, content), mode=0o600)

    def _kept_samples(self) -> dict[str, list[str]]:
        path, seal = self._needles(), self._catalog.seal
        content = path.read_bytes()
        pieces: dict[str, list[str]] = json.loads(
            content if seal is None else seal.open(path.name, content)
        )
        return pieces

    def _needles(self) -> Path:
        """Samples of what has to be gone, for as long as the takedown lasts."""
        return self.takedowns.folder / f"{self._takedown.id}.samples"


def _is_there(folder: Path) -> bool:
    """Whether a release is in its place, once what a crash has left is put in order."""
    try:
        settle(folder)
    except DatasetError:
        return True  # something is in the way: `take_out` tells of it
    return folder.exists()


ORDER = (
    *("looks", "search", "before", "packs", "rows", "disclosures", "releases"),
    *("compact", "bytes", "receipt", "ledger"),
)
"""Of a takedown whose file is written, in order."""


def _entered(ledger: Ledger, wanted: dict[str, str]) -> bool:
    """Whether the ledger has a row of a takedown with these details."""
    return any(
        row["kind"] == TAKEDOWN and wanted.items() <= row["detail"].items() for row in ledger.rows()
    )
