import { Button, Checkbox, Group, NumberInput, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../ui/notice.tsx';
import { newSigningSecret, type OutputForm } from './output-form.ts';

export interface FieldsProps {
  readonly form: OutputForm;
  readonly secretsSet: readonly string[];
  readonly change: (part: Partial<OutputForm>) => void;
  readonly error: (path: string) => string | undefined;
}

/** Where an output of this kind goes. */
export function OutputFields(props: FieldsProps) {
  switch (props.form.kind) {
    case 'webhook':
      return <WebhookFields {...props} />;
    case 'mail':
      return <MailFields {...props} />;
    case 'mqtt':
      return <MqttFields {...props} />;
  }
}

function WebhookFields(props: FieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change, error } = props;
  const set = (part: Partial<OutputForm['webhook']>): void => change({ webhook: { ...form.webhook, ...part } });
  return (
    <Stack gap="md">
      <TextInput
        label={t('outputs.url')}
        placeholder="https://ioc.example.vn/tamnhin"
        type="url"
        required
        maxLength={2000}
        error={error('settings.url')}
        value={form.webhook.url}
        onChange={(event) => set({ url: event.currentTarget.value.trim() })}
      />
      <Secret {...props} name="secret" label={t('outputs.secret')} hint={t('outputs.secretHint')} make />
      <Secret {...props} name="authorization" label={t('outputs.authorization')} placeholder="Bearer …" />
      <Select
        label={t('outputs.incidentsAs')}
        data={(['json', 'cap'] as const).map((value) => ({ value, label: t(`outputs.incidentForms.${value}`) }))}
        value={form.webhook.incidentsAs}
        allowDeselect={false}
        onChange={(value) => set({ incidentsAs: value === 'cap' ? 'cap' : 'json' })}
      />
      <Certificate value={form.webhook.ca} error={error('settings.ca')} change={(ca) => set({ ca })} />
    </Stack>
  );
}

const SECURITIES = ['starttls', 'tls', 'none'] as const;
const USUAL_PORT = { starttls: 587, tls: 465, none: 25 } as const;

function MailFields(props: FieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change, error } = props;
  const { mail } = form;
  const set = (part: Partial<OutputForm['mail']>): void => change({ mail: { ...mail, ...part } });
  return (
    <Stack gap="md">
      <Place {...props} host={mail.host} port={mail.port} set={set} example="smtp.example.vn" />
      <Select
        label={t('outputs.security')}
        data={SECURITIES.map((value) => ({ value, label: t(`outputs.securities.${value}`) }))}
        value={mail.security}
        allowDeselect={false}
        onChange={(value) => {
          const security = SECURITIES.find((one) => one === value) ?? 'starttls';
          const usual = mail.port === USUAL_PORT[mail.security];
          set({ security, ...(usual ? { port: USUAL_PORT[security] } : {}) });
        }}
      />
      {mail.security === 'none' && <Notice kind="warn" title={t('outputs.notSecure')} />}
      <Login {...props} username={mail.username} set={set} />
      <TextInput
        label={t('outputs.from')}
        placeholder="tamnhin@example.vn"
        type="email"
        required
        error={error('settings.from')}
        value={mail.from}
        onChange={(event) => set({ from: event.currentTarget.value.trim() })}
      />
      <TagsInput
        label={t('outputs.recipients')}
        description={t('outputs.recipientsHint')}
        required
        error={
          error('settings.to') ?? mail.to.map((_, at) => error(`settings.to.${at}`)).find((one) => one !== undefined)
        }
        acceptValueOnBlur
        splitChars={[',', ';', ' ']}
        value={mail.to}
        onChange={(to) => set({ to })}
      />
      <Select
        label={t('outputs.language')}
        data={(['vi', 'en'] as const).map((value) => ({ value, label: t(`outputs.languages.${value}`) }))}
        value={mail.language}
        allowDeselect={false}
        onChange={(value) => set({ language: value === 'en' ? 'en' : 'vi' })}
      />
      <Certificate value={mail.ca} error={error('settings.ca')} change={(ca) => set({ ca })} />
    </Stack>
  );
}

