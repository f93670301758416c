"""The rights file: TOML with one `[[grant]]` table for each permission, and what else is known.

    [[grant]]
    files = ["bunny/**", "trailer.mp4"]       # relative to this file's folder; see `rights.scope`
    license = "CC-BY-3.0"
    holder = "Blender Foundation"
    basis = "stated on the film's site"
    attribution = "(c) 2008, Blender Foundation, www.bigbuckbunny.org"
    evidence = "evidence/about-page.pdf"      # a file, hashed when read; or an address, as text
    verified_by = "Ada Lovelace"
    verified_on = 2026-11-20
    valid_until = 2028-01-01                  # not given: no end
    uses = ["research-training"]              # not given: whatever the licence permits

Rarer keys, none of which has to be given:

    intervals = [[0, 12.5], [60, 90]]         # seconds of each file; not given: all of it
    layers = ["audio"]                        # not given: footage and audio; see `rights.layers`
    territory = ["DE", "FR"]                  # countries; not given: anywhere
    permission = ["reproduce", "derive"]      # ODRL actions; not given: as the licence says
    prohibition = ["distribute"]              # ODRL actions; see `rights.odrl`
    duty = ["attribute"]                      # ODRL duties beyond the licence's
    evidence_on = 2026-11-01                  # when the evidence was made
    valid_from = 2026-12-01
    made_from = [                             # what the footage was taken from; not given: it is
        { name = "Our Films", license = "CC-BY-4.0" },      # the holder's own
        { name = "Free Clips", license = "CC0-1.0", made_from = ["HD-VG-130M"] },
    ]

A file that several grants cover needs the permission of all of them; `uses = []` excludes.

    [[captions]]
    files = ["**/*.txt", "captions.jsonl"]    # the sidecars, or the footage
    written_by = "captioner-7b"               # a model; or by_people = true
    license = "Apache-2.0"                    # of the model, or of the people's text
    trained_on = ["COCO", { name = "our photos", license = "owned" }]
    evidence = "evidence/model-card.html"     # as for grants

    [[people]]
    files = ["interview.mp4"]
    shown = ["Ada Lovelace"]                  # all who are, or "none"
    intervals = [[0, 12.5]]                   # as for grants

    [[consents]]
    person = "Ada Lovelace"
    files = ["interview.mp4"]
    intervals = [[0, 12.5]]                   # as for grants
    activities = ["genai-training", "other-training"]
    purposes = ["research", "commercial"]
    valid_from = 2026-11-01
    valid_until = 2031-11-01                  # not given: no end
    withdrawn_on = 2027-02-01                 # not given: not withdrawn
    evidence = "evidence/release-form.pdf"    # a file, hashed when read
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clearreel.rights.caption_table import read_captions
from clearreel.rights.grant_table import read_grant
from clearreel.rights.grants import Grant
from clearreel.rights.people_tables import read_consent, read_shown
from clearreel.rights.rights_table import Table
from clearreel.rights.statements import NOTHING_STATED, Statements
from clearreel.rights.toml_lines import read_toml

_TABLES = ("grant", "captions", "people", "consents")


@dataclass(frozen=True, slots=True)
class Rights:
    """All that a rights file says, in its order."""

    grants: tuple[Grant, ...] = ()
    statements: Statements = NOTHING_STATED


def read_rights(path: Path) -> Rights:
    """What the rights file at `path` says; evidence files are hashed.

    Raises `UsageError`, with the line and the key, for whatever is malformed, unknown or missing.
    """
    lines, document = read_toml(
        path, "the rights file", "--rights takes a TOML file with [[grant]] tables"
    )
    for key in document:
        if key not in _TABLES:
            hint = "write each permission as a [[grant]] table"
            problem = f" is not known here; allowed are {', '.join(_TABLES)}"
            raise lines.error("", 0, key, problem, hint)
    folder = path.absolute().parent.resolve()
    found: dict[str, list[Table]] = {}
    for name in _TABLES:
        tables = document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise lines.error("", 0, name, " is not a list of tables", f"write it as [[{name}]]")
        found[name] = [Table(lines, name, i, table, folder) for i, table in enumerate(tables)]
    return Rights(
        tuple(map(read_grant, found["grant"])),
        Statements(
            tuple(read_captions(table, path.name) for table in found["captions"]),
            tuple(map(read_shown, found["people"])),
            tuple(map(read_consent, found["consents"])),
        ),
    )
