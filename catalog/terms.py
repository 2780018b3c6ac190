"""Words that products are found by: completions while somebody types, and what a misspelt word may have meant.

A small table of names, rebuilt by `manage.py catalog_nightly`, stands in for millions of products: a mistyped word is
compared with thousands of terms in memory, never with the goods themselves. Source: architecture, 8.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import islice, takewhile

from django.db import transaction
from django.db.models import Count, QuerySet

from catalog.models import Category, Product, Term
from common.folding import fold
from common.kept import forget_all, kept
from places.models import Level, Place

KEPT = 600  # seconds the list for comparing stays in memory
COMPARED = 5000  # the weightiest terms are enough: a rare name is found by its own letters
MOST_TERMS = 50_000
NEAR = 74  # of 100; below it the guess helps nobody


@transaction.atomic
def refresh_terms() -> int:
    """Rebuild the table from what is on sale. Returns how many terms there are now. Safe to run at any time."""
    found: dict[str, Term] = {}
    for text, kind, weight in _sources():
        folded = fold(text)[:80]
        if len(folded) < 2:
            continue
        known = found.get(folded)
        if known is None:
            found[folded] = Term(text=text[:80], folded=folded, kind=kind, weight=weight)
        else:
            known.weight += weight
    kept = sorted(found.values(), key=lambda term: (-term.weight, term.folded))[:MOST_TERMS]
    Term.objects.all().delete()
    Term.objects.bulk_create(kept, batch_size=2000)
    forget_all()
    return len(kept)


def _sources() -> Iterator[tuple[str, str, int]]:
    """Names with how many live products carry them. Titles are counted by the database, 200,000 at most."""
    on_sale = Product.objects.on_sale()
    titles = on_sale.values_list("title").annotate(n=Count("id")).order_by("-n")[:200_000]
    for title, count in titles.iterator(chunk_size=5000):
        yield title, Term.Kind.TITLE, count
    by_category = Counter(dict(on_sale.values_list("category").annotate(n=Count("id")).order_by()))
    for category in Category.objects.all():
        weight = by_category[category.pk] + 1
        yield category.name, Term.Kind.CATEGORY, weight
        yield category.name_en, Term.Kind.CATEGORY, weight
    by_province = Counter(dict(on_sale.values_list("province_id").annotate(n=Count("id")).order_by()))
    for place in Place.objects.active().filter(level=Level.PROVINCE):
        yield place.name, Term.Kind.PLACE, by_province[place.pk]


def completions(typed: str, limit: int = 8) -> list[str]:
    """Names that begin with what was typed, the commonest first. 1 query, none for fewer than two letters."""
    prefix = fold(typed)[:40]
    if len(prefix) < 2:
        return []
    rows = Term.objects.filter(folded__startswith=prefix, weight__gt=0).order_by("-weight", "folded")
    return list(rows.values_list("text", flat=True)[:limit])


def meant(query: str, limit: int = 4) -> list[str]:
    """Names near to a query that found nothing, the nearest first. 1 query, none while kept.

    Compared by folded letters with the ratio of rapidfuzz, so that one slip or two swapped letters are forgiven.
    """
    from rapidfuzz import fuzz, process  # most processes never meet a search that finds nothing

    wanted = fold(query)[:40]
    if len(wanted) < 2:
        return []
    terms = _compared()
    # a name may go on behind what was meant: "hong vanh khuyem" means "Hồng vành khuyên Văn Lãng" as well
    beginnings = [folded[: len(wanted) + 1] for folded, _text in terms]
    near = [
        found
        for names in ([folded for folded, _text in terms], beginnings)
        for found in process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=limit * 2)
    ]
    best = sorted(near, key=lambda found: -found[1])
    texts = [terms[place][1] for _name, _score, place in best if terms[place][0] != wanted]
    return list(dict.fromkeys(texts))[:limit]


def words_that_begin(beginning: str, limit: int = 12) -> list[str]:
    """Folded words of names on sale that begin so, the commonest first. 1 query, none while kept."""
    words, weights = _words()
    at = bisect_left(words, beginning)
    found = list(takewhile(lambda word: word.startswith(beginning), islice(words, at, None)))
    return sorted(found, key=lambda word: -weights[word])[:limit]


@kept(KEPT)
def _words() -> tuple[list[str], Counter[str]]:
    """All words of the weightiest names, sorted, and how many products carry each."""
    weights: Counter[str] = Counter()
    for folded, weight in _weighty().values_list("folded", "weight")[:COMPARED]:
        for word in folded.split():
            weights[word] += weight
    return sorted(weights), weights


def _weighty() -> QuerySet[Term]:
    return Term.objects.filter(weight__gt=0).order_by("-weight")


@kept(KEPT)
def _compared() -> list[tuple[str, str]]:
    return list(_weighty().values_list("folded", "text")[:COMPARED])
