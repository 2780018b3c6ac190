"""Builds the demo world: villages, people, shops, goods with pictures, a year of orders, and today's loose ends.

Deterministic by seed: the same seed gives the same people, prices, orders and amounts. Dates follow today.
"""

import csv
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from django.core.files.base import ContentFile
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from accounts.services import person_with_phone
from catalog.models import Category, Certificate, Product
from catalog.seasons import mask_of
from catalog.services import ProductFacts, approve_shop, follow_shop, list_product, refresh_cert_masks
from catalog.terms import refresh_terms
from catalog.units import Unit, usual_step
from common.actors import SYSTEM, Actor
from common.days import local_day, months_back
from common.folding import fold
from growth.models import Baseline
from growth.paid_sales import fold_all_sales
from growth.services import fold_all
from orders.carts import put_in_cart
from orders.delivery import Choice, Offer, offers_for
from orders.fulfilment import Answer, Can, answer_lines
from orders.models import Cart, Order, Review
from orders.placing import BuyerFacts, by_shop
from orders.services import farmer_step
from orders.states import State
from payments.services import checkout, declare_received, set_account
from places.models import Place, Role
from places.services import add_village, grant_role, load_places
from sellers import renditions
from sellers.models import Consent, Picture, Shop, ShopFront, Visit
from sellers.photos import QUALITY
from sellers.services import ALL_SCOPES, change_front, collection_for, hand_in, open_draft_shop, put_part
from sellers.themes import THEMES
from storefront.demo import art, deliveries, history, reviews, stalls
from storefront.demo.people import (
    ASKS,
    BELOW,
    CATEGORIES,
    COOPERATIVES,
    DELIVERY,
    MARKETS,
    PEOPLE_WORK,
    QUESTIONS,
    SHOP_NAMES,
    STORIES,
    TAGLINES,
    VILLAGES,
    person,
)

SAMPLES = Path(__file__).parent / "data" / "produce_samples.csv"
BANKS = [
    "970405",
    "970405",
    "970405",
    "970436",
    "970422",
    "970418",
    "970415",
]  # farmers mostly bank with Agribank
SIZES = {"full": (40, 60, 1800), "small": (5, 8, 60)}  # shops, products, past orders
Report = Callable[[str], None]


@dataclass
class World:
    """What the demo's guide and the tests point at."""

    province_officer: User
    commune_officer: User
    heads: list[User] = field(default_factory=list)
    volunteers: list[User] = field(default_factory=list)
    villages: list[Place] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    views: list[Picture] = field(default_factory=list)  # landscapes for the editors' pages
    waiting_shop: Shop | None = None
    quiet_shop: Shop | None = None
    unpaid_order: Order | None = None

    @property
    def showcase(self) -> Shop:
        """The shop whose farmer the guide signs in as."""
        return self.shops[0]

    @property
    def farmer(self) -> User:
        return owner_of(self.showcase)

    @property
    def commune(self) -> Place:
        assert self.villages[0].parent is not None
        return self.villages[0].parent


def build(size: str = "full", *, seed: int = 2026, pictures: bool = True, report: Report = print) -> World:
    """Make the world in an empty database. `size` is "full" or "small"; without `pictures` none are drawn."""
    chance = random.Random(seed)
    with override_settings(MESSAGE_BACKEND="common.messaging.NullBackend"), transaction.atomic():
        load_places()
        world = _people(chance)
        report(f"{len(world.villages)} villages with heads and volunteers")
        categories = _categories()
        _shops(world, chance, SIZES[size][0])
        report(f"{len(world.shops)} shops opened, with consent, and approved")
        _goods(world, categories, chance, SIZES[size][1])
        report(f"{len(world.products)} products listed")
        if pictures:
            _pictures(world, categories, report)
            _show_all_parts(world)
        _vouch(world, chance)
        deliveries.say_all(world.shops, world.villages, random.Random(f"deliveries {seed}"))
        _history(world, chance, SIZES[size][2], quiet_bar=size == "small")
        _today(world, chance)
        stalls.sell_today(world.showcase, world.farmer)
        refresh_terms()
        # a chance of their own: more words must not change anybody's orders
        said = reviews.write(random.Random(f"reviews {seed}"), world.commune)
        if pictures:
            _photos_of_buyers()
        report(f"{said} reviews of what was received")
        report(
            f"{Order.objects.count()} orders with payments and ledger, {fold_all() + fold_all_sales()} events folded"
        )
    return world


