"""Weighted prediction: where an encoder makes what it predicts from lighter or darker.

Encoders that tell weights (x264's and x265's `weightp`) do so where the light of the whole picture
changes from frame to frame: in nearly every fade and dissolve, and hardly anywhere else. The
weights stand in the slice headers, in front of all that is coded, so nothing has to be decoded for
them.
"""

from clearreel.media.weighting.h264 import H264WeightingReader
from clearreel.media.weighting.hevc import HevcWeightingReader
from clearreel.media.weighting.reading import UNIT, UNTOLD, WeightingReader

READERS: dict[str, type[WeightingReader]] = {
    "h264": H264WeightingReader,
    "hevc": HevcWeightingReader,
}
"""By codec; other codecs' packets tell nothing of the kind."""

__all__ = ["READERS", "UNIT", "UNTOLD", "WeightingReader"]
