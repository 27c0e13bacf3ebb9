import { CameraFault } from '../adapter.ts';
import { type RtspConnection, redirected } from './connection.ts';
import { fieldOf, type HeaderLines, type RtspAnswer } from './message.ts';
import type { RtspTrack } from './rtsp-client.ts';
import { type Description, parseSdp } from './sdp.ts';
import { type AgreedTransport, readSession, readTransport } from './transport.ts';

/** The requests that bring a stream about (RFC 2326 §10), and what cameras do to them. */

/** What the camera says that it can do; `null` where it does not say. */
export type Methods = ReadonlySet<string> | null;

/** OPTIONS, which every other client begins with. Cameras that refuse or garble it may still be fine. */
export async function askMethods(connection: RtspConnection, url: string): Promise<Methods> {
  const answer = await connection.request('OPTIONS', url);
  const named = fieldOf(answer.headers, 'public');
  return answer.status !== 200 || named === undefined
    ? null
    : new Set(named.split(',').map((method) => method.trim().toUpperCase()));
}

export interface Described extends Description {
  /** The address that a track would have if the camera's own idea of its address were wrong; by its place. */
  readonly plainControls: readonly string[];
}

export async function describe(connection: RtspConnection, url: string): Promise<Described> {
  const answer = await connection.request('DESCRIBE', url, [['Accept', 'application/sdp']]);
  if (answer.status !== 200) throw faultOfStatus(answer);
  const text = Buffer.from(answer.body).toString('utf8');
  const base = baseIn(answer, 'content-base') ?? baseIn(answer, 'content-location') ?? url;
  const description = parseSdp(text, base);
  if (description.tracks.length === 0) throw new CameraFault('notACamera', 'the device describes no stream');
  return { ...description, plainControls: parseSdp(text, url).tracks.map(({ control }) => control) };
}

function baseIn(answer: RtspAnswer, name: string): string | undefined {
  const value = fieldOf(answer.headers, name);
  return value !== undefined && value.length <= 2048 && /^rtsps?:\/\/[^\s/]+/i.test(value) ? value : undefined;
}

/** The camera does not send over UDP. */
export class OverTcpOnly extends CameraFault {
  constructor() {
    super('unreachable', 'the device does not send over UDP');
    this.name = 'OverTcpOnly';
  }
}

export interface SetUp extends AgreedTransport {
  readonly session: { readonly id: string; readonly timeoutS: number } | null;
}

/** SETUP for one track; `plain` is tried where its own address is not known to the camera. */
export async function setUp(
  connection: RtspConnection,
  track: RtspTrack,
  plain: string,
  transport: string,
  session: string | null,
): Promise<SetUp> {
  const headers: HeaderLines = [['Transport', transport], ...sessionLine(session)];
  let answer = await connection.request('SETUP', track.control, headers);
  if (isWrongAddress(answer) && plain !== track.control) answer = await connection.request('SETUP', plain, headers);
  const tcp = /\/TCP\b/.test(transport);
  if (answer.status === 461 && !tcp) throw new OverTcpOnly();
  if (answer.status !== 200) throw faultOfStatus(answer);
  const named = fieldOf(answer.headers, 'transport');
  // Without the header everything is as asked.
  const agreed = named === undefined ? { tcp, channels: null, serverPorts: null } : readTransport(named);
  if (agreed.tcp !== tcp) throw tcp ? otherTransport() : new OverTcpOnly();
  const told = fieldOf(answer.headers, 'session');
  return { ...agreed, session: told === undefined ? null : readSession(told) };
}

/** PLAY for all tracks together; resolves to the address that the camera knows them by. */
export async function play(
  connection: RtspConnection,
  control: string,
  url: string,
  session: string | null,
): Promise<string> {
  const headers: HeaderLines = [...sessionLine(session), ['Range', 'npt=0.000-']];
  let answer = await connection.request('PLAY', control, headers);
  const isWrong = isWrongAddress(answer) && url !== control;
  if (isWrong) answer = await connection.request('PLAY', url, headers);
  if (answer.status !== 200) throw faultOfStatus(answer);
  return isWrong ? url : control;
}

export function sessionLine(session: string | null): HeaderLines {
  return session === null ? [] : [['Session', session]];
}

function isWrongAddress({ status }: RtspAnswer): boolean {
  return status === 400 || status === 404 || status === 454 || status === 459 || status === 460;
}

function otherTransport(): CameraFault {
  return new CameraFault('unreachable', 'the device does not send over this transport: try the other of TCP and UDP');
}

/** A status that is no success, as a fault. */
function faultOfStatus({ status, reason }: RtspAnswer): CameraFault {
  if (status >= 300 && status < 400) return redirected();
  if (status === 401 || status === 403) {
    return new CameraFault('unauthorised', 'the device refuses user name or password');
  }
  if (status === 404 || status === 454) {
    return new CameraFault('unreachable', `the device has no stream at this address (${status})`);
  }
  if (status === 461) return otherTransport();
  if (status === 453) return new CameraFault('unreachable', 'the device has no bandwidth left for us (453)');
  return new CameraFault('unreachable', `the device answers with status ${status} ${reason}`.trim());
}
