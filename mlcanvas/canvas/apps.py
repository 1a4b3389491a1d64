from django.apps import AppConfig


class CanvasConfig(AppConfig):
    name = "mlcanvas.canvas"
    label = "canvas"

    def ready(self) -> None:
        from mlcanvas.canvas.content import CANVAS
        from mlcanvas.canvas.targets import blocks
        from mlcanvas.projects import parts, targets

        parts.register(CANVAS)
        targets.register("canvas", blocks)
