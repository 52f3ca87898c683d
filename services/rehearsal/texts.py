"""What is said to people, in Korean and English."""

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["ko", "en"]

_ASSUMED_KO: Final = (
    "가정 (가상): {slots}개 시간대(점심 전 {before}), 수요기업 테이블 {tables}개, 기업당 신청 한도 {quota}건, "
    "답변 꼭 만남 {must} % · 수락 {accept} % · 거절 {decline} % · 무응답 {none} %"
)
_ASSUMED_EN: Final = (
    "Assumed (synthetic): {slots} slots ({before} before lunch), {tables} tables of buyers, at most {quota} requests "
    "per SME; answers: {must} % must meet, {accept} % accept, {decline} % decline, {none} % none"
)
_OPTIMAL_KO: Final = (
    "시간표 증명: 최적. 이 답변들로는 꼭 만남 {must}건, 가치 {value:,}보다 나은 시간표가 없습니다 (빈 시간 {breaks}회)."
)
_OPTIMAL_EN: Final = (
    "Certificate: optimal. No timetable under these answers places more than {must} musts or, with them, a higher "
    "value than {value:,} (breaks: {breaks})."
)
_CALM_KO: Final = (
    "시간표 증명: 최적. 이 답변들로는 꼭 만남 {must}건, 가치 {value:,}보다 나은 시간표가 없고, 빈 시간도 "
    "{breaks}회보다 적을 수 없습니다."
)
_CALM_EN: Final = (
    "Certificate: optimal. No timetable under these answers places more than {must} musts or, with them, a higher "
    "value than {value:,}, and none as good has fewer breaks than {breaks}."
)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "intro": (
        "2023 대·중소기업 상생 기술협력 박람회를 네 서비스의 HTTP 인터페이스로 다시 엽니다.",
        "Holding the 2023 fair again through the HTTP interfaces of the four services.",
    ),
    "known": ("이미 진행된 박람회입니다. 저장된 기록을 보여 줍니다.", "Held before; showing what is on record."),
    "step.open": ("기업 등록, 박람회 개설", "companies registered, fair opened"),
    "step.admit": ("참가 신청과 승인, 담당자, 가능 시간, 기술 수요", "participants admitted, hours and demands given"),
    "step.stage": ("설명회, 도전과제, 포상, 우수사례", "briefings, challenges, awards, showcase"),
    "step.request": ("상담 신청, 접수 마감", "consultations requested, registration closed"),
    "step.answer": ("수요기업 답변", "buyers answered"),
    "step.timetable": ("시간표 작성과 확정", "timetable drafted and published"),
    "step.day": ("행사일: 입장, 현장 신청, 상담", "the day: arrivals, on-site requests, talks"),
    "step.grant": ("공고, 신청, 평가, 협약, 첫 지급", "calls, applications, agreements, first payments"),
    "step.follow-up": ("후속 조사", "follow-ups"),
    "step.claims": ("보도자료의 수치 기록", "figures of the press release recorded"),
    "seconds": ("초", "s"),
    "what": ("항목", "what"),
    "figure": ("수치", "figure"),
    "events": ("이벤트", "events"),
    "claimed": ("보도자료", "claimed"),
    "recorded": ("기록", "on record"),
    "difference": ("차이", "difference"),
    "synthetic": ("(가상)", "(synthetic)"),
    "none": ("기록 없음", "not on record"),
    "registered": ("등록", "Registered"),
    "timetable": ("시간표", "Timetable"),
    "day": ("행사일", "The day"),
    "commitments": ("기술개발 약속과 후속 조사", "Commitments and follow-ups"),
    "grants": ("지원사업", "Grants"),
    "claims": ("보도자료의 주장과 기록", "Claims of the press release against the record"),
    "buyers": ("수요기업", "buyers"),
    "kind.large": ("대기업", "large"),
    "kind.mid-sized": ("중견기업", "mid-sized"),
    "kind.public-institution": ("공공기관", "public institutions"),
    "smes": ("중소기업", "SMEs"),
    "smes-synthetic": ("그중 가상 기업", "of these, invented"),
    "requests": ("상담 신청", "consultation requests"),
    "requests-synthetic": ("그중 가상 신청", "of these, invented"),
    "representatives": ("담당자", "representatives"),
    "demands": ("기술 수요", "demands"),
    "briefings": ("설명회 (시간과 좌석은 가정)", "briefings (hours and seats assumed)"),
    "seats": ("설명회 좌석 예약", "seats booked"),
    "challenges": ("도전과제 (제안 기업이 알려진 것)", "challenges (whose proposers are named)"),
    "selected": ("도전과제 수행 기업 선정", "SMEs selected for them"),
    "awards": ("포상", "awards"),
    "showcases": ("우수사례", "showcases"),
    "answered": ("답변", "answers"),
    "answer.must-meet": ("꼭 만남", "must meet"),
    "answer.accept": ("수락", "accepted"),
    "answer.decline": ("거절", "declined"),
    "matched": ("사전 매칭", "matched before the fair"),
    "on-site": ("현장 신청", "asked on site"),
    "on-site-placed": ("현장 매칭", "placed"),
    "waiting": ("끝까지 대기", "still waiting"),
    "unplaced": ("배정되지 않은 신청", "left unplaced"),
    "reason.declined": ("수요기업이 거절", "declined"),
    "reason.unanswered": ("답변 없음", "never answered"),
    "reason.expired": ("답변 기한 지남", "expired"),
    "reason.excluded": ("상대 제외", "pair ruled out"),
    "reason.withdrawn": ("철회", "withdrawn"),
    "reason.pair-already-met": ("이미 만나는 상대", "pair meets already"),
    "reason.no-common-slot": ("공통 시간 없음", "no common slot"),
    "reason.buyer-full": ("수요기업 시간 없음", "buyer full"),
    "reason.sme-full": ("중소기업 시간 없음", "SME full"),
    "reason.hall-full": ("상담장 자리 없음", "hall full"),
    "arrived": ("입장", "arrived"),
    "talks": ("예정된 상담", "consultations awaited"),
    "held": ("진행", "held"),
    "no-shows": ("불참", "no-shows"),
    "replaced": ("그중 다른 상담으로 대체", "of these, replaced by another"),
    "ratings": ("평가", "ratings"),
    "mean-rating": ("평균 (5점 만점)", "mean (of 5)"),
    "outcomes": ("상담 결과", "outcomes"),
    "outcome.development-commitment": ("기술개발 약속", "development commitment"),
    "outcome.purchase-intent": ("구매 의향", "purchase intent"),
    "outcome.sample-or-test": ("시제품·시험", "sample or test"),
    "outcome.further-talks": ("추가 상담", "further talks"),
    "outcome.information-exchanged": ("정보 교환", "information exchanged"),
    "outcome.no-interest": ("관심 없음", "no interest"),
    "notes": ("상담 메모 (본문은 보관소에만)", "notes (texts in the vault only)"),
    "promised": ("기술개발 약속", "development commitments"),
    "planned": ("계획 금액 (원)", "planned (KRW)"),
    "follow-ups": ("1년 후 조사", "follow-ups a year later"),
    "follow-ups-answered": ("응답", "answered"),
    "contracts": ("계약", "contracts"),
    "contracted": ("계약 금액 (원)", "contracted (KRW)"),
    "budget": ("예산 (원)", "budget (KRW)"),
    "applications": ("신청서", "applications"),
    "submitted": ("제출", "submitted"),
    "application.ineligible": ("부적격", "ineligible"),
    "application.selected": ("선정", "selected"),
    "application.rejected": ("탈락", "rejected"),
    "application.withdrawn": ("철회", "withdrawn"),
    "agreements": ("협약", "agreements"),
    "granted": ("지원금 (원)", "granted (KRW)"),
    "payments": ("지급", "payments"),
    "paid": ("지급액 (원)", "paid (KRW)"),
    "claim.buyers": ("수요기업 (본문)", "buyers (prose)"),
    "claim.buyers-listed": ("수요기업 (명단)", "buyers (list)"),
    "claim.buyers-large": ("대기업 (명단)", "large (list)"),
    "claim.buyers-mid-sized": ("중견기업 (명단)", "mid-sized (list)"),
    "claim.buyers-public-institution": ("공공기관 (명단)", "public institutions (list)"),
    "claim.smes": ("중소기업", "SMEs"),
    "claim.requests": ("사전 신청", "requests before the fair"),
    "claim.matched": ("사전 매칭", "matched before the fair"),
    "claim.challenges": ("도전과제", "challenges"),
    "claim.challenge-agreements": ("도전과제 협약", "agreements on challenges"),
    "claim.awards": ("포상", "awards"),
    "claim.attendants": ("참석자", "attendants"),
    "assumed": (_ASSUMED_KO, _ASSUMED_EN),
    "verdict.optimal": (_OPTIMAL_KO, _OPTIMAL_EN),
    "verdict.optimal-calm": (_CALM_KO, _CALM_EN),
    "verdict.bounded": (
        "시간표 증명: 가치 {value:,}, 상한 {value_bound:,} (최적과의 차이 최대 {gap} %).",
        "Certificate: value {value:,}, at most {value_bound:,} is possible (at most {gap} % from the best).",
    ),
    "verdict.unproven": (
        "시간표: 꼭 만남 {must}건, 가치 {value:,}, 빈 시간 {breaks}회. 작성기 {planner}는 최적임을 증명하지 않습니다.",
        "Timetable: {must} musts, value {value:,}, {breaks} breaks. The planner {planner} proves no optimum.",
    ),
    "capacity": ("수용력 곡선: 늘리면 상담이 얼마나 느는가", "Capacity curve: what more room would bring"),
    "capacity.now": ("지금 배정된 상담", "meetings placed now"),
    "capacity.slot": ("시간대 {added}개 추가", "{added} more slot(s)"),
    "capacity.hall-table": ("상담장 테이블 {added}개 추가", "{added} more table(s) in the hall"),
    "capacity.hall-unlimited": ("상담장 테이블 추가 (제한 없음)", "more tables in the hall (not limited)"),
    "capacity.representative": ("담당자 {added}명째: {who}", "representative no. {added}: {who}"),
    "fairness": ("공정성", "Fairness"),
    "fairness.covered": ("상담을 얻은 중소기업 / 신청한 중소기업", "SMEs with a meeting / SMEs that asked"),
    "fairness.region": ("지역 {group}", "region {group}"),
    "fairness.meetings": ("상담 {meetings}건인 기업", "with {meetings} meeting(s)"),
    "fairness.bonus": ("첫 상담 가점({bonus})으로 더 얻은 기업", "more SMEs thanks to the coverage bonus ({bonus})"),
    "fairness.cost": ("그 대신 줄어든 점수", "the score that it cost"),
    "changes": ("무엇이 달랐다면 배정되었을까 (하나만으로)", "What alone would have placed those left out"),
    "change.buyer-accepts": ("수요기업이 수락", "the buyer accepts"),
    "change.buyer-slot": ("수요기업이 시간대 하나 더", "the buyer is there in one more slot"),
    "change.sme-slot": ("중소기업이 시간대 하나 더", "the SME is there in one more slot"),
    "change.buyer-table": ("수요기업 테이블 하나 더", "one more table of the buyer"),
    "change.hall-table": ("상담장 테이블 하나 더", "one more table in the hall"),
    "change.sme-limit": ("중소기업 상담 한도 하나 더", "the SME takes one more meeting"),
    "change.none": ("하나만으로는 부족", "no single change is enough"),
    "change.short": ("점수 부족 (중앙값, {number}건)", "score that was missing (median of {number})"),
    "address": ("주소", "Address"),
    "region.unknown": ("(모름)", "not known"),
    "sources": ("이벤트를 보는 주소", "Where the events are shown"),
    "token": ("위 주소에는 토큰이 필요합니다:", "These addresses need a token:"),
    "serving": ("서비스 주소 (Ctrl-C로 종료)", "Serving (Ctrl-C ends)"),
    "stopped": ("종료했습니다. 기록은 남아 있습니다.", "Stopped. What is on record stays."),
}

