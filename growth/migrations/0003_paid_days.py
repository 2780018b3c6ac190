"""How sales of each day were paid, by place and channel."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('growth', '0002_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaidDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('place_id', models.BigIntegerField()),
                ('channel', models.CharField(max_length=10)),
                ('day', models.DateField()),
                ('machine', models.BigIntegerField(default=0)),
                ('declared', models.BigIntegerField(default=0)),
                ('cash', models.BigIntegerField(default=0)),
                ('machine_sales', models.IntegerField(default=0)),
                ('declared_sales', models.IntegerField(default=0)),
                ('cash_sales', models.IntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'place_id', 'day', 'channel'), name='paid_day_once')],
            },
        ),
    ]
