"""What lies outdoors in the sample pictures: sky, aurora, hills, spruces, birches, snow, a river, a village."""

import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from courses.sample.drawing import HEIGHT, WIDTH, Canvas, mix, smooth


@dataclass(frozen=True)
class Mood:
    """The light of a picture: colors of the sky from top to bottom, of hills from far to near, of the ground."""

    sky: tuple
    hills: tuple
    ground: tuple
    trees: str
    light: str
    dark: bool = False


MOODS = {
    "night": Mood(
        ("#06171a", "#0b2a2c", "#14483f", "#2a7560"),
        ("#14433a", "#103830", "#0c2a22"),
        ("#b9d2cb", "#e2ece6"),
        "#0a241d",
        "#c9f2e1",
        dark=True,
    ),
    "dusk": Mood(
        ("#262a4f", "#5b4b8a", "#b8758f", "#f5b877"),
        ("#6b5788", "#4a4572", "#33345b"),
        ("#b9b0d0", "#e6dde8"),
        "#2a2b4d",
        "#f5c98a",
        dark=True,
    ),
    "dawn": Mood(
        ("#6f9bb5", "#b8cfd6", "#f6dcc3", "#fdecd2"),
        ("#a9bcc2", "#7f9fa3", "#557f7c"),
        ("#e9e4e2", "#fbf7f1"),
        "#2f5f58",
        "#fff3dc",
    ),
    "day": Mood(
        ("#86b6cc", "#bfdbe2", "#e9f1ee"),
        ("#b7cfd0", "#86aea6", "#4d8473"),
        ("#e4eeec", "#fbfcfa"),
        "#1e5c4a",
        "#ffffff",
    ),
    "summer": Mood(
        ("#7fb8c9", "#c4e1de", "#f4f0da"),
        ("#9cc2ab", "#62997b", "#357a5f"),
        ("#5b9670", "#3c7d5c"),
        "#1e5c4a",
        "#fff6d8",
    ),
    "autumn": Mood(
        ("#7ea9bb", "#cfdcd3", "#fbe8c4"),
        ("#c9b48a", "#cf9340", "#b8741f"),
        ("#c58a3a", "#a9702b"),
        "#8a5a1c",
        "#fff0cc",
    ),
}
SNOWY = ("night", "dusk", "dawn", "day")


def wave(rng, base, height):
    """A ridge as a function of x: three waves of chance lengths around `base`, at most about `height` high."""
    parts = [
        (rng.uniform(0.5, 1) * height / part, rng.uniform(0.0015, 0.004) * part, rng.uniform(0, 6.3))
        for part in (1, 2, 3)
    ]
    return lambda x: base + sum(size * math.sin(x * length + shift) for size, length, shift in parts) * 0.6


def ridge(canvas, line, color, opacity=1.0):
    """Fill everything below a ridge."""
    points = [(x, line(x)) for x in range(-10, WIDTH + 20, 10)]
    canvas.polygon([*points, (WIDTH + 10, HEIGHT), (-10, HEIGHT)], color, opacity)


def sky(canvas, rng, mood):
    """Sky with stars or a sun."""
    canvas.fade(mood.sky, area=(0, 0, WIDTH, HEIGHT * 0.8))
    canvas.box(0, HEIGHT * 0.79, WIDTH, HEIGHT, mood.sky[-1])
    if mood is MOODS["night"]:
        stars(canvas, rng, 70)
    else:
        x = rng.uniform(760, 1040)
        y = rng.uniform(110, 190) if not mood.dark else rng.uniform(250, 320)
        canvas.glow(x, y, 330, mood.light, 0.75)
        canvas.circle(x, y, rng.uniform(34, 48), mood.light, 0.95)
    if not mood.dark:
        for _ in range(rng.randint(2, 3)):
            cloud(canvas, rng, rng.uniform(60, 1000), rng.uniform(60, 200))


def stars(canvas, rng, number):
    """Small stars in the upper part."""
    for _ in range(number):
        canvas.circle(
            rng.uniform(0, WIDTH), rng.uniform(0, 330), rng.choice((0.9, 1.2, 1.9)), "#e8f7ef", rng.uniform(0.35, 0.95)
        )


def cloud(canvas, rng, x, y):
    """A long flat cloud."""
    length = rng.uniform(120, 230)
    canvas.box(x, y, x + length, y + 16, "#ffffff", radius=8, opacity=0.5)
    canvas.box(x + length * 0.22, y - 12, x + length * 0.75, y + 6, "#ffffff", radius=9, opacity=0.5)


