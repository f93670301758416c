"""Each family with a small network in its place: what it hands in, and what it makes of answers."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest

from clearreel.core.errors import UsageError
from clearreel.models.centerface import CenterFace, non_maximum_suppression
from clearreel.models.efficientnet import EfficientNetLite0, class_names
from clearreel.models.graph import Graph
from clearreel.models.opennsfw import MEAN_BGR, OpenNSFW
from clearreel.models.silero import SileroVAD
from clearreel.models.text import TextDetector, covered_share
from clearreel.models.transnetv2 import TransNetV2

FLOAT, UINT8, INT64 = onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8, onnx.TensorProto.INT64


@pytest.fixture
def brightness(network):
    """In the place of TransNet V2: each frame's mean over 255, and the same of the next frame."""
    graph = Graph()
    x = graph.node("Cast", "frames", to=FLOAT)
    x = graph.node("ReduceMean", x, graph.constant([1, 2, 3], np.int64), keepdims=0)
    x = graph.node("Mul", x, graph.constant(1 / 255, np.float32))
    column = graph.node("Reshape", x, graph.constant([100, 1], np.int64))
    graph.output(column, "single")
    shifted = graph.constant([*range(1, 100), 99], np.int64)
    graph.output(graph.node("Gather", column, shifted, axis=0), "many")
    return network(
        graph,
        [("frames", UINT8, [100, 27, 48, 3])],
        [("single", FLOAT, [100, 1]), ("many", FLOAT, [100, 1])],
    )


@pytest.mark.parametrize("count", [1, 2, 49, 50, 51, 99, 100, 101, 150, 173])
def test_transnetv2_answers_for_every_frame_in_order(brightness, count):
    levels = (np.arange(count) * 37 % 256).astype(np.uint8)
    frames = np.broadcast_to(levels[:, None, None, None], (count, 27, 48, 3))
    found = TransNetV2(brightness).transitions(frames)
    np.testing.assert_allclose(found.single, levels / 255, atol=1e-6)
    # Beyond the last frame, that frame is repeated.
    np.testing.assert_allclose(found.many, np.append(levels[1:], levels[-1]) / 255, atol=1e-6)


def test_transnetv2_of_nothing_is_nothing(brightness):
    assert TransNetV2(brightness).predict(np.empty((0, 27, 48, 3), np.uint8)).shape == (0,)


def test_transnetv2_says_what_it_takes(brightness):
    with pytest.raises(ValueError, match=r"\(5, 48, 27, 3\).*\(T, 27, 48, 3\)"):
        TransNetV2(brightness).predict(np.empty((5, 48, 27, 3), np.uint8))


def test_embeddings_have_length_one_and_other_sizes_are_resized(network):
    graph = Graph()
    x = graph.node("Cast", "image", to=FLOAT)
    means = graph.node("ReduceMean", x, graph.constant([1, 2], np.int64), keepdims=0)
    graph.output(means, "embedding")
    graph.output(graph.node("Softmax", means, axis=-1), "probs")
    path = network(
        graph,
        [("image", UINT8, ["n", 224, 224, 3])],
        [("embedding", FLOAT, ["n", 3]), ("probs", FLOAT, ["n", 3])],
    )
    pictures = np.zeros((2, 90, 160, 3), np.uint8)
    pictures[0] = (30, 0, 40)
    embeddings, probabilities = EfficientNetLite0(path).embed(pictures)
    np.testing.assert_allclose(embeddings[0], [0.6, 0, 0.8], atol=1e-6)
    np.testing.assert_array_equal(embeddings[1], 0)  # black has no direction, and is no error
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_class_names_must_be_a_thousand(tmp_path):
    path = tmp_path / "names.json"
    path.write_text(json.dumps(["tench"] * 1000))
    assert class_names(path)[999] == "tench"
    path.write_text(json.dumps(["tench"] * 999))
    with pytest.raises(UsageError, match="1000"):
        class_names(path)


def test_opennsfw_sees_blue_first_less_the_mean(network):
    graph = Graph()
    graph.output(
        graph.node("ReduceMean", "input", graph.constant([1, 2], np.int64), keepdims=0), "outputs"
    )
    path = network(graph, [("input", FLOAT, ["n", 224, 224, 3])], [("outputs", FLOAT, ["n", 3])])
    picture = np.full((1, 300, 200, 3), (10, 20, 30), np.uint8)
    assert OpenNSFW(path).score(picture)[0] == pytest.approx(20 - MEAN_BGR[1])


