"""What a key store is made of: words, sealed secrets, the text of one key."""
