"""The database guards the ledger: what is posted sums to zero and never changes. See payments/ledger.py."""

from django.db import migrations

from common.vendor_sql import run

POSTGRESQL = [
    """CREATE FUNCTION ledger_entry_guard() RETURNS trigger AS $$
       DECLARE total numeric; lines integer;
       BEGIN
         IF TG_OP = 'INSERT' THEN
           IF NEW.posted THEN RAISE EXCEPTION 'a ledger entry is written unposted' USING ERRCODE = 'check_violation'; END IF;
           RETURN NEW;
         END IF;
         IF OLD.posted THEN RAISE EXCEPTION 'a posted ledger entry never changes' USING ERRCODE = 'check_violation'; END IF;
         IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
         IF NEW.posted THEN
           SELECT coalesce(sum(amount), 0), count(*) INTO total, lines FROM payments_ledgerline WHERE entry_id = NEW.id;
           IF total <> 0 OR lines < 2 THEN
             RAISE EXCEPTION 'a ledger entry has two lines or more that sum to zero' USING ERRCODE = 'check_violation';
           END IF;
         END IF;
         RETURN NEW;
       END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER ledger_entry_guard BEFORE INSERT OR UPDATE OR DELETE ON payments_ledgerentry
       FOR EACH ROW EXECUTE FUNCTION ledger_entry_guard()""",
    """CREATE FUNCTION ledger_line_guard() RETURNS trigger AS $$
       BEGIN
         IF TG_OP <> 'DELETE' AND (SELECT posted FROM payments_ledgerentry WHERE id = NEW.entry_id) THEN
           RAISE EXCEPTION 'a posted ledger entry takes no lines' USING ERRCODE = 'check_violation';
         END IF;
         IF TG_OP <> 'INSERT' AND (SELECT posted FROM payments_ledgerentry WHERE id = OLD.entry_id) THEN
           RAISE EXCEPTION 'a posted ledger line never changes' USING ERRCODE = 'check_violation';
         END IF;
         IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
         RETURN NEW;
       END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER ledger_line_guard BEFORE INSERT OR UPDATE OR DELETE ON payments_ledgerline
       FOR EACH ROW EXECUTE FUNCTION ledger_line_guard()""",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER ledger_entry_guard ON payments_ledgerentry",
    "DROP TRIGGER ledger_line_guard ON payments_ledgerline",
    "DROP FUNCTION ledger_entry_guard",
    "DROP FUNCTION ledger_line_guard",
]

SQLITE = [
    """CREATE TRIGGER ledger_entry_insert BEFORE INSERT ON payments_ledgerentry WHEN NEW.posted BEGIN
         SELECT RAISE(ABORT, 'a ledger entry is written unposted');
       END""",
    """CREATE TRIGGER ledger_entry_update BEFORE UPDATE ON payments_ledgerentry BEGIN
         SELECT RAISE(ABORT, 'a posted ledger entry never changes') WHERE OLD.posted;
         SELECT RAISE(ABORT, 'a ledger entry has two lines or more that sum to zero') WHERE NEW.posted AND
           (SELECT coalesce(sum(amount), 0) <> 0 OR count(*) < 2 FROM payments_ledgerline WHERE entry_id = NEW.id);
       END""",
    """CREATE TRIGGER ledger_entry_delete BEFORE DELETE ON payments_ledgerentry WHEN OLD.posted BEGIN
         SELECT RAISE(ABORT, 'a posted ledger entry never changes');
       END""",
    """CREATE TRIGGER ledger_line_insert BEFORE INSERT ON payments_ledgerline BEGIN
         SELECT RAISE(ABORT, 'a posted ledger entry takes no lines')
         WHERE (SELECT posted FROM payments_ledgerentry WHERE id = NEW.entry_id);
       END""",
    """CREATE TRIGGER ledger_line_update BEFORE UPDATE ON payments_ledgerline BEGIN
         SELECT RAISE(ABORT, 'a posted ledger line never changes')
         WHERE (SELECT max(posted) FROM payments_ledgerentry WHERE id IN (OLD.entry_id, NEW.entry_id));
       END""",
    """CREATE TRIGGER ledger_line_delete BEFORE DELETE ON payments_ledgerline BEGIN
         SELECT RAISE(ABORT, 'a posted ledger line never changes')
         WHERE (SELECT posted FROM payments_ledgerentry WHERE id = OLD.entry_id);
       END""",
]
SQLITE_BACK = [
    f"DROP TRIGGER ledger_{table}_{event}" for table in ("entry", "line") for event in ("insert", "update", "delete")
]


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.RunPython(
            run({"postgresql": POSTGRESQL, "sqlite": SQLITE}), run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})
        )
    ]
