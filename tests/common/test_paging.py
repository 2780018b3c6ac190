"""Lists page by key, and nobody makes keys up."""

from common.paging import cut, read_key, write_key


def test_a_key_is_read_back_and_a_made_up_one_is_not():
    assert read_key(write_key("2026-11-20", 7), 2) == ["2026-11-20", "7"]
    assert read_key(write_key("2026-11-20", 7)[:-1] + "x", 2) is None
    assert read_key(write_key(7), 2) is None
    assert read_key("", 2) is None


def test_a_page_says_whether_there_is_more():
    more = cut(range(25), lambda row: (row,), size=24)
    assert len(more) == 24
    assert read_key(more.next, 1) == ["23"]
    assert cut(range(24), lambda row: (row,), size=24).next == ""
