"""What the tests of the shop and its tools begin with."""

from decimal import Decimal

from django.contrib.auth.models import Permission

from accounts.models import User
from inventory.models import Category, Product


def make_product(
    sku: str = "MUG-1", *, category: str = "Kitchen", price: str = "9.90", stock: int = 5
) -> Product:
    """Save a product, and its category when that is new."""
    shelf, _ = Category.objects.get_or_create(name=category)
    return Product.objects.create(
        sku=sku, name=f"Thing {sku}", category=shelf, price=Decimal(price), stock=stock
    )


def make_user(*permissions: str, email: str = "ada@example.com") -> User:
    """Save a user who has these permissions of the inventory, such as "change_product"."""
    user = User.objects.create_user(email=email, password="correct horse")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="inventory", codename__in=permissions)
    )
    return user
