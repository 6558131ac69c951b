const MAX_SIDE = 320;
const MAX_BYTES = 20_000;
const QUALITIES = [0.8, 0.6, 0.4, 0.2];

/**
 * Return a small WebP picture of an image as base64, or `null` if the browser cannot make one.
 *
 * The library keeps it with the media item, so that the calendar does not load whole files. A missing picture does no
 * harm.
 */
export async function thumbnailOf(file: File): Promise<string | null> {
  if (!file.type.startsWith("image/")) return null;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
    const canvas = new OffscreenCanvas(Math.max(1, image.width * scale), Math.max(1, image.height * scale));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    for (const quality of QUALITIES) {
      const picture = await canvas.convertToBlob({ type: "image/webp", quality });
      // A browser that cannot write WebP writes PNG instead.
      if (picture.type === "image/webp" && picture.size <= MAX_BYTES) return await base64Of(picture);
    }
  } catch {
    // A damaged image is refused by the server, with its reason.
  }
  return null;
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
