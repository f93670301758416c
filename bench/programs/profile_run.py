"""Where the time of `clearreel run` goes: profile_run.py FILE RECIPE FOLDER.

The visit runs in this process, under cProfile. Time is given to the function that it is spent in,
compiled code included, and these are summed up by what they do.
"""

import cProfile
import json
import sys
from pathlib import Path

from clearreel.production.producing import open_or_create, produce
from clearreel.recipes.reading import load
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand

KINDS = {
    "decoding video": ("'decode' of 'av.codec.context",),
    "scaling pictures": ("reformat", "to_ndarray"),
    "reading packets": ("opening.py", "packets.py", "'read' of '_io"),
    "models": ("onnxruntime", "InferenceSession"),
    "writing clips and packs": ("'mux'", "media/cut/", "stores/packs.py", "'encode' of 'av"),
    "catalog": ("lance", "pyarrow", "stores/catalog.py"),
    "starting": ("<frozen", "builtins.compile", "builtins.exec", "marshal", "_imp."),
}
"""What is in a function's place or name, for each kind of work; the first that fits counts."""
REST = "comparing and measuring pictures, all else"

file, recipe, folder = sys.argv[1:]
grant = grant_from_flags("CC0-1.0", "the benchmark", "a benchmark")
catalog = open_or_create(Path(folder) / "set", None)
profile = cProfile.Profile()
profile.enable()
produce(catalog, expand([file]), [grant], load(recipe), InlineRunner(), "all")
profile.disable()
spent = dict.fromkeys((*KINDS, REST), 0.0)
for entry in profile.getstats():
    code = entry.code
    words = code if isinstance(code, str) else f"{code.co_filename} {code.co_name}"
    kind = next((k for k, marks in KINDS.items() if any(m in words for m in marks)), REST)
    spent[kind] += entry.inlinetime
sys.stdout.write(json.dumps(spent) + "\n")
