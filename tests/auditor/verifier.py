"""A verifier of exports, written from docs/spec/journal.md alone: it shares no code with the product."""

import base64
import json
import re
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELD, ZEROS = 2**255 - 19, "00" * 32
SMALL = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
MEMBERS = dict(row.split(":") for row in Path(__file__).with_name("members.txt").read_text("ascii").splitlines())


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def of(kind, content):
    value = json.loads(content) if isinstance(content, bytes) else content
    assert (value is content or canonical(value) == content) and value.keys() == {*MEMBERS[kind].split()}, f"no {kind}"
    return value


def digest(tag, value):
    return sha256(f"custody/{tag}\0".encode() + (value if isinstance(value, bytes) else canonical(value))).digest()


def holds(key, signature, tag, over):
    assert re.fullmatch("[0-9a-f]{64}", key) and re.fullmatch("[0-9a-f]{128}", signature), "no key, or no signature"
    y, over = int.from_bytes(bytes.fromhex(key), "little") % 2**255, f"custody/{tag}\0".encode() + over
    assert y < FIELD and y not in (0, 1, FIELD - 1, SMALL, FIELD - SMALL), "a key of small order"
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), over)
    return key


class Roster:
    def __init__(self, said):
        self.said, self.people, self.unlock = of("Roster", said), said["officers"], said["unlock"]
        self.rules, self.keys = said["rules"], {each["officer"] for each in self.people}
        for each in self.people:
            roles = of("Officer", each)["roles"]
            assert roles == sorted(set(roles)) != [] and each["alternate"] >= each["dated"], "an officer"
        for own in ("officer", "recipient", "name"):
            assert len({each[own] for each in self.people}) == len(self.people) <= 64, "two officers share something"
        seats = [each["seat"] for each in self.people if not each["alternate"]]
        assert sorted(seats) == sorted({each["seat"] for each in self.people}), "a seat"
        approve, hold = (self.seats(role, self.keys, self.keys) for role in ("approver", "keyholder"))
        assert 0 < min(2, approve) <= self.rules <= approve, "a quorum out of reach"
        assert 2 <= self.unlock <= hold <= 16 or self.unlock == hold == 0, "nobody opens it, or one"

    def seats(self, role, keys, acting):
        counting = (each for each in self.people if each["officer"] in keys & acting or not each["dated"])
        return len({each["seat"] for each in counting if role in each["roles"] and each["officer"] in keys})

    def identity(self, basis, treasury):
        people = [{name: each[name] for name in each if name != "name"} for each in self.people]
        bare = {name: self.said[name] for name in ("network", "rules", "unlock")}
        bare["officers"] = sorted(people, key=lambda each: each["officer"])
        return digest("roster/v1", {"basis": basis, "roster": bare, "treasury": treasury}).hex()


class Line:
    def __init__(self, content):
        self.hash, said = digest("journal/hash/v2", content).hex(), of("Line", content)
        self.after, self.kind, self.n, self.writer = said["after"], said["kind"], said["n"], said["writer"]
        holds(self.writer, said.pop("seal"), "journal/line/v2", digest("journal/line/v2", said))
        self.what, self.officers = of(self.kind, said["what"]), set()
        named = self.what["heads"] if self.kind in ("imported", "joined", "begun") else {}
        self.named = [(writer, n, hash_) for writer, tips in named.items() for n, hash_ in tips]
        self.named += [(self.writer, self.n - 1, self.after)] * (self.n != 0)
        assert (said["v"], self.n == 0, self.after == ZEROS) == (2, *[self.kind in ("genesis", "joined", "begun")] * 2)


