import type { Clock } from '#base/clock';
import { CameraFault } from '../adapter.ts';
import { openConnection, type RtspConnection } from './connection.ts';
import { askMethods, describe, type Methods, OverTcpOnly, play, sessionLine, setUp } from './dialogue.ts';
import { createReception, type Reception } from './reception.ts';
import { NotForUs, type RtspClient, type RtspClientDeps, type RtspRun } from './rtsp-client.ts';

/** RFC 3550 §6.2. */
const REPORT_MS = 5000;
/** ms after which a camera that sends nothing over UDP is asked for TCP. */
const UDP_SILENT_MS = 3000;
const SHORTEST_KEEP_ALIVE_MS = 1000;
const LONGEST_KEEP_ALIVE_MS = 60_000;
/** Looks for silence in the time that it may last. */
const LOOKS = 4;
/**
 * No camera sends more for long: ten times what 4K needs. All streams are read in one thread, which a device without
 * bounds would take from the others.
 */
const MOST_PACKETS_PER_S = 20_000;
const MOST_BYTES_PER_S = 25_000_000;
const FLOOD_LOOK_MS = 1000;
/** So many looks in a row: what has waited somewhere may come at once. */
const MOST_FLOODED = 3;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322 };

/** No other reader should have it either. */
export class Flooding extends CameraFault {
  constructor() {
    super('malformedStream', 'the device sends more than a camera does');
    this.name = 'Flooding';
  }
}

export function createRtspClient(deps: RtspClientDeps): RtspClient {
  return {
    async run(request) {
      try {
        await runOnce(deps, request, request.transport);
      } catch (error) {
        if (!(error instanceof OverTcpOnly)) throw error;
        deps.log.info('the device does not send over UDP: taking TCP');
        await runOnce(deps, request, 'tcp');
      }
    },
  };
}

async function runOnce(deps: RtspClientDeps, request: RtspRun, transport: 'tcp' | 'udp'): Promise<void> {
  const { signal } = request;
  const { protocol, host, port } = addressOf(request.url);
  let playing = false;
  let reception: Reception | undefined;
  let connection: RtspConnection | undefined;
  let session: Session | undefined;
  const timers: (() => void)[] = [];

  function hungUp(cause?: unknown): CameraFault {
    if (!playing) return new CameraFault('unreachable', 'the device hangs up before it sends', cause);
    if (reception !== undefined && reception.heard > 0)
      return new CameraFault('ended', 'the device ended the stream', cause);
    return new CameraFault('noFrames', 'the device ended the stream before its first picture', cause);
  }

  try {
    if (signal.aborted) return;
    connection = await openConnection({
      host,
      port,
      tls: protocol === 'rtsps:' ? { serverName: request.serverName } : null,
      credentials: request.credentials,
      clock: deps.clock,
      answerMs: deps.readTimeoutMs,
      signal,
      hungUp,
      unknownChannel: (channel, bytes, start) => reception?.adopt(channel, bytes, start),
    });
    reception = createReception({ connection, clock: deps.clock, transport });
    const methods = await askMethods(connection, request.url);
    const described = await describe(connection, request.url);
    const chosen = request.choose(described.tracks);
    for (const [index, track] of described.tracks.entries()) {
      const taker = chosen.get(track);
      if (taker === undefined) continue;
      const wish = await reception.wish(track, taker);
      const plain = described.plainControls[index] ?? track.control;
      const done = await setUp(connection, track, plain, wish.transport, session?.id ?? null);
      session ??= { url: described.control, id: done.session?.id ?? null, timeoutS: done.session?.timeoutS ?? 60 };
      wish.agreed(done);
    }
    if (session === undefined) throw new CameraFault('notACamera', 'the device sends no video');
    // Packets may come before the answer, and with them its end.
    playing = true;
    session.url = await play(connection, session.url, request.url, session.id);
    timers.push(
      watch(deps, connection, reception, transport),
      deps.clock.every(REPORT_MS, reception.sendReports),
      keepAlive(deps, connection, session, methods),
    );
    throw await connection.failed;
  } catch (error) {
    if (signal.aborted) return;
    throw known(error);
  } finally {
    for (const cancel of timers) cancel();
    reception?.close();
    await connection?.close(session === undefined || session.id === null ? null : { url: session.url, id: session.id });
  }
}

