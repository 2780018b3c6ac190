"""People of the finance desk."""

from typing import Any

import pytest

from accounts.models import User
from storefront.services import ensure_finance_group
from tests.factories import UserFactory


@pytest.fixture
def finance(db: Any) -> User:
    """Somebody who runs the market's money."""
    person = UserFactory(name="Đỗ Thu Hà")
    person.groups.add(ensure_finance_group())
    return person
