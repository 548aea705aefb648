"""Stories as outlets and agencies hand them over: feeds, sitemaps, exports and wires, an item at a time."""
