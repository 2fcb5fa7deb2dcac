"""The room of the indoor pictures: a wall, a window on the forest, a table, and what stands on many tables."""

import math

from courses.sample import landscape as land
from courses.sample.drawing import HEIGHT, WIDTH, Canvas, mix, smooth, turned

# Wall, table, frame of the window; the last says whether a lamp is lit.
_ROOMS = (
    ("#efe6d6", "#b98a58", "#fbf8f1", False),
    ("#dfe9e4", "#a87b4e", "#fbfcfa", False),
    ("#f2dcc0", "#9c6b43", "#fdf5e8", False),
    ("#24503f", "#8a5f3c", "#d9c7a3", True),
    ("#3a3f66", "#7d5840", "#d8cdb8", True),
    ("#d7e3ea", "#b08659", "#ffffff", False),
)
TABLE = 505


def room(rng, *, wide=False):
    """A board with wall, window and table. `wide`: the window takes most of the wall."""
    wall, wood, frame, lit = rng.choice(_ROOMS)
    canvas = Canvas()
    canvas.fade([mix(wall, "#ffffff", 0.1), wall, mix(wall, "#13241d", 0.12)])
    left = 250 if wide else rng.choice((90, 130))
    right = 950 if wide else left + 520
    _window(canvas, rng, left, 48, right, 420, frame, "night" if lit else rng.choice(("day", "dawn", "dusk")))
    if lit:
        _lamp(canvas, 1085 if wide else right + 250, 150)
    _table(canvas, rng, wood)
    return canvas


def _window(canvas, rng, left, top, right, bottom, frame, mood_name):
    view, mood = land.board_with(rng, mood_name)
    if mood_name == "night":
        land.aurora(view, rng, strength=1.1)
    land.hills(view, rng, mood, horizon=400)
    land.snow_ground(view, rng, mood, top=560)
    for x in (rng.uniform(150, 350), rng.uniform(480, 620), rng.uniform(780, 1050)):
        land.birch(view, rng, x, rng.uniform(44, 76))
    dark = mix(frame, "#13241d", 0.28)
    canvas.box(left - 26, top - 26, right + 26, bottom + 22, dark, radius=6, opacity=0.35)
    canvas.box(left - 24, top - 24, right + 24, bottom + 18, frame, radius=5)
    canvas.picture(view.finished(mirrored=rng.random() < 0.5), left, top, right, bottom)
    middle = (left + right) / 2
    canvas.box(middle - 8, top, middle + 8, bottom, frame)
    canvas.box(left, top + 112, right, top + 124, frame)
    canvas.box(left, top, right, top + 5, dark, opacity=0.35)
    canvas.box(left - 46, bottom + 12, right + 46, bottom + 36, frame, radius=4)
    canvas.box(left - 46, bottom + 32, right + 46, bottom + 40, dark, radius=3, opacity=0.5)
    for corner, sign in ((left, 1), (right, -1)):  # frost in the lower corners
        points = [
            (corner, bottom),
            (corner + 120 * sign, bottom),
            (corner + 60 * sign, bottom - 26),
            (corner, bottom - 92),
        ]
        canvas.polygon(smooth(points), "#ffffff", 0.55)


def _lamp(canvas, x, y):
    canvas.glow(x, y + 40, 420, "#f2b84b", 0.5)
    canvas.line([(x, 0), (x, y - 40)], "#13241d", 4)
    canvas.polygon([(x - 26, y - 44), (x + 26, y - 44), (x + 88, y + 24), (x - 88, y + 24)], "#c9781a")
    canvas.polygon([(x - 6, y - 44), (x + 26, y - 44), (x + 88, y + 24), (x + 20, y + 24)], "#a85f1c", 0.6)
    canvas.oval(x, y + 24, 88, 13, "#ffe3a6")


def _table(canvas, rng, wood):
    canvas.fade([mix(wood, "#ffffff", 0.14), wood, mix(wood, "#13241d", 0.22)], area=(0, TABLE, WIDTH, HEIGHT))
    canvas.box(0, TABLE, WIDTH, TABLE + 5, mix(wood, "#ffffff", 0.32))
    for _ in range(9):
        y, x = rng.uniform(TABLE + 18, HEIGHT - 6), rng.uniform(-100, 900)
        canvas.curve(
            [(x, y), (x + 160, y + rng.uniform(-5, 5)), (x + rng.uniform(260, 480), y)],
            mix(wood, "#13241d", 0.35),
            2.2,
            opacity=0.45,
        )


