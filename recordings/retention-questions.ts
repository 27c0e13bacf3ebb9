import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import type { PlannedDisk, RetentionAnswer, RetentionQuestion } from '#contracts/recordings';
import { isOverHalf } from './retention-plan.ts';

/**
 * What a person is asked before more than half of a disk goes, and what they said. A word counts for what the person
 * was shown: "delete" for one pass, that may be a little more than that; "keep" until somebody says "delete", or until
 * the cause is gone. Until then nothing goes by policy on that disk: more recordings that come must not turn what a
 * person wanted to keep into less than half.
 */
export interface RetentionQuestions {
  list(): readonly RetentionQuestion[];
  /** May this pass take what it has planned for the disk? Asks where it may not. */
  allows(disk: PlannedDisk): Promise<boolean>;
  /**
   * Resolves to the question that was answered. Throws `Fault`: `retention.nothingAsked`, or `retention.changed` when
   * it is another question by now or one about more.
   */
  answer(diskId: string, answer: RetentionAnswer, by: string): Promise<RetentionQuestion>;
}

/** What is to go may have grown a little since a person was shown it. */
const GROWN = 1.1;
/** Of what was to be kept. Less is something else: the wrong number was mended, or the clock came back. */
const CAUSE_IS_GONE = 0.1;

interface Left {
  readonly bytes: number;
  readonly by: string;
  readonly atMs: number;
}

export async function createRetentionQuestions(options: {
  readonly database: Database;
  readonly clock: Clock;
  /** A question came up, or came up again because there is more to go than what was to be kept. */
  readonly onAsked: (question: RetentionQuestion) => void;
}): Promise<RetentionQuestions> {
  const { database, clock, onAsked } = options;
  const questions = new Map<string, RetentionQuestion>();
  /** By disk: how many bytes a person let go. */
  const confirmed = new Map<string, number>();
  const kept = new Map<string, Left>();
  for (const { diskId, ...left } of await database.all<Left & { diskId: string }>(
    'SELECT disk_id AS diskId, bytes, left_by AS "by", left_ms AS atMs FROM retention_left',
  )) {
    kept.set(diskId, left);
  }

  async function forget(diskId: string): Promise<void> {
    if (kept.delete(diskId)) await database.run('DELETE FROM retention_left WHERE disk_id = ?', diskId);
  }

  function ask({ diskId, path, dueBytes, dueSegments, existingBytes, streams }: PlannedDisk): void {
    const asked = questions.get(diskId);
    const left = kept.get(diskId);
    const stays = left !== undefined && dueBytes <= left.bytes * GROWN;
    const isNew = asked === undefined || (asked.left !== null && !stays);
    const due = streams.filter(({ why }) => why !== 'space');
    const question: RetentionQuestion = {
      diskId,
      path,
      bytes: dueBytes,
      segments: dueSegments,
      cameras: new Set(due.map(({ cameraId }) => cameraId)).size,
      newestMs: Math.max(0, ...due.map(({ newestMs }) => newestMs)),
      ofBytes: existingBytes,
      askedMs: isNew ? clock.now() : asked.askedMs,
      left: stays ? { by: left.by, atMs: left.atMs } : null,
    };
    questions.set(diskId, question);
    if (isNew && !stays) onAsked(question);
  }

  return {
    list: () => [...questions.values()],
    async allows(disk) {
      const { diskId, dueBytes } = disk;
      const left = kept.get(diskId);
      const word = confirmed.get(diskId);
      // A word counts for one pass.
      confirmed.delete(diskId);
      const mayGo = word !== undefined && dueBytes <= word * GROWN;
      const isOver = left !== undefined && dueBytes < left.bytes * CAUSE_IS_GONE;
      if (mayGo || isOver || (left === undefined && !isOverHalf(disk))) {
        await forget(diskId);
        if (mayGo || !isOverHalf(disk)) {
          questions.delete(diskId);
          return true;
        }
      }
      ask(disk);
      return false;
    },
    async answer(diskId, { answer, askedMs, bytes }, by) {
      const question = questions.get(diskId);
      if (question === undefined) {
        throw new Fault('notFound', 'retention.nothingAsked', 'nothing waits for a word about this disk');
      }
      if (question.askedMs !== askedMs || question.bytes > bytes * GROWN) {
        throw new Fault('conflict', 'retention.changed', 'what would go has changed since it was shown');
      }
      if (answer === 'delete') {
        // Not the number that was sent: nobody lets more go than there is a question about.
        confirmed.set(diskId, Math.min(bytes, question.bytes));
        questions.delete(diskId);
        return question;
      }
      const left: Left = { bytes: question.bytes, by, atMs: clock.now() };
      await database.run(
        `INSERT INTO retention_left (disk_id, bytes, left_by, left_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (disk_id) DO UPDATE SET bytes = excluded.bytes, left_by = excluded.left_by, left_ms = excluded.left_ms`,
        diskId,
        left.bytes,
        by,
        left.atMs,
      );
      kept.set(diskId, left);
      questions.set(diskId, { ...question, left: { by, atMs: left.atMs } });
      return question;
    },
  };
}
