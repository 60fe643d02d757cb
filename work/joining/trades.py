"""What an enterprise makes, as far as its name tells: the register has no column for it.

A Chinese enterprise's name says its trade right before its legal form (温州…鞋业有限公司), so of the words below the
one that stands last in the name decides: 服装机械厂 makes machinery. The list holds the trades of which Ouhai has
many enterprises. It is a reading of names, no classification: who makes several things has one trade here, and
where no word is found (of real names that is one in three) the trade is not known and counts as no trade.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trade(models.TextChoices):
    """A trade that names tell."""

    SHOES = "shoes", _("shoes")
    CLOTHING = "clothing", _("clothing")
    LEATHER = "leather", _("leather and bags")
    GLASSES = "glasses", _("glasses and optics")
    ELECTRICAL = "electrical", _("electrical goods")
    MACHINERY = "machinery", _("machinery")
    VEHICLE_PARTS = "vehicle_parts", _("vehicle parts")
    VALVES = "valves", _("valves and pumps")
    HARDWARE = "hardware", _("hardware and fasteners")
    LOCKS = "locks", _("locks")
    LIGHTERS = "lighters", _("lighters")
    LAMPS = "lamps", _("lamps")
    PLASTICS = "plastics", _("plastics")
    PRINTING = "printing", _("printing and packaging")


_WORDS = {
    Trade.SHOES: "鞋",
    Trade.CLOTHING: "服装 服饰 时装 制衣",
    Trade.LEATHER: "皮革 皮件 皮具 皮业 制革 箱包",
    Trade.GLASSES: "眼镜 光学",
    Trade.ELECTRICAL: "电器 电气 电子",
    Trade.MACHINERY: "机械",
    Trade.VEHICLE_PARTS: "汽车配件 摩托车配件 车辆配件 汽摩配 汽配 摩配",
    Trade.VALVES: "阀门 泵阀 水泵",
    Trade.HARDWARE: "五金 标准件 紧固件",
    Trade.LOCKS: "锁具 锁业 锁厂",
    Trade.LIGHTERS: "打火机 烟具",
    Trade.LAMPS: "灯具 灯饰 照明",
    Trade.PLASTICS: "塑料 塑胶 塑业",
    Trade.PRINTING: "印刷 印务 印业 彩印 包装",
}
_TRADE_OF = {word: trade for trade, words in _WORDS.items() for word in words.split()}


def trade_of(name: str) -> Trade | None:
    """The trade of the enterprise called `name`; None where the name tells none."""
    last = max(_TRADE_OF, key=lambda word: name.rfind(word) + len(word) if word in name else 0)
    return _TRADE_OF[last] if last in name else None