def owner_of(shop: Shop) -> User:
    """The farmer of a shop that has one, as all of the demo's have."""
    assert shop.owner is not None
    return shop.owner


def opened_on(shop: Shop) -> datetime:
    """When a shop that was approved came onto the market."""
    assert shop.verified_at is not None
    return shop.verified_at


# --- places and people ----------------------------------------------------------------------------------------------


def _people(chance: random.Random) -> World:
    first = Place.objects.select_related("parent").get(level=2, code=VILLAGES[0][0])
    assert first.parent is not None
    world = World(
        person_with_phone("+84900000005", "Hoàng Minh Châu"), person_with_phone("+84900000004", "Vi Thị Thúy")
    )
    grant_role(world.province_officer, first.parent, Role.PROVINCE_OFFICER, by=None)
    number = 10
    for code, names, _shops_there in VILLAGES:
        commune = Place.objects.get(level=2, code=code)
        grant_role(world.commune_officer, commune, Role.COMMUNE_OFFICER, by=None)
        for name in names:
            village = add_village(commune, name, by=SYSTEM)
            head_phone, volunteer_phone = (
                ("+84900000003", "+84900000002")
                if number == 10
                else (f"+849000010{number}", f"+849000020{number}")
            )
            head = person_with_phone(head_phone, person(chance, woman=False))
            volunteer = person_with_phone(volunteer_phone, person(chance))
            grant_role(head, village, Role.HEAD, by=None)
            grant_role(volunteer, village, Role.VOLUNTEER, by=None)
            world.villages.append(Place.objects.select_related("parent__parent").get(pk=village.pk))
            world.heads.append(head)
            world.volunteers.append(volunteer)
            number += 1
    return world


def _categories() -> dict[str, Category]:
    """The tree of kinds: by the code of the samples, and those below by their address."""

    def add(slug: str, name: str, english: str, place: str, position: int, **more: Any) -> Category:
        folded = fold(f"{name} {english}")
        return Category.objects.create(
            slug=slug, name=name, name_en=english, folded=folded, path=place, position=position, **more
        )

    tree = {
        code: add(slug, name, english, f"{number:03d}/", number * 10, asks=ASKS.get(code, []))
        for number, (code, slug, name, english, _recipe) in enumerate(CATEGORIES)
    }
    for number, (code, slug, name, english, _recipe, _names) in enumerate(BELOW, start=1):
        parent = tree[code]
        place = f"{parent.path}{number:03d}/"
        tree[slug] = add(
            slug, name, english, place, parent.position + number, parent=parent, asks=ASKS.get(code, [])
        )
    return tree


def _kind_of(row: dict[str, str], categories: dict[str, Category]) -> Category:
    """The kind below, where the name tells it, else the one of the sample."""
    for code, slug, *_words, names in BELOW:
        if code == row["category"] and row["name_vi"].startswith(names):
            return categories[slug]
    return categories[row["category"]]


# --- shops ----------------------------------------------------------------------------------------------------------


