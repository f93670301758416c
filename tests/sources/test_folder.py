import os

import pytest

from clearreel.core.errors import UsageError
from clearreel.sources.folder import expand


@pytest.fixture
def footage(tmp_path):
    """A folder of two videos and what lies beside them."""
    for name in (
        "b.mp4",
        "a/clip.mov",
        "a/clip.txt",
        "a/clip.srt",
        "a/list.m3u8",
        "captions.csv",
        "cover.JPG",
        "README",
        ".hidden.mp4",
        ".trash/c.mp4",
        "__MACOSX/d.mp4",
        "clips.lance/data/e.mp4",
        "no-suffix",
        "a.json/f.mp4",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path.resolve()


def relatives(*inputs, **options):
    return [place.relative for place in expand([str(text) for text in inputs], **options).places]


ALL = ["a/clip.mov", "a/list.m3u8", "a.json/f.mp4", "b.mp4", "no-suffix"]


def test_a_folder_is_all_that_may_be_footage_below_it_in_order(footage):
    assert relatives(footage) == ALL


def test_a_place_says_what_the_file_system_says(footage):
    (place,) = expand([str(footage / "b.mp4")]).places
    status = (footage / "b.mp4").stat()
    assert (place.path, place.root, place.relative) == (footage / "b.mp4", footage, "b.mp4")
    assert (place.size, place.mtime_ns, place.inode) == (1, status.st_mtime_ns, status.st_ino)


def test_a_file_that_is_named_is_always_in(footage):
    named = [footage / "cover.JPG", footage / ".hidden.mp4", footage / "captions.csv"]
    assert relatives(*named) == ["cover.JPG", ".hidden.mp4", "captions.csv"]


def test_inputs_keep_their_order_and_each_path_is_in_once(footage, monkeypatch):
    monkeypatch.chdir(footage)
    assert relatives("b.mp4", ".", "./a/../b.mp4") == ["b.mp4", *(x for x in ALL if x != "b.mp4")]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.mp4", ["b.mp4"]),
        ("*", ALL),
        ("**", ALL),
        ("**/*.mo[v]", ["a/clip.mov"]),
        ("a/*", ["clip.mov", "list.m3u8"]),
        ("[a]", ["a/clip.mov", "a/list.m3u8"]),
    ],
)
def test_a_pattern_is_what_it_matches(footage, monkeypatch, pattern, found):
    monkeypatch.chdir(footage)
    assert sorted(relatives(pattern)) == sorted(found)
    assert sorted(relatives(footage / pattern)) == sorted(found)


def test_a_file_with_wildcards_in_its_name_is_itself(footage):
    (footage / "take[1].mp4").write_bytes(b"x")
    (footage / "take1.mp4").write_bytes(b"x")
    assert relatives(footage / "take[1].mp4") == ["take[1].mp4"]


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/a.mp4",
        "https://example.org/*.mp4",
        "rtsp://camera/1",
        "concat:a.ts|b.ts",
        "file:///a.mp4",
        "s3://bucket/key",
        "subfile,,start,0,end,9,,:a.mp4",
    ],
)
def test_protocols_are_refused(footage, monkeypatch, text):
    monkeypatch.chdir(footage)
    with pytest.raises(UsageError) as caught:
        expand([text])
    assert "protocol" in caught.value.message or "there is no file" in caught.value.message


def test_what_looks_like_a_protocol_but_is_there_is_a_file(footage, monkeypatch):
    monkeypatch.chdir(footage)
    (footage / "take:1.mp4").write_bytes(b"x")
    assert relatives("take:1.mp4") == ["take:1.mp4"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("none.mp4", "there is no file or folder 'none.mp4'"),
        ("", "there is no file or folder ''"),
        ("*.mkv", "no file matches"),
        ("*/../b.mp4", "after a wildcard"),
        ("broken", "cannot be looked at"),
        ("pipe", "neither a file nor a folder"),
    ],
)
def test_inputs_that_are_nothing_are_usage_errors(footage, monkeypatch, text, words):
    monkeypatch.chdir(footage)
    (footage / "broken").symlink_to("nowhere")
    os.mkfifo(footage / "pipe")
    with pytest.raises(UsageError, match=words) as caught:
        expand([text])
    assert caught.value.hint


def test_the_data_set_that_is_written_is_not_an_input(footage):
    assert "a/clip.mov" not in relatives(footage, exclude=[footage / "a"])
    assert "a/clip.mov" not in relatives(footage / "*", exclude=[footage / "a"])


def test_links_in_the_input_itself_are_resolved(footage, tmp_path_factory):
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(footage)
    assert expand([str(link)]) == expand([str(footage)])
    (place,) = expand([str(link / "b.mp4")]).places
    assert place.path == footage / "b.mp4"
