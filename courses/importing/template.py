"""The empty workbook that we give to schools: our own columns in Chinese, one example, and a sheet that explains."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

_HEAD = PatternFill("solid", fgColor="1E5C4A")

# Column, what to write in it, an example. The columns are those of mappings/plain.toml; a test compares them.
COLUMNS = [
    ("课程名称", "必填。网站上显示的名称；名称和机构都相同的行属于同一门课程。", "中式烘焙入门"),
    ("简介", "一句话：学完能做什么，120 字以内。只在新建课程时使用。", "八次课，学会做月饼、酥饼和馒头。"),
    ("类别", "新课程必填。必须是网站上已有的类别。", "烘焙"),
    ("程度", "零基础、有一些基础或提高；不填为零基础。", "零基础"),
    ("机构", "必填。必须是网站上已有的机构全称。", "塔河县社区教育学院"),
    ("学期", "网站上已有的学期名称；不填时按第一次上课的日期判断。", ""),
    ("班次编号", "必填，全站唯一。再次导入时靠它找到同一个班次。", "2026Q-031"),
    ("班次", "区分同一课程的几个班次；不填时自动写成“周三 19:00 · 3月4日起”。", "周三晚班"),
    ("星期", "必填。例如：周三；周一、周四。", "周三"),
    ("开始时间", "必填。24 小时制，例如 19:00。", "19:00"),
    ("结束时间", "必填。", "20:30"),
    ("第一次上课", "必填。日期，例如 2026-03-04。", "2026-03-04"),
    ("最后一次上课", "与“次数”填一个即可。", ""),
    ("次数", "上课次数；节假日自动顺延。", "8"),
    ("地点", "楼名和教室，怎么进门。", "社区学院 2 楼烘焙教室"),
    ("县区", "不填时为机构所在县区。", "塔河县"),
    ("教师", "", "李老师"),
    ("名额", "必填，至少 1。", "16"),
    ("最少开班人数", "不填为 0：一定开班。", "8"),
    ("费用", "元；0 或“免费”。", "120"),
    ("材料", "需要自备或购买什么。", "围裙"),
    ("最小年龄", "周岁；没有限制就空着。“36个月”也可以。", "18"),
    ("最大年龄", "周岁，含当年。", ""),
    ("报名开始", "必填。日期，也可带时间，例如 2026-02-20 08:00。", "2026-02-20 08:00"),
    ("报名截止", "不填时为第一次上课的前一天。", ""),
    ("状态", "发布或草稿；不填为发布。", "发布"),
]


def save(path):
    """Write the workbook to a file."""
    book = Workbook()
    sheet = book.active
    sheet.title = "课程"
    sheet.append([name for name, _hint, _example in COLUMNS])
    sheet.freeze_panes = "B2"
    for number, (name, _hint, example) in enumerate(COLUMNS, 1):
        head = sheet.cell(1, number)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEAD
        # As text: Excel would turn 19:00 and dates into numbers of its own kind, and lose leading zeros.
        sheet.column_dimensions[get_column_letter(number)].width = max(len(name) * 2 + 2, len(example) * 2 + 2)
        for row in range(2, 202):
            sheet.cell(row, number).number_format = "@"
    _explain(book.create_sheet("填写说明"))
    book.save(path)


def _explain(sheet):
    """The second sheet: what goes into each column, with an example."""
    sheet.append(["列", "怎样填写", "例子"])
    for record in COLUMNS:
        sheet.append(record)
    for letter, width in (("A", 16), ("B", 70), ("C", 34)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
