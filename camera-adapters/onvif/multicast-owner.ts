import { networkInterfaces } from 'node:os';
import { forkModule } from '../own-process.ts';
import { fromSearchSchema, type ToSearch } from './multicast-protocol.ts';
import type { Found } from './multicast-search.ts';

export interface OwnedSearch {
  /** Names of network interfaces to ask from. */
  readonly interfaces: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Once for each identity. */
  readonly onFound: (found: Found) => void;
  readonly onOdd: (reason: string) => void;
}

/** Runs the multicast search in its process; resolves when that is gone: when the time is up, and on abort. */
export function searchByMulticast(search: OwnedSearch): Promise<void> {
  const { interfaces, onFound, onOdd } = search;
  const signal = AbortSignal.any([search.signal, AbortSignal.timeout(search.timeoutMs)]);
  if (signal.aborted || interfaces.length === 0) return Promise.resolve();
  const process = forkModule(new URL('./multicast-process', import.meta.url));
  const end = (): void => void process.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  process.stderr?.resume();
  process.on('message', (raw) => {
    const { data } = fromSearchSchema.safeParse(raw);
    if (data === undefined || signal.aborted) return;
    if (data.type === 'found') onFound(data.found);
    else onOdd(data.reason);
  });
  return new Promise((resolve) => {
    const ended = (): void => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    process.on('close', ended);
    process.on('error', (error) => {
      onOdd(`the search by multicast fails: ${error.message}`);
      // A process that never started does not close.
      if (process.pid === undefined) ended();
    });
    process.send({ interfaces: [...interfaces] } satisfies ToSearch);
  });
}

/** Names of the interfaces with an IPv4 address, without loopback. */
export function outwardInterfaces(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    addresses?.some(({ family, internal }) => family === 'IPv4' && !internal) ? [name] : [],
  );
}
