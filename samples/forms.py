"""The sample forms, drawn: each function returns the page as it left the scanner."""

from __future__ import annotations

from drawing.paper import faded, faxed, photographed, scanned, turned
from drawing.pen import BALLPOINT, FELT_TIP, PENCIL, Pen, make_writer
from drawing.sheet import Sheet
from drawing.truth import Drawing

GREY = (150, 150, 150)
ORANGE = (120, 175, 250)
BLUE_INK = Pen(0.5, (150, 60, 25), 0.9, 0.25)
BLACK_INK = Pen(0.55, (45, 40, 40), 0.93, 0.15)


def survey() -> Drawing:
    """Boxes, one number each; ticks, an empty box, printed numbers beside."""
    sheet = Sheet(148, 190, 200, seed=1)
    writer = make_writer(11, BLACK_INK)
    sheet.print(12, 17, "Household travel survey 2024", 5.2, 700)
    sheet.print(12, 23, "Form 3 of 5. Please write clearly, one number in each box.", 2.7)
    sheet.rule(12, 26, 124, 0, 0.5)
    questions = [
        ("1", "How many people live in this household?", "4"),
        ("2", "Number of children under 16", "2"),
        ("3", "Number of bicycles", "3"),
        ("4", "Kilometres driven last year (about)", "12500"),
        ("5", "Days a week you use bus or train", ""),
        ("6", "Minutes from your door to the next stop", "17"),
        ("7", "Your age", "38"),
        ("8", "Postcode", "80796"),
    ]
    for i, (number, question, answer) in enumerate(questions):
        y = 32 + i * 13
        sheet.print(12, y + 6, f"{number}.", 3, 700)
        sheet.print(19, y + 6, question, 3)
        wide = 32 if len(answer) > 2 else 18
        sheet.box(136 - wide, y, wide, 9.5, 0.35)
        sheet.fill_in(136 - wide, y, wide, 9.5, answer, writer)
    sheet.print(12, 146, "9.", 3, 700)
    sheet.print(19, 146, "Which of these do you own? (tick all that apply)", 3)
    for i, thing in enumerate(["car", "motorcycle", "rail pass", "none"]):
        x = 19 + i * 30
        sheet.box(x, 151, 5, 5, 0.3)
        sheet.print(x + 7, 155, thing, 2.8)
        if i in (0, 2):
            sheet.tick(x, 151, 5, writer.pen)
    sheet.print(12, 172, "Questions? Call 0800 555 0199, Monday to Friday, 9 to 17.", 2.6)
    sheet.print(136, 183, "HTS-24-03  p. 1", 2.2, align="right")
    return scanned(sheet.finish(), noise=2.0, paper=264, seed=1)


def bank_slip() -> Drawing:
    """Combs in drop-out orange, blue pen, in colour; a signature."""
    sheet = Sheet(150, 96, 240, seed=2, paper=(238, 246, 252))
    writer = make_writer(23, BLUE_INK)
    sheet.fill(0, 0, 150, 14, ORANGE)
    sheet.print(8, 9.5, "PAYING-IN SLIP", 4.6, 800, (60, 60, 60))
    sheet.print(142, 9.5, "Harbour Savings Bank", 3.6, 500, (60, 60, 60), "right", "italic")
    combs = [
        (8, 26, 10, "4017322865", "Account number"),
        (92, 26, 8, "21092024", "Date (day, month, year)"),
        (8, 45, 9, "5908", "Reference"),
        (92, 45, 8, "127450", "Amount in cents"),
    ]
    for x, y, cells, text, label in combs:
        sheet.print(x, y - 1.5, label, 2.4, 400, (70, 100, 190))
        sheet.comb(x, y, cells, (6.2, 8.5), 0.3, ORANGE)
        sheet.fill_comb(x, y, cells, (6.2, 8.5), text, writer)
    sheet.print(8, 63, "Paid in by", 2.4, 400, (70, 100, 190))
    sheet.rule(8, 74, 70, 0, 0.3, ORANGE)
    sheet.letters(11, 72, "Marta Lindqvist", 3.6, writer)
    sheet.print(92, 63, "Signature", 2.4, 400, (70, 100, 190))
    sheet.rule(92, 74, 50, 0, 0.3, ORANGE)
    sheet.sign(97, 73, 36, 8, writer)
    sheet.print(8, 86, "Branch 004   Teller 17   Keep this slip for 10 years.", 2.2, 400, GREY)
    return scanned(sheet.finish(), noise=2.0, paper=252, seed=2)


