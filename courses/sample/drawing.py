"""A small drawing board for the sample pictures: flat shapes, soft light, smooth edges.

Everything is drawn at twice the size and made smaller at the end, which smooths the edges. Coordinates are those of the
finished picture (1200 by 675), colors are "#rrggbb" with an optional opacity from 0 to 1.
"""

import math

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 675
_SCALE = 2


def mix(first, second, share):
    """The color that lies `share` (0 to 1) of the way from the first to the second."""
    pairs = zip(ImageColor.getrgb(first)[:3], ImageColor.getrgb(second)[:3], strict=True)
    return "#{:02x}{:02x}{:02x}".format(*(round(a + (b - a) * share) for a, b in pairs))


def smooth(points, *, closed=False, steps=12):
    """A soft curve through the points (Catmull-Rom), as many short straight lines."""
    if closed:
        points = [points[-1], *points, points[0], points[1]]
    else:
        points = [points[0], *points, points[-1]]
    curve = []
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(tuple(_spline(before[i], start[i], end[i], after[i], t) for i in (0, 1)))
    return curve if closed else [*curve, points[-1]]


def _spline(before, start, end, after, t):
    bend = 2 * before - 5 * start + 4 * end - after
    twist = 3 * start - before - 3 * end + after
    return start + t * ((end - before) + t * (bend + t * twist)) / 2


def turned(points, angle, *, around=(0, 0), move=(0, 0)):
    """The points turned by `angle` degrees (clockwise on the screen), then moved."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    turned_points = []
    for x, y in points:
        dx, dy = x - around[0], y - around[1]
        turned_points.append(
            (around[0] + dx * cosine - dy * sine + move[0], around[1] + dx * sine + dy * cosine + move[1])
        )
    return turned_points


class Canvas:
    """The board. Shapes are painted over one another in the order of the calls."""

    def __init__(self):
        self.image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE))
        self._pen = ImageDraw.Draw(self.image, "RGBA")

    def _color(self, color, opacity):
        return (*ImageColor.getrgb(color)[:3], round(255 * opacity))

    def polygon(self, points, color, opacity=1.0):
        """A filled shape with straight edges; use `smooth` for round ones."""
        self._pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=self._color(color, opacity))

    def blob(self, points, color, opacity=1.0):
        """A filled shape with soft edges through the points."""
        self.polygon(smooth(points, closed=True), color, opacity)

    def circle(self, x, y, radius, color, opacity=1.0):
        """A filled circle."""
        self.oval(x, y, radius, radius, color, opacity)

    def oval(self, x, y, across, down, color, opacity=1.0):
        """A filled ellipse with half its width and half its height."""
        box = [(x - across) * _SCALE, (y - down) * _SCALE, (x + across) * _SCALE, (y + down) * _SCALE]
        self._pen.ellipse(box, fill=self._color(color, opacity))

    def box(self, left, top, right, bottom, color, *, radius=0, opacity=1.0):
        """A filled rectangle, its corners rounded by `radius`."""
        edges = [left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE]
        self._pen.rounded_rectangle(edges, radius * _SCALE, fill=self._color(color, opacity))

    def line(self, points, color, width, *, opacity=1.0):
        """A line with round ends. A see-through one should not cross itself."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        thickness = max(1, round(width * _SCALE))
        self._pen.line(scaled, fill=self._color(color, opacity), width=thickness, joint="curve")
        if opacity == 1 and width > 2:
            for x, y in (points[0], points[-1]):
                self.circle(x, y, width / 2, color)

    def curve(self, points, color, width, *, opacity=1.0):
        """A soft line through the points."""
        self.line(smooth(points), color, width, opacity=opacity)

    def arc(self, x, y, radius, start, end, color, width):
        """Part of a circle's line; degrees clockwise from three o'clock."""
        box = [(x - radius) * _SCALE, (y - radius) * _SCALE, (x + radius) * _SCALE, (y + radius) * _SCALE]
        self._pen.arc(box, start, end, fill=color, width=round(width * _SCALE))

    def fade(self, colors, *, area=(0, 0, WIDTH, HEIGHT)):
        """Fill an area from top to bottom with colors that run into one another."""
        left, top, right, bottom = (round(edge * _SCALE) for edge in area)
        strip = Image.new("RGB", (1, len(colors)))
        strip.putdata([ImageColor.getrgb(color)[:3] for color in colors])
        height = bottom - top
        # Half a color on either side would stay flat: stretch over the edges, then cut them off.
        rim = round(height / (2 * (len(colors) - 1)))
        tall = strip.resize((1, height + 2 * rim), Image.Resampling.BILINEAR).crop((0, rim, 1, rim + height))
        self.image.paste(tall.resize((right - left, height)), (left, top))

    def glow(self, x, y, radius, color, strength=0.6):
        """Soft round light that fades outwards."""
        size = round(radius * 2 * _SCALE)
        light = ImageChops.invert(Image.radial_gradient("L")).resize((size, size), Image.Resampling.BILINEAR)
        light = light.point(lambda value: round(max(0, value - 75) / 180 * 255 * strength))
        self.image.paste(ImageColor.getrgb(color)[:3], self._corner(x - radius, y - radius), light)

    def shadow(self, x, y, across, down, *, strength=0.35, color="#13241d"):
        """The soft shadow under a thing that stands on something."""
        margin = 24
        size = (round(2 * (across + margin)), round(2 * (down + margin)))
        dark = Image.new("L", size)
        box = [margin, margin, size[0] - margin, size[1] - margin]
        ImageDraw.Draw(dark).ellipse(box, fill=round(255 * strength))
        dark = dark.filter(ImageFilter.GaussianBlur(margin / 2.6))
        dark = dark.resize((size[0] * _SCALE, size[1] * _SCALE), Image.Resampling.BILINEAR)
        corner = self._corner(x - across - margin, y - down - margin)
        self.image.paste(ImageColor.getrgb(color)[:3], corner, dark)

    def _corner(self, x, y):
        return round(x * _SCALE), round(y * _SCALE)

    def light_up(self, small):
        """Add the light of a small picture (any size), stretched over the whole board."""
        light = small.resize(self.image.size, Image.Resampling.BICUBIC)
        self.image.paste(ImageChops.screen(self.image, light))

    def picture(self, picture, left, top, right, bottom):
        """Put a finished picture into a box, as the view through a window."""
        size = (round((right - left) * _SCALE), round((bottom - top) * _SCALE))
        self.image.paste(picture.resize(size, Image.Resampling.BICUBIC), self._corner(left, top))

    def finished(self, *, mirrored=False):
        """The picture in its real size, turned left to right on wish."""
        picture = self.image.reduce(_SCALE)
        return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture
