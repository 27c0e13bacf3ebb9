import { isIP } from 'node:net';
import { connect, type MqttClient } from 'mqtt';
import { messageOf } from '#base/errors';
import type { OutputSettings } from '#contracts/outputs';
import { type Message, OutputFault, type OutputKind, type OutputTools, type Sender } from '../output.ts';
import { checked } from '../post.ts';

/**
 * MQTT 5, QoS 1: each message at a topic of its own, and, where that is wanted, how each alert stands, kept by the broker
 * until the alert is closed. The line stays open between messages; whether it is dialled again decides who calls `send`.
 */
export const mqtt: OutputKind<'mqtt'> = {
  kind: 'mqtt',
  open: (settings, secrets, tools) => createSender(settings, secrets, tools),
};

const TIMEOUT_MS = 15_000;

function createSender(
  settings: OutputSettings['mqtt'],
  { password = '' }: Readonly<Record<string, string>>,
  tools: OutputTools,
): Sender {
  let client: MqttClient | undefined;

  async function dial(signal: AbortSignal): Promise<MqttClient> {
    if (client?.connected) return client;
    await hangUp();
    const { host, port, tls, username, ca } = settings;
    const scheme = tls ? 'mqtts' : 'mqtt';
    const inUrl = host.includes(':') ? `[${host}]` : host;
    const place = await checked(tools.check(`${scheme}://${inUrl}:${port}`, [scheme], signal));
    const dialled = connect({
      protocol: scheme,
      host: place.address,
      port,
      protocolVersion: 5,
      clean: true,
      keepalive: 30,
      connectTimeout: TIMEOUT_MS,
      reconnectPeriod: 0,
      ...(username === '' ? {} : { username, password }),
      ...(tls ? { rejectUnauthorized: true, ...(isIP(host) === 0 ? { servername: host } : {}) } : {}),
      ...(ca === '' ? {} : { ca }),
    });
    // Without a listener an error of the line would end the program.
    dialled.on('error', () => {});
    client = dialled;
    await new Promise<void>((resolve, reject) => {
      dialled.once('connect', () => resolve());
      dialled.once('error', (error) => reject(new OutputFault(messageOf(error), { cause: error })));
      dialled.once('close', () => reject(new OutputFault('the broker is not there or hung up')));
      signal.addEventListener('abort', () => reject(new OutputFault('no answer in time')), { once: true });
    });
    return dialled;
  }

  async function hangUp(): Promise<void> {
    const former = client;
    client = undefined;
    if (former !== undefined) await former.endAsync(true).catch(() => {});
  }

  async function publishAll(line: MqttClient, messages: readonly Message[], signal: AbortSignal): Promise<void> {
    let give = (_reason: string): void => {};
    const gone = new Promise<never>((_, reject) => {
      give = (reason) => reject(new OutputFault(reason));
    });
    const hungUp = (): void => give('the broker hung up');
    const silent = (): void => give('the broker confirms nothing');
    line.once('close', hungUp);
    signal.addEventListener('abort', silent, { once: true });
    try {
      // Each has its time: many messages over a slow line are no broker that is silent.
      for (const message of messages) {
        const timer = setTimeout(silent, TIMEOUT_MS);
        await Promise.race([tell(line, message), gone]).finally(() => clearTimeout(timer));
      }
    } finally {
      line.off('close', hungUp);
      signal.removeEventListener('abort', silent);
    }
  }

  async function tell(line: MqttClient, { event, alert, asked }: Message): Promise<void> {
    const payload = JSON.stringify(event);
    const properties = { contentType: 'application/cloudevents+json' };
    if (alert?.quiet !== true) {
      await line.publishAsync(topicOf(settings.topic, tools.site, event), payload, { qos: 1, properties });
    }
    if (alert?.kept === undefined) return;
    const topic = `tamnhin/${tools.site}/alert/${levelOf(alert.id)}`;
    if (alert.kept === 'standing') {
      // Sent again by hand, it may be of an alert that is long closed.
      const state = asked === true ? await tools.stateOf(alert.id) : 'new';
      if (!settings.retainAlerts || state === undefined || state === 'closed') return;
      await line.publishAsync(topic, payload, { qos: 1, retain: true, properties });
      return;
    }
    if (alert.kept === 'closed') await line.publishAsync(topic, payload, { qos: 1, properties });
    // An empty message takes away what the broker kept.
    await line.publishAsync(topic, '', { qos: 1, retain: true });
  }

  return {
    most: 50,
    everyMs: 0,
    async send(messages, signal) {
      try {
        const line = await dial(AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
        await publishAll(line, messages, signal);
      } catch (error) {
        await hangUp();
        if (error instanceof OutputFault) throw error;
        throw new OutputFault(messageOf(error), { cause: error });
      }
    },
    close: hangUp,
  };
}

/** `{type}` is without the `vn.tamnhin.` that all have; what belongs to no camera has `-` in its place. */
function topicOf(template: string, site: string, event: { type: string; subject?: string }): string {
  return template
    .replaceAll('{site}', levelOf(site))
    .replaceAll('{cameraId}', levelOf(event.subject ?? '-'))
    .replaceAll('{type}', levelOf(event.type.replace(/^vn\.tamnhin\./, '')));
}

/** One level of a topic: nothing in it may be read as a separator or a wildcard. */
function levelOf(text: string): string {
  return text.replace(/[/+#\s\p{Cc}]/gu, '_');
}
