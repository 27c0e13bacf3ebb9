import type { EvidenceFaultKind } from '#contracts/evidence';

/** The page's words. It stands alone, outside of the console, so they stand here. */
export interface Words {
  readonly title: string;
  readonly lead: string;
  readonly choose: string;
  readonly drop: string;
  readonly checking: string;
  readonly whole: string;
  readonly altered: string;
  readonly noManifest: string;
  readonly badManifest: string;
  readonly signed: string;
  readonly notSigned: string;
  readonly key: string;
  readonly compareKey: string;
  readonly facts: Readonly<Record<'who' | 'when' | 'why' | 'caseNumber' | 'asked', string>>;
  readonly fileWhole: string;
  readonly fileAltered: string;
  readonly pictures: string;
  readonly clockOffset: string;
  readonly clockUnknown: string;
  readonly sealedAll: string;
  readonly sealedPart: string;
  readonly gaps: string;
  readonly faults: Readonly<Record<EvidenceFaultKind, string>>;
  readonly more: string;
  readonly otherLanguage: string;
}

export const WORDS: Readonly<Record<'vi' | 'en', Words>> = {
  vi: {
    title: 'Kiểm tra bằng chứng video',
    lead: 'Trang này kiểm tra ngay trên máy của bạn, không gửi gì đi và không cần mạng. Hãy chọn tệp .zip đã nhận, hoặc tất cả các tệp đã giải nén từ đó.',
    choose: 'Chọn tệp…',
    drop: 'hoặc kéo thả tệp vào đây',
    checking: 'Đang kiểm tra',
    whole: 'Nguyên vẹn: không một bit nào bị thay đổi',
    altered: 'ĐÃ BỊ THAY ĐỔI hoặc không đầy đủ',
    noManifest: 'Không thấy manifest.json và manifest.sig: hãy chọn tệp .zip, hoặc tất cả các tệp trong đó.',
    badManifest: 'manifest.json không đọc được: tệp đã hỏng hoặc không phải của Tamnhin.',
    signed: 'Bản kê được ký bằng khóa',
    notSigned: 'Chữ ký của bản kê KHÔNG đúng: bản kê đã bị sửa',
    key: 'Khóa',
    compareKey: 'Hãy so mã khóa này với mã mà đơn vị cung cấp đã công bố.',
    facts: { who: 'Người xuất', when: 'Xuất lúc', why: 'Lý do', caseNumber: 'Số hồ sơ', asked: 'Khoảng thời gian' },
    fileWhole: 'nguyên vẹn',
    fileAltered: 'đã bị thay đổi',
    pictures: 'Hình từ {{from}} đến {{to}}',
    clockOffset: 'Đồng hồ camera lệch {{ms}} ms so với máy chủ',
    clockUnknown: 'Không đo được độ lệch đồng hồ của camera',
    sealedAll: 'Toàn bộ đã được ký ngay trong khi ghi hình',
    sealedPart: '{{part}} % đã được ký ngay trong khi ghi hình; phần còn lại chỉ được ký khi xuất',
    gaps: 'Không có hình từ {{from}} đến {{to}}',
    faults: {
      missing: 'Thiếu tệp',
      length: 'Thừa hoặc thiếu dữ liệu so với khi xuất',
      init: 'Phần đầu tệp đã bị thay đổi',
      fragment: 'Đã bị thay đổi: từ {{from}} đến {{to}}',
      chain: 'Không khớp với bản ghi gốc đã ký: từ {{from}} đến {{to}}',
      seal: 'Chữ ký khi ghi hình không đúng: từ {{from}} đến {{to}}',
    },
    more: '… và {{count}} chỗ khác',
    otherLanguage: 'English',
  },
  en: {
    title: 'Check of video evidence',
    lead: 'This page checks on your own computer: it sends nothing and needs no network. Choose the .zip file that you were given, or all the files that were unpacked from it.',
    choose: 'Choose files…',
    drop: 'or drop them here',
    checking: 'Checking',
    whole: 'Intact: not one bit was altered',
    altered: 'ALTERED or incomplete',
    noManifest: 'There is no manifest.json with manifest.sig: choose the .zip file, or all the files in it.',
    badManifest: 'manifest.json cannot be read: it is damaged, or not from Tamnhin.',
    signed: 'The manifest is signed with the key',
    notSigned: 'The signature of the manifest is NOT right: the manifest was altered',
    key: 'Key',
    compareKey: 'Compare this with the key that the issuing office has published.',
    facts: { who: 'Exported by', when: 'Exported at', why: 'Reason', caseNumber: 'Case number', asked: 'Range' },
    fileWhole: 'intact',
    fileAltered: 'altered',
    pictures: 'Pictures from {{from}} to {{to}}',
    clockOffset: 'The camera’s clock was {{ms}} ms off the server’s',
    clockUnknown: 'The camera’s clock could not be measured',
    sealedAll: 'All of it was signed while it was recorded',
    sealedPart: '{{part}} % was signed while it was recorded; the rest was signed at the export only',
    gaps: 'No pictures from {{from}} to {{to}}',
    faults: {
      missing: 'The file is missing',
      length: 'Bytes are missing, or too many, against the export',
      init: 'The head of the file was altered',
      fragment: 'Altered: from {{from}} to {{to}}',
      chain: 'Not what was signed while recording: from {{from}} to {{to}}',
      seal: 'A signature made while recording is not right: from {{from}} to {{to}}',
    },
    more: '… and {{count}} more places',
    otherLanguage: 'Tiếng Việt',
  },
};

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}
