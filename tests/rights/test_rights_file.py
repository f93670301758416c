import hashlib
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearreel.core.errors import UsageError
from clearreel.rights.grants import grant_from_json
from clearreel.rights.parent import Parent
from clearreel.rights.rights_file import read_rights

WHOLE = """\
# who permits what
[[grant]]
files = ["bunny/**", "trailer.mp4"]
license = "cc-by-3.0"
holder = "Blender Foundation"
basis = "stated on the film's site"
attribution = "(c) 2008, Blender Foundation"
evidence = "about.txt"
verified_by = "Ada Lovelace"
verified_on = 2026-11-20
valid_from = 2026-01-01T00:00:00Z
valid_until = 2028-01-01
uses = ["research-training"]

[[grant]]
files = "own/"
license = "owned"
holder = "Ada Lovelace"
basis = "filmed by her"
evidence = "https://example.org/about"
"""

FIRST_KEYS = set(
    "id files license holder basis attribution uses evidence evidence_sha256 verified_by "
    "verified_on valid_from valid_until attested_by".split()
)


def read(folder, text):
    path = folder / "rights.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_rights(path).grants


def refused(folder, text):
    with pytest.raises(UsageError) as caught:
        read(folder, text)
    assert caught.value.hint
    return caught.value


def test_a_whole_file_is_read(tmp_path):
    (tmp_path / "about.txt").write_text("we permit")
    bunny, own = read(tmp_path, WHOLE)
    assert bunny.license == "CC-BY-3.0"
    assert bunny.scope.covers(str(tmp_path.resolve() / "bunny" / "x" / "a.mp4"))
    assert not bunny.scope.covers(str(tmp_path.resolve() / "own" / "a.mp4"))
    assert bunny.evidence == "about.txt"
    assert bunny.evidence_sha256 == hashlib.sha256(b"we permit").hexdigest()
    assert bunny.verified_on == date(2026, 11, 20)
    assert bunny.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert bunny.uses == ("research-training",)
    assert own.scope.covers(str(tmp_path.resolve() / "own" / "x" / "a.mp4"))
    assert own.uses is None and own.evidence_sha256 == "" and not own.attested_by


RARE = """\
intervals = [[0, 12.5], [60, 90.000001]]
layers = ["likeness", "audio"]
territory = ["FR", "DE"]
permission = ["reproduce", "derive", "cc:CommercialUse"]
prohibition = ["distribute"]
duty = "attribute"
evidence_on = 2026-11-01
uses = ["redistribution"]
made_from = [
    "HD-VG-130M",
    { name = " R ", license = "cc-by-4.0", made_from = ["A", { name = "B", license = "owned" }] },
]
"""


def test_rare_keys_are_read(tmp_path):
    (grant,) = read(tmp_path, "[[grant]]\n" + GOOD + RARE)
    assert grant.intervals == ((0, Fraction(25, 2)), (60, 90 + Fraction(1, 10**6)))
    assert grant.layers == ("audio", "likeness")
    assert grant.territory == ("DE", "FR")
    assert grant.permission == ("cc:CommercialUse", "derive", "reproduce")
    assert (grant.prohibition, grant.duty) == (("distribute",), ("attribute",))
    assert grant.evidence_on == date(2026, 11, 1)
    assert grant.uses == ("redistribution",)
    inner = (Parent("A", ""), Parent("B", "owned"))
    assert grant.made_from == (Parent("HD-VG-130M", ""), Parent("R", "CC-BY-4.0", inner))
    assert grant_from_json(grant.to_json(), grant.scope.folder) == grant


def test_a_file_without_rare_keys_reads_as_it_did(tmp_path):
    (tmp_path / "about.txt").write_text("we permit")
    for grant in read(tmp_path, WHOLE):
        assert set(grant.to_json()) == FIRST_KEYS
        assert grant_from_json(grant.to_json(), grant.scope.folder) == grant
    assert read(tmp_path, WHOLE)[1].id == "c734bb0107d9efb4548b81ec60d870db"


