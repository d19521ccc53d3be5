"""Readers' languages: translations, and how numbers, money and days are written."""
