"""A review on its way: a buyer's phone (with and without scripts), the product's page, the farmer, the officer."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from orders.models import Review
from places.models import Role
from tests.factories import DeliveredOrderFactory, RoleFactory
from tests.journeys.conftest import phone_photo, sign_in


@pytest.mark.parametrize("scripts", [True, False])
def test_a_buyer_writes_the_shop_answers_and_an_officer_decides(phone_of, tmp_path, shot, scripts):
    order = DeliveredOrderFactory(name="Nguyễn Thị Hoa")
    product, shop = order.lines.get().product, order.shop
    buyer = phone_of(java_script_enabled=scripts)
    buyer.goto(order.get_absolute_url())
    buyer.get_by_role("link", name="Viết nhận xét").click()
    buyer.get_by_label("4 sao: Ngon").check()
    buyer.get_by_label("Kể thêm").fill("Chín đều, mua số lượng gọi chỗ tôi rẻ hơn")
    buyer.locator("input[name=photo]").set_input_files(phone_photo("persimmon", tmp_path / "IMG_1.jpg"))
    shot(buyer, f"review-write-{scripts}")
    buyer.get_by_role("button", name="Gửi nhận xét").click()
    expect(buyer.get_by_text("Chín đều")).to_be_visible()
    expect(buyer.get_by_role("img", name="Ảnh Hoa N. gửi")).to_be_visible()
    review = Review.objects.get()
    assert b"SM-A057F" not in review.picture.file.read()

    farmer = phone_of(java_script_enabled=scripts)
    sign_in(farmer, shop.owner.phone)
    farmer.get_by_role("link", name="Nhận xét của khách").click()
    farmer.get_by_role("link", name="Trả lời").click()
    farmer.get_by_label("Trả lời của nhà mình").fill("Cảm ơn bạn")
    farmer.get_by_role("button", name="Lưu câu trả lời").click()
    farmer.get_by_role("link", name="Báo cán bộ").click()
    farmer.get_by_label("Quảng cáo, mời mua chỗ khác").check()
    farmer.get_by_role("button", name="Báo cán bộ").click()
    expect(farmer.get_by_text("Đang chờ cán bộ xem")).to_be_visible()
    reader = phone_of(java_script_enabled=scripts)
    reader.goto(product.get_absolute_url())
    expect(reader.get_by_text("Cảm ơn bạn")).to_be_visible()
    shot(reader, f"review-shown-{scripts}")

    officer = phone_of(java_script_enabled=scripts)
    sign_in(officer, RoleFactory(Role.COMMUNE_OFFICER, shop.village.parent).phone)
    officer.goto(f"/so-lieu/{shop.village.parent.code}/")
    officer.get_by_role("link", name="Nhận xét bị báo (1)").click()
    officer.get_by_role("link", name=re.compile("Xem và quyết định")).click()
    officer.get_by_label("Quảng cáo", exact=True).check()
    officer.get_by_role("button", name="Ẩn đi").click()
    expect(officer.get_by_text("Đã ẩn nhận xét của Hoa N.")).to_be_visible()
    later = phone_of(java_script_enabled=scripts)  # a phone that read it before keeps the page for a minute
    later.goto(product.get_absolute_url())
    expect(later.get_by_role("heading", name=product.title)).to_be_visible()
    expect(later.get_by_text("Chín đều")).to_have_count(0)
    buyer.goto(order.get_absolute_url())
    expect(buyer.get_by_text("Nhận xét này đã bị ẩn")).to_be_visible()
    expect(buyer.get_by_text("Lý do: Quảng cáo.")).to_be_visible()
    assert Review.objects.get().hidden_at <= timezone.now()
