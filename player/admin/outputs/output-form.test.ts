import { describe, expect, it } from 'vitest';
import { type OutputView, outputInputSchema } from '#contracts/outputs';
import { draftOf, formOf, isComplete, newSigningSecret } from './output-form.ts';

const view: OutputView = {
  id: 'o1',
  kind: 'mqtt',
  name: 'Broker',
  enabled: false,
  settings: { ...formOf(null).mqtt, host: 'broker.example' },
  secretsSet: ['password'],
  filter: { ...formOf(null).filter, events: true, types: ['vn.tamnhin.detection.zone'] },
  state: { sent: 0, lastSentMs: null, waiting: 0, failed: 0, lastError: null, lastErrorMs: null, nextTryMs: null },
};

describe('the form of an output', () => {
  it('sends back what it was given, and leaves stored secrets alone', () => {
    const draft = outputInputSchema.parse(draftOf(formOf(view)));
    const { name, kind, enabled, settings, filter } = view;
    expect(draft).toEqual({ name, kind, enabled, settings, filter, secrets: { password: undefined } });
  });

  it('takes a secret away only where that is asked for', () => {
    const forgotten = draftOf({ ...formOf(view), forgotten: ['password'] });
    expect(forgotten.secrets).toEqual({ password: '' });
    const typed = draftOf({ ...formOf(view), forgotten: ['password'], secrets: { password: 'new' } });
    expect(typed.secrets).toEqual({ password: 'new' });
  });

  it('makes a signing secret that the server takes', () => {
    const form = { ...formOf(null), name: 'x', secrets: { secret: newSigningSecret() } };
    const whole = { ...form, webhook: { ...form.webhook, url: 'https://example.vn/in' } };
    expect([isComplete(form), isComplete(whole)]).toEqual([false, true]);
    expect(outputInputSchema.safeParse(draftOf(whole)).success).toBe(true);
    const nothing = { ...whole, filter: { ...whole.filter, alerts: [] } };
    expect([isComplete(nothing), outputInputSchema.safeParse(draftOf(nothing)).success]).toEqual([false, false]);
  });
});
