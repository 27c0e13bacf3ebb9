import {
  type OutputDraft,
  type OutputFilter,
  type OutputKindName,
  type OutputSettings,
  type OutputView,
  outputFilterSchema,
} from '#contracts/outputs';

/** What somebody types for an output of any kind: changing the kind loses nothing of the others. */
export interface OutputForm {
  readonly name: string;
  readonly enabled: boolean;
  readonly kind: OutputKindName;
  readonly webhook: OutputSettings['webhook'];
  readonly mail: OutputSettings['mail'];
  readonly mqtt: OutputSettings['mqtt'];
  /** By name; `''` is not typed. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Stored secrets that are to go. */
  readonly forgotten: readonly string[];
  readonly filter: OutputFilter;
}

export function formOf(view: OutputView | null): OutputForm {
  const empty: OutputForm = {
    name: '',
    enabled: true,
    kind: 'webhook',
    webhook: { url: '', incidentsAs: 'json', ca: '' },
    mail: { host: '', port: 587, security: 'starttls', username: '', from: '', to: [], language: 'vi', ca: '' },
    mqtt: {
      host: '',
      port: 8883,
      tls: true,
      username: '',
      topic: 'tamnhin/{site}/camera/{cameraId}/{type}',
      retainAlerts: true,
      ca: '',
    },
    secrets: {},
    forgotten: [],
    filter: outputFilterSchema.parse({}),
  };
  if (view === null) return empty;
  const { name, enabled, kind, filter } = view;
  return { ...empty, name, enabled, kind, filter, [kind]: view.settings };
}

export function draftOf({ name, enabled, kind, filter, secrets, forgotten, ...form }: OutputForm): OutputDraft {
  const secret = (key: string): string | undefined => {
    const typed = secrets[key] ?? '';
    if (typed !== '') return typed;
    return forgotten.includes(key) ? '' : undefined;
  };
  const common = { name, enabled, filter: { ...filter, alerts: [...filter.alerts], types: [...filter.types] } };
  switch (kind) {
    case 'webhook':
      return {
        ...common,
        kind,
        settings: form.webhook,
        secrets: { secret: secret('secret'), authorization: secret('authorization') },
      };
    case 'mail':
      return { ...common, kind, settings: form.mail, secrets: { password: secret('password') } };
    case 'mqtt':
      return { ...common, kind, settings: form.mqtt, secrets: { password: secret('password') } };
  }
}

/** Enough to be sent to the server, which looks closer. */
export function isComplete({ name, kind, webhook, mail, mqtt, filter }: OutputForm): boolean {
  if (name.trim() === '' || !sendsSomething(filter)) return false;
  switch (kind) {
    case 'webhook':
      return webhook.url.trim() !== '';
    case 'mail':
      return mail.host.trim() !== '' && mail.from.trim() !== '' && mail.to.length > 0;
    case 'mqtt':
      return mqtt.host.trim() !== '' && mqtt.topic.trim() !== '';
  }
}

export function sendsSomething({ events, alerts, incidents }: OutputFilter): boolean {
  return events || incidents || alerts.length > 0;
}

/** `whsec_` and 32 random bytes. */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
