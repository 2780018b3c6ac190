"""Quantities are read with a comma or a point and shown without idle zeros."""

from decimal import Decimal

import pytest
from django.utils import translation

from common.quantity import BadQuantity, read_quantity, show_quantity


@pytest.mark.parametrize(("typed", "number"), [("2", "2"), ("0,5", "0.5"), ("1.25", "1.25"), (" 12 ", "12")])
def test_quantities_are_read_with_comma_or_point(typed, number):
    assert read_quantity(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "-1", "1,2,3", "NaN", "1e3", "0,0001", "hai"])
def test_what_is_no_quantity_is_refused(typed):
    with pytest.raises(BadQuantity):
        read_quantity(typed)


def test_quantities_are_shown_without_idle_zeros():
    with translation.override("vi"):
        assert [show_quantity(Decimal(n)) for n in ("2.500", "10", "0.005", "100.000")] == [
            "2,5",
            "10",
            "0,005",
            "100",
        ]
