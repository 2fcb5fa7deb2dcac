"""Sample pictures of arts, letters and telephones: still lifes at a window on the forest."""

import math

from courses.sample.drawing import mix, smooth, turned
from courses.sample.room import TABLE, cup, jar, room


def phone(rng):
    """A telephone with large icons, glasses, tea."""
    canvas = room(rng)
    tilt = rng.uniform(-9, 9)
    canvas.shadow(600, 622, 150, 16)

    def at(left, top, right, bottom):
        return turned([(left, top), (right, top), (right, bottom), (left, bottom)], tilt, around=(600, 600))

    canvas.polygon(_rounded(470, 150, 730, 622, 44, tilt), "#13241d")
    canvas.polygon(_rounded(486, 170, 714, 602, 26, tilt), rng.choice(("#e3efea", "#eef3f7", "#fbf0da")))
    colors = ["#2a7560", "#1b5a8a", "#c9781a", "#a3212c", "#5b4b8a", "#2fb08a", "#f2b84b", "#74847b", "#17493b"]
    rng.shuffle(colors)
    for number, color in enumerate(colors):
        left, top = 505 + number % 3 * 66, 262 + number // 3 * 76
        canvas.polygon(_rounded(left, top, left + 52, top + 52, 14, tilt), color)
        mark = turned([(left + 26, top + 26)], tilt, around=(600, 600))[0]
        canvas.circle(*mark, 11, "#ffffff", 0.9)
    canvas.polygon(at(506, 196, 640, 212), "#3d5148")
    canvas.polygon(at(506, 222, 590, 234), "#74847b")
    canvas.polygon(_rounded(505, 520, 695, 572, 26, tilt), "#1e5c4a")
    canvas.polygon(at(560, 542, 640, 550), "#ffffff")
    cup(canvas, rng, 950, 610, 150, rng.choice(("#f4efe4", "#e3efea", "#a3212c")))
    for x in (230, 346):
        canvas.arc(x, 600, 44, 0, 360, "#3d2a1c", 7)
        canvas.circle(x, 600, 40, "#ffffff", 0.28)
    canvas.arc(288, 596, 16, 190, 350, "#3d2a1c", 6)
    canvas.curve([(186, 596), (150, 566), (120, 556)], "#3d2a1c", 6)
    canvas.curve([(390, 596), (420, 566), (440, 560)], "#3d2a1c", 6)
    return canvas


def _rounded(left, top, right, bottom, radius, angle):
    points = []
    for x, y, start in (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    ):
        for step in range(7):
            t = math.radians(start + step * 15)
            points.append((x + radius * math.cos(t), y + radius * math.sin(t)))
    return turned(points, angle, around=(600, 600))


def brush(rng):
    """Ink on paper, a brush, an ink stone and a seal."""
    canvas = room(rng)
    canvas.shadow(520, 560, 380, 60, strength=0.25)
    canvas.polygon([(250, 410), (830, 410), (950, 640), (130, 640)], "#a3512e", 0.9)
    canvas.polygon([(280, 416), (800, 416), (908, 632), (172, 632)], "#fbf8ef")
    ink = "#1d2622"
    if rng.random() < 0.5:
        _bamboo(canvas, rng, ink)
    else:
        _mountains(canvas, rng, ink)
    canvas.box(770, 588, 812, 616, "#a3212c", radius=4)
    canvas.box(779, 595, 803, 609, "#fbe9e8", radius=2, opacity=0.85)
    canvas.shadow(1030, 622, 110, 12)
    canvas.box(930, 560, 1130, 622, "#2b3a36", radius=14)
    canvas.oval(1030, 562, 98, 24, "#3d5148")
    canvas.oval(1030, 562, 74, 16, "#0f1714")
    canvas.line([(1075, 270), (1004, 520)], "#a8743f", 15)
    canvas.line([(1071, 285), (1003, 520)], "#c9955a", 5)
    canvas.polygon(smooth([(994, 508), (984, 542), (990, 574), (1008, 546), (1016, 514)]), "#e9e2d2")
    canvas.polygon(smooth([(984, 542), (990, 574), (1007, 548)]), ink)
    return canvas


