"""Plain pages: title, address, text."""

INTRODUCTION = (
    "Mua tận vườn, trả tiền thẳng cho người trồng. Mỗi gian hàng đều được trưởng thôn xem trước khi lên chợ."
)
PLAIN_PAGES = [
    (
        "Về Chợ Bản", "ve-cho-ban",
        "<p>Chợ Bản giúp các hộ ở bản làng bán nông sản của mình. Đoàn viên đến tận nhà mở gian hàng cùng bà con, trưởng thôn "
        "xem và duyệt trước khi gian hàng lên chợ.</p><p>Tiền hàng về thẳng tài khoản của người bán.</p>",
    ),
    (
        "Cách mua", "cach-mua",
        "<ol><li>Chọn hàng của một hay nhiều nhà vào giỏ.</li><li>Ghi tên, số điện thoại và nơi nhận. Không cần tài khoản.</li>"
        "<li>Mỗi nhà một mã VietQR: quét bằng ứng dụng ngân hàng, hoặc chọn trả tiền khi nhận hàng.</li>"
        "<li>Người bán gói và gửi. Nhận được hàng, bấm “Tôi đã nhận hàng”.</li></ol>",
    ),
    (
        "Quyền riêng tư", "quyen-rieng-tu",
        "<p>Tên, số điện thoại và nơi nhận của bạn chỉ người bán và người giao hàng thấy, để giao đúng đơn đó. Trang này không "
        "có quảng cáo, không theo dõi bạn.</p>",
    ),
]  # fmt: skip
LISTS = {  # address of a list page: title, introduction
    "tin": ("Tin từ bản", "Nhà nào trồng gì, mùa này ra sao, đi chợ thế nào cho vui."),
    "huong-dan": (
        "Hướng dẫn",
        "Từng bước một, đọc to cho nhau nghe được, in ra dán ở nhà văn hóa được.",
    ),
    "chien-dich": ("Đợt bán hàng", "Tết, mùa na, mùa hồng: mỗi đợt vài tuần, những nhà và món nên mua."),
}
