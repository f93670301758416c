import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.rights.scope import EVERYTHING, Scope, check_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("a.mp4", "/set/a.mp4", True),
        ("./a.mp4", "/set/a.mp4", True),
        ("a.mp4", "/set/sub/a.mp4", False),
        ("A.mp4", "/set/a.mp4", False),
        ("*.mp4", "/set/a.mp4", True),
        ("*.mp4", "/set/sub/a.mp4", False),
        ("*", "/set/sub/a.mp4", False),
        ("sub", "/set/sub/a.mp4", False),
        ("sub/", "/set/sub/deep/a.mp4", True),
        ("sub/**", "/set/sub/deep/a.mp4", True),
        ("sub/**", "/set/subway/a.mp4", False),
        ("**", "/set/sub/deep/a.mp4", True),
        ("**", "/other/a.mp4", False),
        ("**", "/settled/a.mp4", False),
        ("**/night/*.mp4", "/set/night/a.mp4", True),
        ("**/night/*.mp4", "/set/x/y/night/a.mp4", True),
        ("**/night/*.mp4", "/set/midnight/a.mp4", False),
        ("a?.mp4", "/set/ab.mp4", True),
        ("a?b.mp4", "/set/a/b.mp4", False),
        ("[a-c]1.mp4", "/set/b1.mp4", True),
        ("[!a-c]1.mp4", "/set/b1.mp4", False),
        ("a[!x]b", "/set/a/b", False),
        ("[z-a].mp4", "/set/b.mp4", False),
        ("[.mp4", "/set/[.mp4", True),
        ("../other/*.mp4", "/other/a.mp4", True),
        ("../*.mp4", "/a.mp4", True),
        ("/media/**", "/media/x/a.mp4", True),
        ("/media/**", "/set/media/x/a.mp4", False),
        ("**", "/set/../other/a.mp4", False),
        ("a+b(1).mp4", "/set/a+b(1).mp4", True),
        ("*.mp4", "/set/line\nbreak.mp4", True),
    ],
)
def test_what_a_pattern_covers(pattern, path, covered):
    assert Scope("/set", (pattern,)).covers(path) is covered


def test_a_folder_with_wildcards_in_its_name_is_itself():
    assert Scope("/s[e]t", ("*",)).covers("/s[e]t/a")
    assert not Scope("/s[e]t", ("*",)).covers("/set/a")


@pytest.mark.parametrize("pattern", ["", " ", "/", ".", "..", "../..", "a/../b"])
def test_patterns_that_mean_nothing_are_told(pattern):
    assert check_pattern(pattern)


SEGMENTS = st.text(alphabet="ab*?[]!-.(+\\^", min_size=1, max_size=6)


@given(st.lists(SEGMENTS | st.just("**"), min_size=1, max_size=4).map("/".join))
def test_any_pattern_compiles_and_stays_below_its_folder(pattern):
    scope = Scope("/set", (pattern,))
    scope.covers("/set/a/b")
    if not pattern.startswith(".."):
        assert not scope.covers("/sets/a") and not scope.covers("/a/b")
    assert EVERYTHING.covers("/" + pattern) == ("/../" not in "/" + pattern)
