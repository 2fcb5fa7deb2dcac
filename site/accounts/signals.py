"""What this room tells the rooms above it."""

from django.dispatch import Signal

# A sign-in code has to go out by SMS at once. Arguments: to (11 digits), text. The room of messages listens.
code_sms = Signal()
