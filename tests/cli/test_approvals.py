"""Roles, their keys, and what goes out without them, as people type it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Typed = Callable[..., Any]

USE = "commercial-training"


@pytest.fixture(scope="module")
def ids(typed: Typed) -> dict[str, str]:
    """Two keys, `ada.key` and `bob.key`, and their ids."""
    made = {}
    for name in ("ada", "bob"):
        ended = typed("keys", "new", f"{name}.key", "--name", name.title(), "--json")
        assert ended.code == 0, ended.errors
        made[name] = ended.lines[0]["id"]
    return made


@pytest.fixture
def demanding(made: Path, tmp_path: Path) -> Path:
    """A data set whose policy demands two roles, and that was made before policies named keys."""
    into = Path(shutil.copytree(made, tmp_path / "set"))
    policy = into / "policy.toml"
    text = policy.read_text().replace("[approvers]\n", "")
    policy.write_text(text.replace("commercial = []", 'commercial = ["rights", "legal"]'))
    return into


def name(dataset: Path, *lines: str) -> None:
    with (dataset / "policy.toml").open("a") as policy:
        policy.write("\n".join(["[approvers]", *lines, ""]))


def approve(typed: Typed, dataset: Path, role: str, key: str) -> Any:
    said = ("approve", dataset, "--purpose", USE, "--role", role)
    return typed(*said, "--key", f"{key}.key")


def test_one_key_cannot_play_every_role(
    typed: Typed, demanding: Path, ids: dict[str, str], tmp_path: Path
) -> None:
    for role in ("rights", "legal"):
        ended = approve(typed, demanding, role, "ada")
        assert ended.code == 5 and f"nor key {ids['ada']}" in ended.errors
        assert f'[approvers]: "{ids["ada"]}" = ["{role}"]' in ended.errors
    name(demanding, f'"{ids["ada"]}" = ["rights"]', f'"{ids["bob"]}" = ["legal"]')
    assert approve(typed, demanding, "rights", "ada").code == 0
    ended = approve(typed, demanding, "legal", "ada")
    assert ended.code == 5 and "may play 'rights' by the policy, and not 'legal'" in ended.errors
    out = tmp_path / "out"
    export = ("export", "webdataset", demanding, "--to", out)
    ended = typed(*export, "--key", "ada.key")
    assert ended.code == 5 and "'legal' has not approved 1 source" in ended.errors
    assert f"the policy names for it key {ids['bob']}" in ended.errors and not out.exists()

    assert approve(typed, demanding, "legal", "bob").code == 0
    ended = typed(*export, "--key", "ada.key")
    assert ended.code == 0, ended.errors
    assert f"approved by legal with key {ids['bob']}\n" in ended.output
    assert f"approved by rights with key {ids['ada']}, which signs the release" in ended.output
    told = typed("verify", out).output
    assert f"approved by legal with key {ids['bob']} (Bob)\n" in told
    assert f"approved by rights with key {ids['ada']} (Ada): the signer's own\n" in told


def test_nothing_goes_out_unsigned_that_nobody_approved(
    typed: Typed, demanding: Path, ids: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ends = []
    for key in ((), ("--key", "ada.key")):
        ended = typed("export", "webdataset", demanding, "--to", out, *key)
        assert ended.code == 5 and not ended.output and not out.exists()
        ends.append(ended.errors)
    assert ends[0] == ends[1] and "'rights' has not approved" in ends[0]

    audit = typed("audit", demanding)
    assert audit.code == 0, "nothing that held has ended"
    lines = [line for line in audit.output.splitlines() if line.startswith("unapproved ")]
    assert [line.split("'")[1] for line in lines] == ["rights", "legal"]
    assert all("the policy names no key for it" in line for line in lines)
    assert len(typed("audit", demanding, "--json").lines[0]["approvals_missing"]) == 2

    name(demanding, f'"{ids["ada"]}" = ["rights", "legal"]')
    for role in ("rights", "legal"):
        assert approve(typed, demanding, role, "ada").code == 0
    assert "unapproved" not in typed("audit", demanding).output
    ended = typed("export", "webdataset", demanding, "--to", out, "--json")
    assert ended.code == 0, ended.errors
    assert ended.lines[0]["approvals"] == dict.fromkeys(("legal", "rights"), ids["ada"])


def test_a_line_that_is_malformed_is_named(
    typed: Typed, demanding: Path, ids: dict[str, str], tmp_path: Path
) -> None:
    name(demanding, f'"{ids["ada"][:8]}" = ["rights"]')
    line = len((demanding / "policy.toml").read_text().splitlines())
    ended = typed("export", "folder", demanding, "--to", tmp_path / "out")
    assert ended.code == 2 and f"policy.toml, line {line}: {ids['ada'][:8]} of" in ended.errors
    assert "clearreel keys list" in ended.errors