interface Session {
  /** Of all tracks together. */
  url: string;
  /** `null` where the camera gives none, against the RFC. */
  readonly id: string | null;
  readonly timeoutS: number;
}

function addressOf(text: string): { protocol: string; host: string; port: number } {
  const url = URL.parse(text);
  const standard = DEFAULT_PORTS[url?.protocol ?? ''];
  if (url === null || standard === undefined) {
    throw new CameraFault('refusedAddress', 'the address must begin with rtsp:// or rtsps://');
  }
  const port = url.port === '' ? standard : Number(url.port);
  return { protocol: url.protocol, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Ends the connection when nothing comes, or nothing will, or too much does. */
function watch(
  { clock, readTimeoutMs }: RtspClientDeps,
  connection: RtspConnection,
  reception: Reception,
  transport: 'tcp' | 'udp',
): () => void {
  let silent = 0;
  let lastHeard = 0;
  const timers = [
    clock.every(readTimeoutMs / LOOKS, () => {
      const { heard } = reception;
      silent = heard > lastHeard ? 0 : silent + 1;
      lastHeard = heard;
      if (reception.ended()) {
        connection.fail(new CameraFault('ended', 'the device ended the stream'));
      } else if (silent > LOOKS) {
        connection.fail(new CameraFault('noFrames', `the device ${heard > 0 ? 'stopped sending' : 'sends nothing'}`));
      }
    }),
    watchFlood(clock, Math.min(FLOOD_LOOK_MS, readTimeoutMs / LOOKS), connection, reception),
  ];
  if (transport === 'udp') {
    timers.push(
      clock.after(Math.min(UDP_SILENT_MS, readTimeoutMs / 2), () => {
        if (reception.heard === 0) connection.fail(new OverTcpOnly());
      }),
    );
  }
  return () => {
    for (const cancel of timers) cancel();
  };
}

/** Ends the connection when more comes for long than cameras send, over whatever transport. */
function watchFlood(clock: Clock, lookMs: number, connection: RtspConnection, reception: Reception): () => void {
  const { received } = connection;
  let flooded = 0;
  let [lastMs, lastHeard, lastPackets, lastBytes] = [clock.monotonic(), 0, 0, 0];
  return clock.every(lookMs, () => {
    const nowMs = clock.monotonic();
    const seconds = (nowMs - lastMs) / 1000;
    const packets = Math.max(reception.heard - lastHeard, received.packets - lastPackets);
    const isFlood = packets > MOST_PACKETS_PER_S * seconds || received.bytes - lastBytes > MOST_BYTES_PER_S * seconds;
    flooded = isFlood ? flooded + 1 : 0;
    [lastMs, lastHeard, lastPackets, lastBytes] = [nowMs, reception.heard, received.packets, received.bytes];
    if (flooded === MOST_FLOODED) connection.fail(new Flooding());
  });
}

/** A sign of life in half the time that the session lives without one. An answer is not needed as long as packets come. */
function keepAlive(
  { clock, log }: RtspClientDeps,
  connection: RtspConnection,
  session: Session,
  methods: Methods,
): () => void {
  // One that did not name its methods may hang up on what it does not know; all know OPTIONS.
  let method = methods?.has('GET_PARAMETER') === true ? 'GET_PARAMETER' : 'OPTIONS';
  let underWay = false;

  async function send(): Promise<void> {
    underWay = true;
    try {
      const { status } = await connection.request(method, session.url, sessionLine(session.id));
      // Whatever it says: as long as packets come, the session lives.
      if (status >= 400) method = 'OPTIONS';
    } catch (error) {
      log.debug({ err: error }, 'a sign of life was not answered');
    } finally {
      underWay = false;
    }
  }

  const halfMs = session.timeoutS * 500;
  return clock.every(Math.max(SHORTEST_KEEP_ALIVE_MS, Math.min(LONGEST_KEEP_ALIVE_MS, halfMs)), () => {
    if (!underWay) void send();
  });
}

/** What `run` may reject with; whatever else was thrown is a mistake of ours. */
function known(error: unknown): Error {
  if (error instanceof CameraFault || error instanceof NotForUs) return error;
  return new CameraFault('internal', 'the stream could not be taken', error);
}
