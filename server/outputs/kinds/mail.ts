import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { messageOf } from '#base/errors';
import type { AlertChange, OutputSettings } from '#contracts/outputs';
import { type Message, OutputFault, type OutputKind, type OutputTools, PartFault } from '../output.ts';
import { checked } from '../post.ts';
import { describe, typeWords, wordsOf } from '../words.ts';

/**
 * At most one mail a minute: what comes together goes together, as a summary. Incidents bring their CAP file along. What
 * could not be sent for a while is looked through before it is: nobody is to read of an alert that is long closed.
 */
export const mail: OutputKind<'mail'> = {
  kind: 'mail',
  open: (settings, secrets, tools) => ({
    most: 500,
    everyMs: 60_000,
    send: (messages, signal) => sendAll(messages, settings, secrets, tools, signal),
    close: async () => {},
  }),
};

const TIMEOUT_MS = 20_000;
/** Messages that a summary describes; of the others it gives the number. */
const MOST_DESCRIBED = 50;
const MOST_ATTACHED = 10;
/** ms after which a message is late. */
const LATE_MS = 15 * 60_000;
/** They want somebody to act. */
const CALLS: ReadonlySet<AlertChange> = new Set(['opened', 'repeated', 'escalated', 'released']);

/** Of what is late: of each alert the last message, and that only if it is no call to act on what somebody has in hand. */
async function stillHolding(
  messages: readonly Message[],
  { clock, stateOf }: OutputTools,
): Promise<readonly Message[]> {
  const last = new Map(messages.map((message) => [message.alert?.id, message]));
  const holding: Message[] = [];
  for (const message of messages) {
    const { alert, event, asked } = message;
    const late = alert !== undefined && asked !== true && clock.now() - Date.parse(event.time) > LATE_MS;
    if (late && last.get(alert.id) !== message) continue;
    if (late && CALLS.has(alert.change) && (await stateOf(alert.id)) !== 'new') continue;
    holding.push(message);
  }
  return holding;
}

/**
 * All of it to all; what is left over of earlier ones to those who have not got it. A mailbox that is full or that the
 * server greylists must not keep the others waiting, nor have them get it twice.
 */
async function sendAll(
  messages: readonly Message[],
  settings: OutputSettings['mail'],
  secrets: Readonly<Record<string, string>>,
  tools: OutputTools,
  signal: AbortSignal,
): Promise<void> {
  const left = new Map<Message, Message>();
  const said: string[] = [];
  let got = false;
  for (const { to, group } of groupsOf(messages, settings.to)) {
    const holding = await stillHolding(group, tools);
    if (holding.length === 0) continue;
    if (signal.aborted) {
      if (!got) throw new OutputFault('no answer in time');
      for (const message of holding) left.set(message, message);
      said.push('no answer in time');
      continue;
    }
    let rejections: readonly Rejection[];
    try {
      const leftOut = group.length - holding.length;
      rejections = await sendMail(holding, leftOut, { ...settings, to: [...to] }, secrets, tools, signal);
    } catch (error) {
      if (!got) throw error;
      said.push(messageOf(error));
      for (const message of holding) left.set(message, message);
      continue;
    }
    const words = rejections.map(({ address, words }) => `${address}: ${words}`).join('; ');
    const later = rejections.filter(({ forEver }) => !forEver).map(({ address }) => address);
    if (rejections.length >= to.length && to === settings.to) {
      throw new OutputFault(`the server takes mail for none of them: ${words}`, { refused: later.length === 0 });
    }
    got = true;
    if (rejections.length > 0) said.push(words);
    if (later.length > 0) for (const message of holding) left.set(message, { ...message, to: later });
  }
  if (said.length > 0) {
    const fault = `not all get the mail: ${said.join('; ')}`;
    throw new PartFault(
      fault,
      messages.map((message) => left.get(message)),
    );
  }
}

/** First those for all. Who is no receiver any more is left out. */
function groupsOf(messages: readonly Message[], all: readonly string[]) {
  const groups = new Map<string, { to: readonly string[]; group: Message[] }>([['', { to: all, group: [] }]]);
  for (const message of messages) {
    const to = message.to === undefined ? all : all.filter((address) => isOneOf(address, message.to ?? []));
    const key = message.to === undefined ? '' : JSON.stringify(to);
    const { group } = groups.get(key) ?? { group: [] };
    groups.set(key, { to, group: [...group, message] });
  }
  return [...groups.values()].filter(({ to, group }) => to.length > 0 && group.length > 0);
}

