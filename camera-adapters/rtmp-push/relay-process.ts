import process from 'node:process';
import { messageOf, systemCodeOf } from '#base/errors';
import { createRelay, type Relay } from './relay.ts';
import { type FromRelay, toRelaySchema } from './relay-protocol.ts';

/**
 * The relay's own process: what goes wrong in it takes no camera but its own, and memory that it loses comes back when
 * it is started again. It lives as long as the server's end of the channel.
 */

/** Resident bytes above which it ends itself; 300 publishers of 2 Mbit/s take about 350 MiB. */
const MEMORY_BYTES = 1024 * 1024 * 1024;

function tell(message: FromRelay): void {
  if (process.connected) process.send?.(message);
}

/** One line a second at most, with a count: whoever knocks without end must not fill the log. */
function refusalReporter(): (address: string, reason: string) => void {
  let count = 0;
  let waiting = false;
  let last = { address: '', reason: '' };
  const report = (): void => {
    waiting = false;
    if (count > 0) tell({ type: 'refusal', ...last, count });
    count = 0;
  };
  return (address, reason) => {
    count += 1;
    last = { address, reason };
    if (waiting) return;
    waiting = true;
    setTimeout(report, 1000).unref();
  };
}

function run(): void {
  let relay: Relay | undefined;
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C goes to the whole group: the server decides when its relay ends.
  process.on('SIGINT', () => undefined);
  setInterval(() => {
    if (process.memoryUsage.rss() > MEMORY_BYTES) throw new Error('the relay takes too much memory');
  }, 2000);

  process.on('message', (raw) => {
    const message = toRelaySchema.parse(raw);
    if (message.type === 'keys') {
      relay?.setKeys(new Map(message.streams));
      return;
    }
    relay = createRelay({
      readSecret: message.readSecret,
      silenceMs: message.silenceMs,
      onPublish: (stream, publishing) => tell({ type: 'publish', stream, publishing }),
      onRefusal: refusalReporter(),
    });
    relay.listen(message.host, message.port).then(
      (port) => tell({ type: 'listening', port }),
      (error) => tell({ type: 'failed', code: systemCodeOf(error) ?? '', message: messageOf(error) }),
    );
  });
}

run();
