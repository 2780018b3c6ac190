"""The content security policy stays strict, and a browser has nothing to complain about: data blocks are no scripts."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import ProductFactory

WATCH = "document.addEventListener('securitypolicyviolation', event => (window.refused ??= []).push(event.blockedURI))"


@pytest.fixture
def addresses(market: str) -> list[str]:
    """Pages with data about themselves."""
    product = ProductFactory(title="</script><script>window.ran=true</script>")
    return ["/", reverse("market:catalogue"), product.shop.get_absolute_url(), product.get_absolute_url()]


def test_pages_tell_about_themselves_without_breaking_the_policy(
    phone_of: Callable[..., Page], addresses: list[str]
) -> None:
    page = phone_of()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.add_init_script(WATCH)
    for address in addresses:
        page.goto(address)
        data = page.locator('script[type="application/ld+json"]')
        assert data.count() == 1
        assert (
            page.evaluate(
                "JSON.parse(document.querySelector('script[type*=ld]').textContent)['@graph'].length"
            )
            > 1
        )
        assert page.evaluate("window.refused") is None, address
        assert page.evaluate("window.ran") is None, address
    assert not [line for line in complaints if "Security Policy" in line]


def test_the_description_of_the_api_needs_nothing_that_the_policy_refuses(
    phone_of: Callable[..., Page], market: str
) -> None:
    page = phone_of(viewport={"width": 320, "height": 640})
    page.add_init_script(WATCH)
    page.goto(reverse("api:docs"))
    page.get_by_text("Answer", exact=True).nth(2).click()
    expect(page.get_by_text("base_price", exact=True).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("window.refused") is None
