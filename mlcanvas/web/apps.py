from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mlcanvas.web"
    label = "web"

    def ready(self) -> None:
        from mlcanvas.web import checks  # noqa: F401
