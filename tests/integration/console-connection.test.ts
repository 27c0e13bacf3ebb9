import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueryClient } from '@tanstack/react-query';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraView } from '#contracts/camera';
import type { TamnhinEvent } from '#contracts/events';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { type Connection, createConnection } from '../../player/api/connection.ts';
import type { EventList } from '../../player/api/event-cache.ts';
import { queryKeys } from '../../player/api/query-keys.ts';

/** The console's standing line against a real socket.io server. */

const event = (sequence: number): TamnhinEvent => ({
  sequence,
  id: `e${sequence}`,
  type: 'vn.tamnhin.system.started',
  timeMs: sequence,
  severity: 'unknown',
  cameraId: null,
  data: { version: '1' },
});
const camera: CameraView = {
  id: 'c1',
  number: 1,
  name: 'One',
  groupId: null,
  class: 'normal',
  kind: 'rtsp',
  place: null,
  purpose: '',
  enabled: true,
  demo: false,
  hasSub: false,
  pictureFault: null,
  canPtz: false,
  hasMasks: false,
  streams: [],
};

describe('the standing line', () => {
  let http: HttpServer;
  let server: Server<ClientToServer, ServerToClient>;
  let connection: Connection;
  let queryClient: QueryClient;
  /** What the server answers to `event:resume`. */
  let missed: { events: TamnhinEvent[]; complete: boolean };

  async function listen(port: number): Promise<number> {
    http = createServer();
    server = new Server(http, { pingInterval: 500, pingTimeout: 300 });
    server.on('connection', (socket) => {
      socket.on('event:resume', ({ sequence }, answer) =>
        answer({ ...missed, events: missed.events.filter((one) => one.sequence > sequence) }),
      );
    });
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    return (http.address() as AddressInfo).port;
  }
  const held = (): number[] | undefined =>
    queryClient.getQueryData<EventList>(queryKeys.events)?.events.map(({ sequence }) => sequence);
  const becomes = (state: string): Promise<void> => vi.waitFor(() => expect(connection.state()).toBe(state), 8000);

  let port: number;
  beforeEach(async () => {
    missed = { events: [], complete: true };
    queryClient = new QueryClient();
    queryClient.setQueryData<EventList>(queryKeys.events, { events: [event(1)], more: false });
    queryClient.setQueryData(queryKeys.cameras, [camera]);
    port = await listen(0);
    connection = createConnection({ queryClient, url: `http://127.0.0.1:${port}` });
    connection.start();
    await becomes('connected');
  });
  afterEach(async () => {
    connection.stop();
    queryClient.clear();
    await server.close();
  });

  it('keeps events and cameras up to date', async () => {
    server.emit('event:appended', event(2));
    server.emit('stream:state', {
      cameraId: 'c1',
      role: 'main',
      state: 'live',
      fault: null,
      sinceMs: 5,
      lastFrameMs: 6,
    });
    server.emit('camera:saved', { ...camera, id: 'c2', number: 2 });
    await vi.waitFor(() => {
      expect(held()).toEqual([2, 1]);
      expect(queryClient.getQueryData(queryKeys.cameras)).toMatchObject([
        { id: 'c1', streams: [{ state: 'live' }] },
        { id: 'c2' },
      ]);
    });
    server.emit('camera:removed', { id: 'c1' });
    await vi.waitFor(() => expect(queryClient.getQueryData(queryKeys.cameras)).toMatchObject([{ id: 'c2' }]));
  });

  it('lets go of the alerts and events of before when the rights of the person changed', async () => {
    queryClient.setQueryData(queryKeys.alerts, [{ id: 'a1' }]);
    queryClient.setQueryData(queryKeys.alert('a1'), { id: 'a1' });
    queryClient.setQueryData(queryKeys.earlyAlerts, [{ id: 'a1' }]);
    queryClient.setQueryData(queryKeys.closedAlerts, { pages: [], pageParams: [] });
    queryClient.setQueryData(queryKeys.incident('i1'), { id: 'i1' });
    server.emit('session:changed');
    await vi.waitFor(() => expect(held()).toBeUndefined());
    for (const key of [queryKeys.alerts, queryKeys.alert('a1'), queryKeys.earlyAlerts, queryKeys.closedAlerts]) {
      expect(queryClient.getQueryData(key)).toBeUndefined();
    }
    expect(queryClient.getQueryState(queryKeys.incident('i1'))?.isInvalidated).toBe(true);
    expect(queryClient.getQueryState(queryKeys.cameras)?.isInvalidated).toBe(true);
  });

  it('leaves the page as it is when the session has ended', async () => {
    queryClient.setQueryData(queryKeys.session, { user: null });
    queryClient.setQueryData(queryKeys.alerts, [{ id: 'a1' }]);
    server.emit('session:changed');
    await vi.waitFor(() => expect(queryClient.getQueryState(queryKeys.session)?.isInvalidated).toBe(true));
    server.emit('event:appended', event(2));
    await vi.waitFor(() => expect(held()).toEqual([2, 1]));
    expect(queryClient.getQueryData(queryKeys.alerts)).toEqual([{ id: 'a1' }]);
  });

  it('says that the line is lost, comes back by itself and fetches what it missed', async () => {
    await server.close();
    await becomes('lost');
    missed = { events: [event(1), event(2), event(3)], complete: true };
    await listen(port);
    await becomes('connected');
    await vi.waitFor(() => expect(held()).toEqual([3, 2, 1]), 5000);
    expect(queryClient.getQueryState(queryKeys.cameras)?.isInvalidated).toBe(true);
  });

  it('throws the list away when the gap cannot be filled', async () => {
    await server.close();
    await becomes('lost');
    missed = { events: [event(900)], complete: false };
    await listen(port);
    await becomes('connected');
    await vi.waitFor(() => expect(held()).toBeUndefined(), 5000);
  });

  it('comes back when the server ended the connection, and looks whether the session still stands', async () => {
    queryClient.setQueryData(queryKeys.session, { user: null });
    server.disconnectSockets(true);
    await vi.waitFor(() => expect(queryClient.getQueryState(queryKeys.session)?.isInvalidated).toBe(true), 5000);
    await becomes('connected');
  });

  it('is silent after it was stopped', async () => {
    connection.stop();
    expect(connection.state()).toBe('off');
    await vi.waitFor(() => expect(server.sockets.sockets.size).toBe(0), 5000);
    expect(connection.state()).toBe('off');
  });
});
