"""Different words for one thing in this field: the published table. Add a line here; read models follow by themselves.

Each line: what all of its forms are read as (its words, apart), and the forms. Blanks in a form may be left out in a
text. A form in Latin letters or digits counts as a whole word only; a Hangul one also inside a compound. Sources: the
general use of Korean industry and the full names that the abbreviations stand for; no licensed list was copied.
"""

from typing import Final

SYNONYMS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    # Energy
    ("배터리", ("이차 전지", "2차 전지", "축전지", "밧데리", "배터리", "battery", "batteries")),
    ("에너지 저장 장치", ("에너지 저장 장치", "에너지 저장 시스템", "전력 저장 장치", "ess")),
    ("배터리 관리 시스템", ("배터리 관리 시스템", "bms")),
    ("태양광", ("태양광", "태양전지", "솔라셀", "솔라 패널", "solar", "photovoltaic", "pv")),
    ("연료전지", ("수소 연료전지", "연료전지", "fuel cell")),
    ("분리판", ("분리판", "세퍼레이터", "바이폴라 플레이트", "separator")),
    ("액화 천연가스", ("액화 천연가스", "lng")),
    ("이산화탄소", ("이산화탄소", "온실가스", "co2")),
    ("탄소 포집 저장", ("탄소 포집 활용 저장", "탄소 포집 저장", "탄소 포집", "ccus", "ccs")),
    ("단열", ("단열", "보냉", "보온")),
    ("소형 원자로", ("소형 모듈 원자로", "소형 모듈 원전", "소형 원자로", "smr")),
    ("지능형 전력망", ("스마트 그리드", "지능형 전력망", "smart grid")),
    ("가상 발전소", ("가상 발전소", "vpp")),
    ("예지 보전", ("예지 보전", "예지 정비", "예측 정비", "예방 진단", "고장 예측", "phm")),
    # Data, networks, software
    ("인공지능", ("인공지능", "에이아이", "머신러닝", "기계학습", "딥러닝", "deep learning", "machine learning", "ai")),
    ("사물 인터넷", ("사물 인터넷", "iiot", "iot")),
    ("빅데이터", ("빅데이터", "대용량 데이터", "big data")),
    ("데이터", ("데이터", "데이타", "data")),
    ("분석", ("분석", "애널리틱스", "analytics", "analysis")),
    ("클라우드", ("클라우드", "cloud")),
    ("전환", ("전환", "이전", "마이그레이션", "migration")),
    ("디지털 트윈", ("디지털 트윈", "디지털 쌍둥이", "digital twin")),
    ("챗봇", ("챗봇", "대화형 로봇", "chatbot")),
    ("가상 현실", ("가상 현실", "브이알", "virtual reality", "vr")),
    ("증강 현실", ("증강 현실", "augmented reality", "ar")),
    ("감시 카메라", ("cctv", "cctb", "폐쇄 회로", "감시 카메라")),
    ("플랫폼", ("플랫폼", "플렛폼", "platform")),
    ("솔루션", ("솔루션", "솔류션", "solution")),
    ("콘텐츠", ("콘텐츠", "컨텐츠", "contents", "content")),
    ("스마트 공장", ("스마트 팩토리", "스마트 공장", "지능형 공장", "smart factory")),
    ("공장 에너지 관리 시스템", ("공장 에너지 관리 시스템", "fems")),
    ("생산 관리 시스템", ("생산 관리 시스템", "제조 실행 시스템", "mes")),
    ("사람 기계 인터페이스", ("사람 기계 인터페이스", "휴먼 머신 인터페이스", "hmi")),
    ("차량 사물 통신", ("차량 사물 통신", "차량 간 통신", "v2x")),
    # Parts, materials, displays
    ("올레드", ("올레드", "유기 발광 다이오드", "유기발광", "oled")),
    ("조명", ("엘이디 조명", "등기구", "조명")),
    ("발광 다이오드", ("발광 다이오드", "엘이디", "led")),
    ("봉지", ("봉지", "인캡슐레이션", "encapsulation")),
    ("소재", ("소재", "재료", "원재료", "material", "materials")),
    ("반도체", ("반도체", "semiconductor")),
    ("세정", ("세정", "세척", "클리닝", "청소", "cleaning")),
    ("인쇄 회로 기판", ("인쇄 회로 기판", "인쇄 회로", "피씨비", "pcb")),
    ("적층 세라믹 콘덴서", ("적층 세라믹 콘덴서", "적층 세라믹 캐패시터", "mlcc")),
    ("적층 제조", ("적층 제조", "3d 프린팅", "3d 프린터", "3차원 프린팅", "3d printing", "additive manufacturing")),
    ("여과막", ("여과막", "멤브레인", "membrane")),
    ("폐수", ("폐수", "오수", "하수")),
    ("정화", ("정화", "처리", "정수")),
    # Machines, vehicles, safety
    ("드론", ("드론", "무인 비행체", "무인 항공기", "무인기", "drone", "uav")),
    ("도심 항공 교통", ("도심 항공 교통", "도심 항공 모빌리티", "uam")),
    ("전기차", ("전기 자동차", "전기차", "electric vehicle", "ev")),
    ("자율 주행 로봇", ("자율주행 운반 로봇", "자율 이동 로봇", "무인 운반차", "자율주행 로봇", "amr", "agv")),
    ("이송", ("이송", "운반", "반송")),
    ("라이다", ("라이다", "라이더 센서", "lidar")),
    ("센서", ("센서", "감지기", "감지 장치", "sensor")),
    ("검사", ("검사", "점검", "inspection", "검출")),
    ("냉각", ("냉각", "쿨링", "cooling")),
    ("화재", ("화재", "발화")),
    ("열폭주", ("열폭주", "이상 발열", "thermal runaway")),
    ("장치", ("장치", "장비", "설비", "기기")),
    ("예측", ("예측", "예상", "평가")),
    ("교육", ("교육", "훈련")),
)  # fmt: skip
"""What the forms are read as, and the forms."""
