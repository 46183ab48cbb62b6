"""The gate, the road and the sky."""

import random

from canvas import HEIGHT, WIDTH

HORIZON = 138


def sky(canvas, top, bottom):
    canvas.gradient([(0, 0), (WIDTH, 0), (WIDTH, HORIZON + 20), (0, HORIZON + 20)], top, bottom)


def clouds(canvas, seed, colour):
    chance = random.Random(seed)
    for _ in range(5):
        x, y, size = chance.uniform(0, WIDTH), chance.uniform(20, 80), chance.uniform(14, 26)
        for step in range(5):
            r = size * (1 - abs(step - 2) * 0.24)
            canvas.ellipse((x + step * size * 0.7 - r, y - r * 0.55, x + step * size * 0.7 + r, y + r * 0.55), colour)


def hills(canvas, seed, colour):
    chance = random.Random(seed)
    points, x = [(-20, HORIZON + 30)], -20
    while x < WIDTH + 40:
        points.append((x, HORIZON - chance.uniform(14, 52)))
        x += chance.uniform(60, 120)
    points.append((WIDTH + 40, HORIZON + 30))
    canvas.gradient(points, colour, tuple(min(255, c + 26) for c in colour), soften=14)


def town(canvas, seed, wall, lit):
    """Houses on the left; `lit` is the colour of their windows at night."""
    chance = random.Random(seed)
    x = -8
    while x < 250:
        wide, tall = chance.uniform(34, 58), chance.uniform(30, 96)
        tone = tuple(round(c * chance.uniform(0.82, 1.06)) for c in wall)
        canvas.box((x, HORIZON - tall, x + wide, HORIZON + 12), tone)
        canvas.box((x, HORIZON - tall, x + wide, HORIZON - tall + 3), tuple(round(c * 0.8) for c in tone))
        windows(canvas, chance, x, wide, tall, tone, lit)
        x += wide + chance.uniform(0, 7)


def windows(canvas, chance, x, wide, tall, wall, lit):
    y = HORIZON - tall + 9
    while y < HORIZON - 10:
        wx = x + 5
        while wx < x + wide - 8:
            box = (wx, y, wx + 5, y + 6)
            canvas.box(box, tuple(round(c * 0.62) for c in wall))
            # Light is laid over the picture: behind a vehicle it would shine through it.
            if lit and wx < 205 and chance.random() < 0.4:
                canvas.shine(box, lit, 2)
            wx += 10
        y += 12


def trees(canvas, seed, colour):
    chance = random.Random(seed)
    for x in (228, 262, 398, 430, 470, 610, 640):
        r = chance.uniform(15, 24)
        base = HORIZON + 12
        canvas.box((x - 2, base - 16, x + 2, base + 4), (84, 66, 50))
        for dx, dy, size in ((-0.5, -1.0, 0.8), (0.5, -1.1, 0.8), (0, -1.6, 0.9), (0, -0.9, 0.9)):
            tone = tuple(round(c * (1.14 + dy * -0.06 - 0.16 * (dx < 0))) for c in colour)
            cx, cy, s = x + dx * r, base + dy * r - 4, size * r
            canvas.ellipse((cx - s, cy - s * 0.85, cx + s, cy + s * 0.85), tone)


def road(canvas, wet=False):
    canvas.gradient([(0, HORIZON + 8), (WIDTH, HORIZON + 8), (WIDTH, HEIGHT), (0, HEIGHT)], (128, 140, 104), (92, 106, 78))
    near, far = ((66, 70, 78), (98, 103, 110)) if wet else ((98, 99, 102), (142, 143, 146))
    canvas.gradient([(252, HORIZON + 10), (392, HORIZON + 10), (760, HEIGHT), (-110, HEIGHT)], far, near)
    for inner, outer in (((258, 262), (-86, -66)), ((382, 386), (718, 738))):
        canvas.polygon(
            [(inner[0], HORIZON + 10), (inner[1], HORIZON + 10), (outer[1], HEIGHT), (outer[0], HEIGHT)], (232, 232, 226))
    # The kerb with its red and white, as where nobody may stop.
    for step in range(9):
        t0, t1 = (step / 9) ** 1.7, ((step + 1) / 9) ** 1.7
        colour = (206, 48, 40) if step % 2 else (240, 240, 236)
        for inner, outer, drop in ((392, 766, 9), (252, -116, 9)):
            x0, x1 = inner + (outer - inner) * t0, inner + (outer - inner) * t1
            y0, y1 = HORIZON + 10 + (HEIGHT - HORIZON - 10) * t0, HORIZON + 10 + (HEIGHT - HORIZON - 10) * t1
            side = 1 if outer > inner else -1
            canvas.polygon(
                [(x0, y0), (x1, y1), (x1 + side * (4 + 12 * t1), y1 - drop * t1),
                 (x0 + side * (4 + 12 * t0), y0 - drop * t0)], colour)
    for x0, x1, tall in ((0.10, 0.22, 1), (0.36, 0.58, 1), (0.84, 1.2, 1)):
        y0, y1 = HORIZON + 10 + 212 * x0, HORIZON + 10 + 212 * x1
        canvas.polygon(
            [(321 - 2 - x0 * 6, y0), (321 + 2 + x0 * 6, y0), (321 + 2 + x1 * 6, y1), (321 - 2 - x1 * 6, y1)],
            (236, 196, 60))