def test_other_evidence_makes_another_grant(tmp_path):
    (tmp_path / "about.txt").write_text("we permit")
    before = read(tmp_path, WHOLE)[0].id
    (tmp_path / "about.txt").write_text("we do not permit")
    assert read(tmp_path, WHOLE)[0].id != before


def test_bom_and_crlf_change_nothing(tmp_path):
    (tmp_path / "about.txt").write_text("we permit")
    plain = read(tmp_path, WHOLE)
    assert read(tmp_path, b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()) == plain


def test_no_grant_is_no_mistake(tmp_path):
    assert read(tmp_path, "# nothing yet\n") == ()


GOOD = 'files = ["**"]\nlicense = "CC0-1.0"\nholder = "Ada"\nbasis = "a letter"\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[grant]]\nfiles = [\n", 2, "unclosed|Invalid|end of document"),
        ("[[grant]]\n" + GOOD + 'holder = "Bob"\n', 6, "holder"),
        ("[[grant]]\n" + GOOD + 'licence = "x"\n', 6, "licence of grant 1 is not known"),
        ("[[grant]]\n" + GOOD + "\n\n[[grant]]\n" + GOOD + "note = 1\n", 13, "note of grant 2"),
        ("[[grant]]\n" + GOOD.replace("holder", "# holder"), 1, "holder of grant 1 is missing"),
        ("[[grant]]\n" + GOOD.replace('"Ada"', "7"), 4, "holder of grant 1 is 7, not a text"),
        ("[[grant]]\n" + GOOD.replace('"Ada"', '" "'), 4, "holder of grant 1 is ' ', not a text"),
        ("[[grant]]\n" + GOOD.replace('["**"]', "[]"), 2, "files of grant 1 is empty"),
        ("[[grant]]\n" + GOOD.replace('["**"]', "[1]"), 2, "not a list of texts"),
        ("[[grant]]\n" + GOOD.replace('"**"', '"a/../b"'), 2, "has .. after its beginning"),
        ("[[grant]]\n" + GOOD.replace("CC0-1.0", "CC0-1.0 AND"), 3, "not an SPDX licence"),
        ("[[grant]]\n" + GOOD + 'uses = ["training"]\n', 6, "'training' is not a use"),
        ("[[grant]]\n" + GOOD + "valid_until = 2026-01-01T00:00:00\n", 6, "with its offset"),
        ("[[grant]]\n" + GOOD + 'verified_on = "today"\n', 6, "not a date"),
        ("[[grant]]\n" + GOOD + 'evidence = "gone.pdf"\n', 6, "cannot be read: No such file"),
        (
            "[[grant]]\n" + GOOD + "valid_from = 2026-01-01\nvalid_until = 2026-01-01\n",
            7,
            "leaves no time",
        ),
        ("[[grant]]\n" + GOOD + "layers = []\n", 6, "layers of grant 1 is empty"),
        ("[[grant]]\n" + GOOD + 'layers = ["face"]\n', 6, "'face' is not a layer"),
        ("[[grant]]\n" + GOOD + "intervals = []\n", 6, "no list of stretches"),
        ("[[grant]]\n" + GOOD + "intervals = [[1]]\n", 6, "holds [1], not [start, end]"),
        ("[[grant]]\n" + GOOD + "intervals = [[2, 1.5]]\n", 6, "[2, 1.5], which is empty"),
        ("[[grant]]\n" + GOOD + "intervals = [[0, inf]]\n", 6, "not [start, end]"),
        ("[[grant]]\n" + GOOD + "intervals = [[0, nan]]\n", 6, "not [start, end]"),
        ("[[grant]]\n" + GOOD + "intervals = [[0, 1e999999999]]\n", 6, "not [start, end]"),
        ("[[grant]]\n" + GOOD + "intervals = [[1e-999999999, 1]]\n", 6, "not [start, end]"),
        ("[[grant]]\n" + GOOD + "intervals = [[true, 2]]\n", 6, "not [start, end]"),
        ("[[grant]]\n" + GOOD + 'territory = ["Germany"]\n', 6, "'Germany', no country"),
        ("[[grant]]\n" + GOOD + 'permission = ["play"]\n', 6, "'play', which is not understood"),
        ("[[grant]]\n" + GOOD + 'prohibition = "derive!"\n', 6, "'derive!', which is not"),
        ("[[grant]]\n" + GOOD + 'duty = ["compensate"]\n', 6, "'compensate', which is not"),
        ("[[grant]]\n" + GOOD + 'evidence_on = "May"\n', 6, "not a date"),
        ("[[grant]]\n" + GOOD + 'made_from = "COCO"\n', 6, "made_from of grant 1 is 'COCO', not a"),
        ("[[grant]]\n" + GOOD + "made_from = [7]\n", 6, "holds 7, no name of data"),
        ("[[grant]]\n" + GOOD + 'made_from = [" "]\n', 6, "holds ' ', no name of data"),
        ("[[grant]]\n" + GOOD + 'made_from = [{ license = "MIT" }]\n', 6, "no name of data"),
        (
            "[[grant]]\n" + GOOD + 'made_from = [{ name = "A", licence = "MIT" }]\n',
            6,
            "holds {'name': 'A', 'licence': 'MIT'}, no name",
        ),
        (
            "[[grant]]\n" + GOOD + 'made_from = [{ name = "A", license = "MIT AND" }]\n',
            6,
            "made_from of grant 1 is wrong: ",
        ),
        (
            "[[grant]]\n" + GOOD + 'made_from = [\n  { name = "A", made_from = ["B", 7] },\n]\n',
            6,
            "made_from of grant 1 holds 7, no name",
        ),
        (
            "[[grant]]\n" + GOOD + 'made_from = [{ name = "A", made_from = "B" }]\n',
            6,
            "made_from of grant 1 is 'B', not a list",
        ),
        ("\n[grant]\n" + GOOD, 2, "is not a list of tables"),
        ('title = "x"\n', 1, "title is not known here"),
        (
            '[[grant]]\nbasis = """\n[[grant]]\nnote = 1\n"""\nnote = 1\n',
            6,
            "note of grant 1 is not known",
        ),
        ("[[grant]]\n# \xff\n".encode("latin-1"), 2, "not UTF-8"),
    ],
)
def test_what_is_malformed_is_named_by_line_and_key(tmp_path, text, line, words):
    error = refused(tmp_path, text)
    assert f"rights.toml, line {line}: " in error.message
    assert any(word in error.message for word in words.split("|")), error.message


