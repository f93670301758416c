from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.rights import odrl
from clearreel.rights.findings import Asked, judge_grant
from clearreel.rights.policy import default_policy
from clearreel.rights.uses import USES, Intent

from .conftest import GRANT, NOW

ACTIONS = list(odrl.ACTIONS)
COMMERCIAL = Asked(USES["commercial-training"], NOW, default_policy())


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"permission": ("use",)}, ""),
        ({"permission": ("reproduce", "transform", "commercialize")}, ""),
        ({"permission": ("reproduce", "derive")}, "its permission does not say to commercialize"),
        ({"permission": ()}, "its permission does not say to derive"),
        ({"prohibition": ("cc:CommercialUse",)}, "it prohibits to commercialize"),
        ({"prohibition": ("use",)}, "it prohibits to reproduce"),
        ({"prohibition": ("distribute",)}, ""),
    ],
)
def test_terms_narrow_a_free_licence(terms: dict[str, tuple[str, ...]], words: str) -> None:
    found = judge_grant(replace(GRANT, **terms), COMMERCIAL)
    assert found.permits == (not words)
    assert words in found.reason


def test_redistribution_has_to_be_permitted_by_name() -> None:
    asked = Asked(Intent("redistribution", "research").use, NOW, default_policy())
    assert judge_grant(GRANT, asked).permits
    assert not judge_grant(replace(GRANT, permission=("reproduce", "derive")), asked).permits
    assert not judge_grant(replace(GRANT, uses=("commercial-training",)), asked).permits
    assert judge_grant(
        replace(GRANT, license="LicenseRef-x", uses=("redistribution",)), asked
    ).permits


def test_duties_are_added_to_the_licences() -> None:
    found = judge_grant(replace(GRANT, duty=("attribute", "shareAlike")), COMMERCIAL)
    assert found.duties == ("attribution", "share-alike")
    assert found.attribution == "Ada, CC0-1.0"
    assert found.alike == ("CC0-1.0",)


@given(
    st.lists(st.sampled_from(ACTIONS)),
    st.lists(st.sampled_from(ACTIONS)),
    st.sampled_from(list(USES)),
)
def test_terms_never_widen(permission: list[str], prohibition: list[str], use: str) -> None:
    for license_ in ("CC-BY-NC-4.0", "CC-BY-ND-4.0", "LicenseRef-x"):
        plain = replace(GRANT, license=license_)
        terms = replace(plain, permission=tuple(permission), prohibition=tuple(prohibition))
        asked = Asked(USES[use], NOW, default_policy())
        assert judge_grant(plain, asked).permits or not judge_grant(terms, asked).permits
