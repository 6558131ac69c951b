"""The request of posts/create, in a module of its own, so that other functions do not build its validator."""

from minutehand.posts.forms.new_post import NewPostFields


class NewPost(NewPostFields, defer_build=False):
    """The body of posts/create."""
