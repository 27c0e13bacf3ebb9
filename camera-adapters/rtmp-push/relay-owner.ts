import type { ChildProcess } from 'node:child_process';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import { forkModule } from '../own-process.ts';
import { type FromRelay, fromRelaySchema, type ToRelay } from './relay-protocol.ts';

/** Keeps one relay process alive: starts it, starts it again when it dies, ends it. */
export interface RelayOwner {
  /** Resolves to the port. Rejects with `Fault` `unavailable` when the first start fails; it is not tried again then. */
  start(): Promise<number>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
  /** Dropped while no process listens: `onUp` is the moment to tell a new one everything. */
  tell(message: ToRelay): void;
}

export interface RelayOwnerOptions {
  readonly host: string;
  readonly port: number;
  readonly silenceMs: number;
  readonly readSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** A process listens; also after each restart. */
  readonly onUp: (port: number) => void;
  /** The process is gone, and with it all its connections. */
  readonly onDown: () => void;
  readonly onMessage: (message: FromRelay) => void;
}

/** ms until a new process must listen: a cold start on a busy machine takes one or two seconds. */
const START_MS = 15_000;
const STOP_MS = 1500;
/** ms after which a process counts as having lived: the next restart is quick again. */
const LIVED_MS = 10_000;

export function createRelayOwner(options: RelayOwnerOptions): RelayOwner {
  const { clock, log } = options;
  const waits = backOff({ firstMs: 100, maxMs: 10_000 });
  let child: ChildProcess | undefined;
  let port = options.port;
  let stopped = false;
  let cancelRestart: (() => void) | undefined;

  /** Starts a process; resolves when it listens, rejects when it does not. */
  function launch(): Promise<number> {
    const process = forkModule(new URL('./relay-process', import.meta.url));
    child = process;
    const startedMs = clock.monotonic();
    let lastWords = '';
    let up = false;
    process.stderr?.on('data', (bytes: Buffer) => {
      lastWords = `${lastWords}${bytes.toString()}`.slice(-2000);
    });

    return new Promise((resolve, reject) => {
      const fail = (code: string, message: string): void => {
        reject(new Fault('unavailable', code, message));
        process.kill('SIGKILL');
      };
      const cancelTimeout = clock.after(START_MS, () =>
        fail('rtmp.slowStart', 'the RTMP receiver did not start in time'),
      );
      process.on('message', (raw) => {
        const parsed = fromRelaySchema.safeParse(raw);
        if (!parsed.success) return;
        const message = parsed.data;
        if (message.type === 'listening') {
          cancelTimeout();
          up = true;
          // A publisher that comes back after a restart finds the same port.
          port = message.port;
          options.onUp(port);
          resolve(port);
        } else if (message.type === 'failed') {
          fail(...reasonOf(message.code, message.message, options.host, port));
        } else options.onMessage(message);
      });
      process.on('error', (error) => fail('rtmp.noStart', `the RTMP receiver cannot be started: ${error.message}`));
      process.on('exit', (code, signal) => {
        cancelTimeout();
        if (child === process) child = undefined;
        reject(new Fault('unavailable', 'rtmp.noStart', `the RTMP receiver ended while starting: ${lastWords}`));
        if (!up) return;
        options.onDown();
        if (stopped) return;
        if (clock.monotonic() - startedMs > LIVED_MS) waits.reset();
        log.error({ code, signal, lastWords }, 'the RTMP receiver ended and is started again');
        restartLater();
      });
      process.send({
        type: 'start',
        host: options.host,
        port,
        silenceMs: options.silenceMs,
        readSecret: options.readSecret,
      } satisfies ToRelay);
    });
  }

  function restartLater(): void {
    cancelRestart = clock.after(waits.next(), () => {
      if (stopped) return;
      launch().catch((error: unknown) => {
        if (stopped) return;
        log.error({ err: error }, 'the RTMP receiver cannot be started again; the next attempt follows');
        restartLater();
      });
    });
  }

  return {
    start: launch,
    tell: (message) => {
      if (child?.connected) child.send(message);
    },
    async stop() {
      stopped = true;
      cancelRestart?.();
      const process = child;
      if (process === undefined) return;
      await new Promise<void>((resolve) => {
        const cancelKill = clock.after(STOP_MS, () => process.kill('SIGKILL'));
        process.once('exit', () => {
          cancelKill();
          resolve();
        });
        // The relay ends itself when the channel closes.
        if (process.connected) process.disconnect();
      });
    },
  };
}

function reasonOf(code: string, message: string, host: string, port: number): [code: string, message: string] {
  const place = `${host}:${port} (cameras.rtmpHost, cameras.rtmpPort)`;
  switch (code) {
    case 'EADDRINUSE':
      return ['rtmp.portInUse', `another program receives on ${place}: RTMP cannot be received there`];
    case 'EACCES':
      return ['rtmp.portForbidden', `this account may not receive on ${place}`];
    case 'EADDRNOTAVAIL':
      return ['rtmp.noSuchAddress', `this machine does not have the address of ${place}`];
    default:
      return ['rtmp.noStart', `cannot receive on ${place}: ${message}`];
  }
}
