import { readlinkSync } from 'node:fs';
import { getPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { beModest } from '#base/modest-thread';

/** A thread that gives way, and says with what priority it and the first thread of the process run then. */
beModest();
const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
parentPort?.postMessage({ own: getPriority(thread), first: getPriority(process.pid) });
