import { useTranslation } from 'react-i18next';
import type { AlertView, Verdict } from '#contracts/alerts';
import type { CameraView } from '#contracts/camera';
import { HoldDialog } from '../holds/hold-dialog.tsx';
import { BookmarkDialog } from '../playback/dialogs.tsx';
import { ExportDialog } from '../playback/export-dialog.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import type { AlertCommand } from './alert-commands.ts';
import { CloseDialog, DispatchDialog, NoteDialog } from './alert-dialogs.tsx';
import { IncidentDialog } from './incident-dialog.tsx';
import type { AlertAct } from './use-alert-actions.ts';

export type OpenDialog = { readonly command: AlertCommand; readonly verdict: Verdict | null };

/** The dialog that a command asks for. What concerns recordings are those of the playback page, for the clip's range. */
export default function AlertDialogs(props: {
  alert: AlertView;
  camera: CameraView | undefined;
  sentence: string;
  dialog: OpenDialog;
  busy: boolean;
  act: (act: AlertAct) => void;
  onClose: () => void;
}) {
  const { alert, camera, dialog, busy, act, onClose } = props;
  const { t } = useTranslation('alerts');
  const { fromMs, toMs } = alert.detection;
  switch (dialog.command) {
    case 'dispatch':
      return <DispatchDialog busy={busy} onSubmit={(unit) => act({ kind: 'dispatch', unit })} onClose={onClose} />;
    case 'note':
      return <NoteDialog busy={busy} onSubmit={(text) => act({ kind: 'note', text })} onClose={onClose} />;
    case 'close':
      return (
        <CloseDialog
          alert={alert}
          verdict={dialog.verdict}
          busy={busy}
          onSubmit={(closing) => act({ kind: 'close', ...closing })}
          onClose={onClose}
        />
      );
    case 'takeOver':
      return (
        <ConfirmDialog
          opened
          title={t('takeOverDialog.title', { name: alert.owner?.name ?? '' })}
          action={t('act.takeOver')}
          busy={busy}
          onConfirm={() => act({ kind: 'claim', takeOver: true })}
          onClose={onClose}
        >
          {t('takeOverDialog.text', { name: alert.owner?.name ?? '' })}
        </ConfirmDialog>
      );
    case 'incident':
      return <IncidentDialog alert={alert} sentence={props.sentence} onClose={onClose} />;
    case 'bookmark':
      return camera === undefined ? null : <BookmarkDialog camera={camera} atMs={alert.openedMs} onClose={onClose} />;
    case 'hold':
      return camera === undefined ? null : (
        <HoldDialog cameras={[camera]} fromMs={fromMs} toMs={toMs} onClose={onClose} />
      );
    case 'export':
      return camera === undefined ? null : (
        <ExportDialog cameras={[camera]} fromMs={fromMs} toMs={toMs} onClose={onClose} />
      );
    default:
      return null;
  }
}
