from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from clearreel.core.span import Span
from clearreel.rights.grants import Grant
from clearreel.rights.layers import StreamKind
from clearreel.rights.policy import default_policy
from clearreel.rights.scope import Scope
from clearreel.rights.uses import Intent
from clearreel.rights.world import Clip, Piece, Source, Stream, World

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
GRANT = Grant(
    Scope("/set", ("**",)),
    "CC0-1.0",
    "Ada",
    "a letter",
    evidence="letter.pdf",
    evidence_sha256="00",
    verified_by="Eve",
    verified_on=date(2026, 11, 20),
)
FRAME = Fraction(1, 25)


def stream(kind: StreamKind, *pieces: tuple[int, int, str], end: int = 50) -> Stream:
    """A stream of `end` frames of 1/25 s; pieces are (start, end, source), taken from 10 s on."""
    return Stream(
        kind,
        Span(0, end, FRAME),
        tuple(Piece(Span(a, b, FRAME), name, 10 + a * FRAME) for a, b, name in pieces),
    )


@pytest.fixture
def world() -> World:
    """A clip of 2 s of pictures and sound, from 10 s on of /set/film.mp4, that may be used."""
    return World(
        clip=Clip("clip", (stream("video", (0, 50, "film")), stream("audio", (0, 50, "film")))),
        intent=Intent("genai-training", "commercial"),
        at=NOW,
        policy=default_policy(),
        sources=(Source("film", True, ("/set/film.mp4",), brought_by="Eve"),),
        grants=(GRANT,),
    )


@pytest.fixture
def with_source(world: World) -> Callable[..., World]:
    """The world with its one source changed."""

    def changed(**changes: Any) -> World:
        return replace(world, sources=(replace(world.sources[0], **changes),))

    return changed