class Book:
    def __init__(self):
        self.lines, self.pasts, self.made, self.certified, self.treasury = {}, {}, {}, {}, None  # by hashes of lines

    def take(self, line):
        below = [self.lines[hash_] for _writer, _n, hash_ in line.named]
        assert [(each.writer, each.n, each.hash) for each in below] == line.named, "another line's place"
        past = set().union(*(self.pasts[each.hash] | {each.hash} for each in below))
        rosters = {id_: told for hash_, (id_, *told) in self.made.items() if hash_ in past}
        followed = {id_ for basis, _roster in rosters.values() for id_ in basis}
        self.leaves = {id_: roster for id_, (_basis, roster) in rosters.items() if id_ not in followed}
        self.entitled = set().union(*(leaf.keys for leaf in self.leaves.values()))
        if "statement" in line.what:
            self.check_statement(line, of("Statement", line.what["statement"]), past)
        self.check_present(line, line.what.get("present", []), past)
        if line.kind == "identity":
            own = {"treasury": self.treasury, **{name: line.what[name] for name in ("identity", "officer")}}
            line.officers |= {holds(own["officer"], line.what["signature"], "identity/v1", digest("identity/v1", own))}
            assert line.officers <= self.entitled, "somebody sealed an identity who is no officer"
        assert not line.officers or not line.n or line.writer in map(self.certified.get, past), "nobody admitted it"
        line.officers |= {self.called(line.what["halt"])} if line.kind == "halt" else set()
        self.lines[line.hash], self.pasts[line.hash] = line, past

    def called(self, token):
        body = bytes.fromhex(token[15:257])
        assert (token[:257], body[:33].hex()) == ("custody-halt-1:" + body.hex(), "01" + self.treasury), "a halt"
        return holds(body[33:65].hex(), token[257:], "halt/v1", body)

    def check_statement(self, line, said, past):
        kind, by, this = said["kind"], {each["by"] for each in line.what["signatures"]}, digest("statement/v2", said)
        assert (said["v"], said["machine"], kind) == (2, line.writer, "machine" if line.kind == "begun" else line.kind)
        assert [each["by"] for each in line.what["signatures"]] == sorted(by), "signatures out of order"
        for each in line.what["signatures"]:
            holds(each["by"], of("Signature", each)["signature"], "statement/v2", this)
        line.officers, says = by, of(f"says-{kind}", said["says"])
        new = Roster(says["roster"]) if "roster" in says else None
        if kind == "genesis":
            assert (said["basis"], said["heads"], said["state"] + said["treasury"]) == ([], {}, 2 * ZEROS), "a genesis"
            assert (new.said["version"], new.keys) == (1, by), "every officer, and nobody else"
            self.treasury, self.certified[line.hash] = this.hex(), line.writer
        else:
            heads, tops = {}, past - {self.lines[hash_].after for hash_ in past}
            for n, hash_ in sorted((self.lines[hash_].n, hash_) for hash_ in tops):
                heads.setdefault(self.lines[hash_].writer, []).append([n, hash_])
            assert (said["treasury"], said["basis"], said["heads"]) == (self.treasury, sorted(self.leaves), heads)
            for leaf in self.leaves.values():
                assert leaf.seats("approver", by, self.acting(past, [said["at"]])) >= leaf.rules, "no quorum"
                assert not new or (new.said["network"], new.keys - self.entitled - by) == (leaf.said["network"], set())
            assert not new or new.said["version"] == 1 + max(leaf.said["version"] for leaf in self.leaves.values())
            assert by <= self.entitled | (new.keys if new else set()), "somebody signed who is no officer"
        self.made |= {line.hash: (new.identity(said["basis"], self.treasury), said["basis"], new)} if new else {}
        if kind == "machine":
            self.certified[line.hash], ends = says["key"], says["replaces"]
            assert says["key"] or (ends and says["name"] is None), "a certificate of nothing"
        if line.kind == "begun":
            last = self.lines[ends["head"]] if ends["head"] in past else line
            assert (says["key"], last.writer, last.n) == (line.writer, ends["key"], ends["n"]), "a false beginning"
            assert ends["key"] in map(self.certified.get, past), "the heir of nobody"
            holds(ends["key"], line.what["handover"], "handover/v1", this)

    def acting(self, past, times):
        stated = {hash_: self.lines[hash_] for hash_ in past if "statement" in self.lines[hash_].what}
        signed = (line.what["present"] for line in map(self.lines.get, past) if line.kind == "signed")
        told = [each["approval"]["at"] for present in signed for each in present]
        newest = max([0, *told, *(line.what["statement"]["at"] for line in stated.values())])
        if "absence" not in {line.kind for line in stated.values()} or min(times, default=0) < newest:
            return set()
        stand = (stated[hash_] for hash_ in self.standing(past, stated))
        spans = [line.what["statement"]["says"] for line in stand if line.kind == "absence"]
        each_time = [{each["officer"] for each in spans if each["from"] <= at < each["to"]} for at in times]
        return set.intersection(self.entitled, *each_time)

    def standing(self, past, stated):  # lines whose statements are followed knowingly, still agreed, or adopted
        made, stand, named = {hash_: self.made[hash_] for hash_ in self.made.keys() & past}, set(), {}
        for hash_, line in stated.items():
            said, by = line.what["statement"], {each["by"] for each in line.what["signatures"]}
            known, named[hash_] = set(said["basis"]), digest("statement/v2", said).hex()
            for _step in made:
                known.update(*(basis for id_, basis, _roster in made.values() if id_ in known))
            followed = all(hash_ in self.pasts[later] for later, (id_, *_rest) in made.items() if id_ not in known)
            if followed or all(leaf.seats("approver", by, set()) >= leaf.rules for leaf in self.leaves.values()):
                stand.add(hash_)
        for _step in stated:
            for adopt in [hash_ for hash_ in stand if stated[hash_].kind == "adopt"]:
                names = stated[adopt].what["statement"]["says"]["statements"]
                stand |= {hash_ for hash_ in stated.keys() & self.pasts[adopt] if named[hash_] in names}
        return stand

    def check_present(self, line, present, past):
        intent = {"signed": "sign", "declined": "decline", "begun": "restore"}.get(line.kind)
        reviewed, by = intent != "restore", {each["approval"]["officer"] for each in present}
        document, head = line.what.get("digest" if reviewed else "backup"), [line.n - 1, line.after] if line.n else None
        wanted = [document, head, intent, line.writer, line.what.get("review"), sorted(self.leaves), self.treasury, 1]
        assert [each["approval"]["officer"] for each in present] == sorted(by & self.entitled) and (intent or not by)
        for each in present:
            said = of("Approval", of("Approved", each)["approval"])
            holds(said["officer"], each["signature"], "approval/v1", digest("approval/v1", said))
            assert [said[name] for name in sorted(said.keys() - {"at", "officer", "state", "verdict"})] == wanted
            assert said["verdict"] in (("accept", "warn", "refuse") if reviewed else (None,)), "a verdict"
        acting, alike = self.acting(past, [each["approval"]["at"] for each in present]), set()
        for leaf in self.leaves.values() if line.kind == "signed" or line.what.get("backup") else ():
            role, count = ("keyholder", "unlock") if line.kind == "begun" or leaf.unlock else ("approver", "rules")
            assert leaf.seats(role, by, acting) >= leaf.said[count], "too few are there"
            alike.add(leaf.identity([], ZEROS))
        assert line.kind != "signed" or len(alike) == 1, "contested"
        line.officers |= by


