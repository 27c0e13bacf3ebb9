/** What a check of the recordings found. Lists are bounded, counts are not. */
export interface CheckReport {
  /** Nothing is wrong, or all of it was repaired. */
  readonly ok: boolean;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** Segments that are being written, or that the next start of the server will look at; not checked. */
  readonly open: number;
  readonly problems: readonly CheckFinding[];
  readonly problemCount: number;
  readonly repairedCount: number;
  /** What people should know and what is no fault. */
  readonly notes: readonly CheckFinding[];
  readonly noteCount: number;
}

export type ProblemKind =
  /** A row without its file, with a file of another size, or with another content than it says. */
  | 'noFile'
  | 'wrongSize'
  | 'wrongIndex'
  /** A file of ours without a row, whole or torn. */
  | 'noRow'
  /** A row or a file that leads somewhere else, or that cannot be read. */
  | 'unsafe'
  | 'unreadable'
  | 'diskMissing'
  /** Deep: bytes that are not those that were recorded, a seal that is not ours, a file that follows on no other. */
  | 'damage'
  | 'seal'
  | 'chain';
/** `chainGap`: recordings between two segments are gone, as retention beside a hold makes it. */
export type NoteKind = 'foreign' | 'unknownKey' | 'chainGap';

export interface CheckFinding {
  readonly kind: ProblemKind | NoteKind;
  readonly diskId: string;
  readonly path: string;
  readonly detail: string;
  readonly repaired: boolean;
}

const MOST_LISTED = 1000;

export function createFindings(onFinding?: (finding: CheckFinding) => void) {
  const lists = { problems: [] as CheckFinding[], notes: [] as CheckFinding[] };
  const counts = { problems: 0, notes: 0, repaired: 0 };
  const add = (list: 'problems' | 'notes', finding: CheckFinding): void => {
    counts[list] += 1;
    if (finding.repaired) counts.repaired += 1;
    if (lists[list].length < MOST_LISTED) lists[list].push(finding);
    onFinding?.(finding);
  };
  return {
    problem: (kind: ProblemKind, at: { diskId: string; path: string }, detail: string, repaired = false) =>
      add('problems', { kind, diskId: at.diskId, path: at.path, detail, repaired }),
    note: (kind: NoteKind, at: { diskId: string; path: string }, detail: string) =>
      add('notes', { kind, diskId: at.diskId, path: at.path, detail, repaired: false }),
    report: () => ({
      ok: counts.problems === counts.repaired,
      ...lists,
      problemCount: counts.problems,
      noteCount: counts.notes,
      repairedCount: counts.repaired,
    }),
  };
}
export type Findings = ReturnType<typeof createFindings>;
