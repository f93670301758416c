"""Write the kept clips for their readers: one file a format, one door."""

from __future__ import annotations

from clearreel.exports.exporting import Exported, export, formats

__all__ = ["Exported", "export", "formats"]
