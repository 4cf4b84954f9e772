"""Addresses of the whole site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("evenhand.web.urls")),
]
handler400 = "evenhand.web.failing.not_understood"
handler500 = "evenhand.web.failing.broken"
