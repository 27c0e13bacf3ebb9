import { PHONE_CLOSE, type PhoneFormat, type PhoneHello, phoneToldSchema } from '#contracts/phone';

/** How a phone's picture goes to the server. `camera`: what the server calls it, once it has said so. */
export type SendState =
  | { readonly kind: 'connecting' }
  /** It goes out; nothing comes out at the other end yet. */
  | { readonly kind: 'sending'; readonly camera: string }
  | { readonly kind: 'live'; readonly camera: string }
  | { readonly kind: 'ended'; readonly why: 'unknownKey' | 'elsewhere' | 'notUnderstood' };

export interface Sender {
  stop(): void;
}

interface SenderOptions {
  readonly key: string;
  readonly stream: MediaStream;
  readonly format: RecorderFormat;
  readonly url: string;
  readonly onState: (state: SendState) => void;
}

export interface RecorderFormat extends PhoneFormat {
  readonly mimeType: string;
}

/** H.264 costs the server nothing; the rest it has to encode again. */
const FORMATS: readonly RecorderFormat[] = [
  { mimeType: 'video/webm;codecs=h264,opus', format: 'webm', h264: true },
  { mimeType: 'video/mp4;codecs=avc1.42E01F,mp4a.40.2', format: 'mp4', h264: true },
  { mimeType: 'video/mp4', format: 'mp4', h264: true },
  { mimeType: 'video/webm;codecs=vp8,opus', format: 'webm', h264: false },
  { mimeType: 'video/webm', format: 'webm', h264: false },
];

/** What this browser's recorder can make; `null` where it has none of use. */
export function recorderFormat(isSupported: (mimeType: string) => boolean): RecorderFormat | null {
  return FORMATS.find(({ mimeType }) => isSupported(mimeType)) ?? null;
}

const PIECE_MS = 200;
/** Bits per second; the next when the network does not take it. */
const RATES = [2_000_000, 1_000_000, 500_000] as const;
/** Bytes in the socket: some seconds of the slowest rate. */
const MOST_BUFFERED = 512 * 1024;
const RETRY_MS = [500, 1000, 2000, 4000, 8000] as const;

/**
 * Sends until it is stopped or refused. A recording can be read from its beginning only, so a lost line takes a new
 * recorder; one that the network cannot carry, a smaller one.
 */
export function startSender({ key, stream, format, url, onState }: SenderOptions): Sender {
  let stopped = false;
  let rate = 0;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let hangUp = (): void => {};

  function dial(): void {
    onState({ kind: 'connecting' });
    const socket = new WebSocket(url);
    const recorder = new MediaRecorder(stream, {
      mimeType: format.mimeType,
      videoBitsPerSecond: RATES[rate] ?? 500_000,
      // Who begins to watch waits for the next key frame.
      ...{ videoKeyFrameIntervalDuration: 2000 },
    });
    /** Pieces are read one after another: their order is the recording. */
    let sending: Promise<void> = Promise.resolve();
    let camera = '';

    function end(): void {
      if (recorder.state !== 'inactive') recorder.stop();
      socket.close();
    }
    hangUp = end;

    recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size === 0) return;
      sending = sending.then(async () => {
        const bytes = await data.arrayBuffer();
        if (socket.readyState !== WebSocket.OPEN) return;
        socket.send(bytes);
        if (socket.bufferedAmount <= MOST_BUFFERED) return;
        rate = Math.min(rate + 1, RATES.length - 1);
        end();
      });
    });
    recorder.addEventListener('error', end);
    socket.addEventListener('open', () => {
      const hello: PhoneHello = { key, format: format.format, h264: format.h264 };
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener('message', ({ data }) => {
      const told = phoneToldSchema.safeParse(typeof data === 'string' ? JSON.parse(data) : null);
      if (!told.success) return;
      if (told.data.type === 'accepted') {
        camera = told.data.camera;
        recorder.start(PIECE_MS);
        onState({ kind: 'sending', camera });
      } else {
        if (told.data.live) failures = 0;
        onState({ kind: told.data.live ? 'live' : 'sending', camera });
      }
    });
    socket.addEventListener('close', ({ code }) => {
      if (recorder.state !== 'inactive') recorder.stop();
      if (stopped) return;
      const why = refusalOf(code);
      if (why !== null) {
        stopped = true;
        return onState({ kind: 'ended', why });
      }
      onState({ kind: 'connecting' });
      retry = setTimeout(dial, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
      failures += 1;
    });
  }

  dial();
  return {
    stop() {
      stopped = true;
      clearTimeout(retry);
      hangUp();
    },
  };
}

function refusalOf(code: number): 'unknownKey' | 'elsewhere' | 'notUnderstood' | null {
  if (code === PHONE_CLOSE.unknownKey) return 'unknownKey';
  if (code === PHONE_CLOSE.elsewhere) return 'elsewhere';
  return code === PHONE_CLOSE.badHello ? 'notUnderstood' : null;
}
