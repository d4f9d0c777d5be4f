"""Pages: decoding, visible lines, selectors, the body. Empty, so that decoding a text loads no parser."""
