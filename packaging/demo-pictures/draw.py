#!/usr/bin/env python3
"""Draws the pictures that `lpr-appliance demo` sends, and the table of what is on them.

Needs Python 3.9, Pillow 9 or newer with Raqm (Debian: python3-pil), which sets Thai vowels and tone marks where they
belong, and Loma Bold (Debian: fonts-tlwg-loma-ttf). The same versions draw the same bytes; another Pillow may
compress otherwise. Run it without arguments from anywhere:

    packaging/demo-pictures/draw.py
"""

import pathlib
import sys

from PIL import features

import scenes
from canvas import Canvas

FONT = "/usr/share/fonts/truetype/tlwg/Loma-Bold.ttf"
TARGET = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CDemoPictures" / "pictures"
BUDGET = 250 * 1024


def quoted(text):
    return "NULL" if text is None else '"' + text.replace("\n", "\\n") + '"'


def row(index, scene, box):
    x, y, width, height = box or (0, 0, 0, 0)
    return (
        f"    {{{quoted(scene['name'])}, {quoted(scene['way'])}, {quoted(scene['plate'])}, {quoted(scene['province'])}, "
        f"{quoted(scene['kind'] if scene['plate'] else None)}, {quoted(scene['vehicle'])}, "
        f"{{{x}, {y}, {width}, {height}}}, picture_{index}, sizeof picture_{index}}},\n"
    )


def main():
    if not features.check("raqm"):
        sys.exit("draw.py: this Pillow has no Raqm, so that Thai marks would stand in the wrong place")
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.iterdir():
        old.unlink()
    embeds, rows, total = "", "", 0
    for index, scene in enumerate(scenes.SCENES):
        canvas = Canvas(FONT)
        box = scenes.paint(canvas, index, scene)
        picture = canvas.finish(index, 0.012 if scene["hour"]["night"] else 0.006)
        file = TARGET / f"{scene['name']}.jpg"
        picture.save(file, "JPEG", quality=54, optimize=True, progressive=False, subsampling=2)
        size = file.stat().st_size
        total += size
        embeds += f'static const unsigned char picture_{index}[] = {{\n#embed "{file.name}"\n}};\n'
        rows += row(index, scene, box)
        print(f"{file.name:24} {size:6}  {scene['plate']!r} {box}")
    table = "// Made by packaging/demo-pictures/draw.py.\n" + embeds
    table += "static const lpr_demo_picture pictures[] = {\n" + rows + "};\n"
    (TARGET / "pictures.inc").write_text(table, encoding="utf-8")
    print(f"{'together':24} {total:6}")
    if total > BUDGET:
        sys.exit(f"draw.py: the pictures have {total} bytes; {BUDGET} are allowed")


if __name__ == "__main__":
    main()
