"""What holds for every component and every stack (design.md, "What holds everywhere")."""
