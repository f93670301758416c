"""The door: whether a source may come in, asked before it is opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from clearreel.core.errors import UnreadableError, UsageError
from clearreel.core.identity import source_id
from clearreel.production.addresses import web_addresses
from clearreel.production.captions import CaptionDoor, left_out, with_captions
from clearreel.production.erased import missed, others_are_named, what_to_write
from clearreel.production.hearing import hear, objections
from clearreel.production.recorded import recorded_decision
from clearreel.production.rights import decide_everywhere, rights_columns
from clearreel.production.screening import Screen
from clearreel.rights.clearance import Clearance, clearance
from clearreel.rights.decision import Decision
from clearreel.rights.finding import Finding
from clearreel.rights.grants import Grant
from clearreel.rights.origins import Origin
from clearreel.rights.people import PeopleShown, judge_people
from clearreel.rights.policy import Policy
from clearreel.rights.signals.heard import Heard
from clearreel.rights.statements import NOTHING_STATED, Statements
from clearreel.rights.uses import use_named
from clearreel.sources.sidecars import Sidecar
from clearreel.stores.takedowns import DenyList

Row = Mapping[str, Any]

_NOTHING = {"license": "", "decision": ""}
"""What is written down of the rights to what was taken down."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door says about one source."""

    status: Literal["", "refused", "unreadable", "quarantined"]
    """Empty for a source that may come in."""
    reason: str
    rights: Mapping[str, str]
    """The decision, as columns of the source's row."""
    clearance: Clearance | None
    """What to ask about each clip; None where all of the source may be used, or nothing."""
    left_out: tuple[Origin, ...] = ()
    """Of the captions beside it that may not come in."""
    renamed: tuple[str, ...] = ()
    """Pseudonyms of people whose names were erased, and in whose place others are named now."""


class Door:
    """Asked about each source of one run."""

    def __init__(
        self,
        use: str,
        grants: Sequence[Grant],
        policy: Policy,
        screen: Screen | None = None,
        denied: DenyList | None = None,
        statements: Statements = NOTHING_STATED,
        erased: Collection[str] = (),
    ) -> None:
        """`screen`: what is to be quarantined; `denied`: what was taken down; `statements`: under
        pseudonyms; `erased`: pseudonyms of those whose names were."""
        self._use, self._grants, self._policy = use, grants, policy
        self._at = datetime.now(UTC)
        self._statements = statements
        self._erased = erased
        self._captions = CaptionDoor(statements.captions, use_named(use), policy)
        self.denied = denied or DenyList(())
        self._screen = screen
        self.lists = screen.lists if screen is not None and screen.wants_looks else None
        """What visits have to ask about, once footage is decoded."""

    def ask(
        self, sha256: str, paths: Iterable[str], before: Row | None, here: Sequence[Path]
    ) -> Answer:
        """About the bytes of this hash; `before` is what is known of them.

        `paths` are all places where they were ever found, as tables have them, and `here` those
        where they were found now: at the others may lie other bytes, so none are read there.
        """
        places = sorted(paths)
        lies = places
        if self.denied.has_addresses:
            lies = [*places, *web_addresses([*places, *map(str, here)])]
        if taken_down := self.denied.refusal(source_id(sha256), lies):
            return Answer("refused", taken_down, _NOTHING, None)
        grants = [g for g in self._grants if any(g.scope.covers(path) for path in places)]
        people = self._statements.about(places)
        lost = missed(before, people, self._erased)
        decision = decide_everywhere(places, grants, self._use, self._at, self._policy, people)
        if listed := self._listed(sha256, here):
            columns = rights_columns(decision, grants, None, people)
            return Answer("quarantined", listed, columns, None)
        if not decision.permitted:
            return self._refused(decision, grants, None, people, lost)
        try:
            heard, said = _listen(here, sha256, before, places)
        except UnreadableError as error:
            columns = rights_columns(decision, grants, None, people)
            return Answer("unreadable", error.message, columns, None)
        acquired_at = heard.acquired_at if heard else None
        if acquired_at is not None:  # evidence has to be older than that
            decision = decide_everywhere(
                places, grants, self._use, self._at, self._policy, people, acquired_at=acquired_at
            )
        said += objections(heard, self._use, self._at, self._policy) if heard else []
        decision = Decision(decision.use, (*decision.findings, *said))
        if not decision.permitted:
            return self._refused(decision, grants, heard, people, lost)
        known = clearance(
            places, grants, self._use, self._at, self._policy, people, acquired_at=acquired_at
        )
        columns = rights_columns(decision, grants, heard, people)
        renamed = lost if before is not None and others_are_named(before, people) else ()
        return Answer("", "", columns, known, renamed=renamed)

    def ask_captions(
        self, answer: Answer, sidecar: Sidecar | None, path: str
    ) -> tuple[Answer, Sidecar | None]:
        """What of a sidecar may come in beside the source at `path`, and the answer with that."""
        if sidecar is None:
            return answer, None
        admitted = self._captions.ask(sidecar, path)
        rights = with_captions(answer.rights, admitted)
        return replace(answer, rights=rights, left_out=admitted.left_out), admitted.sidecar

    def _refused(
        self,
        decision: Decision,
        grants: Sequence[Grant],
        heard: Heard | None,
        people: PeopleShown,
        lost: Sequence[str],
    ) -> Answer:
        columns = rights_columns(decision, grants, heard, people)
        reasons = [decision.reason]
        if lost and judge_people(people, None, use_named(self._use), self._at, self._policy):
            reasons.append(what_to_write(lost))
        return Answer("refused", "; ".join(reasons), columns, None)

    def tell_left_out(self, origins: Iterable[Iterable[Origin]]) -> list[str]:
        """For a person: which captions did not come in, of the `origins` of each source's."""
        return list(map(str, left_out(origins, use_named(self._use), self._policy)))

    def _listed(self, sha256: str, here: Iterable[Path]) -> str:
        """Why the bytes are to be quarantined, or nothing."""
        if self._screen is None:
            return ""
        there = next((path for path in here if path.exists()), None)
        listed = self._screen.listed(sha256, there)
        if listed is None:
            return "set aside: its MD5 is asked for, and the file is not there any more"
        return listed


def _listen(
    here: Sequence[Path], sha256: str, before: Row | None, places: Iterable[str]
) -> tuple[Heard | None, list[Finding]]:
    """What is said about a source, or why that can't be known."""
    earlier = recorded_decision(before).heard if before else None
    try:
        return hear(here, sha256, earlier, map(Path, places)), []
    except UsageError as error:
        return None, [Finding(False, f"{error.message}; {error.hint}")]
