"""The one way in which a rule says no."""


class Refused(Exception):
    """A rule refuses what was asked.

    `code` names a sentence of the catalogue (`catalog.sentence`), `values` fill its placeholders and `path` says
    which part of the input is meant (`costs.answers.labels_price`), empty when it is the whole.
    """

    def __init__(self, code: str, path: str = "", **values: object) -> None:
        super().__init__(f"{path}: {code}" if path else code)
        self.code = code
        self.path = path
        self.values = values