def _shops(world: World, chance: random.Random, count: int) -> None:
    """Shops opened by volunteers under consent and approved by heads; the last one still waits."""
    seats = [n for n, (_code, names, share) in enumerate(VILLAGES) for _ in range(share)]
    chance.shuffle(seats)
    seats[0] = 0
    for number in range(count):
        at = seats[number % len(seats)] * 2 + (number % 2 if number else 0)
        if number == count - 1:
            at = 0  # the village head of the guide has a shop to approve
        village, head, volunteer = world.villages[at], world.heads[at], world.volunteers[at]
        farmer_name = "Lý Thị Sen" if number == 0 else person(chance)
        given = farmer_name.split()[-1]
        together = number % 14 == 5
        name = (
            COOPERATIVES[number // 14 % 3].format(village.parent.name if village.parent else "")
            if together
            else "Vườn nhà Sen"
            if number == 0
            else chance.choice(SHOP_NAMES).format(given)
        )
        phone = "+84900000001" if number == 0 else f"+8490001{number:04d}"
        kind = Shop.Kind.COOPERATIVE if together else Shop.Kind.HOUSEHOLD
        shop = open_draft_shop(
            village, name=name, farmer_phone=phone, farmer_name=farmer_name, by=volunteer, kind=kind
        )
        Consent.objects.create(
            shop=shop, farmer=owner_of(shop), agent=volunteer, scopes=ALL_SCOPES, granted_at=timezone.now()
        )
        _write_page(shop, volunteer, farmer_name, chance, number)
        hand_in(shop, by=volunteer)
        Visit.objects.create(
            village=village, by=volunteer, shop=shop, household=farmer_name, outcome=Visit.Outcome.OPENED
        )
        if number == count - 1:
            world.waiting_shop = shop
            continue
        approve_shop(shop, by=head)
        shop.refresh_from_db()
        account = f"{chance.randint(10**12, 10**13 - 1)}"
        holder = fold(farmer_name).upper()
        set_account(shop, bank_bin=chance.choice(BANKS), number=account, holder=holder, by=owner_of(shop))
        world.shops.append(shop)
    for number, shop in enumerate(world.shops):
        months = 12 if number < len(world.shops) * 0.6 else chance.randint(2, 11)
        since = timezone.now() - timedelta(days=min(364, months * 30 + chance.randint(0, 12)))
        Shop.objects.filter(pk=shop.pk).update(created_at=since - timedelta(days=2), verified_at=since)
        Visit.objects.filter(shop=shop).update(at=since - timedelta(days=2))
        shop.refresh_from_db()
    world.quiet_shop = world.shops[3]
    for at, village in enumerate(world.villages):
        for outcome, back in (
            (Visit.Outcome.LATER, 20),
            (Visit.Outcome.ABSENT, 9),
            (Visit.Outcome.HELPED, 4),
        ):
            Visit.objects.create(
                village=village, by=world.volunteers[at], household=person(chance), outcome=outcome,
                at=timezone.now() - timedelta(days=back + at),
            )  # fmt: skip


def _write_page(shop: Shop, by: User, farmer: str, chance: random.Random, number: int) -> None:
    tagline, body = chance.choice(TAGLINES), _body(chance, farmer, number)
    look = "la" if number == 0 else list(THEMES)[number % len(THEMES)]

    def write(front: ShopFront) -> None:
        front.tagline, front.body, front.theme = tagline, body, look

    change_front(shop, write, by=by, what="all")


def _body(chance: random.Random, farmer: str, number: int) -> list[dict[str, Any]]:
    """A page of its own for each household: two parts that all have, and what this one chose to add."""
    days, how = chance.choice(DELIVERY)
    story = chance.choice(STORIES).format(n=chance.randint(3, 9))
    body = [{"type": "story", "value": {"heading": "Chuyện nhà mình", "text": story, "picture": None}}]
    if number % 2 == 0:
        body.append({"type": "harvest", "value": {"heading": "Lịch thu hoạch", "crops": []}})
    if number % 3 == 0:
        family = [(farmer, PEOPLE_WORK[0]), (person(chance), chance.choice(PEOPLE_WORK[1:]))]
        people = [{"name": name, "words": work, "picture": None} for name, work in family]
        body.append({"type": "people", "value": {"heading": "Người trồng", "people": people}})
    body.append({"type": "delivery", "value": {"days": days, "text": how}})
    if number % 4 in (0, 1):
        places = [{"place": place, "days": when} for place, when in chance.sample(MARKETS, 2)]
        body.append({"type": "market_days", "value": {"heading": "Gặp nhà ở chợ", "places": places}})
    body.append({"type": "papers", "value": {"heading": "Giấy chứng nhận của nhà", "text": ""}})
    for question, answer in chance.sample(QUESTIONS, 1 + number % 2):
        body.append({"type": "question", "value": {"question": question, "answer": answer}})
    return body


def _show_all_parts(world: World) -> None:
    """The guide's shop has a photo gallery and goods it puts first, written by the farmer and approved by the head."""
    shop, head = world.showcase, world.heads[0]
    own = [product for product in world.products if product.shop_id == shop.pk]
    for product in own:
        product.refresh_from_db()
    pictures = [product.picture for product in own if product.picture is not None]
    if not pictures:
        return
    codes = [product.public_code for product in own[:2]]
    put_part(shop, "featured", {"heading": "Nhà mời dùng thử", "codes": codes}, by=world.farmer)
    gallery = {"heading": "Ảnh vườn nhà", "pictures": [picture.pk for picture in pictures[:5]]}
    put_part(shop, "gallery", gallery, by=world.farmer)
    hand_in(shop, by=world.farmer)
    approve_shop(shop, by=head)


# --- goods and pictures ---------------------------------------------------------------------------------------------


def _seller_of(row: dict[str, str], world: World) -> Shop | None:
    """The shop of the produce's own province that sells least and not this yet. None if there is none."""
    sold: dict[int, list[str]] = {shop.pk: [] for shop in world.shops}
    for product in world.products:
        sold[product.shop_id].append(product.title)
    villages = {village.pk: village for village in world.villages}
    near = [
        shop
        for shop in world.shops
        if villages[shop.village_id].parent.parent.code == row["province_code"]  # type: ignore[union-attr]
        and row["name_vi"] not in sold[shop.pk]
    ]
    return min(near, key=lambda shop: len(sold[shop.pk]), default=None)


def _goods(world: World, categories: dict[str, Category], chance: random.Random, count: int) -> None:
    with SAMPLES.open(encoding="utf-8") as file:
        samples = list(csv.DictReader(file))
    first = [row for row in samples if row["name_vi"] == "Hồng vành khuyên Văn Lãng"]
    rest = [row for row in samples if row not in first]
    chance.shuffle(rest)
    for row in [*first, *rest, *rest]:  # several households of a place sell the same
        shop = _seller_of(row, world)
        number = len(world.products)
        if shop is None or number == count:
            continue
        low, high = int(row["price_vnd_low"]), int(row["price_vnd_high"])
        step = usual_step(row["unit"])
        facts = ProductFacts(
            title=row["name_vi"], category=_kind_of(row, categories), unit=row["unit"],
            price=round(chance.randint(low, high) / 1000) * 1000, stock=Decimal(chance.randint(12, 120)), step=step, minimum=step,
            season_mask=mask_of(int(month) for month in row["season_months"].split(";")), description=row["description_vi"],
        )  # fmt: skip
        product = list_product(shop, facts, by=Actor.of(owner_of(shop)))
        Product.objects.filter(pk=product.pk).update(
            created_at=opened_on(shop) + timedelta(hours=number % 20)
        )
        product.refresh_from_db()
        world.products.append(product)


def _encoded(image: Any) -> tuple[bytes, int, int, dict[str, tuple[bytes, int, int]]]:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, progressive=True)
    return out.getvalue(), *image.size, renditions.encode_all(out.getvalue())


