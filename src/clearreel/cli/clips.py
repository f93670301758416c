"""`clearreel clips`: one line a clip."""

from __future__ import annotations

from clearreel.cli.output import DataSetFolder, Json, Where, print_json, print_lines


def clips(dataset: DataSetFolder, where: Where = None, json: Json = False) -> None:
    """One line a clip, dropped ones included, with the reason."""
    from clearreel import api

    for clip in api.open(dataset).clips(where):
        if json:
            print_json(clip)
        else:
            verdict = "kept" if clip["kept"] else f"dropped: {clip['reason']}"
            print_lines(
                [
                    f"{clip['clip_id']} {clip['start']:>9.3f}s {clip['end']:>9.3f}s "
                    f"{clip['frames']:>6} frames  {clip['path']}  {verdict}"
                ]
            )
