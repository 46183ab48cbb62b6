"""A picture under work: drawn in day's colours at twice its size, then lit, then made small."""

import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 640, 360
SCALE = 2


def shade(colour, factor):
    """A darker (factor < 1) or lighter (factor > 1) colour."""
    if factor <= 1:
        return tuple(round(c * factor) for c in colour)
    return tuple(round(c + (255 - c) * (factor - 1)) for c in colour)


class Canvas:
    """All coordinates are pixels of the finished picture; the origin is at the top left."""

    def __init__(self, font_path):
        self.font_path = font_path
        size = (WIDTH * SCALE, HEIGHT * SCALE)
        self.image = Image.new("RGB", size)
        self.light = Image.new("RGB", size, (255, 255, 255))
        self.glow = Image.new("RGB", size)
        self.pen = ImageDraw.Draw(self.image)

    @staticmethod
    def _scaled(points):
        return [tuple(v * SCALE for v in point) for point in points]

    # Shapes

    def polygon(self, points, fill):
        self.pen.polygon(self._scaled(points), fill=fill)

    def line(self, points, fill, width=1.0):
        self.pen.line(self._scaled(points), fill=fill, width=max(1, round(width * SCALE)), joint="curve")

    def ellipse(self, box, fill):
        self.pen.ellipse([v * SCALE for v in box], fill=fill)

    def box(self, box, fill, radius=0.0, outline=None, width=1.0):
        self.pen.rounded_rectangle(
            [v * SCALE for v in box], radius * SCALE, fill=fill, outline=outline,
            width=max(1, round(width * SCALE)))

    def gradient(self, points, top, bottom, soften=0.0):
        """Fills a polygon with a colour that changes from its top to its bottom; `soften` rounds its corners."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(self._scaled(points), fill=255)
        if soften:
            blurred = mask.filter(ImageFilter.GaussianBlur(soften * SCALE))
            mask = blurred.point(lambda v: max(0, min(255, (v - 112) * 8)))
        ys = [y for _, y in points]
        self._paste_gradient(mask, min(ys), max(ys), top, bottom)

    def gradient_box(self, box, top, bottom, radius=0.0):
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).rounded_rectangle([v * SCALE for v in box], radius * SCALE, fill=255)
        self._paste_gradient(mask, box[1], box[3], top, bottom)

    def _paste_gradient(self, mask, y0, y1, top, bottom):
        y0, y1 = round(y0 * SCALE), max(round(y1 * SCALE), round(y0 * SCALE) + 1)
        column = Image.new("RGB", (1, self.image.height))
        for y in range(self.image.height):
            t = min(1.0, max(0.0, (y - y0) / (y1 - y0)))
            column.putpixel((0, y), tuple(round(a + (b - a) * t) for a, b in zip(top, bottom)))
        self.image.paste(column.resize(self.image.size), (0, 0), mask)

    def shadow(self, box, strength, blur):
        """Darkens an ellipse with soft edges."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).ellipse([v * SCALE for v in box], fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        self.image.paste((0, 0, 0), (0, 0), mask)

    # Text

    def font(self, height):
        return ImageFont.truetype(self.font_path, max(6, round(height * SCALE)))

    def text(self, centre, text, height, fill, widest=None, anchor="mm", embolden=0):
        """Writes one line; it becomes narrower, not smaller, when it is wider than `widest`.

        The line is drawn apart and set by its ink, for Thai vowels stand above and below the line of the letters.
        """
        font = self.font(height)
        left, top, right, bottom = font.getbbox(text, stroke_width=embolden)
        ink = Image.new("L", (right - left + 2, bottom - top + 2))
        ImageDraw.Draw(ink).text((1 - left, 1 - top), text, font=font, fill=255, stroke_width=embolden)
        if widest and ink.width > widest * SCALE:
            ink = ink.resize((round(widest * SCALE), ink.height), Image.LANCZOS)
        x = centre[0] * SCALE - (ink.width / 2 if anchor[0] == "m" else 0)
        if anchor[0] == "r":
            x = centre[0] * SCALE - ink.width
        y = centre[1] * SCALE - ink.height / 2
        self.image.paste(fill, (round(x), round(y)), ink)

    # Light

    def ambient(self, colour):
        self.light.paste(colour, (0, 0, *self.light.size))

    def lamp(self, points, colour, blur):
        """Lights up what lies in a polygon; the ambient light is where no lamp reaches."""
        layer = Image.new("RGB", self.light.size)
        ImageDraw.Draw(layer).polygon(self._scaled(points), fill=colour)
        self.light = ImageChops.screen(self.light, layer.filter(ImageFilter.GaussianBlur(blur * SCALE)))

    def shine(self, box, colour, blur, core=True):
        """A lamp that the camera looks into."""
        layer = Image.new("RGB", self.glow.size)
        ImageDraw.Draw(layer).ellipse([v * SCALE for v in box], fill=colour)
        self.glow = ImageChops.screen(self.glow, layer.filter(ImageFilter.GaussianBlur(blur * SCALE)))
        if core:
            self.glow = ImageChops.screen(self.glow, layer.filter(ImageFilter.GaussianBlur(1.5 * SCALE)))

    def rain(self, seed, count=420):
        chance = random.Random(seed)
        layer = Image.new("RGB", self.glow.size)
        pen = ImageDraw.Draw(layer)
        for _ in range(count):
            x, y, length = chance.uniform(0, WIDTH + 30), chance.uniform(-10, HEIGHT), chance.uniform(7, 16)
            grey = chance.randint(30, 62)
            pen.line(self._scaled([(x, y), (x - length * 0.22, y + length)]), fill=(grey, grey, grey + 6), width=2)
        self.glow = ImageChops.screen(self.glow, layer.filter(ImageFilter.GaussianBlur(0.8)))

    def finish(self, seed, grain):
        """The finished picture: lit, small, with the dark corners and the grain of a camera."""
        image = ImageChops.multiply(self.image, self.light)
        image = ImageChops.screen(image, self.glow)
        image = image.resize((WIDTH, HEIGHT), Image.BOX)
        corners = Image.new("L", (WIDTH, HEIGHT), 176)
        ImageDraw.Draw(corners).ellipse((-90, -70, WIDTH + 90, HEIGHT + 70), fill=255)
        corners = corners.filter(ImageFilter.GaussianBlur(70))
        image = ImageChops.multiply(image, Image.merge("RGB", (corners,) * 3))
        noise = Image.frombytes("L", (WIDTH, HEIGHT), random.Random(seed).randbytes(WIDTH * HEIGHT))
        noise = noise.filter(ImageFilter.GaussianBlur(0.9))
        noise = Image.merge("RGB", (noise,) * 3)
        return Image.blend(image, noise, grain)
