import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { IconCopy, IconPlus, IconShape } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { CameraDetails } from '#contracts/camera';
import { MOST_RULES, type RuleKind, type RuleSet } from '#contracts/rules';
import { useApi } from '../../api/context.tsx';
import { ApiError } from '../../api/error.ts';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { MODELS_PATH } from '../../app/links.ts';
import { useSession } from '../../app/session.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { AddRule } from './add-rule.tsx';
import { CopyRules } from './copy-rules.tsx';
import { DrawingGuide, DrawingTools } from './drawing-tools.tsx';
import { RuleFields } from './rule-fields.tsx';
import { faultsOf, KINDS, type RuleForm } from './rule-form.ts';
import { RuleList } from './rule-list.tsx';
import { RulePicture } from './rule-picture.tsx';
import classes from './rules.module.css';
import { TrialPanel } from './trial/trial-panel.tsx';
import { useTrials } from './trial/use-trials.ts';
import { useRecognition } from './use-recognition.ts';
import { useRulesEditor } from './use-rules-editor.ts';

/** What a camera is watched for: drawn over its picture, tried on what it recorded, and saved as a whole. */
export function RulesPanel({ camera }: { camera: CameraDetails }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const set = useQuery({
    queryKey: queryKeys.rules(camera.id),
    queryFn: ({ signal }) => api.rules.of(camera.id, signal),
    // What is being drawn is not replaced under the hand.
    staleTime: Infinity,
  });
  // Whatever it says of recording: the hours of both are meant in the server's time.
  const recording = useQuery({
    queryKey: queryKeys.cameraRecording(camera.id),
    queryFn: ({ signal }) => api.recordingPolicies.ofCamera(camera.id, signal),
  });
  const timeZone = recording.data?.timeZone ?? 'Asia/Ho_Chi_Minh';
  return (
    <div className={classes.panel} id="rules">
      <Panel title={t('rules.title')}>
        {set.error !== null && set.data === undefined && (
          <ErrorNotice error={set.error} retry={() => void set.refetch()} />
        )}
        {set.data === undefined ? (
          set.error === null && <Loading />
        ) : (
          <Editor camera={camera} set={set.data} timeZone={timeZone} />
        )}
      </Panel>
    </div>
  );
}

function Editor({ camera, set, timeZone }: { camera: CameraDetails; set: RuleSet; timeZone: string }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const { can } = useSession();
  const recognition = useRecognition();
  const editor = useRulesEditor(set);
  const trials = useTrials(camera.id);
  const [dialog, setDialog] = useState<'add' | 'copy' | null>(null);
  const { forms, rule, faulty, dirty } = editor;
  useUnsaved(dirty);

  function begun(fresh: RuleSet): void {
    queryClient.setQueryData(queryKeys.rules(camera.id), fresh);
    editor.beginWith(fresh);
  }
  const save = useMutation({
    mutationFn: () => api.rules.replace(camera.id, editor.toSave()),
    onSuccess(saved) {
      begun(saved);
      showNotification({ message: t('rules.saved', { name: camera.name }) });
    },
  });
  const reload = useMutation({
    mutationFn: () => api.rules.of(camera.id),
    onSuccess(fresh) {
      save.reset();
      begun(fresh);
    },
  });
  const serverFault = useFieldError(save.error);
  const conflict = save.error instanceof ApiError && save.error.kind === 'conflict';
  const idle = forms.filter(({ kind, enabled }) => enabled && KINDS[kind].objects);
  const room = MOST_RULES - forms.length;

  function add(kind: RuleKind): void {
    const names = new Set(forms.map(({ name }) => name));
    const base = t(`rules.kinds.${kind}`);
    let name = base;
    for (let number = 2; names.has(name); number += 1) name = `${base} ${number}`;
    editor.add(kind, name);
  }

  const adding = (
    <Group gap="xs">
      <Button size="sm" disabled={room <= 0} leftSection={<IconPlus size={16} />} onClick={() => setDialog('add')}>
        {t('rules.add')}
      </Button>
      <Button
        size="sm"
        variant="default"
        disabled={room <= 0}
        leftSection={<IconCopy size={16} />}
        onClick={() => setDialog('copy')}
      >
        {t('rules.copy')}
      </Button>
    </Group>
  );

  function change(part: Partial<RuleForm>, gesture?: string): void {
    if (rule !== null) editor.change(rule.id, (now) => ({ ...now, ...part }), gesture);
  }

  return (
    <Stack gap="sm">
      <Text size="sm">{t('rules.hint')}</Text>
      {recognition.hasModel === false && idle.length > 0 && (
        <Notice kind="warn" title={t('rules.noModel')}>
          {t('rules.noModelHint', { count: idle.length })}{' '}
          {can('system.manage') && (
            <Anchor component={Link} href={MODELS_PATH} size="sm">
              {t('rules.toModels')}
            </Anchor>
          )}
        </Notice>
      )}
      <div className={classes.layout}>
        <Stack gap="xs" className={classes.left}>
          <DrawingGuide editor={editor} />
          <RulePicture cameraId={camera.id} editor={editor} />
          <DrawingTools editor={editor} />
        </Stack>
        <Stack gap="sm">
          {forms.length === 0 ? (
            <EmptyState icon={IconShape} title={t('rules.noRules')} actions={adding}>
              {t('rules.noRulesHint')}
            </EmptyState>
          ) : (
            <>
              <RuleList editor={editor} />
              {adding}
              {room <= 0 && <Text size="sm">{t('rules.mostReached', { count: MOST_RULES })}</Text>}
            </>
          )}
          {rule !== null && (
            <section className={classes.form} aria-label={rule.name}>
              <RuleFields
                key={rule.id}
                form={rule}
                faults={faultsOf(rule)}
                serverFault={(field) => serverFault(`rules.${forms.indexOf(rule)}.${field}`)}
                recognition={recognition}
                timeZone={timeZone}
                change={change}
              />
              <TrialPanel key={`trial ${rule.id}`} form={rule} trials={trials} cameraId={camera.id} />
            </section>
          )}
          {save.error !== null && (
            <ErrorNotice error={save.error} {...(conflict ? { retry: () => reload.mutate() } : {})} />
          )}
          {(dirty || forms.length > 0) && (
            <Stack gap={6} className={classes.save}>
              {faulty.length > 0 && (
                <Text size="sm" c="var(--tn-down)">
                  {t('rules.toFix', { count: faulty.length })}
                </Text>
              )}
              <Group>
                <Button disabled={!dirty || faulty.length > 0} loading={save.isPending} onClick={() => save.mutate()}>
                  {t('rules.save')}
                </Button>
                <Button variant="default" disabled={!dirty} onClick={() => editor.beginWith(editor.base)}>
                  {t('undoChanges')}
                </Button>
              </Group>
            </Stack>
          )}
        </Stack>
      </div>
      <AddRule opened={dialog === 'add'} hasModel={recognition.hasModel} close={() => setDialog(null)} add={add} />
      <CopyRules
        opened={dialog === 'copy'}
        cameraId={camera.id}
        room={room}
        close={() => setDialog(null)}
        add={editor.addCopies}
      />
    </Stack>
  );
}
