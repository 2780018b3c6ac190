"""Many goods at once: what a table may say, every kind of line that is wrong, all or nothing, and the way out and back."""

import csv
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from catalog import imports
from catalog.imports import BadCell, read_months
from catalog.models import Product
from catalog.seasons import ALL_YEAR, months_of
from catalog.spreadsheets import COLUMNS, MOST_ROWS, SheetRow, read_table
from common.actors import Actor
from common.cells import BOM
from common.days import local_day
from common.models import AuditEvent
from common.spreadsheets import BadSheet
from places.models import Role
from tests.factories import CategoryFactory, ConsentFactory, ProductFactory, RoleFactory, ShopFactory

HEAD = [column.heading for column in COLUMNS]
BRING = "/ban-hang/hang/nhap-bang/"


@pytest.fixture
def shop(db):
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def fruit(db):
    return CategoryFactory(name="Trái cây", name_en="Fruit", slug="trai-cay")


def line(**cells):
    """A good line with some cells changed, in the order of our columns."""
    said = {"title": "Na dai", "kind": "Trái cây", "price": "35k", "unit": "kg", "stock": "20"} | cells
    return [said.get(column.key) for column in COLUMNS]


def xlsx(*lines, head=HEAD, change=None):
    book = Workbook()
    for row in [head, *lines]:
        book.active.append(row)
    if change:
        change(book.active)
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("hang.xlsx", file.getvalue())


def as_csv(*lines, separator=",", encoding="utf-8-sig"):
    out = StringIO()
    csv.writer(out, delimiter=separator).writerows(
        [HEAD, *[["" if c is None else c for c in row] for row in lines]]
    )
    return SimpleUploadedFile("hang.csv", out.getvalue().encode(encoding))


def send(farmer, file):
    return farmer.post(BRING, {"file": file})


def put_on_shelf(farmer, answer, **more):
    return farmer.post(BRING, {"table": answer.context["table"], "write": "1", **more})


def errors_of(answer):
    return {row.row.number: list(row.errors) for row in answer.context["checked"].bad}


# --- a good table ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "file",
    [
        xlsx(line()),
        as_csv(line()),
        as_csv(line(), separator=";"),
        as_csv(line(), separator="\t", encoding="utf-16"),
        as_csv(line(), encoding="utf-8"),
    ],
    ids=["xlsx", "csv", "semicolons", "Unicode text", "no mark"],
)
def test_a_table_is_shown_first_and_then_put_on_the_shelf(farmer, shop, fruit, file):
    file.seek(0)
    answer = send(farmer, file)
    assert answer.status_code == 200
    assert "Na dai, 35.000\u00a0₫ một kg, còn 20 kg" in answer.content.decode()
    assert not Product.objects.exists()
    assert put_on_shelf(farmer, answer).url == reverse("goods:list")
    product = Product.objects.get()
    assert (product.title, product.category, product.price, product.stock, product.live, product.shop) == (
        "Na dai", fruit, 35_000, 20, True, shop,
    )  # fmt: skip
    assert (product.step, product.minimum) == (Decimal("0.5"), Decimal("0.5"))


def test_old_windows_vietnamese_is_read(farmer, fruit):
    text = "Tên hàng,Loại hàng,Giá bán,Tính theo,Còn\nNa bở,Fruit,35000,kg,5\n"
    decomposed = (
        text.replace("ê", "ê").replace("à", "a\u0300").replace("ạ", "a\u0323").replace("á", "a\u0301")
    )
    decomposed = decomposed.replace("ò", "o\u0300").replace("í", "i\u0301").replace("ở", "ơ\u0309")
    send_it = SimpleUploadedFile("hang.csv", decomposed.encode("cp1258"))
    put_on_shelf(farmer, send(farmer, send_it))
    assert Product.objects.get().title == "Na bở"


