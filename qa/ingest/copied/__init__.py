"""Text copied from a page -> the lines of its story and what stands above it, for ``qa.ingest.scraped``."""
