"""The version of this package; ``enduse.__version__``."""

__version__ = "0.1.0"
