"""Sample pictures of kitchen and health: still lifes at a window on the forest."""

import math

from courses.sample.drawing import mix, smooth, turned
from courses.sample.room import TABLE, berry, cup, jar, leaf, room, steam


def blueberries(rng):
    """A bowl of blueberries, jam in jars."""
    canvas = room(rng)
    jar(canvas, 860, 592, 120, 170, "#3a2f63", cloth=rng.choice(("#a3212c", "#1e5c4a", "#c9781a")))
    jar(canvas, 1000, 610, 130, 150, "#4a2f5f", cloth=rng.choice(("#1b5a8a", "#c9781a")))
    canvas.shadow(520, 612, 230, 22)
    for _ in range(70):
        angle, reach = rng.uniform(0, 6.28), rng.random() ** 0.6
        berry(
            canvas,
            520 + math.cos(angle) * reach * 190,
            470 + math.sin(angle) * reach * 42 - (1 - reach) * 44,
            rng.uniform(19, 26),
        )
    for angle in (-150, -120, -60, -28):
        leaf(
            canvas,
            520 + angle * 0.5 + 60,
            420,
            rng.uniform(52, 76),
            angle + rng.uniform(-10, 10),
            rng.choice(("#2a7560", "#3f8a62")),
        )
    bowl = rng.choice(("#f4efe4", "#d8e6e0", "#c7d6e2"))
    edge = [(310, 462), (400, 494), (520, 504), (640, 494), (730, 462)]
    canvas.polygon(
        [*smooth(edge), *smooth([(730, 462), (690, 560), (600, 612), (440, 612), (350, 560), (310, 462)])], bowl
    )
    canvas.polygon(
        [*smooth(edge[2:]), *smooth([(730, 462), (690, 560), (600, 612), (520, 612), (600, 570), (610, 504)])],
        mix(bowl, "#13241d", 0.12),
        0.8,
    )
    canvas.curve([(x, y + 16) for x, y in edge], "#1b5a8a", 6)
    for x, y in ((250, 628), (288, 640), (760, 632), (724, 646), (205, 645)):
        canvas.shadow(x + 3, y + 20, 20, 4)
        berry(canvas, x, y, 22)
    return canvas


def bread(rng):
    """Loaves from the oven, a rolling pin, flour."""
    canvas = room(rng)
    crust = rng.choice(("#c98a3d", "#b9752e", "#d09a4e"))
    canvas.shadow(560, 618, 330, 20)
    canvas.box(230, 588, 890, 622, "#8a5f3c", radius=12)
    canvas.box(230, 588, 890, 600, "#a87a50", radius=8)
    steam(canvas, rng, 470, 390, height=140)
    for x, y, wide, high in ((620, 590, 200, 150), (400, 592, 190, 170)):
        loaf = [
            (x - wide, y - 8),
            (x - wide * 0.86, y - high * 0.66),
            (x - wide * 0.3, y - high),
            (x + wide * 0.4, y - high),
            (x + wide * 0.88, y - high * 0.62),
            (x + wide, y - 8),
            (x, y),
        ]
        canvas.blob(loaf, mix(crust, "#5a2f12", 0.25))
        canvas.blob([(px, py - 10 if py < y - 20 else py - 14) for px, py in loaf], crust)
        for cut in (-0.5, -0.12, 0.26):
            start = x + wide * cut
            canvas.blob(
                [
                    (start, y - high * 0.9),
                    (start + 36, y - high * 0.72),
                    (start + 60, y - high * 0.36),
                    (start + 22, y - high * 0.62),
                ],
                "#f3d9a4",
            )
    canvas.shadow(950, 632, 190, 10)
    pin = [(800, 600), (1100, 640)]
    canvas.line(pin, "#e2bd8a", 40)
    canvas.line([(800, 592), (1100, 632)], "#f0d4a8", 12)
    for start, end in (((742, 592), (800, 600)), ((1100, 640), (1158, 648))):
        canvas.line([start, end], "#a3212c", 18)
    for _ in range(40):
        canvas.circle(rng.gauss(240, 90), rng.uniform(630, 664), rng.uniform(1.5, 4), "#ffffff", 0.8)
    return canvas


