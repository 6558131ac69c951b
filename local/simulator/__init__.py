"""The platform simulator, which serves the platforms' APIs, a sandbox and a page of all posts on loopback."""
