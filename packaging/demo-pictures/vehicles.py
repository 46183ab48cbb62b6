"""Vehicles, seen from a camera that stands at the gate.

Every function draws one and returns the middle of the place where its plate hangs. Vehicles are of no maker.
"""

from canvas import shade

TYRE, CHROME = (26, 26, 28), (196, 200, 204)
GLASS_TOP, GLASS_LOW = (44, 58, 74), (96, 122, 142)


class Frame:
    """Coordinates of a vehicle: x from its middle, y upwards from the ground."""

    def __init__(self, canvas, x, ground, size=1.0):
        self.canvas, self.x, self.ground, self.size = canvas, x, ground, size

    def at(self, x, y):
        return (self.x + x * self.size, self.ground - y * self.size)

    def area(self, left, low, right, high):
        x0, y0 = self.at(left, high)
        x1, y1 = self.at(right, low)
        return (x0, y0, x1, y1)

    def box(self, left, low, right, high, fill, radius=0):
        self.canvas.box(self.area(left, low, right, high), fill, radius * self.size)

    def gradient_box(self, left, low, right, high, top, bottom, radius=0):
        self.canvas.gradient_box(self.area(left, low, right, high), top, bottom, radius * self.size)

    def mirrored(self, points, top, bottom=None, soften=0.0):
        """A shape that is given by its right half, from top to bottom."""
        whole = [self.at(-x, y) for x, y in points] + [self.at(x, y) for x, y in reversed(points)]
        self.canvas.gradient(whole, top, bottom or top, soften * self.size)

    def pair(self, left, low, right, high, fill, radius=0):
        self.box(left, low, right, high, fill, radius)
        self.box(-right, low, -left, high, fill, radius)

    def ground_shadow(self, half, strength=0.62):
        x0, y0, x1, y1 = self.area(-half, -9, half, 16)
        self.canvas.shadow((x0, y0, x1, y1), strength, 6 * self.size)

    def line(self, points, fill, width):
        self.canvas.line([self.at(x, y) for x, y in points], fill, width * self.size)


def lights(frame, places, colour, night, blur=9):
    if not night:
        return
    for x0, y0, x1, y1 in places:
        for area in ((x0, y0, x1, y1), (-x1, y0, -x0, y1)):
            frame.canvas.shine(frame.area(*area), colour, blur * frame.size)


def shine_on_plate(canvas, place, half=64, rise=34):
    """The small lamp above a plate, and the camera's own infra-red light."""
    x, y = place
    area = [(x - half, y - rise), (x + half, y - rise), (x + half, y + rise), (x - half, y + rise)]
    canvas.lamp(area, (190, 188, 184), 9)


def sedan(canvas, x, ground, colour, night=False, lower=None, sign=None, size=1.0):
    f = Frame(canvas, x, ground, size)
    lower = lower or colour
    f.ground_shadow(146)
    f.pair(84, 0, 124, 58, TYRE, 9)
    if sign:
        f.box(-30, 192, 30, 212, (250, 236, 150), 5)
        canvas.text(f.at(0, 202), sign, 15 * size, (40, 40, 36))
    f.mirrored([(0, 196), (74, 194), (92, 182), (118, 118), (118, 100), (0, 100)], shade(colour, 1.18), shade(colour, 0.86), 5)
    f.mirrored([(0, 184), (70, 182), (80, 176), (98, 124), (0, 124)], GLASS_TOP, GLASS_LOW, 4)
    canvas.polygon([f.at(-62, 178), f.at(-34, 178), f.at(-58, 128), f.at(-86, 128)], (128, 152, 168))
    f.pair(28, 124, 58, 147, (34, 40, 48), 9)
    f.pair(118, 112, 138, 128, shade(colour, 0.8), 6)
    f.mirrored([(0, 124), (112, 122), (132, 108), (136, 64), (130, 26), (112, 20), (0, 20)], shade(lower, 1.12), shade(lower, 0.66), 6)
    f.mirrored([(0, 121), (106, 119), (118, 113), (0, 114)], shade(lower, 1.4), shade(lower, 1.15))
    f.line([(-96, 114), (-88, 64), (88, 64), (96, 114)], shade(lower, 0.6), 1.4)
    f.pair(82, 82, 131, 106, (150, 14, 20), 7)
    f.pair(86, 93, 127, 103, (226, 40, 40), 4)
    f.pair(86, 85, 104, 92, (238, 226, 214), 3)
    f.mirrored([(0, 46), (130, 50), (128, 22), (108, 16), (0, 16)], shade(lower, 0.9), shade(lower, 0.52), 4)
    f.pair(92, 34, 120, 40, (170, 20, 24), 2)
    f.box(-60, 17, 60, 26, (34, 34, 36), 4)
    f.pair(64, 15, 86, 22, (120, 122, 126), 3)
    lights(f, [(86, 92, 126, 104)], (255, 36, 24), night)
    place = f.at(0, 82)
    if night:
        shine_on_plate(canvas, place)
    return place


