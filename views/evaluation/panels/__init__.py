"""Panels: planned and held by the fund, prepared and read by their members."""
