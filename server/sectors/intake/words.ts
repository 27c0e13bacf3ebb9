import type { RowFaultCode } from '#contracts/feeds';
import type { Language } from '#contracts/languages';
import type { RefusalCode } from './raw-row.ts';

/** What is wrong with a row, in the words of the one who sent it. `{0}` is the detail. */
type Sentences = Readonly<Record<Language, string>>;

const ROWS: Readonly<Record<RowFaultCode, Sentences>> = {
  unreadable: { vi: 'Không đọc được dòng này ({0})', en: 'This row cannot be read ({0})' },
  fieldMissing: { vi: 'Thiếu «{0}»', en: '«{0}» is missing' },
  fieldUnknown: { vi: 'Không có cột nào tên «{0}»', en: 'There is no column called «{0}»' },
  notANumber: { vi: '«{0}» không phải là số', en: '«{0}» is not a number' },
  ambiguousNumber: {
    vi: '«{0}» có thể là hàng nghìn hoặc số lẻ: hãy chọn dấu thập phân cho cả tệp',
    en: '«{0}» may be a thousand or a fraction: choose the decimal mark of the file',
  },
  notADate: {
    vi: '«{0}» không phải là ngày, tháng, quý, năm hay thời điểm',
    en: '«{0}» is no date, month, quarter, year or moment',
  },
  tooLong: { vi: 'Dài quá {0} ký tự', en: 'Longer than {0} characters' },
  unknownIndicator: { vi: 'Không có chỉ tiêu «{0}»', en: 'There is no indicator «{0}»' },
  notOfFeed: { vi: 'Nguồn này không cung cấp «{0}»', en: 'This feed does not deliver «{0}»' },
  unknownArea: { vi: 'Không có địa bàn «{0}»', en: 'There is no area «{0}»' },
  areaEnded: { vi: 'Địa bàn «{0}» không còn tồn tại vào kỳ này', en: 'The area «{0}» had ended by then' },
  areaDivided: {
    vi: '«{0}» đã chia thành nhiều đơn vị: hãy ghi từng đơn vị mới',
    en: '«{0}» has become several areas: name each of the new ones',
  },
  unknownUnit: { vi: 'Không có đơn vị «{0}»', en: 'There is no unit «{0}»' },
  notYourUnit: { vi: 'Bạn không được gửi số liệu cho «{0}»', en: 'You may not deliver for «{0}»' },
  unknownDimension: { vi: 'Chỉ tiêu này không phân tổ theo «{0}»', en: 'This indicator is not split by «{0}»' },
  outOfRange: { vi: 'Ngoài khoảng cho phép ({0})', en: 'Out of range ({0})' },
  notWhole: { vi: '«{0}» phải là số nguyên', en: '«{0}» must be a whole number' },
  wrongPeriod: { vi: 'Không có kỳ báo cáo nào bắt đầu từ «{0}»', en: 'No period begins at «{0}»' },
  future: { vi: '«{0}» còn ở tương lai', en: '«{0}» is in the future' },
  outsideProvince: { vi: 'Toạ độ {0} nằm ngoài tỉnh', en: 'The place {0} is outside the province' },
  ratioDelivered: {
    vi: '«{0}» là tỷ lệ, hệ thống tự tính: hãy gửi tử số và mẫu số',
    en: '«{0}» is a ratio and computed here: deliver its parts',
  },
  valueOrReason: {
    vi: 'Phải có giá trị, hoặc lý do không có giá trị; không thể cả hai',
    en: 'Either a value, or the reason why there is none; not both',
  },
  duplicateInBatch: { vi: 'Trùng với dòng {0} của lần gửi này', en: 'Says again what row {0} of this delivery says' },
  duplicateOfEarlier: { vi: 'Đã gửi trước đây', en: 'Was delivered before' },
  personalData: {
    vi: 'Có dữ liệu cá nhân ({0}): dòng này bị giữ riêng, không ai xem được',
    en: 'Holds personal data ({0}): the row is set aside and nobody sees it',
  },
  secret: { vi: 'Có độ mật: hệ thống này không nhận', en: 'Has a secrecy level: it is not taken here' },
  unknownType: { vi: 'Không có loại sự kiện «{0}»', en: 'There is no event type «{0}»' },
  tooManyRows: { vi: 'Quá {0} dòng', en: 'More than {0} rows' },
};

const WHOLE: Readonly<Record<RefusalCode, Sentences>> = {
  empty: { vi: 'Không có dòng dữ liệu nào', en: 'There are no rows in it' },
  tooLarge: { vi: 'Lớn hơn {0} MB', en: 'Larger than {0} MB' },
  tooManyRows: { vi: 'Có hơn {0} dòng: hãy chia nhỏ', en: 'More than {0} rows: send it in parts' },
  tooManyColumns: { vi: 'Có hơn {0} cột', en: 'More than {0} columns' },
  tooDeep: { vi: 'Lồng nhau quá {0} cấp', en: 'Nested more than {0} levels deep' },
  lineTooLong: {
    vi: 'Có dòng quá dài, hoặc dấu ngoặc kép chưa đóng',
    en: 'A line is too long, or a quote was not closed',
  },
  quoteNotClosed: { vi: 'Dấu ngoặc kép mở ra mà không đóng lại', en: 'A quote was opened and not closed' },
  notJson: { vi: 'Không phải JSON', en: 'It is not JSON' },
  notRows: { vi: 'Không tìm thấy danh sách dòng ở «{0}»', en: 'There is no list of rows at «{0}»' },
  notXml: { vi: 'XML bị hỏng hoặc bị cắt ngang', en: 'The XML is broken or cut off' },
  html: { vi: 'Đây là một trang web, không phải dữ liệu', en: 'This is a web page, not data' },
  entities: {
    vi: 'XML có khai báo DOCTYPE hoặc thực thể: không nhận',
    en: 'The XML declares a DOCTYPE or entities: it is not taken',
  },
  notThisFormat: { vi: 'Không đúng định dạng {0}', en: 'It is not {0}' },
  unreadable: { vi: 'Không đọc được', en: 'It cannot be read' },
};

/** Details that have words of their own. */
const DETAILS: Readonly<Record<string, Sentences>> = {
  citizenId: { vi: 'số căn cước', en: 'a citizen identity number' },
  phone: { vi: 'số điện thoại', en: 'a telephone number' },
  plate: { vi: 'biển số xe', en: 'a number plate' },
  email: { vi: 'địa chỉ thư điện tử', en: 'an e-mail address' },
};

export function rowMessage(code: RowFaultCode, detail: string, language: Language): string {
  return filled(ROWS[code][language], DETAILS[detail]?.[language] ?? detail);
}
export function refusalMessage(code: RefusalCode, detail: string, language: Language): string {
  return filled(WHOLE[code][language], detail);
}

function filled(sentence: string, detail: string): string {
  return sentence.replace('{0}', () => detail).replace(/ \(\)/, '');
}

/** The language that a request asks for: Vietnamese unless English stands before it. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '').split(',').map((part) => {
    const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
    const quality = rest.map((one) => /^\s*q=([\d.]+)/.exec(one)?.[1]).find((one) => one !== undefined);
    return { tag: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
  });
  const of = (language: string): number => wanted.find(({ tag }) => tag === language)?.quality ?? 0;
  return of('en') > of('vi') ? 'en' : 'vi';
}
