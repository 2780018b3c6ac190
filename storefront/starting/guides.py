"""The first guides: for those who sell, for volunteers, for buyers."""

from storefront.starting import Block


def step(heading: str, *sentences: str) -> Block:
    """One thing to do."""
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return "step", {"heading": heading, "text": text, "picture": None}


def safety(never: list[str], always: list[str], heading: str = "Giữ tiền cho chắc") -> Block:
    """What never to do, and what to do instead."""
    return "safety", {"heading": heading, "never": never, "always": always}


def note(kind: str, text: str) -> Block:
    """A few words that stand out."""
    return "note", {"kind": kind, "text": text}


# title, address, audience, minutes, summary, body, checklist
Guide = tuple[str, str, str, int, str, list[Block], list[str]]
GUIDES: list[Guide] = [
    (
        "Chụp ảnh hàng cho đẹp bằng điện thoại", "chup-anh-hang-dep", "farmer", 5,
        "Ba tấm ảnh sáng, thật và rõ, chụp bằng máy nào cũng được. Ảnh đẹp thì khách hỏi mua nhiều hơn.",
        [
            step(
                "Lau ống kính, ra chỗ sáng",
                "Lấy vạt áo sạch lau mắt máy ảnh phía sau. Bế hàng ra hiên hoặc cạnh cửa sổ, buổi sáng hoặc xế chiều.",
                "Tránh nắng gắt giữa trưa và đèn vàng trong bếp: nắng làm quả bợt màu, đèn làm quả vàng khè.",
            ),
            step(
                "Bày gọn trên một nền trơn",
                "Nong, nia, mặt bàn gỗ, lá chuối đều được. Dọn hết dép, túi ni lông, xô chậu ở phía sau.",
                "Xếp quả lành quay mặt đẹp ra ngoài, thêm một chiếc lá tươi cho khách biết là mới hái.",
            ),
            step(
                "Chụp ba tấm",
                "Một tấm nhìn thẳng cả đống, một tấm gần để thấy vỏ và cuống, một tấm bổ đôi để thấy ruột.",
                "Cầm máy hai tay, chạm ngón tay vào quả trên màn hình cho máy lấy nét, nín thở rồi bấm.",
            ),
            step(
                "Chọn tấm thật nhất",
                "Chọn tấm giống hàng thật nhất, không phải tấm lung linh nhất. Khách nhận đúng như ảnh thì mới quay lại.",
                "Không lấy ảnh trên mạng, không dùng ảnh vườn nhà khác.",
            ),
            note("good", "Cho vào ảnh một vật ai cũng quen, như bàn tay hay cái bát, khách sẽ biết quả to bao nhiêu."),
        ],
        [
            "Ảnh sáng, không bị rung",
            "Phía sau gọn gàng",
            "Nhìn rõ hàng to nhỏ thế nào",
            "Đúng hàng nhà mình, đúng vụ này",
        ],
    ),
    (
        "Gói hàng đi xa không dập", "goi-hang-di-xa", "farmer", 15,
        "Quả đi xe khách một đêm vẫn nguyên. Cách lót, xếp, dán và ghi thùng cho khách mở ra là ưng.",
        [
            step(
                "Chọn và để ráo",
                "Bỏ quả dập, quả nứt, quả có sâu: một quả hỏng làm hỏng cả thùng. Hàng vừa rửa hay còn sương thì để thật ráo.",
                "Quả mau chín như na, hồng ngâm thì hái lúc còn cứng, ghi cho khách biết mấy ngày nữa ăn được.",
            ),
            step(
                "Lót đáy, xếp từng lớp",
                "Thùng giấy hai lớp, đục vài lỗ thoáng hai bên. Lót rơm khô, lá chuối khô hoặc giấy báo vò.",
                "Quả nặng ở dưới, quả nhẹ ở trên, giữa các lớp có lót. Cuống quay xuống hoặc quay ra, không chọc vào nhau.",
            ),
            step(
                "Lắc thử rồi mới dán",
                "Đậy nắp, nhấc thùng lên lắc nhẹ. Nghe lục cục thì chèn thêm cho chặt, nhưng không ép.",
                "Dán băng keo hình chữ H ở cả hai đầu. Buộc thêm dây nếu đi xe khách.",
            ),
            step(
                "Ghi thùng cho rõ",
                "Viết chữ to: tên người nhận, số điện thoại, nơi nhận, mã đơn, và dòng “Hàng dễ dập, xin nhẹ tay”.",
                "Trong trang đơn hàng có phiếu in sẵn những thứ này, in được thì dán luôn.",
            ),
            step(
                "Gửi và báo khách",
                "Gửi xe thì ghi lại biển số và số lái xe. Gửi bưu điện thì giữ tờ biên nhận.",
                "Bấm “Đã gửi” trong đơn và gọi khách một câu: mấy giờ hàng tới, nhận ở đâu.",
            ),
            note("warn", "Chụp một tấm ảnh thùng trước khi dán. Có chuyện gì dọc đường, tấm ảnh nói giúp mình."),
        ],
        [
            "Hàng ráo nước",
            "Lắc không nghe lục cục",
            "Có tên, số điện thoại, mã đơn ngoài thùng",
            "Đã chụp ảnh thùng",
            "Đã báo khách",
        ],
    ),
    (
        "Nhận tiền bằng mã QR cho an toàn", "nhan-tien-bang-qr", "farmer", 10,
        "Tiền khách trả vào thẳng tài khoản nhà mình. Nhớ mấy điều này thì không ai lừa được.",
        [
            step(
                "Khách quét mã của đơn",
                "Mỗi đơn có một mã QR riêng, ghi sẵn số tiền và mã đơn. Khách quét, tiền về tài khoản của mình, không qua ai.",
                "Mình không phải làm gì lúc này, cũng không phải gửi cho khách bất cứ mã nào.",
            ),
            step(
                "Tự mở ứng dụng ngân hàng để xem",
                "Nghe tin nhắn “đã chuyển” thì chưa vội mừng. Mở ứng dụng ngân hàng của mình, hoặc ra cây rút "
                "tiền, xem tiền đã vào chưa.",
                "So số tiền và mã đơn trong nội dung chuyển khoản với đơn trên chợ.",
            ),
            step(
                "Thấy tiền rồi mới bấm, mới gửi",
                "Tiền đã vào thì bấm “Đã nhận được tiền” ở đơn ấy (nhiều khi chợ tự báo). Sau đó mới gói và gửi hàng.",
                "Chưa thấy tiền thì cứ từ từ, nói với khách là mình đang chờ ngân hàng báo.",
            ),
            safety(
                [
                    "Đọc mã OTP cho bất kỳ ai, kể cả người xưng là ngân hàng, công an hay Chợ Bản.",
                    "Bấm đường dẫn lạ trong tin nhắn để “nhận tiền”. Nhận tiền không bao giờ phải bấm gì.",
                    "Quét mã QR do khách gửi. Quét mã là trả tiền đi, không phải nhận tiền về.",
                    "Tin ảnh chụp màn hình “chuyển khoản thành công”. Ảnh sửa được trong một phút.",
                    "Trả lại tiền “chuyển nhầm” khi chưa hỏi ngân hàng.",
                ],
                [
                    "Chỉ tin số dư trong ứng dụng ngân hàng của chính mình.",
                    "Nghi ngờ thì dừng lại, gọi số in sau thẻ ngân hàng hoặc gọi trưởng thôn.",
                    "Lỡ lộ mã thì gọi ngân hàng khóa ngay, rồi báo công an xã.",
                ],
                "Năm điều không bao giờ làm",
            ),
            note("info", "Người của Chợ Bản không bao giờ hỏi mật khẩu, mã OTP hay số thẻ của bà con."),
        ],
        ["Thấy tiền trong ứng dụng ngân hàng của mình", "Số tiền đúng với đơn", "Mã đơn đúng", "Chưa đọc mã cho ai"],
    ),
    (
        "Mở gian hàng cùng bà con", "mo-gian-hang-cung-ba-con", "volunteer", 30,
        "Một buổi đến nhà, từ lời chào đến lúc gửi trưởng thôn duyệt. Bà con tự nói, mình chỉ gõ giúp.",
        [
            step(
                "Trước khi đi",
                "Hẹn giờ chủ hộ có nhà, tránh bữa cơm và buổi hái. Sạc đầy máy, mang giấy bút phòng khi mất sóng.",
                "Hỏi trưởng thôn nhà này trồng gì, ai là người quyết việc bán.",
            ),
            step(
                "Ngồi xuống, hỏi chuyện vườn",
                "Đừng mở máy ngay. Hỏi năm nay vườn thế nào, bán cho ai, giá bao nhiêu, khổ nhất khâu nào.",
                "Nhà nào chưa muốn thì hẹn lần sau, ghi lại lượt đến. Không ép.",
            ),
            step(
                "Xin đồng ý",
                "Đọc to lời xin phép trên máy. Chủ hộ hiểu và gật đầu thì mới làm tiếp, bằng mã trên máy của "
                "họ hoặc bằng giấy.",
            ),
            step(
                "Viết gian hàng bằng lời của họ",
                "Hỏi: nhà mình muốn khách gọi là gì? Điều gì ở vườn này làm bác thấy tự hào? Ghi đúng câu trả "
                "lời, đừng văn vẻ.",
                "Chụp vườn, chụp người nếu họ thích, chụp hàng theo bài hướng dẫn chụp ảnh.",
            ),
            step(
                "Đăng món đầu tiên",
                "Một món thôi, món đang có trong nhà. Để chủ hộ tự nói giá, tự ước còn bao nhiêu cân.",
                "Đưa máy cho họ tự bấm “Đăng bán”. Lần sau họ sẽ dám tự làm.",
            ),
            step(
                "Gửi trưởng thôn, hẹn ngày quay lại",
                "Bấm gửi duyệt. Dặn nhà: khi lên chợ sẽ có tin nhắn. Để lại số của mình và hẹn ghé khi có đơn đầu.",
            ),
            note("warn", "Tài khoản ngân hàng là việc riêng của chủ hộ. Họ tự nhập trên máy họ; mình quay đi chỗ khác."),
        ],
        [
            "Chủ hộ đã đồng ý, có mã hoặc giấy",
            "Tên, thôn bản, số điện thoại đúng",
            "Có ít nhất một món, giá do chủ hộ nói",
            "Chủ hộ tự tay bấm thử",
            "Đã hẹn ngày quay lại",
        ],
    ),
    (
        "Xin đồng ý cho đúng cách", "xin-dong-y-dung-cach", "volunteer", 10,
        "Đồng ý phải là hiểu rồi mới gật, và đổi ý lúc nào cũng được. Cách nói, cách ghi, cách dừng.",
        [
            step(
                "Nói bằng tiếng của nhà, nói chậm",
                "Đọc to lời xin phép trên máy. Nhà nói tiếng Tày, Nùng, Dao, Mông thì nhờ người trong nhà nói lại từng câu.",
                "Dừng sau mỗi ý, hỏi: “Chỗ này bác thấy sao?”",
            ),
            step(
                "Nói rõ được gì và không được gì",
                "Mình được soạn trang, đăng hàng, nhận đơn giúp. Khách sẽ thấy tên, thôn xã và số điện thoại của nhà.",
                "Mình không được động vào tiền, tài khoản ngân hàng, số điện thoại và chính lời đồng ý này.",
            ),
            step(
                "Lấy đồng ý bằng mã",
                "Chợ gửi mã sáu số về máy của chủ hộ. Chủ hộ đọc mã, mình gõ vào trước mặt họ.",
                "Đây là mã đồng ý của Chợ Bản. Nhân lúc này dặn luôn: mã của ngân hàng thì không đọc cho ai, kể cả mình.",
            ),
            step(
                "Không có máy thì dùng giấy",
                "Chép lời xin phép, chủ hộ ghi “Tôi đồng ý”, họ tên, ngày, ký hoặc điểm chỉ. Chụp gửi lên, một người khác có "
                "quyền duyệt sẽ xem và xác nhận.",
            ),
            step(
                "Nói cách rút lại",
                "Đồng ý có hạn 12 tháng. Muốn thôi thì tự bấm trên máy, hoặc nói với trưởng thôn, có hiệu lực ngay.",
                "Nhà rút lại thì cảm ơn và dừng. Không hỏi vặn vì sao.",
            ),
            note("warn", "Không đồng ý thay cho người vắng nhà, người say, hay người chưa hiểu. Hẹn lần khác."),
        ],
        [
            "Đã đọc to từ đầu đến cuối",
            "Chủ hộ nói lại được bằng lời của mình",
            "Biết cách rút lại",
            "Mã hoặc giấy do chính chủ hộ đưa",
        ],
    ),
    (
        "Mua hàng an toàn trên Chợ Bản", "mua-hang-an-toan", "buyer", 5,
        "Xem gì trước khi mua, trả tiền cách nào cho chắc, hàng có lỗi thì làm sao.",
        [
            step(
                "Xem ai bán",
                "Mỗi gian hàng có tên nhà, thôn xã và số điện thoại. Nhãn “Đã được trưởng thôn xem” nghĩa là trưởng thôn đã "
                "đến tận nơi.",
                "Giấy chứng nhận như OCOP, VietGAP chỉ hiện khi còn hạn và đã được kiểm.",
            ),
            step(
                "Đọc đơn vị và ngày gửi",
                "Giá luôn ghi theo cân, quả, chai hay con. Xem mua ít nhất bao nhiêu và nhà gửi hàng ngày nào.",
            ),
            step(
                "Quét đúng mã của đơn",
                "Mỗi nhà một mã VietQR. Trước khi bấm chuyển, xem tên người nhận trên màn hình ngân hàng có khớp với tên ở "
                "trang đơn không.",
                "Giữ nguyên nội dung chuyển khoản: nhờ mã đơn trong đó mà người bán biết tiền của ai.",
            ),
            step(
                "Nhận, mở, đếm",
                "Mở thùng ngay khi nhận, quay một đoạn phim ngắn nếu hàng đắt. Đúng thì bấm “Tôi đã nhận hàng”.",
                "Dập, thiếu, sai thì chụp ảnh và gọi nhà bán trong ngày. Số điện thoại nằm ngay trong đơn.",
            ),
            safety(
                [
                    "Chuyển tiền vào số tài khoản gửi qua tin nhắn, ngoài trang đơn hàng.",
                    "Bấm đường dẫn “hoàn tiền” do người lạ gửi.",
                    "Đọc mã OTP hay mật khẩu cho bất kỳ ai.",
                ],
                [
                    "Quét mã ngay trên trang đơn của Chợ Bản.",
                    "Chọn trả tiền khi nhận hàng nếu mua lần đầu và còn e ngại.",
                    "Giữ đường dẫn đơn hàng; mất thì tìm lại bằng mã đơn và số điện thoại.",
                ],
                "Trả tiền cho chắc",
            ),
        ],
        ["Biết ai bán, ở đâu", "Tên người nhận tiền khớp với trang đơn", "Đã giữ đường dẫn đơn hàng"],
    ),
]  # fmt: skip
