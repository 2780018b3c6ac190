"""Refusals of places and roles."""

from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed, Refusal


class VillageExists(Refusal):
    """The commune has a village of that name already."""

    code = "village_exists"
    field = "name"
    message = _("Xã này đã có thôn tên như vậy.")


class MayNotAppoint(NotAllowed):
    """Roles are given by the level above."""

    code = "may_not_appoint"
    message = _("Bạn không có quyền giao vai trò này.")


class WrongLevel(Refusal):
    """A head belongs to a village, an officer to a commune or a province."""

    code = "wrong_level"
    field = "role"
    message = _("Vai trò này không thuộc cấp của nơi đó.")
