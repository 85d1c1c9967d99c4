"""The report on a change as JSON: points are numbers, shares lie between 0 and 1."""

from __future__ import annotations

from typing import Any

from leadcard.runtime.impact.diff_report import Difference, in_words
from leadcard.runtime.impact.moves import Moves, Prediction, Spread
from leadcard.runtime.impact.ranking import Auc, lift


def diff_json(found: Difference) -> dict[str, Any]:
    """Everything that the report says."""
    return {
        "scorecard": found.scorecard,
        "old": {"card": found.old, "version": found.version_before},
        "new": {"card": found.new, "version": found.version_after},
        "as_of": None if found.as_of is None else found.as_of.isoformat().replace("+00:00", "Z"),
        "breaking": list(found.breaking),
        "changes": [
            {
                "kind": change.kind.value,
                "what": change.what,
                "name": change.name,
                "section": change.section,
                "before": change.before,
                "after": change.after,
                "line_before": change.line_before,
                "line_after": change.line_after,
                "words": in_words(change),
                "breaking": change.breaking,
            }
            for change in found.changes
        ],
        "moves": None if found.moves is None else _moves(found.moves),
    }


def points_json(hundredths: int | None) -> int | float | None:
    """Points as a number; with two places it is exact in any reader."""
    if hundredths is None:
        return None
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def _moves(moves: Moves) -> dict[str, Any]:
    return {
        "leads": moves.leads,
        "only_before": moves.only_before,
        "only_after": moves.only_after,
        "up": moves.up,
        "down": moves.down,
        "other_stage": moves.restaged,
        "other_stage_same_score": moves.restaged_alone,
        "scores": {"before": _spread(moves.before), "after": _spread(moves.after)},
        "stages": [
            {"before": before, "after": after, "leads": moves.matrix[before, after]}
            for before in moves.stages_before
            for after in moves.stages_after
            if (before, after) in moves.matrix
        ],
        "bands": [
            {"from": band.low, "below": band.high, "before": band.before, "after": band.after}
            for band in moves.bands
        ],
        "lines": [
            {
                "what": line.what,
                "name": line.name,
                "section": line.section,
                "before": line.before,
                "after": line.after,
                "leads": line.leads,
                "up": line.up,
                "down": line.down,
                "points": points_json(line.points),
                "fired_before": line.fired_before if line.what == "rule" else None,
                "fired_after": line.fired_after if line.what == "rule" else None,
            }
            for line in moves.lines
        ],
        "movers": [
            {
                "lead": mover.lead,
                "before": points_json(mover.before),
                "after": points_json(mover.after),
                "stage_before": mover.stage_before,
                "stage_after": mover.stage_after,
                "because": [{"line": n, "points": points_json(x)} for n, x in mover.why],
            }
            for mover in moves.movers
        ],
        "conversions": None
        if moves.predicted is None
        else dict(zip(("before", "after"), map(prediction_json, moves.predicted), strict=True)),
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "leads": spread.leads,
        "total": points_json(spread.total),
        "lowest": points_json(spread.least),
        "quarter": points_json(spread.quarter),
        "median": points_json(spread.median),
        "three_quarters": points_json(spread.three_quarters),
        "highest": points_json(spread.most),
    }


def prediction_json(side: Prediction) -> dict[str, Any]:
    """Conversion rates, AUC, precision and recall."""
    return {
        "leads": side.whole.leads,
        "converted": side.whole.won,
        "rate": side.whole.rate,
        "auc": auc_json(side.auc),
        "stages": [
            {
                "stage": stage.name,
                "leads": stage.inside.leads,
                "converted": stage.inside.won,
                "rate": stage.inside.rate,
                "lift": lift(stage.inside, side.whole),
                "precision": stage.precision,
                "recall": stage.recall,
            }
            for stage in side.stages
        ],
    }


def auc_json(found: Auc | None) -> dict[str, Any] | None:
    """The AUC with its interval."""
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}
