// What follows for a provision, a term or a regime: CLAIMS has a rule for each kind of claim.
//
// The rule of a claim is a condition over facts and other claims, with where it stands. Which texts
// except from, lift or take back which is found here, from the resolved rulebook alone.

const ACTS_ON = {
  authorises: ["prohibits", "empowers"],
  exempts: ["prohibits", "empowers", "requires"],
  displaces: ["prohibits", "empowers", "requires", "authorises", "exempts", "displaces"],
  penalises: ["prohibits", "requires"],
};
const EXCEPTING = ["authorises", "exempts", "displaces"];
const ACTOR = ["case", "actor"], HUNDRED = decimal("100");

const not = (said) => ["not", said];
const whether = (yes) => ["is", known(yes)];
const standing = (at, said) => ["at", at, said];
/** What a text says; not known of one that was found wrong and withdrawn. */
const reliedOn = (text, said) => (text.withdrawn ? ["lacks", text.withdrawn] : said);
/** The conditions of slots, and what of a text is not encoded. */
const lines = (slots, text) =>
  [...slots.map((slot) => slot.that), ...(text?.unencoded ? [["lacks", text.unencoded]] : [])];

class Rules extends Conditions {
  constructor(rulebook, readings, knownOn) {
    super();
    Object.assign(this, { rulebook, readings, knownOn, shown: null });
    this.variants = Object.fromEntries(rulebook.variants.map((one) => [one.key, one]));
    this.keys = rulebook.variants.map((one) => one.key);
    this.exceptions = this.#exceptions();
    this.withdrawing = this.keys
      .filter((key) => !this.variants[key].fill && this.norm(key).verb === "withdraws")
      .map((key) => ({ key, texts: this.norm(key).on.flatMap((aim) => aim.texts), only: this.norm(key).only_for }));
    this.displaced = new Set(this.keys.map((key) => this.norm(key)).filter((text) => text.verb === "displaces")
      .flatMap((text) => text.on.flatMap((aim) => aim.texts)));
  }

  /** The one way from a claim to its truth. */
  conclude(kind, ...about) {
    return this.holds(...own(CLAIMS, kind)(this, ...about));
  }

  text(key) { return own(this.rulebook.texts, key); }
  variant(key) { return own(this.variants, key); }
  norm(key) { return this.text(this.variant(key).text); }
  fills(key) { return this.variant(key).fill ? [this.text(this.variant(key).fill)] : []; }

  at(key, place = "") {
    const text = this.norm(key);
    return {
      anchor: text.anchor.slice(1).join("."), zone: text.zone, opens: text.opens, fill: this.variant(key).fill,
      bound: text.noun ? { [text.noun]: { item: place } } : {}, asOwned: FALSE,
    };
  }

  /** What a verb acts on of what a reference means: of a whole instrument, what it prohibits. */
  reached(verb, aim) {
    const forbidding = aim.variants.filter((key) => this.norm(key).verb === "prohibits");
    const narrowed = aim.whole && forbidding.length && (verb === "authorises" || verb === "penalises");
    return (narrowed ? forbidding : aim.variants).filter((key) => ACTS_ON[verb].includes(this.norm(key).verb));
  }

