"""One module a page. A new one is a module here, a template beside the others, and a line in `web/app.py`."""