def exam_scores() -> Drawing:
    """Ruled table with printed and written numbers, fed askew."""
    sheet = Sheet(180, 150, 200, seed=3)
    writer = make_writer(31, BLACK_INK)
    sheet.print(16, 22, "Mathematics II: scores", 4.8, 700)
    sheet.print(16, 28, "Examiner's sheet 07, room 214, 60 points at most", 2.7)
    xs = [16.0, 28, 74, 94, 114, 134, 160]
    rows = [
        ("Adams, Joanna", "12", "9", "17", "38"),
        ("Bianchi, Luca", "20", "14", "18", "52"),
        ("Cohen, Noa", "8", "", "11", "19"),
        ("Diallo, Awa", "19", "20", "20", "59"),
        ("Eriksen, Jonas", "15", "7", "16", "38"),
        ("Farouk, Samir", "", "", "", ""),
        ("Garcia, Ines", "18", "13", "6", "37"),
        ("Huang, Wei", "20", "20", "19", "59"),
        ("Ivanova, Olga", "14", "16", "10", "40"),
    ]
    ys = [34.0, 42] + [42 + 9.6 * (i + 1) for i in range(len(rows))]
    sheet.grid(xs, ys, 0.3)
    for x, head in zip(xs, ["No.", "Name", "Task 1", "Task 2", "Task 3", "Sum"], strict=False):
        sheet.print(x + 2, 39.5, head, 2.8, 700)
    for i, (name, *scores) in enumerate(rows):
        y = ys[i + 1]
        sheet.print(26, y + 6.3, str(101 + i), 2.8, align="right")
        sheet.print(30, y + 6.3, name, 2.8)
        for j, score in enumerate(scores):
            sheet.fill_in(xs[j + 2], y, xs[j + 3] - xs[j + 2], 9.6, score, writer, 0.58)
    sheet.cross(96, ys[6] + 2, 16, 5.5, writer.pen)
    sheet.print(16, 141, "Date", 2.7)
    sheet.print(100, 141, "Signature", 2.7)
    sheet.sign(120, 141, 34, 8, writer)
    return scanned(turned(sheet.finish(), 2.3), noise=2.0, paper=264, seed=3)


def delivery_note() -> Drawing:
    """Quantities in faint pencil on ruled lines, a worn print."""
    sheet = Sheet(148, 160, 200, seed=4)
    writer = make_writer(44, PENCIL)
    sheet.print(12, 18, "DELIVERY NOTE", 5, 800)
    sheet.print(136, 18, "No. 58213", 4, 500, align="right")
    sheet.print(12, 25, "Nordhoff Timber, Quay 9, Berth 2", 2.8)
    sheet.print(12, 38, "Article", 2.8, 700)
    sheet.print(84, 38, "Ordered", 2.8, 700)
    sheet.print(110, 38, "Delivered", 2.8, 700)
    sheet.rule(12, 41, 124, 0, 0.5)
    lines = [
        ("Boards, spruce 24 x 48", "120", "118"),
        ("Battens, larch 30 x 50", "75", "75"),
        ("Screws 4.5 x 60, box", "16", "16"),
        ("Hinges, pair", "24", ""),
        ("Glue, 5 kg", "8", "9"),
        ("Sandpaper P120, sheet", "200", "250"),
        ("Varnish, clear, 2.5 l", "6", "6"),
    ]
    for i, (article, ordered, delivered) in enumerate(lines):
        y = 52 + i * 11
        sheet.print(12, y - 1.5, article, 2.8)
        sheet.print(96, y - 1.5, ordered, 2.8, align="right")
        sheet.rule(12, y, 124, 0, 0.2, GREY)
        digits = sheet.write(114, y - 0.9, delivered, 5.6, writer)
        sheet.place(104, y - 8.5, 32, 9.5, delivered, digits)
    sheet.print(12, 140, "Received by", 2.8)
    sheet.rule(36, 141, 60, 0, 0.2, GREY)
    sheet.letters(40, 140, "P Okafor", 5, writer)
    return scanned(faded(sheet.finish(), 0.62), noise=2.5, seed=4)


