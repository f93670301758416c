import base64
import json
import re
from html.parser import HTMLParser

import pytest

from clearreel.core.errors import StorageError
from clearreel.media.jpeg import encode_jpeg
from clearreel.models.catalog import WEIGHTS
from clearreel.report.contact_sheet import MOST_DROPPED, MOST_KEPT
from clearreel.report.page import render_page, write_report
from clearreel.stages.nsfw import Nsfw

VOID = {"meta", "img", "br"}
NASTY = "<script>alert(1)</script>\"'><img src=http://evil.example/x onerror=alert(2)>\u202egpj.exe"


class Page(HTMLParser):
    """Collects what a page holds, and holds it to closing what it opens."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.pictures, self.open, self.words = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def values(self, key):
        return [value for _, name, value in self.attributes if name == key]


@pytest.fixture
def full(build, picture):
    data = build()
    source = data.source("a")
    data.clip(source, picture=picture, caption="a bunny wakes up")
    data.clip(source, 1.0, "length", "too short: 1.00 s, at least 2 s")
    reason = "nothing moves: motion 0.15 is below 0.2"
    data.clip(source, 4.0, "motion", reason, picture=picture, motion=0.15, nsfw=0.1)
    data.clip(source, 4.0, "nsfw", "may be explicit: nsfw 0.9 is above 0.5", picture, nsfw=0.9)
    data.source("no", "refused", reason="CC-BY-NC-4.0 does not permit it", license="CC-BY-NC-4.0")
    data.run(not_applied=[{"fact": "aesthetic", "min": 4.5, "reason": "plain"}])
    data.done()
    return data.write()


def test_says_what_came_in_and_what_is_kept(full):
    page = Page(render_page(full))
    assert "6.0 s kept of 1 min 00 s of footage, for commercial-training ." in page.text
    assert "of 4 found" in page.text and "1 refused" in page.text
    assert "Not applied: aesthetic at least 4.5 (plain); no stage of the recipe adds" in page.text
    assert "60× real time" in page.text


def test_asks_nobody_for_anything(full):
    page = Page(render_page(full))
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert all(value.startswith("data:image/jpeg;base64,") for value in page.values("src"))
    assert all(value.startswith("#") for value in page.values("href"))
    assert not any(key.startswith("on") or key == "style" for _, key, _ in page.attributes)
    (policy,) = [value for value in page.values("content") if "default-src" in value]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "url(" not in render_page(full) and "@import" not in render_page(full)


def test_every_link_leads_somewhere_and_ids_are_unique(full):
    page = Page(render_page(full))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in page.values("href")} <= set(ids)
    assert {name for value in page.values("aria-labelledby") for name in value.split()} <= set(ids)


def test_thresholds_are_drawn_in(full):
    text = Page(render_page(full)).text
    for label in ("at least 2", "at most 0.5", "at least 240", "at least 0.2, from 481 lines on"):
        assert label in text
    assert "1 clip outside of the rules" in text


def test_numbers_are_defined(full):
    text = Page(render_page(full)).text
    assert Nsfw.adds[0].description in text
    assert "A clip counts for the first rule that objects to it" in text


def test_weights_have_their_licence_and_training_data(full):
    text = Page(render_page(full)).text
    known = WEIGHTS["opennsfw"]
    assert known.license in text
    assert " ".join(known.training_data.split()) in text


def test_rights_stand_with_their_reasons(full):
    text = Page(render_page(full)).text
    for said in ("Ada, 2026", "a letter", "CC-BY-NC-4.0 does not permit it", "/footage/no.mp4"):
        assert said in text
    assert "1 source was found to be permitted for commercial-training" in text
    assert "1 source was refused before anything was decoded" in text


def test_the_operators_own_word_is_told_from_evidence(build):
    data = build()
    decision = {"reason": "permits", "attested": True}
    decision["findings"] = [{"grant": "f" * 32, "attested_by": "Eve"}]
    data.source("a", decision=json.dumps(decision))
    text = Page(render_page(data.write())).text
    assert "1 on the operator’s own word" in text
    assert "the word of the operator, Eve" in text


def test_further_places_of_the_same_bytes_are_listed(full):
    places = [{"path": path, "source_id": "a"} for path in ("/footage/a.mp4", "/other/copy.mp4")]
    full.put_places(places)
    assert "also /other/copy.mp4" in Page(render_page(full)).text


def test_what_a_safety_rule_objects_to_cannot_be_recovered(full, picture):
    pictures = Page(render_page(full)).values("src")
    stored = base64.b64encode(encode_jpeg(picture, 320)).decode()
    assert len(pictures) == 3
    assert sum(stored in shown for shown in pictures) == 2  # the kept one and the one that is slow
    assert min(map(len, pictures)) < len(stored) / 8


@pytest.mark.parametrize("rule", ["motion", "length", "duplicate", ""])
def test_it_is_hidden_whatever_dropped_it_first(build, picture, rule):
    data = build()
    data.clip(data.source("a"), 4.0, rule, rule and "for a reason", picture, nsfw=0.9)
    data.run()
    stored = base64.b64encode(encode_jpeg(picture, 320)).decode()
    assert stored not in render_page(data.write())


def test_it_stays_hidden_when_a_later_recipe_has_no_such_rule(build, picture):
    data = build()
    data.clip(data.source("a"), picture=picture, nsfw=0.9)
    data.run()
    data.run(rules=[])
    stored = base64.b64encode(encode_jpeg(picture, 320)).decode()
    assert stored not in render_page(data.write())


def test_names_that_attack_stay_text(build, picture):
    data = build("a<b>&set")
    findings = [{"grant": NASTY, "attested_by": NASTY, "evidence": NASTY}]
    decision = {"reason": NASTY, "basis": NASTY, "duties": [NASTY], "findings": findings}
    rights = {"license": NASTY, "holder": NASTY, "attribution": NASTY}
    rights["decision"] = json.dumps(decision)
    source = data.source("a", path=f"/{NASTY}/{NASTY}.mp4", **rights)
    data.clip(source, picture=picture, caption=NASTY)
    data.clip(source, 4.0, NASTY, NASTY)
    data.clip(source, 4.0, "duplicate", NASTY)
    data.source("b", "refused", reason=NASTY, **rights)
    data.source("c", "failed", reason=NASTY, path="/long/" + "x" * 100_000)
    rule = {"fact": "motion", "min": 0.1, "reason": NASTY, "origin": NASTY}
    more = {"recipe": NASTY, "description": NASTY, "detector": NASTY, "not_applied": [rule]}
    data.run([rule], stages=[NASTY], weights=[NASTY], **more)
    written = render_page(data.write())
    page = Page(written)
    assert "<script" not in written and "\u202e" not in written
    assert set(page.tags).isdisjoint({"script", "b>"})
    assert page.tags.count("img") == 1
    assert not any(key.startswith("on") for _, key, _ in page.attributes)
    assert "<script>alert(1)</script>" in page.text and "⟨U+202E⟩" in page.text
    assert "x" * 5000 not in written


@pytest.mark.parametrize("refused", [False, True])
def test_without_clips_there_is_a_page_too(build, refused):
    data = build()
    if refused:
        data.source("a", "refused", reason="no grant covers it")
        data.run()
    text = Page(render_page(data.write())).text
    assert ("No clips were found." if refused else "No footage has come in yet.") in text
    assert "There are no clips." in text and "Nothing has been measured yet." in text


def test_an_interrupted_run_is_marked(build):
    data = build()
    data.run()
    assert "The last run was interrupted" in Page(render_page(data.write())).text
    data.done()
    assert "The last run was interrupted" not in Page(render_page(data.catalog)).text


def test_the_same_rows_give_the_same_bytes(build, picture):
    pages = []
    for folder in ("one", "two"):
        data = build(f"{folder}/films")
        for number in range(4):
            source = data.source(f"s{number}")
            data.clip(source, picture=picture, nsfw=0.1 * number)
            data.clip(source, 4.0, "motion", "nothing moves: motion 0.15 is below 0.2", motion=0.15)
        data.run()
        pages.append(render_page(data.write(backwards=folder == "two")))
    assert pages[0] == pages[1]


def test_size_is_bounded_and_says_what_it_leaves_out(build, picture):
    data = build()
    still = data.clip(data.source("first"), picture=picture)
    still = {key: still[key] for key in still if key.startswith("thumbnail")}
    for number in range(300):
        source = data.source(f"s{number:03d}", path=f"/footage/{number:03d}/{'long ' * 60}.mp4")
        for clip in range(10):
            reason = "nothing moves: motion 0.15 is below 0.2" if clip % 2 else ""
            more = {"caption": "word " * 500, **still}
            data.clip(source, 4.0, "motion" if reason else "", reason, motion=0.15, **more)
    for number in range(300):
        data.source(f"r{number:03d}", "refused", reason=f"reason {number} " * 40)
    data.run()
    written = render_page(data.write())
    assert len(written.encode()) < 10_000_000
    page = Page(written)
    assert len(page.values("src")) == MOST_KEPT + MOST_DROPPED
    assert f"showing {MOST_KEPT} of 1,501 clips" in page.text
    assert f"showing {MOST_DROPPED} of 1,500 clips" in page.text
    assert re.search(r"showing \d+ of 301 sources", page.text)
    assert "240 more sources under other grants or reasons" in page.text


def test_is_written_as_one_file(full, tmp_path):
    path = write_report(full, tmp_path / "new" / "report.html")
    assert path.read_text("utf-8") == render_page(full)
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said(full, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        write_report(full, tmp_path / "file" / "report.html")


def test_nothing_half_written_remains(full, tmp_path):
    folder = tmp_path / "out"
    (folder / "report.html").mkdir(parents=True)
    with pytest.raises(StorageError):
        write_report(full, folder / "report.html")
    assert [path.name for path in folder.iterdir()] == ["report.html"]
