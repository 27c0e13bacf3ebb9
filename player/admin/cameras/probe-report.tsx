import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProbedStream, ProbeResult } from '#contracts/camera';
import { useAgeWords } from '../../ui/age-text.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { codecName } from './codec-name.ts';
import classes from './probe-report.module.css';

/** ms; product.md: the camera's clock is alarmed above 1 s. */
const CLOCK_ALARM_MS = 1000;
/** Below it an age is "now", which says nothing of a clock. */
const SMALLEST_SAID_MS = 2000;
const MINUTE_MS = 60_000;

/** What "test before save" found, or why not and what to do. */
export function ProbeReport({ result }: { result: ProbeResult }) {
  const { t, i18n } = useTranslation(['admin', 'faults']);
  const ageWords = useAgeWords();
  if (!result.ok) {
    const fault = result.fault ?? 'internal';
    return (
      <Notice kind="bad" title={t(`faults:camera.${fault}.name`)}>
        {t(`faults:camera.${fault}.means`)} {t(`faults:camera.${fault}.todo`)}
        {result.detail !== '' && <code className={classes.detail}>{result.detail}</code>}
      </Notice>
    );
  }
  const offset = result.clockOffsetMs;
  return (
    <Stack gap="sm">
      <Notice kind="good" title={t('probe.good', { seconds: secondsOf(result.elapsedMs, i18n.language) })} />
      {result.snapshot !== null && (
        <img className={classes.snapshot} src={`data:image/jpeg;base64,${result.snapshot}`} alt={t('probe.snapshot')} />
      )}
      <FactList
        facts={[
          [t('probe.make'), result.make],
          [t('probe.model'), result.model],
          [t('probe.firmware'), result.firmware],
          [t('probe.serial'), result.serial],
          [t('probe.ptz'), result.canPtz ? t('probe.canPtz') : ''],
          ...result.streams.map(
            (stream) => [t(`streams.${stream.role}`), <StreamText key={stream.role} stream={stream} />] as const,
          ),
        ]}
      />
      {offset !== null && Math.abs(offset) > CLOCK_ALARM_MS && (
        <Notice
          kind="warn"
          title={t(offset > 0 ? 'probe.clockAhead' : 'probe.clockBehind', {
            by: ageWords(saidOffset(offset), true),
          })}
        >
          {t('probe.clockHint')}
        </Notice>
      )}
    </Stack>
  );
}

function tenths(language: string): Intl.NumberFormat {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
}

function StreamText({ stream }: { stream: ProbedStream }) {
  const { t, i18n } = useTranslation('admin');
  const parts = [
    codecName(stream.codec),
    `${stream.width} × ${stream.height}`,
    stream.frameRate === null ? '' : t('streams.rate', { rate: tenths(i18n.language).format(stream.frameRate) }),
    stream.audioCodec === null ? t('streams.silent') : t('streams.sound', { codec: codecName(stream.audioCodec) }),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function secondsOf(ms: number, language: string): string {
  return (ms / 1000).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** To the minute where seconds no longer matter: a clock that is three days off is not said to be two. */
function saidOffset(offsetMs: number): number {
  const off = Math.abs(offsetMs);
  return off < MINUTE_MS ? Math.max(SMALLEST_SAID_MS, off) : Math.round(off / MINUTE_MS) * MINUTE_MS;
}
