"""What the press release says, as records: parsed from its text where it lists, written down here where it tells."""  # noqa: INP001 - scripts, not a package

import re
from pathlib import Path

RELEASE = Path(__file__).with_name("press-release.txt")
SOURCE = "press-release-2023"
REAL = {"synthetic": "false", "source": SOURCE}
LISTS = {"대기업": "large", "중견기업": "mid-sized", "공공기관": "public-institution"}

Row = dict[str, object]


def listed_buyers() -> list[Row]:
    """The companies of the release's list, spelt and ordered as there.

    The last line of the list runs into the next paragraph, which begins with the ministry's name.
    """
    rows: list[Row] = []
    for line in RELEASE.read_text(encoding="utf-8").splitlines():
        match = re.match(r"▪ (\S+) \((\d+)개사\) : (.+)", line)
        if match is None:
            continue
        names = [name.strip() for name in match[3].partition("중소벤처기업부는")[0].split(",")]
        if len(names) != int(match[2]):
            raise SystemExit(f"the list of {match[1]} announces {match[2]} companies and names {len(names)}")
        rows += [
            {
                "external_id": f"b{len(rows) + n:02d}",
                "name": name,
                "kind": LISTS[match[1]],
                "business_number": "",
                **REAL,
            }
            for n, name in enumerate(names, 1)
        ]
    return rows


CLAIMS: list[Row] = [
    {"external_id": f"claim-{subject}", "subject": subject, "value": value, "quote": quote, **REAL}
    for subject, value, quote in (
        ("attendants", 200, "대·중견·중소기업 등 200여명이 참석한"),
        ("awards", 10, "유공자 10명에게 중소벤처기업부 장관상을 수여"),
        ("challenges", 8, "대․중견기업 8개사가"),
        ("challenge-agreements", 8, "중소기업 8개사와 기술개발 협약을 체결"),
        ("buyers", 40, "공공기관 40개사와"),
        ("smes", 147, "중소기업 147개사가"),
        ("requests", 924, "사전 접수한 924건의 협력기술 수요"),
        ("matched", 219, "상담이 연계(매칭)된 219건"),
        ("buyers-listed", 39, "공공기관(39개사)"),
        ("buyers-large", 25, "대기업 (25개사)"),
        ("buyers-mid-sized", 6, "중견기업 (6개사)"),
        ("buyers-public-institution", 8, "공공기관 (8개사)"),
    )
]

CHALLENGES: list[Row] = [
    {
        "external_id": f"challenge-{n:02d}",
        "proposer": proposer,
        "buyer": buyer,
        "title": "상생협력기반 혁신형 도전과제 (과제명은 발표에 없음)",
        **REAL,
    }
    for n, (proposer, buyer) in enumerate(
        (("에스케이(SK)에코플랜트", ""), ("케이티(KT)", "케이티"), ("에이치디(HD)현대중공업", "")), 1
    )
]

AWARDS: list[Row] = [
    {"external_id": f"award-{n:02d}", "category": "minister-award", "company": "㈜바이컴" if n == 1 else "", **REAL}
    for n in range(1, 11)
]

SHOWCASES: list[Row] = [
    {
        "external_id": "showcase-01",
        "sme": "㈜바이컴",
        "buyers": "르노코리아자동차;한국수자원공사",
        "buyers_as_told": "(주)르노코리아;한국수자원공사",
        **REAL,
    }
]

BRIEFINGS: list[Row] = [
    {
        "external_id": "briefing-technology",
        "kind": "technology",
        "title": "미래기술설명회",
        "hosts": "케이티;인천국제공항공사;한국철도공사;포항공대",
        **REAL,
    },
    {
        "external_id": "briefing-purchasing",
        "kind": "purchasing",
        "title": "구매방침설명회",
        "hosts": "롯데백화점;풀무원;한국수력원자력;한국중부발전",
        **REAL,
    },
]

FACTS: Row = {
    "synthetic": False,
    "source": SOURCE,
    "name": "2023 대·중소기업 상생 기술협력 박람회(페어)",
    "edition": 2,
    "date": "2023-11-21",
    "venue": "서울 코엑스",
    "slogan": "함께하는 기술, 함께가는 미래",
    "host": "중소벤처기업부",
}
