"""What laws and readers ask to be told of a data set, filled from what it recorded."""

from __future__ import annotations

from clearreel.disclosures.disclosing import Disclosure, disclose, kinds

__all__ = ["Disclosure", "disclose", "kinds"]
