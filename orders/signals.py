"""What orders tell those who hold money, inside the transaction that changed them.

Orders may not import payments; a signal keeps the promise that whatever changes a sum is settled in the same moment.
"""

from django.dispatch import Signal

sum_changed = Signal()  # sender: Order, order: the locked order as it is now, reason: why, a short word
moved = Signal()  # sender: Order, order: the locked order after a step, before: its state until then, by, at
