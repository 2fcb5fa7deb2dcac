"""Sample pictures of the outdoors. Each function takes a source of chance and answers with a finished board."""

from courses.sample import landscape as land
from courses.sample.drawing import HEIGHT, WIDTH, mix, smooth, turned


def aurora(rng):
    """Northern lights over hills, birches at the side."""
    canvas, mood = land.board_with(rng, "night")
    land.aurora(canvas, rng, strength=1.25)
    land.hills(canvas, rng, mood, horizon=440)
    land.snow_ground(canvas, rng, mood, top=552)
    for x, width in ((rng.uniform(40, 90), 46), (rng.uniform(150, 200), 26), (rng.uniform(1010, 1060), 32), (1150, 54)):
        land.birch(canvas, rng, x, width, foot=rng.uniform(610, 675), bark="#dfe6df", shade="#a9bab2", mark="#12231d")
    return canvas


def birches(rng):
    """A birch wood in chance light."""
    canvas, mood = land.board_with(rng, rng.choice(("dawn", "day", "autumn", "summer")))
    land.hills(canvas, rng, mood, horizon=420, layers=2)
    land.snow_ground(canvas, rng, mood, top=535)
    for _ in range(9):
        far = rng.uniform(12, 20)
        shade = mix("#cfd6cd", mood.hills[0], 0.4)
        land.birch(
            canvas,
            rng,
            rng.uniform(0, WIDTH),
            far,
            foot=560,
            bark=mix("#f5f3ea", mood.hills[0], 0.35),
            shade=shade,
            mark=mix("#26332c", mood.hills[0], 0.45),
        )
    x = rng.uniform(30, 90)
    while x < WIDTH:
        land.birch(canvas, rng, x, rng.uniform(30, 66), foot=rng.uniform(600, 690))
        x += rng.uniform(120, 260)
    if mood is land.MOODS["autumn"]:
        _leaves(canvas, rng, ("#f2b84b", "#e0952b", "#c9781a"))
    return canvas


def _leaves(canvas, rng, colors):
    for _ in range(46):
        x, y = rng.uniform(0, WIDTH), rng.uniform(20, HEIGHT - 10)
        leaf = [(x, y - 9), (x + 5, y), (x, y + 9), (x - 5, y)]
        canvas.blob(turned(leaf, rng.uniform(0, 180), around=(x, y)), rng.choice(colors), 0.95)


def skiing(rng):
    """A slope with tracks, spruces and a skier who goes down it."""
    canvas, mood = land.board_with(rng, rng.choice(("day", "dawn")))
    land.hills(canvas, rng, mood, horizon=300)

    def slope(x):
        return 300 + x * 0.2 + 14 * ((x / 300) % 2 - 1) ** 2

    land.spruces(canvas, rng, slope, mood.hills[2], number=26, size=110, left=0, right=340)
    land.ridge(canvas, slope, mood.ground[1])
    for shift in (0, 15):
        canvas.curve(
            [(250, 372 + shift), (470, 420 + shift), (560, 490 + shift), (820, 560 + shift), (900, 690 + shift)],
            mood.ground[0],
            6,
        )
    for x, y, size in ((70, 560, 230), (1120, 660, 280), (1010, 560, 130), (215, 600, 130)):
        canvas.shadow(x, y, size * 0.34, 9, strength=0.2)
        land.spruce(canvas, x + rng.uniform(-15, 15), y, size, mood.trees, snow="#ffffff")
    skier(canvas, rng.uniform(580, 660), rng.uniform(455, 480), 1.55, rng.choice(("#a3212c", "#c9781a", "#1b5a8a")))
    land.snowfall(canvas, rng, 40)
    return canvas


