"""What serves all pages: addresses, what they stand for, who asks, how pages are rendered."""
