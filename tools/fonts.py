#!/usr/bin/env python3
"""Makes the theme's fonts: subsets of open fonts, small enough to be served with every site.

In: the npm packages that SOURCES names, unpacked beneath one folder. Out: `templates/fonts/*.woff2`,
`crates/cards/src/fonts/*.ttf` for the cards that the program draws itself, in more scripts and one weight
each, and, on the standard output, the numbers for the fallbacks in `templates/styles/05-fonts.css`.

    pip install fonttools brotli
    npm install --prefix FOLDER @fontsource-variable/source-serif-4 \
        @fontsource-variable/ibm-plex-sans @fontsource/ibm-plex-mono
    python3 tools/fonts.py FOLDER/node_modules

The fonts are under the SIL Open Font License 1.1. Clause 3 keeps the names "Source" and "Plex" for
the fonts as their makers publish them, so ours are named after Tearline; the copyright and the
licence stay in each file, as clause 2 asks.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# What the languages of Europe write in Latin letters, with the signs of a report. What lies
# outside of it comes from the reader's own fonts.
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x131, 0x152, 0x153, 0x178, 0x2BC, 0x2C6, 0x2DA, 0x2DC,
         *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2021, 0x2022, 0x2026, 0x2030, 0x2032,
         0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212,
         0x2260, 0x2264, 0x2265]
EXTENDED = [*range(0x100, 0x131), *range(0x132, 0x152), *range(0x154, 0x178), *range(0x179, 0x180),
            0x18F, 0x192, 0x1CD, 0x1CE, 0x218, 0x219, 0x21A, 0x21B, 0x259, 0x1E9E, 0x1E80, 0x1E81,
            0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1EF2, 0x1EF3]
WEIGHTS = (400, 700)

# Name, family, file, the weights that vary, letters.
SERIF, SANS, MONO = (
    "@fontsource-variable/source-serif-4/files/source-serif-4",
    "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans",
    "@fontsource/ibm-plex-mono/files/ibm-plex-mono",
)
SOURCES = [
    ("serif", "Tearline Serif", SERIF + "-latin-wght-normal.woff2", WEIGHTS, LATIN),
    ("serif-ext", "Tearline Serif", SERIF + "-latin-ext-wght-normal.woff2", WEIGHTS, EXTENDED),
    ("serif-italic", "Tearline Serif", SERIF + "-latin-wght-italic.woff2", (400, 400), LATIN),
    ("sans", "Tearline Sans", SANS + "-latin-wght-normal.woff2", WEIGHTS, LATIN),
    ("sans-ext", "Tearline Sans", SANS + "-latin-ext-wght-normal.woff2", WEIGHTS, EXTENDED),
    ("mono", "Tearline Mono", MONO + "-latin-400-normal.woff2", None, LATIN),
]
SCRIPTS = ["latin", "latin-ext", "cyrillic", "greek"]
# Name, family, file with the script left open, the weight.
CARDS = [
    ("serif", "Tearline Serif", SERIF + "-{}-wght-normal.woff2", 600),
    ("sans", "Tearline Sans", SANS + "-{}-wght-normal.woff2", 500),
]
# Kerning and what reading needs; tabular figures for tables. Small capitals and the like would cost more
# than they give.
FEATURES = ["kern", "liga", "locl", "mark", "mkmk", "ccmp", "calt", "tnum", "lnum", "zero", "case"]
BUDGET = 150 * 1024


def subset(path, weights, letters, family, name, flavor="woff2"):
    font = TTFont(path)
    if weights and "fvar" in font:
        low, high = weights
        limits = {"wght": low if low == high else (low, high)}
        limits.update({axis.axisTag: None for axis in font["fvar"].axes if axis.axisTag != "wght"})
        # Through bytes, so that no table stays half as it was.
        between = BytesIO()
        instantiateVariableFont(font, limits).save(between)
        font = TTFont(BytesIO(between.getvalue()))
    options = Options()
    options.flavor = flavor
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["STAT", "MVAR"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters or font.getBestCmap())
    subsetter.subset(font)
    for record in list(font["name"].names):
        text = {1: family, 4: f"{family} {name}", 6: f"{family}-{name}".replace(" ", "")}.get(record.nameID)
        if text:
            record.string = text
    # The date would be that of the run: the same input makes the same bytes.
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.flavor = flavor
    return font


def metrics(font):
    head, hhea = font["head"].unitsPerEm, font["hhea"]
    cmap, advances = font.getBestCmap(), font["hmtx"]
    # The average width of running text, by how often each letter stands in English.
    frequency = dict(zip("etaoinshrdlcumwfgypbvk ", [102, 75, 65, 62, 57, 57, 53, 50, 49, 34, 33, 22, 22, 20, 19, 18, 16, 16, 15, 12, 8, 6, 180]))
    total = sum(frequency.values())
    width = sum(advances[cmap[ord(letter)]][0] * times for letter, times in frequency.items()) / total
    return {"ascent": hhea.ascent / head, "descent": -hhea.descent / head, "gap": hhea.lineGap / head, "width": width / head}


def main():
    packages, out = Path(sys.argv[1]), Path(__file__).resolve().parent.parent / "templates" / "fonts"
    total = 0
    for name, family, source, weights, letters in SOURCES:
        font = subset(packages / source, weights, letters, family, name)
        path = out / f"{name}.woff2"
        font.save(path)
        total += path.stat().st_size
        print(f"{name:14} {path.stat().st_size:7} bytes, {len(font.getBestCmap())} characters", metrics(font) if letters is LATIN else "")
    cards = out.parent.parent / "src" / "cards" / "fonts"
    cards.mkdir(parents=True, exist_ok=True)
    for name, family, source, weight in CARDS:
        for script in SCRIPTS:
            path = cards / f"{name}-{script}.ttf"
            subset(packages / source.format(script), (weight, weight), None, family, name, None).save(path)
            print(f"{path.name:20} {path.stat().st_size:7} bytes")
    print(f"together {total} bytes of at most {BUDGET}")
    if total > BUDGET:
        sys.exit("the fonts are larger than they may be")


if __name__ == "__main__":
    main()
