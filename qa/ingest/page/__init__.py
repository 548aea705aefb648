"""A parsed HTML page -> what it says of its story, and the story's blocks, for ``qa.ingest.html``."""
