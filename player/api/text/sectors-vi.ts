/** Faults of sectors, what is measured in them, feeds, and places. */
export const sectorFaultsVi = {
  sector: {
    unknown: {
      what: 'Không có lĩnh vực này.',
      means: 'Lĩnh vực không tồn tại hoặc bạn không được xem.',
      todo: 'Chọn lĩnh vực khác.',
    },
    keyTaken: {
      what: 'Đã có lĩnh vực với mã này.',
      means: 'Chưa thêm gì.',
      todo: 'Chọn mã khác.',
    },
    unknownUnit: {
      what: 'Không có đơn vị này.',
      means: 'Có thể vừa bị xoá.',
      todo: 'Chọn đơn vị khác.',
    },
    unknownIndicator: {
      what: 'Lĩnh vực không có chỉ tiêu này.',
      means: 'Chưa thay đổi gì.',
      todo: 'Chọn chỉ tiêu của chính lĩnh vực.',
    },
    inUse: {
      what: 'Lĩnh vực này còn được dùng.',
      means: 'Chưa xoá: còn chỉ tiêu, quy tắc hoặc nguồn dữ liệu thuộc lĩnh vực.',
      todo: 'Tắt lĩnh vực nếu chỉ muốn ngừng hiển thị; số liệu đã nhận vẫn còn.',
    },
    typeInUse: {
      what: 'Loại sự kiện này còn được dùng.',
      means: 'Chưa thay đổi gì: còn quy tắc nêu tên loại này.',
      todo: 'Sửa hoặc xoá quy tắc đó trước.',
    },
    typeTwice: {
      what: 'Một loại sự kiện có hai lần.',
      means: 'Chưa thay đổi gì.',
      todo: 'Bỏ bớt một.',
    },
    tooMany: {
      what: 'Có quá nhiều lĩnh vực.',
      means: 'Chưa thêm gì.',
      todo: 'Sửa lĩnh vực đã có.',
    },
  },
  indicator: {
    unknown: {
      what: 'Không có chỉ tiêu này.',
      means: 'Chỉ tiêu không tồn tại hoặc bạn không được xem.',
      todo: 'Chọn chỉ tiêu khác.',
    },
    inUse: {
      what: 'Chỉ tiêu này còn được dùng.',
      means: 'Chưa xoá: còn tỷ lệ, quy tắc, ô tổng quan hoặc nguồn dữ liệu dùng chỉ tiêu này.',
      todo: 'Sửa nơi đang dùng trước.',
    },
    badFormula: {
      what: 'Công thức không tính được.',
      means:
        'Các thành phần phải là chỉ tiêu được gửi, cùng kỳ và cùng cấp địa bàn; tỷ lệ có thành phần hạn chế thì cũng phải hạn chế.',
      todo: 'Chọn thành phần khác.',
    },
    breaksOthers: {
      what: 'Chỉ tiêu khác được tính từ chỉ tiêu này.',
      means: 'Với thay đổi này, các chỉ tiêu đó không còn tính được hoặc để lộ số liệu hạn chế.',
      todo: 'Sửa các chỉ tiêu đó trước.',
    },
    tooMany: {
      what: 'Có quá nhiều chỉ tiêu.',
      means: 'Chưa thêm gì.',
      todo: 'Xoá bớt chỉ tiêu không cần.',
    },
  },
  target: {
    unknownArea: {
      what: 'Không có địa bàn này.',
      means: 'Chưa thay đổi mục tiêu nào.',
      todo: 'Chọn địa bàn trong danh sách.',
    },
    endsFirst: {
      what: 'Ngày kết thúc trước ngày bắt đầu.',
      means: 'Chưa thay đổi mục tiêu nào.',
      todo: 'Sửa lại ngày.',
    },
    overlap: {
      what: 'Địa bàn này đã có mục tiêu trong thời gian đó.',
      means: 'Chưa thay đổi mục tiêu nào.',
      todo: 'Sửa mục tiêu đã có, hoặc chọn kỳ khác.',
    },
    stale: {
      what: 'Người khác vừa sửa mục tiêu này.',
      means: 'Thay đổi của bạn chưa được lưu; bảng đã hiện số mới.',
      todo: 'Xem lại rồi sửa tiếp nếu vẫn cần.',
    },
  },
  notice: {
    ended: {
      what: 'Thông báo này đã hết hiệu lực hoặc đã rút.',
      means: 'Nội dung vừa sửa chưa được công bố: thông báo đã kết thúc thì không sửa được.',
      todo: 'Công bố một thông báo mới.',
    },
    past: {
      what: 'Thời điểm kết thúc đã qua.',
      means: 'Chưa công bố gì.',
      todo: 'Chọn thời hạn dài hơn.',
    },
  },
  sectorEvent: {
    wrongTime: {
      what: 'Thời điểm này ở tương lai, hoặc đã quá 30 ngày.',
      means: 'Sự kiện là việc vừa xảy ra và cần người xử lý; chưa thêm gì.',
      todo: 'Sửa thời điểm xảy ra.',
    },
    hasIncident: {
      what: 'Sự kiện này đã thuộc một vụ việc khác.',
      means: 'Một sự kiện chỉ thuộc một vụ việc; chưa thay đổi gì.',
      todo: 'Mở sự kiện để xem vụ việc đó; nếu cần, gỡ khỏi vụ việc kia trước.',
    },
    ofAlert: {
      what: 'Sự kiện này là cảnh báo của camera.',
      means: 'Chưa thay đổi gì: cảnh báo có người nhận và thời hạn riêng.',
      todo: 'Mở cảnh báo và xử lý ở đó.',
    },
    openAgain: {
      what: 'Việc này đã được mở lại thành sự kiện khác.',
      means: 'Không mở lại sự kiện cũ, để không có hai sự kiện cho một việc.',
      todo: 'Tìm sự kiện đang mở trong hàng đợi.',
    },
  },
  report: {
    hasIncident: {
      what: 'Phản ánh này đã thuộc một vụ việc khác.',
      means: 'Một phản ánh chỉ thuộc một vụ việc; chưa thay đổi gì.',
      todo: 'Mở phản ánh để xem vụ việc đó; nếu cần, gỡ khỏi vụ việc kia trước.',
    },
  },
  visitors: {
    unknownLine: {
      what: 'Không có vạch đếm người này.',
      means: 'Vạch đã bị xoá, đang tắt, hoặc không đếm người; chưa lưu gì.',
      todo: 'Chọn vạch khác, hoặc bật vạch trong quy tắc của camera.',
    },
  },
  directive: {
    past: {
      what: 'Hạn đã qua.',
      means: 'Hạn của chỉ đạo phải ở tương lai; chưa thay đổi gì.',
      todo: 'Chọn thời điểm khác.',
    },
  },
  sectorRule: {
    unknown: {
      what: 'Không có quy tắc này.',
      means: 'Có thể vừa bị xoá.',
      todo: 'Tải lại danh sách.',
    },
  },
  feed: {
    connects: {
      what: 'Nguồn có địa chỉ không do đơn vị tự thiết lập.',
      means:
        'Chưa lưu gì: máy chủ tự kết nối tới địa chỉ này, nên chỉ người phụ trách cả lĩnh vực mới được đặt hoặc sửa.',
      todo: 'Nhờ người phụ trách lĩnh vực, hoặc gửi theo cách khác.',
    },
    notYourSector: {
      what: 'Đơn vị của bạn chưa gửi số liệu cho lĩnh vực này.',
      means: 'Chưa lưu gì: nguồn đầu tiên ở mỗi lĩnh vực do người phụ trách lĩnh vực lập.',
      todo: 'Nhờ người phụ trách lĩnh vực lập nguồn đầu tiên cho đơn vị.',
    },
    notYourUnit: {
      what: 'Có ô số liệu của đơn vị khác.',
      means: 'Chưa lưu gì: bạn chỉ giao được ô cho đơn vị của mình và đơn vị trực thuộc.',
      todo: 'Bỏ các ô của đơn vị khác, hoặc nhờ người phụ trách lĩnh vực.',
    },
    tooManyCells: {
      what: 'Nguồn này có quá nhiều ô số liệu.',
      means: 'Chưa lưu gì: một nguồn có nhiều nhất 20.000 ô.',
      todo: 'Chia thành nhiều nguồn.',
    },
    tooManyOfUnit: {
      what: 'Đơn vị này đã có quá nhiều nguồn.',
      means: 'Chưa lưu gì: một đơn vị có nhiều nhất 50 nguồn.',
      todo: 'Xoá những nguồn không dùng nữa rồi thử lại.',
    },
    changedMeanwhile: {
      what: 'Người khác vừa sửa nguồn này.',
      means: 'Nội dung của bạn chưa được lưu.',
      todo: 'Tải lại, xem nội dung mới rồi sửa lại.',
    },
  },
  sectors: {
    rangeTooLong: {
      what: 'Khoảng thời gian quá dài.',
      means: 'Chỉ tiêu này có quá nhiều kỳ trong khoảng đó.',
      todo: 'Chọn khoảng ngắn hơn.',
    },
    rangeEmpty: {
      what: 'Khoảng thời gian không đúng.',
      means: 'Thời điểm cuối đứng trước thời điểm đầu.',
      todo: 'Chọn lại khoảng thời gian.',
    },
  },
  places: {
    unknownArea: {
      what: 'Không có địa bàn này.',
      means: 'Bản đồ có thể vừa được thay, hoặc đơn vị hành chính đã sáp nhập.',
      todo: 'Chọn địa bàn khác.',
    },
  },
  map: {
    none: {
      what: 'Chưa có bản đồ.',
      means: 'Các danh sách vẫn dùng được; chưa vẽ được bản đồ.',
      todo: 'Đề nghị quản trị máy chủ nạp bản đồ của tỉnh: npm run map.',
    },
  },
  unit: {
    unknown: {
      what: 'Không có đơn vị này.',
      means: 'Có thể vừa bị xoá.',
      todo: 'Chọn đơn vị khác.',
    },
    codeTaken: {
      what: 'Đã có đơn vị khác dùng mã này.',
      means: 'Nguồn dữ liệu gọi đơn vị bằng mã, nên mã không được trùng.',
      todo: 'Chọn mã khác hoặc sửa đơn vị kia.',
    },
    inUse: {
      what: 'Đơn vị này còn được dùng.',
      means: 'Chưa xoá: số liệu và báo cáo còn gắn với đơn vị.',
      todo: 'Đặt ngày kết thúc và đơn vị kế thừa thay vì xoá.',
    },
    cycle: {
      what: 'Đơn vị không thể là cấp trên của chính mình.',
      means: 'Chưa thay đổi gì.',
      todo: 'Chọn đơn vị cấp trên khác.',
    },
    tooDeep: {
      what: 'Cây đơn vị có quá nhiều cấp.',
      means: 'Chưa thay đổi gì.',
      todo: 'Chọn đơn vị ở cấp cao hơn.',
    },
    unknownUnit: {
      what: 'Không có đơn vị này.',
      means: 'Có thể vừa bị xoá.',
      todo: 'Chọn đơn vị khác.',
    },
    unknownArea: {
      what: 'Không có địa bàn này.',
      means: 'Có thể bản đồ đã thay đổi.',
      todo: 'Chọn địa bàn trong danh sách.',
    },
    endsFirst: {
      what: 'Ngày kết thúc trước ngày bắt đầu.',
      means: 'Chưa thay đổi gì.',
      todo: 'Sửa lại ngày.',
    },
    tooMany: {
      what: 'Có quá nhiều đơn vị.',
      means: 'Chưa thêm đơn vị nào.',
      todo: 'Xoá bớt đơn vị không cần.',
    },
  },
  workingTime: {
    overlap: {
      what: 'Các khung giờ làm việc chồng lên nhau.',
      means: 'Chưa thay đổi gì.',
      todo: 'Sửa khung giờ được đánh dấu.',
    },
    endsFirst: {
      what: 'Thời điểm kết thúc trước thời điểm bắt đầu.',
      means: 'Chưa thay đổi gì.',
      todo: 'Sửa chỗ được đánh dấu.',
    },
    none: {
      what: 'Trong tuần không có ngày làm việc nào.',
      means: 'Không thể tính hạn xử lý.',
      todo: 'Chọn ít nhất một ngày.',
    },
    twice: {
      what: 'Một ngày có hai lần.',
      means: 'Chưa thay đổi gì.',
      todo: 'Bỏ bớt một.',
    },
  },
};
