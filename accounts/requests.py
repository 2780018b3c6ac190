"""Requests of people we know."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind `login_required`: its user is a person, never anonymous."""

    user: User
