"""Enterprises, training orders, order programs, the alliance: the room is reserved, nothing is built in it yet."""
