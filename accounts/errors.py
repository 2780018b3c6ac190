"""Refusals about partners."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class PartnerExists(Refusal):
    """There is a partner of that name already."""

    code = "partner_exists"
    message = _("Đã có đối tác tên này. Hãy đặt tên khác.")
    field = "name"
