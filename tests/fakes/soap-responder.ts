import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A device that says what a test wants it to say, down to the byte: for replies that no real device should give. It
 * checks nothing; the simulated camera is the one that follows the specification.
 */
export interface SoapResponder {
  readonly url: string;
  readonly port: number;
  /** Names of the requests that came, in order. */
  readonly asked: string[];
  /** Whole envelopes that came, in order. */
  readonly envelopes: string[];
  /** Takes the place of the reply to a request: content of the body, or a function that answers by itself. */
  reply(request: string, content: string | Answer): void;
  /** For GET requests. */
  get(path: string, answer: Answer): void;
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, envelope: string) => void;

export function envelope(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><SOAP-ENV:Body>${content}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;
}

export function soapFault(subcode: string, reason: string, status = 400): Answer {
  return (_request, response) =>
    void response
      .writeHead(status)
      .end(
        envelope(
          `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>${subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
        ),
      );
}

export function dateAndTime(date: Date): string {
  return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:UTCDateTime><tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute><tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year><tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
}

function profile(token: string, width: number, height: number): string {
  return `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token} view</tt:Name><tt:VideoEncoderConfiguration token="e"><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit></tt:RateControl></tt:VideoEncoderConfiguration><tt:PTZConfiguration token="9"><tt:Name>ptz</tt:Name></tt:PTZConfiguration></trt:Profiles>`;
}

/** A plain camera with two profiles, tokens "1" and "2", and pan-tilt-zoom in degrees. */
export async function startSoapResponder(): Promise<SoapResponder> {
  const replies = new Map<string, string | Answer>();
  const gets = new Map<string, Answer>();
  const asked: string[] = [];
  const envelopes: string[] = [];

  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      const answer = gets.get(request.url ?? '');
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response, '');
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const [, name = '', namespace = ''] = /Body[^>]*><(\w+) xmlns="([^"]+)"/.exec(body) ?? [];
      asked.push(name);
      envelopes.push(body);
      const key = namespace.includes('ver20/media') ? `media2 ${name}` : name;
      const content = replies.get(key);
      if (typeof content === 'function') content(request, response, body);
      else if (content === undefined) soapFault('ter:ActionNotSupported', 'no such request')(request, response, body);
      else response.writeHead(200, { 'content-type': 'application/soap+xml' }).end(envelope(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/onvif/device_service`;
  const service = (namespace: string, path: string): string =>
    `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>http://127.0.0.1:${port}/onvif/${path}</tds:XAddr></tds:Service>`;

  replies.set('GetSystemDateAndTime', dateAndTime(new Date()));
  replies.set(
    'GetDeviceInformation',
    '<tds:GetDeviceInformationResponse><tds:Manufacturer>Acme</tds:Manufacturer><tds:Model>1001</tds:Model><tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>12345678901234567890</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>',
  );
  replies.set(
    'GetServices',
    `<tds:GetServicesResponse>${service('http://www.onvif.org/ver10/device/wsdl', 'device_service')}${service('http://www.onvif.org/ver10/media/wsdl', 'media')}${service('http://www.onvif.org/ver20/ptz/wsdl', 'ptz')}</tds:GetServicesResponse>`,
  );
  replies.set(
    'GetProfiles',
    `<trt:GetProfilesResponse xmlns:trt="http://www.onvif.org/ver10/media/wsdl">${profile('1', 1920, 1080)}${profile('2', 640, 360)}</trt:GetProfilesResponse>`,
  );
  replies.set(
    'GetStreamUri',
    '<trt:GetStreamUriResponse xmlns:trt="t"><trt:MediaUri><tt:Uri>rtsp://192.168.1.64:554/stream?channel=1&amp;subtype=0</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>',
  );
  for (const done of ['ContinuousMove', 'Stop', 'GotoPreset'])
    replies.set(done, `<tptz:${done}Response xmlns:tptz="p"/>`);
  replies.set(
    'GetPresets',
    '<tptz:GetPresetsResponse xmlns:tptz="p"><tptz:Preset token="1"><tt:Name>Gate</tt:Name></tptz:Preset><tptz:Preset token="01"><tt:Name>Gate</tt:Name></tptz:Preset><tptz:Preset token="3"/></tptz:GetPresetsResponse>',
  );
  const axis = (name: string, min: number, max: number): string =>
    `<tt:${name}><tt:Min>${min}</tt:Min><tt:Max>${max}</tt:Max></tt:${name}>`;
  replies.set(
    'GetConfigurationOptions',
    `<tptz:GetConfigurationOptionsResponse xmlns:tptz="p"><tptz:PTZConfigurationOptions><tt:Spaces><tt:ContinuousPanTiltVelocitySpace><tt:URI>urn:degrees</tt:URI>${axis('XRange', -180, 360)}${axis('YRange', -90, 90)}</tt:ContinuousPanTiltVelocitySpace><tt:ContinuousZoomVelocitySpace><tt:URI>http://www.onvif.org/ver10/tptz/ZoomSpaces/VelocityGenericSpace</tt:URI>${axis('XRange', -1, 1)}</tt:ContinuousZoomVelocitySpace></tt:Spaces><tt:PTZTimeout><tt:Min>PT1S</tt:Min><tt:Max>PT1M</tt:Max></tt:PTZTimeout></tptz:PTZConfigurationOptions></tptz:GetConfigurationOptionsResponse>`,
  );

  return {
    url,
    port,
    asked,
    envelopes,
    reply: (request, content) => void replies.set(request, content),
    get: (path, answer) => void gets.set(path, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