def _bamboo(canvas, rng, ink):
    for x in (430, 520):
        for part in range(3):
            canvas.line([(x + part * 8, 610 - part * 62), (x + part * 8 + 6, 554 - part * 62)], ink, 10 - part * 1.5)
    for _ in range(24):
        x, y = rng.uniform(420, 660), rng.uniform(440, 560)
        blade = [(x, y), (x + 34, y - 7), (x + 74, y + 4), (x + 34, y + 6)]
        canvas.polygon(
            smooth(turned(blade, rng.uniform(10, 60), around=(x, y)), closed=True), ink, rng.uniform(0.45, 0.95)
        )


def _mountains(canvas, rng, ink):
    for layer, (base, opacity) in enumerate(((520, 0.22), (555, 0.4), (592, 0.75))):
        points = [(230 - layer * 15, base + 14)]
        points += [(290 + step * 85, base - rng.uniform(15, 84) + layer * 12) for step in range(6)]
        canvas.polygon(smooth([*points, (800 + layer * 30, base + 14)]), ink, opacity)
    canvas.circle(690, 458, 20, "#a3212c", 0.9)


def papercut(rng):
    """Red paper cuts on the panes, scissors on the table."""
    canvas = room(rng, wide=True)
    red = rng.choice(("#a3212c", "#b8262f"))
    for x, y, size in ((425, 290, 112), (775, 290, 112)):
        _rosette(canvas, rng, x, y, size, red)
    canvas.shadow(600, 610, 170, 18)
    for shift, color in ((0, "#7d1820"), (-14, "#a3212c"), (-26, "#c2303c")):
        canvas.polygon(
            turned(
                [(430, 560 + shift), (760, 560 + shift), (790, 626 + shift), (400, 626 + shift)],
                shift / 8,
                around=(600, 600),
            ),
            color,
        )
    for angle, sign in ((28, 1), (58, -1)):
        blade = [(880, 590), (1040, 583), (1046, 590), (880, 600)]
        canvas.polygon(turned(blade, -angle, around=(930, 594)), "#a5b2ab")
        handle = turned([(850, 595)], -angle, around=(930, 594))[0]
        canvas.arc(handle[0] - 8, handle[1] + sign * 4, 30, 0, 360, "#1e5c4a", 11)
    canvas.circle(930, 594, 6, "#3d5148")
    for _ in range(16):
        x, y = rng.uniform(170, 400), rng.uniform(560, 650)
        canvas.polygon(turned([(x, y - 7), (x + 9, y + 4), (x - 8, y + 5)], rng.uniform(0, 180), around=(x, y)), red)
    return canvas


def _rosette(canvas, rng, x, y, size, color):
    petals = rng.choice((6, 8))
    pane = "#e9efe9"
    canvas.circle(x, y, size * 0.8, color)
    for number in range(petals):
        angle = number * 360 / petals

        def at(points, angle=angle):
            return turned([(x + px * size, y - py * size) for px, py in points], angle, around=(x, y))

        canvas.blob(at([(-0.3, 0.72), (-0.2, 0.98), (0, 1.12), (0.2, 0.98), (0.3, 0.72), (0, 0.55)]), color)
        canvas.blob(at([(0, 0.98), (0.1, 0.84), (0, 0.68), (-0.1, 0.84)]), pane)
        canvas.blob(at([(0, 0.58), (0.07, 0.42), (0, 0.26), (-0.07, 0.42)]), pane)
    for number in range(petals):
        angle = (number + 0.5) * 360 / petals
        for reach, wide in ((0.64, 0.08), (0.42, 0.05)):
            spot = turned([(x, y - reach * size)], angle, around=(x, y))[0]
            canvas.circle(*spot, wide * size, pane)
    canvas.circle(x, y, size * 0.17, pane)
    canvas.circle(x, y, size * 0.1, color)


def choir(rng):
    """Staff lines that swing through the room, with notes."""
    canvas = room(rng, wide=True)
    lit = rng.choice(("#f2b84b", "#2fb08a", "#c9781a"))

    def line(x, number):
        return 330 + 70 * math.sin(x / 210 + 0.6) + number * 30 + 16 * math.sin(x / 90)

    canvas.polygon(
        [(x, line(x, -1.1)) for x in range(-10, 1220, 10)] + [(x, line(x, 5.1)) for x in range(1210, -20, -10)],
        "#fbf8ef",
        0.93,
    )
    for number in range(5):
        canvas.line([(x, line(x, number)) for x in range(-10, 1220, 10)], "#5a6b63", 3)
    _clef(canvas, 130, line(130, 2))
    for place in range(7):
        x = 260 + place * 132 + rng.uniform(-18, 18)
        _note(canvas, x, line(x, rng.choice((1, 1.5, 2, 2.5, 3))), "#13241d" if place % 3 else lit, rng.random() < 0.45)
    canvas.shadow(600, 632, 240, 12)
    canvas.polygon([(380, 560), (600, 584), (600, 636), (360, 612)], "#fbf8ef")
    canvas.polygon([(820, 560), (600, 584), (600, 636), (840, 612)], "#efe6d6")
    for row in range(4):
        canvas.line([(392 - row * 5, 574 + row * 12), (584, 596 + row * 10)], "#b7a98c", 2.5)
        canvas.line([(808 + row * 5, 574 + row * 12), (616, 596 + row * 10)], "#b7a98c", 2.5)
    return canvas


