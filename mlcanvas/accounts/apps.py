from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mlcanvas.accounts"
    label = "accounts"
