import io

from rich.console import Console

from clearreel.report.funnel import MOST_REASONS, render
from clearreel.report.summary import summarise


def shown(catalog, width=200):
    console = Console(file=io.StringIO(), width=width)
    render(summarise(catalog), console)
    return console.file.getvalue()


def line(text, beginning):
    return next(row for row in text.splitlines() if row.strip().startswith(beginning))


def test_each_step_has_its_clips_and_hours(build):
    data = build()
    source = data.source("a")
    data.clip(source, 45.0)
    data.clip(source, 15.0, "short_side", "too small: short_side 99 is below 240", short_side=99)
    data.run(not_applied=[{"fact": "aesthetic", "min": 4.5, "reason": "plain"}])
    data.done()
    text = shown(data.write())
    assert line(text, "found").split() == "found 2 1 min 00 s 100 %".split()
    assert line(text, "- too small").endswith("1      15.0 s    25.0 %")
    assert line(text, "kept").split() == "kept 1 45.0 s 75.0 %".split()
    assert line(text, "CC-BY-4.0, Ada").split()[-4:] == "1 1 45.0 s".split()
    assert line(text, "copy").split() == "copy 1 45.0 s 500 B 3 0".split()
    assert "not applied: aesthetic at least 4.5 (plain): no stage of the recipe adds" in text
    assert "60 × real time" in text and "25 % of the frames decoded" in text


def test_names_are_no_markup(build):
    data = build()
    data.clip(data.source("a", holder="[bold red]Ada[/]"))
    data.source("b", "refused", reason="[link=evil]no[/link] grant")
    data.run()
    text = shown(data.write())
    assert "[bold red]Ada[/]" in text
    assert "[link=evil]no[/link] grant" in text


def test_many_reasons_are_counted_together(build):
    data = build()
    for number in range(MOST_REASONS + 5):
        data.source(f"s{number:02d}", "unreadable", reason=f"broken in way {number:02d}")
    text = shown(data.write())
    assert text.count("broken in way") == MOST_REASONS
    assert line(text, "set aside for 5 other reasons").split()[-5:] == "5 0 s 5 kB".split()


def test_an_empty_data_set_says_so(build):
    assert "nothing came in yet" in shown(build().write())


def test_an_interrupted_run_is_marked(build):
    data = build()
    data.run()
    assert "interrupted" in shown(data.write())
    data.done()
    assert "interrupted" not in shown(data.catalog)
