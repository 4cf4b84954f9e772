"""Addresses of the candidate's pages; all of them begin with the personal link."""

from __future__ import annotations

from django.urls import path

from evenhand.web.sitting import (
    again,
    follow_up,
    groups,
    own_data,
    own_link,
    saving,
    views,
    withdrawing,
    writing,
)

urlpatterns = [
    path("<str:token>/", views.start, name="sitting-start"),
    path("<str:token>/begin", views.begin, name="sitting-begin"),
    path("<str:token>/<int:number>/", writing.prompt, name="sitting-prompt"),
    path("<str:token>/<int:number>/follow-up/", follow_up.follow_up, name="sitting-follow-up"),
    path("<str:token>/<int:number>/finish", follow_up.finish, name="sitting-finish"),
    path("<str:token>/save/<str:prompt>", saving.save, name="sitting-save"),
    path("<str:token>/review/", views.review, name="sitting-review"),
    path("<str:token>/submit", views.submit, name="sitting-submit"),
    path("<str:token>/done/", views.done, name="sitting-done"),
    path("<str:token>/copy.txt", views.copy, name="sitting-copy"),
    path("<str:token>/ask/", views.ask, name="sitting-ask"),
    path("<str:token>/groups/", groups.groups, name="sitting-groups"),
    path("<str:token>/link/", own_link.own_link, name="sitting-link"),
    path("<str:token>/withdraw/", withdrawing.withdrawing, name="sitting-withdraw"),
    path("<str:token>/notice/", own_data.notice, name="sitting-notice"),
    path("<str:token>/notice/again/", again.again, name="sitting-again"),
    path("<str:token>/data/", own_data.data, name="sitting-data"),
    path("<str:token>/data.json", own_data.data_file, name="sitting-data-json"),
]