def _clef(canvas, x, y):
    canvas.curve(
        [
            (x + 4, y + 96),
            (x - 22, y + 100),
            (x - 16, y + 78),
            (x + 6, y + 84),
            (x + 2, y),
            (x - 8, y - 84),
            (x + 14, y - 112),
            (x + 24, y - 76),
            (x - 18, y - 22),
            (x - 30, y + 26),
            (x + 4, y + 50),
            (x + 32, y + 22),
            (x + 6, y - 6),
            (x - 10, y + 20),
            (x + 4, y + 32),
        ],
        "#13241d",
        8,
    )


def _note(canvas, x, y, color, paired):
    for shift in (0, 56) if paired else (0,):
        canvas.polygon(
            smooth(
                turned(
                    [(x + shift - 19, y), (x + shift, y - 13), (x + shift + 19, y), (x + shift, y + 13)],
                    -20,
                    around=(x + shift, y),
                ),
                closed=True,
            ),
            color,
        )
        canvas.line([(x + shift + 16, y - 4), (x + shift + 16, y - 92)], color, 5.5)
    if paired:
        canvas.line([(x + 16, y - 90), (x + 72, y - 90)], color, 13)
    else:
        canvas.curve([(x + 16, y - 90), (x + 40, y - 66), (x + 38, y - 40)], color, 6)


def livestream(rng):
    """A telephone in a ring light before jars from the forest."""
    canvas = room(rng)
    canvas.glow(840, 290, 330, "#fff3dc", 0.85)
    for end in (740, 840, 940):
        canvas.line([(840, 480), (end, 640)], "#3d5148", 9)
    canvas.line([(840, 420), (840, 500)], "#3d5148", 12)
    canvas.arc(840, 270, 178, 0, 360, "#e3e8e4", 40)
    canvas.arc(840, 270, 170, 0, 360, "#ffffff", 24)
    canvas.box(762, 148, 918, 404, "#13241d", radius=22)
    canvas.box(772, 162, 908, 390, rng.choice(("#2a7560", "#5b4b8a", "#1b5a8a")), radius=12)
    canvas.circle(840, 248, 36, "#f0c9a8")
    canvas.blob(
        [(800, 250), (808, 208), (840, 196), (872, 208), (880, 250), (866, 226), (840, 220), (814, 226)], "#3a2a26"
    )
    canvas.blob([(784, 376), (792, 312), (840, 292), (888, 312), (896, 376), (840, 386)], "#f2b84b")
    for x, y, size in ((888, 330, 9), (896, 300, 7), (884, 276, 5)):
        canvas.circle(x, y, size, "#fbe9e8", 0.9)
    jars = [("#3a2f63", "#a3212c"), ("#c98a2d", "#1e5c4a"), ("#8a2f3a", "#c9781a"), ("#5a4a2f", "#1b5a8a")]
    rng.shuffle(jars)
    for place, (filling, cloth) in enumerate(jars[:3]):
        jar(canvas, 250 + place * 150, 606 + (place % 2) * 22, 118, 150 + rng.uniform(-12, 26), filling, cloth=cloth)
    canvas.shadow(1040, 628, 110, 10)
    canvas.box(950, 540, 1130, 628, "#b98a58", radius=4)
    canvas.box(950, 540, 1130, 560, "#d0a470", radius=4)
    canvas.box(1026, 540, 1054, 628, "#e8d3a8")
    return canvas


