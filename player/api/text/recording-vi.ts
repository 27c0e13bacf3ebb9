/** Faults of recordings, disks, holds, exports and evidence. */
export const recordingFaultsVi = {
  recording: {
    unknownTarget: {
      what: 'Không có nhóm hay camera này.',
      means: 'Có thể vừa bị xoá; chưa lưu gì.',
      todo: 'Chọn mục khác.',
    },
  },
  retention: {
    nothingAsked: {
      what: 'Câu hỏi này đã được trả lời.',
      means: 'Người khác vừa trả lời, hoặc không còn gì phải hỏi.',
      todo: 'Xem lại trang lưu trữ.',
    },
    changed: {
      what: 'Những gì sẽ bị xoá vừa thay đổi.',
      means: 'Chưa xoá gì: câu trả lời chỉ có giá trị cho những gì bạn đã thấy.',
      todo: 'Xem con số mới rồi trả lời lại.',
    },
  },
  disk: {
    unknown: {
      what: 'Không có ổ ghi hình này.',
      means: 'Có thể cấu hình vừa thay đổi.',
      todo: 'Tải lại trang.',
    },
  },
  evidence: {
    keyChanged: {
      what: 'Khoá vừa được đổi.',
      means: 'Người khác đổi trước bạn; không đổi thêm lần nữa.',
      todo: 'Xem khoá mới rồi đổi lại nếu vẫn cần.',
    },
  },
  hold: {
    unknown: {
      what: 'Lệnh giữ này không còn.',
      means: 'Có thể vừa được gỡ.',
      todo: 'Xem lại danh sách.',
    },
    tooMany: {
      what: 'Có quá nhiều lệnh giữ.',
      means: 'Mỗi camera chỉ có một số lượng giới hạn.',
      todo: 'Gỡ những lệnh không còn cần.',
    },
    alreadyAsked: {
      what: 'Đã có người đề nghị gỡ.',
      means: 'Cần hai người để gỡ, một người đã đồng ý.',
      todo: 'Người khác có thể gỡ ngay.',
    },
    notAsked: {
      what: 'Chưa có ai đề nghị gỡ.',
      means: 'Cần hai người để gỡ một lệnh giữ.',
      todo: 'Đề nghị gỡ trước, rồi người khác xác nhận.',
    },
    samePerson: {
      what: 'Bạn không thể là cả hai người.',
      means: 'Cần hai người khác nhau để gỡ.',
      todo: 'Để người khác xác nhận.',
    },
    changed: {
      what: 'Lệnh giữ vừa bị thay đổi.',
      means: 'Chưa gỡ gì.',
      todo: 'Xem lại lệnh giữ.',
    },
  },
  export: {
    unknown: {
      what: 'Không có bản xuất này.',
      means: 'Có thể đã bị xoá hoặc đã hết hạn.',
      todo: 'Yêu cầu xuất lại.',
    },
    notReady: {
      what: 'Bản xuất này chưa có tệp.',
      means: 'Đang xuất, đã dừng hoặc đã hết hạn.',
      todo: 'Đợi xuất xong, hoặc yêu cầu xuất lại.',
    },
    nothingRecorded: {
      what: 'Không có hình nào được ghi trong khoảng này.',
      means: 'Chưa xuất gì cả.',
      todo: 'Chọn khoảng thời gian có màu trên dòng thời gian.',
    },
    diskMissing: {
      what: 'Ổ đĩa chứa bản ghi không có ở đó.',
      means: 'Chưa xuất gì cả.',
      todo: 'Nhờ người quản trị nối lại ổ đĩa rồi thử lại.',
    },
    noRoom: {
      what: 'Không đủ chỗ cho bản xuất này.',
      means: 'Chưa xuất gì cả.',
      todo: 'Xoá các bản xuất cũ, hoặc chọn khoảng ngắn hơn.',
    },
    tooMany: {
      what: 'Đang có quá nhiều bản xuất chờ.',
      means: 'Chưa xuất gì cả.',
      todo: 'Đợi một bản xong rồi thử lại.',
    },
    masksNeeded: {
      what: 'Phải giữ các vùng che.',
      means: 'Có camera mang vùng che riêng tư mà bạn không có quyền xem không che. Chưa xuất gì cả.',
      todo: 'Bật lại "Che vùng riêng tư", hoặc nhờ người có quyền xuất giúp.',
    },
    masksChanged: {
      what: 'Bản xuất này không còn được tải.',
      means: 'Nó cho thấy những gì nay đã bị che.',
      todo: 'Xuất lại khoảng này.',
    },
    encodeFailed: {
      what: 'Không mã hoá lại được video.',
      means: 'Không có tệp nào được tạo.',
      todo: 'Thử lại; nếu vẫn không được, báo người quản trị xem nhật ký.',
    },
    failed: {
      what: 'Không xuất được.',
      means: 'Không có tệp nào được tạo.',
      todo: 'Thử lại; nếu vẫn không được, báo người quản trị xem nhật ký.',
    },
  },
  exhibit: {
    unknown: {
      what: 'Không có chứng cứ này.',
      means: 'Chứng cứ không thuộc vụ việc này, hoặc thuộc camera bạn không được xem.',
      todo: 'Chọn lại trong vụ việc.',
    },
    notReady: {
      what: 'Chứng cứ này chưa có tệp.',
      means: 'Đoạn video đang được cắt, hoặc không cắt được.',
      todo: 'Chờ đến khi mã băm hiện ra.',
    },
    missing: {
      what: 'Tệp của chứng cứ này không còn.',
      means: 'Tệp đã bị lấy khỏi ổ đĩa của máy chủ.',
      todo: 'Báo ngay cho quản trị viên; mã băm vẫn còn trong diễn biến vụ việc.',
    },
    changed: {
      what: 'Tệp của chứng cứ này không còn nguyên vẹn.',
      means: 'Mã băm không khớp: tệp trên đĩa đã bị sửa hoặc hỏng nên không được giao ra.',
      todo: 'Báo ngay cho quản trị viên.',
    },
    tooMany: {
      what: 'Vụ việc này đã có quá nhiều chứng cứ.',
      means: 'Chứng cứ chưa được đưa vào.',
      todo: 'Lập thêm một vụ việc cho phần còn lại.',
    },
  },
  bookmark: {
    unknown: {
      what: 'Dấu mốc này không còn.',
      means: 'Có thể vừa bị xoá.',
      todo: 'Chọn dấu mốc khác.',
    },
    tooMany: {
      what: 'Có quá nhiều dấu mốc.',
      means: 'Mỗi camera chỉ có một số lượng giới hạn.',
      todo: 'Xoá những dấu mốc không còn cần.',
    },
  },
};
