from __future__ import annotations

from pathlib import Path

import pytest

from clearreel.core.errors import UsageError
from clearreel.rights.policy import ACTIVITIES, default_policy, read_policy


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
    if "consent is missing" not in words:
        assert f"policy.toml, line {line}: " in caught.value.message


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the policy .* cannot be read"):
        read_policy(tmp_path / "none.toml")