def saloon_front(canvas, x, ground, colour, night=False, size=1.0):
    f = Frame(canvas, x, ground, size)
    f.ground_shadow(148)
    f.pair(88, 0, 126, 58, TYRE, 9)
    f.mirrored([(0, 200), (76, 198), (94, 186), (116, 130), (0, 130)], shade(colour, 1.15), shade(colour, 0.8), 5)
    f.mirrored([(0, 190), (72, 188), (84, 180), (104, 132), (0, 132)], (52, 66, 80), (112, 140, 158), 4)
    for seat in (-40, 40):
        canvas.ellipse(f.area(seat - 13, 146, seat + 13, 176), (46, 44, 46) if seat > 0 else (150, 116, 94))
        f.box(seat - 24, 132, seat + 24, 150, (62, 74, 96) if seat < 0 else (48, 50, 54), 8)
    canvas.polygon([f.at(-70, 186), f.at(-46, 186), f.at(-70, 134), f.at(-98, 134)], (156, 178, 190))
    f.pair(116, 128, 144, 146, shade(colour, 0.85), 7)
    f.mirrored([(0, 136), (108, 133), (130, 112), (138, 66), (130, 24), (110, 16), (0, 16)], shade(colour, 1.25), shade(colour, 0.62), 6)
    f.line([(-84, 134), (-66, 102), (66, 102), (84, 134)], shade(colour, 0.78), 1.6)
    f.mirrored([(0, 100), (62, 100), (54, 72), (0, 72)], (30, 32, 36), (46, 48, 54), 2)
    for y in (78, 85, 92):
        f.line([(-56, y), (56, y)], CHROME, 1.4)
    f.mirrored([(0, 52), (96, 52), (86, 24), (0, 24)], (28, 29, 32), (40, 41, 44), 3)
    for side in (-1, 1):
        canvas.polygon([f.at(side * a, b) for a, b in ((66, 100), (120, 112), (132, 96), (126, 80), (72, 78))], (62, 68, 76))
        canvas.ellipse(f.area(min(side * 78, side * 102), 80, max(side * 78, side * 102), 103), (238, 244, 248))
        canvas.ellipse(f.area(min(side * 104, side * 120), 86, max(side * 104, side * 120), 102), (246, 208, 130))
        canvas.ellipse(f.area(min(side * 100, side * 118), 34, max(side * 100, side * 118), 50), (214, 220, 226))
    lights(f, [(80, 82, 100, 101)], (255, 244, 214), night, 16)
    place = f.at(0, 50)
    if night:
        shine_on_plate(canvas, place)
    return place


