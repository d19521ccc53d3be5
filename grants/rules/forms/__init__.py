"""Form definitions as data: kinds of fields, answers, what is missing, differences."""
