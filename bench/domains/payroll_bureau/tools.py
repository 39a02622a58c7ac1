# Lookup functions for the service desk of Loonhuis, a payroll bureau.
# Nothing in here writes to the wage administration.

import calendar
import datetime as dt
from typing import Dict, List, Literal, Optional, Union

import practicum

CLIENTS = {
    "BAK-01": dict(name="Bakkerij Vermeer", frequency="4W", manager="JT", in_arrears=False, lead_days=5),
    "HOV-02": dict(name="Hoveniers Groenrijk", frequency="WK", manager="SB", in_arrears=True, lead_days=2),
    "TND-03": dict(name="Tandartsen aan de Singel", frequency="MO", manager="JT", in_arrears=False, lead_days=6),
    "LOG-04": dict(name="Delta Logistics", frequency="4W", manager="MK", in_arrears=True, lead_days=4),
    "ARC-05": dict(name="Studio Boog Architects", frequency="MO", manager="SB", in_arrears=False, lead_days=6),
    "HTL-06": dict(name="Hotel De Witte Zwaan", frequency="MO", manager="MK", in_arrears=True, lead_days=7),
    "CLN-07": dict(name="Helder Cleaning", frequency="WK", manager="MK", in_arrears=False, lead_days=2),
    "SCH-08": dict(name="Montessori De Vlieger", frequency="MO", manager="JT", in_arrears=False, lead_days=8),
    "AGR-09": dict(name="Polder Seed Potatoes", frequency="2W", manager="SB", in_arrears=False, lead_days=3),
}

# number: (name, client, monthly gross, left service?)
EMPLOYEES = {
    "E10412": ("Anouk Janssen", "TND-03", 3420.00, False),
    "E10417": ("Pieter de Groot", "ARC-05", 4815.50, False),
    "E10420": ("Fatima El Amrani", "HTL-06", 2690.00, False),
    "E10433": ("Mark Janssen", "LOG-04", 2985.00, True),
    "E10438": ("Lotte Kuipers", "SCH-08", 3377.25, False),
    "E10440": ("Daan Visser", "BAK-01", 2540.00, False),
    "E10451": ("Sofie Visser", "HTL-06", 2810.00, True),
    "E10459": ("Ravi Ramdin", "ARC-05", 5230.00, False),
    "E10466": ("Jolanda Smit", "CLN-07", 2215.00, False),
    "E10470": ("Bram Hoekstra", "AGR-09", 2760.00, False),
    "E10478": ("Ewa Nowak", "AGR-09", 2395.00, True),
    "E10481": ("Thijs Kuipers", "HOV-02", 2880.00, False),
}

WAGE_CODES = {
    1000: "Basic salary", 1010: "Hourly wage", 1200: "Overtime premium", 1310: "Irregular hours allowance",
    2100: "Wage tax", 2310: "Pension contribution, employee share", 2320: "WGA premium deducted",
    3050: "Travel allowance, untaxed", 3075: "Working-from-home allowance", 4000: "Holiday allowance paid",
    4100: "Thirteenth month", 5200: "Attachment of earnings", 5210: "Company bicycle scheme",
}

CONSULTS = [
    ("CORR", "2025-09-02", "09:30"), ("CORR", "2025-09-02", "10:00"), ("CORR", "2025-09-04", "14:00"),
    ("YEAR", "2025-09-03", "11:00"), ("YEAR", "2025-09-16", "15:30"), ("EXP", "2025-09-04", "09:00"),
    ("EXP", "2025-09-11", "13:30"), ("CORR", "2025-09-23", "16:00"),
]

OT_FACTORS = {"STD": 1.25, "SAT": 1.5, "SUN": 2.0, "NGT": 1.4, "HOL": 2.5}
KM_RATES = {"CAR": 0.23, "MCY": 0.21, "BIC": 0.27, "PT": 0.19}


def _need_employee(no):
    if no not in EMPLOYEES:
        raise ValueError("unknown employee number %r: it is a capital E followed by five digits (E10412 ... E10481)" % no)
    return EMPLOYEES[no]


