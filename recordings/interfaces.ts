import type { FragmentReader, StreamKey } from '#contracts/media';
import type { DiskState } from '#contracts/recordings';
import type { SegmentGroup } from './group-list.ts';
import type { Segment } from './segment-store.ts';

/** What the recorder needs of the hub. Reading is demand: an on-demand stream is opened by it. */
export interface FragmentSource {
  read(key: StreamKey, options: { from: 'oldestGroup' | 'nextGroup'; afterLoss: 'oldest' }): FragmentReader;
}

/** A folder on a disk of its own, known by the identity file in it, so that an unmounted path is not written to. */
export interface Disk {
  readonly id: string;
  /** Absolute. */
  readonly root: string;
  readonly state: DiskState;
  /** Why, in English. */
  readonly detail: string;
  /** It has not answered for a while. Each call that is made of it now keeps one of Node's few threads for files. */
  readonly hangs: boolean;
  /** It failed as it takes no more bytes, though some are free: a quota. What is due may go, which makes room. */
  readonly noRoom?: boolean;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface Disks {
  /** Those that are configured, also the ones that cannot be used now. */
  list(): readonly Disk[];
  find(id: string): Disk | undefined;
  onChanged(listener: (disk: Disk) => void): () => void;
}

/** A segment while it is written: what is on the disk of it so far. */
export interface OpenSegment {
  /** As it would be indexed if it ended now. */
  readonly segment: Segment;
  /** Groups whose first byte is on the disk; the last one may still grow. */
  readonly groups: readonly SegmentGroup[];
}

export interface OpenSegments {
  of(key: StreamKey): OpenSegment | undefined;
  find(segmentId: number): OpenSegment | undefined;
}

/** Signs what is recorded and exported. */
export interface Signer {
  /** Names the public key. */
  readonly keyId: string;
  /** Ed25519 (RFC 8032) over the UTF-8 of `text`; base64. */
  sign(text: string): string;
}
