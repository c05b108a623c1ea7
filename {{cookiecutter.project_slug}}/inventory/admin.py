"""The admin pages of the shop."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from inventory.models import Category, Order, OrderLine, Product, StockAdjustment
from operations.admin import EditsOnly, History, LargeTable


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(EditsOnly):
    list_display = ("sku", "name", "category", "price", "stock", "active")
    list_filter = ("active", "category")
    list_select_related = ("category",)
    search_fields = ("sku", "name")

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Record who added the product, and each change of its stock."""
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        if change and "stock" in form.changed_data:
            StockAdjustment.objects.create(
                product=obj,
                change=obj.stock - form.initial["stock"],
                reason="Edited in the admin",
                user_id=request.user.pk,
            )


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    autocomplete_fields = ("product",)
    extra = 0


@admin.register(Order)
class OrderAdmin(LargeTable):
    list_display = ("id", "customer", "status", "created")
    list_filter = ("status", "created")
    search_fields = ("customer",)
    inlines = (OrderLineInline,)


@admin.register(StockAdjustment)
class StockAdjustmentAdmin(History):
    list_display = ("created", "product", "change", "reason", "user")
    list_select_related = ("product", "user")
    list_filter = ("created",)
    search_fields = ("reason",)
    search_related = {"product": "sku__istartswith"}