def _draw_produce(job: tuple[str, int]) -> tuple[bytes, int, int, dict[str, tuple[bytes, int, int]]]:
    """In a process of its own: draw and encode every size."""
    return _encoded(art.draw_produce(*job))


def _draw_cover(seed: int) -> tuple[bytes, int, int, dict[str, tuple[bytes, int, int]]]:
    return _encoded(art.draw_cover(seed))


def _pictures(world: World, categories: dict[str, Category], report: Report) -> None:
    """Draw a picture for each product, kind and shop, on every core; only this process writes rows."""
    goods = [(art.recipe_for(product.title), number) for number, product in enumerate(world.products)]
    kinds = [*((recipe, 900) for *_rest, recipe in CATEGORIES), *((below[4], 901) for below in BELOW)]
    covers = range(8)
    bar = partial(tqdm, unit="pictures", desc="  pictures")
    # where processes are spawned (macOS, Windows), a worker has to load the apps itself
    with ProcessPoolExecutor(initializer=django.setup) as pool:
        drawn_goods = pool.map(_draw_produce, [*goods, *kinds], chunksize=2)
        drawn_covers = pool.map(_draw_cover, covers)
        made = list(bar(drawn_goods, total=len(goods) + len(kinds)))
        views = list(drawn_covers)
    for product, drawn in zip(world.products, made, strict=False):
        product.picture = _keep(drawn, product.title, Picture.Purpose.PRODUCT, product.shop)
        product.save(update_fields=["picture"])
    for category, drawn in zip(categories.values(), made[len(goods) :], strict=True):
        category.picture = _keep(drawn, category.name, Picture.Purpose.EDITORS, None)
        category.save(update_fields=["picture"])
    world.views = [_keep(drawn, "Đồi núi quanh bản", Picture.Purpose.EDITORS, None) for drawn in views]
    for number, shop in enumerate([*world.shops, world.waiting_shop]):
        if shop is None:
            continue
        cover = _keep(views[number % len(views)], shop.name, Picture.Purpose.SHOP, shop)
        front = shop.front
        front.cover = cover
        front.save(update_fields=["cover"])
        revision = front.latest_revision
        if revision is not None:
            revision.content["cover"] = cover.pk
            revision.save(update_fields=["content"])
    report(f"{len(made) + len(views)} pictures drawn, every size made")