def test_silero_hears_each_window_with_the_end_of_the_one_before(network):
    graph = Graph()
    # A window sounds as it does, and the sound of all windows before it is remembered.
    sums = graph.node("ReduceSum", "input", graph.constant([1], np.int64), keepdims=0)
    before = graph.node("ReduceMax", "state", keepdims=0)
    graph.output(graph.node("Add", sums, before), "speech")
    loudest = graph.node("ReduceMax", sums, keepdims=0)
    graph.output(graph.node("Add", "state", loudest), "next_state")
    path = network(
        graph,
        [("input", FLOAT, ["n", 576]), ("state", FLOAT, [2, 1, 128])],
        [("speech", FLOAT, ["n"]), ("next_state", FLOAT, [2, 1, 128])],
    )
    samples = np.zeros(1100, np.float32)
    samples[500] = 1.0  # in the first window, and in what the second hears again
    samples[1099] = 0.25  # in the last, which is filled up
    vad = SileroVAD(path)
    np.testing.assert_allclose(vad.probabilities(samples), [1, 1, 0.25])
    assert vad.speech_share(samples) == pytest.approx(2 / 3)
    assert vad.speech_share(np.empty(0, np.float32)) == 0
    with pytest.raises(ValueError, match="float64"):
        vad.probabilities(samples.astype(np.float64))
    long = np.zeros(512 * 1030, np.float32)
    long[100] = 1.0
    expected = np.zeros(1030)
    expected[[0, *range(1024, 1030)]] = 1.0  # what was heard before is handed on
    np.testing.assert_allclose(vad.probabilities(long), expected)


def test_the_text_map_has_a_size_that_the_network_takes(network):
    graph = Graph()
    graph.output(graph.node("ReduceMax", "x", graph.constant([1], np.int64), keepdims=1), "map")
    path = network(graph, [("x", FLOAT, ["n", 3, "h", "w"])], [("map", FLOAT, ["n", 1, "h", "w"])])
    detector = TextDetector(path)
    assert detector.probability(np.zeros((100, 50, 3), np.uint8)).shape == (128, 64)
    assert detector.probability(np.zeros((720, 1280, 3), np.uint8)).shape == (384, 640)
    white = detector.probability(np.full((64, 64, 3), 255, np.uint8))
    np.testing.assert_allclose(white, 1)  # colours go in from -1 to 1


def test_a_line_of_text_is_grown_by_its_area_over_its_perimeter():
    probability = np.zeros((100, 200), np.float32)
    probability[40:50, 50:150] = 0.9
    grow = round(1.6 * 10 * 100 / 220)
    expected = (10 + 2 * grow) * (100 + 2 * grow) / (100 * 200)
    assert covered_share(probability) == pytest.approx(expected)


def test_specks_and_doubtful_regions_are_no_text():
    probability = np.zeros((100, 200), np.float32)
    probability[10:12, 10:12] = 0.9
    probability[40:50, 50:150] = 0.4
    assert covered_share(probability) == 0


def test_what_two_boxes_share_counts_once():
    probability = np.zeros((100, 200), np.float32)
    probability[40:50, 50:150] = 0.9
    one = covered_share(probability)
    probability[52:62, 50:150] = 0.9
    assert one < covered_share(probability) < 2 * one


def test_faces_are_in_pixels_of_the_given_picture(network):
    """A network that always sees one face: 16 high and 8 wide, its middle at (42, 22)."""
    heat = np.zeros((1, 1, 16, 32))
    heat[0, 0, 5, 10], heat[0, 0, 5, 11] = 0.9, 0.6
    graph = Graph()
    touched = graph.node("Mul", graph.node("ReduceMean", "x"), graph.constant(0, np.float32))
    sizes = np.broadcast_to(np.log([4.0, 2.0])[:, None, None], (2, 16, 32))[None]
    for name, values in [
        ("heat", heat),
        ("sizes", sizes),
        ("offsets", np.zeros((1, 2, 16, 32))),
        ("landmarks", np.zeros((1, 10, 16, 32))),
    ]:
        graph.output(graph.node("Add", graph.constant(values, np.float32), touched), name)
    path = network(
        graph,
        [("x", FLOAT, ["n", 3, "h", "w"])],
        [
            ("heat", FLOAT, heat.shape),
            ("sizes", FLOAT, sizes.shape),
            ("offsets", FLOAT, (1, 2, 16, 32)),
            ("landmarks", FLOAT, (1, 10, 16, 32)),
        ],
    )
    face = [42 - 4, 22 - 8, 42 + 4, 22 + 8, 0.9]
    same = CenterFace(path).faces(np.zeros((64, 128, 3), np.uint8))
    np.testing.assert_allclose(same, [face], rtol=1e-5)
    shrunk = CenterFace(path, longest=128).faces(np.zeros((128, 256, 3), np.uint8))
    np.testing.assert_allclose(shrunk, [[*np.multiply(face[:4], 2), 0.9]], rtol=1e-5)
    assert CenterFace(path, threshold=0.95).faces(np.zeros((64, 128, 3), np.uint8)).shape == (0, 5)


def test_of_boxes_that_overlap_the_best_stays():
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10], [8, 0, 18, 10]], float)
    scores = np.array([0.7, 0.9, 0.5, 0.6])
    assert non_maximum_suppression(boxes, scores, 0.3) == [1, 3, 2]
