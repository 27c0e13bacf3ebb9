import { accessFaultsVi } from './access-vi.ts';
import { alertFaultsVi } from './alerts-vi.ts';
import { cameraFaultsVi } from './cameras-vi.ts';
import { noPictureVi } from './no-picture-vi.ts';
import { recordingFaultsVi } from './recording-vi.ts';
import { sectorFaultsVi } from './sectors-vi.ts';

/**
 * Errors in sentences: what happened, what it means, what to do. By the server's code where there is a sentence for
 * it, else by kind.
 */
export const faultsVi = {
  kinds: {
    invalid: {
      what: 'Máy chủ không nhận dữ liệu này.',
      means: 'Có ít nhất một trường sai hoặc thiếu; chưa có gì được lưu.',
      todo: 'Sửa các trường được đánh dấu rồi gửi lại.',
    },
    unauthenticated: {
      what: 'Phiên đăng nhập đã kết thúc.',
      means: 'Máy chủ không còn nhận ra bạn; thay đổi này chưa được lưu.',
      todo: 'Đăng nhập lại rồi thử lại.',
    },
    forbidden: {
      what: 'Bạn không có quyền làm việc này.',
      means: 'Vai trò của bạn không bao gồm quyền này ở đây.',
      todo: 'Nhờ quản trị viên cấp quyền nếu bạn cần.',
    },
    notFound: {
      what: 'Không còn tìm thấy mục này.',
      means: 'Có thể người khác đã xoá nó, hoặc bạn không được xem.',
      todo: 'Tải lại danh sách.',
    },
    conflict: {
      what: 'Mục này đã thay đổi trong lúc bạn sửa.',
      means: 'Người khác đã lưu trước; bản của bạn chưa được lưu.',
      todo: 'Mở lại để xem bản mới rồi sửa tiếp.',
    },
    tooLarge: {
      what: 'Dữ liệu gửi lên quá lớn.',
      means: 'Máy chủ từ chối trước khi đọc; chưa có gì được lưu.',
      todo: 'Chia thành các phần nhỏ hơn.',
    },
    tooMany: {
      what: 'Quá nhiều yêu cầu liên tiếp.',
      means: 'Máy chủ tạm thời từ chối để tự bảo vệ.',
      todo: 'Chờ một lát rồi thử lại.',
    },
    unavailable: {
      what: 'Máy chủ chưa sẵn sàng.',
      means: 'Nó đang khởi động, đang dừng, hoặc một phần của nó đang lỗi.',
      todo: 'Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị viên.',
    },
    timeout: {
      what: 'Việc này kéo dài quá lâu.',
      means: 'Máy chủ đã dừng chờ thiết bị trả lời.',
      todo: 'Kiểm tra thiết bị và đường truyền rồi thử lại.',
    },
    internal: {
      what: 'Máy chủ gặp lỗi.',
      means: 'Đây là lỗi của chương trình, không phải của bạn.',
      todo: 'Thử lại; nếu lặp lại, báo quản trị viên kèm thời điểm xảy ra.',
    },
    offline: {
      what: 'Không liên lạc được với máy chủ.',
      means: 'Mạng bị đứt hoặc máy chủ đang tắt.',
      todo: 'Kiểm tra mạng. Trang tự kết nối lại khi có thể.',
    },
    noAnswer: {
      what: 'Máy chủ không trả lời kịp.',
      means: 'Mạng chậm hoặc máy chủ quá tải; chưa rõ thay đổi đã được lưu hay chưa.',
      todo: 'Tải lại để kiểm tra rồi thử lại.',
    },
  },
  camera: noPictureVi,
  codes: {
    ...cameraFaultsVi,
    ...recordingFaultsVi,
    ...alertFaultsVi,
    ...sectorFaultsVi,
    ...accessFaultsVi,
  },
  fields: {
    required: 'Cần điền trường này.',
    invalid_type: 'Cần điền trường này đúng kiểu.',
    too_small: 'Quá ngắn hoặc quá nhỏ.',
    too_big: 'Quá dài hoặc quá lớn.',
    invalid_format: 'Không đúng dạng.',
    invalid_value: 'Không phải một trong các giá trị cho phép.',
    invalid_union: 'Giá trị không hợp lệ.',
    unrecognized_keys: 'Có trường thừa.',
    invalid: 'Giá trị không hợp lệ.',
    taken: 'Đã được dùng.',
    unknown: 'Không tồn tại.',
    scheme: 'Kiểu địa chỉ này không được phép cho camera.',
    notAnAddress: 'Đây không phải một địa chỉ.',
    refusedAddress: 'Quy định an toàn không cho kết nối tới địa chỉ này.',
    badRange: 'Viết như 10.0.0.0/24, 10.0.0.5-10.0.0.60, hoặc một địa chỉ IPv4.',
    tooManyAddresses: 'Nhiều hơn 4096 địa chỉ: chia thành nhiều lần tìm.',
    masksNeeded: 'Bạn không có quyền bỏ vùng che của các camera này.',
    passwordNeeded: 'Địa chỉ đã đổi sang máy khác: nhập lại mật khẩu.',
    secretNeeded: 'Nơi nhận đã đổi: nhập lại giá trị bí mật này.',
  },
  retryIn: 'Thử lại sau {{seconds}} giây.',
  retry: 'Thử lại',
};
