import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** GStreamer's RTSP server as somebody else's camera. */
export interface GstRtspServer {
  /** `rtsp://127.0.0.1:PORT/path`. */
  url(path: string): string;
  /** Ends all sessions; players may come again. */
  drop(): void;
  /** The stream stays connected and sends nothing. */
  pause(path: string): void;
  resume(path: string): void;
  stop(): Promise<void>;
}

export interface GstStream {
  readonly path: string;
  /** A GStreamer launch line in brackets with payloaders `pay0`, `pay1`; `clipLaunch` and `testLaunch` make some. */
  readonly launch: string;
}

export interface GstRtspOptions {
  readonly streams: readonly GstStream[];
  readonly auth?: { readonly user: string; readonly password: string; readonly kind: 'basic' | 'digest' };
  /** To come back where it was after a stop. */
  readonly port?: number;
}

/** Debian's own Python: another one earlier on the path lacks the bindings. */
const PYTHON = '/usr/bin/python3';
const READY_MS = 15_000;

/** Why it cannot run here, or `undefined`. */
export function gstRtspServerMissing(): string | undefined {
  const program = "import gi; gi.require_version('GstRtspServer', '1.0')";
  const { status } = spawnSync(PYTHON, ['-c', program], { stdio: 'ignore' });
  return status === 0 ? undefined : 'GStreamer’s RTSP server is not installed (gir1.2-gst-rtsp-server-1.0)';
}

export async function startGstRtspServer(options: GstRtspOptions): Promise<GstRtspServer> {
  const script = fileURLToPath(new URL('./gst-rtsp-server.py', import.meta.url));
  const child: ChildProcess = spawn(PYTHON, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes');
  let words = '';
  stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4000);
  });
  stdin.on('error', () => {});
  stdin.write(`${JSON.stringify(options)}\n`);
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no RTSP server in time: ${words}`)), READY_MS);
    child.once('exit', () => reject(new Error(`the RTSP server ended: ${words}`)));
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve((JSON.parse(line) as { port: number }).port);
    });
  });
  return {
    url: (path) => `rtsp://127.0.0.1:${port}/${path}`,
    drop: () => void stdin.write('drop\n'),
    pause: (path) => void stdin.write(`pause ${path}\n`),
    resume: (path) => void stdin.write(`resume ${path}\n`),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A live test picture, encoded as it goes; `sound` adds a tone. */
export function testLaunch(
  codec: 'h264' | 'h265' | 'mjpeg',
  options: { width?: number; height?: number; fps?: number; sound?: 'alaw' | 'aac' } = {},
): string {
  const { width = 640, height = 360, fps = 15, sound } = options;
  const encode = {
    h264: `x264enc tune=zerolatency speed-preset=ultrafast key-int-max=${fps * 2} ! h264parse name=gate ! rtph264pay config-interval=1`,
    h265: `x265enc tune=zerolatency speed-preset=ultrafast key-int-max=${fps * 2} ! h265parse name=gate ! rtph265pay config-interval=1`,
    mjpeg: 'jpegenc name=gate ! rtpjpegpay',
  }[codec];
  const picture = `videotestsrc is-live=true ! video/x-raw,width=${width},height=${height},framerate=${fps}/1,format=I420 ! ${encode} name=pay0`;
  const tone = {
    alaw: 'audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1',
    aac: 'audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=1 ! voaacenc ! aacparse ! rtpmp4gpay name=pay1',
  };
  return `( ${picture} ${sound === undefined ? '' : tone[sound]} )`;
}

/**
 * A clip, encoded once with `encoder` (FFmpeg's words) into the system's temporary folder and played in real time.
 * FFmpeg puts copies of it behind one another, so that it lasts for at least ten minutes.
 */
export function clipLaunch(
  clip: string,
  encoder: readonly string[] = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-tune',
    'zerolatency',
    '-g',
    '30',
    '-bf',
    '0',
  ],
): string {
  const folder = join(tmpdir(), 'tamnhin-clips');
  const name = createHash('sha256')
    .update(JSON.stringify([clip, encoder]))
    .digest('hex')
    .slice(0, 16);
  const file = join(folder, `${name}.mkv`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const [once_, whole] = [join(folder, `${name}.once.mkv`), join(folder, `${name}.${process.pid}.mkv`)];
    ffmpeg(['-i', clip, '-t', '20', '-an', '-vf', 'fps=15', ...encoder, once_]);
    ffmpeg(['-stream_loop', '40', '-i', once_, '-c', 'copy', whole]);
    renameSync(whole, file);
  }
  const parser = encoder.includes('libx265') ? 'h265parse' : 'h264parse';
  const payloader = encoder.includes('libx265') ? 'rtph265pay' : 'rtph264pay';
  return `( filesrc location=${file} ! matroskademux ! ${parser} ! identity name=gate sync=true ! ${payloader} config-interval=1 name=pay0 )`;
}

function ffmpeg(args: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
}
