"""Figures in words, for the dashboard's templates."""

from django import template

from growth import wording

register = template.Library()
register.filter("times", wording.times)
register.filter("percent", wording.percent)
register.filter("short_dong", wording.short_dong)
