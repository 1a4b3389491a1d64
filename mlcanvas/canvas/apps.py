from django.apps import AppConfig


class CanvasConfig(AppConfig):
    name = "mlcanvas.canvas"
    label = "canvas"

    def ready(self) -> None:
        from mlcanvas.canvas.content import CANVAS  # noqa: PLC0415
        from mlcanvas.projects import parts  # noqa: PLC0415

        parts.register(CANVAS)
