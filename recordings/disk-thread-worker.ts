import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { messageOf, systemCodeOf } from '#base/errors';
import { beModest } from '#base/modest-thread';
import { makeDiskCall } from './disk-calls.ts';
import type { DiskAnswer, DiskRequest, DiskThreadData } from './disk-thread.ts';

/** The thread of one disk: takes calls in crowds, makes them one after another, and answers in crowds. */

/** Answers wait for each other so long, ms: each message wakes who waits. */
const ANSWER_MS = 20;

const port = parentPort;
if (port === null) throw new Error('runs as a thread only');
const { arena } = workerData as DiskThreadData;
const bytes = new Uint8Array(arena);
beModest();
/** A sync takes long, and what is to be written must not wait for all of them. */
const queues: { readonly now: DiskRequest[]; readonly later: DiskRequest[] } = { now: [], later: [] };

function take(requests: readonly DiskRequest[]): void {
  for (const request of requests) {
    const { call } = request.job;
    (call === 'sync' || call === 'syncFolder' ? queues.later : queues.now).push(request);
  }
}

function perform({ id, job }: DiskRequest): DiskAnswer {
  try {
    return { id, result: makeDiskCall(job, bytes), error: null };
  } catch (error) {
    return { id, result: 0, error: { code: systemCodeOf(error) ?? null, message: messageOf(error) } };
  }
}

port.on('message', (requests: readonly DiskRequest[]) => {
  take(requests);
  let answers: DiskAnswer[] = [];
  let sinceMs = performance.now();
  for (let next = queues.now.shift() ?? queues.later.shift(); next !== undefined; ) {
    answers.push(perform(next));
    if (performance.now() - sinceMs > ANSWER_MS) {
      port.postMessage(answers);
      answers = [];
      sinceMs = performance.now();
    }
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port)) {
      take(more.message as readonly DiskRequest[]);
    }
    next = queues.now.shift() ?? queues.later.shift();
  }
  if (answers.length > 0) port.postMessage(answers);
});
