from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "mlcanvas.advice"
    label = "advice"
