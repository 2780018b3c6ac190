"""Statements brought as files, their lines, and what people noted while comparing accounts with the books."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import encrypted_fields.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0005_money_in_and_out'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StatementImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('preview', 'Đang xem trước'), ('committed', 'Đã nhập')], default='preview', max_length=9)),
                ('header', models.JSONField(default=list)),
                ('columns', models.JSONField(default=dict)),
                ('content', encrypted_fields.fields.EncryptedTextField(blank=True, null=True)),
                ('skipped', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('committed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='payments.paymentaccount')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='StatementMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank_bin', models.CharField(max_length=6)),
                ('header', models.JSONField(default=list)),
                ('columns', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='statement_mapping', to='payments.paymentaccount')),
            ],
        ),
        migrations.CreateModel(
            name='StatementRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('result', models.CharField(choices=[('matched', 'Mới, đã khớp đơn'), ('unmatched', 'Mới, chưa khớp'), ('doubtful', 'Mới, có thể trùng'), ('outgoing', 'Tiền ra'), ('known', 'Đã có trong sổ'), ('error', 'Không đọc được')], max_length=9)),
                ('direction', models.CharField(blank=True, max_length=3)),
                ('amount', models.BigIntegerField(null=True)),
                ('booked_at', models.DateTimeField(null=True)),
                ('timed', models.BooleanField(default=False)),
                ('memo', models.TextField(blank=True)),
                ('bank_reference', models.CharField(blank=True, max_length=100)),
                ('counterparty', encrypted_fields.fields.EncryptedCharField(blank=True, max_length=255, null=True)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('fault', models.CharField(blank=True, max_length=200)),
                ('column', models.PositiveSmallIntegerField(null=True)),
                ('taken', models.BooleanField(default=False)),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statement_rows', to='payments.receipt')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='payments.statementimport')),
            ],
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='ngày')),
                ('expected', models.BigIntegerField()),
                ('found', models.BigIntegerField()),
                ('difference', models.BigIntegerField()),
                ('bank_balance', models.BigIntegerField(blank=True, null=True, verbose_name='số dư cuối ngày ở ngân hàng')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='ghi chú')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reconciliations', to='payments.paymentaccount')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'account'], name='reconciliation_by_day')],
                'constraints': [models.UniqueConstraint(fields=('account', 'day'), name='reconciliation_once'), models.CheckConstraint(condition=models.Q(('difference', django.db.models.expressions.CombinedExpression(models.F('found'), '-', models.F('expected')))), name='reconciliation_difference'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('difference', 0), models.Q(('note', ''), _negated=True), _connector='OR'), name='reconciliation_closed_says_why')],
            },
        ),
        migrations.AddIndex(
            model_name='statementimport',
            index=models.Index(fields=['account', '-id'], name='statement_latest'),
        ),
        migrations.AddConstraint(
            model_name='statementimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'committed'), _negated=True), ('committed_at__isnull', False), _connector='OR'), name='statement_has_time'),
        ),
        migrations.AddIndex(
            model_name='statementmapping',
            index=models.Index(fields=['bank_bin', '-saved_at'], name='statement_mapping_of_bank'),
        ),
        migrations.AddConstraint(
            model_name='statementrow',
            constraint=models.UniqueConstraint(fields=('statement', 'number'), name='statement_row_once'),
        ),
        migrations.AddConstraint(
            model_name='statementrow',
            constraint=models.CheckConstraint(condition=models.Q(('result', 'error'), models.Q(('amount__gt', 0), ('booked_at__isnull', False)), _connector='OR'), name='statement_row_read_or_refused'),
        ),
    ]
