"""Where cities are, and the map that shows them.

README.md beside this file says where the data come from.
"""