def vote_tally() -> Drawing:
    """Grey-guided boxes on a phone photo in perspective with shade; X in unused boxes."""
    sheet = Sheet(150, 130, 260, seed=5)
    writer = make_writer(52, BALLPOINT)
    sheet.print(14, 20, "RECORD OF THE COUNT", 4.8, 800)
    sheet.print(14, 26, "Polling station 0147   District 6   Sheet 1 of 2", 2.8)
    rows = [
        ("A1", "Voters on the register", "612"),
        ("A2", "Ballot papers handed out", "438"),
        ("B1", "Orchard Party", "173"),
        ("B2", "Harbour List", "95"),
        ("B3", "Alliance for the Valley", "131"),
        ("B4", "Independent", "27"),
        ("C1", "Blank papers", "4"),
        ("C2", "Spoilt papers", "8"),
    ]
    ys = [34.0 + 10.5 * i for i in range(len(rows) + 1)]
    sheet.grid([14.0, 26, 102, 136], ys, 0.35)
    for y, (code, name, votes) in zip(ys, rows, strict=False):
        sheet.print(17, y + 6.8, code, 3, 600)
        sheet.print(29, y + 6.8, name, 3.1)
        for i in range(3):
            x = 106 + i * 9.4
            sheet.box(x, y + 1.4, 7.4, 7.8, 0.2, GREY)
            if i < 3 - len(votes):
                sheet.cross(x + 0.8, y + 2, 5.8, 6.6, writer.pen)
        digits = tuple(
            digit
            for i, mark in enumerate(votes, 3 - len(votes))
            for digit in sheet.write(106 + i * 9.4, y + 8.1, mark, 5.6, writer, 7.4)
        )
        sheet.place(104, y, 31, 10.5, votes, digits)
    sheet.print(14, 125, "Signed in 3 copies by all 5 members present.", 2.6)
    corners = [(0.13, 0.06), (0.93, 0.10), (0.985, 0.95), (0.04, 0.92)]
    return photographed(sheet.finish(), (1500, 1340), corners, seed=5)


def meter_card() -> Drawing:
    """Combs on a fax: two levels, ragged edges."""
    sheet = Sheet(148, 100, 200, seed=6)
    writer = make_writer(61, FELT_TIP)
    sheet.box(4, 4, 140, 92, 0.6)
    sheet.print(10, 15, "Meter reading card", 5, 800)
    sheet.print(10, 21, "Fax to 030 555 0142 until 31 January", 2.9)
    rows = [
        ("Meter number", 8, "73019564"),
        ("Electricity, kWh", 6, "048127"),
        ("Gas, cubic metres", 6, "9360"),
        ("Water, cubic metres", 6, "285"),
        ("Day of reading", 6, "281223"),
    ]
    for i, (label, cells, text) in enumerate(rows):
        y = 28 + i * 13
        sheet.print(10, y + 6.4, label, 3.1)
        sheet.comb(62, y, cells, (8.6, 9.6), 0.35)
        sheet.fill_comb(62, y, cells, (8.6, 9.6), text, writer, 0.62)
    return faxed(sheet.finish(), seed=6)


def stocktake() -> list[Drawing]:
    """Three pages of counts by one hand: a column of boxes."""
    counts = [
        ["14", "230", "7", "58", "91", "3"],
        ["605", "12", "44", "", "180", "26"],
        ["9", "77", "1034", "52", "318", "60"],
    ]
    return [_stock_page(page, column) for page, column in enumerate(counts, 1)]


def _stock_page(page: int, counts: list[str]) -> Drawing:
    sheet = Sheet(105, 120, 200, seed=70 + page)
    writer = make_writer(75, BLACK_INK)
    sheet.print(10, 14, "Stocktake, aisle 12", 4.2, 700)
    sheet.print(95, 14, f"page {page} of 3", 2.6, align="right")
    for i, count in enumerate(counts):
        y = 24 + i * 14
        shelf = (page - 1) * 6 + i + 1
        sheet.print(10, y + 6.5, f"Shelf {shelf:02d}", 3.2)
        sheet.print(34, y + 6.5, f"EAN 40{5127 + 389 * shelf}", 2.4, color=GREY)
        sheet.box(66, y, 28, 10, 0.35)
        sheet.fill_in(66, y, 28, 10, count, writer)
    return scanned(sheet.finish(), noise=0.8, seed=70 + page)