function MqttFields(props: FieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change, error } = props;
  const { mqtt } = form;
  const set = (part: Partial<OutputForm['mqtt']>): void => change({ mqtt: { ...mqtt, ...part } });
  return (
    <Stack gap="md">
      <Place {...props} host={mqtt.host} port={mqtt.port} set={set} example="mqtt.example.vn" />
      <Checkbox
        label={t('outputs.tls')}
        checked={mqtt.tls}
        onChange={(event) => {
          const tls = event.currentTarget.checked;
          const usual = mqtt.port === (mqtt.tls ? 8883 : 1883);
          set({ tls, ...(usual ? { port: tls ? 8883 : 1883 } : {}) });
        }}
      />
      {!mqtt.tls && <Notice kind="warn" title={t('outputs.notSecure')} />}
      <Login {...props} username={mqtt.username} set={set} />
      <TextInput
        label={t('outputs.topic')}
        description={t('outputs.topicHint', { interpolation: { prefix: '[[', suffix: ']]' } })}
        required
        error={error('settings.topic')}
        value={mqtt.topic}
        onChange={(event) => set({ topic: event.currentTarget.value })}
      />
      <Checkbox
        label={t('outputs.retain')}
        checked={mqtt.retainAlerts}
        onChange={(event) => set({ retainAlerts: event.currentTarget.checked })}
      />
      {mqtt.tls && <Certificate value={mqtt.ca} error={error('settings.ca')} change={(ca) => set({ ca })} />}
    </Stack>
  );
}

function Place(
  props: FieldsProps & {
    host: string;
    port: number;
    example: string;
    set: (part: { host?: string; port?: number }) => void;
  },
) {
  const { t } = useTranslation('admin');
  const { host, port, example, set, error } = props;
  return (
    <Group align="flex-start" wrap="nowrap">
      <TextInput
        style={{ flex: 1 }}
        label={t('outputs.host')}
        placeholder={example}
        required
        error={error('settings.host')}
        value={host}
        onChange={(event) => set({ host: event.currentTarget.value.trim() })}
      />
      <NumberInput
        w="7rem"
        label={t('outputs.port')}
        required
        min={1}
        max={65_535}
        allowDecimal={false}
        error={error('settings.port')}
        value={port}
        onChange={(value) => set({ port: Number(value) })}
      />
    </Group>
  );
}

function Login(props: FieldsProps & { username: string; set: (part: { username: string }) => void }) {
  const { t } = useTranslation('admin');
  return (
    <Stack gap="md">
      <TextInput
        label={t('outputs.username')}
        autoComplete="off"
        error={props.error('settings.username')}
        value={props.username}
        onChange={(event) => props.set({ username: event.currentTarget.value })}
      />
      <Secret {...props} name="password" label={t('outputs.password')} />
    </Stack>
  );
}

/** What goes in and is never shown again. */
function Secret(
  props: FieldsProps & { name: string; label: string; hint?: string; placeholder?: string; make?: boolean },
) {
  const { t } = useTranslation('admin');
  const { form, name, label, hint, placeholder, secretsSet, change, error, make = false } = props;
  const stored = secretsSet.includes(name) && !form.forgotten.includes(name);
  const typed = form.secrets[name] ?? '';
  const type = (value: string): void => change({ secrets: { ...form.secrets, [name]: value } });
  return (
    <Stack gap={6}>
      <TextInput
        // A new secret has to be copied; one that somebody knows already is nobody else's business.
        type={make ? 'text' : 'password'}
        label={label}
        description={stored ? t('outputs.secretSet') : hint}
        placeholder={stored ? '••••••••' : placeholder}
        autoComplete="new-password"
        spellCheck={false}
        error={error(`secrets.${name}`)}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Group gap="xs">
        {make && (
          <Button size="compact-sm" variant="default" onClick={() => type(newSigningSecret())}>
            {t('outputs.makeSecret')}
          </Button>
        )}
        {stored && typed === '' && (
          <Button size="compact-sm" variant="default" onClick={() => change({ forgotten: [...form.forgotten, name] })}>
            {t('outputs.forget')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Certificate(props: { value: string; error: string | undefined; change: (ca: string) => void }) {
  const { t } = useTranslation('admin');
  const [shown, setShown] = useState(props.value !== '');
  if (!shown) {
    return (
      <Button variant="subtle" size="compact-sm" style={{ alignSelf: 'flex-start' }} onClick={() => setShown(true)}>
        {t('outputs.more')}…
      </Button>
    );
  }
  return (
    <Textarea
      label={t('outputs.ca')}
      description={t('outputs.caHint')}
      placeholder="-----BEGIN CERTIFICATE-----"
      autosize
      minRows={3}
      maxRows={8}
      spellCheck={false}
      error={props.error}
      value={props.value}
      onChange={(event) => props.change(event.currentTarget.value)}
    />
  );
}
