"""Finding the few among many."""

from __future__ import annotations

import time

import numpy as np
import pytest

from clearreel.lookalike.audio import AudioPrint
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.index import Index
from clearreel.lookalike.video import VideoPrint


def flipped(random, bits, share):
    """The same bits, some of them wrong."""
    wrong = random.random((*bits.shape, bits.dtype.itemsize * 8)) < share
    return bits ^ np.packbits(wrong, axis=-1).view(bits.dtype)[..., 0]


def made_up(random, pictures=20, words=80):
    """Pictures that change slowly, sound that changes at once."""
    seen = np.empty((pictures, 2, 2), np.uint64)
    seen[0] = random.integers(0, 2**64, (2, 2), np.uint64)
    for number in range(1, pictures):
        seen[number] = flipped(random, seen[number - 1], 0.08)
    return Fingerprint(
        VideoPrint(np.arange(pictures, dtype=np.int32) * 250, seen),
        AudioPrint(
            np.arange(words, dtype=np.int32) * 50, random.integers(0, 2**32, words, np.uint32)
        ),
    )


def copied(random, one, share=0.1):
    return Fingerprint(
        VideoPrint(one.video.times, flipped(random, one.video.bits, share)),
        AudioPrint(one.audio.times, flipped(random, one.audio.bits, share)),
    )


@pytest.fixture(scope="module")
def stored():
    random = np.random.default_rng(11)
    return {f"clip {n}": made_up(random) for n in range(1000)}


@pytest.fixture(scope="module")
def index(stored):
    return Index(stored)


def test_a_copy_is_found_by_pictures_by_sound_and_by_both(stored, index):
    random = np.random.default_rng(12)
    for number in range(0, 1000, 100):
        copy = copied(random, stored[f"clip {number}"])
        for query in (copy, Fingerprint(copy.video), Fingerprint(copy.video.mirrored)):
            found = index.search(query)
            assert [one.name for one in found] == [f"clip {number}"]
            assert found[0].comparison.verdict == "same"
        (heard,) = index.search(Fingerprint(audio=copy.audio))
        assert (heard.name, heard.comparison.verdict) == (f"clip {number}", "same")


def test_what_is_not_there_is_not_found(index):
    random = np.random.default_rng(13)
    assert [index.search(made_up(random)) for _ in range(20)] == [[]] * 20


def test_more_copies_than_patience_are_all_found():
    random = np.random.default_rng(14)
    one = made_up(random)
    crowd = {f"copy {n}": copied(random, one, 0.05) for n in range(150)}
    others = {f"other {n}": made_up(random) for n in range(300)}
    found = Index(crowd | others).search(one)
    assert {match.name for match in found} == set(crowd)


def test_every_clip_of_a_long_video_is_found(stored, index):
    random = np.random.default_rng(15)
    names = [f"clip {n}" for n in range(0, 1000, 40)]
    parts = [copied(random, stored[name]) for name in names]
    video = Fingerprint(
        VideoPrint(
            np.arange(20 * len(parts), dtype=np.int32) * 250,
            np.concatenate([part.video.bits for part in parts]),
        )
    )
    assert {found.name for found in index.search(video)} == set(names)


def test_an_empty_index_and_an_empty_query_find_nothing(index):
    assert Index({}).search(made_up(np.random.default_rng(1))) == []
    assert index.search(Fingerprint()) == []
    assert Index({"black": Fingerprint()}).search(made_up(np.random.default_rng(1))) == []
    assert len(index) == 1000


def test_a_search_is_quick(stored, index):
    query = copied(np.random.default_rng(16), stored["clip 7"])
    began = time.process_time()
    index.search(query)
    assert time.process_time() - began < 1
