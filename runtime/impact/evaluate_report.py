"""The report on whether a scorecard predicts, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leadcard.runtime.impact.backtest import Backtest
from leadcard.runtime.impact.diff_json import auc_json, points_json, prediction_json
from leadcard.runtime.impact.diff_report import auc_text, percent, stage_table, times
from leadcard.runtime.impact.document import Block, Bullets, Document, Heading, Paragraph, Table
from leadcard.runtime.impact.evaluation import DISQUALIFIED, Evaluation
from leadcard.runtime.impact.moves import plain_points
from leadcard.runtime.impact.ranking import Auc, lift


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What it costs to work one lead, and what one conversion is worth; None where not given."""

    cost: Decimal | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """Everything there is to say of a card's prediction."""

    scorecard: str
    version: str
    timed: bool
    days_before: int
    scored: Backtest
    figures: Evaluation
    money: Money


def evaluate_document(found: Evaluated) -> Document:
    """The report."""
    figures = found.figures
    side = figures.prediction
    blocks: list[Block] = [
        Paragraph(
            text=f"{side.whole.won:,} of {side.whole.leads:,} leads converted"
            f" ({percent(side.whole.rate)}). AUC {auc_text(side.auc)}: the share of pairs of a"
            " lead that converted and one that did not in which the first has the higher score;"
            " equal scores count half; in brackets the 95 % interval of DeLong. 0.5 is a guess."
        ),
        Heading(text="How this was scored"),
        Bullets(items=tuple(_how(found))),
        Heading(text="By stage, score and tenth"),
        stage_table("By stage", side),
        _bands(figures),
        _deciles(figures),
        Heading(text="What each rule adds"),
        _rules(figures),
    ]
    if figures.thresholds:
        blocks += [Heading(text="Where to draw the line"), _thresholds(figures)]
    if found.money.cost is not None or found.money.value is not None:
        blocks += [Heading(text="Cost and return"), _money(found)]
    return Document(title=f"Does {found.scorecard} predict?", blocks=tuple(blocks))


def _how(found: Evaluated) -> Iterator[str]:
    scored = found.scored
    end = scored.end.isoformat() + "Z"
    if found.timed:
        days = "a day" if found.days_before == 1 else f"{found.days_before} days"
        yield (
            f"leads that converted are scored as of the last midnight at least {days} before:"
            " what they did later does not count"
        )
        yield f"all others are scored as of the end of the data, {end}"
    else:
        yield (
            f"the data does not say when leads converted, so all are scored as of {end}: what a"
            " lead did after it converted counts too"
        )
    yield (
        "fields have today's values: one that is filled in after a conversion, or because of it,"
        " makes the card look better than it is"
    )
    if scored.late:
        were = "was" if scored.late == 1 else "were"
        yield (
            f"{scored.late:,} that converted {were} made later than that, and {were} left out:"
            " a day before, nobody knew of them"
        )
    if scored.young:
        yield f"{scored.young:,} made after the end left out"
    if scored.after_end:
        count = "counts" if scored.after_end == 1 else "count"
        yield f"{scored.after_end:,} that converted after the end {count} as not converted"
    if scored.days is not None:
        quarter, half, three_quarters = (f"{days:.1f}" for days in scored.days)
        yield (
            f"from made to converted it took {half} days for half of them, {quarter} for a"
            f" quarter, {three_quarters} for three quarters"
        )


def _bands(figures: Evaluation) -> Table:
    whole = figures.prediction.whole
    return Table(
        caption="By score",
        columns=("score", "leads", "converted", "rate", "lift"),
        rows=tuple(
            (
                f"{band.low} to below {band.high}",
                f"{band.inside.leads:,}",
                f"{band.inside.won:,}",
                percent(band.inside.rate),
                times(lift(band.inside, whole)),
            )
            for band in figures.bands
        ),
        numeric=frozenset(range(1, 5)),
    )


def _deciles(figures: Evaluation) -> Table:
    whole, gained, rows = figures.prediction.whole, Fraction(0), []
    for decile in figures.deciles:
        gained += decile.won
        rate = decile.won / decile.leads
        rows.append(
            (
                str(decile.number),
                _span(decile.lowest, decile.highest),
                f"{float(decile.leads):,.1f}",
                f"{float(decile.won):,.1f}",
                percent(float(rate)),
                times(float(rate / Fraction(whole.won, whole.leads)) if whole.won else None),
                percent(float(gained / whole.won) if whole.won else None),
            )
        )
    return Table(
        caption="By tenth of the leads, the best first; leads of equal scores are shared out",
        columns=("tenth", "scores", "leads", "converted", "rate", "lift", "of all so far"),
        rows=tuple(rows),
        numeric=frozenset(range(2, 7)),
    )