def steam(canvas, rng, x, y, *, height=120):
    """Three soft threads of steam that rise from (x, y)."""
    for shift in (-24, 0, 24):
        points = [
            (x + shift + math.sin(step * 1.3 + shift) * 10 + rng.uniform(-3, 3), y - height * step / 5)
            for step in range(6)
        ]
        canvas.curve(points, "#ffffff", 6, opacity=0.4)


def cup(canvas, rng, x, y, size, color):
    """A cup of tea that stands at (x, y)."""
    canvas.shadow(x + 6, y, size * 0.6, size * 0.12)
    canvas.arc(x + size * 0.52, y - size * 0.42, size * 0.27, -90, 90, color, size * 0.11)
    canvas.polygon(
        smooth([(x - size * 0.5, y - size * 0.85), (x - size * 0.46, y - size * 0.2), (x - size * 0.3, y)])
        + smooth([(x + size * 0.3, y), (x + size * 0.46, y - size * 0.2), (x + size * 0.5, y - size * 0.85)]),
        color,
    )
    canvas.oval(x, y - size * 0.85, size * 0.5, size * 0.1, mix(color, "#ffffff", 0.45))
    canvas.oval(x, y - size * 0.84, size * 0.43, size * 0.075, "#8a4b1d")
    canvas.curve(
        [(x - size * 0.4, y - size * 0.7), (x - size * 0.38, y - size * 0.4), (x - size * 0.3, y - size * 0.18)],
        "#ffffff",
        size * 0.05,
        opacity=0.4,
    )
    steam(canvas, rng, x, y - size * 0.95, height=size * 0.8)


def jar(canvas, x, y, width, height, filling, *, cloth="#a3212c", label=True):
    """A preserving jar with a cloth over its lid."""
    canvas.shadow(x + 5, y, width * 0.6, 10)
    half = width / 2
    canvas.box(x - half, y - height, x + half, y, mix(filling, "#ffffff", 0.55), radius=width * 0.16)
    canvas.box(x - half + 6, y - height * 0.84, x + half - 6, y - 6, filling, radius=width * 0.13)
    if label:
        canvas.box(x - half * 0.62, y - height * 0.58, x + half * 0.62, y - height * 0.22, "#fbf6ea", radius=4)
        for line in (0.48, 0.4, 0.32):
            canvas.line([(x - half * 0.4, y - height * line), (x + half * 0.4, y - height * line)], "#b7a98c", 3)
    canvas.box(x - half + 9, y - height * 0.9, x - half + 17, y - height * 0.15, "#ffffff", radius=4, opacity=0.5)
    top = y - height
    canvas.blob(
        [
            (x - half * 0.86, top - 16),
            (x, top - 24),
            (x + half * 0.86, top - 16),
            (x + half * 1.12, top + 16),
            (x + half * 0.5, top + 9),
            (x, top + 17),
            (x - half * 0.5, top + 9),
            (x - half * 1.12, top + 16),
        ],
        cloth,
    )
    canvas.line([(x - half * 0.92, top - 2), (x + half * 0.92, top - 2)], mix(cloth, "#13241d", 0.35), 4)


def leaf(canvas, x, y, length, angle, color):
    """A leaf with its middle vein, its stalk at (x, y)."""
    shape = [(x, y), (x + length * 0.3, y - length * 0.22), (x + length, y), (x + length * 0.3, y + length * 0.22)]
    canvas.polygon(smooth(turned(shape, angle, around=(x, y)), closed=True), color)
    canvas.line(turned([(x, y), (x + length * 0.85, y)], angle, around=(x, y)), mix(color, "#ffffff", 0.3), 1.6)


def berry(canvas, x, y, size):
    """A blueberry with its bloom and crown."""
    canvas.circle(x, y, size, "#33406f")
    canvas.circle(x - size * 0.12, y - size * 0.14, size * 0.82, "#465790")
    canvas.circle(x - size * 0.3, y - size * 0.34, size * 0.34, "#7f8fc0", 0.75)
    canvas.circle(x + size * 0.22, y + size * 0.16, size * 0.24, "#232c52")
