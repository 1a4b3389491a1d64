"""What a scoping report says (`document.py`), and the forms in which it is read: page and PDF."""