def _payslip(no, period):
    name, client, gross, _left = _need_employee(no)
    tax = round(max(0.0, gross - 1150) * 0.3697, 2)
    pension = round(gross * 0.068, 2)
    return dict(employee_no=no, name=name, client=client, period=period, gross_eur=gross,
                wage_tax_eur=tax, pension_eur=pension, net_eur=round(gross - tax - pension, 2))


def _check_period(period):
    try:
        d = dt.datetime.strptime(period, "%Y-%m")
    except ValueError:
        raise ValueError("period must look like 2025-04 (year-month)")
    if len(period) != 7 or not (2024, 1) <= (d.year, d.month) <= (2025, 8):
        raise ValueError("period must look like 2025-04 and lie between 2024-01 and 2025-08")


@practicum.read_only
def search_employees(name_part: str, client_code: Optional[str] = None, include_leavers: bool = False) -> List[Dict]:
    """
    Look for employees by (a part of) their name.

    :param name_part: piece of the first name or surname
    :param client_code: restrict to one client, e.g. ``BAK-01``
    :param include_leavers: people who have left service are only shown when this is set
    :return: employee number, name, client and whether the person has left
    """
    if len(name_part) < 2:
        raise ValueError("name_part: at least 2 letters please")
    if client_code is not None and client_code not in CLIENTS:
        raise ValueError("client_code must be one of " + ", ".join(sorted(CLIENTS)))
    found = []
    for no, (name, client, _gross, left) in EMPLOYEES.items():
        if name_part.lower() in name.lower() and client_code in (None, client) and (include_leavers or not left):
            found.append(dict(employee_no=no, name=name, client=client, left=left))
    return found


@practicum.read_only
def get_payslip(employee_no: str, period: str) -> Dict:
    """
    The payslip of an employee for a month: gross, tax, pension, net.

    :param employee_no: E and five digits, ``E10438``
    :param period: month of the payslip
    """
    _need_employee(employee_no)
    _check_period(period)
    return _payslip(employee_no, period)


@practicum.read_only
def compare_gross(employee_nos: List[str], period: str) -> List[Dict]:
    """
    Put the gross pay of two or more employees next to each other, highest first.

    :param employee_nos: two to six employee numbers
    :param period: year and month, ``YYYY-MM``
    """
    if not 2 <= len(employee_nos) <= 6:
        raise ValueError("employee_nos must hold 2 to 6 numbers")
    _check_period(period)
    rows = [_payslip(n, period) for n in employee_nos]
    return sorted(({k: r[k] for k in ("employee_no", "name", "gross_eur")} for r in rows), key=lambda r: -r["gross_eur"])


@practicum.read_only
def list_clients(frequency: Optional[Literal["WK", "2W", "4W", "MO"]] = None,
                 manager: Optional[str] = None,
                 in_arrears: Optional[bool] = None) -> List[Dict]:
    """
    Clients of the bureau.

    :param frequency: how often they pay wages: WK every week, 2W every fortnight, 4W every four weeks, MO every month
    :param manager: initials of the account manager: JT (Jeroen Tol), SB (Saskia Bos) or MK (Mila Kok)
    :param in_arrears: whether invoices of ours are overdue with them
    """
    if frequency not in (None, "WK", "2W", "4W", "MO"):
        raise ValueError("frequency: WK, 2W, 4W or MO")
    if manager not in (None, "JT", "SB", "MK"):
        raise ValueError("manager: initials in capitals, one of JT, SB, MK")
    return [dict(code=c, **v) for c, v in CLIENTS.items()
            if frequency in (None, v["frequency"]) and manager in (None, v["manager"])
            and (in_arrears is None or in_arrears == v["in_arrears"])]


