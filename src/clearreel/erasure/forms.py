"""The release forms of a person, to be told of before nobody knows any more who it was."""

from __future__ import annotations

from collections.abc import Collection

from clearreel.erasure.search import Left
from clearreel.production.recorded import recorded_decision
from clearreel.stores.catalog import Catalog
from clearreel.stores.evidence import EvidenceStore
from clearreel.stores.schema import path_text

_FORM = (
    "it is what a consent of theirs rests on, and has the name, or a scan of it; where it is "
    "needed no more, take down the sources, and remove it"
)


def release_forms(catalog: Catalog, commitments: Collection[str]) -> list[Left]:
    """The evidence of every recorded consent of these people that the data set has.

    Raises `DatasetError` for a recorded decision that is damaged.
    """
    if not commitments:
        return []
    rows = catalog.rows("sources", columns=["source_id", "decision"])
    hashes = {
        record.consent.evidence_sha256
        for row in rows
        for record in recorded_decision(row).people.consents
        if record.consent.person in commitments
    }
    store = EvidenceStore(catalog.folder)
    paths = [store.path(sha256) for sha256 in sorted(hashes) if sha256]
    return [Left(path_text(path), 1, _FORM) for path in paths if path.is_file()]
