"""What a reader made of a clip, in the few words of a table's cell."""

from __future__ import annotations

from bench.readers.asking import Seen
from bench.readers.clips import Clip

EXACT = "exact"
SILENT = "does not play"


def verdict(clip: Clip, seen: Seen) -> str:
    """`exact`, or all that is not as it should be."""
    wanted = clip.wanted
    if not seen.numbers:
        return seen.error if seen.error in ("hangs", "crashes") else SILENT
    faults = []
    if seen.count is not None and seen.count != len(wanted):
        faults.append(f"counts {seen.count} for {len(wanted)}")
    if seen.numbers == wanted[: len(seen.numbers)] and seen.error:
        faults.append("fails at the end" if seen.numbers == wanted else "fails on the way")
    else:
        faults += _reading(wanted, seen.numbers)
    if any(number != wanted[place] for place, number in seen.picked or ()):
        faults.append("seeks wrong")
    if seen.seconds is not None:
        length = float(clip.times[-1])
        if abs(seen.seconds - length) > length / len(wanted) / 2:
            faults.append(f"lasts {seen.seconds:.2f} s for {length:.2f} s")
    return ", ".join(faults) or EXACT


def _reading(wanted: list[int], numbers: list[int | None]) -> list[str]:
    """What is wrong with the frames that came in order."""
    if numbers == wanted:
        return []
    size = len(wanted)
    places = range(len(numbers) - size + 1)
    place = next((n for n in places if numbers[n : n + size] == wanted), None)
    if place is not None:
        after = numbers[place + size :]
        faults = [f"shows {place} hidden frames first"] if place else []
        if after and set(after) == {wanted[-1]}:
            faults.append(f"shows the last frame {len(after) + 1} times")
        elif after:
            faults.append(f"shows {len(after)} hidden frames after")
        return faults
    if numbers == wanted[: len(numbers)]:
        return [f"stops after {len(numbers)} frames"]
    if numbers == wanted[-len(numbers) :]:
        return [f"lacks the first {size - len(numbers)} frames"]
    return ["wrong frames"]
