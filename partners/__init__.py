"""Enterprises, training orders, order programs, the alliance."""
