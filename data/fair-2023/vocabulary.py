"""Words that the synthetic records are made of. Topics are the fixed codes of technology fields used by the fair."""  # noqa: INP001 - scripts, not a package

QUALIFIERS = ("차세대", "국산화", "저비용", "고효율", "친환경", "맞춤형")
TOPICS: dict[str, tuple[str, ...]] = {
    "ai-data": (
        "설비 예지보전 AI 모델", "불량 검출 영상 분석 솔루션", "수요 예측 엔진", "산업용 챗봇 플랫폼",
        "합성데이터 생성 도구", "데이터 품질 진단 시스템",
    ),
    "network-iot": (
        "산업용 5G 게이트웨이", "무선 센서 네트워크", "위치 추적 단말",
        "원격 검침 모듈", "엣지 컴퓨팅 장치", "출입 관제 플랫폼",
    ),
    "display-semiconductor": (
        "OLED 봉지 소재", "웨이퍼 세정 장비 부품", "마이크로 LED 전사 공정", "포토레지스트 정제 공정",
        "패널 검사 광학계", "반도체 패키지 방열 소재",
    ),
    "automotive-parts": (
        "구동모터 하우징", "차량용 라이다 모듈", "배선 커넥터", "열관리 밸브", "차체 복합소재 패널", "차량 내장재",
    ),
    "secondary-battery": (
        "배터리 진단 장치", "양극재 회수 공정", "전해액 첨가제",
        "배터리 팩 냉각판", "폐배터리 해체 설비", "분리막 코팅 공정",
    ),
    "power-energy": (
        "가스터빈 고온 부품", "발전설비 누설 감지기", "에너지저장장치 제어기", "수소 압축기 부품",
        "배관 비파괴 검사 로봇", "태양광 모듈 세척 장치",
    ),
    "construction": (
        "거푸집 시스템", "콘크리트 균열 보수재", "층간소음 저감재", "현장 자재 관리 시스템",
        "시멘트 대체 결합재", "조립식 외장 패널",
    ),
    "water-environment": (
        "막여과 정수 장치", "수질 자동 측정기", "관로 누수 탐지기",
        "슬러지 감량 설비", "대기 오염물질 저감 촉매", "빗물 재이용 설비",
    ),
    "robotics-automation": (
        "물류 이송 로봇", "용접 자동화 장치", "조립 공정 그리퍼",
        "무인 검사 드론", "포장 라인 자동화 설비", "자동 도장 설비",
    ),
    "industrial-safety": (
        "작업자 위험 감지 장치", "밀폐공간 가스 경보기", "중장비 접근 경고 시스템", "화재 조기 감지기",
        "근골격 보조 슈트", "추락 보호 장비",
    ),
    "food-consumer": (
        "대체 단백 소재", "식품 포장 필름", "식품 이물 선별기",
        "기능성 화장품 원료", "매장 무인 결제 단말", "재활용 섬유 소재",
    ),
    "transport-machinery": (
        "선박 배관 이음쇠", "철도 차축 베어링 진단기", "항공 엔진 체결 부품", "연료 공급 펌프",
        "구리 합금 정밀 부품", "선박 도료 시공 장비",
    ),
}  # fmt: skip
"""Topic -> things of that field; a technology's title is a qualifier and a thing."""

