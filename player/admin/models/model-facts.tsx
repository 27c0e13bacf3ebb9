import { useTranslation } from 'react-i18next';
import type { ModelFacts, ModelList } from '#contracts/models';
import { FactList } from '../../ui/fact-list.tsx';
import { localeOf } from '../../ui/locale.ts';
import { Notice } from '../../ui/notice.tsx';
import { FEW_LOOKS, looksPerSecond, useClassWords } from './model-words.ts';

/** What is known of a model that can be used. */
export function ModelFactList(props: {
  facts: ModelFacts;
  threads: number;
  /** Of the one that is in use. */
  figures?: ModelList['figures'];
}) {
  const { facts, figures, threads } = props;
  const { t, i18n } = useTranslation('admin');
  const classes = useClassWords();
  const number = new Intl.NumberFormat(localeOf(i18n.language), { maximumSignificantDigits: 3 });
  const looks = looksPerSecond(facts, threads);
  const count = Math.max(1, Math.floor(looks));
  return (
    <FactList
      facts={[
        [t('models.facts.classes'), classes(facts.classes)],
        [t('models.facts.licence'), facts.licence ?? t('models.facts.unknownLicence')],
        [
          t('models.facts.speed'),
          t('models.facts.speedValue', { ms: number.format(facts.msPerLook), provider: facts.provider }),
        ],
        [t('models.facts.room'), t('models.facts.roomValue', { looks: number.format(looks), count })],
        [
          t('models.facts.looks'),
          figures &&
            t('models.facts.looksValue', {
              looks: number.format(figures.looks),
              dropped: number.format(figures.dropped),
              failed: number.format(figures.failed),
              waiting: number.format(figures.waiting),
            }),
        ],
        [t('models.facts.input'), `${facts.width}×${facts.height}, ${facts.layout}`],
        [t('models.facts.card'), t(facts.card === 'own' ? 'models.facts.ownCard' : 'models.facts.recognised')],
        [t('models.facts.hash'), <code key="hash">{facts.sha256}</code>],
      ]}
    />
  );
}

export function SlowModelNotice({ facts, threads }: { facts: ModelFacts; threads: number }) {
  const { t } = useTranslation('admin');
  if (looksPerSecond(facts, threads) >= FEW_LOOKS) return null;
  return (
    <Notice kind="warn" title={t('models.slow')}>
      {t('models.slowText', { ms: Math.round(facts.msPerLook) })}
    </Notice>
  );
}
