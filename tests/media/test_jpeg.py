import cv2
import numpy as np
import pytest

from clearreel.media.jpeg import decode_jpeg, encode_jpeg
from clearreel.testing.scenes import reel


@pytest.mark.parametrize(("width", "height"), [(160, 90), (90, 160), (161, 91)])
def test_a_picture_survives(width: int, height: int) -> None:
    picture = reel(1, width=width, height=height).frame(0)
    content = encode_jpeg(picture, 400)
    again = decode_jpeg(content)
    assert abs(again.shape[0] - height) <= 1
    assert abs(again.shape[1] - width) <= 1
    if again.shape == picture.shape:
        assert np.abs(again.astype(int) - picture).mean() < 6
    others = cv2.cvtColor(cv2.imdecode(np.frombuffer(content, np.uint8), 1), cv2.COLOR_BGR2RGB)
    assert np.abs(others.astype(int) - again).mean() < 2


def test_the_long_side_is_kept_within_the_limit() -> None:
    picture = reel(1, width=320, height=180).frame(0)
    assert decode_jpeg(encode_jpeg(picture, 160)).shape == (90, 160, 3)
    tall = np.ascontiguousarray(np.rot90(picture))
    assert decode_jpeg(encode_jpeg(tall, 160)).shape == (160, 90, 3)


def test_the_same_picture_gives_the_same_bytes() -> None:
    picture = reel(1).frame(0)
    assert encode_jpeg(picture, 100) == encode_jpeg(picture, 100)
