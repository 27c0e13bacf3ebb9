import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StreamStatus, StreamWay, WayReason } from '#contracts/camera';
import { FactList } from '../../ui/fact-list.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { codecName, sdpCodecName } from './codec-name.ts';

const WAY_WORDS = {
  setting: 'setting',
  codec: 'codec',
  sound: 'soundCodec',
  packing: 'packing',
  noPicture: 'noPicture',
  breaks: 'breaks',
  misread: 'misread',
} as const satisfies Record<WayReason, string>;
/** Of these `what` is a sentence in English, for whoever looks into it. */
const EXPLAINED: ReadonlySet<WayReason> = new Set(['noPicture', 'breaks', 'misread']);

/** Who reads the stream, and why it is not us. */
function WayText({ way }: { way: StreamWay }) {
  const { t } = useTranslation('admin');
  const word = way.reason === null ? 'direct' : WAY_WORDS[way.reason];
  const explained = way.reason !== null && EXPLAINED.has(way.reason);
  return (
    <Text size="sm" c="dimmed" title={explained ? way.what : undefined}>
      {t(`streams.way.${word}`, { what: sdpCodecName(way.what) })}
    </Text>
  );
}

/** Both streams of a camera with what they carry. */
export function StreamFacts({ streams }: { streams: readonly StreamStatus[] }) {
  const { t, i18n } = useTranslation('admin');
  const figures = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  return (
    <FactList
      facts={streams.map((stream) => [
        t(`streams.${stream.role}`),
        <span key={stream.role}>
          <StateDot state={stream.state} withWord />
          <br />
          {[
            stream.codec === null ? '' : codecName(stream.codec),
            stream.width === null || stream.height === null ? '' : `${stream.width} × ${stream.height}`,
            stream.frameRate === null ? '' : t('streams.rate', { rate: figures.format(stream.frameRate) }),
            stream.bitrate === null ? '' : `${figures.format(stream.bitrate / 1e6)} Mbit/s`,
          ]
            .filter((part) => part !== '')
            .join(' · ')}
          {stream.way === null ? null : <WayText way={stream.way} />}
        </span>,
      ])}
    />
  );
}
