"""`clearreel sources`: one line a source."""

from __future__ import annotations

from clearreel.cli.output import DataSetFolder, Json, Where, print_json, print_lines


def sources(dataset: DataSetFolder, where: Where = None, json: Json = False) -> None:
    """One line a source, refused and unreadable ones included, with the reason."""
    from clearreel import api

    for source in api.open(dataset).sources(where):
        if json:
            print_json(source)
        else:
            reason = f": {source['reason']}" if source["reason"] else ""
            print_lines(
                [
                    f"{source['source_id']} {source['license'] or 'no licence'}  "
                    f"{source['path']}  {source['status']}{reason}"
                ]
            )