def booth(canvas, sign, accent, raised=True, night=False):
    """The guard's booth on the right, the roof over the lane and the barrier."""
    canvas.box((604, 40, 616, 250), (198, 200, 204))
    canvas.gradient([(516, 118), (596, 118), (600, 262), (516, 252)], (246, 246, 240), (208, 210, 206))
    canvas.polygon([(516, 204), (599, 206), (600, 262), (516, 252)], accent)
    canvas.gradient([(523, 130), (556, 130), (556, 184), (523, 182)], (150, 186, 204), (196, 216, 220))
    canvas.gradient([(561, 130), (592, 130), (593, 186), (561, 185)], (136, 172, 192), (184, 206, 212))
    # The guard.
    canvas.ellipse((532, 148, 548, 166), (196, 150, 118))
    canvas.box((530, 145, 550, 153), (36, 44, 62), radius=3)
    canvas.gradient_box((525, 164, 555, 184), (70, 96, 140), (50, 72, 112), radius=5)
    canvas.gradient([(500, 104), (640, 98), (640, 116), (500, 118)], (92, 98, 108), (62, 68, 78))
    canvas.polygon([(500, 118), (640, 116), (640, 120), (500, 122)], accent)
    canvas.box((524, 62, 628, 94), accent, radius=4)
    canvas.text((576, 78), sign, 19, (255, 255, 255), 94)
    canvas.box((470, 196, 488, 268), (244, 190, 36), radius=3)
    canvas.box((470, 196, 488, 204), (40, 40, 44), radius=2)
    canvas.box((474, 222, 484, 236), (40, 40, 44), radius=2)
    arm(canvas, raised)
    lamp = (60, 220, 110) if raised else (255, 70, 50)
    canvas.ellipse((475.5, 225.5, 482.5, 232.5), lamp)
    canvas.shine((476, 226, 482, 232), lamp, 4, core=night)
    if night:
        canvas.lamp([(505, 118), (640, 118), (650, 290), (440, 290)], (190, 172, 128), 22)
        canvas.shine((545, 119, 585, 123), (255, 236, 190), 6)
        canvas.lamp([(522, 60), (630, 60), (630, 96), (522, 96)], (170, 168, 160), 5)


def arm(canvas, raised):
    end = (396, 40) if raised else (120, 214)
    start = (479, 206)
    pieces = 8
    for step in range(pieces):
        points = [tuple(a + (b - a) * t / pieces for a, b in zip(start, end)) for t in (step, step + 1)]
        canvas.line(points, (214, 44, 38) if step % 2 else (246, 246, 242), 5)


def street_lamp(canvas, x, top, night):
    canvas.box((x - 2, top, x + 2, HORIZON + 24), (110, 114, 120))
    canvas.line([(x, top + 2), (x + 26, top - 4)], (110, 114, 120), 3)
    canvas.box((x + 18, top - 8, x + 36, top - 3), (150, 154, 160), radius=2)
    if night:
        canvas.shine((x + 20, top - 6, x + 34, top + 1), (255, 214, 140), 9)
        canvas.lamp([(x + 20, top), (x + 34, top), (x + 130, 300), (x - 70, 300)], (96, 78, 44), 26)


def label(canvas, left, right):
    """The band that cameras write over their pictures. It has no clock: the event says when, not the drawing."""
    canvas.pen.rectangle([0, 0, canvas.image.width, 44], fill=(14, 16, 20))
    canvas.light.paste((255, 255, 255), (0, 0, canvas.image.width, 45))
    canvas.glow.paste((0, 0, 0), (0, 0, canvas.image.width, 45))
    canvas.text((10, 11), left, 12, (240, 240, 240), anchor="lm")
    canvas.text((WIDTH - 10, 11), right, 12, (170, 200, 255), anchor="rm")
