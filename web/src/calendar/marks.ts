/** Posts of the present hour that stand so close to each other that they share one mark. */
export interface Mark<Each> {
  /** The minute of the first post. */
  minute: number;
  posts: readonly Each[];
}

/** Return the marks of posts, given in the order of their minutes: no mark is nearer than `gap` minutes to another one. */
export function marksOf<Each>(posts: readonly Each[], minuteOf: (post: Each) => number, gap: number): Mark<Each>[] {
  const marks: { minute: number; posts: Each[] }[] = [];
  for (const post of posts) {
    const minute = minuteOf(post);
    const last = marks.at(-1);
    if (last && minute - last.minute < gap) last.posts.push(post);
    else marks.push({ minute, posts: [post] });
  }
  return marks;
}
