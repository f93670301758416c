from __future__ import annotations

from pathlib import Path

import pytest

from clearreel.core.errors import UsageError
from clearreel.rights.policy import ACTIVITIES, Policy, default_policy, read_policy

ADA, BOB = "a5" * 32, "b0" * 32


def test_the_shipped_policy_asks_for_pictures_and_sound_and_no_consent() -> None:
    policy = default_policy()
    assert policy.layers_for(ACTIVITIES) == ("footage", "audio")
    assert not policy.consent
    assert policy.signals == ("robots.txt",)
    assert set(policy.approvals["research"]) <= set(policy.approvals["commercial"])
    assert {"hd-vg-130m", "panda-70m"} <= policy.research_only


def test_a_share_alike_licence_is_compatible_with_itself_and_with_what_is_listed() -> None:
    policy = default_policy()
    assert policy.compatible("CC-BY-SA-1.0") == {"CC-BY-SA-1.0"}
    assert policy.compatible("CC-BY-SA-3.0") == {"CC-BY-SA-3.0", "CC-BY-SA-4.0"}
    assert "CC-BY-4.0" not in policy.compatible("CC-BY-SA-4.0")


def test_an_operator_turns_a_layer_on(tmp_path: Path) -> None:
    text = default_policy().text.replace(
        'genai-training = ["footage", "audio"]', 'genai-training = ["audio", "likeness", "footage"]'
    )
    (tmp_path / "policy.toml").write_text(text)
    policy = read_policy(tmp_path / "policy.toml")
    assert policy.layers_for(["genai-training"]) == ("footage", "audio", "likeness")
    assert policy.layers_for(["evaluation"]) == ("footage", "audio")
    assert policy.sha256 != default_policy().sha256


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("[consent]\nactivities = []", "", "[layers]", "consent is missing"),
        ("required =", "wanted =", "[signals]", "required of signals is missing"),
        ("research =", "sport = []\nresearch =", "sport =", "sport of approvals is not known"),
        ("[signals]", "[noise]\n[signals]", "[noise]", "noise is not known"),
        ('evaluation = ["footage"', 'evaluation = ["face"', "evaluation", "'face' is not a layer"),
        ('evaluation = ["footage", "audio"]', "evaluation = []", "evaluation", "is empty"),
        ("activities = []", 'activities = ["sale"]', "activities", "'sale', no activity"),
        ("activities = []", "activities = 1", "activities", "is 1, not a list of texts"),
        ('"LAL-1.3" = ["', '"LAL-1.3" = ["AND ', '"LAL-1.3"', "not an SPDX licence"),
        ("[layers]", "[layers", "[layers", "Expected ']'"),
        ("commercial = []", 'commercial = ["Legal team"]', "commercial", "'Legal team' is no role"),
        ("commercial = []", 'commercial = "legal"', "commercial", "'legal', not a list of texts"),
        ("[approvers]", '[approvers]\n"ada.key" = ["rights"]', '"ada.key"', "is no key's id"),
        ("[approvers]", f'[approvers]\n"{ADA[:16]}" = ["rights"]', '"a5', "is no key's id"),
        ("[approvers]", f'[approvers]\n"{ADA.upper()}" = ["rights"]', '"A5', "is no key's id"),
        ("[approvers]", f'[approvers]\n"{ADA}" = "rights"', '"a5', "not a list of texts"),
        ("[approvers]", f'[approvers]\n"{ADA}" = ["*"]', '"a5', "'*' is no role"),
        ("[approvers]", f'[approvers]\n{ADA} = []\n"{ADA}" = []', '"a5', "Cannot overwrite"),
        ("[approvers]", "[[approvers]]", "[layers]", "approvers is missing"),
    ],
)
def test_what_is_malformed_is_named_by_line_and_key(
    tmp_path: Path, old: str, new: str, at: str, words: str
) -> None:
    text = default_policy().text
    assert old in text
    text = text.replace(old, new)
    (tmp_path / "policy.toml").write_text(text)
    lines = text.splitlines()
    line = next(n for n, found in enumerate(lines, 1) if found.startswith(at))
    with pytest.raises(UsageError) as caught:
        read_policy(tmp_path / "policy.toml")
    assert words in caught.value.message
    if "is missing" not in words or "required" in words:
        assert f"policy.toml, line {line}: " in caught.value.message


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the policy .* cannot be read"):
        read_policy(tmp_path / "none.toml")


def policy_with(tmp_path: Path, approvers: str) -> Policy:
    text = default_policy().text.replace("commercial = []", 'commercial = ["rights", "legal"]')
    (tmp_path / "policy.toml").write_text(text.replace("[approvers]", approvers))
    return read_policy(tmp_path / "policy.toml")


def test_a_policy_names_the_roles_of_each_key(tmp_path: Path) -> None:
    said = f'[approvers]\n"{ADA}" = ["rights"]\n{BOB} = ["legal", "operator"]  # Bob'
    approvers = policy_with(tmp_path, said).approvers
    assert approvers.keys("rights") == (ADA,) and approvers.keys("operator") == (BOB,)
    for key, role in ((ADA, "rights"), (BOB, "legal"), (BOB, "operator"), ("c" * 64, "other")):
        assert not approvers.objection(key, role)
    assert "may play 'rights' by the policy, and not 'legal'" in approvers.objection(ADA, "legal")
    assert "may play 'rights' by the policy, and not 'other'" in approvers.objection(ADA, "other")
    assert "is none that the policy names" in approvers.objection("c" * 64, "legal")
    assert approvers.line(ADA, "legal") == f'"{ADA}" = ["rights", "legal"]'
    assert approvers.line(ADA, "rights") == f'"{ADA}" = ["rights"]'


def test_a_policy_of_an_earlier_version_names_no_key(tmp_path: Path) -> None:
    policy = policy_with(tmp_path, "")
    assert policy.approvals["commercial"] == ("rights", "legal")
    assert "names no key for it" in policy.approvers.objection(ADA, "legal")
    assert not policy.approvers.objection(ADA, "operator")
