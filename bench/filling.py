"""Fills PostgreSQL with shops and goods through COPY, the same ones for the same size, and grows from size to size.

Twelve products a shop, spread over all communes as people are: a few places have much. Twenty thousand pictures are
shared by all products (their 140,000 sizes are rows as in life); one each would be 35 million rows that say nothing
more about lists. Everything else is one row for one thing.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from json import dumps
from typing import Any

from django.db import connection, models
from tqdm import tqdm

from accounts.models import User
from catalog.models import Category, Product
from common.codes import ALPHABET
from common.folding import fold
from places.models import Kind, Level, Place
from places.services import load_places, path_of
from sellers.models import Picture, PictureRendition, Shop, ShopFront, ShopSlug
from sellers.photos import RENDITIONS

PRODUCTS_PER_SHOP = 12
MOST_PICTURES = 20_000
VILLAGES_PER_COMMUNE = 3
NOW = datetime(2026, 11, 23, tzinfo=UTC)

NAMES = ["Na dai", "Hồng vành khuyên", "Quýt vàng", "Mật ong bạc hà", "Thạch đen", "Chè Shan tuyết", "Hồi khô", "Măng ớt",
         "Vải thiều", "Gạo nếp", "Cam sành", "Mận hậu", "Đào mèo", "Lê nâu", "Bưởi Diễn", "Ổi bo", "Khoai sọ", "Su su", "Rau ngót",
         "Nấm hương", "Mộc nhĩ", "Gừng gié", "Nghệ đỏ", "Quế chi", "Thảo quả", "Mắc khén", "Hạt dẻ", "Óc chó", "Lạp sườn", "Gà đồi",
         "Vịt bầu", "Trứng gà", "Cá suối", "Mật hoa nhãn", "Miến dong", "Bún khô", "Tương ớt", "Rượu mận", "Khăn thổ cẩm", "Giỏ mây"]  # fmt: skip
QUALITIES = [
    "rừng",
    "vườn nhà",
    "đầu mùa",
    "loại to",
    "phơi nắng",
    "sạch",
    "bản địa",
    "hữu cơ",
    "ngọt đậm",
    "giòn",
    "hái tay",
    "mới",
]
TREE = {  # the first level as in the demo, each with kinds below
    "Trái cây": ["Na", "Hồng", "Cam quýt", "Mận đào"], "Rau củ": ["Rau lá", "Củ", "Nấm", "Măng"], "Mật ong": ["Bạc hà", "Hoa nhãn"],
    "Chè": ["Shan tuyết", "Chè xanh"], "Gia vị": ["Hồi quế", "Mắc khén", "Ớt"], "Gạo, hạt": ["Nếp", "Tẻ", "Hạt khô"],
    "Thịt, trứng": ["Gà vịt", "Trứng", "Hun khói"], "Thủ công": ["Thổ cẩm", "Mây tre"],
}  # fmt: skip


def fill(products: int, seed: int = 2026) -> None:
    """Bring the database to `products` live products; what is there already is kept and added to. Shows progress."""
    if not Category.objects.exists():
        load_places()
        _kinds()
        _villages(seed)
        _pictures()
    there = Product.objects.count()
    if there < products:
        with _bare_tables(Product, Shop, ShopSlug, ShopFront, User):
            _grow(there, products, seed)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copy_rows(model: type[models.Model], rows: Iterable[dict[str, Any]], count: int, what: str) -> None:
    """COPY rows into a model's table. A column that a row does not name gets the field's default."""
    fields = list(model._meta.concrete_fields)
    defaults = {field.attname: field.get_default() for field in fields}
    columns = ", ".join(f'"{field.column}"' for field in fields)
    prepare = {
        field.attname: field.get_db_prep_save for field in fields if isinstance(field, models.JSONField)
    }
    with (
        connection.cursor() as cursor,
        tqdm(total=count, unit="rows", desc=f"  {what}", mininterval=1) as bar,
    ):
        with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
            for number, row in enumerate(rows, 1):
                values = defaults | row
                for name, prepared in prepare.items():
                    values[name] = prepared(values[name], connection)
                copy.write_row([_plain(values[field.attname], field) for field in fields])
                if number % 5000 == 0:
                    bar.update(5000)
            bar.update(count % 5000)
        table, key = model._meta.db_table, fields[0].column
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), (SELECT max({key}) FROM {table}))"
        )


def _plain(value: Any, field: models.Field) -> Any:
    if value is None and not field.null:
        return "" if isinstance(field, models.CharField | models.TextField) else None
    return value


@contextmanager
def _bare_tables(*tables: type[models.Model]) -> Iterator[None]:
    """Take the indexes off while rows come in bulk, and make them anew: ten times as quick at millions of rows."""
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
            " WHERE i.tablename = ANY(%s) AND c.conname IS NULL",
            [names],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET session_replication_role = replica")  # no foreign key is looked up row by row
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in tqdm(indexes, unit="indexes", desc="  indexes"):
            cursor.execute(definition)


def _kinds() -> None:
    number = 0
    for top, below in TREE.items():
        number += 1
        root = _kind(top, None, number)
        for name in below:
            number += 1
            _kind(f"{top}: {name}", root, number)


def _kind(name: str, parent: Category | None, number: int) -> Category:
    path = f"{parent.path if parent else ''}{number:05d}/"
    return Category.objects.create(
        slug=f"{fold(name).replace(' ', '-')}-{number}", name=name, name_en=name, folded=fold(name), path=path,
        parent=parent, position=number,
    )  # fmt: skip


def _villages(seed: int) -> None:
    communes = list(Place.objects.filter(level=Level.COMMUNE).select_related("parent").order_by("pk"))
    villages = [
        Place(code=f"{commune.code}-{n}", level=Level.VILLAGE, kind=Kind.THON, name=f"Bản {n}", folded=f"ban {n}", slug=f"ban-{n}",
              parent=commune, path=f"?{commune.code}{n}")
        for commune in communes for n in range(1, VILLAGES_PER_COMMUNE + 1)
    ]  # fmt: skip
    Place.objects.bulk_create(villages, batch_size=2000)
    for village in villages:
        village.path = path_of(village, village.parent)
    Place.objects.bulk_update(villages, ["path"], batch_size=2000)


def _pictures() -> None:
    rows = ({"id": n, "title": "x", "file": f"anh/{n}.jpg", "width": 1280, "height": 1280, "purpose": "product",
             "collection_id": 1, "ready": True, "created_at": NOW, "focal_point_x": None} for n in range(1, MOST_PICTURES + 1))  # fmt: skip
    copy_rows(Picture, rows, MOST_PICTURES, "pictures")
    sizes = (
        {"id": n * len(RENDITIONS) + at, "image_id": n, "filter_spec": spec, "file": f"anh/nho/{n}-{at}", "width": 240, "height": 240}
        for n in range(1, MOST_PICTURES + 1) for at, spec in enumerate(RENDITIONS)
    )  # fmt: skip
    copy_rows(PictureRendition, sizes, MOST_PICTURES * len(RENDITIONS), "picture sizes")


def code_of(number: int) -> str:
    """A public code made from a number: ten signs, another one for each."""
    signs = []
    mixed = (number * 6_364_136_223_846_793 + 1_442_695_040_888_963) % len(ALPHABET) ** 10
    for _ in range(10):
        mixed, at = divmod(mixed, len(ALPHABET))
        signs.append(ALPHABET[at])
    return "".join(signs)


class Country:
    """Where shops stand: villages by weight, so that some communes sell much and many sell little."""

    def __init__(self) -> None:
        rows = Place.objects.filter(level=Level.VILLAGE).order_by("pk")
        self.villages = list(rows.values_list("pk", "parent_id", "parent__parent_id", "path"))
        self.kinds = list(
            Category.objects.filter(parent__isnull=False).order_by("pk").values_list("pk", flat=True)
        )

    def village_of(self, shop: int, chance: random.Random) -> tuple[int, int, int, str]:
        """The square of chance puts half of all shops into a quarter of the villages."""
        return self.villages[int(chance.random() ** 2 * len(self.villages))]


def _grow(there: int, products: int, seed: int) -> None:
    country = Country()
    shops = range(there // PRODUCTS_PER_SHOP + 1, (products - 1) // PRODUCTS_PER_SHOP + 2)
    if there % PRODUCTS_PER_SHOP:
        raise SystemExit("the size there is not whole shops: begin with an empty database")
    numbers = list(shops)
    copy_rows(User, (_user(n) for n in numbers), len(numbers), "people")
    copy_rows(Shop, (_shop(n, country, seed) for n in numbers), len(numbers), "shops")
    copy_rows(
        ShopSlug,
        ({"id": n, "shop_id": n, "slug": _slug(n), "since": NOW} for n in numbers),
        len(numbers),
        "addresses",
    )
    copy_rows(ShopFront, (_front(n) for n in numbers), len(numbers), "shop pages")
    goods = (row for n in numbers for row in _products(n, country, seed))
    count = products - there
    copy_rows(Product, islice(goods, count), count, "products")


def _user(n: int) -> dict[str, Any]:
    return {
        "id": 1_000_000 + n,
        "phone": f"+849{n:08d}",
        "name": f"Chủ hộ {n}",
        "password": "!",
        "date_joined": NOW,
    }


def _slug(n: int) -> str:
    return f"vuon-nha-{n}"


def _shop(n: int, country: Country, seed: int) -> dict[str, Any]:
    chance = random.Random(seed * 1_000_003 + n)
    village, commune, province, path = country.village_of(n, chance)
    return {
        "id": n, "public_code": code_of(n), "slug": _slug(n), "name": f"Vườn nhà {n}", "folded": f"vuon nha {n}",
        "village_id": village, "commune_id": commune, "province_id": province, "place_path": path, "owner_id": 1_000_000 + n,
        "status": "live", "verified_at": NOW - timedelta(minutes=n), "popularity": int(chance.paretovariate(1.2)),
        "created_at": NOW - timedelta(minutes=n), "updated_at": NOW,
    }  # fmt: skip


STORY = dumps([
    {"type": "story", "id": "a", "value": {"heading": "Chuyện nhà mình", "text": "<p>Nhà trồng từ đời ông bà.</p>", "picture": None}},
    {"type": "delivery", "id": "b", "value": {"days": "Thứ Ba và thứ Sáu", "text": "Gửi xe khách trong ngày."}},
])  # fmt: skip


def _front(n: int) -> dict[str, Any]:
    from json import dumps

    return {
        "id": n,
        "shop_id": n,
        "tagline": "Nhà trồng, nhà hái",
        "body": dumps(STORY),
        "live": True,
        "cover_id": n % MOST_PICTURES + 1,
    }


def _products(shop: int, country: Country, seed: int) -> Iterator[dict[str, Any]]:
    """The twelve products of a shop: few kinds each, prices of their own, one in eight sold out."""
    chance = random.Random(seed * 1_000_003 + shop)
    village, commune, province, _path = country.village_of(shop, chance)
    kinds = chance.sample(country.kinds, 3)
    for at in range(PRODUCTS_PER_SHOP):
        n = (shop - 1) * PRODUCTS_PER_SHOP + at + 1
        title = f"{chance.choice(NAMES)} {chance.choice(QUALITIES)}"
        made = NOW - timedelta(seconds=n * 7)
        yield {
            "id": n, "shop_id": shop, "public_code": code_of(n), "title": title, "folded": fold(f"{title} vuon nha {shop}"),
            "category_id": kinds[at % 3], "unit": "kg", "price": chance.randrange(8, 400) * 1000, "step": Decimal(1),
            "minimum": Decimal(1), "stock": Decimal(0 if chance.random() < 0.12 else chance.randrange(1, 200)),
            "season_mask": 4095 if chance.random() < 0.4 else chance.randrange(1, 4096), "picture_id": n % MOST_PICTURES + 1,
            "cert_mask": 1 << chance.randrange(6) if chance.random() < 0.06 else 0, "live": True,
            "popularity": int(chance.paretovariate(1.1)), "province_id": province, "commune_id": commune, "village_id": village,
            "created_at": made, "updated_at": made,
        }  # fmt: skip
