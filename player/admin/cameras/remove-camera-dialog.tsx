import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { removeCamera } from '../../api/camera-cache.ts';
import { useApi } from '../../api/context.tsx';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export function RemoveCameraDialog(props: {
  camera: { readonly id: string; readonly name: string };
  opened: boolean;
  onClose: () => void;
  onRemoved?: () => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const { camera, onClose, onRemoved } = props;
  const api = useApi();
  const queryClient = useQueryClient();
  const remove = useAction({
    run: () => api.cameras.remove(camera.id),
    done: t('cameras.removed', { name: camera.name }),
    after() {
      onClose();
      onRemoved?.();
      removeCamera(queryClient, camera.id);
    },
  });
  return (
    <ConfirmDialog
      opened={props.opened}
      title={t('cameras.removeTitle', { name: camera.name })}
      action={t('app:common.remove')}
      typeName={camera.name}
      danger
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      {t('cameras.removeText')}
    </ConfirmDialog>
  );
}