def _photos_of_buyers(most: int = 8) -> None:
    """Photos that came with the newest happy reviews, one a product."""
    rows = Review.objects.shown().filter(stars__gte=4).exclude(text="").order_by("-created_at")
    newest: dict[int, Review] = {}
    for review in rows.select_related("product", "shop")[:200]:
        newest.setdefault(review.product_id, review)
    chosen = list(newest.values())[:most]
    jobs = [(art.recipe_for(review.product.title), 5000 + n) for n, review in enumerate(chosen)]
    with ProcessPoolExecutor(initializer=django.setup) as pool:
        for review, drawn in zip(chosen, pool.map(_draw_produce, jobs), strict=True):
            review.picture = _keep(drawn, review.product.title, Picture.Purpose.REVIEW, review.shop)
            review.save(update_fields=["picture"])


def _keep(drawn: tuple[bytes, int, int, dict], title: str, purpose: str, shop: Shop | None) -> Picture:
    jpeg, width, height, sizes = drawn
    picture = Picture(
        title=title,
        shop=shop,
        purpose=purpose,
        width=width,
        height=height,
        file_size=len(jpeg),
        collection=collection_for(purpose),
    )
    picture.file.save("photo.jpg", ContentFile(jpeg, name="photo.jpg"), save=False)
    picture.save()
    renditions.keep(picture, sizes)
    return picture


# --- what vouches for them, and what they sold ----------------------------------------------------------------------


def _vouch(world: World, chance: random.Random) -> None:
    """Certificates with numbers that begin with DEMO, verified; what each household says it sold a year before."""
    kinds = [Certificate.Kind.OCOP_4, Certificate.Kind.VIETGAP, Certificate.Kind.OCOP_3, Certificate.Kind.GI]
    for number, product in enumerate(world.products[::4]):
        Certificate.objects.create(
            shop=product.shop, product=product, kind=kinds[number % 4], number=f"DEMO-{number + 1:03d}", issuer="UBND tỉnh (mẫu)",
            valid_until=local_day() + timedelta(days=300 + number), verified_by=world.commune_officer, verified_at=timezone.now(),
        )  # fmt: skip
    _hand_in(world)
    for shop in world.shops:
        refresh_cert_masks(shop)
        online = chance.random() < 0.85  # the others sold nothing online before, and are counted apart
        for back in range(1, 13):
            _declare(shop, months_back(local_day(), back), online, chance)


def _hand_in(world: World) -> None:
    """A paper that waits for the commune officer to look at it."""
    product = next((row for row in world.products if row.picture), None)
    if product is None:
        return
    Certificate.objects.create(
        shop=product.shop, product=product, kind=Certificate.Kind.VIETGAP, number="DEMO-VG-2026-17",
        issuer="Trung tâm chứng nhận (mẫu)", issued_on=local_day() - timedelta(days=20),
        valid_until=local_day() + timedelta(days=710), evidence=product.picture,
    )  # fmt: skip


