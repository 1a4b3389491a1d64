"""What others may ask about the project file."""

import json

from mlcanvas.exchange.writing import write
from mlcanvas.projects import parts
from mlcanvas.projects.models import Project


def project_file(project: Project) -> str:
    """All that the project says, as YAML. Importing it and writing it again gives the same bytes."""
    return write(parts.content(project))


def schema_file() -> str:
    """The JSON Schema of the project file, for editors that check while one types."""
    return json.dumps(parts.schema(), ensure_ascii=False, indent=2) + "\n"
