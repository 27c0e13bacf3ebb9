import type { OutputState, OutputView } from '#contracts/outputs';
import type { StoredOutput } from './output-store.ts';

/** What people see of an output: which secrets there are, never what they are. */
export function viewOf({ id, name, enabled, filter, target }: StoredOutput, state: OutputState): OutputView {
  const secretsSet = Object.keys(target.secrets).sort();
  const common = { id, name, enabled, filter, state, secretsSet };
  switch (target.kind) {
    case 'webhook':
      return { ...common, kind: 'webhook', settings: target.settings };
    case 'mail':
      return { ...common, kind: 'mail', settings: target.settings };
    case 'mqtt':
      return { ...common, kind: 'mqtt', settings: target.settings };
  }
}
