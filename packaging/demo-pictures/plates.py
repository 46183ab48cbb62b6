"""Number plates, as they hang on vehicles in Thailand."""


WHITE, BLACK = (247, 247, 242), (22, 22, 24)
LOOKS = {
    "car": (WHITE, BLACK),
    "pickup": (WHITE, (16, 92, 52)),
    "van": (WHITE, (28, 62, 150)),
    "taxi": ((250, 202, 36), BLACK),
    "hire": ((250, 202, 36), BLACK),
    "foreign": ((24, 24, 26), (238, 238, 234)),
}


def draw(canvas, centre, look, lines, width=104):
    """Draws a plate and returns its box (x, y, width, height).

    Two lines make a car's plate, the letters above the province; three a motorcycle's, the province in the middle;
    one a plate of another country.
    """
    ground, ink = LOOKS[look]
    height = width * {1: 0.30, 2: 0.45, 3: 1.02}[len(lines)]
    x, y = centre[0] - width / 2, centre[1] - height / 2
    canvas.shadow((x - 2, y, x + width + 2, y + height + 5), 0.45, 2)
    canvas.box((x, y, x + width, y + height), ground, radius=4, outline=tuple(c // 2 + 30 for c in ground), width=0.5)
    canvas.box((x + 2, y + 2, x + width - 2, y + height - 2), None, radius=3, outline=ink, width=1)
    cx, inner = centre[0], width - 12
    if len(lines) == 1:
        canvas.text((cx, centre[1]), lines[0], height * 0.78, ink, inner)
    elif len(lines) == 2:
        canvas.text((cx, y + height * 0.36), lines[0], height * 0.60, ink, inner, embolden=1)
        canvas.text((cx, y + height * 0.79), lines[1], height * 0.285, ink, inner)
    else:
        canvas.text((cx, y + height * 0.20), lines[0], height * 0.34, ink, inner, embolden=1)
        canvas.text((cx, y + height * 0.46), lines[1], height * 0.155, ink, inner)
        canvas.text((cx, y + height * 0.76), lines[2], height * 0.40, ink, inner, embolden=1)
    if len(lines) < 3:
        for bolt in (x + 6, x + width - 6):
            canvas.ellipse((bolt - 1.2, y + 4.5, bolt + 1.2, y + 6.9), (150, 150, 150))
    return tuple(round(v) for v in (x, y, width, height))
