import { Button, Group } from '@mantine/core';
import { IconCalculator } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { FigureAge, FigureValue } from '../../sectors/figure-parts.tsx';
import { numberText } from '../../sectors/figure-words.ts';
import { useLocale } from '../../sectors/texts.ts';
import { Notice } from '../../ui/notice.tsx';
import { codeOf, type IndicatorDraft } from './indicator-draft.ts';

/** Sums of counts are whole; others have decimals that the ratio's own say nothing of. */
const partText = (value: number, locale: string): string => numberText(value, Number.isInteger(value) ? 0 : 2, locale);

/** The figure as it would be now, of what is already delivered: nothing is saved. */
export function IndicatorTrial({ draft, ready }: { draft: IndicatorDraft; ready: boolean }) {
  const { t } = useTranslation('admin');
  const locale = useLocale();
  const api = useApi();
  const trial = useMutation({ mutationFn: (of: IndicatorDraft) => api.sectors.tryIndicator(codeOf(of), of.input) });
  const figure = trial.variables === draft ? trial.data : undefined;
  const indicator = { ...draft.input, code: codeOf(draft), sector: draft.sector };
  return (
    <>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconCalculator size={16} aria-hidden />}
          disabled={!ready}
          loading={trial.isPending}
          onClick={() => trial.mutate(draft)}
        >
          {t('catalogue.trial.run')}
        </Button>
        {figure !== undefined && (
          <span data-trial={indicator.code}>
            <FigureValue figure={figure} indicator={indicator} /> <FigureAge figure={figure} />
          </span>
        )}
      </Group>
      {figure !== undefined && figure.value === null && figure.denominator === null && (
        <Notice kind="info" title={t('catalogue.trial.nothing')}>
          {t('catalogue.trial.nothingHint')}
        </Notice>
      )}
      {figure?.numerator != null && figure.denominator !== null && (
        <Notice kind="info" title={t('catalogue.trial.parts')}>
          {partText(figure.numerator, locale)} ÷ {partText(figure.denominator, locale)}
        </Notice>
      )}
      {trial.isError && trial.variables === draft && <ErrorNotice error={trial.error} />}
    </>
  );
}