def pickup(canvas, x, ground, colour, night=False, size=1.0):
    f = Frame(canvas, x, ground, size)
    f.ground_shadow(150)
    f.pair(84, 0, 130, 72, TYRE, 9)
    f.pair(90, 26, 124, 34, (44, 44, 48), 2)
    f.mirrored([(0, 226), (76, 224), (92, 214), (108, 150), (0, 150)], shade(colour, 1.15), shade(colour, 0.8), 5)
    f.mirrored([(0, 214), (72, 212), (80, 206), (94, 156), (0, 156)], GLASS_TOP, GLASS_LOW, 3)
    canvas.polygon([f.at(-58, 208), f.at(-36, 208), f.at(-52, 158), f.at(-76, 158)], (126, 150, 166))
    f.pair(28, 156, 56, 180, (34, 40, 48), 9)
    f.box(-26, 218, 26, 223, (150, 16, 20), 2)
    f.pair(110, 160, 140, 184, shade(colour, 0.75), 6)
    f.mirrored([(0, 156), (132, 156), (138, 148), (138, 66), (0, 66)], shade(colour, 1.1), shade(colour, 0.68), 3)
    f.box(-139, 150, 139, 158, (38, 40, 44), 3)
    f.gradient_box(-104, 78, 104, 142, shade(colour, 1.02), shade(colour, 0.78), 6)
    f.gradient_box(-98, 90, 98, 128, shade(colour, 0.86), shade(colour, 0.98), 5)
    f.box(-22, 130, 22, 139, (30, 32, 34), 3)
    f.pair(112, 86, 134, 144, (150, 14, 20), 4)
    f.pair(115, 118, 131, 140, (228, 42, 40), 3)
    f.pair(115, 104, 131, 116, (244, 150, 40), 2)
    f.pair(115, 90, 131, 102, (240, 232, 222), 2)
    f.gradient_box(-140, 36, 140, 66, (228, 230, 232), (126, 130, 136), 6)
    f.box(-60, 30, 60, 70, (56, 58, 62), 5)
    f.box(-12, 20, 12, 32, (40, 40, 42), 3)
    lights(f, [(115, 118, 131, 140)], (255, 36, 24), night)
    place = f.at(0, 50)
    if night:
        shine_on_plate(canvas, place)
    return place


def van(canvas, x, ground, colour, night=False, size=1.0):
    f = Frame(canvas, x, ground, size)
    f.ground_shadow(140)
    f.pair(80, 0, 118, 56, TYRE, 9)
    f.mirrored([(0, 262), (96, 260), (112, 248), (126, 150), (128, 30), (116, 22), (0, 22)], shade(colour, 1.12), shade(colour, 0.74), 6)
    f.mirrored([(0, 246), (88, 244), (98, 236), (108, 168), (0, 168)], GLASS_TOP, GLASS_LOW, 4)
    canvas.polygon([f.at(-74, 240), f.at(-44, 240), f.at(-60, 172), f.at(-92, 172)], (128, 152, 168))
    f.line([(20, 168), (-70, 182)], (30, 32, 36), 2.4)
    f.box(-28, 252, 28, 257, (150, 16, 20), 2)
    f.line([(-112, 158), (112, 158)], shade(colour, 0.72), 1.4)
    f.line([(-106, 52), (-108, 156)], shade(colour, 0.66), 1.4)
    f.line([(106, 52), (108, 156)], shade(colour, 0.66), 1.4)
    f.pair(106, 84, 126, 148, (150, 14, 20), 5)
    f.pair(109, 120, 123, 144, (228, 42, 40), 4)
    f.pair(109, 104, 123, 117, (244, 150, 40), 3)
    f.box(-72, 130, 72, 138, CHROME, 4)
    f.mirrored([(0, 50), (128, 50), (128, 24), (112, 18), (0, 18)], shade(colour, 0.88), shade(colour, 0.56), 4)
    lights(f, [(109, 120, 123, 144)], (255, 36, 24), night)
    place = f.at(0, 98)
    if night:
        shine_on_plate(canvas, place)
    return place


