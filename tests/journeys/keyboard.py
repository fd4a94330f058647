"""A neighbour without a mouse: Tab, Enter, Space and arrows reach everything, and the focus is seen at every step."""

from typing import Any, Final

from playwright.sync_api import Locator

from tests.journeys.neighbour import Neighbour

PRESSES_AT_MOST: Final = 150
"""Of the Tab key; a page on which something is further away than that cannot be worked with."""

STOP: Final = """wanted => {
    const one = document.activeElement;
    if (!one || one === document.body) return {at: -1, name: '', fault: ''};
    const shown = one.closest('label.choice') || one;
    const outline = getComputedStyle(shown);
    const ringed = outline.outlineStyle !== 'none' && parseFloat(outline.outlineWidth) >= 2;
    const drawn = one instanceof SVGElement;
    const box = (drawn ? one.firstElementChild : shown).getClientRects()[0];
    const covered = (x, y) => !shown.contains(document.elementFromPoint(x, y));
    const inside = box && box.width > 0 && box.height > 0;
    const middle = inside ? (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2 : 0;
    const left = inside ? Math.max(box.left, 0) + 3 : 0;
    const right = inside ? Math.min(box.right, innerWidth) - 3 : 0;
    const points = drawn ? [(left + right) / 2] : [left, (left + right) / 2, right];
    const fault = !inside || box.bottom < 0 || box.top > innerHeight ? 'out of sight'
        : !ringed ? 'without a ring'
        : points.some(x => covered(x, middle)) ? 'covered' : '';
    return {at: wanted.indexOf(one), name: one.outerHTML.slice(0, 160), fault};
}"""
"""Where the focus is among the elements that are wanted, and what is wrong with how it is seen."""

DAY_ORDERS: Final = (("Y", "M", "D"), ("D", "M", "Y"), ("M", "D", "Y"))


class KeyboardNeighbour(Neighbour):
    """Does everything by keys; each stop of the focus on the way has to be seen."""

    def press(self, name: str) -> None:
        self._tab_to(self.pressable(name), name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def download(self, name: str) -> bytes:
        self._tab_to(self.pressable(name), name)
        with self.page.expect_download() as handed_over:
            self.page.keyboard.press("Enter")
        return bytes(handed_over.value.path().read_bytes())

    def unfold(self, name: str) -> None:
        self._tab_to(self.page.locator("summary").filter(has_text=self.own(name)), name)
        self.page.keyboard.press("Enter")

    def choose(self, *labels: str) -> None:
        for label in labels:
            self._check(self.page.get_by_label(self.own(label), exact=True).first, label)

    def tick(self, value: object) -> None:
        self._check(self.page.locator(f"[value='{value}']").first, str(value))

    def pick(self, name: str, value: object) -> None:
        """Home leads to the first answer of a list, arrows to the others."""
        chosen = self.page.locator(f"select[name={name}]").first
        self._tab_to(chosen, name)
        self.page.keyboard.press("Home")
        for _ in range(chosen.locator("option").count()):
            if chosen.input_value() == str(value):
                break
            self.page.keyboard.press("ArrowDown")
        assert chosen.input_value() == str(value), f"arrows do not lead to {value} in {name}"

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self._type(self.page.locator(f"[name={name}]").first, name, value)

    def write(self, label: str, text: str) -> None:
        self._type(self.page.get_by_label(self.own(label)).first, label, text)

    def _check(self, wanted: Locator, label: str) -> None:
        """A box by Space; of a group of buttons the arrows lead from one to the next."""
        if wanted.get_attribute("type") != "radio":
            self._tab_to(wanted, label)
            if not wanted.is_checked():
                self.page.keyboard.press("Space")
            return
        group = self.page.locator(f"input[type=radio][name='{wanted.get_attribute('name')}']")
        self._tab_to(group, label)
        for _ in range(group.count()):
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        assert wanted.is_checked(), f"arrows do not lead to {label!r} on {self.page.url}"

    def _type(self, wanted: Locator, name: str, text: str) -> None:
        self._tab_to(wanted, name)
        kind = wanted.get_attribute("type")
        if kind == "date":
            self._type_parts(wanted, [self._day_in(order, text) for order in DAY_ORDERS], text)
        elif kind == "time":
            hour, minute = text.split(":")
            self._type_parts(wanted, [[hour, minute], [hour, minute, "A" if int(hour) < 12 else "P"]], text)
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(text)
        assert wanted.input_value() == text, f"{text!r} cannot be typed into {name} on {self.page.url}"

    def _type_parts(self, wanted: Locator, ways: list[list[str]], text: str) -> None:
        """Day and time have parts, in an order that is the browser's own: the first way that fits is kept."""
        for parts in ways:
            for _ in range(3):
                self.page.keyboard.press("ArrowLeft")
            for part in parts:
                self.page.keyboard.type(part)
                if len(part) == 4:
                    self.page.keyboard.press("ArrowRight")
            if wanted.input_value() == text:
                return

    @staticmethod
    def _day_in(order: tuple[str, ...], text: str) -> list[str]:
        parts = dict(zip("YMD", text.split("-"), strict=True))
        return [parts[part] for part in order]

    def _tab_to(self, found: Locator, name: str) -> None:
        """Tab leads to one of these, within so many presses."""
        wanted = found.element_handles()
        assert wanted, f"{name!r} is not on {self.page.url}"
        for _ in range(PRESSES_AT_MOST):
            stop: dict[str, Any] = self.page.evaluate(STOP, wanted)
            assert not stop["fault"], f"the focus is {stop['fault']} on {self.page.url}: {stop['name']}"
            if stop["at"] >= 0:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {name!r} on {self.page.url}")
