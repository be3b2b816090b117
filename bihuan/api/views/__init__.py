"""The calls, by subject. Each loads through a room's access, calls one action or query, and tells what came of it.

These modules do not postpone their annotations: django-ninja reads them through decorators.
"""
