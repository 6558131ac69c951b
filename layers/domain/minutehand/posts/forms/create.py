"""The request of posts/create."""

from minutehand.posts.forms.new_post import NewPostFields


class NewPost(NewPostFields, defer_build=False):
    """The body of posts/create."""
