"""Addresses that exist outside production only."""

urlpatterns = []
