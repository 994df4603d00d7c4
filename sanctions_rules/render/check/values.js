// What values come to: times, numbers, words and tariff codes, each as far as it is known.
//
// Three truths are words. Numbers and instants (microseconds since 1970 UTC) are exact: digits in a
// BigInt, and how many of them stand behind the point. Zones are those of the browser.

const TRUE = "true", FALSE = "false", UNKNOWN = "unknown";
const FOREVER = 2n ** 62n;
const DAY = 86_400_000; // milliseconds

/** The certificate does not prove what it says. `rule`: which rule refuses. */
class Refused extends Error {
  constructor(rule, why) {
    super(`${rule}: ${why}`);
    this.rule = rule;
    this.why = why;
  }
}

/** A step does not list what its rule looks at; another part may still decide. */
class NotShown extends Error {}

const negated = (truth) => ({ [TRUE]: FALSE, [FALSE]: TRUE, [UNKNOWN]: UNKNOWN })[truth];
const known = (yes) => (yes ? TRUE : FALSE);
const rails = (must, may) => (must ? TRUE : may ? UNKNOWN : FALSE);

const has = (value, key) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, key);
const isNone = (value) => has(value, "none");

/** What an object itself holds under a name that somebody else may have chosen. */
function own(object, name) {
  if (!Object.hasOwn(object, name)) throw new Refused("claim", `there is no ${name}`);
  return object[name];
}

/** One text for equal data, whatever the order of keys: what equality means here. */
const plain = (data) =>
  JSON.stringify(data, (_, value) =>
    typeof value === "bigint" ? `${value}`
      : value === null || typeof value !== "object" || Array.isArray(value) ? value
        : Object.fromEntries(Object.keys(value).sort().map((key) => [key, value[key]])));
const same = (a, b) => plain(a) === plain(b);

/** JSON whose long integers stay exact (2^62 is one of them), which has no other numbers, and no key twice. */
function parsed(text) {
  const open = []; // of each object that is not yet closed, its keys
  const marked = text.replace(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}]|-?\d+[.eE]|-?\d{16,}/g, (part, colon) => {
    if (part === "{") open.push(new Set(["integer"])); // our own mark
    else if (part === "}") open.pop();
    else if (colon) {
      const keys = open.at(-1), name = JSON.parse(part.slice(0, -colon.length));
      if (!keys || keys.has(name)) throw new SyntaxError(`the key ${name} stands twice`);
      keys.add(name);
    } else if (part[0] !== '"') {
      if (!/\d$/.test(part)) throw new SyntaxError("it holds a number that is no integer");
      return `{"integer":"${part}"}`;
    }
    return part;
  });
  return JSON.parse(marked, (_, value) => (has(value, "integer") ? BigInt(value.integer) : value));
}

// -- numbers --------------------------------------------------------------------------------------

const exact = (digits, places = 0) => ({ digits: BigInt(digits), places });

function decimal(text) {
  const [, whole, part = ""] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Refused("form", `${text} is no number`);
  return exact(whole + part, part.length);
}

/** Both at the same number of places. */
function aligned(a, b) {
  const places = Math.max(a.places, b.places);
  return [...[a, b].map((n) => n.digits * 10n ** BigInt(places - n.places)), places];
}

const below = (a, b) => { const [x, y] = aligned(a, b); return x < y; };
const equal = (a, b) => !below(a, b) && !below(b, a);
const plus = (a, b) => { const [x, y, places] = aligned(a, b); return exact(x + y, places); };
const minus = (a, b) => plus(a, exact(-b.digits, b.places));
const times = (a, b) => exact(a.digits * b.digits, a.places + b.places);

/** A number or an instant between its ends (null: no end known); `tag`: the currency of money. */
class Span {
  constructor(low, high, lowOpen = false, highOpen = false, tag = null) {
    Object.assign(this, { low, high, lowOpen, highOpen, tag });
  }
}

const point = (value, tag = null) => new Span(value, value, false, false, tag);

function number(value) {
  if (has(value, "number")) return point(decimal(value.number), value.tag);
  if (!has(value, "least")) return value;
  const [low, high] = [value.least, value.most].map((end) => (end === null ? null : decimal(end)));
  return new Span(low, high, ...value.open, value.tag);
}

/** `less`, `at most` or `is`, for all and for some of the values that each may have. */
function compared(how, a, b) {
  if (isNone(a) || isNone(b)) return FALSE;
  if (!(a instanceof Span && b instanceof Span) || a.tag !== b.tag) return UNKNOWN;
  const ahead = a.low === null || b.high === null || below(a.low, b.high);
  const meets = ahead || (equal(a.low, b.high) && !a.lowOpen && !b.highOpen);
  if (how === "is") {
    const back = b.low === null || a.high === null || below(b.low, a.high)
      || (equal(b.low, a.high) && !b.lowOpen && !a.highOpen);
    const points = [a, b].every((s) => s.low !== null && s.high !== null && equal(s.low, s.high));
    return points ? known(equal(a.low, b.low)) : rails(false, meets && back);
  }
  const both = a.high !== null && b.low !== null;
  const apart = both && below(a.high, b.low), touching = both && equal(a.high, b.low);
  if (how === "at most") return rails(apart || touching, meets);
  return rails(apart || (touching && (a.highOpen || b.lowOpen)), ahead);
}

