"""Draws that anyone can repeat: the list is frozen, chance comes from outside, the result follows from the two."""
