import { useState } from "react";
import { useOnline } from "./useOnline";

/** A small picture of a post. Nothing is shown for a picture that cannot be loaded. Online again, it has another try. */
export function Thumbnail({ source, className }: { source: string | undefined; className: string | undefined }) {
  return source ? <Picture key={source} source={source} className={className} /> : null;
}

function Picture({ source, className }: { source: string; className: string | undefined }) {
  const isOnline = useOnline();
  const [failed, setFailed] = useState<"online" | "offline" | null>(null);
  if (failed === "online" || (failed === "offline" && !isOnline)) return null;
  return (
    <img
      className={className}
      src={source}
      alt=""
      loading="lazy"
      onError={() => setFailed(isOnline ? "online" : "offline")}
    />
  );
}
