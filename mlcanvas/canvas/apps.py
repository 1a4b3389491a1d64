from django.apps import AppConfig


class CanvasConfig(AppConfig):
    name = "mlcanvas.canvas"
    label = "canvas"

    def ready(self) -> None:
        from mlcanvas.canvas.content import CANVAS
        from mlcanvas.projects import parts

        parts.register(CANVAS)
