"""What every reader of signals must keep to, as checks that anyone can run on their own reader.

    WRITING = Writing(MyReader(), "genai-training", allow="ai=y", deny="ai=n", puzzle="ai=?",
                      evidence=lambda said: evidence_with("/my.txt", "\\n".join(said).encode()),
                      raw=lambda data: evidence_with("/my.txt", data))

    def test_my_reader():
        check_reader(WRITING)

    @given(st.binary())
    def test_any_bytes(data):
        check_bytes(WRITING, data)

Each check raises `AssertionError` and says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from typing import get_args
from urllib.parse import urljoin

from clearreel.rights.signals.contract import Reader
from clearreel.rights.signals.evidence import FRESH, Evidence, Exchange
from clearreel.rights.signals.meet import Verdict, meet
from clearreel.rights.signals.signal import EVERYTHING, Activity, Signal, Stance

WORK = "https://example.org/v/clip.mp4"
READ_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)

_NAME = re.compile(r"[a-z][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Writing:
    """A reader, and how its standard is written."""

    reader: Reader
    activity: Activity
    """One that the statements below are about."""
    deny: str
    """A statement that denies it."""
    evidence: Callable[[Sequence[str]], Evidence]
    """Evidence that holds these statements, in this order, and answers all that the reader asks."""
    raw: Callable[[bytes], Evidence]
    """Evidence with these bytes in the place where the standard is written."""
    puzzle: str = ""
    """A statement with a value that nobody knows; empty for a standard without values."""
    allow: str = ""
    """A statement that allows it; empty for a standard that can't."""


def evidence_with(
    path: str = "",
    body: bytes = b"",
    *,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> Evidence:
    """Evidence on `WORK`: `body` at `path` of its server, all else that is asked for answers 404.

    `headers` are those of the work's own answer.
    """
    asked = ("/robots.txt", "/ai.txt", "/trust.txt", "/.well-known/trust.txt")
    found = {address: Exchange(address, 404, READ_AT) for address in map(_on_server, asked)}
    tdmrep = _on_server("/.well-known/tdmrep.json")
    found[tdmrep] = Exchange(tdmrep, 404, READ_AT)
    if path:
        found[_on_server(path)] = Exchange(_on_server(path), status, READ_AT, body=body)
    found[WORK] = Exchange(WORK, 200, READ_AT, headers)
    return Evidence(WORK, exchanges=tuple(found.values()))


def verdict(reader: Reader, evidence: Evidence, activity: Activity) -> Verdict:
    """What the reader's signals mean at the time when they were read."""
    return meet(reader.read(evidence), activity, READ_AT)


def check_reader(writing: Writing) -> None:
    """All that follows."""
    check_name(writing)
    check_silence(writing)
    check_statements(writing)
    check_unasked(writing)
    check_order(writing)
    check_denials(writing)
    check_age(writing)


def check_name(writing: Writing) -> None:
    """Its standard has a name, which its signals carry."""
    standard = writing.reader.standard
    assert _NAME.fullmatch(standard), f"{standard!r} is not lower case with digits, dots, hyphens"
    for signal in writing.reader.read(writing.evidence([writing.deny])):
        assert signal.standard == standard, f"a signal of {standard} is called {signal.standard}"


def check_silence(writing: Writing) -> None:
    """Where nothing is said, that is certain."""
    for activity in get_args(Activity):
        found = verdict(writing.reader, writing.evidence([]), activity)
        assert found.stance == "absent", f"without a statement: {found.reason}"


def check_statements(writing: Writing) -> None:
    """Each statement means what it means, alone."""
    wanted: dict[str, Stance] = {
        writing.deny: "denies",
        writing.puzzle: "unknown",
        writing.allow: "allows",
    }
    for statement, stance in wanted.items():
        if not statement:
            continue
        evidence = writing.evidence([statement])
        check_signals(writing.reader.read(evidence))
        found = verdict(writing.reader, evidence, writing.activity)
        assert found.stance == stance, f"{statement!r} {found.stance}, not {stance}"


def check_unasked(writing: Writing) -> None:
    """What nobody has read permits nothing."""
    evidence = writing.evidence([writing.allow] if writing.allow else [])
    bare = replace(evidence, exchanges=(), media=None)
    found = verdict(writing.reader, bare, writing.activity)
    assert found.stance == "unknown", f"without evidence: {found.reason}"


def check_order(writing: Writing) -> None:
    """Statements that conflict mean the same in every order."""
    said = [one for one in (writing.allow, writing.deny, writing.puzzle) if one]
    for count in range(2, len(said) + 1):
        for some in combinations(said, count):
            stances = {
                order: _stances(writing, list(order)) for order in permutations((*some, some[0]))
            }
            assert len({tuple(found) for found in stances.values()}) == 1, (
                f"the order decides: {stances}"
            )


def check_denials(writing: Writing) -> None:
    """Wherever a denial is added, it denies, and nothing else gets wider."""
    said = [one for one in (writing.allow, writing.puzzle) if one]
    for count in range(len(said) + 1):
        for some in permutations(said, count):
            before = _permitted(writing, list(some))
            for place in range(count + 1):
                more = [*some[:place], writing.deny, *some[place:]]
                after = _permitted(writing, more)
                assert after <= before, f"{more} permits {sorted(after - before)} more"
                assert writing.activity not in after, f"{more} permits it"


def check_age(writing: Writing) -> None:
    """An answer of a server does not count after a day; a denial goes on to."""
    late = READ_AT + FRESH
    silent = writing.reader.read(writing.evidence([]))
    if all(signal.stale_at is None for signal in silent):
        return
    for at in (late, READ_AT - timedelta(seconds=1)):
        assert meet(silent, writing.activity, at).stance == "unknown", "a stale silence counts"
        denied = writing.reader.read(writing.evidence([writing.deny]))
        assert meet(denied, writing.activity, at).stance == "denies", "a denial is forgotten"


def check_bytes(writing: Writing, data: bytes) -> None:
    """Whatever stands where the standard is read, reading ends well, and permits by no accident.

    Bytes that happen to hold the statement that allows are left out.
    """
    signals = writing.reader.read(writing.raw(data))
    check_signals(signals)
    if not writing.allow or writing.allow.encode() not in data:
        assert all(signal.stance != "allows" for signal in signals), f"{data!r} allows"


def check_signals(signals: Sequence[Signal]) -> None:
    """They speak of every activity, each in few words and with a time."""
    assert signals, "no signal at all"
    for signal in signals:
        assert signal.activities, f"a signal about nothing: {signal}"
        assert signal.stance in get_args(Stance), f"there is no stance {signal.stance!r}"
        assert signal.said and len(signal.said) <= 200, f"{signal.said!r} is too short or too long"
        assert signal.said.splitlines() == [signal.said], f"{signal.said!r} is not one line"
        if signal.stance != "unknown":
            assert signal.read_at and signal.read_at.tzinfo, f"read at {signal.read_at}"
    unspoken = EVERYTHING.difference(*(signal.activities for signal in signals))
    assert not unspoken, f"no signal says anything of {sorted(unspoken)}"


def _stances(writing: Writing, said: list[str]) -> list[Stance]:
    evidence = writing.evidence(said)
    return [verdict(writing.reader, evidence, one).stance for one in get_args(Activity)]


def _permitted(writing: Writing, said: list[str]) -> set[Activity]:
    evidence = writing.evidence(said)
    return {one for one in EVERYTHING if verdict(writing.reader, evidence, one).permitted}


def _on_server(path: str) -> str:
    return urljoin(WORK, path)
