import { type ReactNode, useEffect, useRef, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { mediaId } from "../api/media";
import { COVER } from "../strings/options";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Media } from "../ui/Media";
import styles from "./CoverField.module.css";
import { UploadRefused, uploadFile } from "./upload";

/** The field of an option that takes an image: a file of this device, or the web address of an image. */
export function CoverField({
  label,
  types,
  value,
  problem,
  onChange,
  onUpload,
}: {
  label: string;
  /** The content types that the platform accepts. */
  types: readonly string[];
  value: string;
  problem: ReactNode;
  onChange: (value: string | undefined) => void;
  /** Called with 1 when an upload begins and with -1 when it ends. */
  onUpload: (change: 1 | -1) => void;
}) {
  const [upload, setUpload] = useState<AbortController | null>(null);
  const [error, setError] = useState<string | null>(null);
  // An upload ends long after it began, when other options may have changed.
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => () => upload?.abort(), [upload]);

  const take = async (file: File) => {
    setError(null);
    if (!types.includes(file.type)) {
      setError(COVER.wrongType);
      return;
    }
    const stop = new AbortController();
    setUpload(stop);
    onUpload(1);
    try {
      const url = await uploadFile(file, () => {}, stop.signal);
      if (!stop.signal.aborted) change.current(url);
    } catch (cause) {
      const reason = cause instanceof UploadRefused || cause instanceof Error ? cause.message : "";
      if (!stop.signal.aborted) setError(COVER.failed(reason));
    } finally {
      onUpload(-1);
      setUpload(null);
    }
  };

  if (mediaId(value) !== null) {
    return (
      <div className={styles.cover}>
        <span className={styles.label}>{label}</span>
        <div className={styles.picture}>
          <Media url={value} alt={label} />
        </div>
        <Button isCompact onPress={() => onChange(undefined)}>
          <Icon name="x" />
          {COVER.remove}
        </Button>
        {problem && <p className={styles.problem}>{problem}</p>}
      </div>
    );
  }
  return (
    <div className={styles.cover}>
      <TextField
        label={label}
        hint={COVER.address}
        problem={problem}
        type="url"
        value={value}
        onChange={(written) => onChange(written || undefined)}
      />
      <FileTrigger acceptedFileTypes={types} onSelect={(files) => files?.[0] && void take(files[0])}>
        <Button isCompact isDisabled={upload !== null} aria-label={COVER.choose(label)}>
          <Icon name="image" />
          {upload ? COVER.uploading : COVER.chooseFile}
        </Button>
      </FileTrigger>
      <p className={styles.problem} role="alert" hidden={!error}>
        {error}
      </p>
    </div>
  );
}
