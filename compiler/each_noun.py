"""What `per visit` and `each download` call the events that a rule counts."""

from __future__ import annotations

from leadcard.compiler import bound
from leadcard.compiler.lint.walk import events, leaves
from leadcard.compiler.scope import Scope
from leadcard.dsl import ast


def refuse_other_noun(scope: Scope, rule: ast.Rule, condition: bound.Condition) -> None:
    """`visited pricing: +1 per download`: the rule counts other events."""
    each = next((m for m in rule.modifiers if isinstance(m, ast.Each)), None)
    if each is None or each.noun is None:
        return
    noun = each.noun.text
    index = scope.vocabulary.spelling_index
    found = index.get(noun) or index.get(f"{noun}s")
    verbs = {verb.name for leaf in leaves(condition) for e in events(leaf) for verb in e.verbs}
    meant = {found[0].name} if found else {v for v in verbs if v.startswith(noun[:5])}
    if meant & verbs:
        return
    scope.reject(
        "R141",
        f"`{noun}` is not what the rule counts",
        each.noun.span,
        hint="`each` counts every event of the condition",
        fix=scope.replaced(each.noun.span, "each"),
    )
