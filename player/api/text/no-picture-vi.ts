/** Why a camera gives no picture, see `CAMERA_FAULTS`. */
export const noPictureVi = {
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
};
