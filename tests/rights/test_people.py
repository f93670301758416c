"""Who is shown when, who consented, and that nothing that is added makes more of it permitted."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.errors import UsageError
from clearreel.rights.people import (
    NOBODY_SAID,
    ConsentRecord,
    PeopleShown,
    Shown,
    judge_people,
    people_fingerprint,
    people_from_json,
)
from clearreel.rights.policy import default_policy
from clearreel.rights.rights_file import read_rights
from clearreel.rights.uses import USES
from clearreel.rights.world import Consent

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
POLICY = replace(default_policy(), consent=frozenset({"genai-training"}))
USE = USES["commercial-training"]
ADA, BOB = "Ada Lovelace", "Bob"


def shown(*who, more="", files="a.mp4"):
    people = json.dumps(list(who)) if who else '"none"'
    return f'[[people]]\nfiles = ["{files}"]\nshown = {people}\n{more}\n'


def consent(person=ADA, more="", files="a.mp4"):
    return (
        f'[[consents]]\nperson = "{person}"\nfiles = ["{files}"]\n'
        'activities = ["genai-training", "other-training"]\npurposes = ["commercial"]\n'
        f'valid_from = 2026-01-01\nevidence = "form.txt"\n{more}\n'
    )


def read(folder, text):
    (folder / "form.txt").write_text("I agree")
    (folder / "rights.toml").write_text(text)
    return read_rights(folder / "rights.toml").statements


def about(folder, text):
    return read(folder, text).about([str(folder.resolve() / "a.mp4")])


def refuses(people, stretch=None, at=AT, policy=POLICY):
    return "; ".join(one.reason for one in judge_people(people, stretch, USE, at, policy))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (shown(), ""),
        (shown(ADA) + consent(), ""),
        (shown(ADA, BOB) + consent() + consent(BOB), ""),
        (shown(ADA) + consent(more="valid_until = 2999-01-01"), ""),
        ("", "nobody has looked whether people are shown: a [[people]] table"),
        (consent(), "nobody has looked"),  # somebody else may be shown, too
        (shown(files="b.mp4"), "nobody has looked"),
        (
            shown(ADA),
            "person Ada Lovelace: no consent record covers this use now: there is none of theirs",
        ),
        (shown(ADA) + consent(files="b.mp4"), "no consent record covers this use now: there is"),
        (shown(ADA, BOB) + consent(), "person Bob: no consent record covers this use now"),
        (shown() + shown(ADA), "no consent record covers this use now"),
        (shown(ADA) + consent(more="valid_until = 2026-02-01"), "use now: one ended on 2026-02-01"),
        (
            shown(ADA) + consent().replace("2026-01-01", "2999-01-01"),
            "one holds from 2999-01-01 on, everywhere, and not yet",
        ),
        (
            shown(ADA) + consent().replace("commercial", "research"),
            "one is for research and not commercial purposes",
        ),
        (
            shown(ADA) + consent().replace('"genai-training", ', ""),
            "one is for other-training and not genai-training",
        ),
        (
            shown(ADA)
            + consent().replace('"genai-training", ', "")
            + consent(more="valid_until = 2026-02-01"),
            "one is for other-training and not genai-training; one ended on 2026-02-01",
        ),
        (shown(ADA) + consent(more="withdrawn_on = 2026-02-01"), "consent was withdrawn"),
        (shown(ADA) + consent(more="withdrawn_on = 2999-02-01"), ""),
        (
            shown(ADA) + consent() + consent(more="withdrawn_on = 2026-02-01"),
            "consent was withdrawn",
        ),
        # A consent says that its person is shown, whatever a statement forgets.
        (shown() + consent(more="withdrawn_on = 2026-02-01"), "consent was withdrawn"),
    ],
)
def test_everybody_shown_has_to_have_consented(tmp_path, said, reason):
    found = refuses(about(tmp_path, said))
    assert reason in found and bool(found) == bool(reason)
    assert not refuses(about(tmp_path, said), policy=default_policy())


@pytest.mark.parametrize(
    ("said", "stretch", "reason"),
    [
        (shown(more="intervals = [[0, 5], [5, 10]]"), (0, 10), ""),
        (shown(more="intervals = [[0, 5], [5.5, 10]]"), (0, 10), "nobody has looked"),
        (shown(more="intervals = [[0, 5]]") + shown(more="intervals = [[4, 9]]"), (1, 8), ""),
        (shown() + shown(ADA, more="intervals = [[0, 5]]"), (5, 8), ""),
        (shown() + shown(ADA, more="intervals = [[0, 5]]"), (4, 8), "no consent"),
        (shown(ADA) + consent(more="intervals = [[0, 5]]"), (0, 5), ""),
        (
            shown(ADA) + consent(more="intervals = [[0, 5]]"),
            (0, 6),
            "one does not speak of every moment at which they are shown",
        ),
        (shown(ADA) + consent(more="intervals = [[0, 5]]"), (6, 7), "no consent"),
        (
            shown()
            + shown(ADA, more="intervals = [[0, 5]]")
            + consent(more="intervals = [[0, 5]]"),
            (4, 8),
            "",
        ),
        (
            shown(ADA)
            + consent()
            + consent(more="intervals = [[0, 5]]\nwithdrawn_on = 2026-02-01"),
            (4, 8),
            "consent was withdrawn",
        ),
    ],
)
def test_stretches(tmp_path, said, stretch, reason):
    found = refuses(about(tmp_path, said), tuple(map(Fraction, stretch)))
    assert reason in found and bool(found) == bool(reason)


def test_pseudonyms_take_the_place_of_names(tmp_path):
    statements = read(tmp_path, shown(ADA, BOB) + consent())
    assert statements.names == {ADA, BOB}
    hidden = statements.under_pseudonyms({ADA: "p2", BOB: "p1"})
    assert hidden.names == {"p1", "p2"}
    people = hidden.about([str(tmp_path.resolve() / "a.mp4")])
    assert ADA not in json.dumps(people.to_json())
    assert people.seen(None) == ("p1", "p2")
    assert people_from_json(json.loads(json.dumps(people.to_json()))) == people
    assert people.consents[0].consent.evidence_sha256


def test_the_fingerprint_changes_when_a_consent_begins(tmp_path):
    people = about(tmp_path, shown(ADA) + consent(more="valid_until = 2027-01-01"))
    later = datetime(2027, 6, 1, tzinfo=UTC)
    assert people_fingerprint(people, USE, AT, POLICY) != people_fingerprint(
        people, USE, later, POLICY
    )
    assert people_fingerprint(people, USE, AT, default_policy()) == ""


MALFORMED = [
    (shown("").replace('[""]', '[" "]'), 3, "shown of people 1 is [' '], no list of names"),
    (shown(ADA).replace('["Ada Lovelace"]', '"Ada"'), 3, "shown of people 1 is 'Ada'"),
    (shown(ADA).replace('["Ada Lovelace"]', "[]"), 3, "shown of people 1 is []"),
    ('[[people]]\nfiles = ["a"]\n', 1, "shown of people 1 is missing"),
    (shown(ADA, more='note = "x"'), 4, "note of people 1 is not known"),
    (shown(ADA, more="intervals = [[1, 1]]"), 4, "which is empty"),
    (shown(ADA) + consent().replace("person", "# "), 5, "person of consents 1 is missing"),
    (consent().replace("commercial", "fun"), 5, "purposes of consents 1 holds 'fun', no purpose"),
    (consent().replace("genai-training", "ai"), 4, "holds 'ai', no activity"),
    (consent().replace('["commercial"]', "[]"), 5, "purposes of consents 1 is empty"),
    (consent().replace("form.txt", "gone.pdf"), 7, "evidence of consents 1 is 'gone.pdf'"),
    (consent().replace("form.txt", "https://x/y"), 7, "an address and no file"),
    (consent().replace("2026-01-01", '"soon"'), 6, "valid_from of consents 1 is soon"),
    (consent(more="valid_until = 2025-01-01"), 8, "leaves no time"),
    (consent() + consent().replace('"form.txt"', "1"), 15, "evidence of consents 2 is 1"),
    ('[people]\nshown = "none"\n', 1, "people is not a list of tables"),
]


@pytest.mark.parametrize(("text", "line", "words"), MALFORMED)
def test_what_is_malformed_is_named_by_line_and_key(tmp_path, text, line, words):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert f"rights.toml, line {line}: " in caught.value.message
    assert words in caught.value.message and caught.value.hint


times = st.integers(0, 6)
intervals = st.none() | st.lists(
    st.tuples(times, times)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: (Fraction(min(pair)), Fraction(max(pair)))),
    min_size=1,
    max_size=3,
).map(tuple)
persons = st.sampled_from(["p1", "p2", "p3"])
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
consents = st.builds(
    Consent,
    persons,
    st.sets(st.sampled_from(["genai-training", "evaluation"])).map(frozenset),
    st.sets(st.sampled_from(["commercial", "research"])).map(frozenset),
    days,
    st.none() | days,
    st.none() | days,
)
records = st.builds(ConsentRecord, consents, intervals)
statements = st.builds(Shown, st.lists(persons, max_size=2).map(tuple), intervals)
everybody = st.builds(
    PeopleShown,
    st.lists(statements, min_size=1, max_size=3).map(tuple),
    st.lists(records, max_size=4).map(tuple),
)
stretches = st.just((Fraction(1), Fraction(3))) | st.just((Fraction(0), Fraction(6))) | st.none()


@given(everybody, stretches, persons, records, st.data())
def test_a_restriction_never_widens(people, stretch, person, record, data):
    place = data.draw(st.integers(0, len(people.shown) - 1))
    one = people.shown[place]
    more = replace(one, people=(*one.people, person))
    others = people.shown[:place] + people.shown[place + 1 :]
    withdrawn = replace(record, consent=replace(record.consent, withdrawn_on=date(2026, 1, 2)))
    stricter = [
        replace(people, shown=(*others, more)),
        replace(people, consents=(*people.consents, withdrawn)),
        replace(
            people,
            consents=tuple(
                replace(r, consent=replace(r.consent, purposes=frozenset({"research"})))
                for r in people.consents
            ),
        ),
        replace(people, shown=others),  # what nobody says, nobody knows
    ]
    if refuses(people, stretch):
        assert all(refuses(changed, stretch) for changed in stricter[:3])
    unknown = PeopleShown((), people.consents)
    assert refuses(unknown, stretch)
    assert refuses(stricter[1], stretch) or not _touches(withdrawn, stretch)


def _touches(record, stretch):
    if record.intervals is None or stretch is None:
        return True
    return any(max(a, stretch[0]) < min(b, stretch[1]) for a, b in record.intervals)


@given(everybody, st.integers(0, 5), st.integers(1, 3))
def test_a_longer_stretch_is_never_permitted_where_a_part_is_not(people, start, length):
    part = Fraction(start), Fraction(start + length)
    whole = Fraction(max(0, start - 1)), Fraction(start + length + 1)
    if refuses(people, part):
        assert refuses(people, whole)


def test_nobody_said_anything():
    assert NOBODY_SAID.seen(None) is None and not NOBODY_SAID.in_parts
