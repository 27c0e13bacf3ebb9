import type { WebSocket } from 'ws';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import type { LiveConfig } from '../../../config/schema.ts';
import type { Hub } from '../hub.ts';
import type { Stills } from '../snapshot.ts';
import type { Transcodes } from '../transcode.ts';
import type { StreamStatuses, Viewer } from './viewer.ts';

/** The server's end of the wall socket; its language is `#contracts/wall-frame`. */
export interface WallSocket {
  /**
   * Serves one client until it leaves. The server that `ws` comes from must have `perMessageDeflate: false` and
   * `maxPayload: MAX_REQUEST_BYTES`; who the viewer is and where it comes from was checked before.
   */
  accept(ws: WebSocket, viewer: Viewer): void;
  figures(): { readonly clients: number; readonly cells: number };
  /** Closes all clients (1001, going away). */
  close(): void;
}

/** Largest message that a client may send. */
export const MAX_REQUEST_BYTES = 4096;

export function createWallSocket(_deps: {
  hub: Hub;
  statuses: StreamStatuses;
  stills: Stills;
  transcodes: Transcodes;
  config: LiveConfig;
  clock: Clock;
  log: Logger;
}): WallSocket {
  return {
    accept() {
      throw new Fault('unavailable', 'live.notYet', 'not built yet');
    },
    figures: () => ({ clients: 0, cells: 0 }),
    close: () => {},
  };
}
