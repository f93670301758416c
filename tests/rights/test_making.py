"""What a grant's footage was made from counts with the grant, whoever says it and however."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clearreel.rights.clips import decide_clip
from clearreel.rights.conflicts import overlaps
from clearreel.rights.decision import Decision, decide
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.parent import Parent
from clearreel.rights.policy import default_policy
from clearreel.rights.uses import Intent
from clearreel.rights.world import Discharge, Release, World

from .conftest import GRANT, NOW

RESEARCH = "HD-VG-130M"


def about(use: str = "commercial-training", **changes: object) -> Decision:
    return decide("/set/a.mp4", [replace(GRANT, **changes)], use, NOW)


def wrapped(*inside: Parent) -> tuple[Parent, ...]:
    return (Parent("Free Clips", "CC0-1.0", (Parent("Reel", "owned", inside),)),)


def test_footage_of_its_holder_is_as_before() -> None:
    decision = about()
    assert decision.permitted
    assert decision.reason == "CC0-1.0 permits commercial-training (grant of Ada, CC0-1.0)"


@pytest.mark.parametrize("made_from", [(Parent(RESEARCH, ""),), wrapped(Parent("hd-vg-130m", ""))])
@pytest.mark.parametrize("license", ["", "CC0-1.0"])
def test_a_research_set_behind_a_free_wrapper(made_from: tuple[Parent, ...], license: str) -> None:
    assert not about(made_from=made_from).permitted
    assert "to research" in about(made_from=made_from).reason
    assert not about("evaluation", made_from=made_from).permitted
    research = about("research-training", made_from=made_from)
    assert research.permitted
    assert "which is for research, as the policy has it" in research.reason


@pytest.mark.parametrize(
    ("made_from", "words"),
    [
        (wrapped(Parent("Pexels", "CC0-1.0")), "the policy excludes Pexels"),
        (wrapped(Parent("Films", "CC-BY-NC-4.0")), "CC-BY-NC-4.0 does not permit commercial use"),
        (wrapped(Parent("Films", "CC-BY-ND-4.0")), "CC-BY-ND-4.0 permits no adaptation"),
        (wrapped(Parent("Films", "CC0-1.0", None)), "nobody says what Films was made from"),
        (wrapped(Parent("Films", "CC0-1.0 AND")), "the licence of Films is not known"),
        (wrapped(Parent("Films", "LicenseRef-x")), "what LicenseRef-x permits is not known"),
        (
            (Parent("Films", ""),),
            'the licence is empty; say it, as in { name = "Films", license = "…" }',
        ),
    ],
)
def test_each_alone_refuses_at_any_depth(made_from: tuple[Parent, ...], words: str) -> None:
    decision = about(made_from=made_from)
    assert not decision.permitted
    assert words in decision.reason
    assert "made from" in decision.reason


def test_duties_credits_and_licences_of_all_of_them_are_the_grants() -> None:
    made_from = (Parent("Bob's", "CC-BY-4.0", (Parent("Eve's", "CC-BY-SA-4.0"),)),)
    decision = about(made_from=made_from)
    assert decision.permitted
    assert decision.license == "CC-BY-4.0 AND CC-BY-SA-4.0 AND CC0-1.0"
    assert decision.attribution == "Bob's, CC-BY-4.0; Eve's, CC-BY-SA-4.0"
    assert decision.duties == ("attribution", "share-alike")
    assert {alike for found in decision.findings for alike in found.alike} == {"CC-BY-SA-4.0"}
    assert decision.holder == "Ada"


def test_a_release_discharges_them_with_the_grant(world: World) -> None:
    grant = replace(GRANT, made_from=(Parent("Eve's", "CC-BY-SA-4.0"),))
    given = frozenset({Discharge(grant.id, "attribution")})
    asked = replace(world, grants=(grant,))
    assert decide_clip(asked).refused_by == (6,)
    asked = replace(asked, discharged=given)
    assert decide_clip(asked).refused_by == (6,), "no release yet"
    apart = replace(asked, release=Release("CC-BY-SA-4.0", apart=True))
    assert decide_clip(apart).permitted
    assert decide_clip(replace(apart, release=Release("CC0-1.0", apart=True))).refused_by == (6,)


def test_of_a_name_alone_no_licence_is_claimed() -> None:
    decision = about("research-training", made_from=wrapped(Parent(RESEARCH, "")))
    assert decision.license == "CC0-1.0 AND owned"
    assert about("research-training", basis=f"from {RESEARCH}").license == "CC0-1.0"


TELLING = {
    "basis": {"basis": "AllFreeClips (CC0), a selection of HD-VG-130M"},
    "holder": {"holder": "the makers of hd-vg-130m"},
    "attribution": {"attribution": "HD_VG_130M, with thanks"},
    "evidence": {"evidence": "https://example.org/HD-VG-130M/README.md"},
    "machine_read": {"machine_read": "https://example.org/sets/hdvg130m"},
    "license": {"license": "LicenseRef-HD-VG-130M", "uses": ("commercial-training",)},
    "files": {"scope": replace(GRANT.scope, patterns=("**", "HD-VG-130M/**"))},
    "made_from": {"made_from": (Parent("a part of HD VG 130M", "CC0-1.0"),)},
}


@pytest.mark.parametrize("key", TELLING)
def test_what_the_grant_says_itself_counts(key: str) -> None:
    decision = about(**TELLING[key])
    assert not decision.permitted
    assert (
        "the policy keeps hd-vg-130m to research ([parents] research-only in policy.toml), and "
        f"the grant speaks of hd-vg-130m in its {key}: if nothing of it is from there, write it "
        "without that name"
    ) in decision.reason


@pytest.mark.parametrize("name", ["hd-vg-130m", "HD_VG_130M"])
def test_an_address_tells_as_well(with_source: Callable[..., World], name: str) -> None:
    asked = with_source(addresses=("https://example.org/a", f"https://example.org/{name}/a.mp4"))
    explained = decide_clip(asked)
    assert explained.refused_by == (2,)
    assert f"it was fetched from https://example.org/{name}/a.mp4" in explained.reason
    assert decide_clip(replace(asked, intent=Intent("genai-training", "research"))).permitted


def test_what_the_operator_types_counts_as_well() -> None:
    typed = grant_from_flags("CC0-1.0", "Free Clips", "clips that they had from PEXELS", "eve")
    decision = decide("/a.mp4", [typed], "research-training", NOW)
    assert not decision.permitted
    assert "([parents] excluded in policy.toml)" in decision.reason


def test_a_denial_is_refused_and_another_wording_is_not() -> None:
    assert not about(basis="filmed by Ada, nothing from Pexels").permitted
    assert about(basis="filmed by Ada, nothing from elsewhere").permitted


@pytest.mark.parametrize("basis", ["HD-VG-130", "HD-VG-1.30k m", "the expel section", "Kodak-36M"])
def test_what_only_looks_like_a_name_is_none(basis: str) -> None:
    assert about(basis=basis).permitted


def test_another_policy_is_another_answer() -> None:
    policy = replace(default_policy(), excluded=frozenset({"ada"}), research_only=frozenset())
    assert not decide("/set/a.mp4", [GRANT], "commercial-training", NOW, policy).permitted
    told = replace(GRANT, basis=f"from {RESEARCH}")
    free = replace(policy, excluded=frozenset())
    assert decide("/set/a.mp4", [told], "commercial-training", NOW, free).permitted


def test_only_what_speaks_of_the_layer_counts(world: World) -> None:
    told = replace(GRANT, layers=("database",), made_from=(Parent("Pexels", ""),))
    assert decide_clip(replace(world, grants=(GRANT, told))).permitted
    assert decide_clip(replace(world, grants=(GRANT, replace(told, layers=("audio",))))).refused_by


def test_a_clip_is_told_it_with_the_grants_evidence(world: World) -> None:
    told = replace(GRANT, made_from=wrapped(Parent(RESEARCH, "")))
    asked = replace(world, intent=Intent("genai-training", "research"), grants=(told,))
    [exhibit] = {e for e in decide_clip(asked).outcomes[1].exhibits if e.grant}
    assert exhibit.holds and exhibit.sha256 == GRANT.evidence_sha256
    assert "made from Reel: owned permits" in exhibit.said
    assert "made from HD-VG-130M" in exhibit.said
    assert decide_clip(replace(asked, intent=world.intent)).refused_by == (2,)


def test_a_wrapper_contradicts_the_grant_of_whoever_made_the_footage() -> None:
    def told(*grants: Grant) -> list[str]:
        found = decide("/set/a.mp4", grants, "commercial-training", NOW).findings
        return [str(overlap) for overlap in overlaps(found)]

    wrapper = replace(GRANT, holder="Free Clips", made_from=(Parent(RESEARCH, ""),))
    assert told(wrapper) == [], "one grant does not contradict itself"
    [line] = told(GRANT, wrapper)
    assert line.startswith("refused: made from HD-VG-130M: the policy keeps")
    assert "| permitted: CC0-1.0" in line
