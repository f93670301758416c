"""The data set's card, as Hugging Face's hub and `datasets` read it.

Front matter: <https://huggingface.co/docs/hub/datasets-cards>.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clearreel.collection.splits import Split
from clearreel.core.amounts import counted

_KNOWN = frozenset(
    """
    cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0
    cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 etalab-2.0
    """.split()
)
"""Licences for footage that the hub has a name for; any other is `other` there."""

_SIZES = {
    10**3: "n<1K",
    10**4: "1K<n<10K",
    10**5: "10K<n<100K",
    10**6: "100K<n<1M",
    10**7: "1M<n<10M",
    10**8: "10M<n<100M",
}


def card(
    about: Mapping[str, Any],
    licenses: Iterable[str],
    data_files: Mapping[Split, Sequence[str]],
    clips: int,
) -> str:
    """README.md: front matter for the hub, and the same for a person.

    `data_files`: globs for each split. `about`: what the manifest says.
    """
    names = sorted(licenses)
    hub = sorted({name.lower() if name.lower() in _KNOWN else "other" for name in names})
    front = {
        "license": hub,
        "tags": ["video"],
        "size_categories": [
            next((word for most, word in _SIZES.items() if clips < most), "n>100M")
        ],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": list(globs)} for split, globs in data_files.items()
                ],
            }
        ],
    }
    # JSON is YAML, and quotes what needs it.
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
    counts = ", ".join(f"{count} in {split}" for split, count in about["clips"].items())
    return "\n".join(
        [
            "---",
            *lines,
            "---",
            "",
            f"# {about['name']}",
            "",
            f"{counted(clips, 'video clip')} ({counts}) from "
            f"{counted(about['sources'], 'source')}, cleared for "
            f"**{about['use']}** and curated with the recipe `{about['recipe']}` by "
            f"{about['made_by']}.",
            "",
            *_release_license(about.get("license")),
            f"Licences: {', '.join(names)}. `ATTRIBUTION.md` lists every work with its holder "
            "and licence; `manifest.json` has the SHA-256 of every file.",
            "",
            "Every file shows all frames that it holds. `cut` says how a clip was cut, and "
            "`lost_before` and `lost_after` how many frames of it are not in its file.",
            "",
        ]
    )


def _release_license(name: str | None) -> list[str]:
    if name is None:
        return []
    return [f"This release as a whole is under **{name}**, as the works in it ask.", ""]
