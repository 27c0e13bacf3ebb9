import { IconCamera, IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { Draft, SetDraft } from './draft.ts';
import { Field } from './field.tsx';
import { shrinkPhoto } from './shrink-photo.ts';
import { fill, useLanguage } from './words.tsx';

export const MOST_WORDS = 3500;

export function StepWords(props: {
  draft: Draft;
  set: SetDraft;
  photos: readonly Blob[];
  setPhotos: (photos: readonly Blob[]) => void;
  mostPhotos: number;
  error: string | undefined;
}) {
  const { draft, set, photos, setPhotos, mostPhotos } = props;
  const { t } = useLanguage();
  const [bad, setBad] = useState(false);

  async function add(files: FileList | null): Promise<void> {
    const taken: Blob[] = [];
    let failed = false;
    for (const file of Array.from(files ?? []).slice(0, mostPhotos - photos.length)) {
      try {
        taken.push(await shrinkPhoto(file));
      } catch {
        failed = true;
      }
    }
    setBad(failed);
    setPhotos([...photos, ...taken]);
    set({ photos: photos.length + taken.length });
  }

  return (
    <>
      <h1>{t.words.title}</h1>
      <Field
        id="text"
        label={t.words.text}
        hint={t.words.textHint}
        {...(props.error === undefined ? {} : { error: props.error })}
      >
        <textarea
          id="text"
          aria-describedby="text-hint"
          aria-invalid={props.error !== undefined}
          required
          rows={5}
          maxLength={MOST_WORDS}
          value={draft.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
      </Field>
      {mostPhotos > 0 && (
        <div className="field">
          <span className="label">{t.words.photos}</span>
          <p className="hint">{fill(t.words.photoHint, { n: mostPhotos })}</p>
          {draft.photos > photos.length && <p className="note warn">{t.words.lost}</p>}
          <div className="photos">
            {photos.map((photo, at) => (
              <Thumbnail
                // biome-ignore lint/suspicious/noArrayIndexKey: pictures have no name, and their order is theirs.
                key={at}
                photo={photo}
                label={fill(t.words.photo, { n: at + 1 })}
                remove={fill(t.words.remove, { n: at + 1 })}
                onRemove={() => {
                  setPhotos(photos.filter((one) => one !== photo));
                  set({ photos: photos.length - 1 });
                }}
              />
            ))}
            {photos.length < mostPhotos && (
              <label className="addPhoto">
                <IconCamera size={26} aria-hidden />
                <span>{t.words.add}</span>
                <input
                  type="file"
                  accept="image/*"
                  multiple
                  onChange={(event) => {
                    const { currentTarget } = event;
                    void add(currentTarget.files).then(() => {
                      currentTarget.value = '';
                    });
                  }}
                />
              </label>
            )}
          </div>
          {bad && (
            <p className="wrong" role="alert">
              {t.words.unreadable}
            </p>
          )}
        </div>
      )}
    </>
  );
}

function Thumbnail(props: { photo: Blob; label: string; remove: string; onRemove: () => void }) {
  const address = useMemo(() => URL.createObjectURL(props.photo), [props.photo]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <div className="thumbnail">
      <img src={address} alt={props.label} />
      <button type="button" aria-label={props.remove} onClick={props.onRemove}>
        <IconX size={18} aria-hidden />
      </button>
    </div>
  );
}
