import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from clearreel.core.errors import UsageError
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.parent import Parent
from clearreel.rights.scope import Scope

GRANT = Grant(Scope("/set", ("**",)), "CC-BY-4.0", "Ada", "a letter", verified_on=date(2026, 1, 2))


@pytest.mark.parametrize(
    "change",
    [
        {"scope": Scope("/set", ("*",))},
        {"license": "CC0-1.0"},
        {"holder": "Bob"},
        {"basis": "a call"},
        {"attribution": "by Ada"},
        {"uses": ()},
        {"evidence": "letter.pdf"},
        {"evidence_sha256": "00"},
        {"verified_by": "Eve"},
        {"verified_on": date(2026, 1, 3)},
        {"valid_from": date(2026, 1, 3)},
        {"valid_until": date(2026, 1, 3)},
        {"attested_by": "eve"},
        {"machine_read": "https://example.org/license"},
        {"layers": ("audio",)},
        {"intervals": ((Fraction(0), Fraction(1)),)},
        {"territory": ("DE",)},
        {"territory": ()},
        {"permission": ()},
        {"prohibition": ("use",)},
        {"duty": ("attribute",)},
        {"evidence_on": date(2026, 1, 3)},
        {"made_from": (Parent("films", "CC0-1.0"),)},
    ],
)
def test_the_id_changes_with_whatever_is_granted_or_shown(change):
    assert replace(GRANT, **change).id != GRANT.id


def test_the_id_stays_when_the_folder_moves():
    assert replace(GRANT, scope=Scope("/elsewhere", ("**",))).id == GRANT.id


def test_a_grant_is_data():
    written = json.loads(json.dumps(GRANT.to_json()))
    assert written["id"] == GRANT.id
    assert written["verified_on"] == "2026-01-02"
    assert written["files"] == ["**"]


def test_flags_are_the_operators_word_on_every_file():
    grant = grant_from_flags("cc-by-4.0", "Ada", "a letter", "eve")
    assert (grant.license, grant.holder, grant.attested_by) == ("CC-BY-4.0", "Ada", "eve")
    assert grant.scope.covers("/anywhere/a.mp4")


def test_owned_footage_is_the_operators(monkeypatch):
    monkeypatch.setenv("LOGNAME", "eve")
    grant = grant_from_flags("owned")
    assert grant.holder == grant.attested_by == "eve"
    assert grant.basis


@pytest.mark.parametrize(
    ("holder", "basis", "missing"),
    [(None, None, "--holder"), ("Ada", None, "--basis"), (" ", "a letter", "--holder")],
)
def test_a_missing_flag_is_named(holder, basis, missing):
    with pytest.raises(UsageError, match=missing):
        grant_from_flags("CC0-1.0", holder, basis, "eve")


def test_an_environment_without_a_user_is_refused(monkeypatch):
    def nobody():
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(UsageError, match="who is operating"):
        grant_from_flags("owned")
