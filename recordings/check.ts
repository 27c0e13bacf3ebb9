import { readdir, stat } from 'node:fs/promises';
import { messageOf, systemCodeOf } from '#base/errors';
import { type CheckFinding, type CheckReport, createFindings } from './check-report.ts';
import { checkChain, checkContent } from './deep-check.ts';
import { fileOnDisk, isReadable, isSegmentPath, isThere, UnsafePathError } from './disk-path.ts';
import type { PublicKeys } from './evidence/public-keys.ts';
import type { Disk, Disks } from './interfaces.ts';
import { asSegment, isTorn, NotASegmentError, reindex } from './reindex.ts';
import { scanSegment } from './segment-scan.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/**
 * The invariants of recordings: every closed row has its file with its size; every file has its row; and no row leads
 * to anything that is not a segment of ours, so that nothing else is ever deleted. It may run beside the server:
 * segments that are open are passed over, and what changes meanwhile is looked at twice before it is called wrong.
 */
export interface CheckOptions {
  readonly store: SegmentStore;
  readonly disks: Disks;
  /** Takes whole files into the index, cuts torn ones, removes rows without a file. It deletes no file. */
  readonly repair?: boolean;
  /** Reads every byte: digests, chains, and seals by these keys. */
  readonly deep?: Pick<PublicKeys, 'verify'>;
  /** Names in a disk's root that are ours and no recordings. */
  readonly ownFiles?: readonly string[];
  readonly onFinding?: (finding: CheckFinding) => void;
}

const PAGE = 500;
/** Files that are looked at side by side. */
const AT_ONCE = 8;

