"""What files say, as text: what the software writes, and whatever else lies beside it."""

from __future__ import annotations

import base64
import binascii
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

_MEDIA = frozenset(".mp4 .mov .mkv .webm .avi .ts .jpg .jpeg .png .sealed".split())
"""Endings of pictures and sound, and of what is sealed: clips, thumbnails, and their ids."""
_CHUNK = 1 << 22
_PAYLOAD = re.compile(r'"payload":\s*"([A-Za-z0-9+/=]+)"')


def is_media(name: str) -> bool:
    """Whether a file or member of this name has pictures or sound, which are not read."""
    return Path(name).suffix.lower() in _MEDIA


def is_scan(path: Path) -> bool:
    """Whether a file is a PDF, a picture or else no text, whatever it is called.

    A name in it is not found, though its bytes are searched. Raises `OSError`.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    return head.startswith(b"%PDF") or b"\0" in head


def texts(path: Path, overlap: int) -> Iterator[str]:
    """What a file says, in pieces of which each repeats the last `overlap` characters.

    Members of a tar, text in Parquet and payloads of signed envelopes are unpacked. Bytes that are
    no UTF-8 are passed over. Raises `OSError`, and `ValueError` for a tar or table that is damaged.
    """
    if path.suffix == ".parquet":
        yield from _of_table(path)
    elif path.suffix == ".tar":
        try:
            with tarfile.open(path) as tar:
                for member in tar:
                    yield member.name
                    content = None if is_media(member.name) else tar.extractfile(member)
                    if content is not None:
                        yield from _pieces(content, overlap)
        except tarfile.TarError as error:
            raise ValueError(f"it is no tar: {error}") from error
    else:
        with path.open("rb") as file:
            yield from _pieces(file, overlap)


def _pieces(file: IO[bytes], overlap: int) -> Iterator[str]:
    tail = b""
    while chunk := file.read(_CHUNK):
        text = (tail + chunk).decode("utf-8", "ignore")
        yield text
        yield from _payloads(text)
        tail = (tail + chunk)[-4 * overlap :]


def _payloads(text: str) -> Iterator[str]:
    """What envelopes (DSSE) have signed: it lies there in Base64."""
    for found in _PAYLOAD.finditer(text):
        try:
            yield base64.b64decode(found[1], validate=True).decode("utf-8", "ignore")
        except binascii.Error:
            continue  # something else that is called payload


def _of_table(path: Path) -> Iterator[str]:
    """The cells with text. Raises `ValueError` for what is no Parquet."""
    with pq.ParquetFile(path) as table:
        named = [field.name for field in table.schema_arrow if pa.types.is_string(field.type)]
        for batch in table.iter_batches(columns=named):
            for column in batch.columns:
                yield from (text for text in column.to_pylist() if text)
