import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CAMERA_CLASSES } from '#contracts/camera';
import type { PolicyList, PolicyTarget, RecordingPolicy } from '#contracts/recordings';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { PolicyFields } from './policy-fields.tsx';
import { formOf, isComplete, type PolicyForm, policyOf } from './policy-form.ts';
import { keyOfTarget, usePolicyWords, useTargetWords } from './policy-words.ts';
import { TargetFields, type TargetKind } from './target-fields.tsx';
import { useMayConfigureAll } from './use-may-configure-all.ts';

/** `target: null` asks what the policy is for; the form begins with `from`, what counts there now. */
export interface EditedPolicy {
  readonly target: PolicyTarget | null;
  readonly from: RecordingPolicy;
}

export interface PolicyDrawerProps {
  readonly editing: EditedPolicy | null;
  readonly timeZone: string;
  /** For a new one: to begin with what counts for its target now. */
  readonly list?: PolicyList;
  readonly done: () => void;
}

export function PolicyDrawer(props: PolicyDrawerProps) {
  const { t } = useTranslation(['admin', 'app']);
  const targetWords = useTargetWords();
  const { editing, done } = props;
  const target = editing?.target ?? null;
  return (
    <Drawer
      opened={editing !== null}
      onClose={done}
      position="right"
      size="lg"
      closeOnClickOutside={false}
      title={target === null ? t('recording.add') : targetWords(target)}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      {editing !== null && <DrawerForm {...props} editing={editing} />}
    </Drawer>
  );
}

function DrawerForm({ editing, timeZone, list, done }: PolicyDrawerProps & { editing: EditedPolicy }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const policyWords = usePolicyWords();
  const [base, setBase] = useState(editing.from);
  const first = firstTarget(useMayConfigureAll(), list);
  const [kind, setKind] = useState<TargetKind>(editing.target?.kind ?? first?.kind ?? 'camera');
  const [target, setTarget] = useState<PolicyTarget | null>(editing.target ?? first);
  const [form, setForm] = useState<PolicyForm>(() => formOf(editing.from));
  const [touched, setTouched] = useState(false);
  const isNew = editing.target === null;
  const before =
    isNew && target !== null
      ? list?.policies.find((view) => keyOfTarget(view.target) === keyOfTarget(target))
      : undefined;
  const policy = policyOf(form, base);
  const save = useMutation({
    async mutationFn() {
      if (target === null) return;
      await api.recordingPolicies.set(target, { policy });
    },
    async onSuccess() {
      setTouched(false);
      showNotification({ message: t('recording.saved') });
      await queryClient.invalidateQueries({ queryKey: queryKeys.recordingPolicies });
      done();
    },
  });
  useUnsaved(touched);
  const fieldError = useFieldError(save.error);

  function change(part: Partial<PolicyForm>): void {
    setTouched(true);
    setForm((now) => ({ ...now, ...part }));
  }

  function choose(nextKind: TargetKind, next: PolicyTarget | null): void {
    setKind(nextKind);
    setTarget(next);
    if (touched || next === null || list === undefined) return;
    // Nobody has typed yet: begin with what counts there now.
    const from = nowFor(next, list);
    setBase(from);
    setForm(formOf(from));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    // React hands it on to the form that this drawer stands in, through the portal.
    event.stopPropagation();
    save.mutate();
  }

  const complete = isComplete(form) && target !== null;
  const shorter = Number(form.days) < base.retention.days;
  const { gigabytes } = policy.retention;
  const smaller = gigabytes !== null && gigabytes < (base.retention.gigabytes ?? Number.POSITIVE_INFINITY);
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {isNew && <TargetFields kind={kind} target={target} change={choose} error={fieldError('target.groupId')} />}
        {before !== undefined && (
          <Notice kind="info" title={t('recording.replaces')}>
            {policyWords(before.policy)} {t('recording.replacesHint')}
          </Notice>
        )}
        <PolicyFields
          form={form}
          timeZone={timeZone}
          change={change}
          fieldError={(path) => fieldError(`policy.${path}`)}
        />
        {isComplete(form) && (
          <Panel title={t('recording.summary')}>
            <Text data-summary>{policyWords(policy)}</Text>
          </Panel>
        )}
        {isComplete(form) && shorter && (
          <Notice kind="warn" title={t('recording.shorter', { days: form.days })}>
            {t('recording.shorterHint', { before: base.retention.days })}
          </Notice>
        )}
        {isComplete(form) && smaller && (
          <Notice kind="warn" title={t('recording.smaller', { gigabytes })}>
            {t('recording.smallerHint')}
          </Notice>
        )}
        {save.error !== null && <ErrorNotice error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {t('app:common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!complete}>
            {t('app:common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A class that has no policy yet: what somebody who adds one most likely means. `null`: a camera, to be chosen. */
function firstTarget(mayConfigureAll: boolean, list: PolicyList | undefined): PolicyTarget | null {
  if (!mayConfigureAll) return null;
  const taken = new Set(list?.policies.map(({ target }) => keyOfTarget(target)));
  const targets = CAMERA_CLASSES.map((one): PolicyTarget => ({ kind: 'class', class: one }));
  return targets.find((target) => !taken.has(keyOfTarget(target))) ?? { kind: 'class', class: CAMERA_CLASSES[0] };
}

/** What counts for a target today: its own policy, what a camera goes by, or what is above all. */
export function nowFor(target: PolicyTarget, { policies, inForce, configured }: PolicyList): RecordingPolicy {
  const find = (wanted: PolicyTarget | null): RecordingPolicy | undefined =>
    policies.find((view) => keyOfTarget(view.target) === keyOfTarget(wanted))?.policy;
  const own = find(target);
  if (own !== undefined) return own;
  if (target.kind === 'camera') {
    const from = inForce.find(({ cameraId }) => cameraId === target.cameraId)?.from ?? null;
    return find(from) ?? configured;
  }
  return find({ kind: 'all' }) ?? configured;
}
