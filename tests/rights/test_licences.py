import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.errors import UsageError
from clearreel.rights.licences import judge_license, normal_form
from clearreel.rights.uses import USES

COMMERCIAL, RESEARCH, EVALUATION = USES.values()

NAMES = (
    "owned CC0-1.0 CC-PDM-1.0 CC-BY-4.0 CC-BY-3.0-AT CC-BY-SA-4.0 CC-BY-NC-2.0 CC-BY-ND-4.0 "
    "CC-BY-NC-SA-4.0 CC-BY-NC-ND-3.0-IGO OGL-UK-3.0 LAL-1.3 MIT CC-BY-9.9 LicenseRef-deal"
).split()

expressions = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
        lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
    ),
    max_leaves=5,
)
uses = st.sampled_from(list(USES.values()))
lists = st.none() | st.lists(st.sampled_from(list(USES)), unique=True)


@pytest.mark.parametrize(
    ("expression", "permitted_for", "duties"),
    [
        ("owned", {COMMERCIAL, RESEARCH, EVALUATION}, set()),
        ("CC0-1.0", {COMMERCIAL, RESEARCH, EVALUATION}, set()),
        ("CC-PDM-1.0", {COMMERCIAL, RESEARCH, EVALUATION}, set()),
        ("CC-BY-4.0", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution"}),
        ("cc-by-4.0", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution"}),
        ("CC-BY-3.0-DE", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution"}),
        ("CC-BY-SA-3.0", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution", "share-alike"}),
        ("CC-SA-1.0", {COMMERCIAL, RESEARCH, EVALUATION}, {"share-alike"}),
        ("LAL-1.3", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution", "share-alike"}),
        ("CC-BY-NC-2.0", {RESEARCH}, {"attribution"}),
        ("CC-BY-NC-SA-4.0", {RESEARCH}, {"attribution", "share-alike"}),
        ("CC-BY-ND-4.0", set(), set()),
        ("CC-BY-NC-ND-4.0", set(), set()),
        ("MIT", set(), set()),
        ("CC-BY-9.9", set(), set()),
        ("CC BY 4.0", set(), set()),
        ("CC-BY-4.0+", set(), set()),
        ("LicenseRef-deal", set(), set()),
        ("CC0-1.0 AND CC-BY-4.0", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution"}),
        ("CC-BY-4.0 AND CC-BY-NC-4.0", {RESEARCH}, {"attribution"}),
        ("CC-BY-ND-4.0 OR CC0-1.0", {COMMERCIAL, RESEARCH, EVALUATION}, set()),
        ("CC-BY-NC-4.0 OR LicenseRef-deal", {RESEARCH}, {"attribution"}),
        ("CC-BY-SA-4.0 OR CC-BY-4.0", {COMMERCIAL, RESEARCH, EVALUATION}, {"attribution"}),
        ("GPL-2.0-only WITH Classpath-exception-2.0", set(), set()),
    ],
)
def test_what_a_licence_permits(expression, permitted_for, duties):
    rulings = {use: judge_license(expression, use) for use in USES.values()}
    assert {use for use, ruling in rulings.items() if ruling.permitted} == permitted_for
    for use in permitted_for:
        assert rulings[use].duties == duties


def test_an_agreement_permits_what_the_grant_lists_and_nothing_else():
    listed = ["research-training"]
    assert judge_license("LicenseRef-deal", RESEARCH, listed).permitted
    assert not judge_license("LicenseRef-deal", COMMERCIAL, listed).permitted
    assert judge_license("CC-BY-NC-4.0 OR LicenseRef-deal", COMMERCIAL, [COMMERCIAL.name]).permitted


def test_a_refusal_says_what_would_permit_it():
    assert "needs a licence that does" in judge_license("CC-BY-NC-4.0", COMMERCIAL).reason
    assert "did you mean CC-BY-4.0?" in judge_license("CC BY 4.0", COMMERCIAL).reason
    assert 'uses = ["evaluation"]' in judge_license("LicenseRef-deal", EVALUATION).reason
    assert "lists no use at all" in judge_license("CC0-1.0", RESEARCH, []).reason


@given(expressions, uses, st.lists(st.sampled_from(list(USES)), unique=True))
def test_a_list_of_uses_never_widens_a_known_licence(expression, use, listed):
    if judge_license(expression, use, listed).permitted:
        assert use.name in listed
        assert "LicenseRef-" in expression or judge_license(expression, use).permitted


@given(expressions, expressions, uses, lists)
def test_and_is_the_meet_and_or_the_join(left, right, use, listed):
    both = judge_license(f"({left}) AND ({right})", use, listed)
    either = judge_license(f"({left}) OR ({right})", use, listed)
    sides = [judge_license(side, use, listed) for side in (left, right)]
    assert both.permitted == all(side.permitted for side in sides)
    assert either.permitted == any(side.permitted for side in sides)
    if both.permitted:
        assert both.duties == sides[0].duties | sides[1].duties


@given(expressions, lists)
def test_what_commercial_training_may_do_every_use_may(expression, listed):
    if listed is None and judge_license(expression, COMMERCIAL).permitted:
        assert all(judge_license(expression, use).permitted for use in USES.values())


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from([*NAMES, "AND", "OR", "WITH", "("])).map(" ".join)
)
def test_any_text_is_judged_or_refused_as_malformed(text):
    try:
        normal = normal_form(text)
    except UsageError:
        return
    assert normal_form(normal) == normal
    judge_license(text, COMMERCIAL)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "CC-BY-4.0 AND", "(CC0-1.0", "CC0-1.0 CC-BY-4.0 OR", "(AND 0", "( ) ( owned and"],
)
def test_a_malformed_expression_is_a_usage_error(text):
    with pytest.raises(UsageError):
        normal_form(text)
