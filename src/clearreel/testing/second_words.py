"""How the second evaluator reads what a grant says: which files it is about, and whose they are.

Written for `clearreel.testing.second_opinion`, apart from `clearreel.rights`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clearreel.rights.grants import Grant
from clearreel.rights.parent import Parent


def speaks_of(name: str, grant: Grant) -> bool:
    """Whether a grant has `name` in anything that it says."""
    collected = [text for one in tree(grant.made_from) for text in (one.name, one.license)]
    said = (grant.license, grant.holder, grant.basis, grant.attribution, grant.evidence)
    return any(
        has(name, text) for text in (*said, grant.machine_read, *grant.scope.patterns, *collected)
    )


def has(name: str, text: str) -> bool:
    """Whether the letters and digits of a name stand in a text, whatever is between them."""
    letters = [re.escape(letter) for letter in name if letter.isalnum()]
    return re.search(r"[\W_]*".join(letters), text, re.IGNORECASE) is not None


def tree(parents: Iterable[Parent]) -> Iterator[Parent]:
    """The parents, theirs, and so on."""
    for parent in parents:
        yield parent
        yield from tree(parent.made_from or ())


def in_scope(grant: Grant, place: str) -> bool:
    """Whether a grant speaks of the file at `place`."""
    folder = grant.scope.folder.rstrip("/") + "/"
    return place.startswith(folder) and any(
        re.fullmatch(_pattern(pattern), place[len(folder) :]) for pattern in grant.scope.patterns
    )


def _pattern(glob: str) -> str:
    """`**` is any number of folders, `*` any part of a name, `?` a character of it."""
    parts = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return "(?s:" + "".join(parts.get(piece) or re.escape(piece) for piece in pieces) + ")"
