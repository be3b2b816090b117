"""Surnames: which part of a name they are, and those read otherwise than the same character is in other words.

Where families differ the commoner reading stands: 覃 is qin (tan in the north-west), 乐 is yue, 盖 is ge, 隗 is wei.
"""

SINGLE = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "解": "xie",
    "盖": "ge",
    "翟": "zhai",
    "朴": "piao",
    "繁": "po",
    "种": "chong",
    "折": "she",
    "员": "yun",
    "贠": "yun",
    "召": "shao",
    "缪": "miao",
    "乐": "yue",
    "隗": "wei",
    "秘": "bi",
    "覃": "qin",
    "重": "chong",
    "祭": "zhai",
    "郇": "xun",
    "洗": "xian",
    "佴": "nai",
    "能": "nai",
    "句": "gou",
    "阚": "kan",
    "卜": "bu",
    "薄": "bo",
    "都": "du",
    "乜": "nie",
    "粘": "nian",
    "炅": "gui",
    "黑": "he",
}

COMPOUND = {"尉迟": "yu chi", "乐正": "yue zheng"}  # the others are read rightly by their phrases

DOUBLE = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 宇文 端木 歐陽 司馬 諸葛 東方 尉遲 公孫".split()
)


def surname(name: str) -> str:
    """Return a person's surname: the first character, two of a double one; of other names the last word."""
    if name.isascii():
        return (name.split() or [""])[-1]
    return name[:2] if name[:2] in DOUBLE else name[:1]
