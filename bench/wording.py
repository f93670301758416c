"""What the document says around its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.goals import F1_ALL_GOAL
from bench.inputs import Scale
from bench.section import Section
from bench.tables import goals_table
from clearreel.testing.footage import REPORTING, TUNING

ABOUT_ACCURACY = (
    "F1 with a 95 % bootstrap interval over blocks of 500 frames. A cut counts as found within one "
    "frame, a gradual transition when what was found overlaps it; whether its kind was named is "
    "not asked, because most peers name none. What was invented counts in the column of the kind "
    "that it was given as. The reference is TransNet V2 on every frame as published; differences "
    "are over the same resampled blocks. Other detectors do not run again on the same pictures at "
    "other frame rates nor, at the short scale, in other codecs: on 150 boundaries these moved "
    "TransNet V2 by 0.005 at most. What they answered is kept between runs. Goals: cuts not below "
    "the reference; all at "
    f"least {F1_ALL_GOAL} and above it."
)


ABOUT_LABELS = (
    "The labels were made by a vision model that looked at the frames; no person has checked them."
)


def head(machine: Mapping[str, str], command: str, scale: Scale) -> list[str]:
    """Title, machine, and how to repeat it."""
    tuning, reporting = (
        ", ".join(dict.fromkeys(f"`{piece.sample}`" for piece in pieces))
        for pieces in (TUNING, REPORTING)
    )
    return [
        "# Benchmarks",
        "",
        "Written by the benchmark; don't edit. Whatever is compared was measured in one run.",
        "",
        *(f"- {key}: {value}" for key, value in machine.items()),
        f"- repeat: `{command}`, on a machine that does nothing else",
        "",
        "CPU is user and system time of a process and its children, seen from outside; memory is "
        "the resident peak of the largest of them. Contestants run one after the other, A B C A B "
        "C; given are the median and, in brackets, the least and the most. Slow ones run once. "
        "*× decode* is CPU over that of one full decode of the same file by `ffmpeg -threads 1` "
        "in the same run; *× real time* is seconds of video a second of CPU.",
        "",
        f"Reels are made of {reporting}; detectors were tuned on {tuning}, with other seeds. "
        f"Files that speed is measured on are repeated, packets as they are, until they last as "
        f"long as the goals ask, {scale.asked_seconds // 60} minutes, and {scale.seconds // 60} "
        f"minutes beside everyone else's tools. The labels of what was tuned on are left out. "
        "`run` is measured without the rules that drop clips before they are measured, and with "
        "all clips stored.",
        "",
    ]


def document(head_lines: Sequence[str], sections: Mapping[str, Section], limits: str) -> str:
    """The whole document of parts by their names; `limits` is its last chapter, Markdown."""
    occasions: dict[str, list[str]] = {}
    for name, section in sections.items():
        occasions.setdefault(section.measured, []).append(name)
    days = "; ".join(f"{', '.join(names)} on {when}" for when, names in sorted(occasions.items()))
    goals = [row for section in sections.values() for row in section.goals]
    after = [line for section in sections.values() for line in section.after_goals]
    lines = [
        *(*head_lines, f"Measured: {days}.", ""),
        *("## Goals", "", *goals_table(goals), *after),
        *(line for section in sections.values() for line in section.lines),
        limits,
    ]
    return "\n".join(lines).rstrip() + "\n"
