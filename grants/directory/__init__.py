"""The directory: organisations and their officers, cities and how they are paired."""
