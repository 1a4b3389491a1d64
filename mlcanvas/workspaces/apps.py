from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "mlcanvas.workspaces"
    label = "workspaces"

    def ready(self) -> None:
        from mlcanvas.accounts import adapter
        from mlcanvas.workspaces import selectors

        adapter.invited_by(selectors.is_open)
