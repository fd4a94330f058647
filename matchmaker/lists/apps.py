from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "matchmaker.lists"
    label = "lists"
