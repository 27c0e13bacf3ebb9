import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Figures for Prometheus. Parts are asked when somebody reads, so that nobody pays for figures that nobody wants. */
export interface Metrics {
  /** A figure, or one for each value of `label`, read anew each time. */
  gauge(name: string, help: string, read: () => number | Readonly<Record<string, number>>, label?: string): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    gauge(name, help, read, label) {
      const gauge: Gauge = new Gauge({
        name: `tamnhin_${name}`,
        help,
        registers: [registry],
        labelNames: label === undefined ? [] : [label],
        collect(): void {
          const value = read();
          if (typeof value === 'number') {
            gauge.set(value);
            return;
          }
          gauge.reset();
          for (const [key, one] of Object.entries(value)) gauge.set({ [label ?? 'kind']: key }, one);
        },
      });
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
