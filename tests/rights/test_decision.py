import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.errors import UsageError
from clearreel.rights.decision import Decision, decide
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.scope import Scope
from clearreel.rights.uses import USES

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLACE = "/set/a.mp4"
GRANT = Grant(
    Scope("/set", ("**",)),
    "CC-BY-4.0",
    "Ada",
    "a letter",
    evidence="letter.pdf",
    evidence_sha256="00",
    verified_by="Eve",
    verified_on=date(2026, 11, 20),
)

moments = st.dates(date(2026, 11, 18), date(2026, 11, 26)) | st.datetimes(
    datetime(2026, 11, 20),
    datetime(2026, 11, 24),
    timezones=st.just(UTC),
)
grants = st.builds(
    Grant,
    scope=st.sampled_from([("**",), ("*.mp4",), ("b.mp4",)]).map(lambda p: Scope("/set", p)),
    license=st.sampled_from(
        ["owned", "CC0-1.0", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "LicenseRef-x", "MIT"]
    ),
    holder=st.sampled_from(["Ada", "Bob", ""]),
    basis=st.sampled_from(["a letter", ""]),
    uses=st.none() | st.lists(st.sampled_from(list(USES)), max_size=2).map(tuple),
    evidence=st.sampled_from(["letter.pdf", ""]),
    verified_by=st.sampled_from(["Eve", ""]),
    verified_on=st.none() | moments,
    valid_from=st.none() | moments,
    valid_until=st.none() | moments,
    attested_by=st.sampled_from(["", "eve"]),
)
worlds = st.lists(grants, max_size=4)
uses = st.sampled_from(list(USES))
decisions = worlds.map(lambda world: decide(PLACE, world, "research-training", NOW))


def permitted(grant, at=NOW, use="commercial-training"):
    return decide(PLACE, [grant], use, at).permitted


def test_a_verified_grant_permits_and_names_its_duties():
    decision = decide(PLACE, [GRANT], "commercial-training", NOW)
    assert decision.permitted
    assert decision.license == "CC-BY-4.0"
    assert decision.holder == "Ada"
    assert decision.attribution == "Ada, CC-BY-4.0"
    assert decision.basis == "a letter"
    assert decision.duties == ("attribution",)
    assert decision.grants == (GRANT.id,)
    assert not decision.attested
    assert json.loads(json.dumps(decision.to_json())) == decision.to_json()


def test_the_credit_is_the_holders_own_where_there_is_one():
    grant = replace(GRANT, attribution="by Ada")
    assert decide(PLACE, [grant], "commercial-training", NOW).attribution == "by Ada"


def test_without_a_grant_it_is_refused():
    for grants in ([], [replace(GRANT, scope=Scope("/set", ("b.mp4",)))]):
        decision = decide(PLACE, grants, "commercial-training", NOW)
        assert not decision.permitted
        assert "no grant covers it" in decision.reason
        assert decision.license == "" and decision.grants == ()


def test_an_attestation_permits_and_says_whose_it_is():
    decision = decide(PLACE, [grant_from_flags("owned", operator="eve")], "evaluation", NOW)
    assert decision.permitted and decision.attested
    assert "attested by eve" in decision.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holder": " "}, "names no holder"),
        ({"basis": ""}, "gives no basis"),
        ({"license": "CC-PDM-1.0", "basis": ""}, "gives no basis"),
        ({"evidence": ""}, "shows no evidence"),
        ({"verified_by": ""}, "nobody has verified"),
        ({"verified_on": None}, "nobody has verified"),
        ({"verified_on": date(2026, 11, 23)}, "in future"),
        ({"valid_from": date(2026, 11, 22)}, "not yet"),
        ({"valid_until": date(2026, 11, 22)}, "ended"),
        ({"uses": ("evaluation",)}, "lists only evaluation"),
        ({"license": "CC-BY-NC-4.0"}, "does not permit commercial use"),
    ],
)
def test_each_shortcoming_alone_refuses(change, words):
    decision = decide(PLACE, [replace(GRANT, **change)], "commercial-training", NOW)
    assert not decision.permitted
    assert words in decision.reason


def test_own_footage_needs_a_person_who_checked_and_no_evidence():
    own = replace(GRANT, license="owned", evidence="")
    assert permitted(own)
    assert not permitted(replace(own, verified_by=""))


def test_dates_are_read_strictly():
    start = replace(GRANT, verified_on=date(2026, 1, 1), valid_from=date(2026, 11, 22))
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)  # the date begins last at UTC-12
    assert permitted(start, noon)
    assert not permitted(start, noon - timedelta(microseconds=1))
    end = replace(GRANT, verified_on=date(2026, 1, 1), valid_until=date(2026, 11, 22))
    ten = datetime(2026, 11, 21, 10, tzinfo=UTC)  # and first at UTC+14
    assert permitted(end, ten - timedelta(microseconds=1))
    assert not permitted(end, ten)