def time_sheet() -> Drawing:
    """Week of hours in a table, kept as a PDF."""
    sheet = Sheet(160, 110, 200, seed=8)
    writer = make_writer(83, BLUE_INK)
    sheet.print(14, 18, "Time sheet", 5.2, 700)
    sheet.print(14, 24, "Week 37, staff number 2206, hours in minutes", 2.7)
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    minutes = [
        ("Site", ["480", "455", "300", "490", "240"]),
        ("Office", ["35", "", "180", "", "210"]),
        ("Travel", ["65", "70", "", "50", "45"]),
    ]
    xs = [14.0, 38] + [38 + 21.6 * (i + 1) for i in range(5)]
    ys = [30.0, 39, 52, 65, 78]
    sheet.grid(xs, ys, 0.35)
    for x, day in zip(xs[1:], days, strict=False):
        sheet.print(x + 3, 36, day, 3, 700)
    for y, (place, week) in zip(ys[1:], minutes, strict=False):
        sheet.print(17, y + 8, place, 3)
        for x, value in zip(xs[1:], week, strict=False):
            sheet.fill_in(x, y, 21.6, 13, value, writer, 0.48)
    sheet.print(14, 96, "Approved", 2.7)
    sheet.rule(32, 97, 50, 0)
    sheet.sign(38, 97, 30, 7, writer)
    return scanned(turned(sheet.finish(), -0.7), noise=1.5, seed=8)


def plain_notes() -> Drawing:
    """Numbers on plain paper without any ruling: a sum, dates, a telephone number."""
    sheet = Sheet(105, 148, 200, seed=9, paper=(225, 240, 246))
    writer = make_writer(97, Pen(0.6, (130, 45, 25), 0.92, 0.2))
    for i, number in enumerate(["1846", "392", "2075", "618"]):
        y = 28 + i * 13
        digits = sheet.write(66 - 8 * len(number), y, number, 7, writer)
        sheet.place(20, y - 9.5, 60, 12, number, digits)
    sheet.pull([(24, 70), (66, 70.4)], writer.pen)
    sheet.place(20, 72, 60, 12, "4931", sheet.write(34, 81, "4931", 7, writer))
    sheet.letters(14, 104, "Call Tuesday", 5.5, writer)
    for x, group in [(12, "0417"), (42, "552"), (71, "903")]:
        sheet.place(x - 2, 108, 26, 13, group, sheet.write(x, 118, group, 7, writer))
    sheet.letters(14, 136, "room", 5, writer)
    sheet.place(40, 126, 40, 13, "215", sheet.write(44, 136, "215", 7, writer))
    return scanned(sheet.finish(), noise=3.0, paper=246, seed=9)


def blank_form() -> Drawing:
    """Nobody wrote a digit here: print, empty combs, ticks, a signature, a cell crossed out."""
    sheet = Sheet(148, 120, 200, seed=10)
    pen = BLACK_INK
    writer = make_writer(101, pen)
    sheet.print(12, 17, "Registration 2025/26", 5, 700)
    sheet.print(12, 23, "Fee: 45.00, reduced 30.00. IBAN DE02 1203 0000 0000 2020 51", 2.7)
    for i, (label, cells) in enumerate([("Member number", 7), ("Year of birth", 4), ("Hut", 3)]):
        y = 32 + i * 14
        sheet.print(12, y + 6, f"{i + 1}. {label}", 3)
        sheet.comb(60, y, cells, (8, 9), 0.3, tick=0.4 if i else 1.0)
    sheet.cross(61, 61, 22, 7.5, pen)
    for i, course in enumerate(["Monday 18:30", "Wednesday 19:00", "Saturday 10:15"]):
        sheet.box(12 + i * 45, 78, 5, 5, 0.3)
        sheet.print(19 + i * 45, 82, course, 2.9)
    sheet.tick(57, 78, 5, pen)
    sheet.cross(102.5, 78.5, 4, 4, pen)
    sheet.print(12, 104, "Signature", 2.8)
    sheet.rule(34, 105, 60, 0)
    sheet.sign(42, 105, 40, 9, writer)
    return scanned(turned(sheet.finish(), 0.6), noise=2.0, paper=264, seed=10)
