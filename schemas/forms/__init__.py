"""What serves all forms: how definitions become forms, their fields, widgets and rendering."""
