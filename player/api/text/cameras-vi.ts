/** Faults of cameras, their groups and layouts, discovery, import and models. */
export const cameraFaultsVi = {
  camera: {
    passwordNeeded: {
      what: 'Cần nhập lại mật khẩu của camera.',
      means: 'Địa chỉ đã đổi; mật khẩu đã lưu không được gửi tới máy khác.',
      todo: 'Nhập mật khẩu của camera ở địa chỉ mới.',
    },
    refusedAddress: {
      what: 'Địa chỉ này không được phép.',
      means: 'Quy định an toàn không cho camera ở địa chỉ nội bộ của máy chủ.',
      todo: 'Dùng địa chỉ khác, hoặc cho phép mạng này trong cấu hình (cameras.allowNetworks).',
    },
    cannotTestRtmp: {
      what: 'Không kiểm tra trước được camera RTMP.',
      means: 'Thiết bị tự gửi hình tới máy chủ.',
      todo: 'Lưu, rồi bắt đầu phát trên thiết bị.',
    },
    probesBusy: {
      what: 'Đang có quá nhiều lần kiểm tra.',
      means: 'Máy chủ chỉ kiểm tra một số camera cùng lúc.',
      todo: 'Thử lại sau vài giây.',
    },
    noPtz: {
      what: 'Camera này không điều khiển được.',
      means: 'Nó không xoay, hoặc chưa kết nối.',
      todo: 'Kiểm tra camera có PTZ và đang trực tuyến.',
    },
    numberTaken: {
      what: 'Số này đã có camera khác.',
      means: 'Mỗi số chỉ gọi một camera.',
      todo: 'Chọn số khác hoặc để trống.',
    },
    masksChangedElsewhere: {
      what: 'Người khác vừa sửa vùng che của camera này.',
      means: 'Các vùng của bạn chưa được lưu.',
      todo: 'Thử lại để tải bản mới, rồi sửa tiếp.',
    },
    changedElsewhere: {
      what: 'Người khác vừa sửa camera này.',
      means: 'Bản của bạn chưa được lưu.',
      todo: 'Thử lại để tải bản mới, rồi sửa tiếp.',
    },
    badAddress: {
      what: 'Địa chỉ camera không đúng.',
      means: 'Máy chủ không kết nối được tới địa chỉ như vậy.',
      todo: 'Sửa địa chỉ được đánh dấu.',
    },
    unknownGroup: {
      what: 'Không có nhóm này.',
      means: 'Có thể nó vừa bị xoá.',
      todo: 'Chọn nhóm khác.',
    },
    unknown: {
      what: 'Không có camera này.',
      means: 'Nó vừa bị xoá, hoặc bạn không được xem.',
      todo: 'Tải lại danh sách.',
    },
    notRtmp: {
      what: 'Camera này không gửi bằng RTMP.',
      means: 'Chỉ camera RTMP mới có khoá.',
      todo: 'Thêm camera theo cách RTMP.',
    },
    rtmpOff: {
      what: 'Máy chủ này không nhận RTMP.',
      means: 'Cổng RTMP đang tắt trong cấu hình.',
      todo: 'Bật RTMP trong cấu hình rồi khởi động lại.',
    },
  },
  group: {
    notEmpty: {
      what: 'Nhóm chưa trống.',
      means: 'Nó còn camera hoặc nhóm con.',
      todo: 'Chuyển chúng sang nhóm khác trước.',
    },
    nameTaken: {
      what: 'Đã có nhóm cùng tên ở đây.',
      means: 'Hai nhóm cùng cấp không được trùng tên.',
      todo: 'Chọn tên khác.',
    },
    unknown: {
      what: 'Không có nhóm này.',
      means: 'Có thể nó vừa bị xoá.',
      todo: 'Chọn nhóm khác.',
    },
  },
  layout: {
    unknown: {
      what: 'Không còn bố cục này.',
      means: 'Có thể nó vừa bị xoá.',
      todo: 'Chọn bố cục khác.',
    },
    notYours: {
      what: 'Bố cục này của người khác.',
      means: 'Chỉ chủ của nó được sửa.',
      todo: 'Lưu thành bố cục mới của bạn.',
    },
    mayNotShare: {
      what: 'Bạn không được chia sẻ bố cục.',
      means: 'Quyền này thuộc trưởng ca.',
      todo: 'Lưu cho riêng bạn, hoặc nhờ trưởng ca.',
    },
    tooMany: {
      what: 'Bạn có quá nhiều bố cục.',
      means: 'Đã đạt số tối đa cho một người.',
      todo: 'Xoá bố cục không dùng.',
    },
  },
  model: {
    notOnnx: {
      what: 'Đây không phải mô hình ONNX.',
      means: 'Tệp bị hỏng, tải chưa hết, hoặc là loại tệp khác.',
      todo: 'Tải lại tệp từ nơi phát hành, hoặc xuất mô hình sang ONNX.',
    },
    wantsOther: {
      what: 'Mô hình này không nhận một ảnh màu.',
      means: 'Nó cần đầu vào khác: kích thước không cố định, kiểu số khác, hoặc nhiều đầu vào.',
      todo: 'Xuất lại mô hình với một đầu vào float32, kích thước cố định, ba kênh màu.',
    },
    unknownOutputs: {
      what: 'Không hiểu kết quả của mô hình này.',
      means: 'Đầu ra của nó không thuộc họ nào mà hệ thống biết (YOLOX, YOLOv8, SSD, DETR, NanoDet, FastestDet).',
      todo: 'Dùng mô hình thuộc một trong các họ này.',
    },
    noCard: {
      what: 'Mô hình này cần thẻ mô tả.',
      means: 'Tệp không tự nói nó nhận ra những loại vật nào hoặc muốn nhận ảnh ra sao.',
      todo: 'Sửa thẻ mô tả: đã có sẵn một bản để bắt đầu.',
    },
    badCard: {
      what: 'Thẻ mô tả không đúng.',
      means: 'Nó không phải JSON, thiếu mục, hoặc không hợp với mô hình.',
      todo: 'Sửa chỗ được chỉ ra rồi lưu lại.',
    },
    wrongHash: {
      what: 'Thẻ mô tả là của tệp khác.',
      means: 'Mã SHA-256 trong thẻ khác với tệp: tệp bị hỏng, bị thay, hoặc thẻ chép từ mô hình khác.',
      todo: 'Tải lại cả tệp và thẻ từ nơi phát hành.',
    },
    badNumbers: {
      what: 'Mô hình cho kết quả vô nghĩa trên ảnh mẫu.',
      means: 'Có giá trị không phải là số, hoặc thiếu giá trị.',
      todo: 'Xuất lại mô hình, hoặc dùng mô hình khác.',
    },
    tooMuchMemory: {
      what: 'Mô hình này cần quá nhiều bộ nhớ.',
      means: 'Nó đòi nhiều hơn mức máy chủ cho phép khi chạy thử.',
      todo: 'Dùng mô hình nhỏ hơn.',
    },
    tooSlow: {
      what: 'Mô hình này quá chậm trên máy chủ này.',
      means: 'Chạy thử đã bị dừng vì quá thời hạn.',
      todo: 'Dùng mô hình nhỏ hơn, hoặc máy có card đồ hoạ.',
    },
    crashed: {
      what: 'Mô hình này làm hỏng tiến trình chạy thử.',
      means: 'Tiến trình riêng đã dừng đột ngột; phần còn lại của hệ thống không bị ảnh hưởng.',
      todo: 'Dùng mô hình khác, hoặc xuất lại mô hình này.',
    },
    noProvider: {
      what: 'Không chạy được mô hình này bằng thiết bị đã cấu hình.',
      means: 'Không thiết bị tính toán nào trong cấu hình nhận nó.',
      todo: 'Xem mục analytics.providers trong cấu hình.',
    },
    missing: {
      what: 'Tệp mô hình không còn.',
      means: 'Nó đã bị xoá hoặc không đọc được trên đĩa.',
      todo: 'Tải mô hình lên lại, hoặc chọn mô hình khác.',
    },
    unknown: {
      what: 'Không có mô hình này.',
      means: 'Có thể nó vừa bị xoá.',
      todo: 'Tải lại danh sách.',
    },
    nameTaken: {
      what: 'Đã có mô hình trùng tên.',
      means: 'Tệp chưa được lưu; mô hình cũ vẫn nguyên.',
      todo: 'Xoá mô hình cũ, hoặc đổi tên tệp rồi tải lên lại.',
    },
    inUse: {
      what: 'Đang nhận dạng bằng mô hình này.',
      means: 'Không xoá được mô hình đang dùng.',
      todo: 'Chuyển sang mô hình khác trước.',
    },
    tooLarge: {
      what: 'Tệp mô hình quá lớn.',
      means: 'Máy chủ chỉ nhận mô hình tới 500 MiB.',
      todo: 'Dùng mô hình nhỏ hơn.',
    },
    diskFull: {
      what: 'Đĩa của máy chủ đã đầy.',
      means: 'Tệp chưa được lưu.',
      todo: 'Dọn chỗ trên đĩa chứa thư mục dữ liệu rồi thử lại.',
    },
    busy: {
      what: 'Đang kiểm tra nhiều mô hình khác.',
      means: 'Máy chủ chỉ kiểm tra từng mô hình một.',
      todo: 'Đợi một lát rồi thử lại.',
    },
  },
  import: {
    notCsv: {
      what: 'Đây không phải tệp CSV.',
      means: 'Máy chủ không tách được các cột.',
      todo: 'Lưu lại từ bảng tính dưới dạng CSV (UTF-8).',
    },
    noHeader: {
      what: 'Thiếu dòng tên cột.',
      means: 'Dòng đầu phải nêu tên cột, ít nhất tên camera và địa chỉ.',
      todo: 'Tải mẫu để xem các cột.',
    },
    tooLong: {
      what: 'Tệp có quá nhiều dòng.',
      means: 'Chưa có gì được ghi.',
      todo: 'Chia thành nhiều tệp nhỏ hơn.',
    },
  },
  discovery: {
    unknown: {
      what: 'Không còn lần tìm này.',
      means: 'Kết quả cũ đã được dọn.',
      todo: 'Bắt đầu tìm lại.',
    },
    busy: {
      what: 'Đang có đủ số lần tìm.',
      means: 'Máy chủ chỉ chạy một số lần tìm cùng lúc.',
      todo: 'Chờ lần trước xong hoặc dừng nó.',
    },
    badRange: {
      what: 'Đây không phải một dải địa chỉ.',
      means: 'Chưa hỏi địa chỉ nào.',
      todo: 'Viết như 10.0.0.0/24, 10.0.0.5-10.0.0.60, hoặc một địa chỉ IPv4.',
    },
    tooManyAddresses: {
      what: 'Các dải có hơn 4096 địa chỉ.',
      means: 'Chưa hỏi địa chỉ nào.',
      todo: 'Chia thành nhiều lần tìm.',
    },
    registering: {
      what: 'Đang thêm camera từ lần tìm này.',
      means: 'Mỗi lần chỉ thêm một loạt.',
      todo: 'Chờ xong rồi thêm tiếp.',
    },
  },
  transcode: {
    tooMany: {
      what: 'Máy chủ đang chuyển mã hết mức.',
      means: 'Camera này cần chuyển mã để trình duyệt xem được.',
      todo: 'Đóng bớt ô dùng H.265 rồi thử lại.',
    },
  },
  still: {
    noPicture: {
      what: 'Camera chưa có hình.',
      means: 'Nó đang mất kết nối hoặc vừa khởi động.',
      todo: 'Thử lại sau vài giây.',
    },
  },
};
