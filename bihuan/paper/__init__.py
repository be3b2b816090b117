"""A4 papers as PDF: what they hold is typed in `shapes`, how they look stands in templates/*.typ."""
