import type { Findings } from './check-report.ts';
import type { PublicKeys } from './evidence/public-keys.ts';
import { encodeGroups, type SegmentGroup } from './group-list.ts';
import { isSameFile } from './reindex.ts';
import { FIRST_HEAD } from './segment-file.ts';
import { type SegmentScan, scanSegment } from './segment-scan.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/** Reads every byte of a segment and holds it against its records, its seals and its row. */
export async function checkContent(
  segment: Segment,
  file: string,
  options: {
    readonly store: SegmentStore;
    readonly keys: Pick<PublicKeys, 'verify'>;
    readonly findings: Findings;
    readonly repair: boolean;
  },
): Promise<void> {
  const { store, keys, findings, repair } = options;
  const scan = await scanSegment(file, { digests: 'all' });
  if (scan.link === undefined) {
    findings.problem('damage', segment, `its head cannot be read (${scan.stop})`);
    return;
  }
  for (const { offset, bytes, what, fragment, wallClockMs } of scan.damages) {
    const when = new Date(wallClockMs).toISOString();
    findings.problem('damage', segment, `${what}: ${bytes} bytes at ${offset}, fragment ${fragment}, ${when}`);
  }
  if (scan.stop !== 'end') {
    findings.problem('damage', segment, `${scan.stop}: ${scan.fileBytes - scan.wholeBytes} bytes at the end`);
  }
  for (const { offset, seal, matches } of scan.seals) {
    const verdict = keys.verify(seal);
    if (verdict === 'unknownKey') findings.note('unknownKey', segment, `the seal at ${offset} is by key ${seal.keyId}`);
    if (verdict === 'bad') findings.problem('seal', segment, `the seal at ${offset} is not by the key that it names`);
    else if (!matches)
      findings.problem('seal', segment, `the seal at ${offset} is of other bytes than stand before it`);
  }
  const detail = differenceOf(segment, scan, await store.groups(segment));
  if (detail === undefined) return;
  // Damage would only be written into the index, which knows better; so would what no seal agrees with.
  const whole = scan.damages.length === 0 && scan.stop === 'end' && scan.seals.every(({ matches }) => matches);
  const canRepair = repair && whole && isSameFile(segment, scan);
  if (canRepair) await store.close(segment.id, { ...scan, bytes: scan.fileBytes });
  findings.problem('wrongIndex', segment, detail, canRepair);
}

/**
 * Of one stream, a segment and the next in the index, which is in the order of time: where the clock was set back, that
 * is not the order in which they were written.
 */
export async function checkChain(
  before: Segment,
  segment: Segment,
  { store, findings }: { readonly store: Pick<SegmentStore, 'hasHead'>; readonly findings: Findings },
): Promise<void> {
  const { previousHead } = segment;
  if (same(before.head, previousHead)) return;
  const wasFirst = same(previousHead, FIRST_HEAD) && segment.id < before.id;
  if (wasFirst || (await store.hasHead(segment, previousHead))) return;
  const gapMs = segment.startMs - before.endMs;
  if (gapMs > CLOSE_MS) {
    const seconds = Math.round(gapMs / 1000);
    findings.note('chainGap', segment, `what was recorded in the ${seconds} s before it is not there any more`);
  } else if (gapMs < -CLOSE_MS) {
    findings.note('chainGap', segment, 'the clock was set back there, and what it follows on is not there any more');
  } else findings.problem('chain', segment, `does not follow on ${before.path}`);
}

/** Between two segments that were written one after the other. */
const CLOSE_MS = 1000;

function differenceOf(segment: Segment, scan: SegmentScan, groups: readonly SegmentGroup[]): string | undefined {
  if (!isSameFile(segment, scan)) return 'the index has another head than the file';
  if (!same(segment.previousHead, Buffer.from(scan.link.previousHead, 'hex'))) {
    return 'the index has another chain before it than the file';
  }
  if (!same(segment.head, scan.head)) return 'the index has another chain behind it than the file';
  if (segment.fragments !== scan.fragments || segment.endMs !== Math.round(scan.endMs)) {
    return `the index has ${segment.fragments} fragments to ${segment.endMs}, the file ${scan.fragments} to ${scan.endMs}`;
  }
  const origin = { startMs: segment.startMs, offset: segment.headBytes, timescale: segment.timescale };
  if (same(encodeGroups(groups, origin), encodeGroups(scan.groups, origin))) return undefined;
  return 'the index has other groups than the file';
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
