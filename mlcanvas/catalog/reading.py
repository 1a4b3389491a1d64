"""TOML files into frozen dataclasses, with the place of every mistake."""

import tomllib
from dataclasses import is_dataclass
from enum import Enum
from importlib.resources import files
from typing import Any, TypeVar, cast

import cattrs
from cattrs.gen import make_dict_structure_fn

Definition = TypeVar("Definition")


class Mistake(Exception):
    """A definition file is wrong: `file: place: reason`."""


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook_factory(
        lambda kind: isinstance(kind, type) and is_dataclass(kind),
        lambda kind: make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True),
    )
    converter.register_structure_hook_func(_is_enum, lambda value, kind: kind(value))
    # cattrs would turn 3 into "3" and "3" into 3.0; a definition that does so is mistaken.
    for kind, accepted in ((str, str), (bool, bool), (int, int), (float, (int, float))):
        converter.register_structure_hook(kind, _strict(kind, accepted))
    return converter


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _strict(kind: type, accepted: Any) -> Any:
    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, accepted) or (kind is not bool and isinstance(value, bool)):
            raise TypeError(f"expected {kind.__name__}, found {type(value).__name__} {value!r}")
        return kind(value)

    return structure


_CONVERTER = _converter()
_READ: dict[tuple[str, type], object] = {}


def parse(source: str, name: str, kind: type[Definition]) -> Definition:
    """The definition in the TOML text `source`. Raises Mistake with `name`, the place and the reason."""
    try:
        return _CONVERTER.structure(tomllib.loads(source), kind)
    except tomllib.TOMLDecodeError as error:
        raise Mistake(f"{name}: {error}") from error
    except Exception as error:
        raise Mistake("\n".join(_lines(name, error))) from error


def _lines(name: str, error: Exception) -> list[str]:
    return [f"{name}: {line}" for line in cattrs.transform_error(error, path="$", format_exception=_reason)]


def _reason(error: BaseException, _kind: type | None) -> str:
    if isinstance(error, KeyError):
        return f"required key {error.args[0]!r} is missing"
    return str(error) or type(error).__name__


def read(name: str, kind: type[Definition]) -> Definition:
    """The definition in `mlcanvas/catalog/<name>`, read once per process."""
    if (name, kind) not in _READ:
        _READ[name, kind] = parse(files("mlcanvas.catalog").joinpath(name).read_text(encoding="utf-8"), name, kind)
    return cast("Definition", _READ[name, kind])