def _span(low: int, high: int) -> str:
    if low == high:
        return plain_points(low)
    return f"{plain_points(low)} to {plain_points(high)}"


def _rules(figures: Evaluation) -> Table:
    whole, all_in = figures.prediction.whole, figures.prediction.auc
    return Table(
        caption="Leads that fire each rule, and what the AUC loses without it",
        columns=("rule", "line", "leads", "converted", "rate", "lift", "AUC without", "adds"),
        rows=tuple(
            (
                f"`{rule.source}`",
                str(rule.line),
                f"{rule.fired.leads:,}",
                f"{rule.fired.won:,}",
                percent(rule.fired.rate),
                times(lift(rule.fired, whole)),
                "" if rule.auc_without is None else f"{rule.auc_without.value:.3f}",
                _adds(all_in, rule.auc_without),
            )
            for rule in figures.rules
        ),
        numeric=frozenset(range(1, 8)),
        code=frozenset({0}),
    )


def _adds(whole: Auc | None, without: Auc | None) -> str:
    if whole is None or without is None:
        return ""
    adds = round(whole.value - without.value, 3)
    return f"{adds:+.3f}" if adds else "0.000"


def _thresholds(figures: Evaluation) -> Table:
    rows = []
    for line in figures.thresholds:
        recall = line.above.won / line.won if line.won else None
        score = "no score does" if line.score is None else f"{plain_points(line.score)}+"
        cells = (f"{line.above.leads:,}", percent(line.above.rate), percent(recall))
        rows.append((line.asked, score, *(cells if line.score is not None else ("", "", ""))))
    return Table(
        caption="The lowest score that serves; who is disqualified does not count",
        columns=("asked", "score", "leads", "precision", "recall"),
        rows=tuple(rows),
        numeric=frozenset(range(1, 5)),
    )


def _money(found: Evaluated) -> Table:
    cost, value = found.money.cost, found.money.value
    rows = []
    for stage in found.figures.prediction.stages:
        if stage.name == DISQUALIFIED:
            continue
        spent = None if cost is None else cost * stage.reached.leads
        won = None if value is None else value * stage.reached.won
        each = None if spent is None or not stage.reached.won else spent / stage.reached.won
        gain = None if spent is None or won is None else won - spent
        rows.append((stage.name, *map(_amount, (spent, each, won, gain)), _return(spent, gain)))
    return Table(
        caption="Of working the leads of this stage and those above it",
        columns=("stage", "cost", "cost per conversion", "worth", "gain", "return"),
        rows=tuple(rows),
        numeric=frozenset(range(1, 6)),
    )


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _return(spent: Decimal | None, gain: Decimal | None) -> str:
    return "" if not spent or gain is None else percent(float(gain / spent))


# --- JSON -----------------------------------------------------------------------------------------


def evaluate_json(found: Evaluated) -> dict[str, Any]:
    """Everything that the report says; shares lie between 0 and 1."""
    scored, figures = found.scored, found.figures
    whole = figures.prediction.whole
    return {
        "scorecard": found.scorecard,
        "version": found.version,
        "end": scored.end.isoformat() + "Z",
        "days_before": found.days_before if found.timed else None,
        "moments": scored.moments,
        "left_out": {"converted": scored.late, "others": scored.young},
        "converted_after_end": scored.after_end,
        "days_to_conversion": None
        if scored.days is None
        else dict(zip(("quarter", "median", "three_quarters"), scored.days, strict=True)),
        **prediction_json(figures.prediction),
        "bands": [
            {
                "from": band.low,
                "below": band.high,
                "leads": band.inside.leads,
                "converted": band.inside.won,
                "rate": band.inside.rate,
                "lift": lift(band.inside, whole),
            }
            for band in figures.bands
        ],
        "deciles": [
            {
                "decile": decile.number,
                "highest": points_json(decile.highest),
                "lowest": points_json(decile.lowest),
                "leads": float(decile.leads),
                "converted": float(decile.won),
            }
            for decile in figures.deciles
        ],
        "rules": [
            {
                "line": rule.line,
                "rule": rule.source,
                "leads": rule.fired.leads,
                "converted": rule.fired.won,
                "rate": rule.fired.rate,
                "lift": lift(rule.fired, whole),
                "auc_without": auc_json(rule.auc_without),
            }
            for rule in figures.rules
        ],
        "thresholds": [
            {
                "asked": line.asked,
                "score": points_json(line.score),
                "leads": line.above.leads,
                "precision": line.above.rate,
                "recall": line.above.won / line.won if line.won else None,
            }
            for line in figures.thresholds
        ],
    }
