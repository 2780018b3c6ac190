"""The smallest worlds that tests need. Factories over fixtures: a test names what matters to it and nothing else."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import factory
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from catalog.models import Category, Product
from catalog.units import Unit
from common.actors import SYSTEM, Actor
from common.folding import fold, slug
from orders.carts import put_in_cart
from orders.models import Cart, Order, Review
from orders.placing import BuyerFacts
from orders.reviews import Said, write_review
from orders.services import confirm_receipt, farmer_step
from orders.states import State
from payments.models import BankFeed, PaymentAccount
from payments.services import checkout, declare_received
from places.models import LEVEL_OF_ROLE, Kind, Level, Place, PlaceRole, Role
from places.services import path_of
from sellers.models import Consent, Picture, PictureRendition, Scope, Shop, ShopFront, ShopMember, ShopSlug
from sellers.photos import RENDITIONS

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
numbers = itertools.count(1)


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a name and a phone of their own."""

    class Meta:
        model = User

    phone = factory.Sequence(lambda n: f"+8491{n:07d}")
    name = factory.Sequence(lambda n: f"Nông Thị Lan {n}")


def _place(level: Level, parent: Place | None, **facts: Any) -> Place:
    number = next(numbers)
    name = facts.pop("name", f"Bản Mới {number}")
    place = Place.objects.create(
        level=level, parent=parent, name=name, folded=fold(name), slug=f"{slug(name)}-{number}",
        path=f"?{number}", **({"code": f"T{number:05d}", "kind": Kind.THON} | facts),
    )  # fmt: skip
    place.path = path_of(place, parent)
    place.save(update_fields=["path"])
    return place


def ProvinceFactory(**facts: Any) -> Place:
    """A province of its own."""
    return _place(Level.PROVINCE, None, **({"kind": Kind.PROVINCE} | facts))


def CommuneFactory(parent: Place | None = None, **facts: Any) -> Place:
    """A commune, in a province of its own unless one is given."""
    return _place(Level.COMMUNE, parent or ProvinceFactory(), **({"kind": Kind.COMMUNE} | facts))


def VillageFactory(parent: Place | None = None, **facts: Any) -> Place:
    """A village, in a commune of its own unless one is given."""
    return _place(Level.VILLAGE, parent or CommuneFactory(), **facts)


def RoleFactory(role: Role, place: Place, user: User | None = None) -> User:
    """Somebody who holds the role at the place; returns the person."""
    user = user or UserFactory()
    PlaceRole.objects.create(user=user, place=place, role=role, level=LEVEL_OF_ROLE[role])
    return user


def ShopFactory(
    village: Place | None = None, *, status: str = Shop.Status.LIVE, account: bool = True, **facts: Any
) -> Shop:
    """A shop with owner, page and (unless told otherwise) a bank account, on the market."""
    village = village or VillageFactory()
    owner = facts.pop("owner", None) or UserFactory()
    name = facts.pop("name", f"Vườn nhà {next(numbers)}")
    shop = Shop.objects.create(
        name=name, folded=fold(name), slug=facts.pop("slug", f"{slug(name)}-{next(numbers)}"), village=village, owner=owner,
        opened_by=owner, status=status, place_path=village.path, commune_id=village.parent_id,
        province_id=village.parent.parent_id, verified_at=facts.pop("verified_at", timezone.now()), **facts,
    )  # fmt: skip
    ShopSlug.objects.create(shop=shop, slug=shop.slug)
    ShopMember.objects.create(shop=shop, user=owner, role=ShopMember.Role.OWNER)
    ShopFront.objects.create(shop=shop, tagline="Nhà trồng, nhà hái", live=status == Shop.Status.LIVE)
    if account:
        number = f"35002{next(numbers):08d}"
        kept = PaymentAccount.objects.create(
            shop=shop,
            bank_bin="970405",
            number=number,
            number_end=number[-4:],
            holder="LY THI SEN",
            set_by=owner,
            usable_from=LONG_AGO,  # tests go back in time
        )
        BankFeed.objects.create(account=kept)
    return shop


def OperatorsAccountFactory() -> PaymentAccount:
    """The operator's own bank account, for money that is pooled."""
    number = f"0011{next(numbers):09d}"
    kept = PaymentAccount.objects.create(
        bank_bin="970436", number=number, number_end=number[-4:], holder="CHO BAN", usable_from=LONG_AGO
    )
    BankFeed.objects.create(account=kept)
    return kept


def FinanceFactory() -> User:
    """Somebody who runs the market's money."""
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="run_money"))
    return User.objects.get(pk=user.pk)


class CategoryFactory(factory.django.DjangoModelFactory):
    """A kind of produce at the top of the tree."""

    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"loai-{n}")
    name = factory.Sequence(lambda n: f"Trái cây {n}")
    name_en = factory.Sequence(lambda n: f"Fruit {n}")
    folded = factory.LazyAttribute(lambda row: fold(f"{row.name} {row.name_en}"))
    path = factory.Sequence(lambda n: f"{n:05d}/")


