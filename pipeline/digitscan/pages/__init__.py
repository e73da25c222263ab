"""Files become pages."""
