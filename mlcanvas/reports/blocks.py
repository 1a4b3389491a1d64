"""The vocabulary of a report: what a section can hold, whoever lays it out.

Every form of the report (page, PDF, later others) knows these and nothing about the tools. All texts are ready to be
printed; positions in pictures are thousandths of the width, so that every form draws the same picture. `kind` names
the template that lays a block out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from mlcanvas.domain.trails import Drawing, Measures
from mlcanvas.reports.prose import Tree

Tone = Literal[0, 1, 2, 3, 4, 5]
"""0 is neutral, 1 to 5 the risk ramp from best to worst. A tone never stands without a word beside it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence of ours."""

    text: str
    muted: bool = False
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wrote under a heading of ours. `more` says where the rest stands when this is a beginning."""

    label: str
    nodes: Tree
    more: str = ""
    kind: str = field(default="answer", init=False)


@dataclass(frozen=True, slots=True)
class Callout:
    """A few sentences that must not be overlooked."""

    title: str
    items: tuple[str, ...]
    tone: Literal["accent", "warning"] = "accent"
    kind: str = field(default="callout", init=False)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the summary."""

    label: str
    value: str
    note: str = ""
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Tiles:
    """The figures of the summary in a row."""

    items: tuple[Tile, ...]
    kind: str = field(default="tiles", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `width` is its share, 0 for as narrow as its content."""

    label: str
    width: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A rating in a cell that holds several: which one it is, what it says, what it is made of."""

    label: str
    text: str
    note: str = ""
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: words, a paragraph under them, a smaller line, a tone, a link. `value` is the number that `text` spells.

    Where `text` rounds it for the eye, `exact` spells it for a form that is data.
    `marks` stand one below the other, after the words. `order` is what its column is sorted by where the words do not
    say it.
    """

    text: str
    note: str = ""
    detail: str = ""
    marks: tuple[Mark, ...] = ()
    tone: int = 0
    strong: bool = False
    muted: bool = False
    href: str = ""
    value: float | None = None
    order: str = ""
    exact: str = ""


