"""The archive in OpenAI's shapes, so that clients made for those are clients of ours; over the same engine."""
