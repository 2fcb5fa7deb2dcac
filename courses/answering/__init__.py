"""Answering for every decision: history that shows when it was touched, appeals, exceptions, pledges with figures."""
