"""The built-in classes of mail domains."""

from __future__ import annotations


def personal() -> tuple[str, ...]:
    """Domains of mailboxes that anyone can have."""
    return ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com")


def disposable() -> tuple[str, ...]:
    """Domains of mailboxes to throw away."""
    return ("mailinator.com",)


def educational() -> tuple[str, ...]:
    """Domains of schools and universities."""
    return ("edu", "ac.uk")


def version() -> str:
    """The versions of the lists."""
    return "0"