@practicum.read_only
def overtime_pay(hourly_rate_eur: float, minutes: int, kind: Literal["STD", "SAT", "SUN", "NGT", "HOL"] = "STD") -> Dict:
    """Gross pay for overtime; minutes is the time worked, kind is STD ordinary weekday, SAT Saturday, SUN Sunday, NGT night, HOL public holiday."""
    if hourly_rate_eur <= 0 or hourly_rate_eur > 150:
        raise ValueError("hourly_rate_eur must be more than 0 and at most 150")
    if minutes < 15 or minutes % 15:
        raise ValueError("minutes: overtime is counted in quarters of an hour, so 15, 30, 45, 60, ...")
    if kind not in OT_FACTORS:
        raise ValueError("kind must be one of " + "/".join(OT_FACTORS))
    return {"factor": OT_FACTORS[kind], "gross_eur": round(hourly_rate_eur * minutes / 60 * OT_FACTORS[kind], 2)}


@practicum.read_only
def submission_cutoff(client_code: str, month: int, year: int = 2025) -> Dict:
    """Last day on which a client may hand in changes for the payroll of a month (1-12). Year 2025 is assumed unless another is given."""
    if client_code not in CLIENTS:
        raise ValueError("no client %r; codes are three capitals, hyphen, two digits: %s" % (client_code, ", ".join(CLIENTS)))
    if month not in range(1, 13):
        raise ValueError("month is a number from 1 to 12")
    if year not in (2024, 2025, 2026):
        raise ValueError("year must be 2024, 2025 or 2026")
    day = dt.date(year, month, calendar.monthrange(year, month)[1])
    left = CLIENTS[client_code]["lead_days"]
    while left:
        day -= dt.timedelta(days=1)
        if day.weekday() < 5:
            left -= 1
    return {"client": CLIENTS[client_code]["name"], "cutoff": day.isoformat(), "time": "17:00"}


@practicum.read_only
def consult_slot_free(desk: Literal["CORR", "YEAR", "EXP"], date: str, time: str) -> Dict:
    """
    Is a consultation slot with one of our desks still open?

    :param desk: CORR for corrections of payslips, YEAR for annual statements, EXP for expats (30% ruling)
    :param date: ISO date
    :param time: start of the slot
    """
    if desk not in ("CORR", "YEAR", "EXP"):
        raise ValueError("desk must be CORR, YEAR or EXP")
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise ValueError("date must be ISO, like 2025-09-30")
    if day.weekday() > 4:
        raise ValueError("consultations are Monday to Friday only; %s is a weekend day" % date)
    slots = ["%02d:%02d" % (h, m) for h in range(9, 17) for m in (0, 30)]
    if time not in slots:
        raise ValueError("time must be a slot on the hour or half hour, from 09:00 to 16:30, written HH:MM")
    return {"desk": desk, "date": date, "time": time, "free": (desk, date, time) not in CONSULTS}


@practicum.read_only
def mileage_allowance(distance_km: float, transport: Literal["CAR", "MCY", "BIC", "PT"], days: int = 1, return_trip: bool = False) -> Dict:
    """
    Untaxed travel allowance.

    :param distance_km: distance of a single trip in kilometres
    :param transport: CAR car, MCY motorcycle, BIC bicycle, PT public transport
    :param days: number of days travelled, 31 at most
    :param return_trip: count the way back as well
    """
    if not 0 < distance_km <= 400:
        raise ValueError("distance_km must be above 0 and not more than 400")
    if transport not in KM_RATES:
        raise ValueError("transport must be CAR, MCY, BIC or PT")
    if not 1 <= days <= 31:
        raise ValueError("days must be 1 to 31")
    km = distance_km * days * (2 if return_trip else 1)
    return {"km": round(km, 1), "rate_eur_per_km": KM_RATES[transport], "allowance_eur": round(km * KM_RATES[transport], 2)}


@practicum.read_only
def explain_wage_code(code: int) -> Dict[str, Union[int, str]]:
    """What a wage code (the four digits in front of a payslip line) stands for."""
    if code not in WAGE_CODES:
        raise ValueError("wage code %s is not in use; those in use: %s" % (code, ", ".join(map(str, WAGE_CODES))))
    return {"code": code, "description": WAGE_CODES[code]}
