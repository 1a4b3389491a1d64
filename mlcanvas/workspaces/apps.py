from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "mlcanvas.workspaces"
    label = "workspaces"

    def ready(self) -> None:
        from mlcanvas.accounts import adapter  # noqa: PLC0415
        from mlcanvas.workspaces import selectors  # noqa: PLC0415

        adapter.invited_by(selectors.is_open)
