import { Button } from '@mantine/core';
import { IconMovie } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from './session.tsx';

/** For who has no camera at hand: nine synthetic ones, and on to the wall; the banner takes them away again. */
export function TryDemoButton() {
  const { t } = useTranslation('app');
  const { can } = useSession();
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const install = useAction({
    run: () => api.demo.install(),
    async after() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.cameras });
      await queryClient.invalidateQueries({ queryKey: queryKeys.session });
      navigate('/');
    },
  });
  if (!can('system.manage')) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconMovie size={16} aria-hidden />}
      loading={install.isPending}
      onClick={() => install.mutate(undefined)}
    >
      {t('demo.try')}
    </Button>
  );
}
