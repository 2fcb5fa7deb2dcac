"""Amounts are whole fen everywhere; people read yuan."""


def yuan(fen):
    """An amount for people: 3050 is ¥30.50, and -100 is -¥1.00."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
