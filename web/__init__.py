"""Pages: the board and what is behind it, in a browser, as at any date. They ask the views, and record nothing."""
