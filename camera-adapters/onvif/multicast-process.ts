import process from 'node:process';
import { messageOf } from '#base/errors';
import { type FromSearch, toSearchSchema } from './multicast-protocol.ts';
import { searchForEver } from './multicast-search.ts';

/**
 * The multicast search in a process of its own. Anybody on the network may answer, and the `onvif` package takes a
 * third of a second for one packet that is made to keep it busy, has no bound, and cannot be stopped.
 */

const MOST_FOUND = 4096;
const MOST_ODD = 20;

function tell(message: FromSearch): void {
  if (process.connected) process.send?.(message);
}

const known = new Set<string>();
let odd = 0;
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.on('message', (raw) => {
  const search = searchForEver({
    interfaces: toSearchSchema.parse(raw).interfaces,
    onFound(found) {
      if (known.has(found.id) || known.size >= MOST_FOUND) return;
      known.add(found.id);
      tell({ type: 'found', found });
    },
    onOdd(reason) {
      odd += 1;
      if (odd <= MOST_ODD) tell({ type: 'odd', reason });
    },
  });
  search.catch((error: unknown) => {
    tell({ type: 'odd', reason: messageOf(error) });
    process.exit(1);
  });
});
