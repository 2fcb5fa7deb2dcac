"""Programs, intakes, enrollment, admission, progression."""
