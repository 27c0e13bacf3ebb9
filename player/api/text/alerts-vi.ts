/** Faults of alerts, incidents and outputs. */
export const alertFaultsVi = {
  alert: {
    owned: {
      what: 'Người khác đang giữ cảnh báo này.',
      means: 'Việc bạn vừa làm chưa được lưu.',
      todo: 'Xem ai đang giữ, hoặc nhờ trưởng ca.',
    },
    closed: {
      what: 'Cảnh báo này đã được đóng.',
      means: 'Người khác đã đóng trước; việc của bạn chưa được lưu.',
      todo: 'Mở lại nếu vẫn còn việc phải làm.',
    },
    open: {
      what: 'Cảnh báo này đang mở.',
      means: 'Người khác đã mở lại trước.',
      todo: 'Không cần làm gì thêm.',
    },
    tooLate: {
      what: 'Không mở lại được nữa.',
      means: 'Chỉ mở lại được trong một giờ sau khi đóng.',
      todo: 'Nếu vẫn còn việc, hãy tạo vụ việc.',
    },
    unknown: {
      what: 'Không còn thấy cảnh báo này.',
      means: 'Cảnh báo không tồn tại, hoặc bạn không được xem camera của nó.',
      todo: 'Tải lại danh sách.',
    },
  },
  handover: {
    taken: {
      what: 'Người khác đã nhận ca này.',
      means: 'Bản bàn giao đã có người nhận.',
      todo: 'Tải lại để xem ai đã nhận.',
    },
    own: {
      what: 'Không tự nhận ca của mình.',
      means: 'Người khác phải nhận những gì bạn bàn giao.',
      todo: 'Nhờ ca sau bấm “Nhận ca”.',
    },
  },
  incident: {
    unknownLink: {
      what: 'Không có loại liên kết này.',
      means: 'Chỉ gắn được sự kiện và phản ánh vào vụ việc; chưa thay đổi gì.',
      todo: 'Tải lại vụ việc rồi thử lại.',
    },
    tooManyPhones: {
      what: 'Vụ việc này đã có quá nhiều điện thoại.',
      means: 'Không thêm điện thoại nào.',
      todo: 'Bỏ những điện thoại không còn gửi hình rồi thử lại.',
    },
    phoneUnseen: {
      what: 'Bạn sẽ không xem được hình của điện thoại này.',
      means: 'Không thêm điện thoại nào: bạn không có nhóm camera nào để xếp vào.',
      todo: 'Nhờ người có quyền với nhóm camera của nơi xảy ra thêm điện thoại.',
    },
    unknown: {
      what: 'Không có vụ việc này.',
      means: 'Đường dẫn không đúng.',
      todo: 'Chọn lại từ danh sách.',
    },
    closed: {
      what: 'Vụ việc này đã kết thúc.',
      means: 'Chưa thay đổi gì: vụ việc đã kết thúc chỉ nhận thêm ghi chú.',
      todo: 'Mở lại vụ việc trước.',
    },
    changedElsewhere: {
      what: 'Người khác vừa sửa vụ việc này.',
      means: 'Nội dung của bạn chưa được lưu.',
      todo: 'Xem nội dung mới rồi sửa lại.',
    },
  },
  suggestion: {
    unknown: {
      what: 'Gợi ý này không còn đúng.',
      means: 'Đã có thêm cảnh báo được đóng, hoặc có người đã hoàn tác.',
      todo: 'Xem lại danh sách.',
    },
    notApplied: {
      what: 'Gợi ý này chưa được áp dụng.',
      means: 'Không có gì để hoàn tác.',
      todo: 'Xem lại danh sách.',
    },
    changedSince: {
      what: 'Quy tắc đã được sửa sau đó.',
      means: 'Quy tắc được giữ nguyên.',
      todo: 'Mở quy tắc và tự quyết định.',
    },
  },
  output: {
    unknown: {
      what: 'Không có nơi nhận này.',
      means: 'Nơi nhận đã bị xoá hoặc đường dẫn không đúng.',
      todo: 'Chọn lại từ danh sách.',
    },
    tooMany: {
      what: 'Có quá nhiều nơi nhận.',
      means: 'Nơi nhận này chưa được thêm.',
      todo: 'Xoá nơi nhận không còn cần.',
    },
    otherKind: {
      what: 'Không đổi được cách gửi của nơi nhận.',
      means: 'Chưa thay đổi gì.',
      todo: 'Thêm một nơi nhận khác với cách gửi cần dùng.',
    },
    noFailure: {
      what: 'Tin này không còn trong danh sách.',
      means: 'Tin đã được gửi lại hoặc đã bỏ hẳn.',
      todo: 'Tải lại danh sách.',
    },
    secretAgain: {
      what: 'Cần nhập lại các giá trị bí mật.',
      means: 'Nơi nhận đã đổi: giá trị đã lưu không được gửi tới nơi khác.',
      todo: 'Nhập giá trị bí mật của nơi nhận mới.',
    },
  },
};
