#!/usr/bin/env python3
"""Makes crates/figures/src/map/world.csv of Natural Earth's countries.

    npm install world-atlas@2.0.2
    python3 data-tools/world-map.py node_modules/world-atlas > crates/figures/src/map/world.csv

In: the TopoJSON files of the npm package world-atlas (ISC licence), which are Natural Earth's
admin-0 countries (public domain), and Tearline's own table of countries. Out: the table that the
program embeds; what its columns are stands in its header. Run again, it gives the same bytes.

Shapes are those of scale 1:110m. What is too small for that scale gets a point: the middle of its
largest part at 1:10m. Projection: Equal Earth (B. Savric, T. Patterson, B. Jenny, "The Equal Earth
map projection", International Journal of Geographical Information Science 33(3), 2019, pages
454-465), since areas that are shaded are compared. Its middle is 9 degrees east, so that
the edge falls into the Bering Strait; no shape is cut there, each stands whole on the side of its
middle. Lines are simplified after M. Visvalingam
and J. D. Whyatt ("Line generalisation by repeated elimination of points", 1993), each border once
for both of its sides, so that no gaps open.
"""

import csv
import json
import math
import sys
from pathlib import Path

WIDTH = 1000.0
MIDDLE = 9.0
# What has a smaller area, in square units of the map, loses points; what is smaller than the
# other gets a circle where it has a value, to be seen on a phone.
LEAST_TRIANGLE = 1.3
LEAST_VISIBLE = 22.0

# ISO 3166-1 has codes of their own for parts of these states; each is found by a point in or near
# it (longitude, latitude). Natural Earth counts them to the state that they belong to.
PARTS = {
    "GF": ("250", (-53, 4)),
    "GP": ("250", (-61.5, 16.2)),
    "MQ": ("250", (-61, 14.6)),
    "RE": ("250", (55.5, -21.1)),
    "YT": ("250", (45.15, -12.8)),
    "SJ": ("578", (16, 78.5)),
    "BV": ("578", (3.4, -54.4)),
    "BQ": ("528", (-68.3, 12.2)),
    "TK": ("554", (-171.8, -9.2)),
    "CC": ("INDIAN", (96.8, -12.1)),
    "CX": ("INDIAN", (105.6, -10.5)),
}
# Claimed by two states, and without an entry in ISO 3166-1. Natural Earth counts Crimea to Russia;
# the United Nations (General Assembly resolution 68/262) to Ukraine.
CRIMEA = ("643", (34.3, 45.2))
DISPUTED = {"Kosovo": "Kosovo", "N. Cyprus": "Northern Cyprus", "Somaliland": "Somaliland"}
# An entry of ISO 3166-1 whose border is disputed: its outline is dashed.
DASHED = {"EH"}
# The map ends north of it.
LEFT_OUT = {"AQ"}


def project(longitude, latitude):
    """Equal Earth, with the scale still to come."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    root = math.sqrt(3) / 2
    theta = math.asin(root * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2 * t2 * t2
    slope = a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)
    x = math.radians(longitude) * math.cos(theta) / (root * slope)
    y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    return x, y


SCALE = WIDTH / (2 * project(180, 0)[0])
TOP = project(0, 83.7)[1]


def on_map(point):
    x, y = project(*point)
    return WIDTH / 2 + x * SCALE, (TOP - y) * SCALE


def load(path):
    topology = json.loads(path.read_text())
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx - MIDDLE, y * sy + ty))
        arcs.append(points)
    return arcs, topology["objects"]["countries"]["geometries"]


def polygons(geometry):
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def ring(arcs, indices):
    points = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def unwrapped(points):
    """A ring without jumps from one edge of the map to the other, around the nearer side."""
    out = [points[0]]
    for longitude, latitude in points[1:]:
        turns = round((longitude - out[-1][0]) / 360)
        out.append((longitude - 360 * turns, latitude))
    middle = sum(point[0] for point in out) / len(out)
    turns = round(middle / 360)
    return [(longitude - 360 * turns, latitude) for longitude, latitude in out]


def area(points):
    """Signed area, and the middle of it."""
    total = cx = cy = 0.0
    x0, y0 = points[0]
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1]):
        x1, y1, x2, y2 = x1 - x0, y1 - y0, x2 - x0, y2 - y0
        cross = x1 * y2 - x2 * y1
        total += cross
        cx += (x1 + x2) * cross
        cy += (y1 + y2) * cross
    if abs(total) < 1e-9:
        return 0.0, (x0, y0)
    return total / 2, (x0 + cx / (3 * total), y0 + cy / (3 * total))


def simplified(points):
    """The indices of an arc's points that stay. Its ends always do: others begin there."""
    kept = list(range(len(points)))
    closed = points[0] == points[-1]

    def weight(at):
        return abs(area([points[kept[at - 1]], points[kept[at]], points[kept[at + 1]]])[0])

    while len(kept) > (5 if closed else 2):
        at = min(range(1, len(kept) - 1), key=weight)
        if weight(at) >= LEAST_TRIANGLE:
            break
        del kept[at]
    return kept


def apart(one, other):
    turn = (one[0] - other[0] + 180) % 360 - 180
    return math.hypot(turn * math.cos(math.radians(other[1])), one[1] - other[1])