  /** By provision, through its fill: what excepts from, lifts or displaces it, in order, with its verb. */
  #exceptions() {
    const found = Object.fromEntries(this.keys.map((key) => [key, new Map()]));
    for (const key of this.keys.filter((one) => EXCEPTING.includes(this.norm(one).verb))) {
      for (const target of this.norm(key).on.flatMap((aim) => this.reached(this.norm(key).verb, aim))) {
        if (this.variant(target).text !== this.variant(key).text) found[target].set(key, this.norm(key).verb);
      }
    }
    return found;
  }

  excepting(key, ...verbs) {
    return [...own(this.exceptions, key)].filter(([, verb]) => verbs.includes(verb)).map(([source]) => source);
  }

  // -- parts of rules -----------------------------------------------------------------------------

  /** Whether a text was published by then, and is the reading that is followed. */
  followed(text) {
    const [point, name] = text.reading ?? [];
    return whether(text.known <= this.knownOn && (!point || own(this.readings, point) === name));
  }

  alive(key) {
    const { text, fill } = this.variant(key), { anchor } = this.at(key);
    return ["and", ...[text, fill].filter(Boolean).map((one) => ["claim", "in force", one, anchor])];
  }

  act(key, ...kinds) {
    const text = this.norm(key);
    const kind = ["or", ...kinds.map((one) => ["word", ["case", "act", one], text.acts])];
    return ["and", ...(text.acts ? [kind] : []), ...text.places.map(([path, place]) => ["word", path, [place]])];
  }

  /** What a determination says of a noun, by its own clock. */
  filled(fill, noun, at) {
    const said = fill.with?.[noun];
    return standing({ ...NOWHERE, anchor: at.anchor, zone: fill.zone, bound: at.bound },
      ["and", ...(said ? [said] : []), ...lines([], fill)]);
  }

  reach(key, place) {
    return [["claim", "says", key, place], not(["claim", "scope", key, place])];
  }

  /** Of what a penalty punishes, or a derogation could lift, one must be effective: of the same thing, or of the act. */
  turnedOn(text, place) {
    const lifting = text.menu.length === 1 && text.menu[0] === "derogation";
    if (text.verb !== "penalises" && !lifting) return [];
    const same = (key) => lifting && place && text.list === this.norm(key).list;
    return [["or", ...text.on.flatMap((aim) => this.reached(lifting ? "authorises" : "penalises", aim))
      .map((key) => (same(key) ? ["claim", "effective", key, place] : ["claim", "effective of the act", key]))]];
  }

  /** Of the thing itself; about another sort of thing, of the act and of every one of them. */
  forIt(source, target, place) {
    const mine = this.norm(source);
    if (!mine.over || mine.list === this.norm(target).list) return ["claim", "effective", source, mine.over ? place : ""];
    return ["and", ["claim", "effective of the act", source], this.throughout("every", "effective", source)];
  }

  throughout(how, kind, key) {
    return ["each", how, 0, "it", this.norm(key).over, ["asked", ["it"], kind, key]];
  }

  ofTheAct(key, kind, ...parts) {
    if (!this.norm(key).over) return [["claim", kind, key, ""], this.at(key)];
    return [["and", this.alive(key), ...parts, this.throughout("some", kind, key)], this.at(key)];
  }

  byItself(key, anchor, place, asOwned) {
    const term = own(this.rulebook.terms, key), bound = term.noun ? { [term.noun]: { item: place } } : {};
    const versions = term.versions.map((one) => {
      const text = this.text(one.text);
      const said = ["and", ...lines(one.says, text), not(["or", ...lines(one.except)])];
      const at = { anchor, zone: text.zone, bound, opens: one.opens, fill: "", asOwned };
      return ["and", ["claim", "in force", one.text, anchor], standing(at, reliedOn(text, said))];
    });
    return [["or", ...versions, ["undefined", key]], { ...NOWHERE, anchor }];
  }

  // -- a regime -----------------------------------------------------------------------------------

  /** Every provision of that verb, through each fill, with each thing it may bind (`?`: unnamed). */
  asked(regime, verb, about) {
    const named = (key) => [this.norm(key), ...this.fills(key)].some((text, index) =>
      about.some((one) => (!index && text.instrument === one) || text.id.startsWith(one)));
    return this.keys.filter((key) => this.norm(key).regime === regime && this.norm(key).verb === verb
      && (!about.length || named(key))).flatMap((key) => {
      const { over } = this.norm(key), [members, complete] = over ? this.members(over, NOWHERE) : [[{ item: "" }], true];
      const open = complete || verb !== "prohibits" ? [] : [[key, "?"]];
      return [...members.map((one) => [key, one.item]), ...open];
    });
  }

  /** Prohibited by one that binds; else whether one may bind; else whether one was lifted. */
  outcome(regime, because, about) {
    const every = this.asked(regime, "prohibits", about);
    const asked = (one) => every.some((other) => same(one, other));
    if (because.some((one) => asked(one) && this.stands(...one) === "binds")) return "prohibited";
    const found = new Set(every.map((one) => this.stands(...one)));
    if (found.has("binds")) return "prohibited";
    return found.has("may bind") ? "undetermined" : found.has("lifted") ? "authorised" : "not_prohibited";
  }

  /** How one prohibition stands to the act. */
  stands(key, place) {
    if (place === "?") return this.shown.claim("unnamed", key) === FALSE ? "out" : "may bind";
    if (this.shown.claim("engaged", key, place) === FALSE) return "out";
    const truth = this.shown.claim("effective", key, place);
    if (truth === TRUE && this.shown.claim("conflict", key, place) === FALSE) return "binds";
    return truth === FALSE ? "lifted" : "may bind";
  }

  /** On whom sanctions may, or perhaps may, be imposed: provision, place, truth. */
  exposed(regime, about) {
    return this.asked(regime, "empowers", about)
      .filter(([key]) => !same(this.norm(key).menu, ["derogation"]))
      .map(([key, place]) => [key, place, this.shown.claim("effective", key, place)])
      .filter(([, , truth]) => truth !== FALSE);
  }

  /** Whether what a provision says is false with nothing shown at all. */
  never(key) {
    const shown = this.shown, gap = () => { throw new NotShown(); };
    this.shown = { fact: gap, claim: gap, column: gap, lack: gap };
    try {
      return this.conclude("says", key, "?") === FALSE;
    } catch (error) {
      if (error instanceof NotShown) return false;
      throw error;
    } finally {
      this.shown = shown;
    }
  }
}

