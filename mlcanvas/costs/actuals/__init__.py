"""What a project came to, beside what was planned."""
