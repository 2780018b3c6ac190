from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0012_stall_returns'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state__in', ('cancelled', 'expired')), models.Q(('redirect_url', ''), _negated=True)), fields=['created_at'], name='payment_page_to_close'),
        ),
    ]
