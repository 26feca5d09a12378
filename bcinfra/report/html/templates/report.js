// Everything is on the page already: this only picks the story of what fails and colours the picture by it.
(function () {
  "use strict";
  var all = function (what, within) { return Array.prototype.slice.call((within || document).querySelectorAll(what)); };
  var by = function (id) { return document.getElementById(id); };
  document.documentElement.classList.add("scripted");

  // A way back that several stories share stands once in the file.
  all("p[data-as]").forEach(function (link) {
    var copy = by(link.dataset.as).cloneNode(true);
    copy.removeAttribute("id");
    link.replaceWith(copy);
  });
  // The bars of time lines: how long a step takes, and how long at worst, beside the objective.
  all("table.time").forEach(function (table) {
    var goal = Number(table.dataset.goal);
    all("[data-b]", table).forEach(function (cell) {
      var b = cell.dataset.b.split(" ").map(Number), bar = document.createElement("div"), phase = cell.parentElement.querySelector("i");
      if (phase) cell.parentElement.classList.add(phase.textContent);
      bar.className = "bar";
      [["late", b[1], b[2]], ["length", b[0], b[1]]].concat(goal ? [["goal", goal, goal]] : []).forEach(function (part) {
        var one = document.createElement("span");
        one.className = part[0];
        one.style.left = part[1] / 10 + "%";
        one.style.width = (part[2] - part[1]) / 10 + "%";
        bar.appendChild(one);
      });
      cell.appendChild(bar);
    });
  });

  // The figures that a figure is made of, as links.
  all(".figures s").forEach(function (of) {
    of.innerHTML = words(of.textContent).map(function (n) { return "<a href='#n" + Number(n) + "'>" + Number(n) + "</a>"; }).join(" ");
  });

  // A link into a closed part opens it.
  function open(id) {
    var at = id && document.getElementById(id);
    for (var up = at; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    if (at && at.closest("details")) { at.scrollIntoView({ block: "center" }); at.focus({ preventScroll: true }); }
  }
  function opened() { open(decodeURIComponent(location.hash.slice(1))); }
  window.addEventListener("hashchange", opened);
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#']:not(.pick)");
    if (link) open(link.getAttribute("href").slice(1));
  });
  window.addEventListener("beforeprint", function () { all("details.row:not(.apart details)").forEach(function (one) { if (!one.hidden) one.open = true; }); });

  var shop = by("shop");
  if (shop) picture();
  if (by("q")) filter();
  opened();

  function words(text) { return (text || "").split(" ").filter(Boolean); }

  function picture() {
    var picks = all(".pick", shop), two = by("two"), chosen = by("chosen"), says = by("says"), failed = [], names = {}, stories = {}, pairs = {};
    picks.forEach(function (pick) {
      names[pick.dataset.d] = pick.querySelector("b").textContent;
      pick.setAttribute("role", "button");
      pick.setAttribute("aria-pressed", "false");
      pick.addEventListener("click", function (event) { event.preventDefault(); fail(pick.dataset.d, event.shiftKey); });
      pick.addEventListener("keydown", function (event) {
        if (event.key === " " || (event.key === "Enter" && event.shiftKey)) { event.preventDefault(); fail(pick.dataset.d, event.shiftKey); }
      });
    });
    all(".story[data-f]").forEach(function (story) { stories[words(story.dataset.f).sort().join(" ")] = story; });
    all("[data-f][data-as]").forEach(function (pair) {
      pairs[words(pair.dataset.f).sort().join(" ")] = pair;
    });
    two.addEventListener("click", function () { two.setAttribute("aria-pressed", String(two.getAttribute("aria-pressed") !== "true")); });
    by("reset").addEventListener("click", function () { failed = []; show(); });
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") { failed = []; show(); } });
    window.addEventListener("hashchange", linked);
    linked();

    // A link such as #fail=region:aws/eu-west-1 shows the shop without it.
    function linked() {
      var id = decodeURIComponent(location.hash).match(/^#fail=(.+)$/);
      var story = id && all(".story[data-f]").find(function (one) { return one.querySelector(".id span").textContent === id[1]; });
      if (story) { failed = words(story.dataset.f); show(); shop.scrollIntoView(); }
    }
    function fail(domain, besides) {
      besides = besides || two.getAttribute("aria-pressed") === "true";
      var at = failed.indexOf(domain);
      if (at >= 0) failed.splice(at, 1);
      else failed = besides ? failed.slice(-1).concat(domain) : [domain];
      show();
    }
    function show() {
      var key = failed.slice().sort().join(" "), story = stories[key], inside = "";
      if (failed.length === 2 && !story && !pairs[key]) { // one lies in the other: the outer one says it all
        story = failed.map(function (one) { return stories[one]; }).find(function (one) {
          return one && failed.every(function (domain) { return words(one.dataset.down).indexOf(domain) >= 0; });
        });
        inside = story ? " One lies in the other." : "";
      }
      var pair = pairs[key], told = pair ? words(pair.dataset.as).map(function (one) { return by("s" + one); }) : story ? [story] : [];
      var own = pair && pair.querySelector("span");
      if (pair && !own) story = told[0];
      var sum = function (what) { return told.reduce(function (found, one) { return found.concat(words(one.dataset[what])); }, []); };
      var down = sum("down"), states = { out: sum("out"), takes: sum("takes"), unclear: sum("unclear"), heals: sum("heals") };
      shop.classList.toggle("failing", failed.length > 0);
      picks.forEach(function (pick) { pick.setAttribute("aria-pressed", String(failed.indexOf(pick.dataset.d) >= 0)); });
      all("[data-box]", shop).forEach(function (box) { box.classList.toggle("gone", down.indexOf(box.dataset.box) >= 0); });
      all(".chip", shop).forEach(function (chip) {
        var parts = words(chip.dataset.p);
        var is = function (state) { return states[state].length && parts.every(function (part) { return states[state].indexOf(part) >= 0; }); };
        var state = (chip.dataset.z && down.indexOf(chip.dataset.z) >= 0) || is("out") ? "out" : is("takes") ? "takes" : is("unclear") ? "unclear" : "";
        if (!state && is("heals") && !chip.dataset.z) state = "heals";
        ["out", "takes", "unclear", "heals"].forEach(function (one) { chip.classList.toggle(one, one === state); });
      });
      chosen.textContent = "";
      if (story || own) {
        var copy = own ? document.createElement("article") : story.cloneNode(true), heading = document.createElement("h3"), badge = story && story.parentElement.querySelector(".badge");
        copy.removeAttribute("id");
        if (own) {
          copy.className = "story";
          copy.appendChild(document.createElement("p")).className = "gist";
          copy.firstChild.textContent = own.textContent;
        }
        heading.textContent = (pair ? pair.querySelector("b").textContent + (own ? "" : ": as bad as one alone") : story.parentElement.querySelector("h3").textContent) + " ";
        if (badge) heading.appendChild(badge.cloneNode(true));
        copy.insertBefore(heading, copy.firstChild);
        chosen.appendChild(copy);
      }
      says.textContent = !failed.length ? "" : copy ? copy.querySelector("h3").firstChild.data.trim() + "." + inside + " " + copy.querySelector(".gist").textContent
        : failed.map(function (one) { return names[one]; }).join(" and ") + ": not played together; each alone is.";
    }
  }

  function filter() {
    var rows = all("#scenarios > .list > .row"), q = by("q"), kind = by("kind"), verdict = by("verdict");
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    function apply() {
      var wanted = q.value.toLowerCase().split(/\s+/).filter(Boolean), n = 0;
      rows.forEach(function (row, i) {
        row.hidden = !((!kind.value || row.querySelector(".k").textContent === kind.value) && (!verdict.value || row.querySelector("summary > .badge." + verdict.value))
          && wanted.every(function (word) { return texts[i].indexOf(word) >= 0; }));
        if (!row.hidden) n += 1;
      });
      by("count").textContent = n + " of " + rows.length + " scenarios";
    }
    [q, kind, verdict].forEach(function (one) { one.addEventListener("input", apply); });
    apply();
  }
})();