/** The rules of claims: from what a claim is about to its condition, and where that stands. */
const CLAIMS = {
  "in force"(rules, key, anchor) {
    const text = rules.text(key), still = (one) => reliedOn(one, whether(true));
    const begun = (one) => ["within", [...one.interval.slice(0, 2), FOREVER, FOREVER], one.lacks];
    const newer = text.newer.map((name) => rules.text(name));
    return [["and", rules.followed(text), ["within", text.interval, text.lacks],
      ...newer.map((one) => not(["and", rules.followed(one), begun(one), still(one)])), still(text),
    ], { ...NOWHERE, anchor, zone: text.zone }];
  },

  bound(rules, key) {
    const { binds } = rules.norm(key);
    return [binds ? ["or", ...binds.map((term) => ["term", term, ACTOR])] : whether(true), rules.at(key)];
  },

  act: (rules, key) => [rules.act(key, "kind"), rules.at(key)],

  says(rules, key, place) {
    const text = rules.norm(key), fills = rules.fills(key), at = rules.at(key, place);
    const gone = [text, ...fills].find((one) => one.withdrawn) ?? text;
    return [reliedOn(gone, ["and", ...lines(text.says, text), ...rules.turnedOn(text, place),
      ...fills.map((fill) => rules.filled(fill, text.noun, at))]), at];
  },

  scope(rules, key, place) {
    const text = rules.norm(key), fills = rules.fills(key), at = rules.at(key, place);
    if ([text, ...fills].some((one) => one.withdrawn)) return [whether(false), at];
    return [["or", ...lines([...text.except, ...fills.flatMap((fill) => fill.except?.[text.noun] ?? [])])], at];
  },

  covered: (rules, key, place) =>
    [["and", rules.alive(key), rules.act(key, "kind", "underlying_kind"), ...rules.reach(key, place)], rules.at(key)],

  engaged: (rules, key, place) => [["and", rules.alive(key), ["claim", "bound", key], ["claim", "act", key],
    ...rules.reach(key, place),
    ...rules.excepting(key, "exempts", "displaces").map((one) => not(["claim", "exception", one, key, place])),
  ], rules.at(key)],

  lifted: (rules, key, place) => [["or",
    ...rules.excepting(key, "authorises").map((one) => ["claim", "exception", one, key, place]),
    ...(rules.norm(key).verb === "prohibits" ? [["claim", "licensed", key]] : []),
  ], rules.at(key)],

  effective: (rules, key, place) =>
    [["and", ["claim", "engaged", key, place], not(["claim", "lifted", key, place])], rules.at(key)],

  exception(rules, source, target, place) {
    const mine = rules.variant(source).text;
    const back = rules.withdrawing.filter(({ texts, only }) => texts.includes(mine) && (!only.length || only.includes(target)));
    return [["and", rules.forIt(source, target, place),
      ...back.map(({ key }) => not(rules.forIt(key, target, place)))], rules.at(target)];
  },

  "effective of the act": (rules, key) =>
    rules.ofTheAct(key, "effective", ["claim", "bound", key], ["claim", "act", key]),
  "covered of the act": (rules, key) => rules.ofTheAct(key, "covered", rules.act(key, "kind", "underlying_kind")),

  licensed(rules, key) {
    const at = rules.at(key), when = { fact: ["case", ...at.anchor.split(".")] };
    const since = ["licence", "valid_from"], until = ["licence", "valid_until"];
    return [["each", "some", 0, "licence", ["case", "licences_held"], ["and",
      ["or", ...rules.variant(key).names.map((name) => ["includes", ["licence", "lifts"], name])],
      ["time", since, "on or before", when, at.zone],
      ["or", ["none", until], ["time", until, "on or after", when, at.zone]],
      ["same", ["licence", "holder"], ACTOR], ["yes", ["licence", "conditions_met"]],
    ]], at];
  },

  conflict(rules, key, place) {
    const text = rules.norm(key), acts = text.acts ?? [];
    const demanding = acts.length === 0 || rules.displaced.has(rules.variant(key).text) ? [] : rules.keys
      .filter((one) => !rules.variant(one).fill && rules.norm(one).regime === text.regime
        && !rules.displaced.has(rules.variant(one).text))
      .map((one) => [one, acts.filter((act) => rules.norm(one).demands.includes(act))])
      .filter(([, demanded]) => demanded.length);
    return [["or", ...demanding.map(([one, demanded]) =>
      ["and", rules.forIt(one, key, place), ["word", ["case", "act", "kind"], demanded]])], rules.at(key)];
  },

  term: (rules, key, anchor, place) => own(rules.rulebook.terms, key).closure
    ? CLAIMS.owned(rules, key, anchor, place) : rules.byItself(key, anchor, place, FALSE),
  "term by itself": (rules, key, anchor, place) => rules.byItself(key, anchor, place, FALSE),
  "term if owned": (rules, key, anchor, place) => rules.byItself(key, anchor, place, TRUE),
  owned: (rules, key, anchor, place) =>
    [["is", rules.shown.column("closure", key, anchor).get(place) ?? UNKNOWN], { ...NOWHERE, anchor }],

  /** A thing that the facts do not name: may the provision reach it? */
  unnamed(rules, key) {
    const waits = Object.values(rules.norm(key).opens).some((one) => !one.value && (one.itself || !one.fills.length));
    const never = waits && !rules.fills(key).length && rules.never(key);
    return [["and", rules.alive(key), ["claim", "bound", key], ["claim", "act", key],
      ["is", never ? FALSE : UNKNOWN]], rules.at(key)];
  },
};

