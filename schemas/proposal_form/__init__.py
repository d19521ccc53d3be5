"""How a call's form definition becomes a form: its fields, cells and widgets."""
