"""Which package indexes the user's pip and uv are configured with.

Both tools are asked, because an environment may have been made by either, and their answers are
joined: what is downloaded is held to a hash, so it does not matter which index it came from.
Neither tool is run: an environment made by uv has no pip.

pip: <https://pip.pypa.io/en/stable/topics/configuration/>
uv: <https://docs.astral.sh/uv/concepts/configuration-files/> (its user and system files)
"""

from __future__ import annotations

import configparser
import os
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Where packages are looked for, and how those places are trusted."""

    indexes: tuple[str, ...] = ()
    """Addresses of indexes that speak the simple repository API; `file:` addresses are allowed."""
    find_links: tuple[str, ...] = ()
    """Folders of archives, and pages that link to archives."""
    default_index: bool = True
    """Whether the public default index is asked too: neither tool names another, nor forbids it."""
    trusted_hosts: tuple[str, ...] = ()
    """Hosts whose certificate is not checked, and that may speak plain HTTP."""
    certificates: Path | None = None
    """A file or folder of certificates to trust instead of the system's own."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> IndexSettings:
        """Read the environment variables and configuration files of pip and uv.

        Raises `UsageError` for a configuration file that cannot be read.
        """
        pip, uv = _pip_options(environ), _uv_options(environ)
        main = [*_words(pip.get("index_url")), *_words(uv.get("index_url"))]
        extra = [*_words(pip.get("extra_index_url")), *_words(uv.get("extra_index_url"))]
        links = [*_words(pip.get("find_links")), *_words(uv.get("find_links"))]
        forbidden = _is_true(pip.get("no_index")) or _is_true(uv.get("no_index"))
        certificates = pip.get("cert")
        return cls(
            indexes=() if forbidden else _unique([*main, *extra]),
            find_links=_unique(links),
            default_index=not main and not forbidden,
            trusted_hosts=_unique(
                [*_words(pip.get("trusted_host")), *_words(uv.get("allow_insecure_host"))]
            ),
            certificates=Path(certificates).expanduser() if certificates else None,
        )


SYSTEM = Path("/etc")
"""Where the files for all users of the machine lie."""
ENVIRONMENT = Path(sys.prefix)
"""Where the file for the Python environment that is running lies."""

_APPENDING = ("extra_index_url", "find_links", "trusted_host")


def _pip_options(environ: Mapping[str, str]) -> dict[str, str]:
    """pip's options: a variable wins over [download], which wins over [global].

    Within a section the later file wins: system, user, environment, then `$PIP_CONFIG_FILE`.
    """
    files = [_read_ini(path) for path in _pip_files(environ)]
    options: dict[str, str] = {}
    for section in ("global", "download"):
        for file in files:
            if file.has_section(section):
                options |= {_option(key): value for key, value in file[section].items()}
    for key in ("index_url", "no_index", "cert", *_APPENDING):
        if value := environ.get("PIP_" + key.upper()):
            options[key] = value
    return options


def _pip_files(environ: Mapping[str, str]) -> list[Path]:
    explicit = environ.get("PIP_CONFIG_FILE")
    if explicit == os.devnull:
        return []
    home = Path(environ.get("HOME") or Path.home())
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    system = (environ.get("XDG_CONFIG_DIRS") or str(SYSTEM / "xdg")).split(":")
    paths = [Path(folder) / "pip" / "pip.conf" for folder in reversed(system)]
    paths += [SYSTEM / "pip.conf", home / ".pip" / "pip.conf", config / "pip" / "pip.conf"]
    paths.append(ENVIRONMENT / "pip.conf")
    if explicit:
        paths.append(Path(explicit).expanduser())
    return [path for path in paths if path.is_file()]


def _read_ini(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"pip's configuration {path} cannot be read: {error}",
            hint="pip config debug",
        ) from error
    return parser


def _uv_options(environ: Mapping[str, str]) -> dict[str, str]:
    """uv's options under pip's names: a variable wins over the user's file, that over the system's.

    `[[index]]` entries and `$UV_INDEX`, uv's present form, come before the older options.
    """
    options: dict[str, str] = {}
    for path in _uv_files(environ):
        options |= _from_uv_table(_read_toml(path))
    variables = {
        "index_url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
        "extra_index_url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
        "find_links": ("UV_FIND_LINKS",),
        "no_index": ("UV_NO_INDEX",),
        "allow_insecure_host": ("UV_INSECURE_HOST",),
    }
    for option, names in variables.items():
        given = [environ.get(name, "") for name in names]
        if option == "find_links":  # the one list that uv separates by commas
            given = [value.replace(",", " ") for value in given]
        values = [_without_name(word) for value in given for word in _words(value)]
        if values:
            options[option] = " ".join(values)
    return options


def _uv_files(environ: Mapping[str, str]) -> list[Path]:
    if _is_true(environ.get("UV_NO_CONFIG")):
        return []
    if explicit := environ.get("UV_CONFIG_FILE"):
        return [Path(explicit).expanduser()]
    home = Path(environ.get("HOME") or Path.home())
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    paths = [SYSTEM / "uv" / "uv.toml", config / "uv" / "uv.toml"]
    return [path for path in paths if path.is_file()]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"uv's configuration {path} cannot be read: {error}", hint=f"correct {path}"
        ) from error


def _from_uv_table(written: Mapping[str, Any]) -> dict[str, str]:
    table = {_option(key): value for key, value in written.items()}
    indexes = [index for index in table.get("index", ()) if "url" in index]
    values: dict[str, list[str]] = {
        "index_url": [index["url"] for index in indexes if index.get("default")],
        "extra_index_url": [index["url"] for index in indexes if not index.get("default")],
        "find_links": list(table.get("find_links", ())),
        "allow_insecure_host": list(table.get("allow_insecure_host", ())),
        "no_index": ["1"] if table.get("no_index") else [],
    }
    if "index_url" in table:
        values["index_url"].append(table["index_url"])
    values["extra_index_url"] += table.get("extra_index_url", ())
    return {key: " ".join(value) for key, value in values.items() if value}


def _option(written: str) -> str:
    """An option as variables spell it, in small letters; files may write hyphens."""
    return written.removeprefix("--").replace("-", "_")


def _without_name(entry: str) -> str:
    """`name=address`, as `$UV_INDEX` allows, without the name."""
    name, equals, address = entry.partition("=")
    return address if equals and "/" not in name and ":" not in name else entry


def _words(value: str | None) -> list[str]:
    return (value or "").split()


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _is_true(value: str | None) -> bool:
    return (value or "").strip().lower() in {"1", "true", "yes", "on"}
