"""What lines cost, in whole đồng."""

from decimal import Decimal


def line_amount(price: int, quantity: Decimal) -> int:
    """Price times quantity in whole đồng, halves rounded up, as a shopkeeper does."""
    return int((price * quantity).quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def weighed_margin(price: int, quantity: Decimal, tolerance: int | None) -> int:
    """đồng between a line as ordered and the heaviest it may become without a question; 0 for what is not weighed."""
    if tolerance is None:
        return 0
    most = (quantity * (100 + tolerance) / 100).quantize(Decimal("0.001"))
    return line_amount(price, most) - line_amount(price, quantity)