def skier(canvas, x, y, size, jacket):
    """A person on skis who goes down to the right; (x, y) is between the feet."""

    def at(points):
        return turned([(x + px * size, y + py * size) for px, py in points], 13, around=(x, y))

    dark = "#13241d"
    canvas.shadow(x, y + 18 * size, 66 * size, 5 * size, strength=0.2)
    for shift in (0, 7):
        canvas.curve(
            at([(-64, 1 + shift), (40, 1 + shift), (66, -8 + shift)]), ("#f2b84b", "#c9781a")[shift > 0], 4 * size
        )
    canvas.line(at([(-4, 0), (12, -26), (-6, -48)]), "#26443a", 13 * size)
    canvas.line(at([(8, 4), (22, -22), (0, -46)]), "#17332a", 13 * size)
    canvas.blob(at([(-14, -42), (8, -42), (26, -84), (10, -96), (-8, -78)]), jacket)
    canvas.line(at([(16, -82), (36, -62), (52, -66)]), mix(jacket, dark, 0.25), 9 * size)
    canvas.line(at([(52, -66), (-30, -14)]), dark, 2.4 * size)
    canvas.line(at([(10, -84), (24, -58), (40, -58)]), jacket, 10 * size)
    canvas.line(at([(40, -58), (-48, -18)]), dark, 2.4 * size)
    head = at([(26, -106)])[0]
    canvas.circle(*head, 12.5 * size, "#f0c9a8")
    canvas.polygon(
        smooth(at([(13, -104), (15, -120), (30, -122), (40, -110), (26, -112)])), mix(jacket, "#ffffff", 0.15)
    )
    canvas.line(at([(16, -94), (2, -92), (-14, -99)]), "#f2b84b", 6 * size)


def river(rng):
    """A river between wooded hills, seen from above."""
    canvas, mood = land.board_with(rng, rng.choice(("summer", "autumn", "dusk")))
    land.hills(canvas, rng, mood, horizon=370)
    land.ridge(canvas, land.wave(rng, 470, 12), mood.ground[0])
    land.river(canvas, rng, mood, horizon=462)
    for left, right, foot in ((-20, 330, 590), (900, 1220, 600)):
        land.spruces(canvas, rng, lambda x, y=foot: y, mood.trees, number=12, size=150, left=left, right=right)
    for x in (rng.uniform(40, 120), rng.uniform(1060, 1160)):
        land.birch(canvas, rng, x, rng.uniform(34, 48), foot=690)
    return canvas


def village(rng):
    """Log houses with light in their windows, smoke, deep snow."""
    name = rng.choice(("night", "dusk"))
    canvas, mood = land.board_with(rng, name)
    if name == "night":
        land.aurora(canvas, rng, strength=0.85, base=280)
    land.hills(canvas, rng, mood, horizon=370)
    land.ridge(canvas, land.wave(rng, 478, 12), mood.ground[0])
    for x, y, size in ((rng.uniform(180, 260), 520, 120), (rng.uniform(480, 560), 512, 104), (980, 530, 140)):
        _smoke(canvas, rng, x + size * 0.32, y - size * 0.95)
        land.house(canvas, x, y, size)
    land.ridge(canvas, land.wave(rng, 560, 16), mood.ground[1])
    x = rng.uniform(680, 770)
    _smoke(canvas, rng, x + 66, 408)
    land.house(canvas, x, 604, 205)
    canvas.polygon(
        [*smooth([(x - 60, 604), (x - 190, 640), (x - 200, 690)]), (x + 30, 690), (x + 40, 604)], mood.ground[0], 0.7
    )
    for place, size in ((60, 250), (390, 170), (1130, 270)):
        land.spruce(canvas, place + rng.uniform(-25, 25), 650, size, mood.trees, snow="#eef3f0")
    land.snowfall(canvas, rng, 60)
    return canvas


def _smoke(canvas, rng, x, y):
    drift = rng.uniform(10, 30)
    for step in range(9):
        canvas.circle(x + drift * step * 0.5 + rng.uniform(-4, 4), y - step * 13, 7 + step * 2.1, "#ffffff", 0.1)


def ice_lanterns(rng):
    """Ice lanterns that glow along a path at night."""
    canvas, mood = land.board_with(rng, "night")
    land.aurora(canvas, rng, strength=0.7, base=250)
    land.hills(canvas, rng, mood, horizon=380)
    land.snow_ground(canvas, rng, mood, top=470)
    for x, y, size, color in (
        (160, 520, 54, "#8fe3c2"),
        (330, 505, 44, "#f2b84b"),
        (470, 500, 38, "#ff9f7a"),
        (860, 508, 46, "#8fc7ff"),
        (1040, 530, 60, "#f2b84b"),
        (640, 610, 104, rng.choice(("#f2b84b", "#ff9f7a"))),
        (330, 632, 78, "#8fc7ff"),
        (960, 640, 84, "#8fe3c2"),
    ):
        _ice_lantern(canvas, x + rng.uniform(-16, 16), y, size * rng.uniform(0.92, 1.08), color)
    land.snowfall(canvas, rng, 50)
    return canvas


