import type { PortalView } from '#contracts/reports';
import type { Draft, SetDraft } from './draft.ts';
import { Field } from './field.tsx';
import { useLanguage } from './words.tsx';

const FIELDS = [
  { name: 'name', type: 'text', autoComplete: 'name', mode: 'text', most: 120 },
  { name: 'phone', type: 'tel', autoComplete: 'tel', mode: 'tel', most: 40 },
  { name: 'email', type: 'email', autoComplete: 'email', mode: 'email', most: 200 },
] as const;

/** Who may be asked, what happens with it, and once more what will be sent. */
export function StepContact(props: {
  view: PortalView;
  draft: Draft;
  set: SetDraft;
  photos: number;
  website: string;
  setWebsite: (website: string) => void;
}) {
  const { view, draft, set } = props;
  const { t, name } = useLanguage();
  const service = view.services.find(({ code }) => code === draft.service);
  const area = view.areas.find(({ code }) => code === draft.areaCode)?.name;
  const marked =
    draft.latitude === null || draft.longitude === null
      ? ''
      : `${draft.latitude.toFixed(5)}, ${draft.longitude.toFixed(5)}`;
  return (
    <>
      <h1>{t.contact.title}</h1>
      <p className="hint">{t.contact.hint}</p>
      {FIELDS.map((field) => (
        <Field key={field.name} id={field.name} label={t.contact[field.name]}>
          <input
            id={field.name}
            type={field.type}
            inputMode={field.mode}
            autoComplete={field.autoComplete}
            maxLength={field.most}
            value={draft[field.name]}
            onChange={(event) => set({ [field.name]: event.currentTarget.value })}
          />
        </Field>
      ))}
      {/* Programs fill in what they find. */}
      <div className="unseen" aria-hidden="true">
        <label htmlFor="website">{t.contact.hidden}</label>
        <input
          id="website"
          name="website"
          tabIndex={-1}
          autoComplete="off"
          value={props.website}
          onChange={(event) => props.setWebsite(event.currentTarget.value)}
        />
      </div>
      <details className="privacy">
        <summary>{t.contact.privacy}</summary>
        {t.contact.privacyText.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </details>
      <section className="summary" aria-label={t.contact.summary}>
        <h2>{t.contact.summary}</h2>
        <p>
          <strong>{service === undefined ? '' : name(service.name)}</strong>
        </p>
        <p>{[draft.placeName, area ?? marked].filter((part) => part !== '').join(' · ')}</p>
        <p className="quoted">{draft.text}</p>
        {props.photos > 0 && <p>{`${t.tracking.photos}: ${props.photos}`}</p>}
      </section>
    </>
  );
}
