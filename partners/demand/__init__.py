"""Whom enterprises ask for, whom schools train, and what is missing; what that suggests for each major."""
