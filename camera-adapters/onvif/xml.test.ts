import { describe, expect, it } from 'vitest';
import { envelope } from '../../tests/fakes/soap-responder.ts';
import { clean, escapeXml, soapBody, text } from './xml.ts';

describe('soapBody', () => {
  it('keeps every text as it stands', () => {
    const body = soapBody(
      envelope('<a t="007"><b>1.10</b><c>true</c><d>0x10</d><e xml:lang="vi">C&#7847;u &amp; s&#xF4;ng</e></a>'),
    );
    expect(body).toEqual({
      a: { '@t': '007', b: '1.10', c: 'true', d: '0x10', e: { '#text': 'Cầu & sông', '@lang': 'vi' } },
    });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!DOCTYPE html><html><body>Welcome</body></html>'],
    ['noise', '\u0000\u0001\u0002<<<>>>'],
    ['half an envelope', envelope('<a/>').slice(0, 200)],
    ['an envelope without body', '<Envelope><Header/></Envelope>'],
    ['entities', `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(1000)}">]>${envelope('<a>&a;&a;</a>')}`],
    ['endless depth', envelope('<a>'.repeat(100_000) + '</a>'.repeat(100_000))],
    ['a name that is a trap', envelope('<__proto__><polluted>1</polluted></__proto__>')],
  ])('refuses %s as no SOAP', (_what, xml) => {
    expect(() => soapBody(xml)).toThrow(expect.objectContaining({ kind: 'notACamera' }));
  });

  it('leaves unknown entities unread', () => {
    expect(soapBody(envelope('<a>&lol;&xxe;</a>'))).toEqual({ a: '&lol;&xxe;' });
  });
});

describe('text', () => {
  it('reads elements with and without attributes, on one line and bounded', () => {
    expect(text.parse('  Cổng\u0007 \n chính ')).toBe('Cổng chính');
    expect(text.parse({ '@lang': 'en', '#text': 'Gate' })).toBe('Gate');
    expect(text.parse({ '@lang': 'en' })).toBe('');
    expect(clean('x'.repeat(1000))).toHaveLength(200);
  });
});

describe('escapeXml', () => {
  it('lets no text become markup', () => {
    const hostile = `</Username><x a="1" b='2'>&`;
    expect(escapeXml(hostile)).not.toMatch(/[<>"']/);
    expect(soapBody(envelope(`<a>${escapeXml(hostile)}</a>`))).toEqual({ a: hostile });
  });
});
