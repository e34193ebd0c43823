import { statSync } from "node:fs";

/** Tells one state of a file from another; undefined where there is none. */
export const changeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/**
 * What is in a file, read again whenever the file was changed: keys are rotated, or taken back, without a restart.
 * @param read its errors are the caller's, each time it is asked
 */
export function readWhenChanged<T>(file: string, read: (file: string) => T): () => T {
  let latest: { readonly changed: number | undefined; readonly is: T } | undefined;
  // In place: it takes less than asking a thread to, and is done for every word of a hub's.
  return () => {
    const changed = changeOf(file);
    if (!latest || latest.changed !== changed) latest = { is: read(file), changed };
    return latest.is;
  };
}
