// What a condition of the resolved rulebook comes to, over what the step at hand shows.
//
// A condition is a list that begins with its form; FORMS has a rule for each. `at` says where it
// stands: the event it is measured at, its zone, what names stand for, and the open terms.

const NOWHERE = { anchor: "", zone: "", bound: {}, opens: {}, fill: "", asOwned: FALSE };
const inner = (at, name, value) => ({ ...at, bound: { ...at.bound, [name]: value } });

class Conditions {
  /** Looked at in order, up to the first that is false; else all of them must be shown. */
  all(parts) {
    let found = TRUE, gap = false;
    for (const part of parts) {
      try {
        const truth = part();
        if (truth === FALSE) return FALSE;
        if (truth === UNKNOWN) found = UNKNOWN;
      } catch (error) {
        if (!(error instanceof NotShown)) throw error;
        gap = true;
      }
    }
    if (gap) throw new NotShown();
    return found;
  }

  some(parts) {
    return negated(this.all(parts.map((part) => () => negated(part()))));
  }

  holds(said, at) {
    return own(FORMS, said[0])(this, at, ...said.slice(1));
  }

  value([variable, ...path], at) {
    const thing = variable === "case" ? { item: "" } : own(at.bound, variable);
    if (!path.length) return thing;
    return has(thing, "item") ? this.shown.fact(thing.item, path.join(".")) : null;
  }

  /** What is on a list, and whether that is all. */
  members(path, at) {
    const value = this.value(path, at);
    return has(value, "list") ? [value.list, value.complete] : [[], isNone(value)];
  }

  time(path, at, zone) {
    return instants(this.value(path, at), zone);
  }

  /** When the event is at which a text is measured. */
  when(at, zone = at.zone) {
    return this.time(["case", ...at.anchor.split(".")], at, zone);
  }

  // -- numbers ------------------------------------------------------------------------------------

  amount(said, at) {
    if (Array.isArray(said)) return number(this.value(said, at));
    if (has(said, "times")) {
      const base = number(this.value(said.of, at)), by = decimal(said.times);
      if (!(base instanceof Span)) return base;
      const [low, high] = [base.low, base.high].map((end) => end && times(end, by));
      return Object.assign(new Span(), base, { low, high });
    }
    if (has(said, "sum")) return this.sum(said, at);
    if (has(said, "row")) return this.cell(said, at);
    return has(said, "open") ? this.determined(said.open, at) : number(said);
  }

  /** Bounds on a sum of what is never below zero. */
  sum(said, at) {
    const [members, complete] = this.members(said.in, at);
    let low = exact(0), high = complete ? exact(0) : null;
    for (const member of members) {
      const of = inner(at, said.each, member), truth = this.holds(said.where, of);
      if (truth === FALSE) continue;
      const value = number(this.value(said.sum, of));
      const least = value instanceof Span ? value.low : exact(0), most = value instanceof Span ? value.high : null;
      if (truth === TRUE && least) low = plus(low, least);
      high = high && most && plus(high, most);
    }
    return new Span(low, high);
  }

  /** A column of a table: of the rows whose codes the thing may fall under. */
  cell(said, at) {
    const table = own(this.rulebook.texts, said.row);
    const when = said.at ? this.time(said.at, at, table.zone) : this.when(at, table.zone);
    const held = said.of && this.value(said.of, at);
    const rows = table.known > this.knownOn ? [] : table.rows.map((row) => ({
      days: row.days, value: row.cells[said.column], fits: row.codes ? underAny(held, row.codes) : TRUE,
    }));
    return this.hull(when, rows, table.lacks);
  }

  /** The value of an open term: what the determinations known by then give, each in its time. */
  determined(name, at) {
    let lacks = name;
    const opening = own(at.opens, name), rows = [];
    for (const fill of opening.fills.map((key) => own(this.rulebook.texts, key))) {
      lacks = fill.withdrawn || lacks;
      if (fill.known > this.knownOn) continue;
      let [since, surely, until, possibly] = fill.interval;
      for (const newer of fill.newer.map((key) => own(this.rulebook.texts, key))) {
        if (newer.known > this.knownOn) continue;
        until = newer.interval[0] < until ? newer.interval[0] : until;
        possibly = newer.interval[1] < possibly ? newer.interval[1] : possibly;
      }
      rows.push({ days: [since, surely, until, possibly], value: fill.withdrawn ? null : fill.value, fits: TRUE });
    }
    return this.hull(this.when(at, opening.zone), rows, lacks);
  }

  /** The hull of what may apply; nothing known unless rows that surely apply cover the time. */
  hull(when, rows, lacks) {
    if (!(when instanceof Span) || !when.low || !when.high) return null;
    const first = when.low.digits, last = when.high.digits;
    const able = rows.filter(({ days, fits }) => fits !== FALSE && days[0] <= last && first < days[3]);
    const sure = able.filter(({ fits }) => fits === TRUE).map(({ days }) => [days[1], days[2]]);
    let reached = first;
    for (const [since, until] of sure.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      if (since <= reached && reached < until) reached = until;
    }
    const values = able.map(({ value }) => number(value ?? null));
    if (reached <= last || !values.every((v) => v instanceof Span && v.tag === values[0].tag)) {
      this.shown.lack(lacks);
      return null;
    }
    const least = values.map((v) => v.low).reduce((a, b) => (below(b, a) ? b : a));
    const most = values.map((v) => v.high).reduce((a, b) => (below(a, b) ? b : a));
    return new Span(least, most, false, false, values[0].tag);
  }
}

