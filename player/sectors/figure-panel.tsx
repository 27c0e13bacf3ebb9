import { Button, Group, SegmentedControl, Stack, Tabs } from '@mantine/core';
import { IconGavel } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, Indicator } from '#contracts/sectors';
import { useSession } from '../app/session.tsx';
import { DirectiveDialog } from '../directives/directive-dialog.tsx';
import { FactList } from '../ui/fact-list.tsx';
import { Loading } from '../ui/loading.tsx';
import { FigureAreas } from './figure-areas.tsx';
import { BandMark, FigureAge, FigureValue, SyntheticMark, TargetText, TrendText } from './figure-parts.tsx';
import { FigureSources } from './figure-sources.tsx';
import { numberText } from './figure-words.ts';
import { RANGES, rangesFor } from './history-range.ts';
import classes from './sectors.module.css';
import { useLocale } from './texts.ts';

const HistoryChart = lazy(() => import('./history-chart.tsx'));
const TargetsPanel = lazy(() => import('./targets/targets-panel.tsx'));

/** Where a figure comes from and how it went: history, areas, and the rows behind it. */
export default function FigurePanel(props: {
  indicator: Indicator;
  figure: Figure;
  onArea: (code: string | null) => void;
}) {
  const { indicator, figure, onArea } = props;
  const { t } = useTranslation(['sectors', 'app']);
  const { can } = useSession();
  const locale = useLocale();
  const [first] = rangesFor(indicator.cadence.every);
  const [range, setRange] = useState(first ?? RANGES[0]);
  const [directing, setDirecting] = useState(false);
  return (
    <Stack gap="md" data-figure-panel={indicator.code}>
      <Group justify="space-between" align="start">
        <div>
          <div className={classes.tileValue}>
            <FigureValue figure={figure} indicator={indicator} />
            <BandMark figure={figure} withWord />
            {figure.synthetic && <SyntheticMark />}
          </div>
          <div className={classes.tileFoot}>
            <TrendText figure={figure} indicator={indicator} />
            <TargetText figure={figure} indicator={indicator} />
            <FigureAge figure={figure} />
          </div>
        </div>
        {can('directive.give') && (
          <Button size="xs" leftSection={<IconGavel size={16} aria-hidden />} onClick={() => setDirecting(true)}>
            {t('directives.give')}
          </Button>
        )}
      </Group>
      <FactList
        facts={[
          [
            t('parts'),
            figure.numerator === null || figure.denominator === null
              ? ''
              : `${numberText(figure.numerator, 0, locale)} ÷ ${numberText(figure.denominator, 0, locale)}`,
          ],
          [
            t('reportingName'),
            figure.reporting.obliged === 0 ? '' : `${figure.reporting.delivered}/${figure.reporting.obliged}`,
          ],
          [t('legalBasis'), indicator.legalBasis],
          [t('isoRef'), indicator.isoRef],
        ]}
      />
      <Tabs defaultValue="history" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="history">{t('tabs.history')}</Tabs.Tab>
          {indicator.level === 'commune' && <Tabs.Tab value="areas">{t('tabs.areas')}</Tabs.Tab>}
          <Tabs.Tab value="targets">{t('tabs.targets')}</Tabs.Tab>
          <Tabs.Tab value="sources">{t('tabs.sources')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="history" pt="sm">
          <SegmentedControl
            size="xs"
            mb="sm"
            aria-label={t('range.label')}
            data={rangesFor(indicator.cadence.every).map((name) => ({ value: name, label: t(`range.${name}`) }))}
            value={range}
            onChange={(value) => setRange(RANGES.find((known) => known === value) ?? range)}
          />
          <Suspense fallback={<Loading />}>
            <HistoryChart indicator={indicator} areaCode={figure.areaCode} range={range} />
          </Suspense>
        </Tabs.Panel>
        {indicator.level === 'commune' && (
          <Tabs.Panel value="areas" pt="sm">
            <FigureAreas indicator={indicator} chosen={figure.areaCode} onArea={onArea} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="targets" pt="sm">
          <Suspense fallback={<Loading />}>
            <TargetsPanel indicator={indicator} areaCode={figure.areaCode} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="sources" pt="sm">
          <FigureSources indicator={indicator} figure={figure} onArea={onArea} />
        </Tabs.Panel>
      </Tabs>
      {directing && <DirectiveDialog pinned={{ indicator, figure }} onClose={() => setDirecting(false)} />}
    </Stack>
  );
}
