"""Who wrote captions, what that makes a parent of a clip, and that one more never widens."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.errors import UsageError
from clearreel.rights.origins import (
    CaptionStatement,
    Data,
    Origin,
    claimed,
    objections,
    origin_from_json,
    origins_of,
)
from clearreel.rights.parent import tree
from clearreel.rights.policy import default_policy, read_policy
from clearreel.rights.rights_file import read_rights
from clearreel.rights.scope import EVERYTHING
from clearreel.rights.uses import USES

POLICY = default_policy()
STRICT = replace(POLICY, takes_unsaid=False)
COMMERCIAL, RESEARCH = USES["commercial-training"], USES["research-training"]
PATHS = ("/x/a.srt", "/x/a.mp4")
PEOPLE = '[[captions]]\nfiles = ["a.*"]\nby_people = true\n'


def model(files="a.srt", name="captioner", license="MIT", on=""):
    return (
        f'[[captions]]\nfiles = ["{files}"]\nwritten_by = "{name}"\n'
        f'license = "{license}"\ntrained_on = [{on}]\n'
    )


def read(folder, text):
    (folder / "rights.toml").write_text(text)
    return read_rights(folder / "rights.toml").statements.captions


def origins(folder, text, claims=()):
    paths = (str(folder.resolve() / "a.srt"), str(folder.resolve() / "a.mp4"))
    return origins_of(paths, claims, read(folder, text))


def refusal(found, use=COMMERCIAL, policy=POLICY):
    return "; ".join(objections(found, use, policy))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", ""),
        (PEOPLE, ""),
        (model(), ""),
        (model(on='"COCO", { name = "CC12M", license = "CC-BY-4.0" }'), ""),
        (model(license="apache-2.0"), ""),
        (model(license="CC-BY-NC-4.0"), "captioner: CC-BY-NC-4.0 does not permit commercial"),
        (model(license="GPL-3.0-only"), "captioner: GPL-3.0-only is not a licence"),
        (model(license="LicenseRef-Terms"), "captioner: "),
        (model(name="Panda-70M student"), "keeps panda-70m to research"),
        (model(on='"COCO", "a part of HD-VG-130M"'), "keeps hd-vg-130m to research"),
        (model(on='"Pexels videos"'), "excludes pexels"),
        (model(on='{ name = "X", license = "CC-BY-NC-4.0" }'), "X: CC-BY-NC-4.0 does not"),
        (model().replace("trained_on", "#"), "nobody says what captioner was made from"),
        (model().replace("license", "#"), "the licence of captioner is not known"),
        (model() + model("*.s*", "other", "CC-BY-NC-4.0"), "other: CC-BY-NC-4.0 does not"),
        (model(license="CC-BY-NC-4.0") + PEOPLE, "captioner: CC-BY-NC-4.0 does not"),
        (PEOPLE + 'license = "CC-BY-NC-4.0"\n', "the text of a.srt: CC-BY-NC-4.0 does not"),
        (model("a.mp4", license="CC-BY-NC-4.0"), "captioner: CC-BY-NC-4.0 does not"),
        (model("b.*", license="CC-BY-NC-4.0"), ""),
    ],
)
def test_what_is_said_is_held_against_the_use(tmp_path, said, reason):
    found = refusal(origins(tmp_path, said))
    assert reason in found and bool(found) == bool(reason)


def test_a_model_for_research_may_serve_research(tmp_path):
    for said in (model(license="CC-BY-NC-4.0"), model(on='"Panda-70M"')):
        assert not refusal(origins(tmp_path, said), RESEARCH)


def test_what_nobody_says_is_as_the_policy_says(tmp_path):
    [nobody] = origins(tmp_path, "")
    assert not refusal([nobody])
    assert "a.srt: nobody says what the text of a.srt was made from" in refusal(
        [nobody], policy=STRICT
    )
    assert nobody.id == Origin("other.txt", "nobody says").id
    assert not refusal(origins(tmp_path, PEOPLE), policy=STRICT)


def test_the_policy_of_an_earlier_version_takes_them(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(POLICY.text.replace('unsaid = "take"', ""))
    assert read_policy(path).takes_unsaid
    path.write_text(POLICY.text.replace('unsaid = "take"', 'unsaid = "leave-out"'))
    assert not read_policy(path).takes_unsaid
    path.write_text(POLICY.text.replace('unsaid = "take"', "unsaid = false"))
    with pytest.raises(UsageError, match="unsaid of parents is False") as caught:
        read_policy(path)
    assert caught.value.hint == "allowed are take, leave-out"


def test_a_sidecar_names_a_model_that_the_rights_file_knows(tmp_path):
    bare = claimed("a.srt", "Captioner", "", ())
    assert refusal(origins(tmp_path, "", [bare]))
    assert not refusal(origins(tmp_path, model(), [bare]))
    assert refusal(origins(tmp_path, model(name="other"), [bare]))
    assert refusal(origins(tmp_path, PEOPLE, [bare]))
    worse = claimed("a.srt", "captioner", "CC-BY-NC-4.0", ("COCO",))
    assert "does not permit" in refusal(origins(tmp_path, model(), [worse]))
    assert not refusal([claimed("a.srt", "captioner", "mit", ("COCO",))])


def test_parents_are_the_model_and_its_training_data(tmp_path):
    [origin] = origins(tmp_path, model(on='"Panda-70M", { name = "X", license = "cc0-1.0" }'))
    names = [(parent.name, parent.license) for parent in tree(origin.parents(POLICY))]
    assert names == [("captioner", "MIT"), ("X", "CC0-1.0"), ("panda-70m", "owned")]


def test_evidence_is_hashed_and_all_of_it_written_down(tmp_path):
    (tmp_path / "card.txt").write_text("MIT")
    before = origins(tmp_path, model() + 'evidence = "card.txt"\n')
    [origin] = before
    assert origin_from_json(json.loads(json.dumps(origin.to_json()))) == origin
    told = f"[evidence {hashlib.sha256(b'MIT').hexdigest()[:16]}]"
    assert str(origin) == f"a.srt: written by captioner, MIT, says rights.toml {told}"
    (tmp_path / "card.txt").write_text("GPL")
    assert origins(tmp_path, model() + 'evidence = "card.txt"\n')[0].id != origin.id


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[captions]]\nwritten_by = "x"\n', 1, "files of captions 1 is missing"),
        ('[[captions]]\nfiles = ["a"]\n', 1, "written_by of captions 1 is missing"),
        (PEOPLE + 'written_by = "x"\n', 4, "written_by of captions 1 stands beside by_people"),
        (PEOPLE.replace("true", '"yes"'), 3, "by_people of captions 1 is 'yes', not true or false"),
        (PEOPLE + "trained_on = []\n", 4, "trained_on of captions 1 is about a model"),
        (PEOPLE + 'licence = "MIT"\n', 4, "licence of captions 1 is not known"),
        (PEOPLE + 'license = "MIT AND"\n', 4, "license of captions 1 is wrong"),
        (PEOPLE + 'evidence = "gone.txt"\n', 4, "evidence of captions 1 is 'gone.txt'"),
        (PEOPLE + model().replace("[]", '"COCO"'), 8, "trained_on of captions 2 is 'COCO'"),
        (model(on="7"), 5, "trained_on of captions 1 holds 7, no name of data"),
        (model(on='{ license = "MIT" }'), 5, "holds {'license': 'MIT'}, no name of data"),
        (model(on='{ name = "x", licence = "MIT" }'), 5, "no name of data"),
        (model(on='{ name = "x", license = "MIT AND" }'), 5, "trained_on of captions 1 is wrong"),
        (model(files="a/../b"), 2, "has .. after its beginning"),
        ('[captions]\nfiles = ["a"]\n', 1, "captions is not a list of tables"),
    ],
)
def test_what_is_malformed_is_named_by_line_and_key(tmp_path, text, line, words):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert f"rights.toml, line {line}: " in caught.value.message
    assert words in caught.value.message and caught.value.hint


licences = st.sampled_from(["MIT", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-SA-4.0", "GPL-3.0-only", ""])
data = st.builds(Data, st.sampled_from(["COCO", "Panda-70M", "Pexels"]), licences)
written = st.builds(
    Origin,
    st.just("a.srt"),
    st.just("model"),
    st.sampled_from(["m", "n", "HD-VG-130M tagger"]),
    licences,
    st.none() | st.lists(data, max_size=2).map(tuple),
) | st.builds(Origin, st.just("a.srt"), st.just("people"), license=licences)


@given(st.lists(written, max_size=3), written, st.booleans(), st.booleans())
def test_one_more_statement_never_widens(stated, one, research, strict):
    use, policy = RESEARCH if research else COMMERCIAL, STRICT if strict else POLICY
    statements = [CaptionStatement(EVERYTHING, origin) for origin in stated]
    before = origins_of(PATHS, (), statements)
    after = origins_of(PATHS, (), [*statements, CaptionStatement(EVERYTHING, one)])
    said_before = bool(stated) or policy.takes_unsaid
    if said_before and objections(before, use, policy):
        assert objections(after, use, policy)
    if objections([one], use, policy):
        assert objections(after, use, policy)


@given(written, data)
def test_more_training_data_never_widens(origin, more):
    if origin.writer == "model" and origin.trained_on is not None:
        wider = replace(origin, trained_on=(*origin.trained_on, more))
        if objections([origin], COMMERCIAL, POLICY):
            assert objections([wider], COMMERCIAL, POLICY)
