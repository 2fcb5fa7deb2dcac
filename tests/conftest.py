import os

os.environ.setdefault("XUELIN_MODE", "test")
