import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconPlayerStop, IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ProbeResult } from '#contracts/camera';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { ProbeReport } from './probe-report.tsx';

/** The test of a camera and what came of it. */
export function ProbePanel(props: {
  running: boolean;
  result: ProbeResult | null;
  error: unknown;
  disabled: boolean;
  /** Is the test the next thing to do on this page? */
  leading: boolean;
  start: () => void;
  stop: () => void;
}) {
  const { t } = useTranslation('admin');
  return (
    <Panel title={t('probe.title')}>
      <Stack gap="md">
        {props.running ? (
          <Group>
            <Loader size="sm" />
            <Text role="status">{t('probe.running')}</Text>
            <Button variant="default" size="compact-sm" leftSection={<IconPlayerStop size={14} />} onClick={props.stop}>
              {t('stop')}
            </Button>
          </Group>
        ) : (
          <>
            {props.result === null && props.error === null && <Text c="dimmed">{t('probe.hint')}</Text>}
            <Group>
              <Button
                variant={props.leading && props.result?.ok !== true ? 'filled' : 'default'}
                leftSection={<IconPlugConnected size={16} />}
                disabled={props.disabled}
                onClick={props.start}
              >
                {props.result === null ? t('probe.start') : t('probe.again')}
              </Button>
            </Group>
          </>
        )}
        {!props.running && props.error !== null && <ErrorNotice error={props.error} />}
        {!props.running && props.result !== null && <ProbeReport result={props.result} />}
      </Stack>
    </Panel>
  );
}
