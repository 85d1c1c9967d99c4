"""Warnings about cards that are valid but probably not what their author meant."""
