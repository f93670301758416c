"""Chromium's video element: what is on screen at first, and at the middle of every frame."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import unquote

import numpy as np
from answering import Asked, Seen, answer

PAGE = Path(__file__).with_name("player.html")
PATIENCE = 50
"""Seconds for one clip."""

Job = dict[str, Any]
"""What the page is to play."""
Report = tuple[dict[str, Any], bytes]
"""What it saw: words, and pixels."""


class Handler(BaseHTTPRequestHandler):
    """Gives the page, the jobs and the clips, and takes the reports."""

    protocol_version = "HTTP/1.1"

    def __init__(self, jobs: Queue[Job], reports: Queue[Report], *rest: Any) -> None:
        self._jobs, self._reports = jobs, reports
        super().__init__(*rest)

    def do_GET(self) -> None:
        """The page, the next job once there is one, or a clip, whole or in part."""
        if self.path == "/":
            self._send(PAGE.read_bytes(), "text/html")
        elif self.path == "/next":
            self._send(json.dumps(self._jobs.get()).encode(), "application/json")
        elif self.path.startswith("/clip/"):
            self._send_range(Path(unquote(self.path.removeprefix("/clip"))).read_bytes())
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """What was seen: words in the address, pixels in the body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._reports.put((json.loads(unquote(self.path.split("?", 1)[1])), body))
        self._send(b"", "text/plain")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_range(self, data: bytes) -> None:
        first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        start, end = int(first), int(last) if last else len(data) - 1
        self.send_response(206)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end + 1 - start))
        self.end_headers()
        self.wfile.write(data[start : end + 1])


class Server(ThreadingHTTPServer):
    """Says nothing of a browser that has gone."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever waits for a report notices."""


def read(jobs: Queue[Job], reports: Queue[Report], asked: Asked, seen: Seen) -> None:
    """Through a `video` element, drawn on a canvas."""
    step = asked.times[-1] / len(asked.middles)
    jobs.put({"address": f"/clip{asked.path}", "moments": asked.middles, "step": step})
    try:
        report, body = reports.get(timeout=PATIENCE)
    except Empty:
        raise TimeoutError("no answer") from None
    if "duration" in report:
        seen.seconds = report["duration"]
        shape = (-1, report["height"], report["width"], 4)
        pictures = np.frombuffer(body, np.uint8).reshape(shape)
        seen.numbers = asked.numbers(pictures[..., :3])
    if "error" in report:
        raise ValueError(report["error"])


def main() -> None:
    """Serve on the loopback, show the page without a window, and answer."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or sys.exit(1)
    said = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True)
    jobs: Queue[Job] = Queue()
    reports: Queue[Report] = Queue()
    server = Server(("127.0.0.1", 0), partial(Handler, jobs, reports))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", f"--user-data-dir={profile}", "--disable-gpu", "--mute-audio"]
        options += ["--no-first-run", "--disable-dev-shm-usage"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # it refuses to run as root with one
        browser = subprocess.Popen(
            [chromium, *options, f"http://127.0.0.1:{server.server_port}/"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            answer(said.stdout.split()[1], partial(read, jobs, reports))
        finally:
            browser.terminate()
            browser.wait()


if __name__ == "__main__":
    main()
