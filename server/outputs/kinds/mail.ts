import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { messageOf } from '#base/errors';
import type { AlertChange, OutputSettings } from '#contracts/outputs';
import { type Message, OutputFault, type OutputKind, type OutputTools } from '../output.ts';
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
    async send(messages, signal) {
      const holding = await stillHolding(messages, tools);
      if (holding.length > 0)
        await sendMail(holding, messages.length - holding.length, settings, secrets, tools, signal);
    },
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

async function sendMail(
  messages: readonly Message[],
  leftOut: number,
  settings: OutputSettings['mail'],
  { password = '' }: Readonly<Record<string, string>>,
  tools: OutputTools,
  signal: AbortSignal,
): Promise<void> {
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
    const { rejected } = await transport.sendMail({ from, to, ...contentOf(messages, leftOut, settings, tools) });
    if (rejected.length === to.length)
      throw new OutputFault('the server takes mail for none of them', { refused: true });
  } catch (error) {
    if (error instanceof OutputFault) throw error;
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
