"""NeMo Curator's stages, one after the other in this process: peer_nemo.py ENCODER FILE FOLDER.

Read, fixed stride of 10 s, transcode, motion score, write. Only libvpx-vp9 passes its list of
encoders on a CPU; for libx264 that one check is left out, and the generic command line used.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# Its stages call ffmpeg and ffprobe by name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from nemo_curator.pipeline import Pipeline
from nemo_curator.stages.video.clipping import clip_extraction_stages as clipping
from nemo_curator.stages.video.filtering.motion_filter import (
    MotionFilterStage,
    MotionVectorDecodeStage,
)
from nemo_curator.stages.video.io.clip_writer import ClipWriterStage
from nemo_curator.stages.video.io.video_reader import VideoReader
from nemo_curator.tasks import EmptyTask

STRIDE_SECONDS, LEAST_SECONDS = 10.0, 2.0


class AnyEncoder(clipping.ClipTranscodingStage):
    """Without the check of the encoder's name."""

    def setup(self, worker_metadata: object = None) -> None:
        """Leave the check out."""


encoder, file, folder = sys.argv[1:]
videos = Path(folder, "videos")
videos.mkdir()
(videos / Path(file).name).symlink_to(Path(file).resolve())
written = Path(folder, "written")
written.mkdir()
allowed = encoder in clipping.SUPPORTED_ENCODERS
transcoding = clipping.ClipTranscodingStage if allowed else AnyEncoder
pipeline = Pipeline(name="split", description="stages on a CPU")
for stage in (
    VideoReader(input_video_path=str(videos)),
    clipping.FixedStrideExtractorStage(
        clip_len_s=STRIDE_SECONDS,
        clip_stride_s=STRIDE_SECONDS,
        min_clip_length_s=LEAST_SECONDS,
        limit_clips=0,
    ),
    transcoding(num_cpus_per_worker=1.0, encoder=encoder, encoder_threads=1, encode_batch_size=16),
    MotionVectorDecodeStage(num_cpus_per_worker=1.0),
    MotionFilterStage(score_only=True, num_gpus_per_worker=0, motion_filter_batch_size=4),
    ClipWriterStage(
        output_path=str(written),
        input_path=str(videos),
        upload_clips=True,
        dry_run=False,
        generate_embeddings=False,
        generate_previews=False,
        generate_captions=False,
        caption_models=[],
        enhanced_caption_models=[],
    ),
):
    pipeline.add_stage(stage)
pipeline.build()
tasks = [EmptyTask()]
for stage in pipeline.stages:
    stage.setup()
    results = (stage.process(task) for task in tasks)
    tasks = [
        task
        for result in results
        if result is not None
        for task in (result if isinstance(result, list) else [result])
    ]
