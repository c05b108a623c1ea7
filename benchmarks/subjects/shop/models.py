"""The columns of the generated project's products that the tool `rows` reads, for the peers.

Not the project's own models: they come with the rest of the project, which a peer is to be measured without,
and with its package `mcp_server`, whose name one of the peers has as well.
"""

from django.db import models


class Category(models.Model):
    name = models.CharField(max_length=100, unique=True)


class Product(models.Model):
    sku = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("sku",)
