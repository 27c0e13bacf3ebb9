import type { RuleOf } from '#contracts/rules';
import type { RuleWatch } from './rule.ts';

/** The camera itself reports something whose name ends so, in whole words between strokes. */
export function createCameraSignal({ topics }: RuleOf<'cameraSignal'>): RuleWatch {
  const ends = topics.map((topic) => wordsOf(topic));
  const isMeant = (topic: string): boolean => ends.length === 0 || ends.some((end) => wordsOf(topic).endsWith(end));

  return {
    look({ signals }) {
      const meant = new Set(signals.map(({ topic }) => topic).filter(isMeant));
      return [...meant].map((signal) => ({ track: null, signal }));
    },
  };
}

const wordsOf = (topic: string): string => `/${topic.toLowerCase().replace(/^\/+/, '')}`;
