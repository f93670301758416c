"""The bits that H.264's syntax is made of (ITU-T H.264, 7.2 and 9.1)."""

from __future__ import annotations


class Bits:
    """Reads one number after the other. Raises `ValueError` beyond the end."""

    def __init__(self, content: bytes) -> None:
        self._value = int.from_bytes(content, "big")
        self._left = 8 * len(content)

    def skip(self, count: int) -> None:
        """Skip so many bits."""
        self._left -= count

    def bits(self, count: int) -> int:
        """u(n): so many bits as a number."""
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        """u(1)."""
        return bool(self.bits(1))

    def ue(self) -> int:
        """ue(v): an Exp-Golomb code."""
        # The first 1 that is left says how long the number is.
        rest = self._value & (1 << self._left) - 1
        zeros = self._left - rest.bit_length()
        self._left -= 2 * zeros + 1
        return (rest >> self._left) - 1

    def skip_codes(self, count: int) -> None:
        """Skip numbers of any length: those with a sign are as long as those without."""
        for _ in range(count):
            self.ue()

    def se(self) -> int:
        """se(v): the same with a sign."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)

    def skip_scaling_list(self, size: int) -> None:
        """scaling_list (7.3.2.1.1.1), whose end depends on what it holds."""
        last = 8
        for _ in range(size):
            scale = (last + self.se() + 256) % 256
            if scale == 0:
                return
            last = scale
