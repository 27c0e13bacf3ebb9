import type { FeedFormat, Mapping } from '#contracts/feeds';
import type { Reading, ReadLimits } from '../raw-row.ts';

/** A way to write rows: one file for each, and a line in `index.ts`. */
export interface Format {
  readonly format: FeedFormat;
  /** What `Content-Type` says of it; the first is what we send ourselves. */
  readonly types: readonly string[];
  /** Throws `Refusal` when it cannot be read as a whole. Yields to others while it reads. */
  read(bytes: Uint8Array, mapping: Mapping, limits: ReadLimits): Promise<Reading>;
}