def photo(size: tuple[int, int] = (64, 48), kind: str = "JPEG", color: str = "orange") -> BytesIO:
    """A small real picture file, named so that a form takes it."""
    file = BytesIO()
    Image.new("RGB", size, color).save(file, kind)
    file.seek(0)
    file.name = f"photo.{kind.lower()}"
    return file


def PictureFactory(
    shop: Shop | None = None, *, ready: bool = True, purpose: str = Picture.Purpose.PRODUCT
) -> Picture:
    """A picture whose sizes exist as rows (not as files), or none of them with `ready=False`."""
    picture = Picture(title="Ảnh", shop=shop, purpose=purpose, width=640, height=640, ready=ready)
    picture.file.save("photo.jpg", ContentFile(photo((8, 8)).read(), name="photo.jpg"), save=False)
    picture.save()
    if ready:
        PictureRendition.objects.bulk_create(
            PictureRendition(
                image=picture,
                filter_spec=spec,
                focal_point_key="",
                file=f"anh/nho/{picture.pk}-{n}",
                width=240,
                height=240,
            )
            for n, spec in enumerate(RENDITIONS)
        )
    return picture


def ProductFactory(shop: Shop | None = None, **facts: Any) -> Product:
    """A product that can be bought now: 50,000 đồng a kilo, 100 kilos, with a picture."""
    shop = shop or ShopFactory()
    title = facts.setdefault("title", f"Na dai {next(numbers)}")
    category = facts.pop("category", None) or Category.objects.first() or CategoryFactory()
    picture = facts.pop("picture", None) or PictureFactory(shop)
    defaults = {
        "unit": Unit.KG, "price": 50_000, "stock": Decimal(100), "live": shop.is_live and not facts.get("hidden"),
        "folded": fold(f"{title} {category.name} {category.name_en} {shop.name} {shop.village.name}"),
        "province_id": shop.province_id, "commune_id": shop.commune_id, "village_id": shop.village_id,
    }  # fmt: skip
    product = Product.objects.create(shop=shop, category=category, picture=picture, **(defaults | facts))
    product.refresh_from_db()
    return product


def CartFactory(*products: Product, quantity: Any = None) -> Cart:
    """A guest's cart, with the smallest quantity of each product given."""
    cart = Cart.objects.create()
    for product in products:
        put_in_cart(cart, product, Decimal(quantity or product.minimum))
    return cart


def buyer_facts(**facts: Any) -> BuyerFacts:
    """What a buyer tells at checkout, the same person every time."""
    commune = (
        facts.pop("commune", None) or Place.objects.filter(level=Level.COMMUNE).first() or CommuneFactory()
    )
    defaults = {
        "key": "buyer",
        "name": "Trần Minh",
        "phone": "+84987654321",
        "commune": commune,
        "address": "12 Lê Lợi",
    }
    return BuyerFacts(**(defaults | facts))


def OrderFactory(
    shop: Shop | None = None, *, price: int = 50_000, quantity: Any = 2, stock: Any = 100, pay_on_delivery: bool = False,
    paid_in_full: bool = False, product: Product | None = None, **facts: Any,
) -> Order:  # fmt: skip
    """An order placed through the real checkout, with one line; paid (by the seller's word) if asked for."""
    product = product or ProductFactory(shop, price=price, stock=Decimal(stock))
    cart = CartFactory(product, quantity=quantity)
    purchase = checkout(cart, buyer_facts(pay_on_delivery=pay_on_delivery, **facts), key=f"k{next(numbers)}")
    order = purchase.orders.get()
    if paid_in_full:
        declare_received(order.payments.get(), by=Actor.of(order.shop.owner))
        order.refresh_from_db()
    return order


def DeliveredOrderFactory(shop: Shop | None = None, **facts: Any) -> Order:
    """An order that its buyer has received."""
    order = OrderFactory(shop, pay_on_delivery=True, **facts)
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=SYSTEM)
    return confirm_receipt(order.pk)


def ReviewFactory(
    order: Order | None = None, *, stars: int = 5, text: str = "Ngon, sẽ mua nữa", **columns: Any
) -> Review:
    """A review of the first product of a delivered order, written as buyers write it; `columns` are put in after."""
    order = order or DeliveredOrderFactory()
    line = order.lines.get()
    review = write_review(order, line.product_id, Said(stars, text))
    if columns:
        Review.objects.filter(pk=review.pk).update(**columns)
        review.refresh_from_db()
    return review


def ConsentFactory(shop: Shop, agent: User, *, scopes: list[str] | None = None, **facts: Any) -> Consent:
    """The farmer's leave for an agent, given a minute ago and covering everything that can be covered."""
    defaults = {
        "farmer": shop.owner,
        "scopes": scopes or [scope.value for scope in Scope],
        "granted_at": timezone.now(),
    }
    return Consent.objects.create(shop=shop, agent=agent, **(defaults | facts))
