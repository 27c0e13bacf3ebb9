import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '#base/clock';
import { createLogger, createSecretRegister } from '#base/log';
import { createDirectIngest, GivenUp } from './direct-ingest.ts';
import { endOfError, type IntakeOrder, type IntakeRequest, type IntakeThreadData } from './intake-messages.ts';
import { type Backlog, createIntakeOutbox } from './intake-outbox.ts';
import { createRtspClient } from './session.ts';

/** A thread that takes streams in: the direct client of each, told by messages, and what it brings, as messages. */

const port = parentPort;
if (port === null) throw new Error('runs as a thread only');
const { readTimeoutMs, fragmentMs, firstPictureMs, logLevel, taken, limits } = workerData as IntakeThreadData;
const outbox = createIntakeOutbox({
  post: (news, transfer) => port.postMessage(news, transfer),
  taken: new Int32Array(taken),
  limits,
  clock: systemClock,
});
// Secrets are blanked by who writes the log, who knows them all.
const log = createLogger({
  level: logLevel,
  secrets: createSecretRegister(),
  write: (line) => outbox.add({ kind: 'log', line }),
});
const house = { clock: systemClock, log };
const client = createRtspClient({ ...house, readTimeoutMs });
const direct = createDirectIngest({ ...house, client, fragmentMs, firstPictureMs });
const streams = new Map<number, AbortController>();

async function run(stream: number, request: IntakeRequest): Promise<void> {
  const controller = new AbortController();
  streams.set(stream, controller);
  const backlog: Backlog = { bytes: 0 };
  const verdict: { fault: GivenUp | null } = { fault: null };
  let skipped = 0;

  function tellSkipped(): void {
    outbox.add({ kind: 'skipped', stream, pictures: skipped });
    skipped = 0;
  }

  try {
    await direct.run({
      ...request,
      signal: controller.signal,
      sink: {
        info(info) {
          // A message takes along the whole memory in which something lies: here, often, that of others.
          if (verdict.fault === null) outbox.add({ kind: 'info', stream, info: { ...info, init: info.init.slice() } });
        },
        fragment(fragment) {
          // What follows a gap could not be shown.
          if (verdict.fault !== null || outbox.fragment(stream, backlog, fragment)) return;
          const waiting = Math.round(backlog.bytes / 1e6);
          verdict.fault = new GivenUp(`the program does not take the pictures in time (${waiting} MB wait)`);
          controller.abort();
        },
      },
      onClock: (offsetMs) => outbox.add({ kind: 'clock', stream, offsetMs }),
      onSkipped() {
        skipped += 1;
        if (skipped === 1) setImmediate(tellSkipped);
      },
    });
    const end = verdict.fault === null ? ({ how: 'told' } as const) : endOfError(verdict.fault);
    outbox.add({ kind: 'ended', stream, end });
  } catch (error) {
    outbox.add({ kind: 'ended', stream, end: endOfError(verdict.fault ?? error) });
  } finally {
    streams.delete(stream);
  }
}

port.on('message', (order: IntakeOrder) => {
  if (order.kind === 'run') void run(order.stream, order.request);
  else streams.get(order.stream)?.abort();
});
