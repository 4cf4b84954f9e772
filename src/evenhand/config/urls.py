"""Addresses of the whole site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("evenhand.web.urls")),
]

handler500 = "evenhand.web.faults.server_error"