def books(rng):
    """A stack of books, one open, beside the window."""
    canvas = room(rng)
    canvas.shadow(830, 622, 230, 16)
    colors = ["#a3212c", "#1e5c4a", "#1b5a8a", "#c9781a", "#5b4b8a", "#2a7560"]
    rng.shuffle(colors)
    top = 620
    for color in colors[:5]:
        high, left, right = rng.uniform(40, 60), 640 + rng.uniform(-30, 40), 1010 + rng.uniform(-40, 40)
        canvas.box(left, top - high, right, top, color, radius=6)
        canvas.box(left + 26, top - high + 8, right + 3, top - 8, "#f4efe4", radius=3)
        canvas.box(left, top - high, left + 30, top, color, radius=6)
        canvas.box(left + 6, top - high + 6, left + 11, top - 6, "#ffffff", opacity=0.35)
        top -= high
    canvas.circle(800, top - 34, 36, rng.choice(("#a3212c", "#c9781a")))
    canvas.curve([(800, top - 64), (806, top - 82), (818, top - 90)], "#6b4a2f", 5)
    canvas.polygon(smooth([(806, top - 74), (828, top - 92), (852, top - 78), (828, top - 70)], closed=True), "#3f8a62")
    canvas.shadow(370, 620, 250, 14)
    for sign, shade in ((-1, "#fbf8ef"), (1, "#efe6d6")):
        page = [(370, 560), (370 + 70 * sign, 534), (370 + 160 * sign, 536), (370 + 240 * sign, 556)]
        foot = [(370 + 258 * sign, 626), (370 + 170 * sign, 604), (370 + 76 * sign, 602), (370, 628)]
        canvas.polygon([*smooth(page), *smooth(foot)], shade)
        for row in range(4):
            y = 556 + row * 13
            canvas.curve([(370 + 34 * sign, y + 3), (370 + 120 * sign, y - 6), (370 + 214 * sign, y + 6)], "#b7a98c", 3)
    return canvas


def yarn(rng):
    """Balls of wool and knitting needles."""
    canvas = room(rng)
    colors = ["#a3212c", "#2a7560", "#1b5a8a", "#f2b84b", "#5b4b8a", "#c9781a", "#e8d3c0"]
    rng.shuffle(colors)
    for start, end in (((470, 330), (690, 560)), ((760, 320), (560, 560))):
        canvas.line([start, end], "#d9b878", 11)
        canvas.circle(*start, 15, "#a3512e")
    for (x, y, size), color in zip(
        ((390, 520, 104), (810, 522, 100), (600, 530, 122), (1010, 570, 68)), colors, strict=False
    ):
        canvas.shadow(x + 5, y + size * 0.94, size * 0.82, 12)
        canvas.circle(x, y, size, color)
        for step in range(-4, 5):
            angle = rng.choice((20, 70, -35))
            ring = [
                (x - size * 0.86 * math.cos(step / 6), y + step * size * 0.16),
                (x, y + step * size * 0.16 - size * 0.1),
                (x + size * 0.86 * math.cos(step / 6), y + step * size * 0.16),
            ]
            canvas.curve(turned(ring, angle, around=(x, y)), mix(color, "#ffffff" if step % 2 else "#13241d", 0.22), 4)
    canvas.curve([(1060, 620), (1000, 650), (880, 640), (740, 656), (620, 646)], colors[3], 6)
    return canvas


def laptop(rng):
    """A laptop with a table and a chart, a notebook, tea."""
    canvas = room(rng)
    canvas.shadow(560, 628, 330, 14)
    canvas.box(330, 250, 800, 570, "#2b3a36", radius=18)
    canvas.box(346, 266, 784, 552, "#fbfcfa", radius=6)
    canvas.box(346, 266, 784, 304, "#1e5c4a", radius=6)
    for row in range(5):
        canvas.box(370, 326 + row * 42, 540, 346 + row * 42, ("#e4ece8", "#cfe0d9")[row % 2], radius=4)
    for bar in range(5):
        high = rng.uniform(50, 180)
        canvas.box(
            570 + bar * 40,
            530 - high,
            596 + bar * 40,
            530,
            ("#2a7560", "#c9781a", "#1b5a8a", "#f2b84b", "#5b4b8a")[bar],
            radius=4,
        )
    canvas.polygon([(300, 570), (830, 570), (890, 630), (240, 630)], "#8d9c94")
    canvas.polygon([(345, 578), (786, 578), (812, 606), (318, 606)], "#5a6b63")
    canvas.box(490, 610, 640, 624, "#a5b2ab", radius=4)
    cup(canvas, rng, 1010, 610, 140, rng.choice(("#f2b84b", "#e3efea", "#a3212c")))
    canvas.polygon([(90, 590), (220, 590), (196, 652), (46, 652)], "#f4efe4")
    canvas.line([(210, 580), (150, 640)], "#a3212c", 9)
    return canvas


