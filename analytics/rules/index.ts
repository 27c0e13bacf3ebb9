import type { Rule, RuleKind, RuleOf } from '#contracts/rules';
import { createAbandoned } from './abandoned.ts';
import { createCameraSignal } from './camera-signal.ts';
import { createCrowd } from './crowd.ts';
import { ALL_VEHICLES, PEOPLE, THINGS } from './labels.ts';
import { createLine } from './line.ts';
import { createLoitering } from './loitering.ts';
import { createMotion } from './motion.ts';
import { createPresence } from './presence.ts';
import type { RuleWatch } from './rule.ts';
import { createStopped } from './stopped.ts';
import { createWrongWay } from './wrong-way.ts';
import { createZone } from './zone.ts';

interface Kind<Of extends Rule> {
  readonly create: (rule: Of) => RuleWatch;
  /** What it is about where the rule names nothing. */
  readonly labels: readonly string[];
  /** What it is told of besides, whatever the rule names. */
  readonly besides?: readonly string[];
  /**
   * `moments`: something that happens. It looks always and is heard only in its hours, and an object that is not sure at
   * that moment may become so. `states`: something that is. It looks in its hours, and sees only what is sure: what has
   * stood there before they begin is told then.
   */
  readonly about: 'moments' | 'states';
}

const EVERYBODY = [...PEOPLE, ...ALL_VEHICLES];

/** A kind of rule: a line here, and a file. */
const KINDS: { readonly [K in RuleKind]: Kind<RuleOf<K>> } = {
  zone: { create: createZone, labels: EVERYBODY, about: 'moments' },
  loitering: { create: createLoitering, labels: PEOPLE, about: 'states' },
  line: { create: createLine, labels: EVERYBODY, about: 'moments' },
  crowd: { create: createCrowd, labels: PEOPLE, about: 'states' },
  stopped: { create: createStopped, labels: ALL_VEHICLES, about: 'states' },
  wrongWay: { create: createWrongWay, labels: ALL_VEHICLES, about: 'moments' },
  abandoned: { create: createAbandoned, labels: THINGS, besides: PEOPLE, about: 'states' },
  presence: { create: createPresence, labels: EVERYBODY, about: 'states' },
  motion: { create: createMotion, labels: [], about: 'states' },
  cameraSignal: { create: createCameraSignal, labels: [], about: 'moments' },
};

export interface StartedRule extends Pick<Kind<never>, 'labels' | 'about'> {
  readonly watch: RuleWatch;
  readonly besides: readonly string[];
}

export const startRule = (rule: Rule): StartedRule => start(rule.kind, rule);

function start<K extends RuleKind>(kind: K, rule: RuleOf<K>): StartedRule {
  const { create, labels, besides = [], about } = KINDS[kind];
  return { watch: create(rule), labels, besides, about };
}