def truck(canvas, x, ground, colour, stripe, night=False, size=1.0):
    f = Frame(canvas, x, ground, size)
    f.ground_shadow(168, 0.7)
    for left in (72, 104):
        f.pair(left, 0, left + 29, 64, TYRE, 7)
    f.pair(70, 18, 136, 66, (32, 32, 34), 3)
    f.gradient_box(-150, 84, 150, 296, shade(colour, 1.06), shade(colour, 0.82), 5)
    f.box(-150, 176, 150, 200, stripe)
    f.box(-150, 204, 150, 208, shade(stripe, 0.7))
    f.line([(0, 88), (0, 292)], shade(colour, 0.5), 2.4)
    f.line([(-142, 90), (-142, 290), (142, 290), (142, 90), (-142, 90)], shade(colour, 0.7), 1.6)
    for bar in (-92, -28, 28, 92):
        f.line([(bar, 86), (bar, 294)], (150, 154, 160), 2.6)
        f.box(bar - 7, 132, bar + 7, 138, (90, 92, 96), 2)
    f.pair(138, 110, 150, 122, (80, 82, 86), 2)
    f.pair(138, 250, 150, 262, (80, 82, 86), 2)
    for step in range(10):
        left = -150 + step * 30
        f.box(left, 84, left + 30, 93, (204, 40, 36) if step % 2 else (244, 244, 240))
    f.box(-148, 66, 148, 84, (58, 60, 64), 2)
    f.pair(98, 67, 144, 83, (40, 40, 42), 2)
    f.pair(122, 69, 142, 81, (220, 36, 34), 2)
    f.pair(101, 69, 119, 81, (244, 150, 40), 2)
    f.gradient_box(-140, 24, 140, 38, (190, 192, 194), (110, 112, 116), 2)
    f.pair(60, 38, 66, 68, (70, 72, 76))
    lights(f, [(122, 69, 142, 81)], (255, 36, 24), night)
    place = f.at(0, 53)
    f.box(-60, 38, 60, 70, (44, 46, 50), 3)
    if night:
        shine_on_plate(canvas, place)
    return place


def motorcycle(canvas, x, ground, colour, jacket, helmet, night=False, size=1.0):
    f = Frame(canvas, x, ground, size)
    f.ground_shadow(60, 0.55)
    f.box(-15, 0, 15, 96, TYRE, 13)
    for y in range(6, 92, 8):
        f.line([(-9, y), (0, y + 3), (9, y)], (52, 52, 54), 1)
    f.gradient_box(20, 34, 36, 84, (176, 178, 182), (96, 98, 102), 7)
    canvas.ellipse(f.area(22, 34, 34, 46), (40, 40, 42))
    f.box(-30, 36, -22, 96, (60, 62, 66), 3)
    # Legs and shoes.
    for side in (-1, 1):
        canvas.gradient([f.at(side * a, b) for a, b in ((18, 150), (46, 140), (54, 76), (36, 72))], (50, 60, 86), (38, 46, 66), 3)
        f.box(min(side * 34, side * 60), 58, max(side * 34, side * 60), 74, (54, 46, 42), 6)
    # Mirrors and bars.
    f.line([(-30, 196), (-66, 206), (-74, 232)], (48, 48, 52), 3.4)
    f.line([(30, 196), (66, 206), (74, 232)], (48, 48, 52), 3.4)
    f.pair(62, 228, 92, 246, (52, 54, 58), 7)
    # Rider.
    f.mirrored([(0, 262), (34, 260), (56, 240), (52, 140), (0, 134)], shade(jacket, 1.12), shade(jacket, 0.66), 9)
    for side in (-1, 1):
        canvas.gradient([f.at(side * a, b) for a, b in ((42, 252), (58, 240), (78, 200), (60, 194), (42, 214))], shade(jacket, 1.0), shade(jacket, 0.7), 4)
        canvas.ellipse(f.area(min(side * 60, side * 76), 190, max(side * 60, side * 76), 206), (196, 152, 120))
    f.line([(0, 254), (0, 150)], shade(jacket, 0.7), 1.4)
    canvas.ellipse(f.area(-31, 252, 31, 318), shade(helmet, 0.9))
    canvas.ellipse(f.area(-24, 274, 8, 314), shade(helmet, 1.2))
    f.box(-27, 250, 27, 262, shade(helmet, 0.55), 6)
    f.box(-30, 280, 30, 285, (240, 240, 240))
    # Seat and tail.
    f.mirrored([(0, 158), (28, 154), (34, 138), (0, 134)], (38, 38, 42), (22, 22, 24), 3)
    f.mirrored([(0, 142), (36, 140), (30, 112), (16, 100), (0, 98)], shade(colour, 1.12), shade(colour, 0.66), 4)
    f.box(-22, 118, 22, 134, (150, 14, 20), 6)
    f.box(-17, 123, 17, 131, (232, 46, 42), 4)
    f.pair(28, 112, 46, 124, (244, 150, 40), 5)
    lights(f, [(-15, 120, 15, 132)], (255, 36, 24), night)
    place = f.at(0, 72)
    if night:
        shine_on_plate(canvas, place, 44, 44)
    return place