function isOneOf(address: string, list: readonly string[]): boolean {
  return list.some((one) => one.toLowerCase() === address.toLowerCase());
}

interface Rejection {
  readonly address: string;
  /** What the server said. */
  readonly words: string;
  readonly forEver: boolean;
}

/** Resolves to those for whom the server did not take it. */
async function sendMail(
  messages: readonly Message[],
  leftOut: number,
  settings: OutputSettings['mail'],
  { password = '' }: Readonly<Record<string, string>>,
  tools: OutputTools,
  signal: AbortSignal,
): Promise<readonly Rejection[]> {
  const { host, port, security, username, from, to, ca } = settings;
  const place = await checked(tools.check(`smtp://${inUrl(host)}:${port}`, ['smtp'], signal));
  const transport = createTransport({
    host: place.address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username === '' ? {} : { auth: { user: username, pass: password } }),
    tls: { ...(isIP(host) === 0 ? { servername: host } : {}), minVersion: 'TLSv1.2', ...(ca === '' ? {} : { ca }) },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const close = (): void => transport.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const content = contentOf(messages, leftOut, settings, tools);
    return rejectionsOf(await transport.sendMail({ from, to, ...content }));
  } catch (error) {
    const rejections = rejectionsOf(error);
    if (rejections.length > 0) return rejections;
    const code =
      typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0;
    // 5xx is for ever, as mail servers have it; a wrong password is not: somebody will set it right.
    const login = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAUTH';
    throw new OutputFault(messageOf(error).slice(0, 300), { refused: code >= 500 && !login, cause: error });
  } finally {
    signal.removeEventListener('abort', close);
    transport.close();
  }
}

/** Of what was sent, and of an error where the server takes it for nobody. */
function rejectionsOf(outcome: unknown): readonly Rejection[] {
  const errors =
    typeof outcome === 'object' && outcome !== null && 'rejectedErrors' in outcome ? outcome.rejectedErrors : undefined;
  return (Array.isArray(errors) ? errors : []).map((error: Rejected) => ({
    address: error.recipient ?? '',
    words: (error.response ?? 'refused').slice(0, 200),
    forEver: (error.responseCode ?? 500) >= 500,
  }));
}

interface Rejected {
  readonly recipient?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function contentOf(
  messages: readonly Message[],
  leftOut: number,
  { language }: OutputSettings['mail'],
  tools: OutputTools,
) {
  const words = wordsOf(language);
  const [first] = messages;
  const described = messages.slice(0, MOST_DESCRIBED).map(({ event, alert }) => {
    const path = alert === undefined ? '/events' : `/alerts/${alert.id}`;
    return [...describe(event, language, tools.nameOf), `${words.open}: ${tools.consoleUrl()}${path}`].join('\n');
  });
  const more = messages.length - described.length;
  const about =
    messages.length === 1 && first !== undefined
      ? [
          typeWords(first.event.type, language),
          first.event.subject === undefined ? '' : tools.nameOf(first.event.subject),
        ]
      : [words.several(messages.length), ''];
  return {
    subject: `[Tamnhin] ${about.filter((part) => part !== '').join(' – ')}`.replace(/[\r\n]+/g, ' '),
    text: `${[...described, ...(more > 0 ? [words.andMore(more)] : []), ...(leftOut > 0 ? [words.leftOut(leftOut)] : [])].join('\n\n')}\n`,
    attachments: messages
      .flatMap(({ cap, event }) => (cap === undefined ? [] : [{ cap, name: event.id }]))
      .slice(0, MOST_ATTACHED)
      .map(({ cap, name }) => ({
        filename: `${name.replace(/[^A-Za-z0-9.-]/g, '')}.xml`,
        content: cap,
        contentType: 'application/cap+xml',
      })),
    ...(first === undefined ? {} : { messageId: `<${first.event.id}@tamnhin>` }),
  };
}
