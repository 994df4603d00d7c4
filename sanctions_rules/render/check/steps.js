// Whether a certificate proves what it says: each step by the rule of its claim, then each answer.
//
// A step may rest on earlier steps only, must list what its rule looks at and nothing else, and must
// say what the rule makes of that.

const CLAIM_ABOUT = {
  "in force": ["texts", ""], bound: ["variants"], act: ["variants"], licensed: ["variants"], unnamed: ["variants"],
  says: ["variants", ""], scope: ["variants", ""], covered: ["variants", ""], engaged: ["variants", ""],
  lifted: ["variants", ""], effective: ["variants", ""], conflict: ["variants", ""],
  exception: ["variants", "variants", ""], "effective of the act": ["variants"], "covered of the act": ["variants"],
  term: ["terms", "", ""], "term by itself": ["terms", "", ""], "term if owned": ["terms", "", ""],
  owned: ["closures", "", ""], closure: ["closures", ""],
};
const LONG = { t: TRUE, f: FALSE, u: UNKNOWN, l: "least" };
const FIELDS = ["about", "allowed", "answers", "facts", "format", "known_on", "names", "quotes", "readings", "rulebook",
  "runs", "stated", "steps", "tzdata", "version"];
const key = (...parts) => JSON.stringify(parts);

function must(yes, rule, why) {
  if (!yes) throw new Refused(rule, why);
}