def aurora(canvas, rng, *, strength=1.0, base=330):
    """Curtains of green and violet light, painted at an eighth of the size and stretched."""
    small = Image.new("RGB", (WIDTH // 8, HEIGHT // 8))
    for number in range(3):
        curtain = Image.new("RGB", small.size)
        line = wave(rng, (base - 25 - number * 55) / 8, 7.5)
        reach, shift = rng.uniform(23, 39), rng.uniform(0, 6)
        upper = rng.choice(("#5b4b8a", "#3f6f9a", "#2a7560"))
        for x in range(small.width):
            power = strength * (0.42 + 0.34 * math.sin(x * 0.07 + shift) + 0.16 * math.sin(x * 0.62 + shift))
            _ray(curtain, x, line(x * 8), reach * (0.7 + 0.3 * math.sin(x * 0.18 + shift)), max(0.03, power), upper)
        small.paste(ImageChops.screen(small, curtain.filter(ImageFilter.GaussianBlur(1.1))))
    canvas.light_up(small)


def _ray(picture, x, foot, reach, power, upper):
    """One column of light: brightest at its foot, fading and changing color upwards."""
    for y in range(max(0, round(foot - reach)), min(picture.height, round(foot + 4))):
        height = min(1.0, (foot - y) / reach)
        fade = (1 - height) ** 1.5 if height >= 0 else 1 + height * reach / 4
        color = mix(mix("#7ff0c0", upper, max(0, min(1, height * 1.25))), "#000000", 1 - min(1, power * max(0, fade)))
        picture.putpixel((x, y), tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)))


def hills(canvas, rng, mood, *, horizon=400, layers=3, spruced=True):
    """Hills one behind the other; the nearest carry a line of spruces. Answers with the nearest ridge."""
    line = None
    for layer in range(layers):
        line = wave(rng, horizon + layer * 34, 46 - layer * 8)
        color = mood.hills[min(layer, len(mood.hills) - 1)]
        if spruced and layer:
            spruces(canvas, rng, line, color, number=60 + 30 * layer, size=26 + 14 * layer)
        ridge(canvas, line, color)
    return line


def spruces(canvas, rng, line, color, *, number=60, size=40, left=0, right=WIDTH):
    """Spruces on a ridge, as flat pointed shapes of two or three skirts."""
    for _ in range(number):
        x = rng.uniform(left, right)
        spruce(canvas, x, line(x) + 8, size * rng.uniform(0.55, 1.15), color)


def spruce(canvas, x, y, size, color, *, snow=None):
    """One spruce whose foot is at (x, y); `snow` lies on its boughs when it is a color."""
    for skirt, (top, wide) in enumerate(((1.0, 0.17), (0.74, 0.24), (0.46, 0.31))):
        tip, foot = y - size * top, y - size * (top - 0.46)
        canvas.polygon([(x, tip), (x + size * wide, foot), (x - size * wide, foot)], color)
        if snow and size > 60:
            canvas.polygon(
                [
                    (x, tip),
                    (x + size * wide * 0.55, tip + size * 0.25),
                    (x, tip + size * 0.19),
                    (x - size * wide * 0.5, tip + size * 0.23),
                ],
                snow,
                0.92 - skirt * 0.1,
            )
    canvas.box(x - size * 0.025, y - size * 0.02, x + size * 0.025, y + size * 0.05, color)


def birch(canvas, rng, x, width, *, top=-10, foot=HEIGHT, shade="#cfd6cd", bark="#f5f3ea", mark="#26332c"):
    """A birch trunk with its black marks; leaning a little."""
    lean = rng.uniform(-0.035, 0.035) * (foot - top)
    sides = [(x + lean, top), (x, foot)]

    def at(share, across):
        center = sides[0][0] + (sides[1][0] - sides[0][0]) * share
        half = width / 2 * (0.72 + 0.28 * share)
        return center + across * half, top + (foot - top) * share

    canvas.polygon([at(0, -1), at(0, 1), at(1, 1), at(1, -1)], bark)
    canvas.polygon([at(0, 0.35), at(0, 1), at(1, 1), at(1, 0.3)], shade)
    canvas.polygon([at(0, 0.72), at(0, 1), at(1, 1), at(1, 0.68)], mix(shade, mark, 0.2))
    share = rng.uniform(0, 0.05)
    while share < 1:
        _bark_mark(canvas, rng, at, share, width, mark)
        share += rng.uniform(0.018, 0.06) * (1 + 12 / width)