def _declare(shop: Shop, month: date, online: bool, chance: random.Random) -> None:
    start = month.replace(year=month.year - 1)
    orders = chance.randint(0, 3) if online else 0
    Baseline.objects.create(
        shop=shop, origin=Baseline.Origin.DECLARED, start=start, end=_month_end(start), orders=orders,
        amount=orders * chance.randint(30, 90) * 1000, declared_on=local_day(opened_on(shop)), witness=shop.opened_by,
    )  # fmt: skip


def _month_end(start: date) -> date:
    return months_back(start, -1) - timedelta(days=1)


def _history(world: World, chance: random.Random, orders: int, *, quiet_bar: bool) -> None:
    opened = {shop.pk: opened_on(shop) for shop in world.shops}
    quiet = {world.quiet_shop.pk} if world.quiet_shop else set()
    communes = list(
        Place.objects.filter(level=2, parent__code__in=["01", "20", "24"])
        .select_related("parent")
        .order_by("pk")[:60]
    )
    products = list(Product.objects.on_sale().select_related("shop__village__parent").order_by("pk"))
    sales = history.plan(products, chance, orders=orders, opened=opened, quiet=quiet)
    history.write(sales, communes, chance, quiet_bar=quiet_bar)
    sold: dict[int, int] = {}
    for sale in sales:
        for product, _quantity in sale.lines:
            sold[product.pk] = sold.get(product.pk, 0) + 1
    by_shop: dict[int, int] = {}
    for product in products:
        Product.objects.filter(pk=product.pk).update(popularity=sold.get(product.pk, 0))
        by_shop[product.shop_id] = by_shop.get(product.shop_id, 0) + sold.get(product.pk, 0)
    for shop_id, count in by_shop.items():
        Shop.objects.filter(pk=shop_id).update(popularity=count)


def cheapest_offer(cart: Cart, to: Place, kind: str = "") -> Offer:
    """The cheapest way of a cart of one shop that is brought to the buyer; by carrier and the like where `kind` goes."""
    [offers] = offers_for(by_shop(cart.lines.select_related("product__shop__village__parent")), to).values()
    brought = [offer for offer in offers if offer.method and not offer.method.is_picked_up]
    return next((offer for offer in brought if offer.method and offer.method.kind == kind), brought[0])


def _today(world: World, chance: random.Random) -> None:
    """Orders of today at every step, placed through the services, the last one waiting for its money."""
    shop = world.showcase
    goods = list(Product.objects.filter(shop=shop, live=True).order_by("pk"))
    weighed = next((product for product in goods if product.unit == Unit.KG), None)
    product = next((product for product in goods if product != weighed), goods[0])
    if weighed is not None and weighed != product:
        Product.objects.filter(pk=weighed.pk).update(tolerance=10, minimum=1, step=Decimal("0.5"))
        weighed.refresh_from_db()
    commune = Place.objects.get(level=2, code="05977")
    actor = Actor.of(world.farmer)
    names = ["Đặng Hồng Nhung", "Phạm Quốc Việt", "Lê Thanh Hương", "Nguyễn Tuấn Kiệt"]
    for number, name in enumerate(names):
        cart = Cart.objects.create()
        put_in_cart(cart, product, product.minimum + product.step * number)
        if number == 2 and weighed is not None and weighed != product:
            put_in_cart(cart, weighed, Decimal(2))
        buyer = BuyerFacts(
            key=cart.key,
            name=name,
            phone=f"+8497700{number:04d}",
            commune=commune,
            address=f"{12 + number} Trần Đăng Ninh",
        )
        at = timezone.now() - timedelta(hours=5 - number)
        offer = cheapest_offer(cart, commune, "carrier" if number == 0 else "")
        choice = {shop.pk: Choice(offer.key, offer.fee)}
        order = checkout(cart, buyer, key=f"demo-today-{number}", delivery=choice, at=at).orders.get()
        if number < 3:
            declare_received(order.payments.get(), by=actor)
        for step in (State.CONFIRMED, State.PACKED)[: max(0, 2 - number)]:
            farmer_step(order.pk, step, by=actor)
        if number == 1:
            later = Answer(order.lines.get().pk, Can.LATER, day=local_day() + timedelta(days=3))
            answer_lines(order.pk, [later], by=actor, reason="Mưa nên hái chậm")
        world.unpaid_order = order
    follow_shop(shop)
