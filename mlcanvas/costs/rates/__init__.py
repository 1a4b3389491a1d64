"""What a workspace sets for its estimates: its own figures, and corrections from its finished projects."""
