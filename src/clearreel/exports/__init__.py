"""Write the kept clips for their readers: one file a format, one door."""

from __future__ import annotations

from clearreel.exports.exported import Exported
from clearreel.exports.exporting import export, formats

__all__ = ["Exported", "export", "formats"]
