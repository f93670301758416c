"""Changed copies of synthetic footage, and footage that is no copy."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from clearreel.lookalike.matching import compare_pictures
from clearreel.lookalike.video import VideoPrint, video_print
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import Reel, Shot, reel


def cropped(picture):
    return picture[3:-3, 5:-5]


def squeezed(picture):
    return picture[:, ::2]


def mirrored(picture):
    return picture[:, ::-1]


def letterboxed(picture):
    return np.pad(picture, ((14, 14), (0, 0), (0, 0)))


def pillarboxed(picture):
    return np.pad(picture, ((0, 0), (30, 30), (0, 0)))


def coloured(picture):
    return np.clip((picture * [1.1, 1.0, 0.85] - 128) * 1.1 + 140, 0, 255).astype(np.uint8)


def noisy(picture):
    noise = np.random.default_rng(int(picture[0, 0, 0])).normal(0, 8, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def titled(picture):
    picture = picture.copy()
    picture[72:86, 20:140] = 255
    return picture


def everything(picture):
    return letterboxed(noisy(coloured(mirrored(cropped(picture)))))


CHANGES = [cropped, squeezed, mirrored, letterboxed, pillarboxed, coloured, noisy]


@pytest.mark.parametrize("change", [*CHANGES, everything], ids=lambda change: change.__name__)
@pytest.mark.parametrize(("start", "end"), [(0, 150), (3, 150), (38, 113)])
def test_a_changed_copy_is_the_same_whole_or_trimmed(film, seen, change, start, end):
    match = compare_pictures(seen(map(change, film[start:end])), seen(film))
    assert match is not None
    assert match.verdict == "same"
    assert match.offset == pytest.approx(1000 * start / 25, abs=130)
    assert match.mirrored is (change in (mirrored, everything))
    assert match.share > 0.8


@pytest.mark.parametrize(("start", "end"), [(0, 150), (3, 150), (38, 113)])
def test_a_copy_with_a_title_over_it_is_found(film, seen, start, end):
    match = compare_pictures(seen(map(titled, film[start:end])), seen(film))
    assert match is not None
    assert match.offset == pytest.approx(1000 * start / 25, abs=130)


@pytest.mark.parametrize("fps", [10, 15, Fraction(30000, 1001)])
def test_another_frame_rate_is_the_same(film, seen, fps):
    times = np.arange(int(6 * fps)) / float(fps)
    copy = [film[min(149, int(time * 25))] for time in times]
    match = compare_pictures(seen(copy, fps), seen(film))
    assert match is not None
    assert match.verdict == "same"


def test_one_shot_is_found_in_what_was_cut_anew(film, seen):
    other = list(reel(60, 60, seed=300))
    match = compare_pictures(seen([*other[:60], *film[50:100], *other[60:]]), seen(film[50:100]))
    assert match is not None
    assert match.verdict == "same"
    assert (match.start, match.end) == pytest.approx((2400, 4400), abs=300)


def test_a_short_piece_in_common_does_not_make_long_footage_the_same(film, seen):
    one, other = (list(Reel((Shot(300, seed),), numbered=False)) for seed in (80, 81))
    match = compare_pictures(seen([*film[:50], *one]), seen([*film[:50], *other]))
    assert match is not None
    assert match.verdict == "near"
    assert match.share < 0.5


def test_other_footage_has_nothing_in_common(film, seen):
    prints = [seen(reel(50, seed=400 + n, motion=m)) for n in range(6) for m in ("pan", "object")]
    assert [compare_pictures(one, seen(film)) for one in prints] == [None] * len(prints)


def test_two_takes_of_one_scene_are_not_the_same(seen):
    """The camera does not move; what passes before it passes at other times."""
    scene = Reel((Shot(200, 91, "object"),), numbered=False)
    frames = list(scene)
    still = Reel((Shot(1, 91, "static"),), numbered=False).frame(0)
    first = [*frames[:80], *[still] * 20]
    second = [mirrored(frame) for frame in frames[30:110]]
    backdrop = np.concatenate([still[:45], still[45:]])
    other = [np.where(frame == mirrored(still), backdrop, frame) for frame in second]
    match = compare_pictures(seen(other), seen(first))
    assert match is None or match.verdict == "near"


@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_plain_pictures_match_nothing(seen, film, level):
    plain = [np.full((90, 160, 3), level, np.uint8)] * 100
    assert len(seen(plain)) == 0
    assert compare_pictures(seen(plain), seen(plain)) is None
    assert compare_pictures(seen(plain), seen(film)) is None


def test_faint_noise_is_plain(seen):
    random = np.random.default_rng(0)
    dark = [random.integers(10, 14, (90, 160, 3)).astype(np.uint8) for _ in range(100)]
    assert len(seen(dark)) == 0


def test_a_still_picture_is_never_the_same(film, seen):
    still = [film[20]] * 100
    for copy in (still, [coloured(picture) for picture in still], [noisy(p) for p in still]):
        match = compare_pictures(seen(copy), seen(still))
        assert match is not None
        assert match.verdict == "near"
    assert compare_pictures(seen([film[120]] * 100), seen(still)) is None


def test_bars_with_a_title_in_them_for_a_while_are_left_out(film, seen):
    barred = [letterboxed(picture) for picture in film]
    for picture in barred[:5]:
        picture[2:10, 40:120] = 255
    match = compare_pictures(seen(barred), seen(film))
    assert match is not None
    assert match.verdict == "same"
    assert match.distance < 0.1


def test_an_empty_fingerprint_matches_nothing(film, seen):
    assert compare_pictures(VideoPrint.empty(), seen(film)) is None
    assert compare_pictures(seen(film), video_print([])) is None


def test_a_re_encoded_file_is_the_same(tmp_path, film, read):
    one = write(tmp_path / "a.mp4", film, video=Video(gop=25))
    pictures = [everything(picture) for picture in film[20:]]
    pictures = [np.pad(p, ((0, p.shape[0] % 2), (0, p.shape[1] % 2), (0, 0))) for p in pictures]
    other = write(tmp_path / "b.avi", pictures, video=Video(codec="mpeg4", gop=10))
    match = compare_pictures(read(other).video, read(one).video)
    assert match is not None
    assert match.verdict == "same"
    assert match.mirrored


def test_damage_is_tolerated(tmp_path, film, read):
    path = write(tmp_path / "a.mp4", film, video=Video(gop=10))
    whole = read(path)
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, 2 * len(content) // 3, 997):
        content[place] ^= 0xFF
    (tmp_path / "b.mp4").write_bytes(content)
    match = compare_pictures(read(tmp_path / "b.mp4").video, whole.video)
    assert match is not None
    assert match.verdict == "same"
