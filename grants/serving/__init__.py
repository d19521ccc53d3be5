"""How requests are received: when each arrived, and in which lane it waits for a thread."""
