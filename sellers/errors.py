"""Refusals of shops, consent and pictures."""

from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed, Refusal


class ShopNotAllowed(NotAllowed):
    """The person may not do this in this shop."""

    code = "shop_not_allowed"
    message = _("Bạn không có quyền làm việc này ở gian hàng này.")


class ShopExists(Refusal):
    """The household has a shop of that name in the village already."""

    code = "shop_exists"
    field = "name"
    status = 422
    message = _("Hộ này đã có gian hàng tên như vậy trong thôn.")


class ConsentMissing(Refusal):
    """Nobody works in a farmer's shop without the farmer's leave."""

    code = "consent_missing"
    message = _("Cần có sự đồng ý của chủ hộ trước khi gửi duyệt.")


class WrongCode(Refusal):
    """The code typed is not the one on the farmer's phone, or it has run out."""

    code = "wrong_code"
    field = "code"
    status = 422
    message = _("Mã chưa đúng hoặc đã hết hạn. Hãy xem lại tin nhắn trên máy của chủ hộ.")


class TooManyTries(Refusal):
    """The code is spent after five wrong tries."""

    code = "too_many_tries"
    field = "code"
    status = 422
    message = _("Đã nhập sai nhiều lần. Hãy gửi mã mới.")


class WrongShopStatus(Refusal):
    """The step does not fit the shop's status."""

    code = "wrong_shop_status"
    message = _("Gian hàng không ở bước này nữa. Hãy tải lại trang.")


class PageFull(Refusal):
    """The page holds as many parts as it may, or as many of this kind."""

    code = "page_full"
    message = _("Trang đã đủ phần. Hãy bỏ bớt một phần rồi thêm.")


class PageUnfinished(Refusal):
    """A part of the page lacks something that buyers would miss."""

    code = "page_unfinished"
    status = 422

    def __init__(self, part: object) -> None:
        super().__init__(_("Phần “%(part)s” còn thiếu. Hãy mở ra ghi nốt rồi gửi.") % {"part": part})


class OwnWork(NotAllowed):
    """Approver and author of a page differ."""

    code = "own_work"
    message = _("Người soạn không tự duyệt được. Hãy nhờ người khác duyệt.")


class PictureRefused(Refusal):
    """The file is no photo that we can show; the sentence says why and what to do."""

    code = "picture_refused"
    field = "photo"
    status = 422
    SENTENCES = {
        "too_large": _("Ảnh nặng quá 12 MB. Hãy chọn ảnh nhỏ hơn."),
        "too_many_pixels": _("Ảnh quá lớn. Hãy chụp lại ở cỡ nhỏ hơn."),
        "unknown_kind": _("Tệp này không phải ảnh JPEG, PNG, WebP hoặc HEIC."),
        "animated": _("Ảnh động không dùng được. Hãy chọn một ảnh thường."),
        "broken": _("Tệp ảnh bị hỏng. Hãy chụp lại hoặc chọn ảnh khác."),
    }

    def __init__(self, why: str) -> None:
        super().__init__(self.SENTENCES.get(why, self.SENTENCES["broken"]))
