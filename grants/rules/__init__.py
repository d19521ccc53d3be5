"""The rules of a competitive fund: pure, values in and values out.

workflow/ says who may move what from where to where, scoring/ ranks, money/ adds up, forms/ says
what a call asks. Nothing here knows a database, a clock, a file or the rest of the house.
"""
