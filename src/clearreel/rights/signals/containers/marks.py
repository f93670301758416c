"""Any file: XMP packets and C2PA manifest stores found by the marks that they begin with.

Adobe's XMP specification, part 1, "Scanning files for XMP packets"; ISO/IEC 19566-5 (JUMBF), whose
description box of a manifest store holds C2PA's identifier. Packets in UTF-8 are found.
"""

from __future__ import annotations

from typing import BinaryIO
from uuid import UUID

from clearreel.rights.signals.containers.found import MAX_XMP_BYTES, DamagedError, Found

_BEGIN = b"<?xpacket begin"
_END = b"<?xpacket end"
_C2PA = b"jumd" + UUID("63327061-0011-0010-8000-00aa00389b71").bytes
_PIECE = 1 << 20
_LAP = max(len(_BEGIN), len(_C2PA)) - 1


def search(file: BinaryIO, size: int, found: Found) -> None:
    """Reads the whole file once. Raises `DamagedError` for a packet that does not end."""
    file.seek(0)
    data = b""
    while piece := file.read(_PIECE):
        data += piece
        found.credentials = found.credentials or _C2PA in data
        while (start := data.find(_BEGIN)) >= 0:
            while (end := data.find(_END, start)) < 0 and len(data) - start <= MAX_XMP_BYTES:
                piece = file.read(_PIECE)
                if not piece:
                    break
                data += piece
            if end < 0:
                raise DamagedError("an XMP packet that does not end")
            found.credentials = found.credentials or _C2PA in data
            found.xmp.append(data[start:end])
            data = data[end:]
        data = data[-_LAP:]
