import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.media.jpeg import decode_jpeg, encode_jpeg
from clearreel.report.thumbnails import CELLS, hide, spread, thumbnail_uri


def checkers(shift):
    rows, columns = np.mgrid[0:180, 0:320] // 10
    cells = (rows + columns + shift) % 2 * 200 + 20
    return np.repeat(cells[:, :, None], 3, axis=2).astype(np.uint8)


def test_pictures_of_different_content_and_equal_averages_are_hidden_alike():
    one, other = (encode_jpeg(checkers(shift), 320) for shift in (0, 1))
    difference = decode_jpeg(one).astype(int) - decode_jpeg(other)
    assert np.abs(difference).mean() > 150
    hidden = [decode_jpeg(hide(content)).astype(int) for content in (one, other)]
    assert np.abs(hidden[0] - hidden[1]).max() < 30


def test_nothing_but_the_averages_counts(picture):
    averages = picture.astype(float)
    for band in np.array_split(averages, round(CELLS * 180 / 320), axis=0):
        for block in np.array_split(band, CELLS, axis=1):
            block[:] = block.mean(axis=(0, 1))
    hidden, flat = (
        decode_jpeg(hide(encode_jpeg(np.asarray(whole, np.uint8), 320))).astype(int)
        for whole in (picture, averages)
    )
    assert max(hidden.shape) == 96
    assert np.abs(hidden - flat).mean() < 3
    assert hidden.mean() == pytest.approx(picture.mean(), abs=4)


@pytest.mark.parametrize("shape", [(2, 320, 3), (320, 2, 3), (180, 320, 3)])
def test_any_shape_can_be_hidden(shape):
    assert decode_jpeg(hide(encode_jpeg(np.full(shape, 200, np.uint8), 320))).size


def test_a_still_comes_from_its_pack(build, picture):
    data = build()
    row = data.clip(data.source("a"), picture=picture)
    kind, _, content = thumbnail_uri(data.catalog.packs, row, hidden=False).partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(content) == encode_jpeg(picture, 320)


@pytest.mark.parametrize("hidden", [False, True])
def test_without_a_pack_there_is_no_still(build, picture, hidden):
    data = build()
    row = data.clip(data.source("a"), picture=picture)
    (data.packs / row["thumbnail_pack"]).unlink()
    assert thumbnail_uri(data.catalog.packs, row, hidden) == ""
    assert thumbnail_uri(data.catalog.packs, row | {"thumbnail_pack": ""}, hidden) == ""


def test_what_cannot_be_decoded_is_not_shown_instead_of_hidden(build, picture):
    data = build()
    row = data.clip(data.source("a"), picture=picture)
    (data.packs / row["thumbnail_pack"]).write_bytes(b"no picture " * 3000)
    assert thumbnail_uri(data.catalog.packs, row, hidden=True) == ""


@given(st.integers(0, 300), st.integers(0, 40))
def test_spread_is_even_and_in_order(rows, count):
    chosen = spread(range(rows), count)
    assert len(chosen) == min(rows, count)
    assert chosen == sorted(set(chosen))
    if 0 < count < rows:
        gaps = np.diff([-1, *chosen, rows])
        assert gaps.max() <= 2 * -(-rows // count)
