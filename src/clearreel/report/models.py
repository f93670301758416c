"""Which stages and weights took part, under which licences and trained on what."""

from __future__ import annotations

from clearreel.models.catalog import WEIGHTS
from clearreel.report.history import Run
from clearreel.report.html import Html, join, tag, text


def models(run: Run | None) -> Html:
    """The section's content: the stages of the last run, and the weights that they opened."""
    if run is None:
        return tag("p", "No run yet.", class_="empty")
    stages = tag(
        "p",
        "Shots by ",
        tag("code", run.detector),
        "; measured by " if run.stages else "; nothing measured.",
        *(join(", " if place else None, tag("code", s)) for place, s in enumerate(run.stages)),
        "." if run.stages else None,
        class_="lead",
    )
    if not run.weights:
        return join(stages, tag("p", "No model weights took part.", class_="empty"))
    return join(stages, *(_weight(weight) for weight in run.weights))


def _weight(called: str) -> Html:
    weight = WEIGHTS.get(called)
    if weight is None:
        about = {"Licence": "not known to this version of clearreel"}
    else:
        about = {
            "Purpose": weight.purpose,
            "Licence": weight.license,
            "Training data": weight.training_data,
            "Stated": weight.stated,
            "Note": weight.note,
            "SHA-256": weight.sha256,
        }
    return tag(
        "div",
        tag("h4", called),
        tag(
            "dl",
            *(
                tag("div", tag("dt", title), tag("dd", text(value, 1000)))
                for title, value in about.items()
                if value
            ),
        ),
        class_="grant",
    )