def test_whoever_verifies_today_may_run_today_in_any_zone():
    grant = replace(GRANT, verified_on=date(2026, 11, 22))
    assert permitted(grant, datetime(2026, 11, 21, 10, 1, tzinfo=UTC))  # in Kiritimati


def test_where_grants_overlap_the_strictest_wins_in_any_order():
    strict = replace(GRANT, license="CC-BY-NC-4.0", holder="Bob", scope=Scope("/set", ("*.mp4",)))
    other = replace(GRANT, license="CC0-1.0 OR CC-BY-4.0")
    seen = {
        decide(PLACE, order, "commercial-training", NOW)
        for order in permutations([GRANT, strict, other])
    }
    assert len(seen) == 1
    decision = seen.pop()
    assert not decision.permitted
    assert "CC-BY-NC-4.0 does not permit" in decision.reason
    assert "although a grant permits it: the strictest counts" in decision.reason
    assert decision.license == "CC-BY-4.0 AND CC-BY-NC-4.0 AND (CC0-1.0 OR CC-BY-4.0)"


def test_an_empty_list_of_uses_excludes():
    assert not decide(PLACE, [GRANT, replace(GRANT, uses=())], "evaluation", NOW).permitted


def test_the_same_bytes_in_a_place_without_a_grant_are_refused():
    here = decide(PLACE, [GRANT], "commercial-training", NOW)
    there = decide("/other/a.mp4", [GRANT], "commercial-training", NOW)
    assert not here.meet(there).permitted


def test_the_fingerprint_follows_what_was_found_and_not_the_hour():
    decision = decide(PLACE, [GRANT], "commercial-training", NOW)
    later = decide(PLACE, [GRANT], "commercial-training", NOW + timedelta(days=400))
    assert later.fingerprint == decision.fingerprint
    changed = decide(PLACE, [replace(GRANT, basis="a call")], "commercial-training", NOW)
    assert changed.fingerprint != decision.fingerprint
    ending = replace(GRANT, valid_until=date(2027, 1, 1))
    before = decide(PLACE, [ending], "commercial-training", NOW)
    after = decide(PLACE, [ending], "commercial-training", NOW + timedelta(days=400))
    assert after.fingerprint != before.fingerprint


def test_misuse_is_told():
    with pytest.raises(ValueError, match="offset"):
        decide(PLACE, [GRANT], "evaluation", datetime(2026, 1, 1))
    with pytest.raises(UsageError):
        decide(PLACE, [GRANT], "anything", NOW)
    with pytest.raises(ValueError, match="do not meet"):
        decide(PLACE, [], "evaluation", NOW).meet(decide(PLACE, [], "research-training", NOW))
    with pytest.raises(ValueError, match="at least one"):
        Decision("evaluation", ())


@given(worlds, grants, uses)
def test_a_grant_more_never_lifts_a_refusal_that_a_grant_made(world, more, use):
    before = decide(PLACE, world, use, NOW)
    after = decide(PLACE, [*world, more], use, NOW)
    if before.grants and after.permitted:
        assert before.permitted


RESTRICTIONS = st.sampled_from(
    [
        {"uses": ()},
        {"uses": ("evaluation",)},
        {"valid_until": NOW},
        {"valid_from": NOW + timedelta(seconds=1)},
        {"license": "CC-BY-NC-ND-4.0"},
        {"holder": ""},
        {"basis": ""},
        {"verified_by": "", "attested_by": ""},
    ]
)


@given(worlds, st.data(), uses)
def test_a_restriction_more_never_widens(world, data, use):
    covering = [index for index, grant in enumerate(world) if grant.scope.covers(PLACE)]
    if not covering:
        return
    index = data.draw(st.sampled_from(covering))
    change = data.draw(RESTRICTIONS)
    if world[index].license == "LicenseRef-x" and "evaluation" in change.get("uses", ()):
        return  # to list a use is what permits it there
    narrowed = [*world[:index], replace(world[index], **change), *world[index + 1 :]]
    if decide(PLACE, narrowed, use, NOW).permitted:
        assert decide(PLACE, world, use, NOW).permitted


@given(decisions, decisions, decisions)
def test_decisions_are_a_semilattice(one, two, three):
    assert one.meet(two) == two.meet(one)
    assert one.meet(two).meet(three) == one.meet(two.meet(three))
    assert one.meet(one) == one
    assert one.meet(two).permitted == (one.permitted and two.permitted)


@given(worlds, uses)
def test_every_permission_can_be_attributed(world, use):
    decision = decide(PLACE, world, use, NOW)
    assert decision.reason
    if decision.permitted:
        assert decision.license and decision.holder and decision.basis
        assert "attribution" not in decision.duties or decision.attribution
