import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { PHONE_CLOSE, type PhoneTold, phoneHelloSchema } from '#contracts/phone';
import type { PhoneEnd, PhoneIngest } from '../../camera-adapters/phone/phone-ingest.ts';
import { isSameOrigin } from './same-origin.ts';

export interface PhoneUpgradeDeps {
  readonly phones: PhoneIngest;
  readonly facts: (request: IncomingMessage) => { readonly secure: boolean; readonly address: string };
  readonly publicUrl: string | undefined;
  readonly nameOf: (cameraId: string) => string;
  /** Whether pictures come out at the other end. */
  readonly isLive: (cameraId: string) => boolean;
  /** Told after `isLive` may give another answer. */
  readonly onLive: (listener: (cameraId: string) => void) => () => void;
}

/** ms for the first message. */
const HELLO_MS = 5000;
/** ms without a piece: the phone slept, or its network is gone. */
const SILENT_MS = 15_000;
/** ms before a wrong key is answered: it is not guessed by trying, and nobody shall try. */
const WRONG_KEY_MS = 1000;
const GOODBYE_MS = 1000;
const MOST_SOCKETS = 200;
/** Of one address that have not shown a key. */
const MOST_STRANGERS = 10;
/** Bytes; a piece of a second or less. */
const MOST_PIECE = 4 * 2 ** 20;
const CLOSE_OF: Readonly<Record<PhoneEnd, number>> = {
  elsewhere: PHONE_CLOSE.elsewhere,
  unknownKey: PHONE_CLOSE.unknownKey,
  again: PHONE_CLOSE.again,
};

/**
 * Lets phones in that send their camera. The key is the right: who has the link needs no account, and sees nothing but
 * the camera's name.
 */
export function createPhoneUpgrade(deps: PhoneUpgradeDeps) {
  const { phones, facts, publicUrl } = deps;
  /** Lines of each address that have not shown a key. */
  const strangers = new Map<string, number>();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_PIECE });

  return function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { secure, address } = facts(request);
    const isFull = sockets.clients.size >= MOST_SOCKETS || (strangers.get(address) ?? 0) >= MOST_STRANGERS;
    if (!isSameOrigin(request, secure, publicUrl)) turnAway(socket, '403 Forbidden');
    else if (isFull) turnAway(socket, '503 Service Unavailable');
    else sockets.handleUpgrade(request, socket, head, (ws) => receive(ws, stranger(address)));
  };

  /** Counts one more of an address, until what it gives is called. */
  function stranger(address: string): () => void {
    strangers.set(address, (strangers.get(address) ?? 0) + 1);
    let counted = true;
    return () => {
      if (!counted) return;
      counted = false;
      const left = (strangers.get(address) ?? 1) - 1;
      if (left > 0) strangers.set(address, left);
      else strangers.delete(address);
    };
  }

  function receive(ws: WebSocket, isKnown: () => void): void {
    let timer = setTimeout(() => end(ws, PHONE_CLOSE.badHello, 'nothing was said'), HELLO_MS);
    ws.on('error', () => ws.terminate());
    ws.once('close', () => {
      clearTimeout(timer);
      isKnown();
    });
    ws.once('message', (first, isBinary) => {
      clearTimeout(timer);
      const hello = phoneHelloSchema.safeParse(isBinary ? null : parsed(String(first)));
      if (!hello.success) return end(ws, PHONE_CLOSE.badHello, 'not understood');
      const { key, ...format } = hello.data;
      const sender = phones.join(key, format, (why) => ws.close(CLOSE_OF[why], why));
      if (sender === null) {
        timer = setTimeout(() => end(ws, PHONE_CLOSE.unknownKey, 'this link is not valid'), WRONG_KEY_MS);
        return;
      }
      isKnown();
      const { cameraId } = sender;
      const listen = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => ws.terminate(), SILENT_MS);
      };
      const tell = (told: PhoneTold): void => ws.send(JSON.stringify(told));
      const stop = deps.onLive((changed) => {
        if (changed === cameraId) tell({ type: 'live', live: deps.isLive(cameraId) });
      });
      ws.on('message', (piece, binary) => {
        listen();
        if (binary && piece instanceof Buffer) sender.write(piece);
      });
      ws.once('close', () => {
        stop();
        sender.leave();
      });
      listen();
      tell({ type: 'accepted', camera: deps.nameOf(cameraId) });
      tell({ type: 'live', live: deps.isLive(cameraId) });
    });
  }
}

/** Says why, and does not wait for the other side to agree: a deaf one keeps no place. */
function end(ws: WebSocket, code: number, why: string): void {
  ws.close(code, why);
  setTimeout(() => ws.terminate(), GOODBYE_MS).unref();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
