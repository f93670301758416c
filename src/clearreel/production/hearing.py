"""At the door: what is said about a file, inside it and by the sites that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from clearreel.core.errors import UnreadableError, UsageError
from clearreel.rights.finding import Finding
from clearreel.rights.making import judge_addresses
from clearreel.rights.policy import Policy
from clearreel.rights.rules import fetched_lawfully, unopposed
from clearreel.rights.signals.asking import ask
from clearreel.rights.signals.embedded import find_embedded
from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.heard import ALWAYS, Heard, concluded
from clearreel.rights.signals.media import PLACE
from clearreel.rights.signals.recorded import read_record, record_beside
from clearreel.rights.signals.registry import MEDIA, WEB, read_signals
from clearreel.rights.signals.signal import Signal
from clearreel.rights.uses import use_named
from clearreel.rights.world import Clip, Source, World


def hear(
    here: Sequence[Path], sha256: str, earlier: Heard | None, once: Iterable[Path] = ()
) -> Heard:
    """All signals on the bytes of hash `sha256`, which lie at `here`, those that are there.

    What stands inside them is read once by each reader, and again where it was not understood:
    `earlier` is what was heard before. The records beside them are read each time, and where they
    were found `once`: there may lie other bytes now, whose records say nothing of these. Raises
    `UsageError` for one that is malformed or about other bytes, and `UnreadableError` for a damaged
    file, which may hold what was not found.
    """
    there = [path for path in here if path.exists()]
    inside: tuple[Signal, ...] = ()
    if earlier is not None:
        inside = tuple(signal for signal in earlier.signals if signal.place == PLACE)
    doubtful = {signal.standard for signal in inside if signal.stance == "unknown"}
    if there and {signal.standard for signal in inside} - doubtful != MEDIA.keys():
        media = find_embedded(there[0], ALWAYS)
        if media.problem:
            raise UnreadableError(f"what it says of its rights can't be read: {media.problem}")
        inside = read_signals(Evidence(media=media))
    found = Heard(inside)
    for path in sorted({*there, *(path for path in once if path.exists())}):
        record_path = record_beside(path)
        if record_path.exists():
            record = read_record(record_path)
            if record.sha256 != sha256:
                if path not in there:
                    continue
                raise UsageError(
                    f"{record_path} is about other bytes: its sha256 is {record.sha256}, and that "
                    f"of {path.name} is {sha256}",
                    hint="fetch the file again, with what servers answered on the way",
                )
            evidence = replace(record.evidence(None), inside=inside)
            said = [signal for reader in WEB.values() for signal in ask(reader, evidence)]
            found = found.and_also(concluded(evidence, said))
    return found if earlier is None else found.with_earlier(earlier)


def objections(heard: Heard, use: str, at: datetime, policy: Policy) -> list[Finding]:
    """What speaks against the use of a source, by the rules on signals and on fetching, and by
    the addresses that it was fetched from."""
    source = Source(
        "", True, (), heard.signals, heard.fetch, "whoever runs clearreel", heard.acquired_at
    )
    said = [
        exhibit.said
        for intent in use_named(use).intents
        for rule in (unopposed, fetched_lawfully)
        for exhibit in rule(World(Clip("", ()), intent, at, policy, (source,), ()))
        if not exhibit.holds
    ]
    named = judge_addresses(heard.addresses, use_named(use), policy)
    said += [found.reason for found in named if not found.permits]
    return [Finding(False, words) for words in dict.fromkeys(said)]
