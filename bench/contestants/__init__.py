"""Everything that takes part, in the order of the tables."""

from __future__ import annotations

from collections.abc import Mapping

from bench.contestants.contract import Contestant, Outcome, Task
from bench.contestants.cutting import CopyCut, ExactCut
from bench.contestants.decoding import FfmpegCopy, FfmpegDecode, LeastDecode, PyavDecode, Transcode
from bench.contestants.detecting import Exact, Scout, ToldScout, TransNetV2
from bench.contestants.nemo import NemoVp9, NemoX264
from bench.contestants.pyscenedetect import Adaptive, AdaptiveSplit, Content
from bench.contestants.running import RunDefault, RunFast, ToldRun
from bench.contestants.transnetv2_torch import TransNetV2Torch

__all__ = ["CONTESTANTS", "Contestant", "Outcome", "Task"]

CONTESTANTS: Mapping[str, Contestant] = {
    contestant.name: contestant
    for contestant in (
        FfmpegDecode(),
        PyavDecode(),
        LeastDecode(),
        Scout(),
        ToldScout(),
        Exact(),
        RunFast(),
        ToldRun(),
        RunDefault(),
        FfmpegCopy(),
        CopyCut(),
        ExactCut(),
        TransNetV2(),
        Adaptive(),
        Content(),
        AdaptiveSplit(),
        Transcode(),
        TransNetV2Torch(),
        NemoX264(),
        NemoVp9(),
    )
}