def test_the_nearest_key_is_offered(tmp_path):
    assert refused(tmp_path, "[[grant]]\n" + GOOD + "licence = 1\n").hint == "did you mean license?"


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_rights(tmp_path / "none.toml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path, data):
    (tmp_path / "about.txt").write_text("we permit")
    raw = bytearray(WHOLE.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(tmp_path, bytes(raw))
    except UsageError as error:
        assert "rights.toml, line " in error.message


@pytest.mark.parametrize("how", ["empty", "itself", "linked", "copied"])
@pytest.mark.parametrize("table", ["grant", "captions", "consents"])
def test_evidence_that_is_none(tmp_path, table, how):
    name = "rights.toml" if how == "itself" else "proof.pdf"
    text = {
        "grant": "[[grant]]\n" + GOOD,
        "captions": '[[captions]]\nfiles = ["**"]\nby_people = true\n',
        "consents": '[[consents]]\nperson = "Ada"\nfiles = ["**"]\nvalid_from = 2026-01-01\n'
        'activities = ["evaluation"]\npurposes = ["commercial"]\n',
    }[table]
    text += f'evidence = "{name}"\n'
    proof = tmp_path / "proof.pdf"
    if how == "linked":
        proof.symlink_to("rights.toml")
    else:
        proof.write_text(text if how == "copied" else "")
    error = refused(tmp_path, text)
    line = text.count("\n")
    assert f"rights.toml, line {line}: evidence of {table} 1 is {name!r}" in error.message
    assert ("which is empty" if how == "empty" else "the rights file itself") in error.message
