"""A machine asks the API everything that its own description allows, and much that it forbids."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from limits import parse
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from config.wsgi import application
from storefront.api import auth

pytestmark = pytest.mark.django_db
CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False, "database": "none"}})
SCHEMA = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", application, config=CONFIG, headers={"Host": "localhost"}
)
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
CASES = [
    pytest.param(operation, mode, id=f"{operation.path}-{mode.value}")
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode == GenerationMode.POSITIVE or list(operation.iter_parameters())  # else there is nothing to forbid
]


@pytest.fixture
def partner_without_end(partner, monkeypatch):
    """A partner whose calls nobody counts, on the test's own connection.

    The application closes a connection that is inside a transaction, as the test's is; Django's own test client
    takes these receivers away as well.
    """
    monkeypatch.setattr(auth, "RATE", parse("100000/minute"))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield partner
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_every_answer_is_one_that_was_described(partner_without_end, product, lot, operation, mode):
    """Statuses, media types, bodies by their schemas; what is allowed is taken, what is not is refused; no bug."""
    headers = {"Authorization": f"Bearer {partner_without_end.token}", "Host": "localhost"}

    @settings(
        max_examples=20, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        if mode == GenerationMode.POSITIVE and case.query:
            case.query.pop("after", None)  # signed: no description can say which words are keys
        case.call_and_validate(headers=headers)

    ask()