/** The rules of forms: `rules` is who asks, `at` where the condition stands. */
const FORMS = {
  is: (rules, at, truth) => truth,
  and: (rules, at, ...parts) => rules.all(parts.map((part) => () => rules.holds(part, at))),
  or: (rules, at, ...parts) => rules.some(parts.map((part) => () => rules.holds(part, at))),
  not: (rules, at, part) => negated(rules.holds(part, at)),

  count(rules, at, least, ...parts) {
    const truths = parts.map((part) => rules.holds(part, at));
    return rails(truths.filter((t) => t === TRUE).length >= least, truths.filter((t) => t !== FALSE).length >= least);
  },

  each(rules, at, how, least, name, over, body) {
    const [members, complete] = rules.members(over, at);
    const parts = members.map((member) => () => rules.holds(body, inner(at, name, member)));
    if (how === "at_least") {
      const truths = parts.map((part) => part());
      return rails(truths.filter((t) => t === TRUE).length >= least,
        !complete || truths.filter((t) => t !== FALSE).length >= least);
    }
    const others = complete ? [] : [() => UNKNOWN]; // those that are not named
    return how === "some" ? rules.some([...parts, ...others]) : rules.all([...parts, ...others]);
  },

  yes(rules, at, path) {
    const value = rules.value(path, at);
    return typeof value === "boolean" ? known(value) : isNone(value) ? FALSE : UNKNOWN;
  },

  no(rules, at, path) {
    const value = rules.value(path, at);
    return typeof value === "boolean" ? known(!value) : isNone(value) ? FALSE : UNKNOWN;
  },

  none(rules, at, path) {
    const value = rules.value(path, at);
    return value === null ? UNKNOWN : known(isNone(value));
  },

  word: (rules, at, path, choices) => word(rules.value(path, at), choices),

  exactly(rules, at, path, choices) {
    const value = rules.value(path, at);
    if (!has(value, "list")) return isNone(value) ? FALSE : UNKNOWN;
    if (!value.list.every((one) => choices.includes(one))) return FALSE;
    return value.complete ? known(choices.every((one) => value.list.includes(one))) : UNKNOWN;
  },

  includes(rules, at, path, member) {
    const value = rules.value(path, at), one = has(member, "item") ? rules.value(member.item, at) : member;
    if (!has(value, "list")) return isNone(value) ? FALSE : UNKNOWN;
    if (one === null || isNone(one)) return UNKNOWN;
    return value.list.some((other) => same(other, one)) ? TRUE : value.complete ? FALSE : UNKNOWN;
  },

  same(rules, at, path, other) {
    const a = rules.value(path, at), b = rules.value(other, at);
    if (isNone(a) || isNone(b)) return FALSE;
    return has(a, "item") && has(b, "item") ? known(a.item === b.item) : UNKNOWN;
  },

  number(rules, at, left, how, right) {
    const a = rules.amount(left, at), b = rules.amount(right, at);
    if (how === "at least") return compared("at most", b, a);
    if (how === "more than") return compared("less", b, a);
    return compared(how === "less than" ? "less" : how, a, b);
  },

  time(rules, at, path, how, right, zone) {
    const t = rules.time(path, at, zone);
    let start, after = null; // `after`: the end of a day that counts whole
    if (has(right, "at")) {
      start = point(exact(right.at));
      if (has(right, "next")) after = point(exact(right.next));
    } else if (has(right, "from")) {
      start = shifted(rules.time(right.from, at, zone), right.count, right.unit, zone);
      after = shifted(start, 1, "days", zone);
    } else {
      start = rules.time(right.fact, at, zone);
    }
    if (how === "before") return compared("less", t, start);
    if (how === "on or after") return compared("at most", start, t);
    if (how === "after") return after ? compared("at most", after, t) : compared("less", start, t);
    if (how === "on or before") return after ? compared("less", t, after) : compared("at most", t, start);
    if (!after) return compared("is", t, start);
    return rules.all([() => compared("at most", start, t), () => compared("less", t, after)]);
  },

  judged: (rules, at, variable, question) => FORMS.yes(rules, at, [variable, "judged", question]),
  lacks: (rules, at, why) => rules.shown.lack(why),

  /** By the code where one is known, by the sort of the thing where none is. */
  codes(rules, at, path, codes, sort = "") {
    const held = rules.value([...path, "codes"], at), category = rules.value([...path, "category"], at);
    const settled = sort === TRUE || sort === FALSE;
    if (has(held, "list") && held.list.length) {
      const truth = underAny(held, codes);
      if (settled && truth !== UNKNOWN && truth !== sort) return UNKNOWN;
      return truth === UNKNOWN && sort ? sort : truth;
    }
    if (settled) return sort;
    if (category === null || isNone(category)) return UNKNOWN;
    const sorts = has(category, "one_of") ? category.one_of : [category];
    return rails(false, sorts.some((one) => codes.sorts.includes(one)));
  },
};
