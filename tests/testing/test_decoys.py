"""Decoys: strong enough to fool, and gone where the shot ends."""

import numpy as np
import pytest

from clearreel.testing.decoys import LEAST_FRAMES, SUBTITLE_FRAMES, named

random = np.random.default_rng(1)
PICTURE = np.kron(random.integers(30, 200, (9, 16, 3)), np.ones((20, 20, 1))).astype(np.uint8)
FRAMES = 48


def differences(name: str) -> list[float]:
    decoy = named(name, 7)
    shown = [decoy.on(PICTURE, tick, FRAMES) for tick in range(-3, FRAMES + 3)]
    assert all(p.dtype == np.uint8 and p.shape == PICTURE.shape for p in shown)
    return [float(np.abs(p.astype(int) - PICTURE).mean()) for p in shown]


@pytest.mark.parametrize("name", ["flash", "strobe"])
def test_light_comes_and_goes_in_the_middle(name: str) -> None:
    apart = differences(name)
    assert max(apart) > 60
    assert all(value == 0 for value in (*apart[:12], *apart[-12:]))


def test_a_flash_fades_and_a_strobe_comes_again() -> None:
    lit = [value for value in differences("flash") if value]
    assert lit == sorted(lit, reverse=True)
    assert len(lit) == 3
    dark = np.array(differences("strobe")) > 0
    assert int((np.diff(dark.astype(int)) == 1).sum()) == 4


def test_a_whip_pan_comes_to_rest_elsewhere() -> None:
    decoy = named("whip", 7)
    before, *_, late, last = [decoy.on(PICTURE, tick, FRAMES) for tick in range(FRAMES)]
    assert np.array_equal(before, PICTURE)
    assert np.array_equal(late, last)
    assert float(np.abs(last.astype(int) - PICTURE).mean()) > 20


def test_grain_is_everywhere_and_never_twice_the_same() -> None:
    apart = differences("grain")
    assert min(apart) > 4
    assert len(set(apart)) == len(apart)


def test_subtitles_stay_a_while_and_are_replaced() -> None:
    decoy = named("subtitles", 7)
    shown = [decoy.on(PICTURE, tick, FRAMES) for tick in range(2 * SUBTITLE_FRAMES)]
    assert all(np.array_equal(shown[0], p) for p in shown[:SUBTITLE_FRAMES])
    assert not np.array_equal(shown[SUBTITLE_FRAMES - 1], shown[SUBTITLE_FRAMES])
    assert np.array_equal(shown[0][:100], PICTURE[:100])
    assert np.array_equal(decoy.on(PICTURE, FRAMES, FRAMES), PICTURE)


@pytest.mark.parametrize("name", ["flash", "strobe", "whip"])
def test_the_shortest_shot_that_may_have_a_decoy_has_room_for_it(name: str) -> None:
    decoy = named(name, 7)
    first, last = (decoy.on(PICTURE, tick, LEAST_FRAMES) for tick in (0, LEAST_FRAMES - 1))
    assert np.array_equal(first, PICTURE)
    assert np.array_equal(last, decoy.on(PICTURE, LEAST_FRAMES + 5, LEAST_FRAMES))


def test_an_unknown_decoy_is_refused() -> None:
    with pytest.raises(ValueError, match="no decoy 'rain'"):
        named("rain", 1)
