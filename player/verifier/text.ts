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
  readonly changed: string;
  readonly copies: Readonly<Record<'masked' | 'watermarked' | 'both', string>>;
  readonly copyMeans: string;
  readonly masks: string;
  readonly watermark: string;
  readonly encoder: string;
  readonly originalHash: string;
  readonly originalPictures: string;
  readonly originalSealed: string;
  readonly originalSealedPart: string;
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
    signed: 'Bản kê được ký bằng khoá',
    notSigned: 'Chữ ký của bản kê KHÔNG đúng: bản kê đã bị sửa',
    key: 'Khoá',
    compareKey: 'Hãy so mã khoá này với mã mà đơn vị cung cấp đã công bố.',
    facts: { who: 'Người xuất', when: 'Xuất lúc', why: 'Lý do', caseNumber: 'Số hồ sơ', asked: 'Khoảng thời gian' },
    fileWhole: 'nguyên vẹn',
    fileAltered: 'đã bị thay đổi',
    pictures: 'Hình từ {{from}} đến {{to}}',
    clockOffset: 'Đồng hồ camera lệch {{ms}} ms so với máy chủ, đo lúc {{at}}',
    clockUnknown: 'Không đo được độ lệch đồng hồ của camera',
    changed: 'Đúng như khi xuất; có hình đã được xử lý khi xuất, xem từng tệp',
    copies: {
      masked: 'Bản đã che: khi xuất, các vùng riêng tư trong hình đã bị che và video được mã hoá lại.',
      watermarked: 'Bản có chữ chìm: khi xuất, tên người xuất được in lên hình và video được mã hoá lại.',
      both: 'Bản đã che và có chữ chìm: khi xuất, các vùng riêng tư đã bị che, tên người xuất được in lên hình, và video được mã hoá lại.',
    },
    copyMeans:
      'Vì vậy tệp này không còn từng bit như camera đã gửi. Ai giữ bản ghi gốc có thể xuất lại đúng khoảng này và so mã SHA-256 dưới đây để chứng minh nó được làm từ hình nào.',
    masks: 'Vùng che: {{names}}',
    watermark: 'Chữ chìm: {{text}}',
    encoder: 'Mã hoá bằng: {{encoder}}',
    originalHash: 'SHA-256 của bản gốc ({{bytes}} byte): {{sha256}}',
    originalPictures: 'Hình của bản gốc từ {{from}} đến {{to}}',
    originalSealed: 'Dấu vân của toàn bộ bản gốc đã được ký ngay trong khi ghi hình',
    originalSealedPart:
      'Dấu vân của {{part}} % bản gốc đã được ký ngay trong khi ghi hình; phần còn lại chỉ được ký khi xuất',
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
    clockOffset: 'The camera’s clock was {{ms}} ms off the server’s when it was measured, {{at}}',
    clockUnknown: 'The camera’s clock could not be measured',
    changed: 'As it was exported; the export changed some pictures, see each file',
    copies: {
      masked: 'Masked copy: the export covered private parts of the picture and encoded the video again.',
      watermarked: 'Watermarked copy: the export wrote who asked for it over the picture and encoded the video again.',
      both: 'Masked and watermarked copy: the export covered private parts of the picture, wrote who asked for it over it, and encoded the video again.',
    },
    copyMeans:
      'So this file is not bit for bit what the camera sent. Who holds the recording can export the same range again and compare the SHA-256 below: it proves which pictures this copy was made from.',
    masks: 'Masks: {{names}}',
    watermark: 'Watermark: {{text}}',
    encoder: 'Encoded by: {{encoder}}',
    originalHash: 'SHA-256 of the original ({{bytes}} bytes): {{sha256}}',
    originalPictures: 'Pictures of the original from {{from}} to {{to}}',
    originalSealed: 'The fingerprints of all of the original were signed while it was recorded',
    originalSealedPart:
      'The fingerprints of {{part}} % of the original were signed while it was recorded; the rest was signed at the export only',
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