def _bark_mark(canvas, rng, at, share, width, mark):
    side = rng.choice((-1, 1))
    length, thick = rng.uniform(0.25, 0.85), rng.uniform(0.03, 0.085) * width
    x1, y = at(share, side)
    x2, _ = at(share, side * (1 - length))
    canvas.polygon(
        [(x1, y - thick), ((x1 + x2) / 2, y - thick * 0.7), (x2, y), ((x1 + x2) / 2, y + thick * 0.6), (x1, y + thick)],
        mark,
        rng.uniform(0.75, 1),
    )
    if width > 34 and rng.random() < 0.16:
        x, y = at(share, rng.uniform(-0.2, 0.3))
        canvas.oval(x, y, width * 0.16, width * 0.1, mark)
        canvas.oval(x, y + width * 0.02, width * 0.08, width * 0.04, mix(mark, "#c9a06a", 0.5))


def snow_ground(canvas, rng, mood, *, top=520):
    """Two drifts of snow in front."""
    ridge(canvas, wave(rng, top, 26), mood.ground[0])
    ridge(canvas, wave(rng, top + 52, 30), mood.ground[1])


def snowfall(canvas, rng, number=90):
    """Falling flakes, near ones larger."""
    for _ in range(number):
        canvas.circle(
            rng.uniform(0, WIDTH),
            rng.uniform(0, HEIGHT),
            rng.choice((1.4, 2, 2.8, 4.2)),
            "#ffffff",
            rng.uniform(0.4, 0.9),
        )


def river(canvas, rng, mood, *, horizon=430):
    """A river that winds towards us and carries the light of the sky."""
    bend = rng.uniform(-120, 120)
    middle = [(640 + bend, horizon), (560 + bend, horizon + 34), (760 + bend / 2, horizon + 88), (520, HEIGHT + 30)]
    widths = (5, 26, 84, 250)
    left = smooth([(x - w, y) for (x, y), w in zip(middle, widths, strict=True)])
    right = smooth([(x + w, y) for (x, y), w in zip(middle, widths, strict=True)])
    canvas.polygon([*left, *reversed(right)], mix(mood.sky[0], mood.sky[1], 0.55))
    inner_left = smooth([(x - w * 0.55, y) for (x, y), w in zip(middle, widths, strict=True)])
    inner_right = smooth([(x + w * 0.45, y) for (x, y), w in zip(middle, widths, strict=True)])
    canvas.polygon([*inner_left, *reversed(inner_right)], mix(mood.sky[1], mood.light, 0.4), 0.9)


def house(canvas, x, y, size, *, wall="#6b4a2f", roof="#eef3f0", lit=True):
    """A log house with snow on its roof; its foot's middle is at (x, y)."""
    wide, high = size * 0.62, size * 0.42
    canvas.box(x + wide * 0.42, y - high * 2.2, x + wide * 0.62, y - high * 1.2, mix(wall, "#000000", 0.25))
    canvas.box(x - wide, y - high, x + wide, y, wall)
    for log in range(1, 5):
        canvas.line(
            [(x - wide, y - high * log / 5), (x + wide, y - high * log / 5)], mix(wall, "#000000", 0.2), size * 0.012
        )
    eaves = wide * 1.18
    canvas.polygon(
        [(x - eaves, y - high * 0.92), (x, y - high * 2.05), (x + eaves, y - high * 0.92)], mix(wall, "#000000", 0.3)
    )
    canvas.polygon(
        [
            (x - eaves, y - high * 0.98),
            (x, y - high * 2.2),
            (x + eaves, y - high * 0.98),
            (x + eaves * 0.94, y - high * 0.84),
            (x, y - high * 1.9),
            (x - eaves * 0.94, y - high * 0.84),
        ],
        roof,
    )
    glass = "#ffd37a" if lit else "#9fc0c8"
    for side in (-0.55, 0.5):
        if lit:
            canvas.glow(x + wide * side, y - high * 0.5, size * 0.5, "#f2b84b", 0.55)
        left = x + wide * side - wide * 0.2
        canvas.box(left, y - high * 0.72, left + wide * 0.4, y - high * 0.26, glass, radius=2)
        canvas.line([(left + wide * 0.2, y - high * 0.72), (left + wide * 0.2, y - high * 0.26)], wall, size * 0.016)


def board_with(rng, mood_name):
    """A new board with sky and light of that mood."""
    canvas, mood = Canvas(), MOODS[mood_name]
    sky(canvas, rng, mood)
    return canvas, mood