_REGIONS: Final[Mapping[str, str]] = {
    "busan": "부산",
    "chungbuk": "충북",
    "chungnam": "충남",
    "daegu": "대구",
    "daejeon": "대전",
    "gangwon": "강원",
    "gwangju": "광주",
    "gyeongbuk": "경북",
    "gyeonggi": "경기",
    "gyeongnam": "경남",
    "incheon": "인천",
    "jeju": "제주",
    "jeonbuk": "전북",
    "jeonnam": "전남",
    "sejong": "세종",
    "seoul": "서울",
    "ulsan": "울산",
}


def region(code: str, language: Language) -> str:
    """The name of a region in Korean; elsewhere, and where it has none, its code or what is said of an unknown one."""
    return _REGIONS[code] if language == "ko" and code in _REGIONS else say(f"region.{code}", language)


def say(key: str, language: Language) -> str:
    """The text; a key without one (a code that came later) is shown as it is."""
    found = TEXTS.get(key)
    return key.rpartition(".")[2] if found is None else found[0 if language == "ko" else 1]


def language_of(environment: Mapping[str, str]) -> Language:
    """Korean where the locale says so, else English."""
    locale = environment.get("LC_ALL") or environment.get("LANG") or ""
    return "ko" if locale.startswith("ko") else "en"
