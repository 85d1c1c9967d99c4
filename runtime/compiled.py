"""A plan as a Python module, ready to be called in this process."""

from __future__ import annotations

from types import ModuleType

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.plan import Plan


def compiled(plan: Plan) -> ModuleType:
    """The module that `leadcard compile --to python` writes for `plan`, executed."""
    module = ModuleType(f"leadcard_compiled_{plan.version}")
    code = compile(to_python(plan), f"<{plan.scorecard or 'scorecard'}>", "exec")
    exec(code, module.__dict__)
    return module
