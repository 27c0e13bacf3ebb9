import { CameraFault } from '../adapter.ts';
import { isFirstLine, parseHead, type RtspHead, type RtspMessage } from './message.ts';

/**
 * Reads what a camera sends over one connection: answers, requests, and packets between them (RFC 2326 §10.12). Packets
 * are handed on where they lie in the socket's memory; only one that is torn at the end of a read is put together in
 * memory of the reader's own.
 */
export interface WireReader {
  /** Throws `CameraFault`: `notACamera`, `malformedStream`. The connection is of no more use then. */
  push(bytes: Uint8Array, length: number): void;
  /** Bytes that an announced body still lacks; 0 outside of one. */
  missing(): number;
  /** Takes the body as whole. Some cameras count a last line end that they do not send. */
  settle(): void;
  /** What is pushed from now on, and the rest of what is being pushed, is passed over. */
  stop(): void;
}

export interface WireEvents {
  message(message: RtspMessage): void;
  /** `bytes[start, end)` is valid during the call only. */
  packet(channel: number, bytes: Uint8Array, start: number, end: number): void;
  /** Does anybody take packets of this channel? Tells a packet from stray bytes. */
  knows(channel: number): boolean;
}

/** Bytes of a message's head, of its body, and that make no sense between two messages or packets. */
export const MOST_HEAD = 16_384;
export const MOST_BODY = 65_536;
export const MOST_STRAY = 65_536;

const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const SLASH = 0x2f;
const UPPER_R = 0x52;
const PACKET_HEAD = 4;
const LONGEST_NAME = 21;
const LONGEST_LINE = 4096;
const MESSAGE_START = Buffer.from('RTSP/');
/** What must be seen to tell a packet or an answer from stray bytes: `$`, channel, length and RTP's version. */
const TELLING = 5;
/** The smallest packet of RTCP. */
const LEAST_PACKET = 8;
const LEAST_CARRY = 2048;
const NOTHING = new Uint8Array(0);

