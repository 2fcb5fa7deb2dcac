"""What this room tells those above it."""

from django.dispatch import Signal

# An enrollment has moved along the table of states, in the transaction of the move: `enrollment` as it is now, `source`
# (the state before), `by`. Sent by moves.move and enrollment.submit; a draw that moves many at once, to states without
# a seat (move_many), does not send it.
enrollment_moved = Signal()
