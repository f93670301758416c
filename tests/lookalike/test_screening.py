"""Lists of what must never be shipped."""

from __future__ import annotations

import base64
import hashlib

import numpy as np
import pytest

from clearreel.core.errors import UsageError
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.screening import read_screening

SHA256 = hashlib.sha256(b"a").hexdigest()
MD5 = hashlib.md5(b"a").hexdigest()
OTHER = hashlib.sha256(b"b").hexdigest()


@pytest.fixture
def listed(tmp_path):
    """Read a list of this text."""

    def listed(*texts):
        paths = []
        for number, text in enumerate(texts):
            path = tmp_path / f"list{number}.txt"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(path)
        return read_screening(paths)

    return listed


@pytest.mark.parametrize(
    "text",
    [
        SHA256,
        f"sha256 {SHA256}",
        f"SHA256\t{SHA256.upper()}  # case 7\r\n",
        f"\ufeff# a list\n\n{SHA256}\n",
        MD5,
        f"md5 {MD5.upper()}",
    ],
)
def test_the_hash_of_a_file_is_hit_however_it_is_written(listed, text):
    (hit,) = listed(text).check(sha256=SHA256.upper(), md5=MD5)
    assert hit.verdict == "same"
    assert hit.entry.kind in text.lower() or len(text.strip("\ufeff \r\n")) >= 32
    assert SHA256 not in hit.reason
    assert listed(text).check(sha256=OTHER, md5="0" * 32) == []


def test_a_hit_names_list_line_and_note(listed):
    (hit,) = listed(f"{OTHER}\n", f"# head\n\n{SHA256} # case #7\n").check(sha256=SHA256, md5=MD5)
    assert (hit.entry.list, hit.entry.line, hit.entry.note) == ("list1.txt", 3, "case #7")
    assert hit.reason == "set aside: its sha256 is on list1.txt, line 3"


def test_an_md5_that_was_not_computed_is_no_pass(listed):
    screening = listed(MD5)
    assert screening.wants_md5
    with pytest.raises(ValueError, match="MD5"):
        screening.check(sha256=OTHER)
    assert not listed(SHA256).wants_md5
    assert listed(SHA256).check(sha256=OTHER) == []


def test_what_looks_the_same_is_hit(listed, film, seen):
    written = base64.b64encode(Fingerprint(seen(film)).to_bytes()).decode()
    screening = listed(f"looks {written}  # case 9\n{OTHER}")
    assert len(screening) == 2
    copy = Fingerprint(seen([picture[3:-3, 5:-5] for picture in film[20:]]))
    (hit,) = screening.check(sha256=SHA256, fingerprints=[Fingerprint(), copy])
    assert (hit.verdict, hit.entry.note) == ("same", "case 9")
    still = Fingerprint(seen([film[60]] * 50))
    (hit,) = screening.check(sha256=SHA256, fingerprints=[still])
    assert hit.verdict == "near"
    assert "much like" in hit.reason
    assert (
        screening.check(sha256=SHA256, fingerprints=[Fingerprint(seen(np.roll(film, 40, 1)))]) == []
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SHA256[:-1], "63 characters is not a hash"),
        (f"md5 {SHA256}", "not a md5"),
        (f"sha1 {SHA256}", "is no entry"),
        (f"{SHA256} {OTHER}", "is no entry"),
        ("x" * 64, "not a hash"),
        (f"sha256 {SHA256} more", "is no entry"),
        ("looks AAAA", "it is no fingerprint"),
        ("looks *", "cannot be read"),
        (
            f"looks {base64.b64encode(Fingerprint().to_bytes()).decode()}",
            "nothing that can be told",
        ),
    ],
)
def test_an_error_names_the_line(listed, line, said):
    with pytest.raises(UsageError) as caught:
        listed(f"{OTHER}\n\n{line}\n")
    assert "list0.txt, line 3: " in caught.value.message
    assert said in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "# nothing\n\n", b"\xff\xfe\x00"])
def test_an_empty_or_unreadable_list_is_an_error(listed, text):
    with pytest.raises(UsageError):
        listed(OTHER, text)


def test_a_list_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_screening([tmp_path / "missing.txt"])
