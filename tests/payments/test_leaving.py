"""The page between checkout and a provider's."""

import pytest
from django.test import RequestFactory

from payments.views.leaving import leave

ADDRESS = "https://checkout.stripe.com/c/pay/cs_1?a=1&b=2#fid"


@pytest.mark.django_db
def test_a_buyer_goes_on_by_the_page_itself_or_by_its_button(rf: RequestFactory):
    response = leave(rf.get("/"), ADDRESS, amount=150_000, way="Thẻ")
    text = response.content.decode()
    address = ADDRESS.replace("&", "&amp;")
    assert f'<meta http-equiv="refresh" content="0;url={address}">' in text
    assert f'href="{address}"' in text
    assert "150.000" in text
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_an_address_cannot_break_out_of_the_page(rf: RequestFactory):
    assert (
        '"><script'
        not in leave(rf.get("/"), 'https://a.test/"><script>', amount=1, way="Thẻ").content.decode()
    )
