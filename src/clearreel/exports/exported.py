"""What an export came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clearreel.core.amounts import counted


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to."""

    folder: Path
    format: str
    use: str
    clips: dict[str, int]
    """By split."""
    sources: int
    frames: int
    bytes: int
    """Of the clips' media."""
    cut: dict[str, int]
    """Clips by the way in which they were cut."""
    lost_frames: int
    """Frames of the exported clips that are not in their files."""
    left_out: dict[str, str]
    """Kept clips that could not be exported: clip id → reason."""
    not_stored: int
    """Kept clips whose footage is in no pack."""
    signed_with: str
    """The id of the key that signed it; empty when it is unsigned."""
    approvals: dict[str, str]
    """Roles whose approvals it rests on, for the use and all of its sources → ids of their keys."""

    @property
    def approved_by(self) -> list[str]:
        """Those roles."""
        return list(self.approvals)

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return asdict(self) | {"folder": str(self.folder), "approved_by": self.approved_by}

    def __str__(self) -> str:
        total = sum(self.clips.values())
        sides = ", ".join(f"{count} {split}" for split, count in self.clips.items())
        cuts = ", ".join(f"{count} {mode}" for mode, count in self.cut.items())
        lines = [
            f"{counted(total, 'clip')} of {counted(self.sources, 'source')} ({sides}) for "
            f"{self.use}: {self.folder}",
            f"{counted(self.frames, 'frame')}, {self.bytes / 1e6:.1f} MB; cut: {cuts}",
        ]
        if self.lost_frames:
            lost = counted(self.lost_frames, "frame of these clips is", "frames of these clips are")
            lines.append(f"{lost} trimmed away")
        if self.not_stored:
            missing = counted(self.not_stored, "kept clip is", "kept clips are")
            lines.append(f"{missing} in no pack and left out")
        for role, key_id in self.approvals.items():
            own = ", which signs the release, too" if key_id == self.signed_with else ""
            lines.append(f"approved by {role} with key {key_id}{own}")
        if self.signed_with:
            nobody = "" if self.approvals else "approved by nobody; "
            lines.append(f"{nobody}signed with key {self.signed_with}")
        else:
            lines.append("unsigned: nobody can verify it; sign it with --key FILE")
        lines += [f"left out: {clip}: {reason}" for clip, reason in self.left_out.items()]
        return "\n".join(lines)
