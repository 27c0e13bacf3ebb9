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
  codes: {
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
    incident: {
      tooManyPhones: {
        what: 'Vụ việc này đã có quá nhiều điện thoại.',
        means: 'Không thêm điện thoại nào.',
        todo: 'Bỏ những điện thoại không còn gửi hình rồi thử lại.',
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
        means: 'Các thành phần phải là chỉ tiêu được gửi, cùng kỳ và cùng cấp địa bàn.',
        todo: 'Chọn thành phần khác.',
      },
      breaksOthers: {
        what: 'Chỉ tiêu khác được tính từ chỉ tiêu này.',
        means: 'Với thay đổi này, các chỉ tiêu đó không còn tính được.',
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
        what: 'Hai mục tiêu của một địa bàn trùng thời gian.',
        means: 'Chưa thay đổi mục tiêu nào.',
        todo: 'Sửa lại ngày.',
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
  details: 'Chi tiết kỹ thuật',
};