def test_everything_a_form_can_say_a_table_can_say(farmer, fruit):
    day = local_day() + timedelta(days=40)
    file = xlsx(
        line(unit="chai", price="1tr2", minimum="2", months="11-2", variety="Bạc hà", grade="loai 1", making="Đã chế biến",
             net_quantity="500", net_unit="ml", gtin="4006381333931", harvest_on=f"{day:%d/%m/%Y}", preorder_cap="50",
             hidden="có", description="Quay tay\nnăm nay"),
        line(title="Măng", uncounted="x", stock=None, months=7),
    )  # fmt: skip
    put_on_shelf(farmer, send(farmer, file))
    honey, bamboo = Product.objects.order_by("pk")
    assert (honey.price, honey.minimum, honey.season_months, honey.variety, honey.grade, honey.making) == (
        1_200_000, 2, [1, 2, 11, 12], "Bạc hà", "first", "processed",
    )  # fmt: skip
    assert (honey.net_content, honey.gtin, honey.harvest_on, honey.preorder_cap, honey.hidden, honey.live) == (
        "500 ml", "04006381333931", day, 50, True, False,
    )  # fmt: skip
    assert honey.description == "Quay tay\nnăm nay"
    assert (bamboo.counted, bamboo.season_months) == (False, [7])


def test_columns_may_stand_in_any_order_below_a_title_with_strange_ones_between(farmer, fruit):
    file = xlsx(
        ["Giá", "STT", "ĐVT", "Tên sản phẩm", "Số lượng", "Loại"],
        [35000, 1, "kg", "Na dai", 2.5, "Trái cây"],
        head=["Bảng giá tháng 11"],
    )
    answer = send(farmer, file)
    assert answer.context["unknown"] == ["STT"]
    put_on_shelf(farmer, answer)
    assert (Product.objects.get().stock, Product.objects.get().price) == (Decimal("2.5"), 35_000)


def test_line_numbers_are_those_of_the_spreadsheet(farmer, fruit):
    answer = send(farmer, xlsx(line(), [None], [None], line(price="mười")))
    assert errors_of(answer) == {5: ["price"]}


def test_the_example_line_of_the_template_is_left_out(farmer, fruit):
    template = farmer.get(reverse("goods:template")).content
    book = load_workbook(BytesIO(template))
    book["Hàng"].append(line())
    file = BytesIO()
    book.save(file)
    answer = send(farmer, SimpleUploadedFile("hang.xlsx", file.getvalue()))
    assert [row.said for row in answer.context["checked"].rows] == ["Na dai, 35.000\u00a0₫ một kg, còn 20 kg"]


def test_the_template_offers_kinds_and_units_to_choose_from(farmer, fruit):
    book = load_workbook(BytesIO(farmer.get(reverse("goods:template")).content))
    rules = {str(rule.sqref): rule.formula1 for rule in book["Hàng"].data_validations.dataValidation}
    kinds = next(formula for cells, formula in rules.items() if cells.startswith("C2"))
    assert kinds == "'Giải thích'!$D$2:$D$2"
    assert book["Giải thích"]["D2"].value == "Trái cây"
    assert [cell.value.rstrip("*") for cell in book["Hàng"][1]] == HEAD