def outline(arcs, thin, polygon):
    """The path of a polygon: whole numbers, each relative to the one before."""
    text = ""
    for indices in polygon:
        points = []
        for index in indices:
            arc = thin[index] if index >= 0 else thin[~index][::-1]
            points.extend(arc[1:] if points else arc)
        points = [on_map(point) for point in unwrapped(points)]
        rounded = []
        for x, y in points:
            point = (round(x), round(y))
            if not rounded or rounded[-1] != point:
                rounded.append(point)
        while len(rounded) > 1 and rounded[0] == rounded[-1]:
            rounded.pop()
        # A corner that the rounding made straight is none.
        at = 1
        while at < len(rounded) - 1 and len(rounded) > 3:
            (x0, y0), (x1, y1), (x2, y2) = rounded[at - 1 : at + 2]
            straight = (x1 - x0) * (y2 - y1) == (y1 - y0) * (x2 - x1)
            onwards = (x1 - x0) * (x2 - x1) + (y1 - y0) * (y2 - y1) > 0
            if straight and onwards:
                del rounded[at]
            else:
                at += 1
        if len(rounded) < 3:
            continue
        text += f"M{rounded[0][0]} {rounded[0][1]}l"
        steps = ""
        for (x0, y0), (x1, y1) in zip(rounded, rounded[1:]):
            for step in (x1 - x0, y1 - y0):
                steps += str(step) if step < 0 or not steps else f" {step}"
        text += steps + "z"
    return text


def size(arcs, polygon):
    points = [on_map(point) for point in unwrapped(ring(arcs, polygon[0]))]
    total, middle = area(points)
    return abs(total), middle


def main():
    folder = Path(sys.argv[1])
    table = Path(__file__).parent.parent / "crates/base/src/places/countries.csv"
    countries = {row["alpha2"]: row for row in csv.DictReader(table.open(encoding="utf-8"))}
    by_number = {row["numeric"]: code for code, row in countries.items() if row["numeric"]}
    rows = {}

    arcs, geometries = load(folder / "countries-110m.json")
    thin = []
    for arc in arcs:
        kept = simplified([on_map(point) for point in unwrapped(arc)])
        thin.append([arc[at] for at in kept])
    parts = {code: part for code, part in PARTS.items() if code in ("GF", "SJ")}

    def add(code, name, kind, shapes):
        key = code or name
        largest = max((size(arcs, shape) for shape in shapes), key=lambda one: one[0])
        total = sum(size(arcs, shape)[0] for shape in shapes)
        path = "".join(outline(arcs, thin, shape) for shape in shapes)
        if kind == "country" and total < LEAST_VISIBLE:
            kind = "small"
        if not path:
            return
        rows[key] = (code, name, kind, *(round(value) for value in largest[1]), path)

    for geometry in geometries:
        number, name = geometry.get("id"), geometry["properties"]["name"]
        code = by_number.get(number, "")
        if code in LEFT_OUT:
            continue
        shapes = polygons(geometry)
        taken = []
        for part, (owner, near) in [*parts.items(), ("Crimea", CRIMEA)]:
            if owner != number:
                continue
            near = (near[0] - MIDDLE, near[1])
            reach = 12 if part == "SJ" else 3
            found = [
                shape
                for shape in shapes
                if any(apart(point, near) < reach for point in ring(arcs, shape[0]))
                and all(point[1] > 74 or part != "SJ" for point in ring(arcs, shape[0]))
                and len(ring(arcs, shape[0])) < 60
            ]
            taken += found
            own = "" if part == "Crimea" else part
            title = part if part == "Crimea" else countries[part]["name"]
            add(own, title, "disputed" if part == "Crimea" else "country", found)
        shapes = [shape for shape in shapes if shape not in taken]
        if code:
            kind = "dashed" if code in DASHED else "country"
            add(code, countries[code]["name"], kind, shapes)
        else:
            add("", DISPUTED[name], "disputed", shapes)

    # The rest, as points. Natural Earth has several areas under one number: the largest counts.
    arcs, geometries = load(folder / "countries-10m.json")
    shapes = {}
    for geometry in geometries:
        number = geometry.get("id")
        if geometry["properties"]["name"] == "Indian Ocean Ter.":
            number = "INDIAN"
        if geometry.get("arcs"):
            shapes.setdefault(number, []).extend(polygons(geometry))
    for code, row in countries.items():
        if code in rows or code in LEFT_OUT or code == "XK":
            continue
        own = shapes.get(row["numeric"], [])
        if code in PARTS:
            owner, near = PARTS[code]
            near = (near[0] - MIDDLE, near[1])
            own = [
                shape
                for shape in shapes[owner] + own
                if min(apart(point, near) for point in ring(arcs, shape[0])) < 1.5
            ]
        if not own:
            sys.exit(f"no place on the map for {code}, {row['name']}")
        middle = max((size(arcs, shape) for shape in own), key=lambda one: one[0])[1]
        rows[code] = (code, row["name"], "point", *(round(value) for value in middle), "")

    kosovo = rows["Kosovo"]
    rows["XK"] = ("XK", countries["XK"]["name"], "point", *kosovo[3:5], "")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    bottom = math.ceil((TOP - project(0, -56.5)[1]) * SCALE)
    print(f"# The world, {WIDTH:.0f} wide and {bottom} high. Made by data-tools/world-map.py; do not edit.")
    print("# Data: Natural Earth, admin-0 countries, 1:110m and 1:10m (public domain), by way of the npm")
    print("# package world-atlas 2.0.2 (ISC licence, (c) 2013-2019 Michael Bostock).")
    print("# Projection: Equal Earth (Savric, Patterson, Jenny 2019), middle 9 degrees east.")
    print("# code: ISO 3166-1 alpha-2, and XK; none for areas without an entry. kind: country; dashed,")
    print("# a country with a disputed border; small, one that a circle marks where it has a value;")
    print("# point, one that has no shape at this scale; disputed. x, y: the middle of the largest")
    print("# part. path: the outline as SVG.")
    writer.writerow(["code", "name", "kind", "x", "y", "path"])
    for key in sorted(rows, key=lambda key: (not rows[key][0], key)):
        writer.writerow(rows[key])


main()
