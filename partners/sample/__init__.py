"""Sample enterprises and orders for the demo. Nothing here is real: names carry 示例, codes cannot exist (codes.py)."""
