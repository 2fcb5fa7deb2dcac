"""Carrying the learners of a pathway through: stages, school years, the passage to the college, who is on the way."""
