/* Repeats a draw in the visitor's browser from the two files that are published, as verify.py does: the SHA-256 of the
   list, the number that the seed gives to every ticket, who gets which seat, who waits where. Without this file the page
   lacks the button, and nothing else. */
const text = new TextEncoder();

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

const number = (seed, draw, ticket) => sha256(text.encode(seed + "\n" + draw + "\n" + ticket));

async function inOrder(entries, seed) {
  const partaking = entries.tickets.filter((ticket) => ticket.rank !== null);
  const numbered = await Promise.all(
    partaking.map(async (ticket) => ({ ticket, number: await number(seed, entries.draw, ticket.ticket) })),
  );
  return numbered.sort((a, b) => a.ticket.rank - b.ticket.rank || (a.number < b.number ? -1 : 1));
}

/* The first pools, in the order of the first member's, then the second's, that have a seat for every member. */
function together(wanted, free, chosen = []) {
  if (chosen.length === wanted.length) return chosen;
  for (const pool of wanted[chosen.length]) {
    if (free[pool] <= chosen.filter((one) => one === pool).length) continue;
    const found = together(wanted, free, chosen.concat(pool));
    if (found) return found;
  }
  return null;
}

function oneByOne(wanted, free) {
  const left = Object.assign({}, free);
  return wanted.map((pools) => {
    const found = pools.find((pool) => left[pool] > 0);
    if (found !== undefined) left[found] -= 1;
    return found;
  });
}

function seat(ticket, choice, free, seats, split) {
  const intake = ticket.choices[choice];
  const wanted = ticket.members.map((member) => member.pools[intake] || []);
  const pools = together(wanted, free) || (split ? oneByOne(wanted, free) : []);
  ticket.members.forEach(({ member }, place) => {
    if (pools[place] === undefined) return;
    free[pools[place]] -= 1;
    seats[member] = [intake, pools[place], choice + 1];
  });
}

function linesOf(entries, order, seats) {
  const lines = Object.fromEntries(Object.keys(entries.intakes).map((intake) => [intake, []]));
  order.forEach((ticket, place) =>
    ticket.choices.forEach((intake, choice) => {
      for (const member of ticket.members) {
        if (seats[member.member] || !(member.pools[intake] || []).length) continue;
        const won = entries.waitlist_order === "fewest_seats" ? member.won : 0;
        lines[intake].push([won, entries.first_choices_first ? choice : 0, place, member.member]);
      }
    }),
  );
  for (const intake of Object.keys(lines)) {
    lines[intake].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    lines[intake] = lines[intake].map((one) => one[3]);
  }
  return lines;
}

export async function shareOut(entries, seed) {
  const numbered = await inOrder(entries, seed);
  const order = numbered.map((one) => one.ticket);
  const free = {};
  for (const pools of Object.values(entries.intakes)) for (const pool of pools) free[pool.pool] = pool.seats;
  const seats = {};
  const split = entries.last_seat === "pair_split";
  const turn = (ticket, choice) => {
    const seated = ticket.members.some((member) => seats[member.member]);
    if (!seated && choice < ticket.choices.length) seat(ticket, choice, free, seats, split);
  };
  const most = order.reduce((longest, ticket) => Math.max(longest, ticket.choices.length), 0);
  const choices = Array.from({ length: most }, (_, choice) => choice);
  if (entries.first_choices_first) choices.forEach((choice) => order.forEach((ticket) => turn(ticket, choice)));
  else order.forEach((ticket) => choices.forEach((choice) => turn(ticket, choice)));
  return {
    order: numbered.map((one) => [one.ticket.ticket, one.number]),
    seats,
    lines: linesOf(entries, order, seats),
  };
}

const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value) {
  if (Array.isArray(value) || value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, value[key]]));
}

/* What differs, as names of sentences: "list", "draw", "seed", "order", "seats", "lines"; none when all is the same. */
export async function check(bytes, result, published) {
  const entries = JSON.parse(new TextDecoder().decode(bytes));
  const again = await shareOut(entries, published.seed);
  const list = await sha256(bytes);
  return [
    ["list", list === result.list && list === published.list],
    ["draw", entries.draw === result.draw && entries.draw === published.draw],
    ["seed", result.seed === published.seed],
    ...["order", "seats", "lines"].map((part) => [part, same(again[part], result[part])]),
  ]
    .filter(([, right]) => !right)
    .map(([part]) => part);
}

async function run(section, button, output) {
  const words = section.dataset;
  button.disabled = true;
  output.textContent = words.running || "…";
  try {
    const [list, result] = await Promise.all([fetch(words.list), fetch(words.result)]);
    if (!list.ok || !result.ok) throw new Error("no file");
    const found = await check(await list.arrayBuffer(), await result.json(), {
      list: words.sha,
      draw: words.draw,
      seed: words.seed,
    });
    output.textContent = found.length ? words.differs : words.same;
  } catch (error) {
    output.textContent = words.failed;
  }
  button.disabled = false;
}

if (typeof document !== "undefined") {
  const section = document.querySelector("[data-draw-check]");
  const button = section && section.querySelector("button");
  if (button && crypto.subtle) {
    button.hidden = false;
    button.addEventListener("click", () => run(section, button, section.querySelector("output")));
  }
}
