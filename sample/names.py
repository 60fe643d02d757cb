"""Invented names and numbers. Every enterprise's name begins with 拟, "made up", so that it meets no real one."""

from random import Random

from stdnum.cn import uscc

from members.models import Sex
from sample import COUNTY

FIRST = "锦恒瑞嘉宏博泰盛丰裕祥和润泽凯远达通正信立新永康华荣兴隆安平"
SECOND = "程源达升图业信诚腾飞跃耀辉煌晖昌茂林川海洋峰岭云天宇航帆舟"
TRADES = ("电器", "鞋业", "服饰", "眼镜", "锁具", "阀门", "印业", "箱包", "汽车配件", "塑业")
SURNAMES = "陈林黄王李张周吴徐叶郑朱金胡蔡戴夏潘谢项孙邵赵杨谷董苏包余南方程沈姜"
GIVEN = {
    Sex.MALE: "建国志强伟明海峰晓东国平文斌永康立军学勇光荣少华振宇成林向阳定忠",
    Sex.FEMALE: "秀英丽芬小红雪梅爱珍慧敏春燕海霞晓静美琴玉兰巧云素芳佩华彩萍",
}


def credit_code(number: int, *, registered_as: str = "91") -> str:
    """The `number`-th credit code of the sample, with its check digit (GB 32100-2015).

    YL stands for 样例, sample.
    """
    body = f"{registered_as}{COUNTY}YL{number:07d}"
    return body + str(uscc.calc_check_digit(body))


class Names:
    """Names by lot; no enterprise's name comes twice."""

    def __init__(self, lot: Random) -> None:
        self.lot = lot
        self.brands = [first + second for first in FIRST for second in SECOND if first != second]
        lot.shuffle(self.brands)

    def enterprise(self, *, form: str = "有限公司") -> str:
        """An enterprise's name."""
        return f"温州拟{self.brands.pop()}{self.lot.choice(TRADES)}{form}"

    def person(self, sex: Sex) -> str:
        """A person's name; like real ones, it may come twice."""
        given = "".join(self.lot.choice(GIVEN[sex]) for _ in range(1 if self.lot.random() < 0.15 else 2))
        return self.lot.choice(SURNAMES) + given
