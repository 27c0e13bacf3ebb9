import type { Metrics } from '../metrics.ts';
import { openApi } from '../openapi.ts';
import { defineRaw, type Route } from '../route.ts';

export interface SystemDeps {
  readonly metrics: Metrics;
  readonly version: string;
  /** The parts that the program cannot do without, each `ok` or what is wrong with it. */
  readonly parts: () => Promise<Readonly<Record<string, string>>>;
  readonly routes: () => readonly Route[];
}

/** For those who run the program: probes, figures, the description of the interface. */
export function systemRoutes({ metrics, version, parts, routes }: SystemDeps): readonly Route[] {
  return [
    defineRaw({
      name: 'GET /healthz',
      access: { kind: 'public' },
      async handle(call) {
        call.response.json({ status: 'ok' });
      },
    }),
    defineRaw({
      name: 'GET /readyz',
      access: { kind: 'public' },
      async handle(call) {
        const state = await parts();
        const ready = Object.values(state).every((one) => one === 'ok');
        call.response.status(ready ? 200 : 503).json({ ready, parts: state });
      },
    }),
    defineRaw({
      name: 'GET /metrics',
      access: { kind: 'system', permission: 'metrics.read' },
      async handle(call) {
        call.response.type(metrics.contentType).send(await metrics.text());
      },
    }),
    defineRaw({
      name: 'GET /api/openapi.json',
      access: { kind: 'anywhere', permission: 'camera.view' },
      async handle(call) {
        call.response.json(openApi(routes(), version));
      },
    }),
  ];
}
