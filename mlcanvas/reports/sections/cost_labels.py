"""What lines, parts and assumptions of an estimate are called."""

from mlcanvas import catalog
from mlcanvas.reports.reading import Json, Reading


def label(reading: Reading, line: Json) -> str:
    """The name of a line or an assumption: the one that the result was shown with, else the catalogue's."""
    if line.get("label"):
        return reading.voice.say(line["label"])
    asked = catalog.cost_questionnaire()
    named = {question.key: question.label for question in asked.questions}
    named |= {known.key: known.label for known in asked.lines}
    key = str(line.get("key", ""))
    return reading.voice.say(named.get(key)) or key.replace("_", " ")