/** A day of the calendar: no thirtieth of February. */
function isDay(text) {
  const day = /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A certificate as it was read: names for numbers. Refuses what is not of the form. */
function certificate(written) {
  must(written.format === "sanctions_rules certificate", "form", "it is no certificate");
  must(written.version === 1, "version", `its version is ${written.version}; this checks version 1`);
  must(same(Object.keys(written).sort(), FIELDS), "form", "it has a key too many, or too few");
  must(written.known_on === null || isDay(written.known_on), "form", "the day of knowledge is no day");
  const at = (list) => (index) => {
    must(Number.isInteger(index) && index >= 0 && index < list.length, "form", "it names by number what it does not hold");
    return list[index];
  };
  const name = at(written.names), fact = at(written.stated), step = at(written.steps);
  const listed = (facts, rests, lacks) => {
    facts.forEach(fact);
    rests.forEach(step);
    return { facts, rests, lacks: lacks.map(name) };
  };
  const steps = written.steps.map(([claim, truth, ...rest], index) => {
    must(claim.length && Object.hasOwn(LONG, truth), "form", `step ${index} has no claim or no truth`);
    return { claim: claim.map(name), truth: LONG[truth], ...listed(...rest), runs: written.runs[index] ?? [] };
  });
  must(Object.keys(written.runs).every((index) => steps[index]), "form", "runs belong to no step");
  return {
    ...written, steps,
    stated: written.stated.map(([place, path, value]) => ({ place: name(place), path: name(path), value })),
    answers: written.answers.map((one) => ({ ...one, ...listed(one.facts, one.steps, one.lacks) })),
    quotes: new Map(written.quotes.map((one) => [name(one.text), one])),
  };
}

/** What one step shows, and what of it was looked at. */
class Shown {
  constructor(check, step) {
    Object.assign(this, { check, step, seen: new Set() });
  }

  fact(place, path) {
    const index = this.check.facts.get(key(place, path));
    if (!this.step.facts.includes(index)) throw new NotShown();
    this.seen.add(`fact ${index}`);
    return this.check.certificate.stated[index].value;
  }

  earlier(claim) {
    const index = this.check.claims.get(key(...claim));
    if (!this.step.rests.includes(index)) throw new NotShown();
    this.seen.add(`step ${index}`);
    return index;
  }

  claim(...claim) { return this.check.certificate.steps[this.earlier(claim)].truth; }
  column(...claim) { return this.check.column(this.earlier(claim)); }

  lack(why) {
    if (!this.step.lacks.includes(why)) throw new NotShown();
    this.seen.add(`lacks ${why}`);
    return UNKNOWN;
  }

  /** What the step lists, and its rule has no use for. */
  idle() {
    const { facts, rests, lacks } = this.step;
    return [...facts.map((i) => `fact ${i}`), ...rests.map((i) => `step ${i}`), ...lacks.map((why) => `lacks ${why}`)]
      .find((one) => !this.seen.has(one));
  }
}

/**
 * `data`: a certificate, the resolved rulebook, its digest, the facts as read and their digest. With
 * `aims`, what texts act on is named by number there.
 */
class Check {
  constructor(data) {
    if (data.aims) {
      for (const text of Object.values(data.rulebook.texts)) text.on = text.on?.map((index) => data.aims[index]);
    }
    this.certificate = certificate(data.certificate);
    const { steps, stated, readings, known_on: day } = this.certificate;
    must(same(this.certificate.rulebook, data.rulebook_digest), "digest", "it was made with another rulebook");
    must(same(this.certificate.facts, data.facts_digest), "digest", "it was made of other facts");
    const points = data.rulebook.readings;
    must(Object.keys(readings).length === Object.keys(points).length && Object.entries(readings).every(
      ([one, name]) => Object.hasOwn(points, one) && points[one].includes(name)),
    "readings", "it does not say which reading of each point it follows");
    const known = day === null ? FOREVER : dayOf(day) / DAY + 719163; // ordinal: 1 is 1 January of year 1
    this.given = new Map(data.facts.map(([place, path, value]) => [key(place, path), value]));
    this.facts = new Map(stated.map((one, index) => [key(one.place, one.path), index]));
    this.claims = new Map(steps.map(({ claim }, index) => [key(...claim), index]).reverse()); // the first of each
    this.columns = new Map();
    this.rules = new Rules(data.rulebook, readings, known);
  }

  /** Every fact, step, quote and answer. */
  whole() {
    const { stated, steps, answers, quotes } = this.certificate;
    stated.forEach((_, index) => this.fact(index));
    steps.forEach((_, index) => this.step(index));
    const texts = new Set(steps.filter(({ claim }) => claim[0] === "in force").map(({ claim }) => claim[1]));
    must(texts.size === quotes.size && [...texts].every((text) => quotes.has(text)), "quotes",
      "the texts that it quotes are not those that it rests on");
    answers.forEach((_, index) => this.answer(index));
    const listed = (field) => new Set([...steps, ...answers].flatMap((one) => one[field])).size;
    must(listed("rests") === steps.length && listed("facts") === stated.length, "idle",
      "it holds steps or facts on which nothing rests");
  }

  /** A fact is what the facts say. */
  fact(index) {
    const { place, path, value } = this.certificate.stated[index];
    must(this.given.has(key(place, path)), "fact", `the facts have no ${place} ${path}`);
    must(same(this.given.get(key(place, path)), value), "fact", `the facts do not say this of ${place} ${path}`);
  }

  /** The rule of its claim, over what a step lists, gives the truth that it claims. */
  step(index) {
    const step = this.certificate.steps[index], { claim, truth } = step, [kind, ...about] = claim;
    const said = claim.join(", "), { rulebook, variants } = this.rules, have = { ...rulebook, variants };
    must(this.claims.get(key(...claim)) === index, "twice", `${said} is claimed twice`);
    must(step.rests.every((one) => one < index), "order", `${said} rests on what comes after it`);
    const sorts = Object.hasOwn(CLAIM_ABOUT, kind) ? CLAIM_ABOUT[kind] : [];
    must(sorts.length && sorts.length === about.length && sorts.every((sort, i) => !sort || Object.hasOwn(have[sort], about[i])),
      "claim", `${said} is about nothing that there is`);
    step.facts.forEach((one) => this.fact(one));
    this.look(step, said, () => {
      if (kind === "closure") return void this.columns.set(index, this.closure(step));
      const found = this.rules.conclude(...claim);
      must(found === truth, kind, `${said} is ${found}, not ${truth}`);
    });
    if (kind === "in force") this.quoted(about[0]);
  }

  look(step, said, work) {
    this.rules.shown = new Shown(this, step);
    try {
      work();
    } catch (error) {
      if (error instanceof NotShown) throw new Refused("not shown", `${said} is not shown`);
      throw error;
    }
    const idle = this.rules.shown.idle();
    must(idle === undefined, "idle", `${said} does not rest on ${idle}`);
  }

  /** A text of which a step says whether it was in force is quoted as the rulebook has it. */
  quoted(name) {
    const text = this.rules.text(name), quote = this.certificate.quotes.get(name);
    must(quote, "quotes", `${name} is not quoted`);
    must(same(quote.cites, text.cites), "cites", `${name} is not cited so in the rulebook`);
    must(same(quote.interval, text.interval), "interval", `${name} has another interval in the rulebook`);
  }

  /** Rounds of entry that are the least: who has a status through owners, and nobody else. */
  closure({ claim, truth, runs }) {
    const owners = new Owners(this.rules, claim[1], claim[2]), names = owners.runs();
    must(truth === "least" && same(runs.map((run) => run.alone), names), "owners",
      "there is not one run for each that has the status by itself");
    must(runs.every((run) => owners.isLeast(run.alone, true, run.surely) && owners.isLeast(run.alone, false, run.perhaps)),
      "owners", `${claim.join(", ")} is not the least that its rules allow`);
    return owners.status(runs);
  }

  column(index) {
    if (!this.columns.has(index)) {
      const { shown } = this.rules;
      this.step(index);
      this.rules.shown = shown;
    }
    return this.columns.get(index);
  }

  /** An answer follows from the steps that it lists. */
  answer(index) {
    const answer = this.certificate.answers[index], { regime, outcome, because, exposed, facts } = answer;
    facts.forEach((one) => this.fact(one));
    this.look(answer, `the answer under ${regime}`, () => {
      const { about } = this.certificate, found = this.rules.outcome(regime, because, about);
      const powers = this.rules.exposed(regime, about);
      const binds = because.every((one) => this.rules.stands(...one) === "binds");
      const asked = because.length ? this.rules.asked(regime, "prohibits", about) : [];
      const named = because.every((one, index) => asked.some((other) => same(one, other))
        && !because.slice(0, index).some((other) => same(one, other)));
      must(found === outcome, "outcome", `under ${regime} it is ${found}, not ${outcome}`);
      must(same(powers.map(plain).sort(), exposed.map(plain).sort()), "exposed", `the powers under ${regime} are not those it names`);
      must(binds && named, "because", `under ${regime} it names what does not bind, what is no prohibition, or one twice`);
    });
  }
}
