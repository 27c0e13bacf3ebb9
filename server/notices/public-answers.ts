import { createHash } from 'node:crypto';
import { type NoticeAddresses, noticeCap, noticeFeed } from './notice-cap.ts';
import type { Notices, PublicNotice } from './notices.ts';

export interface PublicAnswer {
  readonly body: string;
  /** A mark of what it says, so that who asks again is told that nothing is new. */
  readonly etag: string;
}

/**
 * What the public asks for again and again, written once for all who ask within a few seconds: in a flood everybody
 * does, and nobody may be refused because others ask as well.
 */
export interface PublicAnswers {
  feed(): Promise<PublicAnswer>;
  /** `undefined`: of none that is in the feed. */
  cap(id: string): Promise<PublicAnswer | undefined>;
  /** Something changed: who asks next hears of it. */
  drop(): void;
}

interface Written {
  readonly feed: PublicAnswer;
  readonly caps: ReadonlyMap<string, PublicAnswer>;
}

const KEEP_MS = 5000;

export function createPublicAnswers(options: {
  readonly notices: Pick<Notices, 'current'>;
  readonly addresses: () => NoticeAddresses;
  readonly now: () => number;
}): PublicAnswers {
  const { notices, addresses, now } = options;
  let kept: { readonly atMs: number; readonly written: Promise<Written> } | undefined;

  async function write(): Promise<Written> {
    const current = await notices.current();
    const from = addresses();
    const caps = new Map<string, PublicAnswer>();
    for (const notice of current) {
      const answer = capAnswer(notice, from);
      if (answer !== undefined) caps.set(notice.id, answer);
    }
    return { feed: marked(noticeFeed(current, { ...from, nowMs: now() })), caps };
  }

  function newest(): Promise<Written> {
    const atMs = now();
    if (kept !== undefined && Math.abs(atMs - kept.atMs) < KEEP_MS) return kept.written;
    const mine = { atMs, written: write() };
    kept = mine;
    mine.written.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return mine.written;
  }

  return {
    feed: async () => (await newest()).feed,
    cap: async (id) => (await newest()).caps.get(id),
    drop() {
      kept = undefined;
    },
  };
}

/** The last of its messages. */
export function capAnswer(notice: PublicNotice, from: NoticeAddresses): PublicAnswer | undefined {
  const last = notice.messages.at(-1);
  return last === undefined ? undefined : marked(noticeCap(notice, last, from));
}

function marked(body: string): PublicAnswer {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}
