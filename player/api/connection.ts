import type { QueryClient } from '@tanstack/react-query';
import { io, type Socket } from 'socket.io-client';
import type { TamnhinEvent } from '#contracts/events';
import type { SessionView } from '#contracts/http';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { isAboutStorage } from './about-storage.ts';
import { forgetAlerts, putAlert, refreshAlerts, refreshIncidents } from './alert-cache.ts';
import { putCamera, putStreamState, removeCamera } from './camera-cache.ts';
import { appendEvents, forgetEvents, newestSequence } from './event-cache.ts';
import { putExport } from './export-cache.ts';
import { queryKeys } from './query-keys.ts';
import { createSectorCache } from './sector-cache.ts';

/** `off` is before sign-in; `lost` is worth a banner. */
export type ConnectionState = 'off' | 'connecting' | 'connected' | 'lost';

/** The standing line to the server: it keeps the caches of the lists up to date, and others may listen too. */
export interface Connection {
  state(): ConnectionState;
  /** For `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void;
  onEvent(listener: ServerToClient['event:appended']): () => void;
  onDiscovery(listener: ServerToClient['discovery:progress']): () => void;
  start(): void;
  stop(): void;
}

/** ms; a first connection that takes longer than this counts as lost. */
const PATIENCE_MS = 2500;
/** ms; an answer to `event:resume` that takes longer is replaced by fetching the list again. */
const RESUME_TIMEOUT_MS = 5000;

export function createConnection(options: {
  queryClient: QueryClient;
  /** Where the server is; without it, where the page came from. */
  url?: string;
}): Connection {
  const { queryClient } = options;
  const socket: Socket<ServerToClient, ClientToServer> = io(options.url ?? '/', {
    autoConnect: false,
    transports: ['websocket', 'polling'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
    timeout: 5000,
    withCredentials: true,
  });
  const sectors = createSectorCache(queryClient);
  const listeners = new Set<() => void>();
  let state: ConnectionState = 'off';
  let everConnected = false;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function become(next: ConnectionState): void {
    clearTimeout(patience);
    if (next === 'connecting') patience = setTimeout(() => become('lost'), PATIENCE_MS);
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  }

  function refreshStorage(): void {
    void queryClient.invalidateQueries({ queryKey: queryKeys.retentionQuestions });
    void queryClient.invalidateQueries({ queryKey: queryKeys.disks });
  }

  async function catchUp(): Promise<void> {
    void queryClient.invalidateQueries({ queryKey: queryKeys.session });
    void queryClient.invalidateQueries({ queryKey: queryKeys.cameras });
    void queryClient.invalidateQueries({ queryKey: queryKeys.groups });
    void queryClient.invalidateQueries({ queryKey: queryKeys.layouts });
    refreshStorage();
    void queryClient.invalidateQueries({ queryKey: queryKeys.holds });
    refreshAlerts(queryClient);
    refreshIncidents(queryClient);
    void queryClient.invalidateQueries({ queryKey: queryKeys.models });
    sectors.refresh();
    void queryClient.invalidateQueries({ queryKey: queryKeys.reports });
    const sequence = newestSequence(queryClient);
    if (sequence === null) return;
    try {
      const missed = await socket.timeout(RESUME_TIMEOUT_MS).emitWithAck('event:resume', { sequence });
      if (missed.complete) appendEvents(queryClient, missed.events);
      else forgetEvents(queryClient);
    } catch {
      forgetEvents(queryClient);
    }
  }

  /** Other rights: other cameras, and other things that are told of them. */
  async function takeRights(): Promise<void> {
    void queryClient.invalidateQueries({ queryKey: queryKeys.cameras });
    void queryClient.invalidateQueries({ queryKey: queryKeys.layouts });
    await queryClient.invalidateQueries({ queryKey: queryKeys.session });
    // It ended: the page waits as it is behind the sign-in form, and nothing could be fetched.
    if (queryClient.getQueryData<SessionView>(queryKeys.session)?.user === null) return;
    forgetAlerts(queryClient);
    sectors.forget();
    void queryClient.resetQueries({ queryKey: queryKeys.reports });
    refreshIncidents(queryClient);
    forgetEvents(queryClient);
  }

  socket.on('connect', () => {
    become('connected');
    if (everConnected) void catchUp();
    everConnected = true;
  });
  socket.on('disconnect', (reason) => {
    if (state === 'off') return;
    become('lost');
    // socket.io does not come back by itself when the server closed the line, as it does when a session ends.
    if (reason === 'io server disconnect') {
      void queryClient.invalidateQueries({ queryKey: queryKeys.session });
      socket.connect();
    }
  });
  socket.on('connect_error', (error) => {
    if (state === 'off') return;
    become('lost');
    if (error.message === 'unauthenticated') void queryClient.invalidateQueries({ queryKey: queryKeys.session });
    if (!socket.active) patience = setTimeout(() => socket.connect(), PATIENCE_MS);
  });

  socket.on('stream:state', (change) => putStreamState(queryClient, change));
  socket.on('camera:saved', (camera) => putCamera(queryClient, camera));
  socket.on('camera:removed', ({ id }) => {
    removeCamera(queryClient, id);
    void queryClient.invalidateQueries({ queryKey: queryKeys.removedCameras });
  });
  socket.on('lists:changed', ({ list }) => {
    void queryClient.invalidateQueries({ queryKey: queryKeys[list] });
    // What is shown, and how it is judged, follows from these.
    if (list === 'sectors' || list === 'places') sectors.refreshFigures();
    // Timelines show what is held.
    if (list === 'holds') void queryClient.invalidateQueries({ queryKey: queryKeys.timelines });
  });
  socket.on('export:progress', (view) => putExport(queryClient, view));
  socket.on('event:appended', (event: TamnhinEvent) => {
    appendEvents(queryClient, [event]);
    if (isAboutStorage(event)) refreshStorage();
  });
  socket.on('alert:changed', (alert) => putAlert(queryClient, alert));
  socket.on('incident:changed', () => refreshIncidents(queryClient));
  socket.on('tile:changed', (tile) => sectors.putTile(tile));
  socket.on('sectorEvent:changed', (event) => sectors.putEvent(event));
  socket.on('report:changed', () => void queryClient.invalidateQueries({ queryKey: queryKeys.reports }));
  socket.on('directive:changed', () => void queryClient.invalidateQueries({ queryKey: queryKeys.directives }));
  socket.on('session:changed', () => void takeRights());

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEvent(listener) {
      socket.on('event:appended', listener);
      return () => socket.off('event:appended', listener);
    },
    onDiscovery(listener) {
      socket.on('discovery:progress', listener);
      return () => socket.off('discovery:progress', listener);
    },
    start() {
      if (state !== 'off') return;
      become('connecting');
      socket.connect();
    },
    stop() {
      become('off');
      everConnected = false;
      socket.disconnect();
    },
  };
}
