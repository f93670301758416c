"""Real footage: other containers and codecs, single shots of it, and shots that only look alike."""

from __future__ import annotations

from itertools import combinations

import pytest

from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.index import Index
from clearreel.lookalike.matching import compare
from clearreel.pinned.samples import fetch_sample
from clearreel.testing.footage import REPORTING

pytestmark = pytest.mark.footage
FPS = 24


@pytest.fixture(scope="module")
def band(read):
    return read(fetch_sample("live-band-mp4"))


@pytest.fixture(scope="module")
def shots(band):
    """Fingerprints of the band's shots of two seconds and more, with what is seen."""
    pieces = [p for p in REPORTING if p.sample == "live-band-mp4" and len(p) >= 2 * FPS]
    return [(p.scene, band.between(1000 * p.start // FPS, 1000 * p.end // FPS)) for p in pieces]


@pytest.mark.parametrize("container", ["3gp", "webm"])
def test_another_container_is_the_same_in_pictures_and_sound(band, read, container):
    copy = read(fetch_sample(f"live-band-{container}"))
    found = compare(copy, band)
    assert found.verdict == "same"
    assert found.video is not None
    assert found.audio is not None
    assert (found.video.verdict, found.audio.verdict) == ("same", "same")
    assert min(found.video.share, found.audio.share) > 0.9


def test_every_shot_is_found_by_the_whole_video(read, shots):
    index = Index({str(place): one for place, (_, one) in enumerate(shots)})
    found = index.search(read(fetch_sample("live-band-flv")))
    assert {one.name for one in found if one.comparison.verdict == "same"} == {
        str(n) for n in range(len(shots))
    }


def test_other_shots_of_one_film_are_not_the_same(shots):
    for (scene, one), (other_scene, other) in combinations(shots, 2):
        verdict = compare(one, other).verdict
        assert verdict != "same"
        assert verdict == "other" or scene == other_scene


def test_other_films_have_nothing_in_common(read, shots):
    for sample in ("bikes", "toy"):
        film = read(fetch_sample(sample))
        assert all(compare(one, film).verdict == "other" for _, one in shots)


def test_pictures_alone_tell_what_a_shot_is_part_of(band, shots):
    for _, one in shots:
        seen = compare(Fingerprint(one.video), band)
        assert seen.verdict == "same"
        assert seen.video is not None
        assert seen.video.share > 0.9
