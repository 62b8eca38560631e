"""What a bank edits without code: quiz, services, topics, texts. Read once, checked, and refused with file and line."""
