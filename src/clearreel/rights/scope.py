"""Which files a grant speaks of: patterns, relative to one folder.

A pattern matches the whole path below the folder, with `/` between segments, case and all:

    a.mp4            that file
    *.mp4            files in the folder itself that end so; `*` stays within a segment
    drone/**         all in `drone`, at any depth; so does `drone/`
    **/night/*.mp4   files in any folder called `night`; `**` is any number of segments, or none
    take-[0-9]?.mov  `[…]` is one character of a set, `[!…]` one that is not in it, `?` any one
    ../other/*.mp4   leading `..` leave the folder; without them nothing outside is matched
    /media/x/**      a path from the root of the file system
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Scope:
    """The files that any of `patterns` matches, seen from `folder`."""

    folder: str
    """Absolute, with symbolic links resolved."""
    patterns: tuple[str, ...]

    def covers(self, path: str) -> bool:
        """Whether the file at `path`, absolute and without `..`, is among them."""
        return "/../" not in path and any(
            _matches(self.folder, pattern, path) for pattern in self.patterns
        )


EVERYTHING = Scope("/", ("**",))


def check_pattern(pattern: str) -> str:
    """What is wrong with `pattern`, or "" when nothing is."""
    segments = _segments(pattern)
    if not pattern.strip() or not segments:
        return "is empty"
    while segments and segments[0] == "..":
        segments.pop(0)
    if ".." in segments:
        return "has .. after its beginning"
    return "names no file" if not segments else ""


def _matches(folder: str, pattern: str, path: str) -> bool:
    anchor, expression = _compiled(folder, pattern)
    return path.startswith(anchor) and expression.fullmatch(path, len(anchor)) is not None


@lru_cache(maxsize=4096)
def _compiled(folder: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    """The folder that the pattern starts from, ending in `/`, and what follows it."""
    anchor = PurePosixPath("/" if pattern.startswith("/") else folder)
    segments = _segments(pattern)
    while segments and segments[0] == "..":
        anchor = anchor.parent
        segments.pop(0)
    if pattern.endswith("/"):
        segments.append("**")
    text = str(anchor)
    return text if text.endswith("/") else text + "/", re.compile(_expression(segments), re.DOTALL)


def _segments(pattern: str) -> list[str]:
    return [segment for segment in pattern.split("/") if segment not in ("", ".")]


def _expression(segments: list[str]) -> str:
    parts = []
    for place, segment in enumerate(segments):
        last = place + 1 == len(segments)
        if segment == "**":
            parts.append(".+" if last else "(?:[^/]+/)*")
        else:
            parts.append(_segment_expression(segment) + ("" if last else "/"))
    return "".join(parts)


_TOKENS = re.compile(r"\[(!?)(\]?[^\]/]*)\]|\*+|\?|.", re.DOTALL)


def _segment_expression(segment: str) -> str:
    parts = []
    for token in _TOKENS.finditer(segment):
        text = token[0]
        if text.startswith("*"):
            parts.append("[^/]*")
        elif text == "?":
            parts.append("[^/]")
        elif token[2]:
            parts.append(_set_expression(token[2], negated=bool(token[1])))
        else:
            parts.append(re.escape(text))
    return "".join(parts)


def _set_expression(members: str, *, negated: bool) -> str:
    # A range that runs backwards, as in [z-a], is empty; re would refuse it.
    ranges = re.findall(r"(.)-(.)|(.)", members, re.DOTALL)
    kept = [
        re.escape(single) if single else f"{re.escape(low)}-{re.escape(high)}"
        for low, high, single in ranges
        if single or low <= high
    ]
    if not kept:
        return "[^/]" if negated else r"(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(kept)}]"
