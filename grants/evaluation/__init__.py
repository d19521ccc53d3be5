"""The evaluation: checks, stages, interests, assignments, reviews, rankings."""
