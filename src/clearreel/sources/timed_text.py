"""Timed text: times as people write them, and SubRip (.srt) captions."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction

from clearreel.rights.origins import Origin

_SECONDS = re.compile(r"\d{1,9}(?:[.,]\d{1,30})?")
_CLOCK = re.compile(r"(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,30})?)")
_ARROW = re.compile(r"^[ \t]*(\S+?)[ \t]*--?>[ \t]*(\S+)[^\n]*$", re.MULTILINE)
_COUNTER = re.compile(r"(?:^|\n)[ \t]*\d+[ \t]*\n?\Z")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>|\{\\[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class TimedText:
    """A text, and when it holds: start <= t < end, in seconds from the start of the footage."""

    start: Fraction | None
    """None is the start of the footage."""
    end: Fraction | None
    """None is its end."""
    text: str
    """One line."""
    origins: tuple[Origin, ...] = ()
    """Who wrote it, as far as somebody says."""
    sidecar: str = field(default="", compare=False)
    """The file that it was read from: an absolute path."""


def parse_time(text: str) -> Fraction:
    """Seconds, from "83.5", "1:23.5" or "00:01:23,500". Raises `ValueError` for anything else."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return Fraction(text.replace(",", "."))
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        raise ValueError(f"{text[:40]!r} is not a time; write 83.5 or 00:01:23.500")
    hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), clock[3].replace(",", ".")
    return hours * 3600 + minutes * 60 + Fraction(seconds)


def one_line(text: str) -> str:
    """The text without control characters, its white space made single."""
    return " ".join("".join(" " if _is_control(c) else c for c in text).split())


def _is_control(character: str) -> bool:
    return character == "\ufeff" or unicodedata.category(character) in ("Cc", "Cs")


def _without_markup(text: str) -> str:
    return one_line(html.unescape(_TAG.sub("", text)))


def parse_srt(text: str) -> tuple[tuple[TimedText, ...], tuple[str, ...]]:
    """The captions of a SubRip file, sorted by start, and what was wrong with the others.

    Every line with an arrow begins a caption, so counters may be missing and blank lines too many.
    Captions without words are left out.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    arrows = list(_ARROW.finditer(text))
    captions: list[TimedText] = []
    problems: list[str] = []
    if not arrows and text.strip():
        problems.append("no line has times, as in 00:00:01,000 --> 00:00:02,000")
    for place, arrow in enumerate(arrows):
        last = place + 1 == len(arrows)
        body = text[arrow.end() : len(text) if last else arrows[place + 1].start()]
        words = _without_markup(body if last else _COUNTER.sub("", body))
        try:
            start, end = parse_time(arrow[1]), parse_time(arrow[2])
            if end <= start:
                raise ValueError("it ends before it starts")
        except ValueError as error:
            line = text.count("\n", 0, arrow.start(1)) + 1
            problems.append(f"line {line}: {error}")
            continue
        if words:
            captions.append(TimedText(start, end, words))
    captions.sort(key=lambda caption: (caption.start, caption.end))
    return tuple(captions), tuple(problems)
