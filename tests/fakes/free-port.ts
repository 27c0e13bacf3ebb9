import { createServer } from 'node:net';

/** Below those that the system gives to outgoing connections, and to who asks for any (Linux: 32768 to 60999). */
const [FIRST_PORT, PORTS] = [20_000, 12_000];
/** Test files of two processes at a time begin at different places. */
let nextPort = (process.pid * 211) % PORTS;

/** No two calls of a process give the same one. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORTS; tried += 1) {
    const port = FIRST_PORT + nextPort;
    nextPort = (nextPort + 1) % PORTS;
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
    if (!isFree) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
  throw new Error('no port is free');
}
