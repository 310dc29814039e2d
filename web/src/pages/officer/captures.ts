// Files of a capture, in this page's memory alone. What a file is the node tells by its content; which finger it is, a name
// that is a position's says first, and the officer last.
import { useEffect, useState } from "react";
import type { Schema } from "../../app/api";

export type Position = Schema["Position"];
export type Captured = { key: number; name: string; bytes: number; image: string; position: Position; ppi: string };

export const positions: Position[] = [
  "UNKNOWN",
  "RIGHT_THUMB",
  "RIGHT_INDEX",
  "RIGHT_MIDDLE",
  "RIGHT_RING",
  "RIGHT_LITTLE",
  "LEFT_THUMB",
  "LEFT_INDEX",
  "LEFT_MIDDLE",
  "LEFT_RING",
  "LEFT_LITTLE",
  "PLAIN_RIGHT_FOUR_FINGERS",
  "PLAIN_LEFT_FOUR_FINGERS",
  "PLAIN_THUMBS",
];
export const positionOf = (name: string): Position => {
  const stem = name.replace(/\.[^.]*$/, "").toUpperCase();
  return positions.find((each) => each === stem) ?? "UNKNOWN";
};
export const limits = { files: 20, file: 16 << 20, together: 32 << 20 };

// As they are sent, in base64, with room for what else is said.
export const sentBytes = (files: Captured[]) => files.reduce((sum, each) => sum + each.image.length, 0) + (64 << 10);
export const base64Bytes = (bytes: number) => 4 * Math.ceil(bytes / 3);

export async function toBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  const step = 3 << 13; // a multiple of three, so that the pieces can be joined
  for (let at = 0; at < bytes.length; at += step) parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + step))));
  return parts.join("");
}

// A record may hold several pictures, and the node counts those, not files: which file a print is of can be said up to
// the first file that is no bare picture by its first bytes (PNG, JPEG, WSQ, JPEG 2000, BMP), here in base64.
const bare = ["iVBORw0KGgo", "/9j/", "/6D/", "AAAADGpQICA", "/0//UQ", "Qk0", "Qk1", "Qk2", "Qk3"];
export const firstRecord = (files: Captured[]) => files.findIndex((each) => !bare.some((start) => each.image.startsWith(start)));

export const samplesOf = (files: Captured[]): Schema["Sample"][] =>
  files.map(({ image, position, ppi }) => ({ image, position, ...(ppi ? { ppi: Number(ppi) } : {}) }));

export function useBitmap(image: string | undefined): ImageBitmap | null {
  const [bitmap, setBitmap] = useState<ImageBitmap | null>(null);
  useEffect(() => {
    if (!image) return setBitmap(null);
    let isGone = false;
    let made: ImageBitmap | null = null;
    const bytes = Uint8Array.from(atob(image), (each) => each.charCodeAt(0));
    createImageBitmap(new Blob([bytes], { type: "image/png" })).then(
      (picture) => {
        if (isGone) return picture.close();
        made = picture;
        setBitmap(picture);
      },
      () => !isGone && setBitmap(null),
    );
    return () => {
      isGone = true;
      made?.close();
    };
  }, [image]);
  return bitmap;
}
