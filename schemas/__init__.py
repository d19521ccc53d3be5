"""What may be typed in: colander schemas and deform widgets; no Pyramid."""
