from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "mlcanvas.exchange"
    label = "exchange"
