"""Money may pay several things, comes through providers, goes back and out; balances of sellers are kept beside the ledger.

SQLite makes a changed table anew and loses its triggers with the old one, so the ledger's guards are made again at the end.
"""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import encrypted_fields.fields
from django.conf import settings
from django.db import migrations, models

from common.vendor_sql import run


_before = import_module("payments.migrations.0002_ledger_triggers")
GUARDS, GUARDS_BACK = _before.SQLITE, _before.SQLITE_BACK
BALANCE = """INSERT INTO payments_sellerbalance (shop_id, amount)
    SELECT shop_id, sum(amount) FROM payments_ledgerline
    WHERE entry_id = NEW.id AND account = 'seller' AND shop_id IS NOT NULL GROUP BY shop_id ORDER BY shop_id
    ON CONFLICT (shop_id) DO UPDATE SET amount = payments_sellerbalance.amount + excluded.amount"""
POSTGRESQL = [
    f"CREATE FUNCTION ledger_balance() RETURNS trigger AS $$ BEGIN {BALANCE}; RETURN NULL; END $$ LANGUAGE plpgsql",
    """CREATE TRIGGER ledger_balance AFTER UPDATE OF posted ON payments_ledgerentry
       FOR EACH ROW WHEN (NEW.posted AND NOT OLD.posted) EXECUTE FUNCTION ledger_balance()""",
]
POSTGRESQL_BACK = ["DROP TRIGGER ledger_balance ON payments_ledgerentry", "DROP FUNCTION ledger_balance"]
SQLITE = [
    f"""CREATE TRIGGER ledger_balance AFTER UPDATE OF posted ON payments_ledgerentry WHEN NEW.posted AND NOT OLD.posted BEGIN
        {BALANCE}; END"""
]
SQLITE_BACK = ["DROP TRIGGER ledger_balance"]
SQLITE_DROP = [statement.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS") for statement in GUARDS_BACK]


def copy_what_was(apps, schema_editor):
    """What receipts paid becomes an allocation, accounts count since they were set, balances are what lines sum to."""
    Receipt, Allocation = apps.get_model("payments", "Receipt"), apps.get_model("payments", "Allocation")
    paid = Receipt.objects.filter(payment__isnull=False, confirms__isnull=True)
    Allocation.objects.bulk_create(
        (
            Allocation(receipt_id=pk, payment_id=payment, amount=amount, at=at)
            for pk, payment, amount, at in paid.values_list("pk", "payment_id", "amount", "received_at").iterator()
        ),
        batch_size=2000,
    )
    apps.get_model("payments", "PaymentAccount").objects.update(usable_from=models.F("created_at"))
    lines = apps.get_model("payments", "LedgerLine").objects.filter(account="seller", shop__isnull=False, entry__posted=True)
    Balance = apps.get_model("payments", "SellerBalance")
    Balance.objects.bulk_create(
        Balance(shop_id=row["shop"], amount=row["sum"])
        for row in lines.order_by().values("shop").annotate(sum=models.Sum("amount"))
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_weighed_when_packed'),
        ('orders', '0011_weighed_margin'),
        ('payments', '0004_carriers'),
        ('sellers', '0004_shop_tax_number'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(run({"sqlite": SQLITE_DROP}), run({"sqlite": GUARDS})),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LineRates',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='rates', serialize=False, to='orders.orderline')),
                ('commission', models.PositiveSmallIntegerField(default=0)),
                ('vat', models.PositiveSmallIntegerField(default=0)),
                ('pit', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='MethodRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=12, verbose_name='cách trả tiền')),
                ('refused', models.BooleanField(default=False, verbose_name='không nhận')),
                ('least', models.BigIntegerField(blank=True, null=True, verbose_name='từ')),
                ('most', models.BigIntegerField(blank=True, null=True, verbose_name='đến')),
            ],
            options={
                'verbose_name': 'quy định cách trả tiền',
            },
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commission', 'Phí sàn'), ('vat', 'Thuế GTGT'), ('pit', 'Thuế TNCN')], max_length=10, verbose_name='loại')),
                ('seller_kind', models.CharField(blank=True, max_length=20, verbose_name='loại người bán')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('rate', models.PositiveSmallIntegerField(help_text='100 là 1 %', verbose_name='phần vạn')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='căn cứ')),
            ],
            options={
                'verbose_name': 'mức phí và thuế',
            },
        ),
        migrations.CreateModel(
            name='SellerBalance',
            fields=[
                ('shop', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='balance', serialize=False, to='sellers.shop')),
                ('amount', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='SellerTax',
            fields=[
                ('shop', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='tax', serialize=False, to='sellers.shop')),
                ('withheld', models.BooleanField(default=True, verbose_name='khấu trừ thuế')),
                ('self_produced_unprocessed', models.BooleanField(default=False, verbose_name='tự trồng, chưa chế biến')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='ghi chú')),
            ],
        ),
        migrations.AlterModelOptions(
            name='ledgerentry',
            options={'permissions': [('run_money', "Runs the market's money: desk, refunds, payouts, reconciliation")]},
        ),
        migrations.RemoveConstraint(
            model_name='refund',
            name='refund_once_per_receipt',
        ),
        migrations.AddField(
            model_name='bankfeed',
            name='api_key',
            field=encrypted_fields.fields.EncryptedCharField(max_length=255, null=True),
        ),
        migrations.AddField(
            model_name='bankfeed',
            name='polled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ledgerline',
            name='party',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='payment',
            name='checked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='payment',
            name='fault',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='payment',
            name='purchase',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='orders.purchase'),
        ),
        migrations.AddField(
            model_name='payment',
            name='purpose',
            field=models.CharField(choices=[('order', 'Đơn hàng'), ('shared', 'Nhiều đơn'), ('stall', 'Bán tại chợ'), ('debt', 'Phí nợ sàn')], default='order', max_length=8),
        ),
        migrations.AddField(
            model_name='payment',
            name='redirect_url',
            field=models.URLField(blank=True, max_length=2048),
        ),
        migrations.AddField(
            model_name='payment',
            name='shared',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='paymentaccount',
            name='usable_from',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='paymentaccount',
            name='verified_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='receipt',
            name='counterparty',
            field=encrypted_fields.fields.EncryptedCharField(blank=True, max_length=255, null=True),
        ),
        migrations.AddField(
            model_name='receipt',
            name='fee',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='receipt',
            name='settled_amount',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='receipt',
            name='settled_currency',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='receipt',
            name='settled_rate',
            field=models.DecimalField(decimal_places=10, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.paymentaccount'),
        ),
        migrations.AddField(
            model_name='refund',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='code',
            field=models.CharField(max_length=16, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='fault',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='refund',
            name='provider',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='refund',
            name='provider_ref',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='refund',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='sent_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='to_bank_bin',
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name='refund',
            name='to_end',
            field=models.CharField(blank=True, max_length=4),
        ),
        migrations.AddField(
            model_name='refund',
            name='to_holder',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='refund',
            name='to_number',
            field=encrypted_fields.fields.EncryptedCharField(blank=True, max_length=255, null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refund',
            name='way',
            field=models.CharField(choices=[('seller', 'Người bán tự trả'), ('bank', 'Chuyển khoản từ sàn'), ('provider', 'Qua cổng thanh toán')], default='seller', max_length=8),
        ),
        migrations.AlterField(
            model_name='ledgerline',
            name='account',
            field=models.CharField(choices=[('bank', 'Ngân hàng'), ('stripe', 'Stripe'), ('gateway', 'Cổng thanh toán'), ('cash_in_transit', 'Hãng giao hàng giữ'), ('disputes_held', 'Đang tranh chấp'), ('buyer_funds', 'Tiền của khách'), ('unmatched', 'Chưa rõ của ai'), ('seller', 'Người bán'), ('vat_withheld', 'Thuế GTGT đã giữ'), ('pit_withheld', 'Thuế TNCN đã giữ'), ('refunds_out', 'Đang hoàn cho khách'), ('payouts_out', 'Đang chi trả người bán'), ('commission', 'Phí sàn'), ('fees', 'Phí ngân hàng, cổng, hãng'), ('fx', 'Chênh lệch tỷ giá'), ('goodwill', 'Sàn chịu'), ('bad_debt', 'Nợ không đòi được')], max_length=20),
        ),
        migrations.AlterField(
            model_name='payment',
            name='method',
            field=models.CharField(max_length=12),
        ),
        migrations.AlterField(
            model_name='payment',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='orders.order'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='provider_ref',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name='payment',
            name='shop_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='payment',
            name='state',
            field=models.CharField(choices=[('created', 'Chưa bắt đầu'), ('waiting', 'Chờ tiền'), ('processing', 'Đang xử lý'), ('confirmed', 'Đã nhận tiền'), ('expired', 'Hết hạn'), ('cancelled', 'Đã hủy'), ('failed', 'Không thành')], default='waiting', max_length=10),
        ),
        migrations.AlterField(
            model_name='paymentaccount',
            name='shop',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment_accounts', to='sellers.shop'),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='provider_id',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='source',
            field=models.CharField(choices=[('bank', 'Ngân hàng báo'), ('statement', 'Sao kê ngân hàng'), ('seller', 'Người bán báo'), ('cash', 'Tiền mặt'), ('carrier', 'Hãng giao hàng thu hộ'), ('provider', 'Cổng thanh toán báo')], max_length=9),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='state',
            field=models.CharField(choices=[('matched', 'Đã khớp'), ('unmatched', 'Chưa khớp'), ('ambiguous', 'Chưa rõ'), ('ignored', 'Bỏ qua'), ('returning', 'Trả lại người gửi')], max_length=10),
        ),
        migrations.AlterField(
            model_name='refund',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='state',
            field=models.CharField(choices=[('proposed', 'Đề nghị hoàn'), ('approved', 'Đã duyệt'), ('sending', 'Đang gửi'), ('sent', 'Đã hoàn'), ('confirmed', 'Khách đã nhận'), ('failed', 'Gửi không được'), ('withdrawn', 'Không phải hoàn nữa')], default='proposed', max_length=10),
        ),
        migrations.AlterField(
            model_name='webhookevent',
            name='event_id',
            field=models.CharField(max_length=255),
        ),
        migrations.AlterField(
            model_name='webhookevent',
            name='feed',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.bankfeed'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['at'], name='ledger_entry_by_day'),
        ),
        migrations.AddIndex(
            model_name='ledgerline',
            index=models.Index(fields=['account', 'party'], name='ledger_party'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'processing')), models.Q(('provider', ''), _negated=True)), fields=['provider', 'checked_at'], name='payment_to_ask_about'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['account', 'booked_at'], name='receipt_by_day'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'created_at'], name='refund_desk'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(condition=models.Q(('processed_at__isnull', True)), fields=['at'], name='webhook_event_left'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order__isnull', False), ('purpose', 'order'), ('shop_id__isnull', False)), models.Q(('order__isnull', True), ('purchase__isnull', False), ('purpose', 'shared')), models.Q(('order__isnull', True), ('purpose__in', ('stall', 'debt')), ('shop_id__isnull', False)), _connector='OR'), name='payment_is_for_something'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('account__isnull', True), models.Q(('provider_id', ''), _negated=True)), fields=('provider', 'provider_id'), name='receipt_of_provider_once'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('order__isnull', False), ('receipt__isnull', False), _connector='OR'), name='refund_of_something'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('receipt', 'reason', 'order'), name='refund_once_per_receipt'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_ref', ''), _negated=True), fields=('provider', 'provider_ref'), name='refund_provider_ref_once'),
        ),
        migrations.AddConstraint(
            model_name='webhookevent',
            constraint=models.UniqueConstraint(condition=models.Q(('feed__isnull', True)), fields=('provider', 'event_id'), name='webhook_event_of_provider_once'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='receipt',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.receipt'),
        ),
        migrations.AddField(
            model_name='methodrule',
            name='shop',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='method_rules', to='sellers.shop'),
        ),
        migrations.AddField(
            model_name='rate',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='allocation_positive'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('receipt', 'payment'), name='allocation_once'),
        ),
        migrations.AddConstraint(
            model_name='methodrule',
            constraint=models.UniqueConstraint(fields=('shop', 'method'), name='method_rule_once'),
        ),
        migrations.AddConstraint(
            model_name='methodrule',
            constraint=models.UniqueConstraint(condition=models.Q(('shop__isnull', True)), fields=('method',), name='method_rule_of_all_once'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gt', 0), ('rate__lte', 5000)), name='rate_in_bounds'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='rate_days'),
        ),
        migrations.RunPython(copy_what_was, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='receipt',
            name='payment',
        ),
        migrations.RunPython(
            run({"postgresql": POSTGRESQL, "sqlite": [*GUARDS, *SQLITE]}),
            run({"postgresql": POSTGRESQL_BACK, "sqlite": [*SQLITE_BACK, *GUARDS_BACK]}),
        ),
    ]
