"""The platform simulator: the APIs of the social platforms and a sandbox, on loopback, with a page of all posts."""
