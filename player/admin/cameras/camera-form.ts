import type { CameraClass, CameraDetails, CameraDraft, CameraKind, SceneName } from '#contracts/camera';

/** What the fields of the camera form hold: one flat record of all ways, texts as typed, '' for an empty number. */
export interface CameraForm {
  readonly kind: CameraKind;
  readonly name: string;
  readonly number: number | '';
  readonly groupId: string | null;
  readonly class: CameraClass;
  readonly latitude: number | '';
  readonly longitude: number | '';
  readonly heading: number | '';
  readonly fieldOfView: number | '';
  readonly purpose: string;
  readonly notice: string;
  readonly certificate: string;
  readonly enabled: boolean;
  readonly mainStream: 'always' | 'onDemand';
  readonly mainUrl: string;
  readonly subUrl: string;
  readonly deviceUrl: string;
  readonly url: string;
  readonly format: 'mjpeg' | 'jpeg';
  readonly intervalMs: number | '';
  readonly transport: 'tcp' | 'udp';
  readonly authentication: 'password' | 'none';
  readonly mainProfile: string | null;
  readonly subProfile: string | null;
  readonly username: string;
  /** `null` when none was typed: keeps the stored one, or the one inside the address; '' takes the stored one away. */
  readonly password: string | null;
  readonly scene: SceneName;
}

export function emptyForm(kind: CameraKind): CameraForm {
  return {
    kind,
    name: '',
    number: '',
    groupId: null,
    class: 'normal',
    latitude: '',
    longitude: '',
    heading: '',
    fieldOfView: '',
    purpose: '',
    notice: '',
    certificate: '',
    enabled: true,
    mainStream: 'onDemand',
    mainUrl: '',
    subUrl: '',
    deviceUrl: '',
    url: '',
    format: 'mjpeg',
    intervalMs: 1000,
    transport: 'tcp',
    authentication: 'password',
    mainProfile: null,
    subProfile: null,
    username: '',
    password: null,
    scene: 'junction',
  };
}

export function formOf(camera: CameraDetails): CameraForm {
  const { source, place } = camera;
  const form: CameraForm = {
    ...emptyForm(source.kind),
    name: camera.name,
    number: camera.number,
    groupId: camera.groupId,
    class: camera.class,
    latitude: place?.latitude ?? '',
    longitude: place?.longitude ?? '',
    heading: place?.heading ?? '',
    fieldOfView: place?.fieldOfView ?? '',
    purpose: camera.purpose,
    notice: camera.notice,
    certificate: camera.certificate,
    enabled: camera.enabled,
    mainStream: camera.mainStream,
    password: null,
  };
  switch (source.kind) {
    case 'rtsp':
      return { ...form, ...source, subUrl: source.subUrl ?? '', password: null };
    case 'onvif':
    case 'http':
      return { ...form, ...source, password: null };
    case 'virtual':
      return { ...form, scene: source.scene };
    case 'rtmp':
    case 'phone':
      return form;
  }
}

export function draftOf(form: CameraForm): CameraDraft {
  return {
    name: form.name,
    number: form.number === '' ? null : form.number,
    groupId: form.groupId,
    class: form.class,
    place:
      form.latitude === '' || form.longitude === ''
        ? null
        : {
            latitude: form.latitude,
            longitude: form.longitude,
            heading: form.heading === '' ? null : form.heading,
            fieldOfView: form.fieldOfView === '' ? null : form.fieldOfView,
          },
    purpose: form.purpose,
    notice: form.notice,
    certificate: form.certificate,
    enabled: form.enabled,
    mainStream: form.mainStream,
    source: sourceOf(form),
  };
}

export function sourceOf(form: CameraForm): CameraDraft['source'] {
  const login = { username: form.username, ...(form.password === null ? {} : { password: form.password }) };
  switch (form.kind) {
    case 'rtsp': {
      const subUrl = form.subUrl.trim();
      return {
        kind: 'rtsp',
        mainUrl: form.mainUrl,
        subUrl: subUrl === '' ? null : subUrl,
        transport: form.transport,
        ...login,
      };
    }
    case 'onvif':
      return {
        kind: 'onvif',
        deviceUrl: deviceUrlOf(form.deviceUrl),
        authentication: form.authentication,
        mainProfile: form.mainProfile,
        subProfile: form.subProfile,
        transport: form.transport,
        ...login,
      };
    case 'http':
      return {
        kind: 'http',
        url: form.url,
        format: form.format,
        ...(form.intervalMs === '' ? {} : { intervalMs: form.intervalMs }),
        ...login,
      };
    case 'virtual':
      return { kind: 'virtual', scene: form.scene };
    case 'rtmp':
    case 'phone':
      return { kind: form.kind };
  }
}

/** People type "10.0.0.8" or "10.0.0.8:8000"; the path is the one that nearly every device has. */
export function deviceUrlOf(typed: string): string {
  const text = typed.trim();
  if (text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return text.includes('/') ? `http://${text}` : `http://${text}/onvif/device_service`;
}

/** Can there be anything to test? */
export function hasAddress(form: CameraForm): boolean {
  const address = { rtsp: form.mainUrl, onvif: form.deviceUrl, http: form.url, rtmp: '', phone: '', virtual: 'scene' }[
    form.kind
  ];
  return address.trim() !== '';
}
