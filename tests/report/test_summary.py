import json
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import DatasetError
from clearreel.report.drops import count_drops
from clearreel.report.history import read_history
from clearreel.report.summary import Amount, summarise
from clearreel.stores.catalog import Catalog


@pytest.fixture
def mixed(build):
    """Two used sources, one refused and two unreadable; every kind of drop."""
    data = build()
    first, second = data.source("a"), data.source("b", license="CC0-1.0", holder="Bob")
    data.source("no", "refused", reason="no grant covers it", license="", holder="")
    data.source("bad", "unreadable", reason="empty file")
    data.source("worse", "unreadable", reason="empty file")
    data.clip(first, 36.0)
    data.clip(first, 3.6, "length", "too short: 3.60 s, at least 4 s")
    data.clip(first, 3.6, "length", "too short: 1.20 s, at least 4 s")
    data.clip(first, 7.2, "nsfw", "may be explicit: nsfw 0.9 is above 0.5", nsfw=0.9)
    small = {"short_side": 300, "motion": 0.05}
    data.clip(second, 7.2, "motion", "nothing moves: motion 0.05 is below 0.1", **small)
    data.clip(second, 7.2, "motion", "nothing moves: motion 0.15 is below 0.2", motion=0.15)
    data.clip(second, 7.2, "duplicate", "the same coded video as clip a-0")
    data.clip(second, 7.2, "duplicate", "looks the same (cosine 0.970) as clip a-0")
    data.clip(second, 18.0, cut="trim", cut_frames=50)
    data.run(not_applied=[{"fact": "aesthetic", "min": 4.5, "reason": "plain", "origin": "B"}])
    data.done()
    return data.write()


def test_counts_clips_and_hours(mixed):
    summary = summarise(mixed)
    assert summary.found.clips == 9
    assert summary.found.hours == pytest.approx(97.2 / 3600)
    assert summary.kept == Amount(2, pytest.approx(0.015))
    assert summary.hours_in == pytest.approx(120 / 3600)
    assert (summary.dataset, summary.use) == ("films", "commercial-training")


def test_every_drop_counts_once_in_the_order_in_which_rules_speak(mixed):
    dropped = summarise(mixed).dropped
    assert [(drop.reason, drop.clips, round(drop.hours * 3600, 3)) for drop in dropped] == [
        ("too short", 2, 7.2),
        ("may be explicit", 1, 7.2),
        ("too small", 0, 0.0),
        ("nothing moves", 1, 7.2),
        ("nothing moves", 1, 7.2),
        ("the same coded video as another clip", 1, 7.2),
        ("looks the same as another clip", 1, 7.2),
    ]
    assert [drop.bound for drop in dropped[:5]] == [
        "duration at least 2 s",
        "nsfw at most 0.5",
        "short_side at least 240",
        "motion at least 0.1, up to 480 lines",
        "motion at least 0.2, from 481 lines on",
    ]
    assert [drop.safety for drop in dropped].count(True) == 1


def test_found_is_what_was_dropped_and_what_is_kept(mixed):
    summary = summarise(mixed)
    parts = [(drop.clips, drop.hours) for drop in summary.dropped]
    parts.append((summary.kept.clips, summary.kept.hours))
    assert sum(clips for clips, _ in parts) == summary.found.clips
    assert sum(hours for _, hours in parts) == pytest.approx(summary.found.hours)


def test_sources_by_status_and_reason(mixed):
    counts = [(s.status, s.reason, s.sources) for s in summarise(mixed).sources]
    assert counts == [
        ("done", "", 2),
        ("refused", "no grant covers it", 1),
        ("unreadable", "empty file", 2),
    ]


def test_rights_count_what_is_kept(mixed):
    rights = [(r.license, r.holder, r.sources, r.clips) for r in summarise(mixed).rights]
    assert rights == [("CC-BY-4.0", "Ada", 1, 1), ("CC0-1.0", "Bob", 1, 1)]


def test_cuts_say_what_is_stored(mixed):
    copy, trim = summarise(mixed).cuts
    assert (copy.mode, copy.clips, copy.bytes, copy.hidden_frames) == ("copy", 1, 500, 3)
    assert trim.hours == pytest.approx(9.0 / 3600)
    assert summarise(mixed).media_bytes == 1000


def test_what_was_not_applied_says_why(mixed):
    (rule,) = summarise(mixed).not_applied
    assert rule.bound == "aesthetic at least 4.5"
    assert rule.why == "no stage of the recipe adds aesthetic"


