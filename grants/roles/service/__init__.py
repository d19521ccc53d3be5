"""What people do here: one class a noun, one method a thing that people do."""