// -- times ----------------------------------------------------------------------------------------

const clocks = new Map();

/** Milliseconds by which the clocks of a zone are ahead of UTC, at an instant in milliseconds. */
function ahead(at, zone) {
  if (!clocks.has(zone)) {
    clocks.set(zone, new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", era: "short", year: "numeric", month: "2-digit",
      day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    }));
  }
  const part = Object.fromEntries(clocks.get(zone).formatToParts(at).map((p) => [p.type, p.value]));
  const local = new Date(0);
  local.setUTCFullYear(part.era === "AD" ? +part.year : 1 - part.year, part.month - 1, +part.day);
  local.setUTCHours(+part.hour, +part.minute, +part.second);
  return local.getTime() - Math.floor(at / 1000) * 1000;
}

const starts = new Map();

/** The first instant of a day, which is a number of milliseconds as if it were in UTC. */
function dayStart(day, zone) {
  const key = `${day} ${zone}`;
  if (!starts.has(key)) {
    // Clocks as before a change that falls on midnight: of two midnights, the first.
    const before = ahead(day - DAY, zone), after = ahead(day + DAY, zone);
    const later = ahead(day - before, zone) !== before && ahead(day - after, zone) === after;
    starts.set(key, BigInt(day - (later ? after : before)) * 1000n);
  }
  return starts.get(key);
}

const dayOf = (text) => Date.parse(`${text}T00:00:00Z`);

function moment(text) {
  const [, day, clock, part = "", sign, hours, minutes, seconds = 0] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (day === undefined) throw new Refused("form", `${text} is no instant`);
  const offset = (hours * 3600 + minutes * 60 + +seconds) * (sign === "-" ? -1 : 1);
  return BigInt(Date.parse(`${day}T${clock}Z`) - offset * 1000) * 1000n + BigInt(part.padEnd(6, "0"));
}

/** All instants that a time may be: of a day, its whole length in the zone. */
function instants(value, zone) {
  if (!has(value, "from")) return value;
  const ends = (text) => {
    if (text === null) return null;
    if (text.includes("T")) return [moment(text), moment(text)];
    return [dayStart(dayOf(text), zone), dayStart(dayOf(text) + DAY, zone) - 1n];
  };
  const first = ends(value.from), last = ends(value.to), [beyond, short] = value.open;
  return new Span(
    first && exact(beyond ? first[1] + 1n : first[0]),
    last && exact(short ? last[0] - 1n : last[1]),
  );
}

/** The beginning of the day so much later; a month's end stays one. */
function shifted(value, count, unit, zone) {
  if (!(value instanceof Span)) return value;
  const start = (at) => {
    if (at === null) return null;
    const clock = Number(at.digits / 1000n - (at.digits % 1000n < 0n ? 1n : 0n));
    const day = Math.floor((clock + ahead(clock, zone)) / DAY) * DAY;
    if (unit === "days" || unit === "weeks") return exact(dayStart(day + count * (unit === "weeks" ? 7 : 1) * DAY, zone));
    const date = new Date(day), months = count * (unit === "years" ? 12 : 1);
    const last = new Date(day);
    last.setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0); // last of that month
    last.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()));
    return exact(dayStart(last.getTime(), zone));
  };
  return new Span(start(value.low), start(value.high));
}

/** Whether instants lie in an interval: since possibly, surely, until surely, possibly. */
function within(when, [since, surely, until, possibly]) {
  if (!(when instanceof Span)) return isNone(when) ? FALSE : UNKNOWN;
  const low = when.low?.digits ?? -FOREVER, high = when.high?.digits ?? FOREVER;
  return rails(surely <= low && high < until, since <= high && low < possibly);
}

// -- words and codes ------------------------------------------------------------------------------

function word(value, choices) {
  if (value === null || isNone(value)) return value === null ? UNKNOWN : FALSE;
  const held = has(value, "one_of") ? value.one_of : [value];
  return rails(held.every((one) => choices.includes(one)), held.some((one) => choices.includes(one)));
}

/** Schemes share six digits; a code that ends before the prefix does leaves it open. */
function under([scheme, digits], [wanted, first, last]) {
  const shared = scheme === wanted ? 10 : 6;
  const [mine, low, high] = [digits, first, last].map((text) => text.slice(0, shared));
  if (mine.length >= low.length) {
    const head = mine.slice(0, low.length), inside = low <= head && head <= high;
    return rails(inside && (first.length <= shared || (low < head && head < high)), inside);
  }
  const start = low.slice(0, mine.length), end = high.slice(0, mine.length);
  return rails(start < mine && mine < end, start <= mine && mine <= end);
}

/** Whether one of the codes of a thing falls under those wanted, and under none left out. */
function underAny(held, codes) {
  if (!has(held, "list") || !held.list.length) return UNKNOWN;
  const truths = held.list.map(({ code }) => {
    const wanted = codes.any.map((one) => under(code, one));
    const without = codes.not.map((one) => under(code, one));
    return rails(
      wanted.includes(TRUE) && without.every((truth) => truth === FALSE),
      wanted.some((truth) => truth !== FALSE) && !without.includes(TRUE),
    );
  });
  return [TRUE, UNKNOWN].find((truth) => truths.includes(truth)) ?? FALSE;
}
