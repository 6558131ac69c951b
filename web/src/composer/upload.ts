import { once } from "../api/actions";
import { ApiError, api, body } from "../api/client";
import type { components } from "../api/schema";
import { thumbnailOf } from "./thumbnail";

type ContentType = components["schemas"]["ContentType"];

const MAX_TRIES = 5;
/** Headers that the browser sets, and that scripts may not. */
const SET_BY_BROWSER = ["content-length", "host"];

/** Storage refused a file, with its own reason. */
export class UploadRefused extends Error {}

/**
 * Upload a file to the media library and return the `url` by which posts refer to it.
 *
 * `onProgress` receives the number of bytes that have been sent. A chunk whose connection is lost is
 * sent again when the browser is online. A refused chunk is not sent again.
 */
export async function uploadFile(
  file: File,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { media, upload } = await body(
    api.POST("/api/social/media", {
      ...once(),
      body: { filename: file.name, contentType: file.type as ContentType, sizeBytes: file.size },
      signal,
    }),
  );
  if (upload.kind === "single") {
    await send(upload.url, upload.headers, file, onProgress, signal);
  } else {
    let sent = 0;
    for (const { chunkNumber, sizeBytes, url } of upload.chunks) {
      const begin = (chunkNumber - 1) * upload.chunkSizeBytes;
      const chunk = file.slice(begin, begin + sizeBytes);
      await send(url, {}, chunk, (bytes) => onProgress(sent + bytes), signal);
      sent += sizeBytes;
    }
  }
  const thumbnail = await thumbnailOf(file);
  await body(
    api.PATCH("/api/social/media", { body: { mediaId: media.id, ...(thumbnail ? { thumbnail } : {}) }, signal }),
  );
  return media.url;
}

async function send(
  url: string,
  headers: Record<string, string>,
  data: Blob,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const status = await put(url, headers, data, onProgress, signal);
    // 412: an earlier attempt had arrived, and only its response was lost.
    if ((status >= 200 && status < 300) || (status === 412 && tries > 1)) return;
    if (status !== 0 && status < 500) throw new UploadRefused(`HTTP ${status}`);
    if (tries === MAX_TRIES)
      throw new ApiError("The file could not be uploaded: the connection was lost.", 0, "", [], null);
    await backOnline(tries, signal);
  }
}

/** Send with XMLHttpRequest, because fetch does not report progress. Return the status, or 0 without a response. */
function put(
  url: string,
  headers: Record<string, string>,
  data: Blob,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) {
      if (!SET_BY_BROWSER.includes(name)) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(request.status);
    request.onerror = () => resolve(0);
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(data);
  });
}

function backOnline(tries: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const seconds = 2 ** (tries - 1);
    const timer = setTimeout(() => {
      if (navigator.onLine) resolve();
      else window.addEventListener("online", () => resolve(), { once: true });
    }, seconds * 1000);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
