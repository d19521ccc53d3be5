"""What reviews tell beside their result: how far reviewers are apart, and where they disagree."""