// -- conditions that name other texts -------------------------------------------------------------

const inForce = (rules, at, key, said) => ["and", ["claim", "in force", key, at.anchor], reliedOn(rules.text(key), said)];

Object.assign(FORMS, {
  at: (rules, outer, at, said) => rules.holds(said, at),
  claim: (rules, at, ...claim) => rules.shown.claim(...claim),

  within(rules, at, interval, lacks) {
    const truth = within(rules.when(at), interval);
    // `!=`, because a short integer is a number and a long one a BigInt.
    const fuzzy = interval[0] != interval[1] || interval[2] != interval[3];
    return truth === UNKNOWN && fuzzy ? rules.shown.lack(lacks) : truth;
  },

  /** A claim about the item at the end of a path: false where there is none. */
  asked(rules, at, path, ...claim) {
    const item = path === null ? { item: "" } : rules.value(path, at);
    if (!has(item, "item")) return isNone(item) ? FALSE : UNKNOWN;
    return rules.shown.claim(...claim, item.item);
  },

  term: (rules, at, key, path) => FORMS.asked(rules, at, path, "term", key, at.anchor),
  owned: (rules, at, key, path) => FORMS.asked(rules, at, path, "owned", key, at.anchor),
  "as owned": (rules, at) => at.asOwned,
  covered: (rules, at, key, path) =>
    path === null ? rules.shown.claim("covered of the act", key) : FORMS.asked(rules, at, path, "covered", key),

  /** A predicate left open: this variant is through a fill of it, or any fill may meet it. */
  open(rules, at, name, path) {
    const opening = own(at.opens, name);
    if (opening.itself) return known(at.fill !== "" && rules.text(at.fill).fills === name);
    const by = (fill, noun) => {
      const of = { ...NOWHERE, anchor: at.anchor, zone: fill.zone, bound: inner(at, noun, rules.value(path, at)).bound };
      return standing(of, reliedOn(fill, ["and", rules.filled(fill, noun, of), not(["or", ...lines(fill.except[noun])])]));
    };
    return rules.holds(["or", ...opening.fills.flatMap((key) => Object.keys(rules.text(key).with).map((noun) =>
      ["and", ["claim", "in force", key, at.anchor], by(rules.text(key), noun)]))], at);
  },

  /** Membership of code lists: rows in their days; an incomplete list leaves a miss open. */
  in: (rules, at, path, tables) =>
    rules.holds(["or", ...tables.map((key) => inForce(rules, at, key, ["listed in", path, key]))], at),

  "listed in"(rules, at, path, key) {
    const table = rules.text(key), good = { ...NOWHERE, anchor: at.anchor, zone: table.zone, bound: { good: rules.value(path, at) } };
    const sort = table.only ? rules.holds(table.only, good) : "";
    const always = plain([-FOREVER, -FOREVER, FOREVER, FOREVER]);
    const rows = table.rows.filter((row) => row.codes).map((row) => ["and", ["codes", path, row.codes, sort],
      ...(plain(row.days) === always ? [] : [["within", row.days, table.lacks]])]);
    const beyond = ["and", ...(table.within ? [["codes", path, table.within]] : []),
      ["is", sort || TRUE], ["lacks", table.lacks]];
    return rules.holds(["or", ...rows, ...(table.incomplete ? [beyond] : [])], at);
  },

  /** On a list of the law itself, by identifier or exact name. */
  listed(rules, at, path, tables) {
    const named = (keys) => ["or", ...["id", "name"].map((one) => ["word", [...path, one], keys]),
      ...keys.map((one) => ["includes", [...path, "identifiers"], one])];
    return rules.holds(["or", ...tables.map((key) => inForce(rules, at, key, named(rules.text(key).keys)))], at);
  },

  /** Unknown where no text surely is in force that says what a term is. */
  undefined(rules, at, key) {
    const term = own(rules.rulebook.terms, key);
    const living = ["or", ...term.versions.map((one) => ["claim", "in force", one.text, at.anchor])];
    if (rules.holds(living, at) === TRUE) return FALSE;
    return rules.shown.lack(`no text in the rulebook says what \`${term.name}\` is at that time`);
  },
});
