import type { SceneName } from '#contracts/camera';
import { borderGate } from './border-gate.ts';
import { bridge } from './bridge.ts';
import { junction } from './junction.ts';
import { lobby } from './lobby.ts';
import { market } from './market.ts';
import { park } from './park.ts';
import type { Scene } from './picture.ts';
import { river } from './river.ts';
import { schoolGate } from './school-gate.ts';
import { warehouse } from './warehouse.ts';

/** All scenes, one line each. */
export const SCENE_ART: Readonly<Record<SceneName, Scene>> = {
  junction,
  market,
  river,
  'school-gate': schoolGate,
  warehouse,
  bridge,
  park,
  'border-gate': borderGate,
  lobby,
};
