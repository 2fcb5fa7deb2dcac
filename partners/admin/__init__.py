"""Wagtail's admin of this room: enterprises with their checks, training orders with their reviews."""
