// Live pictures without a kernel: the frames were drawn when the site was made. A control's stop
// chooses the frame; those beside it are loaded ahead, so that a move shows its picture at once.
"use strict";

(() => {
    const make = (kind, attributes = {}, ...children) => {
        const element = document.createElement(kind);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        element.append(...children);
        return element;
    };

    class LivePicture {
        constructor(figure, data) {
            Object.assign(this, data);
            this.figure = figure;
            this.folder = `frames/${figure.dataset.lesson}/`;
            this.image = figure.querySelector("img");
            this.says = figure.querySelector(".says");
            this.words = this.image.alt; // of the first picture
            this.loaded = new Map();
            this.turn = 0;
            this.step = 1; // the way of the last move
            this.build();
            this.at = this.controls.map((control) => control.first);
            this.first = this.number();
            this.showTexts(this.first);
            const ahead = () => this.loadAhead();
            for (const event of ["focusin", "pointerenter"]) figure.addEventListener(event, ahead);
            const near = { rootMargin: "50%" };
            new IntersectionObserver((entries) => {
                if (entries.some((entry) => entry.isIntersecting)) ahead();
            }, near).observe(this.image);
            figure.livePicture = this;
        }

        build() {
            const place = this.figure.querySelector(".controls");
            this.inputs = this.controls.map((control, index) => {
                const id = `${this.figure.id}-${control.name}`;
                const label = make("label", { for: id }, control.label);
                let input;
                const readout = make("output", { for: id });
                if (control.kind === "slider") {
                    const ends = { min: 0, max: control.stops.length - 1, step: 1 };
                    input = make("input", { id, type: "range", ...ends });
                } else if (control.kind === "checkbox") {
                    input = make("input", { id, type: "checkbox" });
                } else {
                    const options = control.stops.map((stop) => make("option", {}, stop));
                    input = make("select", { id }, ...options);
                }
                input.autocomplete = "off"; // a page opened again begins at its address
                input.addEventListener("input", () => this.moved(index));
                const row = make("div", { class: `control ${control.kind}` }, label, input);
                if (control.kind === "slider") row.append(readout);
                place.append(row);
                return Object.assign(input, { readout });
            });
            const reset = make("button", { type: "button", class: "reset" }, "Reset");
            reset.addEventListener("click", () => this.reset());
            this.link = make("a", { class: "setting", href: `#${this.figure.id}` });
            this.link.append("Link to this setting");
            this.message = make("span", { role: "alert", class: "message" });
            place.after(make("div", { class: "row" }, reset, this.link, this.message));
            const caption = this.figure.querySelector("figcaption");
            caption.replaceChildren(this.note());
        }

        // Which stops the page has, where JupyterLab has more.
        note() {
            const fewer = this.controls
                .filter((control) => control.of !== control.stops.length)
                .map((control) => {
                    const few = `${control.label}: ${control.stops.length}`;
                    return control.of ? `${few} of ${control.of}` : `${few} to choose from`;
                });
            if (!fewer.length) return "Every stop of every control is here.";
            const typed = this.controls.some((control) => control.of === 0);
            const rest = typed ? "any that you type" : "all of them";
            return `Stops on this page: ${fewer.join(", ")}; ${rest} in JupyterLab.`;
        }

        // The number of a combination of stops: the last control's change fastest.
        number(at = this.at) {
            return at.reduce((sum, place, i) => sum * this.controls[i].stops.length + place, 0);
        }

        moved(index) {
            const input = this.inputs[index];
            const { kind } = this.controls[index];
            const before = this.at[index];
            this.at[index] =
                kind === "checkbox" ? Number(input.checked)
                : kind === "choice" ? input.selectedIndex
                : Number(input.value);
            this.step = Math.sign(this.at[index] - before) || 1;
            this.moving = index;
            this.show();
            this.remember();
        }

        reset() {
            this.set(this.controls.map((control) => control.first));
            this.remember();
        }

        set(at) {
            this.at = [...at];
            return this.show();
        }

        // The readouts follow at once; picture and text together, as soon as the picture is here.
        async show() {
            const turn = ++this.turn;
            const number = this.number();
            this.showReadouts();
            const name = this.images[this.shown[number]];
            if (name) {
                const frame = this.load(name);
                if (!frame.ready) {
                    this.figure.dataset.waits = "";
                    try {
                        await frame.promise;
                    } catch {
                        if (turn === this.turn) this.message.textContent = "This frame is not there.";
                        return;
                    }
                    if (turn !== this.turn) return; // a newer one is wanted
                }
                delete this.figure.dataset.waits;
                this.image.src = frame.image.src;
            }
            this.showTexts(number);
            // Once this one is painted, so that nothing delays it.
            requestAnimationFrame(() => setTimeout(() => {
                if (turn === this.turn) this.loadAhead();
            }));
        }

        showReadouts() {
            this.controls.forEach((control, index) => {
                const input = this.inputs[index];
                const place = this.at[index];
                const stop = control.stops[place];
                if (control.kind === "checkbox") input.checked = place === 1;
                else if (control.kind === "choice") input.selectedIndex = place;
                else {
                    input.value = place;
                    input.readout.textContent = stop;
                    input.setAttribute("aria-valuetext", stop);
                }
            });
            const { id } = this.figure;
            this.link.href = this.isFirst() ? `#${id}` : `#${id}?${this.setting()}`;
        }

        showTexts(number) {
            this.showReadouts();
            this.says.textContent = this.texts[this.which[number]];
            const failed = this.failed.length ? this.errors[this.failed[number]] : "";
            this.message.textContent = failed && `⚠ No picture for these values. ${failed}`;
            const values = this.controls.map((c, i) => `${c.label} = ${c.stops[this.at[i]]}`);
            const words = `Live picture: ${values.join(", ")}`;
            this.image.alt = this.isFirst() ? this.words : words;
            this.figure.dataset.number = number;
        }

        isFirst() {
            return this.controls.every((control, i) => control.first === this.at[i]);
        }

        load(name) {
            let frame = this.loaded.get(name);
            if (!frame) {
                const image = new Image();
                image.src = this.folder + name;
                frame = { image, ready: false };
                frame.promise = image.decode().then(() => {
                    frame.ready = true;
                });
                frame.promise.catch(() => this.loaded.delete(name)); // to be tried again
                this.loaded.set(name, frame);
            }
            return frame;
        }

        // The frames that come next: further on the way of the last move, then one step back, then
        // a step of each other control.
        loadAhead() {
            const others = [...this.controls.keys()].filter((index) => index !== this.moving);
            const steps = [];
            if (this.moving !== undefined) {
                for (const step of [1, 2, 3, -1]) steps.push([this.moving, step * this.step]);
            }
            for (const index of others) steps.push([index, 1], [index, -1]);
            for (const [index, step] of steps) {
                const at = [...this.at];
                at[index] += step;
                if (!(at[index] in this.controls[index].stops)) continue;
                const name = this.images[this.shown[this.number(at)]];
                if (name) this.load(name);
            }
        }

        // The setting as part of the page's address, and back.
        setting() {
            const pairs = this.controls.map((c, i) => [c.name, c.stops[this.at[i]]]);
            return new URLSearchParams(pairs).toString();
        }

        remember() {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => {
                history.replaceState(null, "", this.link.getAttribute("href"));
            }, 300);
        }

        recall(setting) {
            const asked = new URLSearchParams(setting);
            const at = this.controls.map((control) => {
                const place = control.stops.indexOf(asked.get(control.name));
                return place < 0 ? control.first : place;
            });
            return this.set(at);
        }
    }

    const fromAddress = () => {
        const [id, setting] = decodeURI(location.hash.slice(1)).split("?");
        const picture = id && document.getElementById(id)?.livePicture;
        if (!picture) return;
        if (setting) picture.recall(setting);
        picture.figure.scrollIntoView({ block: "center" });
    };

    for (const figure of document.querySelectorAll("figure.live")) {
        const data = window.livePictures?.[figure.id];
        if (data) new LivePicture(figure, data);
    }
    fromAddress();
    addEventListener("hashchange", fromAddress);
})();