def dumplings(rng):
    """Dumplings on a tray, a steaming pot behind."""
    canvas = room(rng)
    canvas.shadow(880, 566, 190, 18)
    canvas.box(720, 400, 1040, 566, "#5a6b63", radius=22)
    canvas.box(720, 400, 1040, 440, "#74847b", radius=14)
    for x in (696, 1064):
        canvas.arc(x, 460, 24, 0, 360, "#3d5148", 11)
    canvas.box(700, 384, 1060, 410, "#8d9c94", radius=12)
    canvas.circle(880, 372, 18, "#3d5148")
    steam(canvas, rng, 810, 360, height=190)
    steam(canvas, rng, 960, 360, height=150)
    canvas.shadow(430, 636, 330, 16)
    canvas.oval(430, 600, 340, 64, "#a87a50")
    canvas.oval(430, 592, 326, 56, "#d9b98a")
    for row, (y, number) in enumerate(((562, 5), (590, 6), (620, 5))):
        for place in range(number):
            _dumpling(canvas, 430 + (place - (number - 1) / 2) * 98 + rng.uniform(-5, 5), y, 42 + row * 4)
    return canvas


def _dumpling(canvas, x, y, size):
    canvas.oval(x + 3, y + size * 0.28, size * 1.02, size * 0.3, "#8a5f3c", 0.4)
    outline = [
        (x - size, y + size * 0.2),
        (x - size * 0.6, y - size * 0.38),
        (x, y - size * 0.58),
        (x + size * 0.6, y - size * 0.38),
        (x + size, y + size * 0.2),
        (x, y + size * 0.4),
    ]
    canvas.blob(outline, "#f6ecd8")
    canvas.blob(
        [(x - size, y + size * 0.2), (x, y + size * 0.08), (x + size, y + size * 0.2), (x, y + size * 0.42)], "#e3d2b2"
    )
    for fold in (-0.5, -0.25, 0, 0.25, 0.5):
        canvas.line(
            [(x + size * fold, y - size * (0.5 - abs(fold) * 0.35)), (x + size * fold * 0.7, y - size * 0.16)],
            "#d8c49f",
            2.4,
        )


def herbs(rng):
    """Dried herbs that hang at the window, a mortar."""
    canvas = room(rng, wide=True)
    canvas.line([(0, 34), (1200, 34)], "#6b4a2f", 13)
    for x in (190, 350, 520, 700, 880, 1030):
        _bundle(canvas, rng, x + rng.uniform(-24, 24), rng.uniform(0.8, 1.15))
    canvas.shadow(600, 622, 150, 18)
    canvas.line([(640, 500), (740, 380)], "#8d9c94", 26)
    canvas.circle(742, 378, 20, "#a5b2ab")
    canvas.oval(600, 494, 140, 32, "#4d5c55")
    canvas.polygon(smooth([(460, 494), (480, 570), (540, 622), (660, 622), (720, 570), (740, 494)]), "#74847b")
    canvas.polygon(smooth([(610, 520), (640, 622), (700, 590), (735, 510)]), "#5f6f67")
    canvas.curve([(460, 494), (530, 518), (600, 524), (670, 518), (740, 494)], "#96a59d", 9)
    for x in (250, 330, 900, 985):
        for shift in range(4):
            canvas.oval(
                x + shift * 15 + rng.uniform(-6, 6),
                612 + rng.uniform(-10, 16),
                30,
                11,
                rng.choice(("#e8cf9a", "#d9b878", "#f0dfb4")),
            )
    leaf(canvas, 850, 640, 70, -20, "#3f8a62")
    leaf(canvas, 850, 640, 66, 24, "#2a7560")
    return canvas


