"""What templates say about sharing."""

from django import template

from catalog.models import Product
from sellers.models import Shop
from storefront.share_files import card_address

register = template.Library()


@register.filter
def share_card(thing: Shop | Product) -> str:
    """The full address of the picture that chats show for a shop or a product. No query, nothing is drawn."""
    return card_address(thing)
