import type { WebSocket } from 'ws';
import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { StreamInfo } from '#contracts/media';
import { encodeInit } from '#contracts/wall-frame';
import type { LiveConfig } from '../../../config/schema.ts';
import type { Hub } from '../hub.ts';
import type { Stills } from '../snapshot.ts';
import type { Transcodes } from '../transcode.ts';
import { createWallClient, type WallClient } from './client.ts';
import type { Corkable } from './line.ts';
import type { StreamStatuses, Viewer } from './viewer.ts';

/** The server's end of the wall socket; its language is `#contracts/wall-frame`. */
export interface WallSocket {
  /**
   * Serves one client until it leaves. The server that `ws` comes from must have `perMessageDeflate: false` and
   * `maxPayload: MAX_REQUEST_BYTES`; who the viewer is and where it comes from was checked before. With the `socket`
   * that the request came on, each frame costs one system call, without it two.
   */
  accept(ws: WebSocket, viewer: Viewer, socket?: Corkable): void;
  figures(): WallFigures;
  /** Closes all clients (1001, going away). */
  close(): void;
}

export interface WallFigures {
  readonly clients: number;
  readonly cells: number;
  /** What waits in this process for all clients together. */
  readonly queuedBytes: number;
}

/** Largest message that a client may send. */
export const MAX_REQUEST_BYTES = 4096;

const GOING_AWAY = 1001;

export function createWallSocket(deps: {
  hub: Hub;
  statuses: StreamStatuses;
  stills: Stills;
  transcodes: Transcodes;
  config: LiveConfig;
  clock: Clock;
  log: Logger;
}): WallSocket {
  const { hub, statuses, stills, transcodes, config, clock, log } = deps;
  const clients = new Set<WallClient>();
  const stopStatus = statuses.onStatus((cameraId) => {
    for (const client of clients) client.statusChanged(cameraId);
  });

  const payloads = new WeakMap<StreamInfo, Uint8Array>();
  function initPayload(info: StreamInfo): Uint8Array {
    let payload = payloads.get(info);
    if (payload === undefined) {
      const codecs = info.audio === null ? info.video.codec : `${info.video.codec},${info.audio.codec}`;
      payload = encodeInit(`video/mp4; codecs="${codecs}"`, info.init);
      payloads.set(info, payload);
    }
    return payload;
  }

  return {
    accept(ws, viewer, socket) {
      const client: WallClient = createWallClient({
        ws,
        socket,
        viewer,
        services: { hub, transcodes, stills, statuses, clock, initPayload },
        limits: {
          bufferBytes: config.clientBufferKb * 1024,
          cells: config.maxCells,
          requestBytes: MAX_REQUEST_BYTES,
        },
        log,
        onClosed: () => clients.delete(client),
      });
      clients.add(client);
    },
    figures() {
      let [cells, queuedBytes] = [0, 0];
      for (const client of clients) {
        cells += client.cells;
        queuedBytes += client.queuedBytes;
      }
      return { clients: clients.size, cells, queuedBytes };
    },
    close() {
      stopStatus();
      for (const client of [...clients]) client.end(GOING_AWAY, 'the server is stopping');
    },
  };
}
