"""`croissant`: the data set as Croissant 1.1 metadata with the RAI vocabulary, in JSON-LD.

Format: <https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html>; RAI:
<https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html>. Conditions of use are an ODRL
offer in `usageInfo`, and sources are what the data set `prov:wasDerivedFrom`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError
from clearreel.disclosures import passages
from clearreel.disclosures.collected import made_from
from clearreel.disclosures.croissant_context import CONTEXT, SPECIFICATIONS
from clearreel.disclosures.document import blank
from clearreel.disclosures.record import Record
from clearreel.exports.attribution import Credit
from clearreel.rights.licence_addresses import licence_addresses
from clearreel.rights.parent import Parent
from clearreel.stores.packs import Packs

Node = dict[str, Any]

_MISSING = {
    "url": "the data set's address (url)",
    "creator": "who made it (creator)",
    "datePublished": "when it was published (datePublished)",
    "version": "its version (version)",
}
"""What Croissant asks for and nobody but the provider knows. None of it is written: a reader would
take a placeholder for the truth, and refuses one as a date or a version. A data set has no version;
its releases have."""

_UNKNOWN = {
    "citation": "how to cite it (citeAs)",
    "people": "what was done about people who can be recognised",
    "biases": "known biases",
    "maintenance": "who maintains the data set, and how",
}
"""What stands in the text as a blank."""

_FORMATS = {
    "*.mp4": "video/mp4",
    "*.mov": "video/quicktime",
    "*.mkv": "video/x-matroska",
}
"""Clips in packs, and their media types."""

_DUTIES = {"attribution": "odrl:attribute", "share-alike": "cc:ShareAlike"}


def render(record: Record, packs: Packs) -> tuple[str, tuple[str, ...]]:
    """JSON-LD, and what only the provider knows: of that, some is marked and the rest is not there.

    Addresses of files are relative to the data set's folder, where the text belongs. `packs` are
    read to be hashed; of sealed ones nothing is said but that. Raises `DatasetError` when one is
    missing.
    """
    figures = record.figures
    described = (
        f"{figures.clips.said} of video, {figures.hours.said}, of {figures.works.said}, cleared "
        f"for {record.use.name}: {record.use.description}."
    )
    works = {row["source_id"]: row for row in record.works}
    metadata: Node = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": record.name,
        "description": described,
        "conformsTo": list(SPECIFICATIONS),
        "license": _licenses(record),
        "dateCreated": record.created,
        "dateModified": record.summary.last_run,
        "citeAs": blank(_UNKNOWN["citation"]),
        "keywords": ["video", record.use.name],
        "sdDatePublished": record.at.isoformat(),
        "usageInfo": _offer(record),
        "prov:wasDerivedFrom": [
            _work(credit, works[credit.source_id]) for credit in record.credits
        ],
        "prov:wasGeneratedBy": _activity(record),
        **_responsible(record),
        "distribution": _files(record, packs),
        "recordSet": [_clips(record)] if record.packs and packs.seal is None else [],
    }
    filled = {key: value for key, value in metadata.items() if value not in ("", [], None)}
    return json.dumps(filled, indent=2) + "\n", (
        *_MISSING.values(),
        *_UNKNOWN.values(),
    )


def _licenses(record: Record) -> list[str]:
    """Addresses of the licences where there are any, else their names."""
    found: dict[str, str] = {}
    for group in record.by_license:
        found |= licence_addresses(group.name[0]) if group.name[0] else {}
    return sorted(address or name for name, address in found.items())


def _offer(record: Record) -> Node:
    """What may be done with the data set: its one declared use, and the duties of a release."""
    permission: Node = {
        "@type": "odrl:Permission",
        "odrl:action": {"@id": "odrl:use"},
        "odrl:constraint": {
            "@type": "odrl:Constraint",
            "odrl:leftOperand": {"@id": "odrl:purpose"},
            "odrl:operator": {"@id": "odrl:eq"},
            "odrl:rightOperand": record.use.name,
        },
    }
    if record.duties:
        permission["odrl:duty"] = [
            {"@type": "odrl:Duty", "odrl:action": {"@id": _DUTIES[duty]}} for duty in record.duties
        ]
    return {
        "@type": ["CreativeWork", "odrl:Offer"],
        "@id": "usage",
        "name": f"Cleared for {record.use.name}",
        "odrl:permission": permission,
    }


def _work(credit: Credit, row: Mapping[str, Any]) -> Node:
    node = {
        "@type": ["CreativeWork", "prov:Entity"],
        "@id": _work_id(credit.source_id),
        "name": credit.title,
        "license": credit.license,
        "copyrightHolder": credit.holder,
        "creditText": credit.attribution,
        "sha256": row["sha256"],
        "isBasedOn": [_parent(parent) for parent in made_from(row)],
    }
    return {key: value for key, value in node.items() if value}


def _parent(parent: Parent) -> Node:
    """What a grant says that a work was made from."""
    node = {
        "@type": ["CreativeWork", "prov:Entity"],
        "name": parent.name,
        "license": parent.license,
        "isBasedOn": [_parent(inner) for inner in parent.made_from or ()],
    }
    return {key: value for key, value in node.items() if value}


def _work_id(source_id: str) -> str:
    return f"work/{source_id}"


def _activity(record: Record) -> Node | None:
    if record.run is None:
        return None
    return {
        "@type": "prov:Activity",
        "@id": "run",
        "prov:label": f"clearreel run, recipe {record.run.recipe}",
        "prov:startedAtTime": record.run.at,
    }


def _responsible(record: Record) -> Node:
    """The RAI vocabulary, as far as it is known."""
    figures, out = record.figures, record.not_in
    taken = [str(f.value) for f in (figures.first_taken, figures.last_taken) if f.value]
    seen = [f"A face was found in {figures.faces.said}."] if figures.faces else []
    seen += [f"Speech was found in {figures.speech.said}."] if figures.speech else []
    return {
        "rai:dataCollection": (
            f"Footage that its operator had in files, of which {out.refused.said} of "
            f"{figures.sources.said} were refused: {record.use.name} was not permitted. "
            f"{_also_out(record)}Permission for {figures.attested.said} rests on the operator's "
            "own word."
        ),
        "rai:dataCollectionTimeFrame": taken,
        "rai:dataPreprocessingProtocol": passages.processing(record),
        "rai:machineAnnotationTools": [
            f"{name}: {purpose} ({terms})"
            for name, purpose, terms, _ in passages.models_used(record)
        ]
        + [
            f"{one.model}: wrote captions of {one.clips.said} ({one.license})"
            for one in record.captioners
            if one.writer == "model"
        ],
        "rai:personalSensitiveInformation": [
            *seen,
            blank(_UNKNOWN["people"]),
        ],
        "rai:dataLimitations": passages.limits(record),
        "rai:dataUseCases": [f"{record.use.name}: {record.use.description}"],
        "rai:dataBiases": [blank(_UNKNOWN["biases"])],
        "rai:dataReleaseMaintenancePlan": blank(_UNKNOWN["maintenance"]),
    }


def _also_out(record: Record) -> str:
    """What was taken down or set aside, where anything was."""
    out = record.not_in
    said = ""
    if out.takedowns.value or out.taken_down.value:
        said += f"{out.takedowns.said} denied {out.taken_down.said}. "
    if out.quarantined.value:
        said += f"{passages.set_aside(out.quarantined.said).capitalize()}. "
    return said


def _files(record: Record, packs: Packs) -> list[Node]:
    """A file for each pack, and the set of the clips inside them, if those can be read."""
    sealed = ""
    if packs.seal is not None:
        sealed = f"Sealed: what is inside opens with the key {packs.seal.key.id} alone."
    files: list[Node] = []
    for pack, source_id in record.packs.items():
        size, sha256 = _hashed(packs.folder / pack)
        name = f"packs/{pack}"
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                **({"description": sealed} if sealed else {}),
                "contentUrl": name,
                "contentSize": f"{size} B",
                "encodingFormat": "application/x-tar",
                "sha256": sha256,
                "prov:wasDerivedFrom": {"@id": _work_id(source_id)},
            }
        )
    if not files or sealed:
        return files
    files.append(
        {
            "@type": "cr:FileSet",
            "@id": "media",
            "name": "media",
            "containedIn": [{"@id": file["@id"]} for file in files],
            "encodingFormat": list(_FORMATS.values()),
            "includes": list(_FORMATS),
        }
    )
    return files


def _hashed(pack: Path) -> tuple[int, str]:
    try:
        with pack.open("rb") as file:
            return pack.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DatasetError(
            f"the pack {pack} cannot be read: {error.strerror}",
            hint="run the same command again: it packs anew what is missing",
        ) from error


def _clips(record: Record) -> Node:
    """The clips as `mlcroissant` can read them out of tars: by their names and as bytes."""
    also = " Dropped clips are among them." if record.run and record.run.store == "all" else ""
    by_name = {"extract": {"fileProperty": "filename"}, "transform": {"regex": r"^([^.]+)\."}}
    return {
        "@type": "cr:RecordSet",
        "@id": "clips",
        "name": "clips",
        "description": f"Each clip of the packs.{also} What is known of it is a row of the data "
        "set's table `clips`, found by its id.",
        "key": {"@id": "clips/clip_id"},
        "field": [
            _field("clip_id", "sc:Text", "The clip's id.", by_name),
            _field(
                "video",
                "sc:VideoObject",
                "The clip's file, whole.",
                {"extract": {"fileProperty": "content"}},
            ),
        ],
    }


def _field(name: str, kind: str, description: str, source: Node) -> Node:
    return {
        "@type": "cr:Field",
        "@id": f"clips/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {"fileSet": {"@id": "media"}, **source},
    }