export async function checkRecordings(options: CheckOptions): Promise<CheckReport> {
  const { store, disks, repair = false, deep, ownFiles = [] } = options;
  const findings = createFindings(options.onFinding);
  const counts = { rows: 0, files: 0, bytes: 0 };
  const missing = new Map<string, number>();

  /** Mounted and looked at, or its rows are counted as those of a missing one. */
  const usable = new Map<string, Disk>();
  for (const disk of disks.list()) {
    if (isReadable(disk) && (await isThere(disk.root))) usable.set(disk.id, disk);
  }

  async function isStill(segment: Segment): Promise<boolean> {
    const now = await store.get(segment.id);
    return now !== undefined && now.state === segment.state && now.bytes === segment.bytes;
  }

  async function checkRow(segment: Segment): Promise<void> {
    counts.rows += 1;
    const disk = usable.get(segment.diskId);
    if (disk === undefined) {
      missing.set(segment.diskId, (missing.get(segment.diskId) ?? 0) + 1);
      return;
    }
    try {
      const file = await fileOnDisk(disk.root, segment.path);
      const { size } = await stat(file);
      counts.bytes += size;
      if (size !== segment.bytes) return await wrongSize(segment, file, size);
      if (deep !== undefined) await checkContent(segment, file, { store, keys: deep, findings, repair });
    } catch (error) {
      if (!(await isStill(segment))) return;
      if (systemCodeOf(error) === 'ENOENT') {
        if (repair) await store.remove(segment.id);
        findings.problem('noFile', segment, 'the index has it, the disk has not', repair);
      } else findings.problem(error instanceof UnsafePathError ? 'unsafe' : 'unreadable', segment, messageOf(error));
    }
  }

  async function wrongSize(segment: Segment, file: string, size: number): Promise<void> {
    if (!(await isStill(segment))) return;
    const detail = `${size} bytes, ${segment.bytes} in the index`;
    await tryRepair('wrongSize', segment, detail, () => reindex(store, file, segment, segment));
  }

  async function tryRepair(
    kind: 'wrongSize' | 'noRow',
    at: { diskId: string; path: string },
    detail: string,
    work: () => Promise<void>,
  ): Promise<void> {
    if (!repair) return findings.problem(kind, at, detail);
    try {
      await work();
      findings.problem(kind, at, detail, true);
    } catch (error) {
      findings.problem(kind, at, `${detail}; not repaired: ${messageOf(error)}`);
    }
  }

  async function checkRows(): Promise<void> {
    for (const key of await store.streams()) {
      let after = { startMs: Number.MIN_SAFE_INTEGER, id: 0 };
      let before: Segment | undefined;
      for (let page = await store.ofStream(key, after, PAGE); page.length > 0; ) {
        await atOnce(page, checkRow);
        for (const segment of page) {
          if (deep !== undefined && before !== undefined) await checkChain(before, segment, { store, findings });
          before = segment;
          after = { startMs: segment.startMs, id: segment.id };
        }
        page = await store.ofStream(key, after, PAGE);
      }
    }
    for (const [diskId, rows] of missing) {
      findings.problem('diskMissing', { diskId, path: '' }, `${rows} recordings lie on a disk that is not there`);
    }
  }

  async function checkFile(disk: Disk, path: string): Promise<void> {
    const at = { diskId: disk.id, path };
    try {
      const file = await fileOnDisk(disk.root, path);
      const scan = asSegment(await scanSegment(file), path);
      // Read again after the look: its row may be just made, or it may be gone with its row.
      if ((await store.byPath(disk.id, path)) !== undefined) return;
      await fileOnDisk(disk.root, path);
      const detail = isTorn(scan) ? `no row; its tail is ${scan.stop}` : 'no row';
      await tryRepair('noRow', at, detail, () => reindex(store, file, at));
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return;
      if (error instanceof NotASegmentError && !error.isOurs) findings.note('foreign', at, error.message);
      else findings.problem('unreadable', at, messageOf(error));
    }
  }

  async function checkFolder(disk: Disk, folder: string): Promise<void> {
    const entries = await readdir(`${disk.root}/${folder}`, { withFileTypes: true });
    const rows = new Set((await store.inFolder(disk.id, folder)).map(({ path }) => path));
    const unknown: string[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isFile() && isSegmentPath(path)) {
        counts.files += 1;
        if (!rows.has(path)) unknown.push(path);
      } else if (!rows.has(path)) findings.note('foreign', { diskId: disk.id, path }, 'is not of recordings');
    }
    await atOnce(unknown, (path) => checkFile(disk, path));
  }

  async function checkFiles(disk: Disk): Promise<void> {
    const ignored = new Set([...ownFiles, 'lost+found']);
    for (const camera of await foldersIn(disk, '', /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, ignored)) {
      for (const day of await foldersIn(disk, camera, /^\d{4}-\d{2}-\d{2}$/, new Set())) {
        await checkFolder(disk, `${camera}/${day}`).catch((error: unknown) =>
          unreadable(disk, `${camera}/${day}`, error),
        );
      }
    }
  }

  function unreadable(disk: Disk, path: string, error: unknown): void {
    // An empty folder of a past day may be taken away by the server while we look.
    if (systemCodeOf(error) === 'ENOENT') return;
    findings.problem('unreadable', { diskId: disk.id, path }, messageOf(error));
  }

  /** Folders of the shape that ours have; everything else is listed and left alone. */
  async function foldersIn(disk: Disk, above: string, shape: RegExp, ignored: Set<string>): Promise<string[]> {
    const entries = await readdir(`${disk.root}/${above}`, { withFileTypes: true }).catch((error: unknown) => {
      unreadable(disk, above, error);
      return [];
    });
    const found: string[] = [];
    for (const entry of entries) {
      if (entry.isDirectory() && shape.test(entry.name)) found.push(entry.name);
      else if (!ignored.has(entry.name)) {
        const path = above === '' ? entry.name : `${above}/${entry.name}`;
        findings.note('foreign', { diskId: disk.id, path }, 'is not of recordings');
      }
    }
    return found.sort();
  }

  await checkRows();
  for (const disk of usable.values()) await checkFiles(disk);
  return { ...findings.report(), ...counts, open: (await store.openOnes()).length };
}

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