# --- lines that are wrong -------------------------------------------------------------------------------------------
WRONG = {
    "no name": ({"title": " "}, "title"),
    "long name": ({"title": "N" * 81}, "title"),
    "no kind": ({"kind": None}, "kind"),
    "strange kind": ({"kind": "Ô tô"}, "kind"),
    "no price": ({"price": None}, "price"),
    "free": ({"price": "0"}, "price"),
    "spoken price": ({"price": "mười nghìn"}, "price"),
    "negative price": ({"price": -5}, "price"),
    "no unit": ({"unit": None}, "unit"),
    "strange unit": ({"unit": "thúng"}, "unit"),
    "no stock": ({"stock": None}, "stock"),
    "strange stock": ({"stock": "nhiều"}, "stock"),
    "negative stock": ({"stock": -1}, "stock"),
    "neither yes nor no": ({"uncounted": "chắc là có"}, "uncounted"),
    "no minimum": ({"minimum": 0}, "minimum"),
    "month 13": ({"months": "13"}, "months"),
    "months became a date": ({"months": datetime(2026, 9, 7)}, "months"),
    "months became a number": ({"months": 7.9}, "months"),
    "strange grade": ({"grade": "ngon"}, "grade"),
    "strange making": ({"making": "luộc"}, "making"),
    "content without unit": ({"net_quantity": 500}, "net_quantity"),
    "unit without content": ({"net_unit": "ml"}, "net_quantity"),
    "strange content unit": ({"net_quantity": 500, "net_unit": "thìa"}, "net_unit"),
    "wrong bar code": ({"gtin": "4006381333932"}, "gtin"),
    "no day": ({"harvest_on": "tháng sau"}, "harvest_on"),
    "day gone by": ({"harvest_on": date(2020, 1, 1)}, "harvest_on"),
    "bound without day": ({"preorder_cap": 5}, "harvest_on"),
    "bound below stock": ({"harvest_on": local_day() + timedelta(9), "preorder_cap": 5}, "preorder_cap"),
    "uncounted and ahead": ({"harvest_on": local_day() + timedelta(9), "uncounted": "có"}, "stock"),
    "strange code": ({"code": "ABCDEFGHJK"}, "code"),
    "long variety": ({"variety": "g" * 61}, "variety"),
    "endless text": ({"description": "x" * 2001}, "description"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "at"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_cell_is_named_and_nothing_is_listed(farmer, fruit, cells, at):
    answer = send(farmer, xlsx(line(), line(**cells)))
    assert (answer.status_code, errors_of(answer)) == (422, {3: [at]})
    page = answer.content.decode()
    assert f'name="o-3-{at}"' in page
    assert 'name="write"' not in page
    put_on_shelf(farmer, answer)  # somebody who posts it all the same
    assert not Product.objects.exists()


def test_a_near_miss_in_the_kind_is_guessed(farmer, fruit):
    answer = send(farmer, xlsx(line(kind="Trai cay nha")))
    assert "Có phải “Trái cây”?" in answer.content.decode()


def test_a_price_that_lost_its_zeros_is_asked_about(farmer, fruit):
    answer = send(farmer, xlsx(line(price=35.0)))
    assert "có thiếu số 0 không" in answer.content.decode()


def test_cells_are_put_right_on_the_page_without_sending_the_file_again(farmer, fruit):
    answer = send(farmer, xlsx(line(), line(title="Na bở", price="mười", unit="thúng")))
    again = farmer.post(BRING, {"table": answer.context["table"], "o-3-price": "80k", "o-3-unit": "thung"})
    assert errors_of(again) == {3: ["unit"]}
    last = farmer.post(BRING, {"table": again.context["table"], "o-3-unit": "kg"})
    assert last.status_code == 200
    put_on_shelf(farmer, last)
    assert set(Product.objects.values_list("title", "price")) == {("Na dai", 35_000), ("Na bở", 80_000)}


def test_a_formula_is_refused_at_its_cell_and_can_be_typed_over(farmer, fruit):
    file = xlsx(line(), change=lambda sheet: sheet.__setitem__("D2", "=1+1"))
    answer = send(farmer, file)
    assert errors_of(answer) == {2: ["price"]}
    assert "công thức" in answer.content.decode()
    again = farmer.post(BRING, {"table": answer.context["table"], "o-2-price": "30k"})
    assert again.context["checked"].rows[0].facts.price == 30_000


def test_a_formula_in_a_csv_is_refused_too(farmer, fruit):
    answer = send(farmer, as_csv(line(price="=1+1")))
    assert errors_of(answer) == {2: ["price"]}


def test_the_same_name_twice_is_warned_about_but_allowed(farmer, shop, fruit):
    ProductFactory(shop, title="Na Dai")
    answer = send(farmer, xlsx(line(), line()))
    assert [len(row.warnings) for row in answer.context["checked"].rows] == [1, 1]
    put_on_shelf(farmer, answer)
    assert Product.objects.count() == 3


# --- all or nothing -------------------------------------------------------------------------------------------------
def test_pressing_twice_lists_once(farmer, fruit):
    answer = send(farmer, xlsx(line(), line(title="Na bở")))
    put_on_shelf(farmer, answer)
    Product.objects.filter(title="Na dai").update(stock=15)  # five were sold meanwhile
    put_on_shelf(farmer, answer)
    assert sorted(Product.objects.values_list("title", "stock")) == [("Na bở", 20), ("Na dai", 15)]
    assert AuditEvent.objects.get(verb="products.imported").details == {"listed": 2, "changed": 0}


def test_if_the_last_line_cannot_be_written_none_is(shop, fruit, monkeypatch):
    listed = imports.services.list_product

    def fails_at_the_third(shop, facts, **how):
        if facts.title == "Ba":
            raise RuntimeError
        return listed(shop, facts, **how)

    monkeypatch.setattr(imports.services, "list_product", fails_at_the_third)
    cells = {"kind": "Trái cây", "price": "35k", "unit": "kg", "stock": "2"}
    rows = [SheetRow(n, cells | {"title": title}) for n, title in enumerate(["Một", "Hai", "Ba"])]
    with pytest.raises(RuntimeError):
        imports.write_rows(shop, rows, key="k", seen={}, by=Actor.of(shop.owner))
    assert not Product.objects.exists()


def test_a_table_of_another_shop_or_an_hour_ago_is_not_taken(farmer, client_of, fruit, time_machine):
    answer = send(farmer, xlsx(line()))
    neighbour = client_of()
    neighbour.force_login(ShopFactory().owner)
    assert put_on_shelf(neighbour, answer).status_code == 422
    assert (
        farmer.post(BRING, {"table": answer.context["table"][:-3] + "abc", "write": "1"}).status_code == 422
    )
    time_machine.move_to(datetime.now() + timedelta(minutes=61))
    assert put_on_shelf(farmer, answer).status_code == 422
    assert not Product.objects.exists()


# --- out and back ---------------------------------------------------------------------------------------------------
@pytest.fixture
def shelf(shop, fruit):
    day = local_day() + timedelta(days=20)
    return [
        ProductFactory(shop, title="=cmd|' /C calc'!A0", description="+84 912\n-tốt", category=fruit),
        ProductFactory(shop, title="@Măng, khô; \"ngon\"", counted=False, category=fruit, season_mask=0b111, price=1_234_567),
        ProductFactory(shop, harvest_on=day, preorder_cap=Decimal("80.5"), stock=Decimal("12.5"), category=fruit),
        ProductFactory(shop, unit="hop", net_quantity=Decimal("0.5"), net_unit="kg", gtin="00000096385074", grade="mixed",
                       making="dried", variety="Tú lệ", hidden=True, live=False, category=fruit, minimum=Decimal(3)),
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_taken_out_comes_back_without_a_change(farmer, shelf, ending):
    file = farmer.get(reverse("goods:take_away", args=[ending])).content
    answer = send(farmer, SimpleUploadedFile(f"hang.{ending}", file))
    checked = answer.context["checked"]
    assert (answer.status_code, len(checked.same), checked.changed, checked.new) == (200, 4, [], [])
    put_on_shelf(farmer, answer)
    assert Product.objects.count() == 4
    assert not AuditEvent.objects.filter(verb="product.changed").exists()


def test_a_changed_line_changes_its_product_and_empty_cells_change_nothing(farmer, shop, fruit):
    product = ProductFactory(
        shop, price=35_000, stock=Decimal(20), description="Hái sáng", category=fruit, season_mask=7
    )
    changed = line(
        code=product.public_code.lower(), title=None, kind=None, unit=None, price=40_000, stock=None
    )
    answer = send(farmer, xlsx(changed))
    assert answer.context["checked"].changed[0].changes == ["giá 35.000\u00a0₫ → 40.000\u00a0₫"]
    put_on_shelf(farmer, answer)
    product.refresh_from_db()
    assert (product.price, product.stock, product.description, product.season_mask) == (
        40_000,
        20,
        "Hái sáng",
        7,
    )
    assert product.picture is not None
    assert Product.objects.count() == 1


def test_a_figure_that_only_repeats_what_was_there_undoes_no_sale(farmer, shop, fruit):
    product = ProductFactory(shop, stock=Decimal(20), category=fruit)
    answer = send(farmer, xlsx(line(code=product.public_code, stock=20, price=40_000)))
    Product.objects.filter(pk=product.pk).update(stock=15)  # five were sold while the farmer read
    put_on_shelf(farmer, answer)
    product.refresh_from_db()
    assert (product.price, product.stock) == (40_000, 15)


def test_the_same_code_twice_is_refused(farmer, shop, fruit):
    code = ProductFactory(shop, category=fruit).public_code
    assert errors_of(send(farmer, xlsx(line(code=code), line(code=code)))) == {3: ["code"]}


def test_a_neighbours_code_does_not_exist(farmer, fruit):
    theirs = ProductFactory(category=fruit)
    assert errors_of(send(farmer, xlsx(line(code=theirs.public_code)))) == {2: ["code"]}


def test_no_cell_of_a_file_taken_out_is_a_formula(farmer, shelf):
    sheet = load_workbook(BytesIO(farmer.get(reverse("goods:take_away", args=["xlsx"])).content))["Hàng"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert sheet["B5"].value == "=cmd|' /C calc'!A0"
    text = farmer.get(reverse("goods:take_away", args=["csv"])).content.decode()
    assert text.startswith(BOM)
    cells = [cell for row in csv.reader(StringIO(text.removeprefix(BOM))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_my_file_holds_my_goods_only(farmer, shelf):
    theirs = ProductFactory()
    gone = ProductFactory(shelf[0].shop, archived_at=datetime.now().astimezone(), live=False)
    text = farmer.get(reverse("goods:take_away", args=["csv"])).content.decode()
    assert (theirs.public_code in text, gone.public_code in text, shelf[0].public_code in text) == (
        False,
        False,
        True,
    )


def test_only_two_kinds_of_file_are_made(farmer):
    assert farmer.get(reverse("goods:take_away", args=["ods"])).status_code == 404


# --- files that are not taken ---------------------------------------------------------------------------------------
def packed(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, content in parts.items():
            bag.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def bomb():
    return packed(xl__workbook_dot_xml="<x/>", xl__worksheets__sheet1_dot_xml=b"0" * (17 * 1024 * 1024))


BAD_FILES = {
    "not a table": ("hang.pdf", b"%PDF-1.4"),
    "an old workbook": ("hang.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600),
    "macros by name": ("hang.xlsm", b"PK\x03\x04"),
    "macros inside": ("hang.xlsx", packed(xl__workbook_dot_xml="<x/>", xl__vbaProject_dot_bin="x")),
    "a broken zip": ("hang.xlsx", b"PK\x03\x04 and nothing more"),
    "a zip of something else": ("hang.xlsx", packed(word__document_dot_xml="<x/>")),
    "a workbook of nonsense": ("hang.xlsx", packed(xl__workbook_dot_xml="<x/>")),
    "a bomb": ("hang.xlsx", bomb()),
    "heavy": ("hang.csv", b"x" * (2 * 1024 * 1024 + 1)),
    "no headings": ("hang.csv", b"a,b,c\n1,2,3\n"),
    "a picture": ("hang.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x81\x8d"),
    "a field without end": ("hang.csv", b'"' + b"x," * 100_000),
    "a column missing": ("hang.csv", "Tên hàng,Giá bán\nNa,1000\n".encode()),
    "headings only": ("hang.csv", ",".join(HEAD).encode()),
    "empty": ("hang.csv", b""),
}


@pytest.mark.parametrize(("name", "content"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_no_table_of_goods_is_refused_in_words(farmer, fruit, name, content):
    answer = send(farmer, SimpleUploadedFile(name, content))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


def test_500_lines_are_taken_501_are_not(farmer, fruit):
    lines = [line(title=f"Na {n}") for n in range(MOST_ROWS + 1)]
    assert len(read_table(xlsx(*lines[:-1]), "a.xlsx").rows) == MOST_ROWS
    with pytest.raises(BadSheet, match="500"):
        read_table(xlsx(*lines), "a.xlsx")
    with pytest.raises(BadSheet, match="500"):
        read_table(as_csv(*lines), "a.csv")


def test_more_than_30_columns_are_refused(fruit):
    with pytest.raises(BadSheet, match="30"):
        read_table(xlsx(line(), head=[*HEAD, *(f"Cột {n}" for n in range(12))]), "a.xlsx")


def test_a_line_at_the_far_end_of_the_sheet_does_not_keep_us_busy(fruit):
    with pytest.raises(BadSheet):
        read_table(xlsx(line(), change=lambda sheet: sheet.__setitem__("B1000000", "Na")), "a.xlsx")


# --- whatever stands in a cell --------------------------------------------------------------------------------------
ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,-–k₫đtr/ \x00\ud800", max_size=12),
    st.sampled_from(
        ["", "35k", "kg", "Trái cây", "có", "7-9", "12/6/2027", "999999999999999999", "1e400", "=1"]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(st.sampled_from([column.key for column in COLUMNS]), ANYTHING))
def test_whatever_stands_in_a_line_it_is_understood_or_wrong_at_a_cell(shop, fruit, cells):
    checked = imports.check_rows(shop, [SheetRow(2, cells)], key="k", seen={}).rows[0]
    assert (checked.facts is None) == bool(checked.errors)
    assert set(checked.errors) <= {column.key for column in COLUMNS}
    if checked.facts is not None:
        assert (
            imports.write_rows(shop, [SheetRow(2, cells)], key="k", seen={}, by=Actor.of(shop.owner))[1]
            is not None
        )
        Product.objects.all().delete()


@settings(max_examples=100, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest),
        st.text().map(lambda text: text.encode("utf-8", "ignore")),
    )
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_whatever_a_file_holds_it_is_a_table_or_refused(name, data):
    try:
        read_table(BytesIO(data), name)
    except BadSheet:
        return


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("7-9", [7, 8, 9]),
        ("7, 8, 9", [7, 8, 9]),
        ("7;8", [7, 8]),
        ("tháng 7 đến 9", [7, 8, 9]),
        ("từ tháng 11 đến tháng 2", [1, 2, 11, 12]),
        ("7–9 và 12", [7, 8, 9, 12]),
        ("T7", None),
        ("quanh năm", list(range(1, 13))),
        ("0", None),
        ("7-13", None),
        ("2026-09-07", None),
        ("-", None),
    ],
)
def test_months_are_read_as_people_write_them(text, months):
    if months is None:
        with pytest.raises(BadCell):
            read_months(text)
    else:
        assert months_of(read_months(text)) == months
    assert read_months("1-12") == ALL_YEAR


# --- who ------------------------------------------------------------------------------------------------------------
def test_a_volunteer_with_leave_brings_a_table_in_the_farmers_name(client, shop, fruit):
    volunteer = RoleFactory(Role.VOLUNTEER, shop.village)
    consent = ConsentFactory(shop, volunteer, scopes=["products"])
    client.force_login(volunteer)
    session = client.session
    session["acting"] = consent.pk
    session.save()
    put_on_shelf(client, send(client, xlsx(line())))
    assert AuditEvent.objects.get(verb="product.listed").on_behalf_of == shop.owner_id


@pytest.mark.parametrize("name", ["goods:bring", "goods:template"])
def test_strangers_are_asked_to_sign_in(client, db, name):
    assert client.get(reverse(name)).status_code == 302


# --- cost -----------------------------------------------------------------------------------------------------------
def test_checking_costs_the_same_for_3_and_300_lines(farmer, shop, fruit, queries_of):
    few = queries_of(send, farmer, xlsx(*[line(title=f"Na {n}") for n in range(3)]))
    many = queries_of(send, farmer, xlsx(*[line(title=f"Na {n}") for n in range(300)]))
    assert many <= few <= 12


def test_a_file_taken_out_costs_the_same_for_3_and_24_goods(farmer, shop, fruit, queries_of):
    url = reverse("goods:take_away", args=["xlsx"])
    farmer.get(url)
    for _ in range(3):
        ProductFactory(shop)
    few = queries_of(farmer.get, url)
    for _ in range(21):
        ProductFactory(shop)
    assert queries_of(farmer.get, url) == few <= 8
