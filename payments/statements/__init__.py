"""Bank statements as files, for what no webhook told. Nothing here writes.

`read_sheet` opens a file and finds its headings, `guess_mapping` says where the columns seem to be, a person puts that
right, `read_lines` reads every line by it. Source: payments reference, section 3.
"""

from payments.statements.amounts import read_amount, thousands_of
from payments.statements.cells import BadCell, Cell, Row, Unread
from payments.statements.file import Sheet, read_sheet, tables_of
from payments.statements.lines import RowError, Statement, StatementLine, read_lines
from payments.statements.mapping import Mapping, guess_mapping

__all__ = [
    "BadCell",
    "Cell",
    "Mapping",
    "Row",
    "RowError",
    "Sheet",
    "Statement",
    "StatementLine",
    "Unread",
    "guess_mapping",
    "read_amount",
    "read_lines",
    "read_sheet",
    "tables_of",
    "thousands_of",
]