def bark_painting(rng):
    """A framed picture of bark, with scraps of birch bark."""
    canvas = room(rng)
    canvas.shadow(600, 606, 300, 16)
    canvas.box(330, 190, 870, 604, "#6b4a2f", radius=8)
    canvas.box(346, 206, 854, 588, "#85603f", radius=4)
    canvas.box(372, 232, 828, 562, "#f0e4cc")
    for _ in range(70):
        x, y = rng.uniform(376, 790), rng.uniform(238, 556)
        canvas.line([(x, y), (x + rng.uniform(10, 38), y)], "#b99a6e", 1.6, opacity=0.55)
    canvas.circle(rng.uniform(660, 740), 310, 36, "#d9a05a")
    for base, color in ((470, "#c99a64"), (505, "#a87445"), (540, "#7d5330")):
        points = (
            [(372, base)] + [(372 + step * 76, base - rng.uniform(10, 76)) for step in range(1, 6)] + [(828, base - 20)]
        )
        canvas.polygon([*smooth(points), (828, 562), (372, 562)], color)
    for x in (430, 490, 560):
        canvas.line([(x, 556), (x + rng.uniform(-8, 8), rng.uniform(290, 350))], "#fbf6ea", 12)
        for _ in range(6):
            y = rng.uniform(350, 545)
            canvas.line([(x - 5, y), (x + 1, y)], "#3a2a1c", 3)
    for x, y, angle in ((200, 610, -14), (1000, 600, 10), (1080, 640, -22)):
        canvas.shadow(x, y + 18, 82, 8)
        canvas.polygon(
            turned([(x - 90, y - 28), (x + 90, y - 28), (x + 84, y + 24), (x - 84, y + 24)], angle, around=(x, y)),
            "#f5f0e2",
        )
        for _ in range(8):
            start = (x + rng.uniform(-76, 40), y + rng.uniform(-20, 16))
            canvas.line(turned([start, (start[0] + rng.uniform(14, 36), start[1])], angle, around=(x, y)), "#3a2a1c", 3)
        curl = turned([(x + 78, y - 28), (x + 100, y - 28), (x + 96, y + 24), (x + 76, y + 24)], angle, around=(x, y))
        canvas.polygon(curl, "#c99a64")
    return canvas


def instrument(rng):
    """A two-stringed fiddle that leans by the window, bow beside it."""
    canvas = room(rng, wide=True)
    canvas.shadow(600, 626, 150, 14)
    lean = rng.uniform(-8, 8)

    def at(points):
        return turned(points, lean, around=(600, 600))

    wood = rng.choice(("#8a4f2e", "#6b3a22", "#a3603a"))
    canvas.line(at([(600, 120), (600, 520)]), mix(wood, "#13241d", 0.25), 15)
    canvas.polygon(
        smooth(at([(592, 130), (586, 96), (606, 72), (634, 78), (622, 92), (608, 104), (608, 132)])),
        mix(wood, "#13241d", 0.3),
    )
    for y in (170, 226):
        canvas.line(at([(600, y), (668, y - 8)]), wood, 13)
    hexagon = [(600 + 78 * math.cos(math.radians(a)), 548 + 78 * math.sin(math.radians(a))) for a in range(30, 390, 60)]
    canvas.polygon(at(hexagon), wood)
    inner = [(600 + 58 * math.cos(math.radians(a)), 548 + 58 * math.sin(math.radians(a))) for a in range(30, 390, 60)]
    canvas.polygon(at(inner), "#d9c7a3")
    for _ in range(12):
        spot = at([(600 + rng.uniform(-34, 34), 548 + rng.uniform(-36, 36))])[0]
        canvas.oval(*spot, 8, 4, "#8a7a5a", 0.8)
    for x in (596, 604):
        canvas.line(at([(x, 168), (x, 548)]), "#f4efe4", 2.4)
    canvas.curve(at([(690, 200), (740, 380), (700, 610)]), mix(wood, "#ffffff", 0.15), 8)
    canvas.line(at([(690, 200), (700, 610)]), "#f4efe4", 3)
    canvas.box(250, TABLE + 52, 440, TABLE + 122, "#fbf8ef", radius=4)
    for row in range(4):
        canvas.line([(268, TABLE + 68 + row * 12), (420, TABLE + 68 + row * 12)], "#b7a98c", 2.5)
    return canvas
