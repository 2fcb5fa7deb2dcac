"""Which column is probably what: by the mapping used for such a file before, our own titles, usual words, likeness."""

import difflib
import hashlib
import json
import re

from courses.importing import mapping as mappings

# Words that schools use for a column, besides those of our own table and our own names. Content of files, not of the
# site, so in whichever language they come.
_USUAL = {
    "code": "课程编号 编号 班号 班级编号 课程代码 代码 course_id id class_code",
    "title": "课程 课程名 名称 班级名称 科目 activity_title course_title course name",
    "summary": "课程简介 介绍 内容 说明 description",
    "category": "课程类别 分类 类型 program_category subject",
    "level": "难度 级别 level",
    "institution": "学校 单位 开课单位 办学单位 学院 school",
    "term": "季度 学年学期 semester",
    "label": "班级 class_name",
    "weekdays": "上课日 周几 上课星期 days days_of_the_week weekday",
    "dates": "起止日期 上课日期 日期 from_to",
    "first_day": "开课日期 开始日期 开班日期 开课时间 start_date first_date",
    "last_day": "结束日期 结课日期 end_date",
    "count": "上课次数 课次 节数 sessions number_of_classes",
    "hours": "上课时间 时间 时段 time",
    "start": "上课开始时间 start_time",
    "start_hour": "start_hour",
    "start_minute": "start_min",
    "end": "下课时间 end_time",
    "end_hour": "end_hour",
    "end_minute": "end_min",
    "opens": "报名开始时间 报名开始日期 报名时间 registration_date",
    "closes": "报名结束 报名截止时间 报名截止日期 截止日期 registration_deadline",
    "place": "上课地点 教室 地址 location location_name room",
    "district": "区县 县 所在县区 district county",
    "teacher": "任课教师 老师 授课教师 讲师 instructor",
    "capacity": "人数 招生人数 招生名额 班额 计划人数 seats",
    "minimum": "最低人数 最低开班人数 开班人数 minimum",
    "fee": "学费 收费 收费标准 费用（元） price",
    "materials": "材料费 自备材料 教材",
    "min_age": "最低年龄 年龄下限 min_age",
    "max_age": "最高年龄 年龄上限 max_age",
    "status": "发布状态",
}
_ALIKE = 0.86  # of difflib's ratio; below it too many wrong guesses were seen


def signature(header):
    """Names a header: files with the same titles, in whatever order, have the same."""
    return hashlib.sha256(json.dumps(sorted(header), ensure_ascii=False).encode()).hexdigest()


def columns(header):
    """A column for each of our fields that the header seems to have; no column twice."""
    free, found = {_plain(title): title for title in reversed(header)}, {}
    for known in (*map(_titles_of_shipped, ("plain", "toronto")), _usual_titles()):
        _match(found, free, known)
    for name, titles in _usual_titles().items():
        near = difflib.get_close_matches(titles[0], list(free), n=1, cutoff=_ALIKE) if name not in found else []
        if near:
            found[name] = free.pop(near[0])
    return _one_way(found)


def _match(found, free, known):
    for name, titles in known.items():
        hit = next((title for title in titles if title in free), None)
        if name not in found and hit:
            found[name] = free.pop(hit)


def _one_way(found):
    """Dates in one cell or in two, hours in one, two or four: the first way that is whole, not a mixture."""
    if "dates" in found and "first_day" in found:
        del found["dates"]
    if "hours" in found and {"start", "end"} <= found.keys():
        del found["hours"]
    if {"start", "end"} <= found.keys() or "hours" in found:
        for name in ("start_hour", "start_minute", "end_hour", "end_minute"):
            found.pop(name, None)
    return found


def _titles_of_shipped(name):
    return {field: [_plain(title)] for field, title in mappings.load(name).columns.items()}


def _usual_titles():
    return {name: [_plain(title) for title in words.split(" ")] + [name] for name, words in _USUAL.items()}


def _plain(title):
    """A title without what people write differently: case, spaces, brackets, stars."""
    return re.sub(r"[\s_*＊：:()（）\-]+", "", title).lower()
