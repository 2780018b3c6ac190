"""The first stories, newest first. They tell how the market works and name nobody: news is the editors' to write."""

from storefront.starting import Block

STORIES: list[tuple[str, str, str, list[Block]]] = [  # title, address, summary, body
    (
        "Chợ Bản mở cửa: mua tận vườn, tiền về tận nhà",
        "cho-ban-mo-cua",
        "Một cái chợ trên điện thoại, nơi người trồng tự đứng bán. Không qua tay ai, không ai giữ tiền của bà con.",
        [
            (
                "text",
                "<p>Ở chợ phiên, người mua nhìn quả rồi nhìn người bán. Quả có thể giống nhau, người thì không: mua của cô "
                "này vì năm ngoái cô chọn giúp, mua của bác kia vì bác nói thật quả nào chua.</p>"
                "<p>Chợ Bản giữ lại điều đó. Mỗi gian hàng là một nhà, có tên, có thôn bản, có số điện thoại gọi được. Bạn "
                "biết cân hồng này hái ở vườn nào và ai gói nó.</p>"
                "<h2>Tiền đi đường thẳng</h2>"
                "<p>Mỗi nhà có một mã VietQR riêng. Bạn quét, tiền vào tài khoản của chính chủ hộ, chợ không giữ một đồng "
                "nào ở giữa. Ai quen trả tiền mặt thì trả khi nhận hàng.</p>",
            ),
            (
                "quote",
                {
                    "text": "Người trồng phải được gặp người ăn, dù chỉ qua cái điện thoại.",
                    "who": "Lời dặn ngày mở chợ",
                },
            ),
            (
                "text",
                "<h2>Chợ có người trông</h2>"
                "<p>Trưởng thôn xem từng gian hàng tận nơi rồi mới cho lên chợ. Đoàn viên giúp bà con chụp ảnh, ghi giá, tập "
                "nhận đơn. Mỗi việc làm giúp đều được chủ hộ đồng ý trước và được ghi lại.</p>"
                "<p>Hôm nay chợ mới có những nhà đầu tiên. Ghé xem, mua thử một món, rồi gọi hỏi thăm nhà đã gói hàng cho "
                "bạn. Chợ vui là nhờ thế.</p>",
            ),
            ("link", {"label": "Xem hàng đang bán", "page": None, "address": "/cho/"}),
        ],
    ),
    (
        "Một gian hàng lên chợ như thế nào?",
        "mot-gian-hang-len-cho",
        "Từ lúc đoàn viên gõ cửa đến lúc khách bấm mua: ai làm gì, ai xem lại, và vì sao phải qua ngần ấy bước.",
        [
            (
                "text",
                "<p>Mở một gian hàng chỉ mất chừng nửa giờ, nhưng có đến ba người cùng nhìn vào nó.</p>"
                "<h2>Chủ hộ gật đầu trước</h2>"
                "<p>Đoàn viên đến nhà, đọc to lời xin phép. Nhà đồng ý thì đọc lại mã sáu số gửi về máy của mình, hoặc ký "
                "giấy. Lúc ấy đoàn viên mới được soạn trang, đăng hàng, nhận đơn giúp. Tiền và tài khoản ngân hàng thì không "
                "ai động vào được ngoài chủ hộ.</p>"
                "<h2>Trưởng thôn xem sau</h2>"
                "<p>Trưởng thôn biết nhà nào trồng gì, trồng bao nhiêu. Bác xem ảnh, xem giá, xem lời giới thiệu. Đúng thì "
                "duyệt, chưa đúng thì trả lại kèm một câu nói rõ phải sửa chỗ nào.</p>"
                "<h2>Người mua xem mỗi ngày</h2>"
                "<p>Lên chợ rồi, gian hàng nói thật bằng chính đơn hàng: gửi đúng hẹn, hàng đúng ảnh, có lỗi thì nhận. Khách "
                "nhận hàng xong bấm một nút, và nhà bán biết việc của mình đã trọn.</p>",
            ),
            (
                "note",
                {
                    "kind": "good",
                    "text": "Muốn mở gian hàng? Hỏi trưởng thôn hoặc đoàn viên của thôn. Không mất tiền, không cần máy xịn.",
                },
            ),
        ],
    ),
    (
        "Mùa nào thức ấy: vì sao chợ hôm nay có, mai có thể hết",
        "mua-nao-thuc-ay",
        "Quả chín không đợi ai. Mỗi món trên chợ đều ghi mùa, và hết mùa thì nghỉ bán. Mua thế nào cho trúng lúc ngon nhất?",
        [
            (
                "text",
                "<p>Vườn trên núi nhỏ, mỗi nhà vài chục gốc. Hái hết là hết, năm sau mới có lại. Vì thế hàng ở chợ ít khi nằm "
                "sẵn trong kho: nhiều nhà chỉ hái khi đã có người đặt.</p>"
                "<h2>Nhìn nhãn “Đang mùa”</h2>"
                "<p>Món nào có nhãn ấy nghĩa là tháng này đang thu. Quả đủ nắng, đủ ngày, giá cũng hiền nhất. Trang đầu của "
                "chợ luôn bày những món như vậy trước.</p>"
                "<h2>Đặt sớm, nhận đúng ngày gửi</h2>"
                "<p>Mỗi nhà có ngày gửi riêng, thường theo chuyến xe hoặc phiên chợ. Đặt trước ngày gửi một hôm, nhà sẽ hái "
                "vừa đủ phần của bạn. Quả mau hỏng thì nên đặt nhà gần, hoặc hẹn nhận ở điểm bưu điện.</p>"
                "<h2>Quả nhỏ, quả xước</h2>"
                "<p>Vườn ít phun thì vỏ hay có vết gió. Hỏi nhà bán: nhiều khi quả xấu mã mới là quả ngọt. Còn quả dập, quả "
                "thối thì chụp ảnh gửi lại ngay trong ngày, nhà nào cũng muốn giữ khách.</p>",
            ),
            ("link", {"label": "Xem món đang mùa", "page": None, "address": "/cho/?mua=on"}),
        ],
    ),
]
