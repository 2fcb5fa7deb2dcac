"""Wagtail's admin of money: one module for each kind of thing."""
