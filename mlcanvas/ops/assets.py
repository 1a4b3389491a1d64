"""Front-end files, from the npm packages in `node_modules/` to `static/vendor/`.

Standard library only and no Django: `./run` calls it while the Python packages are still being installed, and the
container image calls it in a stage that has none. `python mlcanvas/ops/assets.py` makes the folder anew.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PLOTLY = "plotly.js-cartesian-dist-min"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    f"{PLOTLY}/plotly-cartesian.min.js": "plotly/plotly-cartesian.min.js",
    f"{PLOTLY}/LICENSE": "plotly/LICENSE",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter/inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter/inter-latin-ext.woff2",
    "@fontsource-variable/inter/LICENSE": "inter/LICENSE",
    "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf": "fonts/NotoSans-Regular.ttf",
    "@expo-google-fonts/noto-sans/400Regular_Italic/NotoSans_400Regular_Italic.ttf": "fonts/NotoSans-Italic.ttf",
    "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf": "fonts/NotoSans-Bold.ttf",
    "@expo-google-fonts/noto-sans/700Bold_Italic/NotoSans_700Bold_Italic.ttf": "fonts/NotoSans-BoldItalic.ttf",
    "@expo-google-fonts/noto-sans-math/400Regular/NotoSansMath_400Regular.ttf": "fonts/NotoSansMath-Regular.ttf",
    "@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf": "fonts/NotoSansMono-Regular.ttf",
    "@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf": "fonts/NotoEmoji-Regular.ttf",
    "@expo-google-fonts/noto-sans/LICENSE_FONT": "fonts/LICENSE",
}

# The manifest storage refuses a file whose source map is missing, and nobody reads the maps of a minified kit.
SOURCE_MAP = re.compile(r"^(//# sourceMappingURL=.*|/\*# sourceMappingURL=.*?\*/)$", re.MULTILINE)

# plotly.js keeps its style rules as one object literal, {"X,X div": "direction:ltr;...", ...}, and writes them into
# the page one by one; X and Y are short for the two selectors below.
RULE = re.compile(r"""(?:"(?P<selector>[^"]*)"|(?P<bare>[A-Za-z]\w*)):(?P<quote>["'`])(?P<body>.*?)(?P=quote)[,}]""")
RULES = re.compile(r"""\{"X,X div":.*?\};?(?=for\()""", re.DOTALL)


def plotly_rules(bundle: str) -> str:
    """Returns plotly.js's own style rules as a stylesheet.

    A strict content security policy refuses rules that a script adds, so the page links this file with
    `id="plotly.js-style-global" class="no-inline-styles"`, on which plotly.js leaves its own out. plotly.js inserts
    each rule before the ones it has, so the file holds them in the opposite order.
    Raises ValueError when the bundle does not look as expected.
    """
    literal = RULES.search(bundle)
    if literal is None:
        raise ValueError("the style rules of plotly.js were not found in its bundle")
    rules = []
    end = 1
    for rule in RULE.finditer(literal[0]):
        if rule.start() != end:
            break
        end = rule.end()
        selector = rule["selector"] or rule["bare"]
        selector = re.sub("^,", " ,", selector).replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")
        rules.append(f"{selector}{{{rule['body']}}}")
    if literal[0][end:].strip(";"):
        raise ValueError(f"the style rules of plotly.js could not be read from {literal[0][end : end + 60]!r} on")
    return "\n".join(reversed(rules)) + "\n"


def copy(packages: Path, target: Path) -> None:
    """Makes `target` anew from the npm packages in `packages`."""
    shutil.rmtree(target, ignore_errors=True)
    for source, name in FILES.items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix in {".css", ".js"}:
            place.write_text(SOURCE_MAP.sub("", (packages / source).read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(packages / source, place)
    bundle = (packages / PLOTLY / "plotly-cartesian.min.js").read_text("utf-8")
    (target / "plotly" / "plotly.css").write_text(plotly_rules(bundle), "utf-8")


if __name__ == "__main__":
    copy(ROOT / "node_modules", ROOT / "static" / "vendor")
