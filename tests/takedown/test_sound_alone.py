"""A takedown that is named by nothing but sound."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from filmset import film, grep, held, source_named

from clearreel.production.producing import open_or_create, produce
from clearreel.proofs.verifying import verify
from clearreel.recipes.reading import parse
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import Takedowns
from clearreel.takedown import receipts
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import demanded
from clearreel.takedown.queue import waiting
from clearreel.testing.encode import Video, write, write_sound
from clearreel.testing.sound import Sound, Tune

SECONDS = 6
RECIPE = """
name = "long"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 10.0 }
[measures.light]
"""


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two films of six seconds; each has a tune of its own."""
    folder = tmp_path_factory.mktemp("heard")
    for seed, name in enumerate("ab"):
        frames = film(seed, 25 * SECONDS)
        write(folder / f"{name}.mp4", frames, video=Video(gop=25), sound=Tune(seed=seed))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, heard: Path) -> Path:
    """A data set of them, a clip each. Not to be changed."""
    into = tmp_path_factory.mktemp("made") / "set"
    grant = grant_from_flags("CC0-1.0", "Ada", "her own")
    listing = expand([str(heard)])
    produce(open_or_create(into, None), listing, [grant], parse(RECIPE, "test"), InlineRunner())
    return into


@pytest.fixture
def catalog(made: Path, tmp_path: Path) -> Catalog:
    return Catalog(Path(shutil.copytree(made, tmp_path / "set")))


# By name: the sound's codec.
SOUNDS = {"speech.m4a": "aac", "speech.wav": "pcm_s16le", "speech.flac": "flac"}


@pytest.mark.parametrize("name", SOUNDS)
def test_the_source_that_it_is_the_sound_of_goes(
    catalog: Catalog, tmp_path: Path, name: str
) -> None:
    sound = Tune(seed=1, codec=SOUNDS[name], level=0.2)
    named = write_sound(tmp_path / name, Fraction(SECONDS), sound)
    what = held(catalog, source_named(catalog, "b"))
    receipt = take_down(catalog, demanded(file=named), "a letter")
    looked = receipt["look_up"]
    assert list(looked["same"]) == [what.source] and not receipt["near"]
    assert "it sounds the same" in looked["same"][what.source]
    assert (looked["compared"], looked["sound_alone"], looked["not_looked_for"]) == (
        len(catalog.rows("clips")) + len(what.clips),
        ["file"],
        {},
    )
    assert list(receipt["removed"]) == [what.source] and grep(what, catalog.folder) == {}
    assert receipts.problems(receipt) == []
    told = list(receipts.lines(receipt, tmp_path))
    assert "nothing of it is seen: it was compared by its sound alone" in told
    verified = verify(Takedowns(catalog.folder).receipt(receipt["id"]), {}.__getitem__)
    clips = looked["compared"]
    assert f"compared by sound alone with {clips} clips of other sources: the same" in str(verified)


def test_what_has_a_part_of_it_waits_for_a_person(catalog: Catalog, tmp_path: Path) -> None:
    sound = Tune(seed=1, goes_on=12)
    named = write_sound(tmp_path / "medley.m4a", Fraction(2 * SECONDS), sound)
    receipt = take_down(catalog, demanded(file=named), "a letter")
    assert list(receipt["near"]) == [source_named(catalog, "b")]
    assert receipt["look_up"]["same"] == {} and receipt["removed"] == {}
    assert [row["source_id"] for row in waiting(catalog)] == list(receipt["near"])


def test_another_sound_takes_nothing_out(catalog: Catalog, tmp_path: Path) -> None:
    named = write_sound(tmp_path / "other.m4a", Fraction(SECONDS), Tune(seed=7))
    receipt = take_down(catalog, demanded(file=named), "a letter")
    assert (receipt["look_up"]["same"], receipt["near"], receipt["removed"]) == ({}, {}, {})
    assert receipt["look_up"]["compared"] == len(catalog.rows("clips"))


def test_a_film_with_that_sound_is_not_let_in(catalog: Catalog, tmp_path: Path, run: Any) -> None:
    named = write_sound(tmp_path / "song.m4a", Fraction(SECONDS), Tune(seed=9))
    take_down(catalog, demanded(file=named), "a letter")
    film_of_it = tmp_path / "film.mp4"
    write(film_of_it, film(5, 25 * SECONDS), video=Video(gop=25), sound=Tune(seed=9))
    assert run(catalog, film_of_it).refused == 1


def test_silence_is_nothing_to_compare_by(catalog: Catalog, tmp_path: Path) -> None:
    named = write_sound(tmp_path / "silence.m4a", Fraction(SECONDS), Sound(level=0))
    receipt = take_down(catalog, demanded(file=named), "a letter")
    assert "nothing that can be told" in receipt["look_up"]["not_looked_for"]["file"]
    assert receipts.problems(receipt)
    [takedown] = Takedowns(catalog.folder).all()
    assert takedown.looks == {}


def test_what_cannot_be_listened_to_is_told(catalog: Catalog, tmp_path: Path) -> None:
    named = tmp_path / "damaged.wav"
    named.write_bytes(b"RIFF\0\0\0\0WAVEfmt ")
    receipt = take_down(catalog, demanded(file=named), "a letter")
    assert receipt["look_up"]["not_looked_for"]["file"] and receipts.problems(receipt)
