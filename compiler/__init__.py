"""Syntax to meaning to code: vocabulary, binding, the plan and the backends."""
