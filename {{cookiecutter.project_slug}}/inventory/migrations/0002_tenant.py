from django.db import migrations, models

from tenants.migrations_help import adopt


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        *adopt("inventory", "category", "product", "order", "orderline", "stockadjustment"),
        migrations.AlterField("category", "name", models.CharField(max_length=100)),
        migrations.AlterField("product", "sku", models.CharField(max_length=32, verbose_name="SKU")),
        migrations.AddConstraint(
            "category", models.UniqueConstraint(fields=("tenant", "name"), name="category_name_once")
        ),
        migrations.AddConstraint(
            "product", models.UniqueConstraint(fields=("tenant", "sku"), name="product_sku_once")
        ),
    ]
