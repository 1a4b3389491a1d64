from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "mlcanvas.reports"
    label = "reports"
