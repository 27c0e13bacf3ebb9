import type { OutputKindName } from '#contracts/outputs';
import type { OutputKind } from '../output.ts';
import { mail } from './mail.ts';
import { mqtt } from './mqtt.ts';
import { webhook } from './webhook.ts';

/** All kinds of outputs. */
export const OUTPUTS: { readonly [K in OutputKindName]: OutputKind<K> } = { webhook, mail, mqtt };
