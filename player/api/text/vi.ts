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
  /** Why a camera gives no picture, see `CAMERA_FAULTS`. */
  camera: {
    unreachable: {
      name: 'Không tới được',
      means: 'Không có thiết bị nào trả lời ở địa chỉ này.',
      todo: 'Kiểm tra địa chỉ, cổng, nguồn điện và dây mạng của camera.',
    },
    unauthorised: {
      name: 'Sai đăng nhập',
      means: 'Camera trả lời nhưng từ chối tên hoặc mật khẩu.',
      todo: 'Kiểm tra tên và mật khẩu; nhiều camera cần một người dùng ONVIF riêng.',
    },
    notACamera: {
      name: 'Không phải camera',
      means: 'Có thiết bị trả lời, nhưng không theo cách của camera.',
      todo: 'Kiểm tra địa chỉ, cổng và đường dẫn; thử cách kết nối khác.',
    },
    unsupportedCodec: {
      name: 'Mã hoá không hỗ trợ',
      means: 'Camera gửi hình theo kiểu mã hoá không đọc được.',
      todo: 'Chọn H.264 hoặc H.265 trong cài đặt của camera.',
    },
    timeout: {
      name: 'Quá thời gian',
      means: 'Camera bắt đầu trả lời nhưng không xong kịp.',
      todo: 'Kiểm tra đường truyền; thử giao thức TCP.',
    },
    noFrames: {
      name: 'Không có hình',
      means: 'Kết nối vẫn còn nhưng không có khung hình nào tới.',
      todo: 'Khởi động lại camera; kiểm tra đường truyền tới nó.',
    },
    malformedStream: {
      name: 'Luồng hỏng',
      means: 'Camera gửi dữ liệu không đúng chuẩn.',
      todo: 'Cập nhật phần mềm của camera hoặc đổi kiểu mã hoá.',
    },
    refusedAddress: {
      name: 'Địa chỉ bị chặn',
      means: 'Quy định an toàn của máy chủ không cho kết nối tới địa chỉ này.',
      todo: 'Dùng địa chỉ khác, hoặc cho phép mạng này trong cấu hình (cameras.allowNetworks).',
    },
    waitingForPublisher: {
      name: 'Chờ thiết bị gửi',
      means: 'Chưa có thiết bị nào gửi hình tới máy chủ bằng khoá này.',
      todo: 'Bắt đầu phát RTMP trên thiết bị với địa chỉ và khoá đã cấp.',
    },
    ended: {
      name: 'Luồng đã dừng',
      means: 'Camera tự đóng luồng hình.',
      todo: 'Máy chủ đang nối lại; nếu lặp lại, kiểm tra số kết nối tối đa của camera.',
    },
    internal: {
      name: 'Lỗi máy chủ',
      means: 'Máy chủ không xử lý được luồng này; không phải lỗi của camera.',
      todo: 'Khởi động lại camera trong danh sách; nếu lặp lại, báo quản trị viên.',
    },
  },
  codes: {},
  fields: {
    required: 'Cần điền trường này.',
    tooShort: 'Quá ngắn.',
    tooLong: 'Quá dài.',
    invalid: 'Giá trị không hợp lệ.',
  },
  retryIn: 'Thử lại sau {{seconds}} giây.',
  retry: 'Thử lại',
  details: 'Chi tiết kỹ thuật',
};
