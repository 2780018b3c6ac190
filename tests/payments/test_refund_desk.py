"""Refunds from the desk: leave, the buyer's account from their VietQR, two people above a limit. Case 15."""

import pytest

from common.actors import SYSTEM
from orders.services import farmer_step
from orders.states import State
from payments import vietqr
from payments.models import Refund
from payments.services import approve_refund, confirm
from tests.factories import UserFactory
from tests.payments.lines import books_agree, line
from tests.payments.test_unmatched import pooled_order

pytestmark = pytest.mark.django_db
HERE = "/so-quy/hoan-tien/"


@pytest.fixture
def desk(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def second(finance):
    """Another person of the finance desk."""
    person = UserFactory(name="Phạm Văn Quý")
    person.groups.set(finance.groups.all())
    return person


@pytest.fixture
def refund():
    """What a buyer gets back for an order that was paid to the operator and then given up."""
    order, payment = pooled_order(price=5_000_000, quantity=2)
    confirm(payment, line(payment.account, order.total, "?"))
    farmer_step(order.pk, State.CANCELLED, by=SYSTEM)
    return Refund.objects.get()


def buyers_qr(**facts):
    return vietqr.encode(vietqr.VietQR(bank_bin="970436", account="0011001234567", **facts))


def step(client, refund, name, **sent):
    return client.post(f"{HERE}{refund.pk}/{name}/", sent, follow=True)


def test_the_whole_way_back_with_two_people(desk, client_of, second, refund):
    assert f"{HERE}{refund.pk}/" in desk.get(HERE).content.decode()
    step(desk, refund, "duyet")
    step(desk, refund, "tai-khoan", qr=buyers_qr(), holder="Trần Minh")
    page = desk.get(f"{HERE}{refund.pk}/")
    refund.refresh_from_db()
    assert (refund.to_bank_bin, refund.to_number, refund.to_holder) == (
        "970436",
        "0011001234567",
        "TRAN MINH",
    )
    assert page.context["to_pay"].svg
    assert refund.code in page.content.decode()
    assert "phải nhờ người khác" in page.content.decode()
    other = client_of()
    other.force_login(second)
    step(other, refund, "da-gui")
    step(other, refund, "da-nhan")
    refund.refresh_from_db()
    assert (refund.state, refund.sent_by) == (Refund.State.CONFIRMED, second)
    assert books_agree()


def test_the_qr_to_pay_says_account_amount_and_code(desk, refund):
    step(desk, refund, "duyet")
    step(desk, refund, "tai-khoan", qr=buyers_qr())
    refund.refresh_from_db()
    asked = vietqr.VietQR(bank_bin="970436", account="0011001234567", amount=refund.amount, memo=refund.code)
    from payments import qr

    drawn = desk.get(f"{HERE}{refund.pk}/").context["to_pay"].svg
    assert drawn == qr.svg(vietqr.encode(asked), label=f"Mã VietQR để hoàn {refund.code}")


def test_case_15_whoever_approved_much_money_does_not_send_it(desk, refund):
    step(desk, refund, "duyet")
    step(desk, refund, "tai-khoan", qr=buyers_qr())
    answer = step(desk, refund, "da-gui").content.decode()
    assert "Khoản này cần một người khác duyệt." in answer
    refund.refresh_from_db()
    assert refund.state == Refund.State.APPROVED


def test_little_money_needs_one_person_only(desk, settings, refund):
    settings.REFUND_TWO_PEOPLE = refund.amount
    for name, sent in (("duyet", {}), ("tai-khoan", {"qr": buyers_qr()}), ("da-gui", {})):
        step(desk, refund, name, **sent)
    refund.refresh_from_db()
    assert refund.state == Refund.State.SENT


@pytest.mark.parametrize("text", ["", "xin chào", buyers_qr()[:-1] + "0", buyers_qr(card=True)])
def test_a_code_that_cannot_be_paid_is_refused_at_the_field_and_kept(desk, refund, text):
    answer = step(desk, refund, "tai-khoan", qr=text)
    assert answer.status_code == 422
    assert answer.context["address_form"].errors["qr"]
    assert text in answer.content.decode()
    refund.refresh_from_db()
    assert not refund.to_number


def test_a_transfer_that_came_back_can_be_sent_again(desk, settings, refund):
    settings.REFUND_TWO_PEOPLE = refund.amount
    for name, sent in (("duyet", {}), ("tai-khoan", {"qr": buyers_qr()}), ("da-gui", {})):
        step(desk, refund, name, **sent)
    assert step(desk, refund, "khong-duoc").status_code == 422
    step(desk, refund, "khong-duoc", fault="sai tên")
    refund.refresh_from_db()
    assert (refund.state, refund.fault) == (Refund.State.FAILED, "sai tên")
    assert books_agree()
    step(desk, refund, "da-gui")
    refund.refresh_from_db()
    assert (refund.state, refund.tries) == (Refund.State.SENT, 2)
    assert books_agree()


def test_case_15_two_presses_approve_and_send_once(desk, settings, refund):
    settings.REFUND_TWO_PEOPLE = refund.amount
    for name, sent in (
        ("duyet", {}),
        ("duyet", {}),
        ("tai-khoan", {"qr": buyers_qr()}),
        ("da-gui", {}),
        ("da-gui", {}),
    ):
        step(desk, refund, name, **sent)
    assert books_agree()


def test_a_refund_of_the_sellers_hand_has_no_buttons_here(desk, refund):
    Refund.objects.update(way="seller")
    page = desk.get(f"{HERE}{refund.pk}/")
    assert not page.context["may_approve"]
    assert "họ tự trả lại khách" in page.content.decode()


def test_a_providers_refund_shows_how_far_it_got(desk, finance, refund):
    Refund.objects.update(
        way="provider", provider="momo", tries=2, fault="het_so_du", state="failed", provider_ref="r9"
    )
    page = desk.get(f"{HERE}{refund.pk}/").content.decode()
    for told in ("Qua cổng thanh toán", "Gửi không được", "het_so_du", "r9", "Gửi qua cổng thanh toán"):
        assert told in page


def test_refunds_are_filtered_and_taken_home(desk, finance, refund):
    assert not desk.get(f"{HERE}?loai=sent").context["page"].rows
    assert desk.get(f"{HERE}?loai=proposed&cach=bank").context["page"].rows == [refund]
    approve_refund(refund.pk, by=finance)
    assert desk.get(HERE).context["page"].rows == [refund]
    assert str(refund.amount) in desk.get(f"{HERE}?tep=csv").content.decode()
    assert desk.get(f"{HERE}?tep=xlsx").status_code == 200


def test_pages_of_refunds_cost_little(desk, queries_of, refund):
    assert queries_of(desk.get, HERE) <= 12
    assert queries_of(desk.get, f"{HERE}{refund.pk}/") <= 12


def test_a_refund_that_is_not_there_is_a_404(desk):
    assert desk.get(f"{HERE}999/").status_code == 404
    for name in ("duyet", "tai-khoan", "da-gui", "da-nhan", "khong-duoc"):
        assert desk.post(f"{HERE}999/{name}/", {"fault": "x"}).status_code == 404


def test_case_28_only_the_desk_takes_these_steps(client, refund):
    client.force_login(refund.order.shop.owner)
    for name in ("duyet", "tai-khoan", "da-gui", "da-nhan", "khong-duoc"):
        assert client.post(f"{HERE}{refund.pk}/{name}/").status_code == 404
    refund.refresh_from_db()
    assert refund.state == Refund.State.PROPOSED
