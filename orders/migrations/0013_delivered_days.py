"""Delivered orders are found by their day."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0012_stand_again'),
        ('sellers', '0004_shop_tax_number'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state', 'delivered')), fields=['delivered_at'], name='order_delivered'),
        ),
    ]
