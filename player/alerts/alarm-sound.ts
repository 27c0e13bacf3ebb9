import type { Severity } from '#contracts/events';

/**
 * `blocked`: the browser lets nothing be heard until somebody has clicked or pressed a key on the page. `none`: it
 * cannot play sound at all.
 */
export type SoundState = 'ready' | 'blocked' | 'none';

/** The sound of alerts, made from sine waves: no file, no network. */
export interface AlarmSound {
  state(): SoundState;
  play(severity: Severity): void;
  /** Call it from a click or a key: asks the browser to let sound through. */
  unlock(): Promise<void>;
  /** For `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void;
}

/** Hz and ms. The worse, the higher, the more often; two tones tell it from the sounds of a computer. */
interface Tune {
  readonly tones: readonly number[];
  readonly toneMs: number;
  readonly times: number;
  /** 0 to 1. */
  readonly volume: number;
}
const TUNES: Readonly<Record<Severity, Tune>> = {
  unknown: { tones: [523], toneMs: 140, times: 1, volume: 0.15 },
  minor: { tones: [523, 659], toneMs: 130, times: 1, volume: 0.2 },
  moderate: { tones: [587, 784], toneMs: 150, times: 2, volume: 0.28 },
  severe: { tones: [698, 932], toneMs: 170, times: 3, volume: 0.4 },
  extreme: { tones: [784, 1047, 1319], toneMs: 170, times: 4, volume: 0.5 },
};
const PAUSE_MS = 90;

function createAlarmSound(open: (() => AudioContext) | null): AlarmSound {
  const listeners = new Set<() => void>();
  let context: AudioContext | null = null;
  let quietUntil = 0;

  function opened(): AudioContext | null {
    if (context !== null || open === null) return context;
    try {
      context = open();
      context.addEventListener('statechange', () => {
        for (const listener of listeners) listener();
      });
    } catch {
      context = null;
    }
    return context;
  }

  return {
    state() {
      const there = opened();
      if (there === null) return 'none';
      return there.state === 'running' ? 'ready' : 'blocked';
    },
    play(severity) {
      const there = opened();
      if (there === null || there.state !== 'running') return;
      // Ten alerts in a second are one alarm, not a noise.
      if (there.currentTime < quietUntil) return;
      quietUntil = soundTune(there, TUNES[severity]);
    },
    async unlock() {
      const there = opened();
      if (there !== null && there.state !== 'running') await there.resume().catch(() => undefined);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The end of the tune, in seconds of the context. */
function soundTune(context: AudioContext, { tones, toneMs, times, volume }: Tune): number {
  let at = context.currentTime + 0.02;
  for (let time = 0; time < times; time += 1) {
    for (const hertz of tones) {
      const end = at + toneMs / 1000;
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.type = 'triangle';
      tone.frequency.value = hertz;
      gain.gain.setValueAtTime(0, at);
      // A tone that begins or ends at once clicks.
      gain.gain.linearRampToValueAtTime(volume, at + 0.012);
      gain.gain.setValueAtTime(volume, end - 0.04);
      gain.gain.linearRampToValueAtTime(0, end);
      tone.connect(gain).connect(context.destination);
      tone.start(at);
      tone.stop(end);
      at = end;
    }
    at += PAUSE_MS / 1000;
  }
  return at;
}

/** The one of this window. */
export const alarmSound = createAlarmSound(typeof AudioContext === 'undefined' ? null : () => new AudioContext());
