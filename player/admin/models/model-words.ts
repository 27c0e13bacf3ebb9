import { useTranslation } from 'react-i18next';
import type { ModelFacts, ModelProblem } from '#contracts/models';
import { NAMED_OBJECTS, objectName } from '../../ui/object-name.ts';

const SHOWN_CLASSES = 8;
const NAMED: readonly string[] = NAMED_OBJECTS;

/** The first classes of a model in words, those that cameras are watched for before the others. */
export function useClassWords(): (classes: readonly string[]) => string {
  const { t } = useTranslation(['admin', 'app']);
  return (classes) => {
    const rank = (label: string): number => {
      const at = NAMED.indexOf(label);
      return at < 0 ? NAMED.length : at;
    };
    const sorted = [...classes].sort((a, b) => rank(a) - rank(b));
    const names = sorted
      .slice(0, SHOWN_CLASSES)
      .map((label) => objectName(t, label))
      .join(', ');
    const count = classes.length - SHOWN_CLASSES;
    return count > 0 ? t('models.facts.moreClasses', { names, count }) : names;
  };
}

/** What is wrong with a model, what it means, what to do. */
export function useProblemWords(): (problem: ModelProblem) => { what: string; means: string; todo: string } {
  const { t } = useTranslation('faults');
  return (problem) => ({
    what: t(`codes.model.${problem}.what`),
    means: t(`codes.model.${problem}.means`),
    todo: t(`codes.model.${problem}.todo`),
  });
}

/**
 * Looks that all manage side by side in a second: threads on the processor, up to four processes with a graphics card,
 * of which each further one adds half (docs/decisions/0010-graphics-cards.md).
 */
export function looksPerSecond({ msPerLook, provider }: Pick<ModelFacts, 'msPerLook' | 'provider'>, threads: number) {
  const sideBySide = provider === 'cpu' ? threads : 1 + (Math.min(threads, 4) - 1) / 2;
  return (sideBySide * 1000) / Math.max(0.1, msPerLook);
}
/** Below it, a site of ordinary size is looked at too seldom. */
export const FEW_LOOKS = 10;