def _ice_lantern(canvas, x, y, size, color):
    canvas.glow(x, y - size * 0.6, size * 2.6, color, 0.55)
    canvas.oval(x, y, size * 0.95, size * 0.16, color, 0.35)
    sides = [
        (x - size * 0.6, y),
        (x - size * 0.48, y - size * 1.35),
        (x + size * 0.48, y - size * 1.35),
        (x + size * 0.6, y),
    ]
    canvas.polygon(sides, mix(color, "#ffffff", 0.55), 0.92)
    canvas.oval(x, y, size * 0.6, size * 0.13, mix(color, "#ffffff", 0.55))
    canvas.oval(x, y - size * 1.35, size * 0.48, size * 0.11, mix(color, "#ffffff", 0.85))
    canvas.glow(x, y - size * 0.5, size * 0.75, "#fff6da", 0.95)
    flame = [
        (x, y - size * 0.95),
        (x + size * 0.13, y - size * 0.55),
        (x, y - size * 0.38),
        (x - size * 0.13, y - size * 0.55),
    ]
    canvas.blob(flame, "#fffdf2")
    canvas.line(
        [(x - size * 0.36, y - size * 1.15), (x - size * 0.44, y - size * 0.2)], "#ffffff", size * 0.05, opacity=0.75
    )


def fans(rng):
    """Dancers' fans and ribbons over a square in the evening light."""
    canvas, mood = land.board_with(rng, rng.choice(("dawn", "dusk", "day")))
    land.hills(canvas, rng, mood, horizon=430)
    land.snow_ground(canvas, rng, mood, top=560)
    for number in range(3):
        shift, color = number * 46, ("#a3212c", "#c9781a", "#f2b84b")[number]
        points = [
            (-20, 470 + shift),
            (230, 380 - shift),
            (520, 520 + shift / 2),
            (800, 330 - shift),
            (1220, 430 + shift),
        ]
        canvas.curve([(x, y + rng.uniform(-30, 30)) for x, y in points], color, 15 - number * 3)
    for x, y, size, angle, color in (
        (330, 400, 190, rng.uniform(-26, -8), "#a3212c"),
        (860, 380, 190, rng.uniform(8, 26), "#a3212c"),
        (600, 455, 240, rng.uniform(-6, 6), "#c2303c"),
    ):
        _fan(canvas, x, y + size * 0.45, size, angle, color)
    return canvas


def _fan(canvas, x, y, size, angle, color):
    def at(degrees, reach):
        return turned([(x, y - size * reach)], angle + degrees, around=(x, y))[0]

    canvas.shadow(x, y - size * 0.3, size * 0.7, size * 0.45, strength=0.14)
    for rib in range(-70, 70, 10):
        shade = mix(color, "#ffffff", 0.13) if (rib // 10) % 2 else color
        canvas.polygon([at(rib, 0.34), at(rib, 1), at(rib + 5, 1.03), at(rib + 10, 1), at(rib + 10, 0.34)], shade)
        canvas.line([at(rib, 0), at(rib, 0.96)], "#6b2a1c", 2.5)
    rim = [at(rib, 0.97) for rib in range(-70, 71, 5)]
    canvas.curve(rim, "#f2b84b", size * 0.035)
    for rib in range(-55, 60, 22):
        canvas.circle(*at(rib, 0.7), size * 0.05, "#f7dfa0", 0.9)
    canvas.line([at(70, 0), at(70, 1)], "#6b2a1c", 5)
    canvas.line([at(-70, 0), at(-70, 1)], "#6b2a1c", 5)
    canvas.circle(x, y, size * 0.04, "#f2b84b")


def harvest(rng):
    """A hillside wood in autumn, with a path that leads into it."""
    canvas, mood = land.board_with(rng, "autumn")
    land.hills(canvas, rng, mood, horizon=350)
    line = land.wave(rng, 500, 18)
    land.spruces(canvas, rng, line, mood.trees, number=24, size=150, left=-20, right=480)
    land.spruces(canvas, rng, line, "#c9781a", number=24, size=170, left=720, right=1220)
    land.ridge(canvas, line, mood.ground[0])
    path = [(600, 498), (640, 498), (690, 560), (640, 610), (820, 690), (420, 690), (520, 600), (610, 556)]
    canvas.polygon(smooth(path, closed=True), "#f3dcae")
    for x, width in ((80, 52), (250, 30), (980, 34), (1130, 60)):
        land.birch(canvas, rng, x + rng.uniform(-30, 30), width, foot=rng.uniform(620, 690))
    _leaves(canvas, rng, ("#f2b84b", "#e8a23a", "#f7d58a"))
    return canvas
