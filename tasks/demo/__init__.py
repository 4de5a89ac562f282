"""The demo: one academic year of two associations, played through the real HTTP interfaces."""
