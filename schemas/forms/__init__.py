"""What serves all forms: their base, amounts as they are typed, rows, rendering."""
