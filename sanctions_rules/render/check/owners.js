// Who has a status through owners: whether rounds of entry are the least that the rules allow.
//
// Amounts are pairs of a number and how many open ends lie beside it, so that more than 50 is more
// than 50 and sums are exact.

const ZERO = [exact(0), 0], WHOLE = [HUNDRED, 0];
const lower = ([a, x], [b, y]) => below(a, b) || (equal(a, b) && x < y);
const enough = (amount, needed) => !lower(amount, needed);
const greater = (a, b) => (lower(a, b) ? b : a);
const added = (amounts) => amounts.reduce(([a, x], [b, y]) => [plus(a, b), x + y], ZERO);

/** What a stake surely holds. */
const least = (held) => (held.counts === TRUE ? held.low : ZERO);

/** A stake as the one whose run it is may hold it, as a partner in it. */
function heldBy(held, alone, surely) {
  const truth = held.partners.has(alone) ? TRUE : held.shared ? UNKNOWN : FALSE;
  if (!alone || held.owner === alone || truth === FALSE || (surely && truth !== TRUE)) return held;
  return { ...held, owner: alone, counts: truth === TRUE || held.counts === FALSE ? held.counts : UNKNOWN };
}

/** One way for the status to pass: what it needs, and the stakes as one run looks at them. */
class Way {
  constructor(said, held, complete, alone, surely) {
    this.said = said;
    this.complete = complete;
    this.needed = [decimal(said.percent), Number(said.strict)];
    this.held = held.map((one) => heldBy(one, alone, surely)).filter((one) => one.counts !== FALSE
      && (lower(ZERO, one.high) || lower(one.high, ZERO)) && one.owner !== one.asset);
    this.control = said.means.length > 0;
  }

  /** What is measured as one: all holdings, those of one owner, or each apart. */
  groups(company) {
    const into = this.held.filter((one) => one.asset === company);
    if (["together", "severally"].includes(this.said.mode)) return [into];
    if (this.said.mode !== "singly") return into.map((one) => [one]);
    return [...new Set(into.map((one) => one.owner))].map((owner) => into.filter((one) => one.owner === owner));
  }

  surely(company, inside) {
    if (this.control) {
      return this.held.some((one) => one.asset === company && one.counts === TRUE && inside.has(one.owner));
    }
    return enough(ZERO, this.needed) || this.groups(company).some((group) =>
      enough(added(group.filter((one) => inside.has(one.owner)).map(least)), this.needed));
  }

  /** Whether somebody of whom nothing is known may hold enough. */
  unnamed(company) {
    if (this.control) return !this.complete;
    if (this.complete) return enough(ZERO, this.needed);
    return enough(WHOLE, this.needed) && enough(this.room(company), this.needed);
  }

  perhaps(company, inside) {
    if (this.control) return this.held.some((one) => one.asset === company && inside.has(one.owner));
    const relief = this.relief(company), room = this.room(company);
    return this.groups(company).map((group) => group.filter((one) => inside.has(one.owner))).some((mine) =>
      mine.length > 0 && enough(this.gained(mine), this.needed)
      && enough(added([room, ...mine.map((one) => relief.get(one))]), this.needed));
  }

  /** What they may hold; beyond what is listed too, where the list is open. */
  gained(mine) {
    const all = added(mine.map((one) => one.high));
    if (this.complete || this.said.mode === "jointly") return all;
    if (this.said.mode === "singly") return greater(all, WHOLE);
    return added(mine.map((one) => greater(one.high, WHOLE)));
  }

  /** What each holding surely takes from others; of one owner, the largest alone. */
  relief(company) {
    const into = this.held.filter((one) => one.asset === company), largest = new Map();
    for (const one of into) {
      if (!largest.has(one.owner) || lower(least(largest.get(one.owner)), least(one))) largest.set(one.owner, one);
    }
    return new Map(into.map((one) => [one, largest.get(one.owner) === one ? least(one) : ZERO]));
  }

  /** What is left where all that is surely held is others': all of it, if that is too much. */
  room(company) {
    const stated = added(this.held.filter((one) => one.asset === company).map((one) => one.low));
    if (lower(WHOLE, stated)) return stated;
    const [number, ends] = added([...this.relief(company).values()]);
    return [minus(WHOLE[0], number), -ends];
  }
}

/** The parties and the stakes as a term that passes on by ownership looks at them. */
class Owners {
  constructor(rules, key, anchor) {
    const closure = own(rules.rulebook.closures, key);
    const parties = rules.members(["case", "parties"], NOWHERE)[0].map((one) => one.item);
    const [stakes, listed] = rules.members(["case", "ownership"], NOWHERE);
    const [first, second] = closure.recursive ? ["term by itself", "term if owned"] : ["term", ""];
    const asked = (kind) => new Map(parties.map((p) => [p, kind ? rules.shown.claim(kind, closure.term, anchor, p) : TRUE]));
    Object.assign(this, { rules, closure, anchor, direct: closure.direct, complete: listed });
    this.severally = closure.ways.some((way) => way.mode === "severally");
    this.seeds = asked(first);
    this.guards = asked(second);
    this.ways = closure.ways.map((said, index) => {
      const held = stakes.map((stake) => this.stake(stake.item, said));
      if (!index && held.includes(null)) this.complete = false;
      const others = said.means.includes("other_means") ? parties.flatMap((party) => this.controllers(party)) : [];
      return [said, [...held.filter(Boolean), ...others]];
    });
    const holders = new Set(this.ways.flatMap(([, held]) => held.map((one) => one.owner)));
    for (const one of [...holders].filter((holder) => !parties.includes(holder)).sort()) {
      this.seeds.set(one, UNKNOWN);
      this.guards.set(one, FALSE);
    }
  }

