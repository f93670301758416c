"""What is demanded to be taken out: a source, a file's bytes, or all that lies at an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from clearreel.core.errors import UsageError
from clearreel.core.identity import ID_DIGITS, source_id
from clearreel.pinned.files import sha256_of
from clearreel.production.addresses import web_addresses
from clearreel.report.wording import counted, lasting
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.takedowns import Kind, Takedown, address_of, lies_at, takedown_id

LAY_THERE = "lay there"
"""Of a takedown's `done`: what came from its address when it was demanded; see `amount_of`."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand. Two of the same kind and value are the same demand."""

    kind: Kind
    value: str
    """The source's id, the SHA-256 (hex) of the file's bytes, or the address in its one form."""
    file: Path | None = None
    """The file that is at hand, to be looked at."""

    @property
    def id(self) -> str:
        """The id of its takedown: 16 hex digits."""
        return takedown_id(self.kind, self.value)

    def takedown(self, catalog: Catalog) -> Takedown:
        """A takedown of it that nothing was done for yet, with the sources that it names."""
        made = Takedown(self.id, now(), self.kind)
        if self.kind == "address":
            made.addresses.append(self.value)
            made.sources += sources_at(catalog, self.value)
            made.done[LAY_THERE] = amount_of(catalog, made.sources)
        else:
            made.sources.append(source_id(self.value))
        return made


def demanded(
    source: str | None = None, file: Path | None = None, address: str | None = None
) -> Demand:
    """The demand that is given in one of three ways. Raises `UsageError` for any other number."""
    given = [one for one in (source, file, address) if one]
    if len(given) != 1:
        raise UsageError(
            f"{len(given)} things are named to be taken down, and it has to be one",
            hint="give one of --source ID, --file F, --address URL",
        )
    if source is not None:
        if len(source) != ID_DIGITS or set(source) - set("0123456789abcdef"):
            raise UsageError(
                f"{source!r} is no source id, which has {ID_DIGITS} lower-case hex digits",
                hint="clearreel sources DATASET shows them; or name the file: --file FILE",
            )
        return Demand("source", source)
    if file is not None:
        try:
            return Demand("file", sha256_of(file), file)
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    assert address is not None
    return Demand("address", address_of(address))


def amount_of(catalog: Catalog, sources: Sequence[str]) -> dict[str, int]:
    """How much of a data set these sources are: `sources`, kept `clips`, and their length in
    `milliseconds`."""
    kept = catalog.table("clips", columns=["source_id", "duration"], where="kept")
    theirs = kept.filter(pc.is_in(kept["source_id"], value_set=pa.array(sources, pa.string())))
    lasts = round(1000 * (pc.sum(theirs["duration"]).as_py() or 0))
    return {"sources": len(sources), "clips": len(theirs), "milliseconds": lasts}


def told_amount(amount: Mapping[str, int]) -> str:
    """What `amount_of` found, in words."""
    sources, clips = counted(amount["sources"], "source"), counted(amount["clips"], "kept clip")
    return f"{sources} with {clips} ({lasting(amount['milliseconds'] / 3_600_000)})"


def sources_at(catalog: Catalog, address: str) -> list[str]:
    """Ids of the sources that were found at an address or below it, or fetched from there."""
    rows = [
        *catalog.rows("places", columns=["source_id", "path"]),
        *catalog.rows("sources", columns=["source_id", "path"]),
    ]
    found = set()
    for row in rows:
        path = row["path"]
        if path and any(lies_at(one, address) for one in (path, *web_addresses([path]))):
            found.add(row["source_id"])
    return sorted(found)
