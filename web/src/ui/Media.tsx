import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { kindOf, mediaId, mediaQuery } from "../api/media";
import { MEDIA } from "../strings/media";
import { Icon } from "./Icon";
import styles from "./Media.module.css";

/** An image or a video of a post, from the media library or from a web address. */
export function Media({ url, alt }: { url: string; alt: string }) {
  const [isBroken, setBroken] = useState(false);
  const id = mediaId(url);
  const item = useQuery(mediaQuery(id));
  const source = id === null ? url : item.data?.viewUrl;
  const isVideo = kindOf(url, item.data) === "video";
  if (isBroken || item.isError) {
    return (
      <p className={styles.broken}>
        <Icon name="image" />
        <span>{alt || MEDIA.cannotBeShown}</span>
      </p>
    );
  }
  if (!source) return <div className={styles.waiting} />;
  if (isVideo) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: People upload videos without captions. The alternative text names the video.
      <video
        className={styles.media}
        src={source}
        controls
        preload="metadata"
        aria-label={alt}
        onError={() => setBroken(true)}
      />
    );
  }
  return <img className={styles.media} src={source} alt={alt} loading="lazy" onError={() => setBroken(true)} />;
}
