"""Name the machine, and the versions of what is measured on it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path


def processor() -> str:
    """Its name, and how many cores of it there are."""
    return f"{_field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores"


def describe() -> dict[str, str]:
    """All but the processor, one line each, in the order in which they are shown."""
    kernel = ".".join(platform.release().split(".")[:2])
    return {
        "memory": f"{int(_field('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {kernel}, Python {platform.python_version()}",
        "ffmpeg": _ffmpeg(),
        "packages": ", ".join(
            f"{name} {version(name)}" for name in ("clearreel", "av", "numpy", "onnxruntime")
        ),
    }


def revision() -> str:
    """The commit that is checked out, or nothing where that cannot be told."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return f"{platform.machine()} (no {name})"


def _ffmpeg() -> str:
    if not shutil.which("ffmpeg"):
        return "not installed"
    said = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0].removeprefix("ffmpeg version ").split(" Copyright")[0]
