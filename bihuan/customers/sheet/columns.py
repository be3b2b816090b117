"""What the resident sheet is made of: its columns, its codes, and what people are told about them."""

from __future__ import annotations

from dataclasses import dataclass

SHOP_UNIT = "0"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in code, its heading, and how to fill it in."""

    name: str
    heading: str
    guide: str


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value: its number on the sheet (none where only the word is written), its word, and what we call it."""

    number: str
    word: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.number} {self.word}".strip()


KINDS = (
    Code("110", "住宅", "residence"),
    Code("119", "宿舍", "dormitory"),
    Code("120", "办公室", "office"),
    Code("", "商铺", "shop"),
    Code("", "厂房", "plant"),
    Code("", "车位", "parking"),
)
STATUSES = (
    Code("2001", "已入住", "occupied"),
    Code("2002", "未销售", "unsold"),
    Code("2003", "已交房", "handed_over"),
    Code("2004", "未入住", "not_moved_in"),
    Code("2005", "已装修", "decorated"),
    Code("2006", "已出租", "let"),
    Code("2007", "已出售", "sold"),
    Code("2008", "空闲", "vacant"),
    Code("2009", "装修中", "decorating"),
)
ROLES = (
    Code("1001", "业主", "owner"),
    Code("1002", "家庭成员", "family"),
    Code("1003", "房屋租客", "tenant"),
    Code("1004", "临时人员", "temporary"),
)
GENDERS = (Code("", "男", "m"), Code("", "女", "f"))

OWNED = frozenset({"occupied", "handed_over", "not_moved_in", "decorated"})  # somebody owns it, so the sheet says who
SHOPS_ONLY = frozenset({"let", "sold"})


def listed(codes: tuple[Code, ...]) -> str:
    """Return the codes as people read them: 1001 业主、1002 家庭成员."""
    return "、".join(map(str, codes))


COLUMNS = (
    Column("building", "楼号", "楼栋的编号，如 1。每一行都要写，上下合并的单元格也可以。"),
    Column("unit", "单元", f"单元的编号：一单元写 1，二单元写 2。商铺固定写 {SHOP_UNIT}。"),
    Column("room", "房间", "房号，如 101。若 Excel 把“1-2”变成日期，请先把该列设为文本。"),
    Column("floor", "楼层", "房屋所在的楼层；地下写负数或 B1；没有写 1。"),
    Column("floors", "总层数", "楼栋的层数，正整数。"),
    Column("lift", "是否有电梯", "是 或 否。"),
    Column("kind", "房屋类型", f"{listed(KINDS)}。编号或文字都可以；单元为 {SHOP_UNIT} 的就是商铺。"),
    Column("layout", "房屋户型", "户型的编号，如 10102；没有可留空。"),
    Column("area", "建筑面积", "平方米，最多两位小数。物业费按它计算，请核对。"),
    Column("inner_area", "室内面积", "平方米，最多两位小数；用于采暖费，没有可与建筑面积相同。"),
    Column("rent", "租金", "办公室、宿舍、商铺出租时每月的租金，单位元；住宅写 0。"),
    Column(
        "status",
        "房屋状态",
        f"{listed(STATUSES)}。已出租、已出售只用于商铺；未销售的房屋不写业主，"
        "已入住、已交房、未入住、已装修的房屋必须有业主。",
    ),
    Column("name", "业主名称", "姓名或单位名称。几个人写在一格时用顿号、逗号、斜线、分号或换行分开。"),
    Column("gender", "性别", "男 或 女；不知道可留空。"),
    Column(
        "phone",
        "手机号",
        "手机 11 位，固定电话带区号；几个人时与姓名顺序相同。不知道可留空；13800000000 也视为不知道。",
    ),
    Column("identity", "身份证号", "18 位，请把该列设为文本。不知道可留空；110101199001010000 也视为不知道。"),
    Column(
        "role", "业主类型", f"{listed(ROLES)}。家庭成员、租客和临时人员各写一行，重复写房屋信息；同一房屋必须有业主。"
    ),
)
OPTIONAL = (
    Column("handed_over", "交房日期", "可以没有这一列。如 2024-03-05、2024/3/5 或 2024年3月5日。"),
    Column("moved_in", "入住日期", "可以没有这一列。写法与交房日期相同，指这一行的人入住的日子。"),
)
HEADINGS = {column.name: column.heading for column in (*COLUMNS, *OPTIONAL)}
