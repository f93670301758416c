from typing import Any

import pytest

from clearreel.exports.card import card

cards = pytest.importorskip("huggingface_hub", reason="the reader itself is what is asked")

ABOUT = {
    "name": "my: 'films' #1",
    "clips": {"train": 1500, "validation": 0},
    "sources": 3,
    "use": "research-training",
    "recipe": "default",
    "made_by": "clearreel",
}


def front_matter(licenses: set[str], clips: int = 1500) -> dict[str, Any]:
    text = card(ABOUT, licenses, {"train": ["data/*.parquet"]}, clips)
    found: dict[str, Any] = cards.DatasetCard(text).data.to_dict()
    return found


def test_the_hub_reads_it() -> None:
    found = front_matter({"CC-BY-4.0", "CC0-1.0"})
    assert found["license"] == ["cc-by-4.0", "cc0-1.0"]
    files = [{"split": "train", "path": ["data/*.parquet"]}]
    assert found["configs"] == [{"config_name": "default", "data_files": files}]


@pytest.mark.parametrize("name", ["owned", "LicenseRef-ours", "CC-BY-4.0 AND CC0-1.0"])
def test_a_licence_that_the_hub_has_no_name_for_is_other(name: str) -> None:
    assert front_matter({name, "CC-BY-4.0"})["license"] == ["cc-by-4.0", "other"]
    assert name in card(ABOUT, {name}, {}, 1)


@pytest.mark.parametrize(
    ("clips", "size"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (999_999, "100K<n<1M"), (1_000_000, "1M<n<10M")],
)
def test_its_size_is_told(clips: int, size: str) -> None:
    assert front_matter({"CC0-1.0"}, clips)["size_categories"] == [size]
