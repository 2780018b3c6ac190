"""Months in addresses: "2026-11"."""

from datetime import date

from django.urls import register_converter


class MonthConverter:
    """A month as the first of its days."""

    regex = "20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")
