"""Refusals of the storefront's own pages."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class NotOnMarket(Refusal):
    """A poster's QR would lead nowhere: the shop is not open to buyers."""

    code = "not_on_market"
    message = _("Gian hàng chưa lên chợ nên chưa in được: khách quét mã sẽ không thấy gì.")
