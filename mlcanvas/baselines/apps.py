from django.apps import AppConfig


class BaselinesConfig(AppConfig):
    name = "mlcanvas.baselines"
    label = "baselines"

    def ready(self) -> None:
        from mlcanvas.baselines.content import BASELINES
        from mlcanvas.projects import parts

        parts.register(BASELINES)
