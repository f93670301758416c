"""What the measures with models say of synthetic and of real footage."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from clearreel.core.errors import FetchError
from clearreel.pinned import fetch_sample
from clearreel.stages.embedding import Embedding
from clearreel.stages.faces import Faces
from clearreel.stages.nsfw import Nsfw
from clearreel.stages.quality import Quality
from clearreel.stages.speech import Speech
from clearreel.stages.text import Text
from clearreel.testing.scenes import reel
from clearreel.testing.views import clip_view

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def trailer():
    """Shots of the trailer by their frames."""
    path = fetch_sample("bbb-trailer")
    return lambda start, end: clip_view(path, start, end)


@pytest.fixture(scope="module")
def speech():
    return clip_view(fetch_sample("speech"))


@pytest.fixture
def picture():
    return reel(1, width=640, height=360, seed=2).frame(0)


def test_quality_falls_with_blur_and_with_compression(weights, seen):
    weights("brisque")
    random = np.random.default_rng(0)
    grain = cv2.GaussianBlur(random.normal(0, 1, (360, 640)), (0, 0), 1.5)
    sharp = np.clip(128 + 120 * grain, 0, 255).astype(np.uint8)[..., None].repeat(3, 2)
    blurred = cv2.GaussianBlur(sharp, (0, 0), 5)
    blocks = cv2.imdecode(cv2.imencode(".jpg", sharp, [cv2.IMWRITE_JPEG_QUALITY, 5])[1], 1)
    best, soft, coarse = (
        Quality().measure(seen([one]))["technical_quality"] for one in (sharp, blurred, blocks)
    )
    assert best > soft + 10
    assert best > coarse + 10


def test_quality_says_nothing_of_flat_pictures(weights, seen):
    weights("brisque")
    flat = np.full((360, 640, 3), 90, np.uint8)
    assert Quality().measure(seen([flat]))["technical_quality"] is None


def test_text_is_measured_in_the_still_that_has_most(weights, seen, picture):
    weights("text-detector")
    titled = np.full_like(picture, 40)
    (width, height), _ = cv2.getTextSize("RAW FOOTAGE", cv2.FONT_HERSHEY_SIMPLEX, 2, 4)
    cv2.putText(titled, "RAW FOOTAGE", (100, 200), cv2.FONT_HERSHEY_SIMPLEX, 2, (240,) * 3, 4)
    area = Text().measure(seen([picture, titled, picture]))["text_area"]
    assert area == pytest.approx(width * height / (640 * 360), rel=0.5)
    assert Text().measure(seen([picture]))["text_area"] == 0


@pytest.mark.footage
def test_text_in_real_footage(weights, trailer, speech):
    weights("text-detector")
    # "A (slightly overweight) bunny" on one line, then a bunny before a burrow without a word.
    assert 0.02 < Text().measure(trailer(360, 593))["text_area"] < 0.08
    assert Text().measure(trailer(593, 745))["text_area"] == 0
    assert 0.03 < Text().measure(speech)["text_area"] < 0.12


@pytest.mark.footage
def test_faces_in_real_footage(weights, trailer, speech):
    weights("centerface")
    facts = Faces().measure(speech)
    assert facts["faces"] == 2
    assert facts["largest_face"] == pytest.approx(0.25, abs=0.05)
    # Rodents in a meadow.
    assert Faces().measure(trailer(988, 1049)) == {"faces": 0, "largest_face": 0.0}


@pytest.mark.footage
def test_nobody_is_explicit_in_real_footage(weights, trailer, speech):
    weights("opennsfw")
    assert Nsfw().measure(speech)["nsfw"] < 0.1
    assert Nsfw().measure(trailer(26, 217))["nsfw"] < 0.1


@pytest.mark.footage
def test_embeddings_of_one_scene_are_closer_than_those_of_two(weights, trailer, speech):
    weights("efficientnet-lite0", "imagenet-names")
    stage = Embedding()
    first, later, other = (
        stage.measure(clip)["embedding"] for clip in (trailer(900, 940), trailer(945, 988), speech)
    )
    assert len(first) == 1280
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert np.dot(first, later) > np.dot(first, other) + 0.3


@pytest.mark.footage
def test_tags_are_the_likeliest_first_and_no_more_than_asked_for(weights):
    weights("efficientnet-lite0", "imagenet-names")
    clip = clip_view(fetch_sample("bikes"))
    all_of_them = Embedding(likely=0.0, most_tags=1000).measure(clip)["tags"]
    assert len(set(all_of_them)) > 950  # two classes may share a name
    assert Embedding(likely=0.0, most_tags=3).measure(clip)["tags"] == all_of_them[:3]
    assert Embedding(likely=1.0).measure(clip)["tags"] == []


@pytest.mark.footage
def test_speech_in_real_footage(weights, trailer, speech):
    weights("silero-vad")
    assert Speech().measure(speech)["speech_share"] == pytest.approx(0.66, abs=0.05)
    assert Speech().measure(trailer(26, 217))["speech_share"] < 0.05


def test_silence_is_no_speech_and_no_sound_is_nothing(weights, seen):
    weights("silero-vad")
    assert Speech().measure(seen(samples=np.zeros(48000)))["speech_share"] == 0
    assert Speech().measure(seen())["speech_share"] is None


def test_a_stage_does_not_download(monkeypatch, tmp_path, seen, picture):
    monkeypatch.setenv("CLEARREEL_CACHE", str(tmp_path))
    monkeypatch.delenv("CLEARREEL_MODELS_DIR", raising=False)
    with pytest.raises(FetchError) as caught:
        Nsfw().measure(seen([picture]))
    assert caught.value.hint == "clearreel models fetch opennsfw"
