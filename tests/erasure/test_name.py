"""How a name may be written, and what is another name."""

from __future__ import annotations

import html
import io
import json
import tarfile
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clearreel.erasure.name import Name
from clearreel.erasure.texts import texts

NAME = "Zoë d'Acosta"


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        "ZOË D'ACOSTA",
        unicodedata.normalize("NFD", NAME),
        json.dumps({"asked": f"yes\n{NAME}\tcalled"}),
        json.dumps({"asked": "Zoë\nd'Acosta"}, ensure_ascii=False),
        html.escape(f"<b>{NAME}</b>"),
        f"https://example.org/a{quote(' ' + NAME)}/b",
        "/films/Zoë_d'Acosta_01.mp4",
        f"({NAME}).",
    ],
)
def test_a_name_is_found(text: str) -> None:
    assert Name(NAME).is_in(text) and Name(" Zoë   d'Acosta\n").is_in(text)


@pytest.mark.parametrize("text", ["", "Zoë", "d'Acosta Zoë", "Zoë d'Acostana", "AZoë d'Acosta"])
def test_another_name_is_not(text: str) -> None:
    assert not Name(NAME).is_in(text)


@pytest.mark.parametrize("text", ["", " ", "--"])
def test_no_name(text: str) -> None:
    with pytest.raises(ValueError, match="is no name"):
        Name(text)


def test_what_is_packed_is_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name, content in (("a.json", json.dumps([NAME])), ("b.jpg", "a picture")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content.encode()))
    pq.write_table(pa.table({"n": [1], "holder": [NAME]}), tmp_path / "a.parquet")
    (tmp_path / "long.txt").write_text("x" * ((1 << 22) - 5) + f" {NAME} ")
    for file in ("a.tar", "a.parquet", "long.txt"):
        assert any(map(Name(NAME).is_in, texts(tmp_path / file, Name(NAME).longest))), file
    assert not any("a picture" in text for text in texts(tmp_path / "a.tar", 10))


@pytest.mark.parametrize("name", ["a.tar", "a.parquet"])
def test_what_is_damaged_is_no_answer(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"neither" * 300)
    with pytest.raises(ValueError, match=r"no tar|Parquet"):
        list(texts(tmp_path / name, 10))
