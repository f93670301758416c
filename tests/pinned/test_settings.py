from __future__ import annotations

import os
from pathlib import Path

import pytest

from clearreel.core.errors import UsageError
from clearreel.pinned import settings
from clearreel.pinned.settings import IndexSettings


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def ini(section: str, **options: str) -> str:
    """A section of pip's file, with its options as pip spells them."""
    lines = [f"{name.replace('_', '-')} = {value}" for name, value in options.items()]
    return "\n".join([f"[{section}]", *lines, ""])


def pip_conf(level: str) -> Path:
    home = Path(os.environ["HOME"])
    return {
        "system": settings.SYSTEM / "pip.conf",
        "user": Path(os.environ["XDG_CONFIG_HOME"]) / "pip" / "pip.conf",
        "legacy": home / ".pip" / "pip.conf",
        "environment": settings.ENVIRONMENT / "pip.conf",
    }[level]


def test_nothing_configured_leaves_the_default_index():
    assert IndexSettings.from_environment() == IndexSettings(default_index=True)


@pytest.mark.parametrize("variable", ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_a_main_index_replaces_the_default_one(monkeypatch, variable):
    monkeypatch.setenv(variable, "https://mirror.example/simple")
    found = IndexSettings.from_environment()
    assert found.indexes == ("https://mirror.example/simple",)
    assert not found.default_index


def test_extra_places_stand_beside_the_default_index(monkeypatch):
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://a.example https://b.example")
    monkeypatch.setenv("UV_INDEX", "lab=https://c.example/simple?x=1 https://d.example")
    monkeypatch.setenv("PIP_FIND_LINKS", "/one /two")
    monkeypatch.setenv("UV_FIND_LINKS", "/two,/three")
    found = IndexSettings.from_environment()
    assert found.indexes == (
        "https://a.example",
        "https://b.example",
        "https://c.example/simple?x=1",
        "https://d.example",
    )
    assert found.find_links == ("/one", "/two", "/three")
    assert found.default_index


def test_nearer_files_win_and_variables_win_over_files(monkeypatch):
    levels = ("system", "legacy", "user", "environment")
    for number, level in enumerate(levels):
        write(pip_conf(level), ini("global", index_url=f"file:///srv/{level}"))
        assert IndexSettings.from_environment().indexes == (f"file:///srv/{levels[number]}",)
    explicit = pip_conf("system").with_name("explicit.conf")
    write(explicit, "[global]\nindex_url = file:///srv/explicit\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(explicit))
    assert IndexSettings.from_environment().indexes == ("file:///srv/explicit",)
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example")
    assert IndexSettings.from_environment().indexes == ("https://variable.example",)


def test_the_download_section_wins_over_the_global_one():
    write(pip_conf("environment"), ini("global", index_url="file:///srv/global"))
    write(pip_conf("system"), ini("download", index_url="file:///srv/download"))
    assert IndexSettings.from_environment().indexes == ("file:///srv/download",)


def test_the_null_device_switches_pips_files_off(monkeypatch):
    write(pip_conf("user"), ini("global", index_url="file:///srv/user"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert IndexSettings.from_environment() == IndexSettings(default_index=True)


def test_lists_and_trust_from_pips_file():
    write(
        pip_conf("user"),
        ini(
            "global",
            extra_index_url="\n    file:///srv/a\n    file:///srv/simple",
            find_links="/srv/wheels",
            trusted_host="a.example",
            cert="~/company.pem",
        ),
    )
    found = IndexSettings.from_environment()
    assert found.indexes == ("file:///srv/a", "file:///srv/simple")
    assert found.find_links == ("/srv/wheels",)
    assert found.trusted_hosts == ("a.example",)
    assert found.certificates == Path(os.environ["HOME"]) / "company.pem"


def test_no_index_leaves_the_folders_only(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/srv/wheels")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    found = IndexSettings.from_environment()
    assert (found.indexes, found.find_links, found.default_index) == ((), ("/srv/wheels",), False)


def test_uvs_file():
    write(
        Path(os.environ["XDG_CONFIG_HOME"]) / "uv" / "uv.toml",
        '[[index]]\nname = "lab"\nurl = "https://lab.example"\n'
        '[[index]]\nurl = "https://main.example"\ndefault = true\n',
    )
    found = IndexSettings.from_environment()
    assert found.indexes == ("https://main.example", "https://lab.example")
    assert not found.default_index


@pytest.mark.parametrize(
    ("path", "text"), [("pip/pip.conf", "no section = 1"), ("uv/uv.toml", "index = [")]
)
def test_a_broken_file_is_named(path, text):
    broken = Path(os.environ["XDG_CONFIG_HOME"]) / path
    write(broken, text)
    with pytest.raises(UsageError, match=broken.name):
        IndexSettings.from_environment()
