import { spawn } from 'node:child_process';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo } from '#contracts/media';
import { CameraFault } from '../../camera-adapters/adapter.ts';
import { createDirectIngest } from '../../camera-adapters/rtsp/direct-ingest.ts';
import { createRtspClient } from '../../camera-adapters/rtsp/session.ts';

/** What our own client takes from an RTSP server, and the access units of it and of a file by their hashes. */

/** Parameter sets and delimiters, which servers repeat and drop as they like. */
const REMOVED = { h264: 'filter_units=remove_types=7-9', h265: 'filter_units=remove_types=32-35' };

/** FFmpeg with `input` on its standard input. */
export async function ffmpeg(
  args: readonly string[],
  input?: Uint8Array,
): Promise<{ out: string; words: string; code: number }> {
  const { out, ...rest } = await ffmpegBytes(args, input);
  return { ...rest, out: out.toString() };
}

/** The same for what is no text. */
export async function ffmpegBytes(
  args: readonly string[],
  input?: Uint8Array,
): Promise<{ out: Buffer; words: string; code: number }> {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'warning', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  let words = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
  return { out: Buffer.concat(out), words, code };
}

export async function made(args: readonly string[]): Promise<void> {
  const { code, words } = await ffmpeg(['-y', '-nostdin', ...args]);
  if (code !== 0) throw new Error(`ffmpeg: ${words}`);
}

/** SHA-256 of each access unit. */
export async function hashesOf(source: string | Uint8Array, codec: 'h264' | 'h265', kind: 'v' | 'a' = 'v') {
  const filter = kind === 'v' ? ['-bsf:v', REMOVED[codec]] : [];
  const from = typeof source === 'string' ? source : 'pipe:0';
  const { out, words } = await ffmpeg(
    ['-i', from, '-map', `0:${kind}`, '-c', 'copy', ...filter, '-f', 'framehash', '-hash', 'sha256', '-'],
    typeof source === 'string' ? undefined : source,
  );
  const hashes = out.split('\n').flatMap((line) => (line.startsWith('0,') ? [line.split(',')[5]?.trim() ?? ''] : []));
  // The filter, not the file: FFmpeg says it of the files that it writes itself.
  return { hashes, words: words.replace(/^.*bytes left at end of AVCC header\.\n/gm, '') };
}

export interface Taken {
  readonly infos: StreamInfo[];
  readonly fragments: Fragment[];
  fault: string;
}

/** Runs until `count` pictures are there, or the stream has ended. */
export async function take(url: string, transport: 'tcp' | 'udp', count: number): Promise<Taken> {
  const house = { clock: systemClock, log: silentLogger() };
  const client = createRtspClient({ ...house, readTimeoutMs: 3000 });
  const enough = new AbortController();
  const taken: Taken = { infos: [], fragments: [], fault: '' };
  let pictures = 0;
  try {
    await createDirectIngest({ ...house, client, fragmentMs: 200 }).run({
      ...{ name: null, url, serverName: null, credentials: { username: '', password: '' }, transport },
      g711: 'flac',
      signal: enough.signal,
      sink: {
        info: (info) => taken.infos.push(info),
        fragment(fragment) {
          taken.fragments.push(fragment);
          pictures += fragment.pictures ?? 0;
          // The last fragment is not full: it comes with the end.
          if (pictures > count - 4) enough.abort();
        },
      },
    });
  } catch (error) {
    taken.fault = error instanceof CameraFault ? error.kind : String(error);
  }
  return taken;
}

/** One file for each generation, as the recorder writes them. */
export function filesOf({ infos, fragments }: Taken): Uint8Array[] {
  return infos.map(({ generation, init }) =>
    Buffer.concat([init, ...fragments.filter((one) => one.generation === generation).map(({ bytes }) => bytes)]),
  );
}
