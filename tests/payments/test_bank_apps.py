"""Banks' apps that open on the buyer's phone."""

from payments.bank_apps import app_links


def links(bank_bin="970405"):
    return app_links(
        bank_bin=bank_bin, number="3500201234567", holder="LY THI SEN", amount=150_000, memo="LUA7K2M9QXH",
        back="https://chophien.vn/dat-hang/x/",
    )  # fmt: skip


def test_the_transfer_is_filled_in_as_vietqr_publishes_it():
    first = links()[0]
    assert first.url == (
        "https://dl.vietqr.io/pay?app=mb&am=150000&tn=LUA7K2M9QXH&ba=3500201234567@vba&bn=LY%20THI%20SEN"
        "&url=https://chophien.vn/dat-hang/x/"
    )


def test_a_bank_whose_code_is_not_known_gets_no_link():
    assert links("970462") == links("123456") == []
