"""What other detectors said of a file, kept between runs.

The same program says the same of the same file, and one of them takes longer than all else here.
Only where boundaries lie is kept, never what finding them took.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from bench.contestants import Contestant, Task
from clearreel.core.identity import fingerprint
from clearreel.core.shots import Transition
from clearreel.models import transnetv2


class Answers:
    """Answers in a folder, each under its question: who was asked about which file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, contestant: Contestant, file: Path) -> tuple[Transition, ...] | None:
        """The boundaries that it found, or None if it was not asked yet."""
        try:
            rows = json.loads(self._place(contestant, file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return tuple(Transition(**row) for row in rows)

    def keep(self, contestant: Contestant, file: Path, found: tuple[Transition, ...]) -> None:
        """Keep the boundaries that it found."""
        place = self._place(contestant, file)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps([asdict(one) for one in found]), encoding="utf-8")

    def _place(self, contestant: Contestant, file: Path) -> Path:
        """What of the benchmark and of clearreel takes part in an answer is in its name."""
        programs = [
            Path(contestant.command(Task(file, self._folder))[1]),
            Path(transnetv2.__file__),
        ]
        with file.open("rb") as content:
            asked = hashlib.file_digest(content, "sha256").hexdigest()
        texts = [place.read_text(encoding="utf-8") for place in programs]
        return self._folder / f"{contestant.name}-{fingerprint(asked, *texts)}.json"
