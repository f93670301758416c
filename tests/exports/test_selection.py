from pathlib import Path

import pytest

from clearreel.core.errors import DatasetError, UsageError
from clearreel.exports.selection import declared_use
from clearreel.stores.catalog import Catalog

COMMERCIAL, RESEARCH, EVALUATION = "commercial-training", "research-training", "evaluation"


@pytest.mark.parametrize(
    ("own", "asked", "declared"),
    [
        (COMMERCIAL, None, COMMERCIAL),
        (COMMERCIAL, COMMERCIAL, COMMERCIAL),
        (COMMERCIAL, RESEARCH, RESEARCH),
        (RESEARCH, RESEARCH, RESEARCH),
        (EVALUATION, None, EVALUATION),
    ],
)
def test_the_own_use_or_a_narrower_one_is_declared(
    tmp_path: Path, own: str, asked: str | None, declared: str
) -> None:
    assert declared_use(Catalog.create(tmp_path / "set", own), asked) == declared


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        (RESEARCH, COMMERCIAL),
        (RESEARCH, EVALUATION),
        (EVALUATION, COMMERCIAL),
        (EVALUATION, RESEARCH),
        (COMMERCIAL, EVALUATION),
    ],
)
def test_any_other_use_is_refused(tmp_path: Path, own: str, asked: str) -> None:
    catalog = Catalog.create(tmp_path / "set", own)
    with pytest.raises(DatasetError, match=f"cleared for {own}.* declared for {asked}; allowed"):
        declared_use(catalog, asked)


def test_a_use_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'research' is not a use"):
        declared_use(Catalog.create(tmp_path / "set", COMMERCIAL), "research")
