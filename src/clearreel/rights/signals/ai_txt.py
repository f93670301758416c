"""ai.txt: which files of a site may be mined, written like a robots.txt.

Spawning's convention, <https://site.spawning.ai/spawning-ai-txt>: `User-Agent`, `Allow`,
`Disallow`, mostly by file name endings. `Disallow: *.mp4` speaks of all footage, whatever the
address ends in. Where a line that allows and one that does not are equally long, the latter
counts. Files under this name with other keys exist, and are `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.robots_file import matches, rules
from clearreel.rights.signals.signal import MINING, Signal, Statement, unknown
from clearreel.rights.signals.text import plain_text
from clearreel.rights.signals.wellknown import read_files

PATH = "/ai.txt"
_FOOTAGE = re.compile(
    r"/?\*?\.(mp4|m4v|mov|webm|mkv|avi|mpe?g|wmv|flv|ogv|3gp|mts|m2ts|ts|mxf|video)\$?"
)


@dataclass(frozen=True, slots=True)
class AiTxt:
    """Reads ai.txt."""

    standard: str = "ai.txt"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of the ai.txt of every server that the work came through."""
        return read_files(self.standard, evidence, (PATH,), _parse)


def _parse(answer: Exchange, target: str) -> Iterator[Statement]:
    try:
        text = plain_text(answer)
    except ValueError as error:
        yield unknown(str(error))
        return
    for line in text.splitlines():
        if line.partition("#")[0].strip() and ":" not in line.partition("#")[0]:
            yield unknown(f"not understood: {line}")
    longest = {"allow": "", "disallow": ""}
    for rule in rules(text):
        if rule.key not in longest:
            yield unknown(f"not understood: {rule.key}")
            continue
        if rule.key == "allow" and not rule.concerns_us:
            continue
        footage = rule.key == "disallow" and _FOOTAGE.fullmatch(rule.value.lower())
        covers = footage or matches(rule.value, target)
        if covers and len(rule.value) > len(longest[rule.key]):
            longest[rule.key] = rule.value
    allowed, denied = longest["allow"], longest["disallow"]
    if denied and len(denied) >= len(allowed):
        yield Statement("denies", MINING, f"Disallow: {denied}")
    elif allowed:
        yield Statement("allows", MINING, f"Allow: {allowed}")