BUYER_TOPICS: dict[str, tuple[str, ...]] = {
    "씨엔에스(CNS)": ("ai-data", "network-iot"),
    "디엘(DL)건설": ("construction",),
    "디엘(DL)이앤씨": ("construction", "industrial-safety"),
    "엘지(LG)디스플레이": ("display-semiconductor",),
    "엘에스(LS)엠트론": ("automotive-parts", "robotics-automation"),
    "에스케이(SK)": ("ai-data", "secondary-battery"),
    "에스케이(SK)매직": ("food-consumer", "network-iot"),
    "에스케이(SK)실트론": ("display-semiconductor", "robotics-automation"),
    "두산에너빌리티": ("power-energy",),
    "롯대웰푸드": ("food-consumer",),
    "롯데백화점": ("food-consumer", "ai-data"),
    "르노코리아자동차": ("automotive-parts", "secondary-battery"),
    "삼성에스디아이(SDI)": ("secondary-battery",),
    "삼성에스디에스(SDS)": ("ai-data", "network-iot"),
    "삼성디스플레이": ("display-semiconductor",),
    "삼성전기": ("display-semiconductor", "automotive-parts"),
    "이노션": ("ai-data",),
    "케이티": ("network-iot", "ai-data"),
    "한화솔루션": ("power-energy", "secondary-battery"),
    "한화에어로스페이스": ("transport-machinery",),
    "현대모비스": ("automotive-parts", "ai-data"),
    "현대삼호중공업": ("transport-machinery", "industrial-safety"),
    "현대오토에버": ("ai-data", "network-iot"),
    "현대케피코": ("automotive-parts",),
    "현대퓨처넷": ("network-iot", "food-consumer"),
    "서연탑메탈": ("automotive-parts", "robotics-automation"),
    "아모레퍼시픽": ("food-consumer",),
    "유라코퍼레이션": ("automotive-parts",),
    "이랜드리테일": ("food-consumer",),
    "파리크라상": ("food-consumer", "robotics-automation"),
    "풍산": ("transport-machinery",),
    "한국가스공사": ("power-energy", "industrial-safety"),
    "한국교통안전공단": ("transport-machinery", "industrial-safety"),
    "한국동서발전": ("power-energy", "water-environment"),
    "한국산업안전보건공단": ("industrial-safety",),
    "한국수력원자력": ("power-energy", "robotics-automation"),
    "한국수자원공사": ("water-environment", "network-iot"),
    "한국식품안전관리인증원": ("food-consumer",),
    "한국철도공사": ("transport-machinery", "ai-data"),
}
"""An assumption for every listed buyer: the release says nothing of what each one looks for."""

NAME_FIRST = (
    "가온", "나래", "다온", "도담", "라온", "마루", "미르", "바름", "별솔", "새길",
    "소담", "아라", "여울", "온새", "이든", "잔별", "참솔", "큰뫼", "푸른", "한빛",
)  # fmt: skip
NAME_SECOND = ("정밀", "테크", "소재", "시스템", "이엔지", "바이오", "로보틱스", "에너지", "솔루션", "산업")
REGIONS = (
    "seoul", "gyeonggi", "incheon", "busan", "daegu", "gwangju", "daejeon", "ulsan", "sejong",
    "gangwon", "chungbuk", "chungnam", "jeonbuk", "jeonnam", "gyeongbuk", "gyeongnam", "jeju",
)  # fmt: skip

NOTES: dict[str, tuple[str, ...]] = {
    "development-commitment": (
        "공동 개발 범위와 역할을 나누고 과제 신청서를 함께 쓰기로 함",
        "시제품 규격을 확정하고 개발 일정을 맞추기로 약속함",
    ),
    "purchase-intent": (
        "단가와 납기 조건을 받아 본 뒤 시범 구매를 검토하기로 함",
        "내년 구매 계획에 후보 품목으로 올리기로 함",
    ),
    "sample-or-test": ("시료를 받아 현장 시험을 하기로 함", "시험 성적서를 먼저 확인하고 실증 장소를 정하기로 함"),
    "further-talks": ("담당 부서와 기술 회의를 한 번 더 갖기로 함", "제품 소개 자료를 보완하여 다시 상담하기로 함"),
    "information-exchanged": ("회사와 제품 소개를 나눔", "협력사 등록 절차를 안내함"),
    "no-interest": ("현재 수요와 맞지 않음을 확인함", "이미 쓰는 제품이 있어 추가 수요가 없음"),
}
