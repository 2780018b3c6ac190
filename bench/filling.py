"""Fills an empty database with shops and products in bulk, the same ones for the same size."""

import random
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from catalog.models import Category, Product
from common.folding import fold, slug
from places.models import Kind, Level, Place
from places.services import load_places, path_of
from sellers.models import Picture, PictureRendition, Shop, ShopFront, ShopSlug
from sellers.photos import RENDITIONS

PRODUCTS_PER_SHOP = 12
BLOCK = 2000
WORDS = [
    "Na dai",
    "Hồng vành khuyên",
    "Quýt vàng",
    "Mật ong bạc hà",
    "Thạch đen",
    "Chè Shan tuyết",
    "Hồi khô",
    "Măng ớt",
    "Vải thiều",
    "Gạo nếp",
]
KINDS = [
    ("trai-cay", "Trái cây"),
    ("rau", "Rau củ"),
    ("mat-ong", "Mật ong"),
    ("che", "Chè"),
    ("gia-vi", "Gia vị"),
]


def fill(products: int, seed: int = 2026) -> None:
    """Make `products` live products in shops of twelve, with pictures whose sizes exist as rows. Shows progress."""
    chance = random.Random(seed)
    load_places()
    communes = list(Place.objects.filter(level=Level.COMMUNE).select_related("parent").order_by("pk"))
    villages = _villages(chance.sample(communes, min(len(communes), max(1, products // 500))))
    categories = [
        Category.objects.create(
            slug=address, name=name, name_en=address, folded=fold(name), path=f"{n:03d}/", position=n
        )
        for n, (address, name) in enumerate(KINDS)
    ]
    shops = _shops(villages, max(1, products // PRODUCTS_PER_SHOP), chance)
    with tqdm(total=products, unit="products") as bar:
        for first in range(0, products, BLOCK):
            count = min(BLOCK, products - first)
            _products(shops, categories, first, count, chance)
            bar.update(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _villages(communes: list[Place]) -> list[Place]:
    villages = [
        Place(code=f"{commune.code}-001", level=Level.VILLAGE, kind=Kind.THON, name="Bản Mới", folded="ban moi", slug="ban-moi",
              parent=commune, path=f"?{commune.code}")
        for commune in communes
    ]  # fmt: skip
    Place.objects.bulk_create(villages)
    for village in villages:
        village.path = path_of(village, village.parent)
    Place.objects.bulk_update(villages, ["path"], batch_size=500)
    return villages


def _shops(villages: list[Place], count: int, chance: random.Random) -> list[Shop]:
    now = timezone.now()
    shops: list[Shop] = []
    for first in range(0, count, BLOCK):
        numbers = range(first, min(first + BLOCK, count))
        owners = User.objects.bulk_create(
            User(phone=f"+8491{number:07d}", name=f"Chủ hộ {number}") for number in numbers
        )
        block = []
        for number, owner in zip(numbers, owners, strict=True):
            village = villages[number % len(villages)]
            name = f"{chance.choice(WORDS)} nhà {number}"
            block.append(
                Shop(name=name, folded=fold(name), slug=f"{slug(name)}-{number}", village=village, owner=owner, status="live",
                     province_id=village.parent.parent_id, commune_id=village.parent_id, place_path=village.path,
                     verified_at=now, popularity=chance.randrange(1000))
            )  # fmt: skip
        shops += Shop.objects.bulk_create(block)
        ShopSlug.objects.bulk_create(ShopSlug(shop=shop, slug=shop.slug) for shop in block)
        story = [
            {"type": "delivery", "value": {"days": "Thứ Ba và thứ Sáu", "text": "Gửi xe khách trong ngày."}}
        ]
        ShopFront.objects.bulk_create(
            ShopFront(shop=shop, tagline="Nhà trồng, nhà hái", body=story) for shop in block
        )
    return shops


def _products(
    shops: list[Shop], categories: list[Category], first: int, count: int, chance: random.Random
) -> None:
    now = timezone.now()
    chosen = [shops[(first + n) // PRODUCTS_PER_SHOP % len(shops)] for n in range(count)]
    pictures = Picture.objects.bulk_create(
        Picture(
            title="x", file="anh/x.jpg", width=1280, height=1280, shop=shop, purpose="product", ready=True
        )
        for shop in chosen
    )
    PictureRendition.objects.bulk_create(
        PictureRendition(image=picture, filter_spec=spec, file=f"anh/nho/{picture.pk}", width=240, height=240)
        for picture in pictures
        for spec in RENDITIONS
    )
    rows = []
    for n, (shop, picture) in enumerate(zip(chosen, pictures, strict=True), first):
        title = f"{WORDS[n % len(WORDS)]} loại {n % 97}"
        rows.append(
            Product(shop=shop, title=title, folded=fold(f"{title} {shop.name}"), category=categories[n % len(categories)],
                    price=chance.randrange(10, 400) * 1000, stock=Decimal(chance.randrange(200)), live=True, picture=picture,
                    season_mask=chance.randrange(1, 4096), popularity=chance.randrange(10_000), province_id=shop.province_id,
                    commune_id=shop.commune_id, village_id=shop.village_id, created_at=now - timedelta(minutes=n))
        )  # fmt: skip
    Product.objects.bulk_create(rows, batch_size=BLOCK)
