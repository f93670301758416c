from __future__ import annotations

import pickle
import re

import pytest

from clearreel.core import errors
from clearreel.core.errors import ClearreelError


def _all(kind: type[ClearreelError] = ClearreelError) -> list[type[ClearreelError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _all(child))]


KINDS = [kind for kind in _all() if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_a_process_border_whole(kind: type[ClearreelError]) -> None:
    again = pickle.loads(pickle.dumps(kind("what was received", hint="what to type")))
    assert type(again) is kind
    assert (again.message, again.hint) == ("what was received", "what to type")
    assert str(again) == "what was received"
    assert again.exit_code == kind.exit_code


def test_the_tree_at_the_top_of_the_file_is_complete() -> None:
    told = dict(re.findall(r"(\w+Error)\s+(\d)", errors.__doc__ or ""))
    assert told == {kind.__name__: str(kind.exit_code) for kind in KINDS}


def test_only_what_is_never_raised_itself_ends_with_1() -> None:
    assert [kind for kind in KINDS if kind.exit_code == 1] == [ClearreelError]


def test_every_error_is_described() -> None:
    assert all(kind.__doc__ for kind in KINDS)
