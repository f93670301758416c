"""What somebody would try who doubts that nothing gets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from clearreel.rights.clips import decide_clip
from clearreel.rights.parent import Parent
from clearreel.rights.scope import Scope
from clearreel.rights.signals.signal import Signal, Stance
from clearreel.rights.uses import Intent
from clearreel.rights.world import (
    Clip,
    Consent,
    Discharge,
    Fetch,
    Piece,
    Release,
    Source,
    Takedown,
    World,
)
from clearreel.testing.second_opinion import second_opinion

from .conftest import FRAME, GRANT, NOW, stream

STANCES: tuple[Stance, ...] = ("allows", "denies", "constrains", "unknown", "absent")
FETCHED = {"brought_by": "", "acquired_at": NOW - timedelta(hours=1)}


def refused(world: World) -> tuple[int, ...]:
    return decide_clip(world).refused_by


def signal(stance: Stance, standard: str = "robots.txt", **changes: object) -> Signal:
    given = Signal(
        standard,
        "https://example.org/robots.txt",
        stance,
        frozenset({"genai-training"}),
        "its words",
        NOW - timedelta(hours=1),
        NOW + timedelta(hours=23),
    )
    return replace(given, **changes)


def test_the_world_of_these_tests_is_in_order(world: World) -> None:
    assert decide_clip(world).permitted


@pytest.mark.parametrize("stance", STANCES)
def test_each_signal_alone(with_source: Callable[..., World], stance: Stance) -> None:
    asked = with_source(signals=(signal(stance),), fetch=Fetch(True), **FETCHED)
    assert refused(asked) == (() if stance in ("allows", "absent") else (3,))


def test_conflicting_signals_in_every_order(with_source: Callable[..., World]) -> None:
    said = [signal("allows"), signal("denies", "tdmrep"), signal("absent", "aipref")]
    answers = {
        decide_clip(with_source(signals=order, fetch=Fetch(True), **FETCHED)).to_json()["reason"]
        for order in permutations(said)
    }
    assert answers == {"tdmrep at https://example.org/robots.txt denies it: its words"}


def test_a_signal_about_something_else_is_none(with_source: Callable[..., World]) -> None:
    other = signal("denies", activities=frozenset({"evaluation"}))
    assert refused(with_source(signals=(other,))) == ()


@pytest.mark.parametrize(
    "change", [{"stale_at": NOW}, {"read_at": NOW + timedelta(microseconds=1)}]
)
def test_a_stale_or_future_signal_allows_nothing(
    with_source: Callable[..., World], change: dict[str, datetime]
) -> None:
    asked = with_source(signals=(signal("allows", **change),), fetch=Fetch(True), **FETCHED)
    assert refused(asked) == (3,)


def test_what_was_fetched_without_asking_robots_is_refused(
    with_source: Callable[..., World],
) -> None:
    assert refused(with_source(fetch=Fetch(True), **FETCHED)) == (3,)


@pytest.mark.parametrize(
    "fetch",
    [Fetch(None), Fetch(False), *(Fetch(True, frozenset({b})) for b in ("login", "drm"))],
)
def test_an_unlawful_fetch(with_source: Callable[..., World], fetch: Fetch) -> None:
    assert refused(with_source(fetch=fetch, signals=(signal("allows"),), **FETCHED)) == (4,)


def test_footage_that_nobody_brought(with_source: Callable[..., World]) -> None:
    assert refused(with_source(brought_by=" ")) == (4,)


def test_a_licence_that_expires_inside_a_build(world: World) -> None:
    ends = datetime(2026, 11, 22, 10, tzinfo=UTC)
    asked = replace(world, grants=(replace(GRANT, valid_until=ends),))
    assert refused(replace(asked, at=ends - timedelta(microseconds=1))) == ()
    assert refused(replace(asked, at=ends)) == (2,)


def test_a_grant_that_is_revoked_between_decision_and_signing(world: World) -> None:
    assert refused(world) == ()
    assert refused(replace(world, grants=(replace(GRANT, uses=()),))) == (2,)


@pytest.mark.parametrize(
    ("evidence_on", "holds"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # after the day on which it is said to have been verified
        (NOW - timedelta(hours=1), False),  # no older than the acquisition
        (NOW + timedelta(days=1), False),
    ],
)
def test_back_dated_evidence(
    with_source: Callable[..., World], evidence_on: date, holds: bool
) -> None:
    asked = with_source(acquired_at=NOW - timedelta(hours=1))
    grant = replace(GRANT, evidence_on=evidence_on)
    assert refused(replace(asked, grants=(grant,))) == (() if holds else (2,))


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({"verified_on": date(2026, 11, 20)}, True),
        ({"verified_on": date(2026, 11, 21)}, False),  # of that day somewhere when it was fetched
        ({"verified_on": date(2026, 11, 21), "evidence_on": date(2026, 11, 20)}, True),
        ({"verified_on": date(2026, 11, 21), "machine_read": "https://example.org"}, True),
        ({"verified_on": date(2026, 11, 21), "machine_read": " "}, False),
        ({"verified_on": date(2026, 11, 21), "attested_by": "eve"}, False),
        ({"verified_on": None, "attested_by": "eve"}, True),  # an attestation has no date
    ],
)
def test_what_was_verified_after_the_fetch(
    with_source: Callable[..., World], changes: dict[str, Any], holds: bool
) -> None:
    fetched = datetime(2026, 11, 21, 12, tzinfo=UTC)
    grants = (replace(GRANT, **changes),)
    asked = replace(with_source(acquired_at=fetched), grants=grants)
    assert refused(asked) == (() if holds else (2,))
    assert second_opinion(asked) == (set() if holds else {2})
    assert refused(replace(with_source(acquired_at=None), grants=grants)) == ()


def test_evidence_of_the_same_second_is_no_older(with_source: Callable[..., World]) -> None:
    bought = replace(GRANT, verified_by="", verified_on=None, machine_read="https://example.org")
    asked = with_source(acquired_at=NOW - timedelta(hours=1))
    before = replace(bought, evidence_on=NOW - timedelta(hours=1, seconds=1))
    assert refused(replace(asked, grants=(before,))) == ()
    assert refused(
        replace(asked, grants=(replace(bought, evidence_on=asked.sources[0].acquired_at),))
    ) == (2,)


def test_cc_by_footage_over_unlicensed_music(world: World) -> None:
    credit = replace(GRANT, license="CC-BY-4.0", layers=("footage",))
    asked = replace(
        world, grants=(credit,), discharged=frozenset({Discharge(credit.id, "attribution")})
    )
    explained = decide_clip(asked)
    assert explained.refused_by == (2,)
    assert "no grant covers its audio" in explained.reason
    silent = replace(asked, clip=Clip("clip", asked.clip.streams[:1]))
    assert refused(silent) == ()


def test_music_from_elsewhere_needs_its_own_grant(world: World) -> None:
    music = Source("song", True, ("/music/song.flac",), brought_by="Eve")
    over = Clip("clip", (world.clip.streams[0], stream("audio", (0, 50, "song"))))
    asked = replace(world, clip=over, sources=(*world.sources, music))
    assert refused(asked) == (2,)
    granted = replace(GRANT, scope=Scope("/music", ("**",)), layers=("audio",))
    assert refused(replace(asked, grants=(*asked.grants, granted))) == ()


def test_one_frame_under_no_derivatives(world: World) -> None:
    frame = (Fraction(11), 11 + FRAME)
    strict = replace(GRANT, license="CC-BY-ND-4.0", intervals=(frame,))
    explained = decide_clip(replace(world, grants=(GRANT, strict)))
    assert explained.refused_by == (2,)
    assert "permits no adaptation" in explained.reason


@pytest.mark.parametrize(("start", "holds"), [("10.0", False), ("11.9", False), ("12", True)])
def test_a_tenth_of_a_second_of_non_commercial(world: World, start: str, holds: bool) -> None:
    begin = Fraction(start)
    strict = replace(GRANT, license="CC-BY-NC-4.0", intervals=((begin, begin + Fraction(1, 10)),))
    assert refused(replace(world, grants=(GRANT, strict))) == (() if holds else (2,))


def test_captions_from_a_non_commercial_model(world: World) -> None:
    captioner = Parent("captioner", "CC-BY-NC-4.0")
    explained = decide_clip(replace(world, parents=(captioner,)))
    assert explained.refused_by == (2,)
    assert "captioner: CC-BY-NC-4.0 does not permit commercial use" in explained.reason
    research = replace(world, intent=Intent("genai-training", "research"), parents=(captioner,))
    given = frozenset({Discharge("captioner", "attribution")})
    assert refused(replace(research, discharged=given)) == ()


def test_captions_from_a_model_of_unknown_making_or_licence(world: World) -> None:
    assert refused(replace(world, parents=(Parent("captioner", "MIT", made_from=None),))) == (2,)
    assert refused(replace(world, parents=(Parent("captioner", ""),))) == (2,)
    assert refused(replace(world, parents=(Parent("captioner", "MIT"),))) == ()


@pytest.mark.parametrize("name", ["HD-VG-130M", "hd-vg-130m", "Panda-70M", "Pexels"])
def test_research_footage_behind_a_free_wrapper(world: World, name: str) -> None:
    wrapper = Parent("all-free-clips", "CC0-1.0", (Parent(name, "CC0-1.0"),))
    assert refused(replace(world, parents=(wrapper,))) == (2,)


def test_a_work_inside_a_work_is_judged_whole(world: World) -> None:
    """A free edit of a film that nobody granted."""
    film = Source("original", True, ("/rip/film.mp4",), brought_by="Eve")
    assert refused(replace(world, sources=(*world.sources, film))) == (2,)


def test_the_comprehensive_approval_mail(world: World) -> None:
    """“All data is approved”: forwarded, about no files, checked by nobody."""
    mail = replace(GRANT, license="LicenseRef-Approval", evidence="mail.eml", holder="the boss")
    explained = decide_clip(replace(world, grants=(replace(mail, verified_by=""),)))
    assert explained.refused_by == (2,)
    assert "what LicenseRef-Approval permits is not known" in explained.reason
    assert "nobody has verified it" in explained.reason
    elsewhere = replace(mail, uses=("commercial-training",), scope=Scope("/mail", ("**",)))
    assert refused(replace(world, grants=(elsewhere,))) == (2,)


def test_a_gap_of_one_frame(world: World) -> None:
    for pieces in (
        [(0, 25, "film"), (26, 50, "film")],
        [(1, 50, "film")],
        [(0, 49, "film")],
        [(0, 30, "film"), (20, 49, "film")],
    ):
        clip = Clip("clip", (stream("video", *pieces), world.clip.streams[1]))
        explained = decide_clip(replace(world, clip=clip))
        assert explained.refused_by == (1,), pieces
    whole = Clip("clip", (stream("video", (0, 25, "film"), (25, 50, "film")),))
    assert refused(replace(world, clip=whole)) == ()


def test_a_gap_of_one_tick_between_grants(world: World) -> None:
    tick = Fraction(1, 90_000)
    for gap, rules in ((tick, (2,)), (Fraction(0), ())):
        border = Fraction(11)
        halves = (
            replace(GRANT, intervals=((Fraction(0), border),)),
            replace(GRANT, intervals=((border + gap, Fraction(20)),)),
        )
        assert refused(replace(world, grants=halves)) == rules


def test_hidden_frames_count(world: World) -> None:
    """Frames before the first shown one come from 8 s on, where nothing is granted."""
    part = replace(GRANT, intervals=((Fraction(10), Fraction(12)),))
    assert refused(replace(world, grants=(part,))) == ()
    shown = world.clip.streams[0]
    hidden = Piece(shown.span, "film", Fraction(8))
    clip = Clip("clip", (replace(shown, pieces=(*shown.pieces, hidden)), world.clip.streams[1]))
    assert refused(replace(world, clip=clip, grants=(part,))) == (2,)


def test_bytes_that_were_not_hashed(with_source: Callable[..., World]) -> None:
    assert refused(with_source(verified=False)) == (1,)


def test_a_source_that_nothing_is_known_of(world: World) -> None:
    assert refused(replace(world, sources=())) == (1,)


def test_a_clip_of_nothing(world: World) -> None:
    assert refused(replace(world, clip=Clip("clip", ()))) == (1,)


def test_the_same_bytes_where_nobody_granted_them(with_source: Callable[..., World]) -> None:
    assert refused(with_source(places=("/set/film.mp4", "/ripped/film.mp4"))) == (2,)
    assert refused(with_source(places=())) == (2,)


def test_a_takedown_by_name_or_by_look(world: World) -> None:
    for takedown in (
        Takedown("t1", sources=frozenset({"film"})),
        Takedown("t2", matches=frozenset({"film"})),
    ):
        assert refused(replace(world, takedowns=(takedown,))) == (5,)
    other = Takedown("t3", sources=frozenset({"another"}))
    assert refused(replace(world, takedowns=(other,))) == ()


def test_credit_that_is_not_given(world: World) -> None:
    credit = replace(GRANT, license="CC-BY-4.0")
    asked = replace(world, grants=(credit,))
    assert refused(asked) == (6,)
    foreign = frozenset({Discharge(GRANT.id, "attribution")})
    assert refused(replace(asked, discharged=foreign)) == (6,)
    given = frozenset({Discharge(credit.id, "attribution")})
    assert refused(replace(asked, discharged=given)) == ()


@pytest.mark.parametrize(
    ("release", "holds"),
    [
        (None, False),
        (Release("CC-BY-SA-4.0", apart=True), True),
        (Release("CC-BY-SA-4.0", apart=False), False),
        (Release("LAL-1.3", apart=True), True),
        (Release("CC-BY-4.0", apart=True), False),
        (Release("CC-BY-SA-3.0", apart=True), False),
    ],
)
def test_share_alike(world: World, release: Release | None, holds: bool) -> None:
    alike = replace(GRANT, license="CC-BY-SA-4.0")
    given = frozenset({Discharge(alike.id, "attribution")})
    asked = replace(world, grants=(alike,), discharged=given, release=release)
    assert refused(asked) == (() if holds else (6,))


def test_two_share_alike_licences_that_no_release_satisfies(world: World) -> None:
    old, new = (replace(GRANT, license=f"CC-BY-SA-{v}") for v in ("1.0", "4.0"))
    given = frozenset(Discharge(grant.id, "attribution") for grant in (old, new))
    asked = replace(world, grants=(old, new), discharged=given)
    for name in ("CC-BY-SA-1.0", "CC-BY-SA-4.0"):
        assert refused(replace(asked, release=Release(name, apart=True))) == (6,)


def test_people_who_did_not_consent(world: World) -> None:
    policy = replace(world.policy, consent=frozenset({"genai-training"}))
    asked = replace(world, policy=policy)
    assert refused(asked) == (7,), "nobody has looked"
    assert refused(replace(asked, people=())) == ()
    shown = replace(asked, people=("p1",))
    assert refused(shown) == (7,)
    consent = Consent(
        "p1", frozenset({"genai-training"}), frozenset({"commercial"}), date(2026, 1, 1)
    )
    assert refused(replace(shown, consents=(consent,))) == ()
    withdrawn = replace(consent, withdrawn_on=date(2026, 11, 22))
    assert refused(replace(shown, consents=(consent, withdrawn))) == (7,)
    for other in (
        replace(consent, person="p2"),
        replace(consent, purposes=frozenset({"research"})),
        replace(consent, activities=frozenset({"evaluation"})),
        replace(consent, valid_from=date(2026, 11, 22)),
        replace(consent, valid_until=date(2026, 11, 22)),
    ):
        assert refused(replace(shown, consents=(other,))) == (7,)


def test_a_grant_for_one_country(world: World) -> None:
    german = replace(world, grants=(replace(GRANT, territory=("DE",)),))
    assert refused(german) == (2,)
    for country, rules in (("DE", ()), ("FR", (2,))):
        here = Intent("genai-training", "commercial", country)
        assert refused(replace(german, intent=here)) == rules


@pytest.mark.parametrize("key", ["verified_by", "evidence", "holder", "basis"])
def test_a_word_that_says_nothing_is_none(world: World, key: str) -> None:
    assert refused(replace(world, grants=(replace(GRANT, **{key: " \t"}),))) == (2,)


@pytest.mark.parametrize("key", ["attested_by", "machine_read"])
def test_nobody_vouches_for_a_grant(world: World, key: str) -> None:
    unverified = replace(GRANT, verified_by="", verified_on=None)
    for said, rules in (("eve", ()), (" ", (2,))):
        vouched = replace(unverified, **{key: said})
        assert refused(replace(world, grants=(vouched,))) == rules


def test_a_standard_that_was_asked_about_another_activity_only(
    with_source: Callable[..., World],
) -> None:
    heard = signal("allows", activities=frozenset({"evaluation"}))
    fetched = with_source(signals=(heard,), fetch=Fetch(True), **FETCHED)
    assert refused(fetched) == (3,)
    assert refused(replace(fetched, intent=Intent("evaluation", "commercial"))) == ()


@pytest.mark.parametrize("name", ["CC-BY-4.0 AND", "()", "(AND", "", "CC0-1.0 CC-BY-4.0"])
def test_a_licence_that_cannot_be_read(world: World, name: str) -> None:
    assert refused(replace(world, grants=(GRANT, replace(GRANT, license=name)))) == (2,)


@pytest.mark.parametrize("name", ["mit", "MIT AND CC0-1.0", "apache-2.0 OR GPL-3.0-only", "owned"])
def test_a_parent_under_free_licences_of_both_kinds(world: World, name: str) -> None:
    assert refused(replace(world, parents=(Parent("captioner", name),))) == ()


@pytest.mark.parametrize("name", ["MIT AND CC-BY-NC-4.0", "MIT AND GPL-3.0-only", "(mit"])
def test_a_parent_under_a_free_licence_and_another(world: World, name: str) -> None:
    assert refused(replace(world, parents=(Parent("captioner", name),))) == (2,)


def test_a_software_licence_is_none_for_footage(world: World) -> None:
    assert refused(replace(world, grants=(replace(GRANT, license="MIT"),))) == (2,)


@pytest.mark.parametrize(
    ("license_", "holds"),
    [("CC0-1.0", True), ("CC0-1.0 OR CC-BY-NC-4.0", True), ("owned", False)],
)
def test_share_alike_that_the_grant_asks_for(world: World, license_: str, holds: bool) -> None:
    """Under the licence that is relied upon, whatever others there would have been."""
    asking = replace(GRANT, license=license_, duty=("shareAlike",))
    asked = replace(world, grants=(asking,), release=Release("CC0-1.0", apart=True))
    assert refused(asked) == (() if holds else (6,))
    assert refused(replace(asked, release=Release("CC0-1.0", apart=False))) == (6,)


def test_a_stretch_without_length_is_about_no_moment(world: World) -> None:
    older = Source("older", True, ("/set/older.mp4",), brought_by="Eve")
    strict = replace(GRANT, license="CC-BY-NC-4.0", intervals=((Fraction(11), Fraction(11)),))
    whole = replace(world, sources=(*world.sources, older), grants=(GRANT, strict))
    assert refused(whole) == ()
    longer = replace(strict, intervals=((Fraction(11), 11 + FRAME),))
    assert refused(replace(whole, grants=(GRANT, longer))) == (2,)
