"""What other detectors said is kept for the same question, and for no other."""

from __future__ import annotations

from pathlib import Path

from bench.answers import Answers
from bench.contestants import CONTESTANTS

from clearreel.core.shots import Transition

FOUND = (Transition("cut", 12, 0), Transition("dissolve", 40, 9))
DETECTOR = CONTESTANTS["transnetv2"]


def test_an_answer_is_kept_for_its_file_and_its_detector(tmp_path: Path) -> None:
    file, other = tmp_path / "film.mp4", tmp_path / "other.mp4"
    file.write_bytes(b"film")
    other.write_bytes(b"another")
    answers = Answers(tmp_path / "answers")
    assert answers.get(DETECTOR, file) is None
    answers.keep(DETECTOR, file, FOUND)
    again = Answers(tmp_path / "answers")
    assert again.get(DETECTOR, file) == FOUND
    assert again.get(DETECTOR, other) is None
    assert again.get(CONTESTANTS["pyscenedetect-adaptive"], file) is None


def test_other_footage_under_the_same_name_is_another_question(tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    answers = Answers(tmp_path / "answers")
    answers.keep(DETECTOR, file, ())
    file.write_bytes(b"cut anew")
    assert answers.get(DETECTOR, file) is None
