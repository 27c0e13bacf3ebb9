/** Faults of signing in, accounts, and requests as such. */
export const accessFaultsVi = {
  access: {
    wrongPassword: {
      what: 'Tên đăng nhập hoặc mật khẩu sai.',
      means: 'Hệ thống không nói sai chỗ nào, để người lạ không dò được.',
      todo: 'Nhập lại; sau nhiều lần sai phải chờ lâu dần.',
    },
    wrongCode: {
      what: 'Mã xác thực sai hoặc đã dùng.',
      means: 'Mỗi mã chỉ dùng được một lần và đổi sau 30 giây.',
      todo: 'Chờ mã mới trong ứng dụng; kiểm tra giờ của điện thoại.',
    },
    codeNeeded: {
      what: 'Cần mã xác thực.',
      means: 'Tài khoản này được bảo vệ hai lớp.',
      todo: 'Nhập mã trong ứng dụng xác thực.',
    },
    wait: {
      what: 'Đăng nhập sai quá nhiều lần.',
      means: 'Hệ thống bắt chờ để chặn người dò mật khẩu.',
      todo: 'Chờ hết thời gian rồi thử lại.',
    },
    busy: {
      what: 'Quá nhiều người đăng nhập cùng lúc.',
      means: 'Máy chủ chỉ kiểm tra một số mật khẩu mỗi lúc.',
      todo: 'Thử lại sau vài giây.',
    },
  },
  session: {
    over: {
      what: 'Phiên đăng nhập đã kết thúc.',
      means: 'Tài khoản đã bị xoá hoặc bị khoá.',
      todo: 'Hỏi quản trị viên.',
    },
  },
  setup: {
    wrongToken: {
      what: 'Đường dẫn thiết lập không đúng.',
      means: 'Nó khác với đường dẫn mà máy chủ đã in ra.',
      todo: 'Chép lại toàn bộ đường dẫn mới nhất từ máy chủ.',
    },
    done: {
      what: 'Hệ thống đã có quản trị viên.',
      means: 'Đường dẫn thiết lập chỉ dùng được một lần.',
      todo: 'Đăng nhập bằng tài khoản đã tạo.',
    },
  },
  password: {
    wrong: {
      what: 'Mật khẩu hiện tại sai.',
      means: 'Chưa có gì thay đổi.',
      todo: 'Nhập lại mật khẩu hiện tại.',
    },
    length: {
      what: 'Mật khẩu quá ngắn hoặc quá dài.',
      means: 'Cần từ 12 đến 256 ký tự.',
      todo: 'Dùng một câu dài dễ nhớ.',
    },
    tooSimple: {
      what: 'Mật khẩu quá đơn giản.',
      means: 'Nó lặp lại hoặc theo dãy nên dễ đoán.',
      todo: 'Dùng một câu dài dễ nhớ.',
    },
    common: {
      what: 'Mật khẩu này quá phổ biến.',
      means: 'Nó nằm trong danh sách mà kẻ dò thử đầu tiên.',
      todo: 'Chọn mật khẩu khác.',
    },
    likeName: {
      what: 'Mật khẩu giống tên đăng nhập.',
      means: 'Như vậy rất dễ đoán.',
      todo: 'Chọn mật khẩu khác.',
    },
    same: {
      what: 'Mật khẩu mới giống mật khẩu cũ.',
      means: 'Cần một mật khẩu khác.',
      todo: 'Chọn mật khẩu khác.',
    },
  },
  totp: {
    wrongCode: {
      what: 'Mã không khớp.',
      means: 'Giờ của điện thoại có thể sai, hoặc mã đã đổi.',
      todo: 'Nhập mã mới nhất trong ứng dụng.',
    },
    alreadyOn: {
      what: 'Xác thực hai lớp đã bật.',
      means: 'Không cần bật lần nữa.',
      todo: 'Tắt trước nếu muốn dùng điện thoại khác.',
    },
    notBegun: {
      what: 'Chưa bắt đầu bật xác thực hai lớp.',
      means: 'Mã QR đã hết hạn.',
      todo: 'Bắt đầu lại.',
    },
    demanded: {
      what: 'Vai trò của bạn bắt buộc hai lớp.',
      means: 'Không thể tắt.',
      todo: 'Hỏi quản trị viên nếu cần.',
    },
  },
  user: {
    scopeUnknown: {
      what: 'Không có đối tượng này.',
      means: 'Quyền được cấp trên một lĩnh vực hoặc đơn vị không tồn tại.',
      todo: 'Chọn lại từ danh sách.',
    },
    usernameTaken: {
      what: 'Tên đăng nhập đã có người dùng.',
      means: 'Mỗi tên chỉ thuộc một người.',
      todo: 'Chọn tên khác.',
    },
    lastAdministrator: {
      what: 'Đây là quản trị viên cuối cùng.',
      means: 'Nếu bỏ, không ai quản lý được hệ thống.',
      todo: 'Thêm một quản trị viên khác trước.',
    },
    grantTooWide: {
      what: 'Bạn không cấp được quyền rộng hơn quyền của mình.',
      means: 'Quyền này vượt quá phạm vi của bạn.',
      todo: 'Thu hẹp vai trò hoặc phạm vi.',
    },
    passwordMissing: {
      what: 'Thiếu mật khẩu ban đầu.',
      means: 'Tài khoản mới cần một mật khẩu để vào lần đầu.',
      todo: 'Nhập mật khẩu.',
    },
    notFound: {
      what: 'Không có người này.',
      means: 'Có thể tài khoản vừa bị xoá.',
      todo: 'Tải lại danh sách.',
    },
  },
  token: {
    tooWide: {
      what: 'Bạn không cấp được quyền rộng hơn quyền của mình.',
      means: 'Khoá này vượt quá phạm vi của bạn.',
      todo: 'Bớt quyền hoặc thu hẹp phạm vi.',
    },
    notFound: {
      what: 'Không có khoá này.',
      means: 'Có thể nó vừa bị xoá.',
      todo: 'Tải lại danh sách.',
    },
  },
  address: {
    invalid: {
      what: 'Danh sách địa chỉ sai.',
      means: 'Có mục không phải địa chỉ IP hay dải CIDR.',
      todo: 'Sửa lại, ví dụ 10.0.0.0/8.',
    },
  },
  request: {
    tooLarge: {
      what: 'Dữ liệu gửi lên quá lớn.',
      means: 'Máy chủ từ chối trước khi đọc; chưa có gì được lưu.',
      todo: 'Chia thành các phần nhỏ hơn.',
    },
    otherOrigin: {
      what: 'Yêu cầu đến từ trang khác.',
      means: 'Trình duyệt hoặc proxy gửi sai địa chỉ của trang.',
      todo: 'Mở trang bằng địa chỉ chính thức của máy chủ.',
    },
    csrf: {
      what: 'Trang này đã cũ.',
      means: 'Phiên đã thay đổi từ khi trang được mở.',
      todo: 'Tải lại trang.',
    },
  },
  edit: {
    stale: {
      what: 'Người khác vừa sửa nội dung này.',
      means: 'Nội dung của bạn chưa được lưu.',
      todo: 'Xem nội dung mới rồi sửa lại.',
    },
    versionMissing: {
      what: 'Thay đổi không cho biết được sửa từ phiên bản nào.',
      means: 'Chưa thay đổi gì.',
      todo: 'Tải lại trang rồi sửa lần nữa.',
    },
  },
};
