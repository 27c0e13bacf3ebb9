import { Anchor, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OutputView } from '#contracts/outputs';
import { AgeText } from '../../ui/age-text.tsx';
import { useDates } from '../../ui/dates.ts';

/** Does it get through? In a sign, a word, and since when; with what was given up. */
export function OutputStateText({ output, failures }: { output: OutputView; failures: () => void }) {
  const { t } = useTranslation('admin');
  const dates = useDates();
  const { state } = output;
  const { Icon, color, word } = looksOf(output);
  return (
    <Stack gap={2}>
      <Group gap={6} wrap="nowrap">
        <Icon size={16} color={color} aria-hidden style={{ flex: 'none' }} />
        <span>
          {t(`outputs.${word}`)}
          {word === 'works' && state.lastSentMs !== null && (
            <>
              {' · '}
              <AgeText ms={state.lastSentMs} />
            </>
          )}
        </span>
      </Group>
      {word === 'trouble' && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {state.lastError}
          {state.nextTryMs !== null && ` · ${t('outputs.nextTry', { time: dates.time(state.nextTryMs) })}`}
        </Text>
      )}
      {state.failed > 0 && (
        <Anchor component="button" type="button" size="sm" ta="start" onClick={failures}>
          {t('outputs.failed', { count: state.failed })}
        </Anchor>
      )}
    </Stack>
  );
}

function looksOf({ enabled, state }: OutputView) {
  if (!enabled) return { Icon: IconPlayerPause, color: 'var(--tn-quiet)', word: 'off' } as const;
  if (state.lastError !== null) return { Icon: IconAlertTriangle, color: 'var(--tn-warn)', word: 'trouble' } as const;
  if (state.sent === 0) return { Icon: IconCircleDashed, color: 'var(--tn-quiet)', word: 'nothingYet' } as const;
  return { Icon: IconCircleCheck, color: 'var(--tn-live)', word: 'works' } as const;
}
