"""Chinese names by their sound, so that a name is found by typing Latin letters."""

from functools import lru_cache
from typing import Any

from pypinyin import Style
from pypinyin.converter import DefaultConverter
from pypinyin.core import Pinyin


class _RememberingConverter(DefaultConverter):
    """Converts each word of a name once: names of enterprises share most of theirs."""

    @lru_cache(maxsize=20_000)  # noqa: B019  # there is one converter, for the life of the process
    def convert(self, words: str, *args: Any, **kwargs: Any) -> Any:
        return super().convert(words, *args, **kwargs)


_lazy_pinyin = Pinyin(_RememberingConverter()).lazy_pinyin


def searchable_pinyin(name: str, *, person: bool = False) -> str:
    """`name` in toneless pinyin, then its initials: 温州 gives `wenzhou wz`.

    With `person` the first character is read as a surname where it has a reading of its own:
    单 is `shan`, not `dan`. Latin letters and digits stay, in lower case.
    """
    if person and name[:1] in _SURNAMES:
        syllables = [_SURNAMES[name[0]], *_lazy_pinyin(name[1:], style=Style.NORMAL)]
    else:
        syllables = _lazy_pinyin(name, style=Style.NORMAL)
    full = "".join(syllables).lower().replace(" ", "")
    initials = "".join(syllable[:1] for syllable in syllables).lower()
    return f"{full} {initials}"[:400]


# Characters read differently as a surname (现代汉语词典, 7th edition).
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "任": "ren", "查": "zha",
    "盖": "ge", "朴": "piao", "翟": "zhai", "尉": "yu", "洗": "xian", "冼": "xian", "缪": "miao",
    "宁": "ning", "乐": "yue", "员": "yun", "覃": "qin", "曲": "qu", "种": "chong", "秘": "bi",
    "召": "shao", "繁": "po", "燕": "yan", "华": "hua", "过": "guo", "葛": "ge", "万": "wan",
    "都": "du", "令": "ling", "长": "zhang", "车": "che", "卜": "bu", "那": "na", "哈": "ha",
    "应": "ying", "纪": "ji", "柏": "bai", "贾": "jia", "强": "qiang", "折": "she", "黑": "he",
}  # fmt: skip
