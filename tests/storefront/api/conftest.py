"""A partner with a token, and a small market to read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import create_partner
from catalog.models import Certificate, Lot
from common.actors import SYSTEM
from common.days import local_day
from tests.factories import ProductFactory

ROOT = "/api/v1/"


class PartnerClient(Client):
    """Somebody else's system: `get("products", limit=2)` with its token."""

    def __init__(self, name: str) -> None:
        self.partner, self.token = create_partner(name, by=SYSTEM)
        super().__init__(headers={"Authorization": f"Bearer {self.token}"})

    def ask(self, path, headers=None, **query):
        return self.get(ROOT + path, query, headers=headers)

    def read(self, path, **query):
        answer = self.ask(path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def partner(db):
    return PartnerClient("Sàn Nông Sản")


@pytest.fixture
def product(db):
    """A product with everything that can be told about it."""
    product = ProductFactory(
        title="Na dai Chi Lăng", description="Na trên núi đá.", gtin="08934567890126", variety="Na dai", grade="first",
        making="fresh", rating_sum=9, rating_count=2,
    )  # fmt: skip
    Certificate.objects.create(
        shop=product.shop, product=product, kind=Certificate.Kind.OCOP_4, number="12/QĐ", issuer="UBND tỉnh",
        valid_until=local_day() + timedelta(days=90), verified_at=timezone.now(), verified_by=product.shop.owner,
    )  # fmt: skip
    return product


@pytest.fixture
def lot(product):
    return Lot.objects.create(
        shop=product.shop,
        product=product,
        plot="Đồi sau nhà",
        harvested_on=local_day(),
        area_code="VN-LSO-001",
    )
