"""Chinese names by their sound, so that a name is found by typing Latin letters."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import RE_HANS
from pypinyin.seg import mmseg

_CHINESE = re.compile(RE_HANS.pattern.removeprefix("^").removesuffix("$"))


def searchable_pinyin(name: str, *, person: bool = False) -> str:
    """`name` in toneless pinyin, then its initials: 温州 gives `wenzhou wz`.

    With `person` the first character is read as a surname where it has a reading of its own:
    单 is `shan`, not `dan`. Latin letters and digits stay, in lower case.
    """
    surname = _SURNAMES.get(name[:1]) if person else None
    syllables = _syllables(name) if surname is None else [surname, *_syllables(name[1:])]
    full = "".join(syllables).lower().replace(" ", "")
    initials = "".join([syllable[:1] for syllable in syllables]).lower()
    return f"{full} {initials}"[:400]


def _syllables(name: str) -> list[str]:
    """What pypinyin's `lazy_pinyin` gives, word by word: names of enterprises share most of their words."""
    syllables: list[str] = []
    end = 0
    for chinese in _CHINESE.finditer(name):
        if end < chinese.start():
            syllables.append(name[end : chinese.start()])
        for word in mmseg.seg.cut(chinese[0]):
            syllables += _of_word(word)
        end = chinese.end()
    if end < len(name):
        syllables.append(name[end:])
    return syllables


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> list[str]:
    return lazy_pinyin(word, style=Style.NORMAL)


# Characters read differently as a surname (现代汉语词典, 7th edition).
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "任": "ren", "查": "zha",
    "盖": "ge", "朴": "piao", "翟": "zhai", "尉": "yu", "洗": "xian", "冼": "xian", "缪": "miao",
    "宁": "ning", "乐": "yue", "员": "yun", "覃": "qin", "曲": "qu", "种": "chong", "秘": "bi",
    "召": "shao", "繁": "po", "燕": "yan", "华": "hua", "过": "guo", "葛": "ge", "万": "wan",
    "都": "du", "令": "ling", "长": "zhang", "车": "che", "卜": "bu", "那": "na", "哈": "ha",
    "应": "ying", "纪": "ji", "柏": "bai", "贾": "jia", "强": "qiang", "折": "she", "黑": "he",
}  # fmt: skip
