// The search over all lessons; and what a page needs for the keyboard and for paper.
"use strict";

(() => {
    // What is too wide scrolls by itself, and so has to be reached by keyboard.
    const reachable = () => {
        for (const box of document.querySelectorAll("pre, .table, .formula, .output.html, .picture")) {
            const wide = box.scrollWidth > box.clientWidth + 1;
            box.classList.toggle("wide", wide);
            if (wide) box.tabIndex = 0;
            else box.removeAttribute("tabindex");
        }
    };
    reachable();
    addEventListener("resize", reachable);
    addEventListener("load", reachable);
    document.addEventListener("toggle", reachable, true);

    // On paper every fold is open.
    let folded = [];
    addEventListener("beforeprint", () => {
        folded = [...document.querySelectorAll("details:not([open])")];
        for (const fold of folded) fold.open = true;
    });
    addEventListener("afterprint", () => {
        for (const fold of folded) fold.open = false;
    });

    // An address may lead into a fold.
    const unfold = () => {
        const id = decodeURIComponent(location.hash.slice(1));
        const fold = id && document.getElementById(id)?.closest("details");
        if (fold) fold.open = true;
    };
    unfold();
    addEventListener("hashchange", unfold);

    if (matchMedia("(max-width: 75rem)").matches) {
        document.querySelector(".contents details")?.removeAttribute("open");
    }

    // Beside a long lesson the contents say where one is.
    const links = [...document.querySelectorAll(".contents a")];
    const places = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    let waiting = false;
    const mark = () => {
        waiting = false;
        const top = innerHeight / 4;
        const now = places.findLastIndex((place) => place?.getBoundingClientRect().top < top);
        links.forEach((link, index) => {
            if (index === now) link.setAttribute("aria-current", "true");
            else link.removeAttribute("aria-current");
        });
    };
    const markSoon = () => {
        if (!waiting) requestAnimationFrame(mark);
        waiting = true;
    };
    if (links.length) {
        mark();
        addEventListener("scroll", markSoon, { passive: true });
    }

    // The search. Its index is a script: a page from a folder may fetch nothing else.
    const place = document.querySelector(".search");
    place.innerHTML = `
        <label for="asked">Search all lessons</label>
        <input id="asked" type="search" autocomplete="off" spellcheck="false">
        <div class="found" hidden><p role="status"></p><ul></ul></div>`;
    const asked = place.querySelector("input");
    const box = place.querySelector(".found");
    const status = place.querySelector("p");
    const list = place.querySelector("ul");

    let index = null;
    const withIndex = () => {
        index ??= new Promise((resolve) => {
            const script = document.createElement("script");
            script.src = "search.js";
            script.onload = () => resolve(window.searchIndex);
            script.onerror = () => resolve([]);
            document.head.append(script);
        });
        return index;
    };

    const escape = (term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const count = (text, term) => text.split(term).length - 1;

    // Sections with all terms; a term in a heading weighs as much as ten in the text.
    const search = (sections, terms) => {
        const found = [];
        for (const section of sections) {
            const heading = section[2].toLowerCase();
            const text = section[3].toLowerCase();
            let score = 0;
            for (const term of terms) {
                const here = 10 * count(heading, term) + Math.min(count(text, term), 5);
                if (!here) {
                    score = 0;
                    break;
                }
                score += here;
            }
            if (score) found.push([score, section]);
        }
        return found.sort((a, b) => b[0] - a[0]).map(([, section]) => section);
    };

    // The words around the first of the terms, with all of them marked.
    const excerpt = (section, terms) => {
        const [, , heading, whole] = section;
        const text = whole.startsWith(heading) ? whole.slice(heading.length).trim() : whole;
        const lower = text.toLowerCase();
        const places = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
        const from = Math.max(0, Math.min(...places, text.length) - 50);
        const cut = text.slice(from, from + 160);
        const rest = from + 160 < text.length ? `${cut.slice(0, cut.lastIndexOf(" "))} …` : cut;
        const part = from ? `… ${rest.slice(rest.indexOf(" ") + 1)}` : rest;
        const marked = document.createElement("span");
        for (const piece of part.split(new RegExp(`(${terms.map(escape).join("|")})`, "i"))) {
            const isTerm = terms.includes(piece.toLowerCase());
            const node = document.createElement(isTerm ? "mark" : "span");
            node.textContent = piece;
            marked.append(node);
        }
        return marked;
    };

    const look = async () => {
        const terms = asked.value.toLowerCase().split(/\s+/).filter(Boolean);
        box.hidden = !terms.length;
        if (!terms.length) return;
        const sections = await withIndex();
        const found = search(sections, terms);
        const many = found.length > 20 ? `20 of ${found.length}` : `${found.length}`;
        status.textContent = found.length === 1 ? "1 place" : `${many} places`;
        list.replaceChildren(
            ...found.slice(0, 20).map((section) => {
                const [lesson, address, heading] = section;
                const link = document.createElement("a");
                link.href = address;
                link.append(`${lesson}: ${heading}`);
                const item = document.createElement("li");
                item.append(link, excerpt(section, terms));
                return item;
            }),
        );
    };
    asked.addEventListener("focus", withIndex);
    asked.addEventListener("input", look);
    place.addEventListener("keydown", (event) => {
        const links = [...list.querySelectorAll("a")];
        const now = links.indexOf(document.activeElement);
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && links.length) {
            event.preventDefault();
            (links[now + step] ?? (step > 0 ? links[now] : asked)).focus();
        } else if (event.key === "Escape") {
            box.hidden = true;
            asked.focus();
        }
    });
    place.addEventListener("click", (event) => {
        if (event.target.closest("a")) box.hidden = true;
    });
    document.addEventListener("pointerdown", (event) => {
        if (!place.contains(event.target)) box.hidden = true;
    });
})();
