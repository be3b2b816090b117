"""Bihuan (闭环): customer service for property companies, with the written regulations made executable."""

__version__ = "0.1.0"
