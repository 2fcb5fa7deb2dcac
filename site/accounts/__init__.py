"""Accounts, learners, sign-in, consent and personal data."""
