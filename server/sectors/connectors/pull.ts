import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { Fault, messageOf } from '#base/errors';
import { backOff } from '#base/retry';
import type { FeedFormat } from '#contracts/feeds';
import type { PullState, StoredFeed } from '../feeds/feed-store.ts';
import { speaksFor } from '../feeds/feed-units.ts';
import { type Connection, type Connector, ConnectorFault, type ConnectorTools } from './connector.ts';
import { fetchChecked, guardFault } from './fetch-checked.ts';

/**
 * Fetches by a schedule in the province's time. What has not changed is not read again; who does not answer is asked less
 * and less often, and never in step with all others.
 */
export const pull: Connector = {
  way: 'pull',
  async check(input, secret, { check, places }) {
    if (input.pull === null) return;
    // RFC 6750 §2.1: what goes into the header.
    if (secret !== undefined && !/^[\x21-\x7e]*$/.test(secret)) {
      throw field('pull.secret', 'feed.badSecret', 'letters, digits and signs of ASCII alone');
    }
    try {
      nextRun(input.pull.schedule, 0, places.timeZone);
    } catch {
      throw field('pull.schedule', 'feed.badSchedule', 'this is no line of cron');
    }
    try {
      await check(input.pull.url, ['http', 'https']);
    } catch (error) {
      const fault = guardFault(error);
      // A name that is not known today may be so tomorrow; an address that is forbidden stays so.
      if (fault?.code === 'refusedAddress') throw field('pull.url', 'feed.refusedAddress', fault.message);
    }
  },
  open,
};

const ACCEPT: Readonly<Record<FeedFormat, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson, application/json;q=0.5',
  csv: 'text/csv, text/plain;q=0.5',
  feed: 'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.8, text/xml;q=0.8',
  open311: 'application/json, text/xml;q=0.9',
  cap: 'application/cap+xml, application/xml;q=0.9',
};
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;
/** Feeds of the same minute are spread over so long. */
const SPREAD_MS = 5000;
/** Timers of Node end at 24 days; a yearly schedule is looked at again until it is time. */
const LONGEST_WAIT_MS = 12 * 3_600_000;

function open(feed: StoredFeed, tools: ConnectorTools): Connection {
  const { clock, log, random } = tools;
  const settings = feed.input.pull;
  if (settings === null) throw new Error('a feed that is fetched has settings for it');
  const over = new AbortController();
  const retry = backOff({ firstMs: FIRST_RETRY_MS, maxMs: LONGEST_RETRY_MS, random });
  let stopTimer = (): void => {};
  let running: Promise<void> | undefined;

  function plan(atMs: number): void {
    stopTimer();
    if (over.signal.aborted) return;
    const waitMs = Math.max(0, atMs - clock.now());
    stopTimer = clock.after(Math.min(waitMs, LONGEST_WAIT_MS), () => {
      if (waitMs > LONGEST_WAIT_MS) plan(atMs);
      else void run().catch(() => {});
    });
  }

  function planNext(): void {
    const atMs = nextRun(settings?.schedule ?? '', clock.now(), tools.places.timeZone);
    if (atMs !== null) plan(atMs + Math.round(random() * SPREAD_MS));
  }

  function run(): Promise<void> {
    running ??= attempt().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function attempt(): Promise<void> {
    try {
      await fetchOnce(feed.id, tools, over.signal);
      retry.reset();
      planNext();
    } catch (error) {
      if (over.signal.aborted) return;
      const { code, message } = error instanceof ConnectorFault ? error : { code: 'failed', message: messageOf(error) };
      const asked = error instanceof Waits ? error.retryAfterMs : 0;
      plan(clock.now() + Math.max(retry.next(), asked));
      if (!(error instanceof ConnectorFault))
        log.error({ feed: feed.id, reason: message }, 'a feed could not be fetched');
      const nowMs = clock.now();
      const state = tools.feedOf(feed.id)?.pullState ?? {};
      const pullState = { ...state, failures: (state.failures ?? 0) + 1 };
      await tools.note(feed.id, { lastAttemptMs: nowMs, lastError: { atMs: nowMs, code, message }, pullState });
      throw error;
    }
  }

  planNext();
  return {
    async now() {
      try {
        await run();
      } catch (error) {
        throw new Fault('unavailable', 'feed.pullFailed', messageOf(error), { cause: error });
      }
    },
    async close() {
      over.abort();
      stopTimer();
      await running?.catch(() => {});
    },
  };
}

/** The other side says when it wants to be asked again. */
class Waits extends ConnectorFault {
  readonly retryAfterMs: number;
  constructor(status: number, retryAfterMs: number) {
    super(`http${status}`, `answered with status ${status}`);
    this.retryAfterMs = retryAfterMs;
  }
}

async function fetchOnce(feedId: string, tools: ConnectorTools, signal: AbortSignal): Promise<void> {
  const feed = tools.feedOf(feedId);
  const settings = feed?.input.pull;
  if (feed === undefined || settings == null) return;
  const { input, secrets, pullState: before } = feed;
  const fetched = await fetchChecked({
    url: settings.url,
    check: tools.check,
    headers: {
      accept: `${ACCEPT[input.format]}, */*;q=0.1`,
      ...(before.etag === undefined ? {} : { 'if-none-match': before.etag }),
      ...(before.lastModified === undefined ? {} : { 'if-modified-since': before.lastModified }),
    },
    secret: secrets.pull,
    timeoutMs: settings.timeoutMs,
    mostBytes: settings.mostBytes,
    signal,
  });
  const nowMs = tools.clock.now();
  const alive = { lastAttemptMs: nowMs, lastError: null };
  if (fetched.status === 304) {
    await tools.note(feedId, { ...alive, pullState: { ...before, failures: 0 } }, true);
    return;
  }
  if (fetched.status !== 200) throw new Waits(fetched.status, fetched.retryAfterMs ?? 0);
  const sha256 = createHash('sha256').update(fetched.bytes).digest('hex');
  if (sha256 === before.sha256) {
    // Broken as before is still broken, and what was good has been taken.
    if (
      feed.lastError !== null &&
      before.etag === undefined &&
      before.lastModified === undefined &&
      before.failures !== 0
    ) {
      throw new ConnectorFault(feed.lastError.code, feed.lastError.message);
    }
    await tools.note(feedId, { ...alive, pullState: stateOf(fetched, sha256) }, true);
    return;
  }
  const done = await tools.intake.take({
    ...{ feed, bytes: fetched.bytes, format: input.format, mapping: input.mapping },
    ...{ way: 'pull', sender: 'system', mayUnit: speaksFor(input, tools.places.unitsAbove), onlyNews: true },
  });
  if (done?.batch.refused != null) {
    const { code, detail } = done.batch.refused;
    await tools.note(feedId, { pullState: { sha256 } });
    throw new ConnectorFault(code, detail);
  }
  await tools.note(feedId, { pullState: stateOf(fetched, sha256) }, true);
}

function stateOf(
  { etag, lastModified }: { etag: string | undefined; lastModified: string | undefined },
  sha256: string,
): PullState {
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...{ sha256, failures: 0 },
  };
}

/** ms since 1970; `null` when it never comes again. Throws for what is no line of cron. */
function nextRun(schedule: string, nowMs: number, timeZone: string): number | null {
  return new Cron(schedule, { timezone: timeZone, paused: true }).nextRun(new Date(nowMs))?.getTime() ?? null;
}

function field(path: string, code: string, message: string): Fault {
  return new Fault('invalid', 'request.invalid', 'some fields of the request are wrong', {
    fields: [{ path, code, message }],
  });
}
