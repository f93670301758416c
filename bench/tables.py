"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.goals import CORES, GOALS, LIFETIME_HOURS, OURS, PUBLISHED, Goal
from bench.inputs import Prepared
from bench.racing import Result
from bench.scoring import Agreement
from bench.section import GoalRow
from bench.statistics import Interval, Spread, f1_difference, f1_interval, spread

Race = Mapping[str, Result]
BASE = "decode"
"""The contestant that the others are divided by."""


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table; the first column is text, the others numbers."""
    return [
        "| " + " | ".join(header) + " |",
        "|---" + "|---:" * (len(header) - 1) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def speed_table(prepared: Prepared, race: Race) -> list[str]:
    """Everyone who ran on one file, and below it who did not and why."""
    rows = []
    for result in race.values():
        if not result.costs:
            continue
        cpu = spread([cost.cpu for cost in result.costs])
        wall = spread([cost.wall for cost in result.costs])
        share = result.outcome.decoded_share
        rows.append(
            [
                result.contestant.title,
                _spread(cpu),
                _spread(wall),
                f"{peak_gb(result) * 1000:.0f}",
                "–" if share is None else f"{100 * share:.1f} %",
                _ratio(decodes(race, result.contestant.name)),
                f"{prepared.seconds / cpu.median:.0f}" if cpu.median else "–",
                result.outcome.note or "",
            ]
        )
    header = ["", "CPU s", "wall s", "peak MB", "decoded", "× decode", "× real time", ""]
    failed = [r for r in race.values() if not r.costs and r.failure]
    notes = [f"- {r.contestant.title}: not measured, {r.failure}" for r in failed]
    return table(header, rows) + ([*notes, ""] if notes else [])


def speed_goals(files: Mapping[str, Prepared], races: Mapping[str, Race]) -> list[GoalRow]:
    """Every goal, what was reached on its worst file, and whether that is enough."""
    rows = []
    for goal in GOALS:
        reached = _reached(goal, races)
        if reached is None:
            rows.append(GoalRow(goal.text, _limit(goal, goal.limit), "not measured", "", None))
            continue
        value, worst = reached
        place = files[worst].input.title
        limit, shown = _limit(goal, goal.limit), _limit(goal, value)
        rows.append(GoalRow(goal.text, limit, shown, place, value <= goal.limit))
    return rows


def goals_table(rows: Sequence[GoalRow]) -> list[str]:
    """The table of goals, of all parts."""
    met = {True: "yes", False: "**no**", None: ""}
    cells = [[row.text, row.limit, row.reached, row.worst, met[row.met]] for row in rows]
    return table(["goal", "limit", "reached", "on (the worst)", "met"], cells)


def accuracy_table(
    agreements: Mapping[str, Mapping[str, Agreement]],
    titles: Mapping[str, str],
    reference: Mapping[str, Agreement],
) -> list[str]:
    """F1 with its interval: inputs and their detectors, beside what the reference reached."""
    rows = []
    for name, of_detectors in agreements.items():
        for detector, found in of_detectors.items():
            other = reference.get(name)
            compared = other is not None and other is not found
            rows.append(
                [
                    titles[name],
                    detector,
                    *(_interval(f1_interval(c)) for c in (found.cuts, found.gradual, found.all)),
                    _signed(f1_difference(found.cuts, other.cuts)) if compared and other else "–",
                    _signed(f1_difference(found.all, other.all)) if compared and other else "–",
                ]
            )
    header = ["", "detector", "F1 cuts", "F1 gradual", "F1 all", "cuts − ref.", "all − ref."]
    return table(header, rows)


def lifetime(files: Mapping[str, Prepared], races: Mapping[str, Race]) -> list[str]:
    """Cores that a lifetime of video a day needs, by what was measured."""
    lines = []
    for name, inputs in (("run-fast", OURS), ("run-default", (*OURS, *PUBLISHED))):
        for place in inputs:
            result = races.get(place, {}).get(name)
            if result is None or not result.costs:
                continue
            cpu = spread([cost.cpu for cost in result.costs]).median
            cores = LIFETIME_HOURS / 24 * cpu / files[place].seconds
            limit = f" (goal: at most {CORES})" if (name, place) == ("run-fast", OURS[0]) else ""
            title = f"{result.contestant.title}, {files[place].input.title}"
            lines.append(
                f"- A lifetime a day, {LIFETIME_HOURS:,} h: {cores:,.0f} cores{limit}; {title}"
            )
    return [*lines, ""]


def decodes(race: Race, name: str) -> float | None:
    """Median CPU seconds over those of one full decode of the same file in the same run."""
    base, result = race.get(BASE), race.get(name)
    if base is None or result is None or not base.costs or not result.costs:
        return None
    one = spread([cost.cpu for cost in result.costs]).median
    return one / spread([cost.cpu for cost in base.costs]).median


def peak_gb(result: Result) -> float:
    """The most memory of all rounds, in 10⁹ bytes."""
    return max(cost.peak_bytes for cost in result.costs) / 1e9


def seconds(value: Spread) -> str:
    """A short time with its spread."""
    return f"{value.median:.2f} ({value.low:.2f}–{value.high:.2f})"


def _reached(goal: Goal, races: Mapping[str, Race]) -> tuple[float, str] | None:
    """The worst value over the goal's files, and the file; None if any was not measured."""
    values = []
    for name in goal.inputs:
        race = races.get(name, {})
        result = race.get(goal.contestant)
        if result is None or not result.costs:
            return None
        value = decodes(race, goal.contestant) if goal.measured == "decodes" else peak_gb(result)
        if value is None:
            return None
        values.append((value, name))
    return max(values)


def _limit(goal: Goal, value: float) -> str:
    return f"{value:.3f} decodes" if goal.measured == "decodes" else f"{value:.2f} GB"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _spread(value: Spread) -> str:
    digits = 2 if value.median < 10 else 1
    if value.low == value.high:
        return f"{value.median:.{digits}f}"
    return f"{value.median:.{digits}f} ({value.low:.{digits}f}–{value.high:.{digits}f})"


def _interval(value: Interval) -> str:
    return f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f})"


def _signed(value: Interval) -> str:
    return f"{value.value:+.3f} ({value.low:+.3f} to {value.high:+.3f})"