export function createWireReader(events: WireEvents): WireReader {
  /** What is torn: a packet, a message, or stray bytes that may be the start of one. */
  let carry: Uint8Array = NOTHING;
  let carried = 0;
  /** Of the message in `carry`: where its present line begins, its head, and where its body ends. */
  let lineAt = 0;
  let head: RtspHead | null = null;
  /** Has the first line got as far as behind the method or protocol? */
  let named = false;
  let bodyAt = 0;
  let wholeAt = 0;
  let hunting = false;
  let strays = 0;
  let heard = false;
  let stopped = false;

  /** Takes what begins at `at`; returns where the next thing begins. */
  function take(bytes: Uint8Array, at: number, end: number): number {
    const first = bytes[at] ?? 0;
    if (first === DOLLAR) {
      if (end - at >= PACKET_HEAD) {
        const next = at + PACKET_HEAD + lengthAt(bytes, at);
        if (next <= end) {
          strays = 0;
          events.packet(bytes[at + 1] ?? 0, bytes, at + PACKET_HEAD, next);
          return next;
        }
      }
      keep(bytes, at, end);
      return end;
    }
    if (first === CR || first === LF) {
      // Line ends after a body that its length does not count, and empty lines as signs of life.
      stray(1);
      return at + 1;
    }
    if (isCapital(first)) return begin(bytes, at, end);
    lose(1);
    return at + 1;
  }

  /** So many bytes are nothing that we know. */
  function lose(count: number): void {
    if (!heard) throw new CameraFault('notACamera', 'the device does not answer like a camera');
    hunting = true;
    stray(count);
  }

  function stray(count: number): void {
    strays += count;
    if (strays > MOST_STRAY) throw new CameraFault('malformedStream', 'the device sends bytes that make no sense');
  }

  /** Looks for the next packet or answer among stray bytes. */
  function hunt(bytes: Uint8Array, at: number, end: number): number {
    for (let here = at; here < end; here += 1) {
      const byte = bytes[here];
      if (byte !== DOLLAR && byte !== UPPER_R) continue;
      stray(here - at);
      if (end - here < TELLING) {
        keep(bytes, here, end);
        return end;
      }
      if (startsSomething(bytes, here)) {
        hunting = false;
        return here;
      }
      stray(1);
      return here + 1;
    }
    stray(end - at);
    return end;
  }

  /** The same where the end of a read has torn what may be a start: `carry` holds less than it takes to tell. */
  function huntOn(bytes: Uint8Array, at: number, end: number): number {
    let next = at;
    while (carried > 0) {
      next = topUp(bytes, next, end, TELLING);
      if (carried < TELLING) break;
      hunting = !startsSomething(carry, 0);
      // An answer has come as far as its slash then.
      named = true;
      if (!hunting) break;
      let lost = 1;
      while (lost < carried && carry[lost] !== DOLLAR && carry[lost] !== UPPER_R) lost += 1;
      stray(lost);
      carry.copyWithin(0, lost, carried);
      carried -= lost;
    }
    return next;
  }

  function startsSomething(bytes: Uint8Array, at: number): boolean {
    if (bytes[at] === UPPER_R) return MESSAGE_START.every((byte, index) => bytes[at + index] === byte);
    const version = (bytes[at + PACKET_HEAD] ?? 0) >> 6;
    return version === 2 && lengthAt(bytes, at) >= LEAST_PACKET && events.knows(bytes[at + 1] ?? 0);
  }

  /** Goes on with what is in `carry`; returns what was used of `bytes`. */
  function resume(bytes: Uint8Array, at: number, end: number): number {
    if (hunting) return huntOn(bytes, at, end);
    if (carry[0] !== DOLLAR) return lineAt === 0 ? begin(bytes, at, end) : gather(bytes, at, end);
    let next = topUp(bytes, at, end, PACKET_HEAD);
    if (carried < PACKET_HEAD) return next;
    const whole = PACKET_HEAD + lengthAt(carry, 0);
    next = topUp(bytes, next, end, whole);
    if (carried < whole) return next;
    carried = 0;
    strays = 0;
    events.packet(carry[1] ?? 0, carry, PACKET_HEAD, whole);
    return next;
  }

  /** The first line of a message, byte by byte: what cannot be one is given up where it shows, and nothing behind it. */
  function begin(bytes: Uint8Array, at: number, end: number): number {
    for (let next = at; next < end; next += 1) {
      const byte = bytes[next] ?? 0;
      const place = carried + next - at;
      if (byte === LF && named) {
        keep(bytes, at, next + 1);
        if (isFirstLine(latin1(0, place).trimEnd())) lineAt = carried;
        else lose(forget());
        return next + 1;
      }
      if (place === 0) named = false;
      const fits = named ? place < LONGEST_LINE && isText(byte) : place < LONGEST_NAME && isOfName(byte, place);
      if (!fits) {
        forget();
        lose(place);
        return next;
      }
      named ||= byte === SPACE || byte === SLASH;
    }
    keep(bytes, at, end);
    return end;
  }

  /** Adds a line of a message's head, or what there is of its body. */
  function gather(bytes: Uint8Array, at: number, end: number): number {
    if (head !== null) {
      const next = topUp(bytes, at, end, wholeAt);
      if (carried === wholeAt) finish();
      return next;
    }
    const found = bytes.indexOf(LF, at);
    const lineEnds = found >= 0 && found < end;
    const next = lineEnds ? found + 1 : end;
    if (carried + next - at > MOST_HEAD) {
      const what = 'the device answers with headers that do not end';
      throw new CameraFault(heard ? 'malformedStream' : 'notACamera', what);
    }
    keep(bytes, at, next);
    if (!lineEnds) return next;
    const isEmpty = latin1(lineAt, carried).trimEnd() === '';
    lineAt = carried;
    if (isEmpty) endHead();
    return next;
  }

  function endHead(): void {
    const parsed = parseHead(latin1(0, carried));
    const declared = parsed?.headers.get('content-length')?.[0] ?? '0';
    if (parsed === null || !/^\d{1,9}$/.test(declared)) {
      throw new CameraFault('malformedStream', 'the device answers with a length that is none');
    }
    const length = Number(declared);
    if (length > MOST_BODY) {
      throw new CameraFault('malformedStream', `the device answers with more than ${MOST_BODY / 1024} kB`);
    }
    head = parsed;
    bodyAt = carried;
    wholeAt = carried + length;
    if (length === 0) finish();
  }

  function finish(): void {
    if (head === null) return;
    const message: RtspMessage = { ...head, body: carry.slice(bodyAt, carried) };
    forget();
    heard = true;
    strays = 0;
    events.message(message);
  }

  /** Empties `carry`; returns how much was in it. */
  function forget(): number {
    const had = carried;
    carried = 0;
    lineAt = 0;
    head = null;
    // A description is read once, and packets hardly ever need as much.
    if (carry.length > 4 * LEAST_CARRY) carry = NOTHING;
    return had;
  }

  function latin1(from: number, to: number): string {
    return Buffer.from(carry.buffer, carry.byteOffset + from, to - from).toString('latin1');
  }

  function topUp(bytes: Uint8Array, at: number, end: number, whole: number): number {
    const next = Math.min(end, at + Math.max(0, whole - carried));
    keep(bytes, at, next);
    return next;
  }

  function keep(bytes: Uint8Array, at: number, end: number): void {
    const needed = carried + end - at;
    if (needed > carry.length) {
      const grown = new Uint8Array(Math.max(LEAST_CARRY, 2 ** Math.ceil(Math.log2(needed))));
      grown.set(carry.subarray(0, carried));
      carry = grown;
    }
    carry.set(bytes.subarray(at, end), carried);
    carried = needed;
  }

  return {
    push(bytes, length) {
      let at = 0;
      while (at < length && !stopped) {
        if (carried > 0) at = resume(bytes, at, length);
        else if (hunting) at = hunt(bytes, at, length);
        else at = take(bytes, at, length);
      }
    },
    missing: () => (head === null ? 0 : wholeAt - carried),
    settle: finish,
    stop() {
      stopped = true;
    },
  };
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** A byte of a method's name, or what ends it: a space, or the slash of `RTSP/`. */
function isOfName(byte: number, place: number): boolean {
  return isCapital(byte) || byte === 0x5f || (byte === SPACE && place >= 3) || (byte === SLASH && place === 4);
}

function isText(byte: number): boolean {
  return byte >= SPACE || byte === CR || byte === 0x09;
}
