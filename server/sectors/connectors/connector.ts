import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { FeedInput, FeedWay } from '#contracts/feeds';
import type { Period } from '#contracts/sectors';
import type { FeedNews, StoredFeed } from '../feeds/feed-store.ts';
import type { Intake } from '../intake/intake.ts';
import type { Catalogue, Places } from '../interfaces.ts';

/**
 * A way by which we get data ourselves. A new one: a file beside these, a line in `index.ts`, and a member of `FEED_WAYS`.
 * It runs from `open` until it is closed; whatever changes of a feed closes it and opens it anew.
 */
export interface Connector {
  readonly way: FeedWay;
  /** Throws `Fault` `invalid` for settings with which it cannot run. */
  check(input: FeedInput, secret: string | undefined, tools: Pick<ConnectorTools, 'check' | 'places'>): Promise<void>;
  open(feed: StoredFeed, tools: ConnectorTools): Connection;
}

export interface Connection {
  /** Fetches now. Rejects when it cannot. */
  now?(): Promise<void>;
  /** Resolves when nothing of it runs any longer. */
  close(): Promise<void>;
}

export interface ConnectorTools {
  readonly clock: Clock;
  readonly log: Logger;
  readonly database: Database;
  readonly catalogue: Pick<Catalogue, 'indicator'>;
  readonly places: Pick<Places, 'timeZone' | 'rootArea' | 'unitsAbove'>;
  readonly intake: Pick<Intake, 'take'>;
  /** The feed as it stands now; `undefined` once it was removed. */
  readonly feedOf: (feedId: string) => StoredFeed | undefined;
  /** By indicator: where the newest period begins that came of the feed, also before the last start. */
  readonly newest: (feedId: string) => ReadonlyMap<string, number>;
  /** What becomes known of the feed without a delivery; `beat` is a sign of life. */
  readonly note: (feedId: string, news: FeedNews, beat?: boolean) => Promise<void>;
  /** The address to connect to; see `AddressGuard`. */
  readonly check: CheckAddress;
  readonly facts: OwnFacts;
  readonly random: () => number;
}

export type CheckAddress = (
  url: string,
  schemes: readonly string[],
  signal?: AbortSignal,
) => Promise<{ readonly url: URL; readonly address: string }>;

/** What our own cameras have to say, by indicator: for a period that is over, of each area or of the province. */
export type OwnFacts = Readonly<Record<string, (period: Period) => Promise<readonly OwnFact[]>>>;
/** Medians of what may not have happened, and places that may not be counted: nobody owes them. */
export const SOMETIMES: ReadonlySet<string> = new Set([
  ...['camera.xac_nhan_canh_bao', 'phan_anh.phan_cong', 'du_lich.nguoi_tai_diem', 'du_lich.suc_chua'],
]);
export interface OwnFact {
  /** `null`: the province. */
  readonly areaCode: string | null;
  readonly value: number;
}

/** Why nothing could be fetched; `code` has words in the console. */
export class ConnectorFault extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ConnectorFault';
    this.code = code;
  }
}
