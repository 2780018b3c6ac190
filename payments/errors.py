"""Refusals of payments."""

from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed, Refusal


class NoAccount(Refusal):
    """A shop without a bank account cannot take transfers."""

    code = "no_account"
    field = "pay"
    status = 422
    message = _("Gian hàng này chưa nhận chuyển khoản. Hãy chọn trả tiền khi nhận hàng.")


class OwnerOnly(NotAllowed):
    """Only the owner sets where the money goes."""

    code = "owner_only"
    message = _("Chỉ chủ gian hàng đặt được tài khoản nhận tiền.")


class StaffOnly(NotAllowed):
    """Only those who run the market's money may do this."""

    code = "staff_only"
    message = _("Chỉ người phụ trách tiền của sàn làm được việc này.")


class WrongStep(Refusal):
    """Somebody was faster, or the thing has moved on: it is no longer in the state that this step starts from."""

    code = "wrong_step"
    message = _("Việc này đã được làm rồi hoặc không còn làm được. Hãy tải lại trang.")


class NotYourself(NotAllowed):
    """What moves much money needs two people."""

    code = "not_yourself"
    message = _("Khoản này cần một người khác duyệt.")


class TooMuch(Refusal):
    """More than there is."""

    code = "too_much"
    field = "amount"
    status = 422
    message = _("Số tiền lớn hơn số còn lại.")


class NothingToPay(Refusal):
    """Nothing is owed, or too little for a transfer."""

    code = "nothing_to_pay"
    message = _("Chưa có đủ tiền để chi trả.")


class MoneyHeld(Refusal):
    """Less may be paid out than when it was drafted: something came back, or is disputed."""

    code = "money_held"
    message = _("Số tiền được chi trả đã giảm từ lúc lập. Hãy hủy khoản này và lập lại.")


class AccountTooYoung(Refusal):
    """There is no account, or it was set too lately to send money there."""

    code = "account_too_young"
    message = _(
        "Người bán chưa có tài khoản, hoặc tài khoản mới đặt. Tiền được giữ đến khi tài khoản đủ lâu."
    )


class NoOperatorsAccount(Refusal):
    """The operator has named no account of its own."""

    code = "no_operators_account"
    message = _("Sàn chưa đặt tài khoản ngân hàng của mình.")


class NoPhone(Refusal):
    """A code cannot be sent to a person without a phone."""

    code = "no_phone"
    message = _("Chủ gian hàng chưa có số điện thoại nên không gửi được mã.")


class TooManyCodes(Refusal):
    """Codes cost money and patience."""

    code = "too_many_codes"
    status = 429
    message = _("Đã gửi nhiều mã. Hãy thử lại sau một giờ.")


class RowWrong(Refusal):
    """A row of a carrier's list that cannot be: the order is unknown, or more than the carrier holds."""

    code = "row_wrong"
    field = "rows"
    status = 422


class NotPlaceable(Refusal):
    """The money came to an account that this order is not paid on."""

    code = "not_placeable"
    status = 404
    message = _("Tiền của tài khoản này không thuộc về đơn đó.")


class NotTwice(Refusal):
    """Nothing in the books is the same transfer."""

    code = "not_twice"
    field = "why"
    status = 422
    message = _("Không thấy khoản nào khác cùng ngày, cùng số tiền trong tài khoản này.")


class NeedsReason(Refusal):
    """A difference is closed, or money set aside, only with a word why."""

    code = "needs_reason"
    field = "note"
    status = 422
    message = _("Hãy ghi lý do.")


class MethodNotOffered(Refusal):
    """This way to pay is not to be had for this cart."""

    code = "method_not_offered"
    field = "pay"
    status = 422
    message = _("Đơn này không trả được bằng cách đó. Hãy chọn cách khác.")


class GatewayAway(Refusal):
    """A provider does not answer; nothing is known, and nothing is lost."""

    code = "gateway_away"
    status = 503
    message = _("Cổng thanh toán chưa trả lời. Hãy thử lại sau ít phút hoặc trả bằng cách khác.")


class GatewayRefused(Refusal):
    """A provider will not take this payment."""

    code = "gateway_refused"
    message = _("Cổng thanh toán không nhận khoản này. Hãy trả bằng cách khác.")

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self.reason = reason  # the provider's own word, for logs


class RateBegun(Refusal):
    """A rate for days that are over: what was sold then keeps the rates of its day."""

    code = "rate_begun"
    field = "valid_from"
    status = 422
    message = _("Chỉ đặt được mức phí, thuế từ hôm nay trở đi.")


class BadInvoice(Refusal):
    """An invoice that does not fit: its order is not ours to invoice, or the invoice stands at another order."""

    code = "bad_invoice"
    field = "number"
    status = 422
    message = _("Hóa đơn này không khớp với đơn nào. Hãy xem lại mã đơn và số hóa đơn.")


class NoStallAccount(Refusal):
    """A till without a bank account can only take cash."""

    code = "no_account"
    status = 422
    message = _("Gian hàng chưa có tài khoản nhận tiền. Chủ gian hàng thêm ở mục Tiền của tôi.")


class OtherSale(Refusal):
    """The till's name for a sale stands for another sale already."""

    code = "other_sale"
    message = _("Lần bán này đã ghi với số tiền khác. Hãy bấm lại.")


class OtherReturn(Refusal):
    """The page's name for a return stands for another one already."""

    code = "other_return"
    message = _("Lần trả lại này đã ghi với số tiền khác. Hãy tải lại trang.")


class SoldTooLongAgo(Refusal):
    """A sale that was kept on a phone for so long that it belongs to no day that anybody still looks at."""

    code = "too_old"
    status = 422
    message = _("Lần bán này đã quá lâu, không ghi thêm được.")


class Unbalanced(AssertionError):
    """A booking whose lines do not sum to zero: a bug, never a refusal."""
