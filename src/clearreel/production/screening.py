"""The screening lists of one run, asked about bytes before they are opened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from clearreel.core.identity import fingerprint
from clearreel.lookalike.screening import read_screening
from clearreel.visit.assignment import Lists


class Screen:
    """Lists of what is to be quarantined: see `clearreel.lookalike.screening`."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises `UsageError` for a list that cannot be read."""
        self._list = read_screening(paths)
        contents = [path.read_text("utf-8-sig") for path in paths]
        self.lists = Lists(tuple(paths), fingerprint("screening", contents))
        self.wants_md5 = self._list.wants_md5
        self.wants_looks = self._list.wants_looks

    def listed(self, sha256: str, footage: Path | None) -> str | None:
        """Why bytes of this hash are to be quarantined; empty when nothing speaks against them.

        `footage` is where they lie. None when nothing but their MD5 could tell, and they lie
        nowhere. What they look like is another question.
        """
        md5 = ""
        if self.wants_md5 and footage is not None:
            with footage.open("rb") as file:
                md5 = hashlib.file_digest(file, "md5").hexdigest()
        hits = self._list.check(sha256=sha256, md5=md5)
        if not hits and self.wants_md5 and footage is None:
            return None
        return "; ".join(hit.reason for hit in hits)