def verify(content, genesis):
    """Return the lines of an export, each with its officers. `genesis`: the hash of its first line, from elsewhere."""
    *rows, end = content.split(b"\n")
    assert end == b"", "its end is missing"
    for kept in (of("Kept", row) for row in rows if row.startswith(b'{"base64"')):
        whole = base64.b64decode(kept["base64"])
        assert (base64.b64encode(whole).decode(), sha256(whole).hexdigest()) == (kept["base64"], kept["sha256"]), "kept"
    halts, book = [row.decode("ascii") for row in rows if row.startswith(b"custody-halt-1:")], Book()
    lines = [Line(row) for row in rows if not row.startswith((b'{"base64"', b"custody-halt-1:"))]
    assert [line.hash for line in lines if line.kind == "genesis"] == [genesis], "not the treasury that you know"
    while lines:  # there is always one that stands on what is known, or lines are missing
        ready = next(n for n, line in enumerate(lines) if {each[2] for each in line.named} <= book.lines.keys())
        book.take(lines.pop(ready))
    old = {id_ for _id, basis, _roster in book.made.values() for id_ in basis}
    today = {key for id_, _basis, roster in book.made.values() if id_ not in old for key in roster.keys}
    assert {*map(book.called, halts)} <= today, "a halt by nobody who is an officer today"
    return list(book.lines.values())
