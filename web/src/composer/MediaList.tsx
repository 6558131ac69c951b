import { useEffect, useId, useRef, useState } from "react";
import { DropZone, FileTrigger, isFileDropItem } from "react-aria-components";
import { COMPOSER } from "../strings/composer";
import { Button } from "../ui/Button";
import { Dial } from "../ui/Dial";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Media } from "../ui/Media";
import { useNarrow } from "../ui/useNarrow";
import type { Draft, MediaItem } from "./draft";
import { Findings } from "./Findings";
import styles from "./MediaList.module.css";
import type { ComposerProblem } from "./problems";
import { UploadRefused, uploadFile } from "./upload";

const TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime", "video/webm"];
const MEGABYTE = 1_000_000;

interface Running {
  id: string;
  file: File;
  sent: number;
  error: string | null;
  stop: AbortController;
}

/** The images and videos of the post: uploaded, pasted, dropped, or at web addresses; in order, with alternative texts. */
export function MediaList({
  draft,
  problems,
  cautions,
  onChange,
  onUploads,
}: {
  draft: Draft;
  problems: readonly ComposerProblem[];
  cautions: readonly ComposerProblem[];
  onChange: (changes: Partial<Draft>) => void;
  onUploads: (count: number) => void;
}) {
  const isNarrow = useNarrow();
  const hintId = useId();
  const [running, setRunning] = useState<Running[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  // An upload ends long after it began, when the list may have changed.
  const media = useRef(draft.media);
  media.current = draft.media;
  const set = (items: MediaItem[]) => {
    media.current = items;
    onChange({ media: items });
  };
  const pending = running.filter(({ error }) => error === null).length;
  useEffect(() => onUploads(pending), [pending, onUploads]);

  const update = (id: string, changes: Partial<Running>) =>
    setRunning((old) => old.map((each) => (each.id === id ? { ...each, ...changes } : each)));
  const forget = (id: string) => setRunning((old) => old.filter((each) => each.id !== id));

  const start = (file: File) => {
    const id = crypto.randomUUID();
    const stop = new AbortController();
    setRunning((old) => [...old, { id, file, sent: 0, error: null, stop }]);
    // Files keep the order in which they were chosen, although small files arrive first.
    const before = last.current;
    const added = uploadFile(file, (sent) => update(id, { sent }), stop.signal)
      .then(async (url) => {
        await before;
        if (stop.signal.aborted) return;
        set([...media.current, { url, alt: "" }]);
        forget(id);
      })
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const text =
          error instanceof UploadRefused
            ? COMPOSER.uploadRefused(file.name, error.message)
            : error instanceof Error
              ? error.message
              : COMPOSER.uploadFailed(file.name);
        update(id, { error: text });
      });
    last.current = Promise.all([before, added]);
  };
  const take = (files: Iterable<File>) => {
    const wrong: string[] = [];
    for (const file of files) {
      if (TYPES.includes(file.type)) start(file);
      else wrong.push(COMPOSER.wrongType(file.name));
    }
    setRefused(wrong);
  };
  const takeRef = useRef(take);
  takeRef.current = take;
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      takeRef.current(files);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, []);

  const move = (from: number, to: number) => {
    const items = [...draft.media];
    const [item] = items.splice(from, 1);
    if (item) items.splice(to, 0, item);
    set(items);
  };

  return (
    <section className="stack" id="composer-media" aria-labelledby="media">
      <h2 id="media">{COMPOSER.media}</h2>
      {draft.media.length > 0 && (
        <p id={hintId} className="small soft">
          {COMPOSER.altHint}
        </p>
      )}
      <ul className={styles.media}>
        {draft.media.map((item, index) => (
          <li key={item.url} className={styles.item}>
            <div className={styles.frame}>
              <Media url={item.url} alt={item.alt} />
            </div>
            <div className="row">
              <Button
                isIcon
                isCompact
                aria-label={COMPOSER.earlier(nameOf(item, index))}
                isDisabled={index === 0}
                onPress={() => move(index, index - 1)}
              >
                <Icon name="prev" />
              </Button>
              <Button
                isIcon
                isCompact
                aria-label={COMPOSER.later(nameOf(item, index))}
                isDisabled={index === draft.media.length - 1}
                onPress={() => move(index, index + 1)}
              >
                <Icon name="next" />
              </Button>
              <Button
                isIcon
                isCompact
                className="push"
                aria-label={COMPOSER.remove(nameOf(item, index))}
                onPress={() => set(draft.media.filter((_, each) => each !== index))}
              >
                <Icon name="x" />
              </Button>
            </div>
            <TextField
              className={styles.alt ?? ""}
              label={COMPOSER.alt}
              aria-describedby={hintId}
              placeholder={COMPOSER.altMissing}
              value={item.alt}
              onChange={(alt) => set(draft.media.map((each, at) => (at === index ? { ...each, alt } : each)))}
              lines={2}
            />
          </li>
        ))}
        {running.map(({ id, file, sent, error, stop }) => (
          <li key={id} className={styles.item}>
            {error === null ? (
              <>
                <progress className={styles.progress} max={file.size} value={sent} aria-label={file.name} />
                <p className="small soft">
                  {COMPOSER.uploading(file.name, (sent / MEGABYTE).toFixed(1), (file.size / MEGABYTE).toFixed(1))}
                </p>
              </>
            ) : (
              <p className={styles.error} role="alert">
                <Dial face="failed" />
                <span>{error}</span>
              </p>
            )}
            <div className="row">
              {error !== null && (
                <Button
                  isCompact
                  onPress={() => {
                    forget(id);
                    start(file);
                  }}
                >
                  {COMPOSER.retryUpload}
                </Button>
              )}
              <Button
                isIcon
                isCompact
                aria-label={COMPOSER.cancelUpload(file.name)}
                onPress={() => {
                  stop.abort();
                  forget(id);
                }}
              >
                <Icon name="x" />
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <div className={styles.adding}>
        <DropZone
          className={styles.drop ?? ""}
          aria-label={COMPOSER.drop}
          onDrop={async ({ items }) =>
            take(await Promise.all(items.filter(isFileDropItem).map((item) => item.getFile())))
          }
        >
          <FileTrigger allowsMultiple acceptedFileTypes={TYPES} onSelect={(files) => files && take(files)}>
            <Button>
              <Icon name="plus" />
              {isNarrow ? COMPOSER.chooseFiles : COMPOSER.drop}
            </Button>
          </FileTrigger>
        </DropZone>
        <WebAddress onAdd={(url) => set([...draft.media, { url, alt: "" }])} />
      </div>
      {refused.map((sentence) => (
        <p key={sentence} className={styles.error} role="alert">
          <Dial face="failed" />
          <span>{sentence}</span>
        </p>
      ))}
      <Findings problems={problems.filter(({ section }) => section === "media")} />
      <Findings problems={cautions.filter(({ section }) => section === "media")} face="caution" />
    </section>
  );
}

function nameOf({ alt }: MediaItem, index: number): string {
  return alt.trim() || `${COMPOSER.media} ${index + 1}`;
}

function WebAddress({ onAdd }: { onAdd: (url: string) => void }) {
  const [url, setUrl] = useState("");
  const add = () => {
    if (!url.trim()) return;
    onAdd(url.trim());
    setUrl("");
  };
  return (
    <div className={styles.address}>
      <TextField
        label={COMPOSER.url}
        type="url"
        value={url}
        onChange={setUrl}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            add();
          }
        }}
      />
      <Button isDisabled={!url.trim()} onPress={add}>
        {COMPOSER.add}
      </Button>
    </div>
  );
}