def _bundle(canvas, rng, x, size):
    color, flower = rng.choice(
        (("#5b8a5e", "#e8c65a"), ("#7a8a5a", "#b58bb8"), ("#4d7a68", "#f0efe6"), ("#8a8a4e", "#d98a5a"))
    )
    canvas.line([(x, 34), (x, 34 + 40 * size)], "#c9a06a", 3)
    for _ in range(15):
        lean = rng.uniform(-58, 58) * size
        end = (x + lean, (34 + rng.uniform(150, 215)) if size > 1 else 34 + rng.uniform(120, 175))
        canvas.curve([(x, 60), (x + lean * 0.3, 110), end], mix(color, "#13241d", rng.uniform(0, 0.3)), 4)
        for share in (0.5, 0.75):
            spot = (x + lean * share, 60 + (end[1] - 60) * share)
            leaf(canvas, *spot, 24 * size, rng.uniform(20, 160), mix(color, "#ffffff", rng.uniform(0, 0.25)))
        canvas.circle(*end, rng.uniform(6, 10) * size, flower)
    canvas.box(x - 13 * size, 72, x + 13 * size, 88, "#a3212c", radius=5)


def mushrooms(rng):
    """A basket of mushrooms, black fungus on a log."""
    canvas = room(rng)
    canvas.shadow(870, 628, 250, 16)
    canvas.box(660, 548, 1090, 626, "#6b4a2f", radius=38)
    canvas.box(680, 556, 1050, 572, "#85603f", radius=8)
    canvas.oval(1072, 587, 28, 39, "#c9a06a")
    canvas.arc(1072, 587, 20, 0, 360, "#a87a50", 4)
    for _ in range(17):
        x, y, size = rng.uniform(690, 1030), rng.uniform(540, 606), rng.uniform(20, 36)
        ear = [
            (x - size, y),
            (x - size * 0.5, y - size * 0.9),
            (x + size * 0.4, y - size * 0.8),
            (x + size, y - size * 0.1),
            (x, y + size * 0.4),
        ]
        canvas.blob(ear, mix("#3a2a26", "#6b4a3f", rng.random()))
        canvas.curve(
            [(x - size * 0.6, y - size * 0.1), (x, y - size * 0.5), (x + size * 0.6, y - size * 0.15)], "#8a6658", 3
        )
    canvas.shadow(370, 630, 240, 16)
    for x, y, size in ((250, 480, 62), (480, 478, 66), (360, 452, 84), (300, 510, 54), (430, 512, 58)):
        _mushroom(canvas, x + rng.uniform(-10, 10), y, size, rng.choice(("#b5713a", "#c98a4e", "#a85f3a", "#8a4f2e")))
    canvas.polygon(smooth([(170, 512), (200, 590), (240, 630), (500, 630), (540, 590), (570, 512)]), "#b98a58")
    for row in range(5):
        y = 520 + row * 24
        for place in range(11):
            x = 186 + place * 36 + (row % 2) * 18
            canvas.oval(x + 6, y + 6, 16, 8, "#d9b27c" if (place + row) % 2 else "#8f6238")
    canvas.box(162, 500, 578, 522, "#c99a64", radius=11)
    return canvas


def _mushroom(canvas, x, y, size, cap):
    canvas.box(x - size * 0.24, y - size * 0.1, x + size * 0.24, y + size * 0.9, "#f0e4cc", radius=size * 0.16)
    canvas.box(x + size * 0.04, y - size * 0.1, x + size * 0.24, y + size * 0.9, "#ddcba6", radius=size * 0.1)
    canvas.polygon(
        smooth(
            [
                (x - size, y),
                (x - size * 0.82, y - size * 0.55),
                (x, y - size * 0.92),
                (x + size * 0.82, y - size * 0.55),
                (x + size, y),
            ]
        )
        + smooth([(x + size, y), (x, y + size * 0.2), (x - size, y)]),
        cap,
    )
    canvas.blob(
        [
            (x - size * 0.6, y - size * 0.45),
            (x - size * 0.2, y - size * 0.75),
            (x, y - size * 0.62),
            (x - size * 0.4, y - size * 0.36),
        ],
        mix(cap, "#ffffff", 0.35),
        0.8,
    )


