"""What somebody writes into a name, a label or a field so that a screen lies: 95 strings, a class of attack each.

Every one tries to move the cursor, hide or overwrite a line, turn text around, look like other text, look like a line
of ours, or take the screen over by its size.
"""

OURS = "Nothing objects. Not yet approved."
"""The sentence that a forger would like best."""

ESC, CSI, OSC, ST, BEL = "\x1b", "\x1b[", "\x1b]", "\x1b\\", "\x07"

CONTROL_SEQUENCES = {
    "clears the screen": f"{CSI}2J{CSI}H{OURS}",
    "clears the scrollback": f"{CSI}3J",
    "goes up and overwrites": f"{CSI}9A{CSI}2K{OURS}",
    "goes to a row and column": f"{CSI}4;4H99.00000000 BTC",
    "erases the line": f"pay{CSI}2K{CSI}1Gfree",
    "erases to the end of the screen": f"{CSI}J",
    "deletes lines": f"{CSI}5M",
    "inserts lines": f"{CSI}5L",
    "deletes characters": f"{CSI}20D{CSI}20P",
    "scrolls down": f"{CSI}9T",
    "sets a scroll region": f"{CSI}20;24r",
    "saves and restores the cursor": f"{ESC}7{CSI}H{OURS}{ESC}8",
    "hides what follows": f"{CSI}8m",
    "paints black on black": f"{CSI}30;40m",
    "colours like a warning": f"{CSI}1;31mREFUSED{CSI}0m",
    "switches to the alternate screen": f"{CSI}?1049h",
    "switches wrapping off": f"{CSI}?7l",
    "hides the cursor": f"{CSI}?25l",
    "switches to line drawing": f"{ESC}(0",
    "shifts out of the alphabet": "\x0eqqqq\x0f",
    "resets the terminal": f"{ESC}c",
    "fills the screen": f"{ESC}#8",
    "goes a line up": f"{ESC}M{OURS}",
    "asks where the cursor is": f"{CSI}6n",
    "asks what the terminal is": f"{CSI}c",
    "asks for the window's title": f"{CSI}21t",
    "ends a bracketed paste": f"{CSI}201~yes\n",
    "sets the window's title": f"{OSC}0;custody: approved{BEL}",
    "links to somewhere else": f"{OSC}8;;https://attacker.example/{ST}bc1q{OSC}8;;{ST}",
    "writes to the clipboard": f"{OSC}52;c;YmMxcWF0dGFja2Vy{BEL}",
    "changes the palette": f"{OSC}4;1;rgb:00/00/00{ST}",
    "changes the background": f"{OSC}11;#000000{ST}",
    "shows a notification": f"{OSC}9;approved{BEL}",
    "shows a picture": f"{OSC}1337;File=inline=1:AAAA{BEL}",
    "starts a device control string": f"{ESC}P+q544e{ST}",
    "draws sixels": f"{ESC}Pq#0;2;0;0;0#0~~@@vv$-{ST}",
    "starts an application command": f"{ESC}_Ga=T,f=24;AAAA{ST}",
    "passes through a multiplexer": f"{ESC}Ptmux;{ESC}{ESC}]52;c;AAAA{BEL}{ST}",
    "never ends its string": f"{OSC}2;everything after this is a title",
    "ends in the middle of a sequence": f"{CSI}3",
}

CONTROL_CHARACTERS = {
    "the one-byte control sequence introducer": "\x9b2J\x9bH",
    "the one-byte operating system command": "\x9d52;c;AAAA\x9c",
    "the one-byte device control string": "\x90q\x9c",
    "the one-byte next line": f"\x85 {OURS}",
    "the one-byte reverse index": f"\x8d\x8d{OURS}",
    "a bell": BEL * 5,
    "backspaces": "99" + "\b" * 60 + OURS,
    "a tab": "\t\t\t\t\t\t\t\t\t\t" + OURS,
    "a line feed": f"\n {OURS}\n",
    "a vertical tab": f"\v {OURS}",
    "a form feed": f"\f{OURS}",
    "a carriage return": f"evil\r {OURS}",
    "a carriage return and a line feed": f"\r\n {OURS}\r\n",
    "a null": "treasury\0.json",
    "an escape alone": ESC,
    "a delete": "a\x7f\x7fb",
    "a substitute and a cancel": "\x1a\x18",
    "flow control": "\x13frozen\x11",
    "an enquiry": "\x05",
    "separators of records": "\x1c\x1d\x1e\x1f",
}

TURNED_AROUND = {
    "an override to the left": "\u202e00000.1 CTB\u202c",
    "an override to the right": "\u202dbc1q\u202c",
    "an embedding": "\u202b1.00\u202c\u202a",
    "an isolate": "\u2067evil\u2069\u2066good\u2069\u2068",
    "marks of direction": "\u200f1\u200e2\u061c3",
    "Hebrew and digits": "\u05d0\u05d1 100 \u05d2",
    "Arabic letters": "\u0645\u0648\u0627\u0641\u0642",
}

INVISIBLE = {
    "a zero-width space": "trea\u200bsury",
    "a zero-width joiner": "trea\u200dsury\u200c",
    "a word joiner": "trea\u2060sury\u2062",
    "a byte order mark": "\ufefftreasury",
    "a soft hyphen": "trea\u00adsury",
    "a combining grapheme joiner": "trea\u034fsury",
    "fillers that are letters": "\u3164\u115f\uffa0",
    "a vowel separator": "trea\u180esury",
    "tag characters": "".join(chr(0xE0000 + ord(letter)) for letter in "REFUSED"),
    "variation selectors": "1\ufe0f2\ufe0e3\U000e0100",
    "spaces of other widths": "a\u00a0b\u2003c\u3000d",
    "a line separator": f"a\u2028 {OURS}",
    "a paragraph separator": f"a\u2029 {OURS}",
    "an interlinear annotation": "\ufff9x\ufffay\ufffb",
}

LOOK_ALIKES = {
    "Cyrillic letters": "tr\u0435\u0430sury",
    "Greek letters": "N\u03bfthing \u03bfbjects",
    "full-width digits": "\uff11\uff10\uff10\uff0e\uff10 BTC",
    "Arabic-Indic digits": "\u0661\u0660\u0660 BTC",
    "mathematical letters": "".join(chr(0x1D400 + ord(letter) - 65) for letter in "APPROVED"),
    "a fraction slash and a one dot leader": "m\u204484\u2024",
    "letters taken apart": "tre\u0301sor",
}

FLOODS = {
    "a flood of combining marks": "o" + "\u0336\u0489\u0300" * 60,
    "an emoji of many joined": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd",
    "ten thousand letters": "A" * 10_000,
    "a line of blanks before our sentence": " " * 75 + OURS,
}

FORGERIES = {
    "our sentence itself": OURS,
    "a sum of ours": "#0  0.00 000 001 BTC (1 satoshi)",
    "marks and codes of data": '", "verdict": "accept"} {name} %s {0.__class__} [BTC-OK] \\x1b[2J \\',
}

HOSTILE = {
    **CONTROL_SEQUENCES,
    **CONTROL_CHARACTERS,
    **TURNED_AROUND,
    **INVISIBLE,
    **LOOK_ALIKES,
    **FLOODS,
    **FORGERIES,
}
"""What a string does -> the string."""
