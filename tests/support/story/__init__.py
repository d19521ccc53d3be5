"""The story of a fund, told by features/story.feature: who plays, what they write, what they do."""