def test_speed_is_of_the_last_run_that_worked(build):
    data = build()
    data.source("a")
    data.run()
    data.done(visited=5)
    data.run()
    data.done(visited=0, footage_seconds=0.0, wall_seconds=0.1, decoded_share=None)
    speed = summarise(data.write()).speed
    assert (speed.sources, speed.times_real_time, speed.decoded_share) == (5, 60.0, 0.25)
    assert speed.cpu_seconds_per_hour == 90.0


def test_a_run_without_an_end_is_not_finished(build):
    data = build()
    data.run()
    data.done()
    data.run()
    assert not summarise(data.write()).finished


def test_clips_of_unfinished_sources_are_not_counted(build):
    data = build()
    data.clip(data.source("a"))
    data.clip(data.source("b", "started"))
    summary = summarise(data.write())
    assert summary.found.clips == 1
    assert [s.status for s in summary.sources] == ["done", "started"]


def test_a_quantile_becomes_the_bound_that_it_means(build):
    data = build()
    source = data.source("a")
    for motion in (0.0, 0.1, 0.2, 0.3, 0.4):
        low = motion < 0.1
        reason = "slow: motion 0 is below 0.1" if low else ""
        data.clip(source, 3.6, "motion" if low else "", reason, motion=motion)
    data.run(rules=[{"fact": "motion", "min_quantile": 0.25, "reason": "slow"}])
    (drop,) = summarise(data.write()).dropped
    assert (drop.bound, drop.clips) == ("motion at least 0.1", 1)


def test_what_an_earlier_recipe_dropped_is_not_lost(build):
    data = build()
    data.clip(data.source("a"), 3.6, "contrast", "flat: contrast 3 is below 9")
    data.run()
    dropped = [drop for drop in summarise(data.write()).dropped if drop.clips]
    assert [(drop.rule, drop.clips) for drop in dropped] == [("contrast", 1)]


def test_empty_data_set(build):
    summary = summarise(build().write())
    assert summary.found == summary.kept == Amount(0, 0.0)
    assert (summary.sources, summary.dropped, summary.rights, summary.cuts) == ((), (), (), ())
    assert summary.recipe == "" and summary.speed is None and summary.finished


def test_only_refused_sources(build):
    data = build()
    for name in "abc":
        data.source(name, "refused", reason="no grant covers it")
    data.run()
    summary = summarise(data.write())
    assert [(s.status, s.sources) for s in summary.sources] == [("refused", 3)]
    assert summary.hours_in == 0 and summary.rights == ()


def test_thousands_of_clips(build):
    data = build()
    for number in range(20):
        source = data.source(f"s{number:02d}", seconds=3600.0)
        for clip in range(150):
            small = clip % 3 == 0
            reason = "too small: short_side 100 is below 240"
            side = 100 if small else 720
            data.clip(source, 9.0, "short_side" if small else "", small * reason, short_side=side)
    data.run()
    summary = summarise(data.write())
    assert (summary.found.clips, summary.kept.clips) == (3000, 2000)
    assert [d.clips for d in summary.dropped if d.rule == "short_side"] == [1000]
    assert summary.kept.hours == pytest.approx(5.0)


def test_json_is_plain(mixed):
    written = json.loads(json.dumps(summarise(mixed).to_json()))
    assert written["kept"]["clips"] == 2
    assert written["speed"]["times_real_time"] == 60.0
    assert written["dropped"][1]["rule"] == "nsfw"


def test_a_folder_that_is_no_data_set(tmp_path):
    with pytest.raises(DatasetError):
        summarise(Catalog(tmp_path))


@pytest.mark.parametrize(("cosine", "bounds"), [(None, []), (0.95, ["cosine below 0.95"])])
def test_duplicates_that_were_looked_for_have_a_row_even_without_any(
    tmp_path: Path, cosine: float | None, bounds: list[str]
) -> None:
    catalog = Catalog.create(tmp_path / "set", "evaluation")
    names = ("recipe", "description", "origin", "store", "detector")
    detail: dict[str, Any] = dict.fromkeys(names, "")
    detail |= {"stages": [], "weights": [], "rules": [], "not_applied": [], "cosine": cosine}
    catalog.log("run", **detail, min_seconds=2.0, max_seconds=60.0)
    drops = count_drops([], read_history(catalog).last, [])
    assert [drop.bound for drop in drops if drop.rule == "duplicate"] == bounds
