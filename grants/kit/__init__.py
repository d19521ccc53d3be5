"""What any portal needs, and nothing of a fund: it knows no area.

Jobs run what areas register; mail carries what areas write; uploads are told by what is in them;
papers are set and drawn here and filled elsewhere.
"""
