"""Deliveries: a workbook handed in, read, matched, shown for what it changes, then submitted.

``actions`` holds what people do, each in a short transaction; ``work`` what the worker does, in
jobs told as they go; ``matches`` the operations of its lines; ``preview`` what submitting changes.
"""
