"""The fake Stripe's own pages: the card form, the bank's question, a seller's onboarding, what happened so far.

Plain HTML for a narrow screen, without scripts. Everything that came from outside is escaped.
"""

from html import escape
from typing import Any

from payments.providers.fakes.stripe_objects import ASKING_CARD, DECLINED_CARD, GOOD_CARD

_SHELL = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; color: #1a1f36; background: #f6f8fa; margin: 0; }}
main {{ max-width: 26rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }}
label, input, button, .button {{ display: block; width: 100%; box-sizing: border-box; font: inherit; }}
input, button, .button {{ min-height: 48px; padding: .5rem .75rem; margin: .5rem 0; border-radius: .5rem; }}
input {{ border: 1px solid #6b7280; }}
button {{ border: 0; background: #1d4ed8; color: #fff; font-weight: 600; }}
.button {{ border: 1px solid #6b7280; color: inherit; text-align: center; text-decoration: none; }}
.amount {{ font-size: 1.75rem; font-weight: 700; margin: 0; }}
.wrong {{ background: #fef2f2; border-left: .25rem solid #b91c1c; padding: .5rem .75rem; }}
.note {{ color: #4b5563; font-size: 1rem; }}
</style></head><body><main>{body}<p class="note">Trang thử: không có tiền thật.</p></main></body></html>"""

_WRONG = {
    "unknown": "Trang thử chỉ nhận những số thẻ ghi bên dưới.",
    "generic_decline": "Ngân hàng từ chối thẻ này. Bạn chưa mất tiền. Hãy thử thẻ khác.",
    "insufficient_funds": "Thẻ không đủ tiền. Bạn chưa mất tiền. Hãy thử thẻ khác.",
    "authentication_failed": "Bạn chưa xác nhận với ngân hàng, nên chưa mất tiền. Hãy thử lại.",
}


def page(title: str, body: str) -> str:
    """A whole page around `body`, which is HTML."""
    return _SHELL.format(title=escape(title), body=body)


def money(amount: int, currency: str) -> str:
    """An amount as people here read it."""
    return (
        f"{amount:,} ₫".replace(",", ".") if currency == "vnd" else f"{amount / 100:.2f} {currency.upper()}"
    )


def checkout(session: dict[str, Any], wrong: str = "") -> str:
    """The form for the card; `wrong` is the reason why the last card did not do."""
    notice = f'<p class="wrong" role="alert">{_WRONG.get(wrong, escape(wrong))}</p>' if wrong else ""
    back = ""
    if session["cancel_url"]:
        back = f'<a class="button" href="{escape(session["cancel_url"])}">Quay lại, không trả</a>'
    return page("Trả bằng thẻ", f"""<h1>Trả bằng thẻ</h1><p>{escape(session["_about"])}</p>
<p class="amount">{money(session["amount_total"], session["currency"])}</p>{notice}
<form method="post"><label for="card">Số thẻ</label>
<input id="card" name="card" inputmode="numeric" autocomplete="cc-number" required value="{_spaced(GOOD_CARD)}">
<button>Trả tiền</button></form>{back}
<p class="note">Thẻ thử: {_spaced(GOOD_CARD)} trả được, {_spaced(DECLINED_CARD)} bị từ chối,
{_spaced(ASKING_CARD)} ngân hàng hỏi lại.</p>""")  # fmt: skip


def question(session: dict[str, Any]) -> str:
    """What the buyer's bank asks (3-D Secure)."""
    return page("Ngân hàng hỏi lại", f"""<h1>Ngân hàng của bạn hỏi</h1>
<p>Bạn đang trả {money(session["amount_total"], session["currency"])} phải không?</p>
<form method="post"><button name="answer" value="confirm">Đúng, tôi trả</button>
<button name="answer" value="abandon">Không, dừng lại</button></form>""")  # fmt: skip


def ended(session: dict[str, Any] | None) -> str:
    """The page of a session that can no longer be paid."""
    back = ""
    if session and session["cancel_url"]:
        back = f'<a class="button" href="{escape(session["cancel_url"])}">Quay lại</a>'
    return page("Đã hết hạn", f"<h1>Trang trả tiền này đã hết hạn</h1><p>Bạn chưa mất tiền.</p>{back}")


def onboarding(account: dict[str, Any]) -> str:
    """Where a seller would say who they are; here one button does."""
    return page("Mở tài khoản nhận tiền", f"""<h1>Mở tài khoản nhận tiền</h1>
<p>Ở đây người bán khai họ tên, giấy tờ và tài khoản ngân hàng.</p><p>{escape(account["id"])}</p>
<form method="post"><button name="answer" value="complete">Khai xong</button>
<button name="answer" value="later">Để sau</button></form>""")  # fmt: skip


def overview(charges: list[dict[str, Any]], disputes: list[dict[str, Any]]) -> str:
    """What a shopkeeper would see at Stripe: charges and disputes, with buttons for what happens from outside."""
    rows = [
        f"<h2>{money(row['amount'], row['currency'])}</h2><p>{row['id']}, {escape(row['description'] or '')}: "
        f"đã hoàn {money(row['amount_refunded'], row['currency'])}</p>"
        + _buttons("charge", row["id"], {"refund": "Hoàn tất cả", "dispute": "Người mua khiếu nại với ngân hàng"})
        for row in charges if row["paid"]
    ] + [
        f"<h2>Khiếu nại {money(row['amount'], row['currency'])}</h2><p>{row['id']}: {row['status']}</p>"
        + _buttons("dispute", row["id"], {"won": "Chợ thắng", "lost": "Chợ thua"})
        for row in disputes if row["status"] not in ("won", "lost")
    ]  # fmt: skip
    return page("Stripe giả", "<h1>Stripe giả</h1>" + ("".join(rows) or "<p>Chưa có ai trả tiền.</p>"))


def _buttons(name: str, ref: str, words: dict[str, str]) -> str:
    buttons = "".join(f'<button name="do" value="{do}">{word}</button>' for do, word in words.items())
    return f'<form method="post"><input type="hidden" name="{name}" value="{ref}">{buttons}</form>'


def _spaced(card: str) -> str:
    return " ".join(card[at : at + 4] for at in range(0, len(card), 4))