  /** A stake; null where it is not known in whom. An owner not known stands as the stake itself. */
  stake(place, way) {
    const { rules } = this, owner = rules.shown.fact(place, "owner"), asset = rules.shown.fact(place, "asset");
    if (!has(asset, "item")) return null;
    const share = way.means.length ? point(HUNDRED) : number(rules.shown.fact(place, "percent"));
    const span = share instanceof Span ? share : new Span(null, null);
    const held = { owner: has(owner, "item") ? owner.item : place, asset: asset.item, partners: new Set() };
    held.shared = held.owner === place;
    const at = { ...NOWHERE, anchor: this.anchor, zone: this.closure.zone, bound: { stake: { item: place } } };
    for (const path of this.severally ? ["held_jointly_with", "used_jointly_with"] : []) {
      const [members, complete] = rules.members(["stake", path], at);
      held.shared ||= !complete;
      members.forEach((one) => held.partners.add(one.item));
    }
    held.low = [span.low ?? exact(0), Number(span.lowOpen)];
    held.high = [span.high ?? HUNDRED, -Number(span.highOpen)];
    held.counts = rules.holds(this.counting(way), at);
    return held;
  }

  /** Held at the time, directly and on the basis that counts; or giving control at the time. */
  counting(way) {
    const when = { fact: ["case", ...this.anchor.split(".")] }, { zone } = this.closure;
    const since = ["stake", "held_from"], until = ["stake", "held_until"];
    const means = way.means.filter((one) => one !== "other_means");
    return ["and", way.means.length
      ? ["or", ...means.map((one) => ["includes", ["stake", "control"], one])]
      : ["and", ["word", ["stake", "basis"], [way.basis]], not(["yes", ["stake", "is_indirect"]])],
    ["or", ["none", since], ["time", since, "on or before", when, zone]],
    ["or", ["none", until], ["time", until, "after", when, zone]]];
  }

  /** Who controls a party by means that are no stake; somebody, while that is not all known. */
  controllers(place) {
    const [members, complete] = this.rules.members(["party", "controlled_by"], inner(NOWHERE, "party", { item: place }));
    const by = (owner, counts) => ({ owner, asset: place, low: WHOLE, high: WHOLE, counts, partners: new Set(), shared: false });
    return [...members.map((one) => by(one.item, TRUE)), ...(complete ? [] : [by(`${place}.controlled_by`, UNKNOWN)])];
  }

  /** For whom a run is made: for all together, or for each holder alone (and for nobody named). */
  runs() {
    if (!this.severally) return [""];
    const named = [...this.seeds].filter(([, truth]) => truth !== FALSE).map(([party]) => party);
    return this.complete ? named : [...named, ""];
  }

  start(alone, surely) {
    return [...this.seeds].filter(([party, truth]) => (!this.severally || party === alone)
      && (truth === TRUE || (!surely && truth !== FALSE))).map(([party]) => party);
  }

  /** Who is reached, and is not yet in, by those who started and those who have entered. */
  next(alone, surely, entered) {
    const start = this.start(alone, surely), inside = new Set(this.direct ? start : [...start, ...entered.flat()]);
    const out = this.direct ? new Set(entered.flat()) : inside;
    const ways = this.ways.map(([said, held]) => new Way(said, held, this.complete, alone, surely));
    return [...this.guards].filter(([party, guard]) => !out.has(party) && (guard === TRUE || (!surely && guard !== FALSE))
      && ways.some((way) => (surely ? way.surely(party, inside) : way.unnamed(party) || way.perhaps(party, inside))))
      .map(([party]) => party);
  }

  /** Whether each round was reached by those before it, and nobody is left to be reached. */
  isLeast(alone, surely, entered) {
    const reached = entered.every((entry, index) => {
      const able = this.next(alone, surely, entered.slice(0, index));
      return entry.length > 0 && entry.every((party) => able.includes(party));
    });
    return reached && this.next(alone, surely, entered).length === 0;
  }

  /** The status of each party by runs that are the least. */
  status(runs) {
    const found = new Map([...this.seeds.keys()].map((party) => [party, FALSE]));
    for (const run of runs) {
      for (const [surely, truth] of [[false, UNKNOWN], [true, TRUE]]) {
        const entered = (surely ? run.surely : run.perhaps).flat();
        for (const party of this.direct ? entered : [...this.start(run.alone, surely), ...entered]) {
          if (found.get(party) !== TRUE) found.set(party, truth);
        }
      }
    }
    return found;
  }
}