def care(rng):
    """Tea, a folded blanket, a heart: looking after one another."""
    canvas = room(rng)
    canvas.shadow(800, 612, 250, 18)
    blanket = rng.choice(("#2a7560", "#1b5a8a", "#5b4b8a"))
    for step, shade in enumerate((0.2, 0.1, 0)):
        top = 560 - step * 44
        canvas.box(590 + step * 8, top, 1020 - step * 8, top + 50, mix(blanket, "#13241d", shade), radius=22)
        canvas.box(590 + step * 8, top + 32, 1020 - step * 8, top + 39, mix(blanket, "#ffffff", 0.5), radius=3)
    _heart(canvas, 805, 430, 78, rng.choice(("#a3212c", "#c2303c")))
    cup(canvas, rng, 370, 614, 170, rng.choice(("#f4efe4", "#e3efea", "#f2b84b")))
    _heart(canvas, 362, 540, 30, "#a3212c")
    return canvas


def _heart(canvas, x, y, size, color):
    points = []
    for step in range(60):
        t = step / 60 * 2 * math.pi
        points.append(
            (
                x + size * math.sin(t) ** 3,
                y - size / 16 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
            )
        )
    canvas.polygon(points, color)
    canvas.oval(x - size * 0.42, y - size * 0.42, size * 0.2, size * 0.13, "#ffffff", 0.4)


def first_aid(rng):
    """A first-aid case with bandages."""
    canvas = room(rng)
    canvas.shadow(520, 616, 290, 18)
    green = rng.choice(("#1e5c4a", "#2a7560", "#1b6b3a"))
    canvas.arc(520, 344, 74, 180, 360, "#13241d", 22)
    canvas.box(250, 340, 790, 614, green, radius=30)
    canvas.box(250, 340, 790, 400, mix(green, "#ffffff", 0.14), radius=30)
    canvas.box(250, 440, 790, 452, mix(green, "#13241d", 0.35))
    canvas.circle(520, 480, 88, "#fbfcfa")
    canvas.box(500, 422, 540, 538, green, radius=5)
    canvas.box(462, 460, 578, 500, green, radius=5)
    for x, y, size in ((900, 590, 62), (1020, 606, 54)):
        canvas.shadow(x + 4, y + size * 0.5, size, 9)
        canvas.box(x - size, y - size * 0.62, x + size, y + size * 0.52, "#f4efe4", radius=12)
        canvas.oval(x - size * 0.72, y - 4, size * 0.3, size * 0.56, "#e0d6c2")
        canvas.oval(x - size * 0.72, y - 4, size * 0.13, size * 0.26, "#b7a98c")
        for stripe in (-0.2, 0.2, 0.6):
            canvas.line([(x + size * stripe, y - size * 0.56), (x + size * stripe, y + size * 0.46)], "#e0d6c2", 3)
    canvas.line(turned([(880, 640), (1010, 640)], -4, around=(940, 640)), "#f0c9a8", 30)
    canvas.box(925, 630, 965, 650, "#fbe9d8", radius=4)
    return canvas


def seedlings(rng):
    """Green plants in pots at the window."""
    canvas = room(rng, wide=True)
    for x, size, pot in ((300, 1.0, "#b8623a"), (490, 0.85, "#c98a4e"), (690, 1.1, "#1b5a8a"), (890, 0.9, "#a3512e")):
        x += rng.uniform(-15, 15)
        canvas.shadow(x + 4, 616, 82 * size, 13)
        for _ in range(11):
            lean, high = rng.uniform(-85, 85) * size, rng.uniform(120, 230) * size
            tip = (x + lean, TABLE - high + 40)
            shade = rng.choice(("#2a7560", "#3f8a62", "#5aa06a", "#1e5c4a"))
            canvas.curve([(x, 500), (x + lean * 0.35, 480 - high * 0.45), tip], shade, 5)
            for angle in (-60, -110):
                leaf(canvas, *tip, rng.uniform(34, 56) * size, angle + rng.uniform(-50, 50), shade)
        wide, top = 78 * size, 612 - 128 * size
        canvas.polygon([(x - wide, top), (x + wide, top), (x + wide * 0.72, 614), (x - wide * 0.72, 614)], pot)
        canvas.polygon(
            [(x + wide * 0.3, top), (x + wide, top), (x + wide * 0.72, 614), (x + wide * 0.22, 614)],
            mix(pot, "#13241d", 0.18),
        )
        canvas.box(x - wide * 1.1, top - 8, x + wide * 1.1, top + 24 * size, mix(pot, "#ffffff", 0.12), radius=7)
    return canvas
