"""Who is asking: sessions, cookies, tokens against forgery, known browsers."""
