"""The folded words of products, indexed by each engine in its own way. See catalog/search.py."""

from django.db import migrations

from common.vendor_sql import run

POSTGRESQL = [
    """ALTER TABLE catalog_product ADD COLUMN folded_words tsvector
       GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED""",
    "CREATE INDEX product_folded_words ON catalog_product USING gin (folded_words) WHERE live",
]
POSTGRESQL_BACK = ["ALTER TABLE catalog_product DROP COLUMN folded_words"]

SQLITE = [
    """CREATE VIRTUAL TABLE catalog_product_words
       USING fts5(folded, content='catalog_product', content_rowid='id', prefix='3 4')""",
    """CREATE TRIGGER catalog_product_words_insert AFTER INSERT ON catalog_product BEGIN
         INSERT INTO catalog_product_words(rowid, folded) VALUES (new.id, new.folded);
       END""",
    """CREATE TRIGGER catalog_product_words_delete AFTER DELETE ON catalog_product BEGIN
         INSERT INTO catalog_product_words(catalog_product_words, rowid, folded) VALUES ('delete', old.id, old.folded);
       END""",
    """CREATE TRIGGER catalog_product_words_update AFTER UPDATE OF folded ON catalog_product BEGIN
         INSERT INTO catalog_product_words(catalog_product_words, rowid, folded) VALUES ('delete', old.id, old.folded);
         INSERT INTO catalog_product_words(rowid, folded) VALUES (new.id, new.folded);
       END""",
    "INSERT INTO catalog_product_words(catalog_product_words) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER catalog_product_words_insert",
    "DROP TRIGGER catalog_product_words_delete",
    "DROP TRIGGER catalog_product_words_update",
    "DROP TABLE catalog_product_words",
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_initial")]

    operations = [
        migrations.RunPython(
            run({"postgresql": POSTGRESQL, "sqlite": SQLITE}), run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})
        )
    ]
