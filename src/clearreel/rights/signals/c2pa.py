"""C2PA and CAWG: the assertion on training and data mining in a file's content credentials.

CAWG Training and Data Mining Assertion 1.1, <https://cawg.io/training-and-data-mining/1.1/>, and
the labels that C2PA itself used before. A denial counts from anyone, and from what the file was
made of too; an `allowed` counts from the file's own manifest when its signer is among
`trust_anchors`. Credentials that fail their checks, or lie elsewhere, are unknown.

Reads the file, all of it where it has credentials, because they are bound to its bytes. Needs
c2pa-python, the extra `c2pa`; without it what carries credentials is unknown.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.media import media_signals
from clearreel.rights.signals.signal import (
    EVALUATION,
    GENAI,
    MINING,
    TRAINING,
    Activity,
    Signal,
    Statement,
    unknown,
)
from clearreel.rights.signals.xmp import parse_xmp, values

_LABELS = ("cawg.training-mining", "c2pa.training-mining")
_DUBLIN_CORE_TERMS = "http://purl.org/dc/terms/"

_USES: Mapping[str, tuple[frozenset[Activity], frozenset[Activity]]] = {
    # (what a denial shuts out, what a permission opens)
    "data_mining": (MINING, EVALUATION),
    "ai_generative_training": (GENAI, GENAI),
    # Training of what does not generate. Who denies that has hardly left generating open.
    "ai_training": (TRAINING, frozenset({"other-training"})),
    "ai_inference": (EVALUATION, EVALUATION),
}


@dataclass(frozen=True, slots=True)
class C2pa:
    """Reads content credentials."""

    trust_anchors: str = ""
    """Certificates, PEM, of those whose signers' permissions are believed. Empty: nobody's."""
    standard: str = "c2pa"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of the file's manifests. A file without any is `absent`."""
        return media_signals(self.standard, evidence, self._statements(evidence))

    def _statements(self, evidence: Evidence) -> Iterator[Statement]:
        media = evidence.media
        if media is None:
            return
        if media.credentials:
            yield from self._credentials(evidence)
        elif any(_points_elsewhere(packet) for packet in media.xmp):
            yield unknown("its content credentials lie elsewhere, and are not fetched")

    def _credentials(self, evidence: Evidence) -> Iterator[Statement]:
        assert evidence.media is not None
        try:
            library = importlib.import_module("c2pa")
        except ImportError:
            yield unknown("it has content credentials; to read them: pip install 'clearreel[c2pa]'")
            return
        try:
            store = json.loads(self._read(library, evidence.media.path))
            yield from _store(store)
        except library.C2paError as error:
            yield unknown(f"the content credentials cannot be read: {error}")
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            yield unknown(f"the content credentials are malformed: {error}")

    def _read(self, library: Any, path: Path) -> str:
        """The manifest store as JSON, checked, without asking anybody on the way."""
        settings: dict[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
        if self.trust_anchors:
            settings["trust"] = {"user_anchors": self.trust_anchors}
        with (
            library.Context(library.Settings.from_dict(settings)) as context,
            path.open("rb") as file,
            library.Reader(None, file, context=context) as reader,
        ):
            return str(reader.json())


def _store(store: Mapping[str, Any]) -> Iterator[Statement]:
    """What all manifests of a store say."""
    state = store.get("validation_state")
    if state not in ("Valid", "Trusted"):
        yield unknown(f"the content credentials are {state or 'not checked'}{_why(store)}")
    for label, manifest in store["manifests"].items():
        own = label == store["active_manifest"]
        for statement in _manifest(manifest):
            if statement.stance != "allows":
                yield statement
            elif own and state != "Trusted":
                words = f"{statement.said}, from a signer who is not known"
                yield Statement("unknown", statement.activities, words)
            elif own:
                yield statement


def _why(store: Mapping[str, Any]) -> str:
    """What failed: a certificate that has expired, bytes that were changed."""
    failed = [
        row.get("explanation") or row["code"]
        for row in store.get("validation_status") or ()
        if row["code"] != "signingCredential.untrusted"  # not by itself a failure
    ]
    return f": {'; '.join(dict.fromkeys(failed))}" if failed else ""


def _manifest(manifest: Mapping[str, Any]) -> Iterator[Statement]:
    for assertion in manifest.get("assertions", ()):
        label = assertion["label"].partition("__")[0]
        if label in _LABELS:
            for name, entry in assertion["data"]["entries"].items():
                yield _entry(name, entry.get("use"))
        elif label.startswith(_LABELS):
            yield unknown(f"not understood: {label}")


def _entry(name: str, use: Any) -> Statement:
    prefix, _, kind = name.partition(".")
    words = f"{name}: {use}"
    if prefix not in ("cawg", "c2pa") or kind not in _USES:
        return unknown(f"not understood: {words}")
    denied, allowed = _USES[kind]
    if use == "notAllowed":
        return Statement("denies", denied, words)
    if use == "constrained":
        return Statement("constrains", denied, words)
    if use == "allowed":
        return Statement("allows", allowed, words)
    return unknown(f"not understood: {words}")


def _points_elsewhere(packet: bytes) -> bool:
    """Whether XMP names a manifest that lies elsewhere; also where it cannot be read."""
    try:
        return any(values(parse_xmp(packet), _DUBLIN_CORE_TERMS, "provenance"))
    except ValueError:
        return b"provenance" in packet
