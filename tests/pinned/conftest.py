"""A package index on the loopback, and packages that were made up for it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from clearreel.pinned import PinnedArchive, PinnedFile, index, settings

CONTENT = bytes(range(256)) * 400


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Package:
    """An archive that was made up, with pins that are right."""

    filename: str
    data: bytes
    members: Mapping[str, bytes]

    @property
    def archive(self) -> PinnedArchive:
        return PinnedArchive(
            "fake-weights", "1.0", self.filename, sha256(self.data), len(self.data)
        )

    def file(self, member: str, cached_as: str | None = None) -> PinnedFile:
        data = self.members[member]
        place = cached_as or f"weights/{Path(member).name}"
        return PinnedFile(self.archive, member, sha256(data), len(data), place)


def wheel(members: Mapping[str, bytes]) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return Package("fake_weights-1.0-py3-none-any.whl", buffer.getvalue(), members)


def sdist(members: Mapping[str, bytes]) -> Package:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return Package("fake_weights-1.0.tar.gz", buffer.getvalue(), members)


@dataclass
class Index:
    """A package index that may be told to fail."""

    packages: list[Package] = field(default_factory=list)
    speaks_json: bool = True
    failures: list[int] = field(default_factory=list)
    """Status codes that the next requests are answered with."""
    truncate: int = 0
    """How many of the next archives break off half way."""
    served: Mapping[str, bytes] = field(default_factory=dict)
    """What is sent under a file name instead of the package's own bytes."""
    requests: Counter[str] = field(default_factory=Counter)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    index: Index

    def do_GET(self) -> None:
        self.index.requests[self.path] += 1
        if self.index.failures:
            self._answer(self.index.failures.pop(0), "text/plain", b"no")
        elif self.path == "/simple/fake-weights/":
            self._answer(200, *self._listing())
        else:
            name = self.path.removeprefix("/files/")
            known = {p.filename: p.data for p in self.index.packages} | dict(self.index.served)
            if name not in known:
                self._answer(404, "text/plain", b"")
            elif self.index.truncate:
                self.index.truncate -= 1
                self._answer(200, "application/octet-stream", known[name], broken=True)
            else:
                self._answer(200, "application/octet-stream", known[name])

    def _listing(self) -> tuple[str, bytes]:
        files = [(p.filename, sha256(p.data)) for p in self.index.packages]
        if self.index.speaks_json:
            rows = [
                {"filename": name, "url": f"/files/{name}", "hashes": {"sha256": digest}}
                for name, digest in files
            ]
            page = {"meta": {"api-version": "1.0"}, "name": "fake-weights", "files": rows}
            return "application/vnd.pypi.simple.v1+json", json.dumps(page).encode()
        links = [f'<a href="/files/{name}#sha256={digest}">{name}</a>' for name, digest in files]
        return "text/html", f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()

    def _answer(self, status: int, kind: str, body: bytes, *, broken: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # a client may break off
            self.wfile.write(body[: len(body) // 2] if broken else body)

    def log_message(self, *_: object) -> None:
        pass  # the tests' output is no place for a server's log


@pytest.fixture(autouse=True)
def own_environment(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No configuration of this machine, no pauses, and a cache of the test's own."""
    if request.node.get_closest_marker("footage"):
        return  # real footage comes from the user's cache or index
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "CLEARREEL_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setattr(settings, "SYSTEM", tmp_path / "etc")
    monkeypatch.setattr(settings, "ENVIRONMENT", tmp_path / "environment")
    monkeypatch.setattr(index, "PAUSES", (0.0, 0.0))
    monkeypatch.setenv("CLEARREEL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def package_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index on the loopback, configured as pip's only one."""
    found = Index()
    handler = type("BoundHandler", (Handler,), {"index": found})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/simple"
    monkeypatch.setenv("PIP_INDEX_URL", found.url)
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def make_wheel() -> Callable[[Mapping[str, bytes]], Package]:
    return wheel


@pytest.fixture
def make_sdist() -> Callable[[Mapping[str, bytes]], Package]:
    return sdist


@pytest.fixture
def package() -> Package:
    """A wheel with one file of weights."""
    return wheel({"fake_weights/model.onnx": CONTENT, "fake_weights/__init__.py": b"1 / 0"})
