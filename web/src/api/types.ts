import type { components } from "./schema";

type Schemas = components["schemas"];

export type Platform = Schemas["Platform"];
export type Post = Schemas["Post"];
export type PostStatus = Post["status"];
export type Publication = Schemas["Publication"];
export type PublicationState = Publication["state"];
export type HistoryEvent = Schemas["HistoryEntry"];
export type Attempt = Schemas["AttemptEntry"];
export type Connection = Schemas["Connection"];
export type Me = Schemas["GetMeResponse"];
export type Job = Schemas["Job"];
export type JobState = Schemas["JobState"];
export type Warning = Schemas["ApiWarning"];
export type OAuthPlatform = Schemas["OAuthPlatform"];
/** The fields of a post as `posts/create` takes them. */
export type PostFields = Schemas["CreatePostRequest"];

/** One part of a thread, or the text for one platform. */
export interface Part {
  content: string;
  mediaUrls?: string[];
  altTexts?: Record<string, string>;
}