MOST_NARROW = 3


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on each page. The first cell of a row names it.

    `name` is what it is called where its title stands over the picture before it. One that `sorts` is a register: where
    a form can, its heads sort it, and a map above it shows the rows that stand in a cell. `short` is a name that fits
    where there is little room, such as on the tab of a sheet.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    name: str = ""
    sorts: bool = False
    short: str = ""
    kind: str = field(default="table", init=False)

    @property
    def narrow(self) -> bool:
        """Whether it fits on a phone: few columns with a name."""
        return sum(bool(column.label) for column in self.columns) <= MOST_NARROW

    @property
    def aligned(self) -> Iterator[tuple[tuple[Column, Cell], ...]]:
        """Each row with the column that each cell stands in."""
        return (tuple(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class CanvasBlock:
    """A box of the canvas at its place in the grid, counted from 0. `pieces` may be broken between pages."""

    key: str
    title: str
    state: str
    agreed: bool
    group: str
    column: int
    row: int
    columns: int
    rows: int
    nodes: Tree
    pieces: Tree
    empty: str


@dataclass(frozen=True, slots=True)
class Canvas:
    """The canvas on a landscape page of its own, with the credit that its licence asks for."""

    title: str
    head: tuple[tuple[str, str], ...]
    column_count: int
    row_heights: tuple[int, ...]
    blocks: tuple[CanvasBlock, ...]
    credit: "Credit"
    continues: str
    annex: str
    kind: str = field(default="canvas", init=False)


@dataclass(frozen=True, slots=True)
class Credit:
    """Who made a template, under which licence if any, and what was changed. Each part may link."""

    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What a mark in a picture means. `mark` names it, or is the letter that stands in the picture."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a coloured table. `items` stand in it, `chosen` frames it, `told` is how many they are, in words."""

    tone: int
    title: str
    note: str = ""
    items: tuple[str, ...] = ()
    chosen: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """What is drawn on a table of likelihood × severity, in millimetres from its upper left cell."""

    measures: Measures
    width: float
    height: float
    drawing: Drawing

    @property
    def left(self) -> float:
        """From the middle of a key to its left edge."""
        return -self.measures.chip[0] / 2

    @property
    def up(self) -> float:
        """From the middle of a key to its upper edge."""
        return -self.measures.chip[1] / 2

    @property
    def rounding(self) -> float:
        """The radius of its round ends."""
        return self.measures.chip[1] / 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A coloured table with named rows (worst on top) and columns: the tiers, or likelihood × severity.

    With `heat` it is drawn, and the table stands beside the picture where there is room for it, called `as_table`.
    `ways` say where its arrows lead, `keys` what its marks mean, `show_all` ends that one cell is looked at.
    """

    title: str
    row_axis: str
    column_axis: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    cells: tuple[tuple[GridCell, ...], ...]
    note: str
    compact: bool = False
    heat: Heat | None = None
    as_table: str = ""
    ways: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    show_all: str = ""
    kind: str = field(default="grid", init=False)

    @property
    def labelled(self) -> Iterator[tuple[str, tuple[GridCell, ...]]]:
        """Each row with its name."""
        return zip(self.row_labels, self.cells, strict=True)

    @property
    def standing(self) -> str:
        """In words which cells hold something or are chosen, and where it moves: what the picture shows."""
        said = (
            f"{label}, {column}: {' '.join(filter(None, (cell.title if cell.chosen else '', *cell.items)))}"
            for label, row in self.labelled
            for column, cell in zip(self.column_labels, row, strict=True)
            if cell.items or cell.chosen
        )
        return ". ".join([self.title, *said, *self.ways])

    @property
    def placed(self) -> Iterator[tuple[float, float, GridCell]]:
        """Each cell with its upper left corner in the drawing."""
        if self.heat is not None:
            for row, cells in enumerate(self.cells):
                for column, cell in enumerate(cells):
                    yield *self.heat.measures.corner_of(row, column), cell


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis at `at` thousandths."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A range with a mark inside, in thousandths; `start` equals `end` for a single value.

    `told` says it in full, where `text` is short.
    """

    label: str
    start: int
    middle: int
    end: int
    text: str
    muted: bool = False
    strong: bool = False
    told: str = ""

    @property
    def words(self) -> str:
        """What it says, for whoever points at it."""
        return self.told or f"{self.label}: {self.text}"

    @property
    def length(self) -> int:
        """From start to end, in thousandths."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges under each other on one axis, with lines across. `alt` says in words what the picture shows."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Tick, ...]
    alt: str
    note: str = ""
    kind: str = field(default="ranges", init=False)


Point = tuple[int, int]
"""Thousandths of the width and of the height of a plot, from its upper left corner."""


Told = tuple[int, int, str]
"""A point of a curve, and in words what is read there."""


Look = Literal["main", "tail", "other"]
"""The curve itself, a part of it that is not sure, or another quantity."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    look: Look = "main"


@dataclass(frozen=True, slots=True)
class Flag:
    """A line from top to bottom at `at`, with a letter in a box on the line `row` from the top."""

    at: int
    row: int
    letter: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve over an axis, with its band, and lines from the points that matter (`spots`) to both axes.

    `zones` begin at a place and go on to the right edge: what lies there is refused. `name` says where the axis leads.
    `keys` say what the marks mean, `alt` what the picture shows. Its figures stand in the table that follows it. `told`
    are the points whose figures are known, from left to right, for a form in which one can point at them: nothing
    between them is made up. The one at `first` is read first.
    """

    title: str
    lines: tuple[Line, ...]
    band: tuple[Point, ...]
    spots: tuple[Point, ...]
    flags: tuple[Flag, ...]
    zones: tuple[int, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    name: str
    keys: tuple[Key, ...]
    alt: str
    note: str = ""
    told: tuple[Told, ...] = ()
    first: int = 0
    kind: str = field(default="curve", init=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the lifecycle: `done` per cent, with its gates counted."""

    label: str
    done: int
    note: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """The stages in order; they loop back, and `note` says so."""

    items: tuple[Step, ...]
    note: str
    kind: str = field(default="steps", init=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values."""

    title: str
    items: tuple[tuple[str, str], ...]
    kind: str = field(default="pairs", init=False)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on."""

    columns: tuple[str, ...]
    roles: tuple[str, ...]
    kind: str = field(default="signatures", init=False)


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle with a short word in it; a `group` stands for several things, a `bare` one has no size to show."""

    across: int
    down: int
    radius: int
    label: str
    tone: int = 0
    bare: bool = False
    group: bool = False


@dataclass(frozen=True, slots=True)
class Plane:
    """The frame of dots: its edges and the two dashed lines in it, None for a line that it does not have."""

    left: int
    top: int
    right: int
    bottom: int
    split_across: int | None
    split_up: int | None

    @property
    def width(self) -> int:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle_across(self) -> int:
        """Halfway between left and right."""
        return (self.left + self.right) // 2

    @property
    def middle_down(self) -> int:
        """Halfway between top and bottom."""
        return (self.top + self.bottom) // 2


@dataclass(frozen=True, slots=True)
class Bubbles:
    """Dots on two axes, all in thousandths of the width; `height` is that of the whole picture.

    `corners` are the names of the four parts: top left, top right, bottom left, bottom right. `key` says in words what
    the letters of groups and the colours mean, `alt` what the picture shows.
    """

    title: str
    height: int
    plane: Plane
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    across_axis: str
    up_axis: str
    corners: tuple[str, str, str, str]
    key: tuple[str, ...]
    alt: str
    note: str = ""
    kind: str = field(default="bubbles", init=False)


Block = (
    Paragraph | Answer | Callout | Tiles | Table | Canvas | Grid | Ranges | Bubbles | Curve | Steps | Pairs | Signatures
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report; 0 for one that is not numbered. A wide one stands on landscape pages, a `fresh`
    one begins on a page of its own."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    number: int = 0
    wide: bool = False
    fresh: bool = False
