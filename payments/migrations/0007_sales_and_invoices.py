"""Sales as they are told to the figures, what a seller sold in a year, and invoices that a provider has issued."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0013_delivered_days'),
        ('payments', '0006_desk'),
        ('sellers', '0004_shop_tax_number'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, verbose_name='số hóa đơn')),
                ('look_up_code', models.CharField(max_length=60, verbose_name='mã tra cứu')),
                ('provider', models.CharField(max_length=60, verbose_name='nhà cung cấp hóa đơn')),
                ('issued_at', models.DateField(verbose_name='ngày hóa đơn')),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invoice', to='orders.order')),
            ],
            options={
                'verbose_name': 'hóa đơn điện tử',
                'constraints': [models.UniqueConstraint(fields=('provider', 'number', 'look_up_code'), name='invoice_once')],
            },
        ),
        migrations.CreateModel(
            name='SaleEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shop_id', models.BigIntegerField()),
                ('channel', models.CharField(max_length=10)),
                ('paid_by', models.CharField(choices=[('machine', 'Không tiền mặt, máy xác nhận'), ('declared', 'Không tiền mặt, người bán xác nhận'), ('cash', 'Tiền mặt')], max_length=8)),
                ('sales', models.SmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('day', models.DateField()),
                ('province_id', models.BigIntegerField()),
                ('commune_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('folded_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sale_events', to='orders.order')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sale_events', to='payments.payment')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('folded_at__isnull', True)), fields=['id'], name='sale_event_waiting'), models.Index(fields=['shop_id', 'day'], name='sale_event_of_shop')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('order__isnull', False), ('payment__isnull', True)), models.Q(('order__isnull', True), ('payment__isnull', False)), _connector='OR'), name='sale_event_of_one_sale')],
            },
        ),
        migrations.CreateModel(
            name='SellerYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('amount', models.BigIntegerField(default=0)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='sellers.shop')),
            ],
            options={
                'indexes': [models.Index(models.F('year'), models.OrderBy(models.F('amount'), descending=True), name='seller_year_most')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'year'), name='seller_year_once')],
            },
        ),
    ]
