import type { ZonedDateTime } from "@internationalized/date";
import { type DragEvent, useState } from "react";
import { DRAGGED } from "./MoveContext";

/**
 * Return the events of a place on which posts can be dropped, and where the post over it would land. `aim` returns this for
 * the place of the pointer.
 */
export function useDropZone(
  aim: (event: DragEvent<HTMLElement>) => ZonedDateTime | null,
  drop: (id: string, event: DragEvent<HTMLElement>) => void,
) {
  const [landing, setLanding] = useState<ZonedDateTime | null>(null);
  const zone = {
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      const next = aim(event);
      setLanding((old) => (old && next && old.compare(next) === 0 ? old : next));
    },
    onDragLeave: ({ currentTarget, relatedTarget }: DragEvent<HTMLElement>) => {
      // The pointer also leaves the place for a post that stands on it.
      if (!currentTarget.contains(relatedTarget as Node | null)) setLanding(null);
    },
    onDrop: (event: DragEvent<HTMLElement>) => {
      setLanding(null);
      drop(event.dataTransfer.getData(DRAGGED), event);
    },
  };
  return { landing, zone };
}
