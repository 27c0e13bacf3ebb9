import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { AlertState } from '#contracts/alerts';
import type { AlertChange, OutputKindName, OutputSettings } from '#contracts/outputs';
import type { CloudEvent } from './cloud-event.ts';

/** What a kind of output is made of: one file in `kinds/` with an `OutputKind`, and a line in `kinds/index.ts`. */
export interface OutputKind<K extends OutputKindName> {
  readonly kind: K;
  /** Opens nothing yet; throws nothing. */
  open(settings: OutputSettings[K], secrets: Readonly<Record<string, string>>, tools: OutputTools): Sender;
}

export interface Sender {
  /** Messages that one `send` takes at most. */
  readonly most: number;
  /** ms between the beginnings of two sends at least. */
  readonly everyMs: number;
  /**
   * Resolves when the other side has taken all of them. Rejects with `OutputFault`; they are then sent again, all of them:
   * the other side knows by the id what it has already. With `PartFault` only what that names is sent again.
   */
  send(messages: readonly Message[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Message {
  readonly event: CloudEvent;
  /** Of an incident: CAP 1.2. */
  readonly cap?: string;
  /** Of an alert. `quiet`: the filter does not want it told, but whoever keeps how alerts stand must know. */
  readonly alert?: {
    readonly id: string;
    readonly quiet: boolean;
    readonly change: AlertChange;
    /**
     * Where the other side keeps how alerts stand: `standing` it keeps, after `closed` it keeps nothing; `gone` is told
     * nobody, it only takes away what is kept.
     */
    readonly kept?: 'standing' | 'closed' | 'gone';
  };
  /** Somebody wants it sent, whatever has become of it since. */
  readonly asked?: true;
  /** Of a mail: the only ones who have not got it yet. */
  readonly to?: readonly string[];
}

export interface OutputTools {
  readonly check: CheckAddress;
  readonly clock: Clock;
  readonly log: Logger;
  /** Name of this site in topics. */
  readonly site: string;
  /** How a camera is called, for people; its id where it is unknown. */
  readonly nameOf: (cameraId: string) => string;
  /** How an alert stands now; `undefined` where it is not there. */
  readonly stateOf: (alertId: string) => Promise<AlertState | undefined>;
  /** Where the console is, without a slash at the end. */
  readonly consoleUrl: () => string;
}

/** The guard of the house: resolves the host once and rejects when the server may not call it. */
export type CheckAddress = (
  url: string,
  schemes: readonly string[],
  signal?: AbortSignal,
) => Promise<{ readonly url: URL; readonly address: string; readonly family: 4 | 6 }>;

/** `refused`: the other side has understood and does not want it; sending it again is of little use. */
export class OutputFault extends Error {
  readonly refused: boolean;
  /** ms that the other side asks us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, more: { refused?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.name = 'OutputFault';
    this.refused = more.refused ?? false;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** Some of it got through: what is left holds up nothing that comes after it. */
export class PartFault extends OutputFault {
  /** Of each message in its order: what is to be sent later, `undefined` where nothing is. */
  readonly left: readonly (Message | undefined)[];

  constructor(message: string, left: readonly (Message | undefined)[]) {
    super(message);
    this.name = 'PartFault';
    this.left = left;
  }
}
