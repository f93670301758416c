"""A person's name, as it may be written in texts of any kind."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from urllib.parse import quote

_BETWEEN = r"(?:[\s_.+-]|%20|\\[nrt])+"
"""What stands between the words of a name: also in paths, addresses and JSON."""
_BEFORE = r"(?:(?<![^\W_])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"
_AFTER = r"(?![^\W_])"


class Name:
    """Finds a name in texts: as words of their own, in any case.

    Looked for are its composed and decomposed forms (Unicode NFC and NFD), and how JSON, HTML and
    addresses write them. Another order, initials and transliterations are other names.
    """

    def __init__(self, text: str) -> None:
        """Raises `ValueError` for a name without a letter or digit."""
        words = text.split()
        if not any(character.isalnum() for character in text):
            raise ValueError(f"{text!r} is no name")
        self.text = " ".join(words)
        composed = [unicodedata.normalize("NFC", word) for word in words]
        decomposed = [unicodedata.normalize("NFD", word) for word in words]
        forms = {
            _BETWEEN.join(re.escape(written(word)) for word in form)
            for form in (composed, decomposed)
            for written in (str, _in_json, html.escape, quote)
        }
        whole = f"{_BEFORE}(?:{'|'.join(sorted(forms))}){_AFTER}"
        self._pattern = re.compile(whole, re.IGNORECASE)

    @property
    def longest(self) -> int:
        """Characters that it takes at most, where what stands between its words is short."""
        return 12 * len(self.text)

    def is_in(self, text: str) -> bool:
        """Whether a text has it."""
        return self._pattern.search(text) is not None


def _in_json(word: str) -> str:
    return json.dumps(word)[1:-1]
