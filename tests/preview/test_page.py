"""The HTML page: what is in it, always the same bytes, nothing from the network; in a real Chromium, what people do."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from preview.document import document
from preview.page import page
from preview.picture import picture
from preview.verdict import Exempted, Note, PackVerdict
from preview.wire import Object
from tests.stacks import project, recorded

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_browser = pytest.mark.skipif(not CHROMIUM, reason="Chromium is missing: .ci/chromium installs it")
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
MEGABYTE = 1_000_000


@cache
def documented(stack: str) -> Object:
    """A stack with a finding of each kind, one of which has a text that means harm."""
    update = recorded(stack, True)
    database, balancer = (update.named(name)[0].urn for name in ("database-instance", "load-balancer-balancer"))
    verdict = PackVerdict(
        violations=(Note("open-door", database, f"database-instance is open {HOSTILE}", "Close it.", "high", "doors"),),
        advisories=(Note("draft", balancer, "load-balancer-balancer is draughty.", "", "low", "draft"),),
        exemptions=(Exempted("plain", database, "database-instance is plain", "So it is.", "team", "2027-01-31", ""),),
    )
    from costs.estimate import estimate
    from costs.usage import assumed

    use = assumed(project(stack)[1], stack.rpartition("/")[2])
    return document(recorded(stack, False), verdict, update=update, estimated=estimate(update, use))


@cache
def drawn(stack: str) -> str:
    found = documented(stack)
    return page([found], [picture(recorded(stack, True), found["exposure"])])


@pytest.mark.parametrize(("stack", "most"), [("prod", MEGABYTE), ("techcorp/production", 3 * MEGABYTE)])
def test_a_page_is_small_and_asks_nothing_of_the_network(stack: str, most: int) -> None:
    """No address is loaded: neither by an element nor by a style; the page's policy forbids it too."""
    text = drawn(stack)
    assert len(text.encode()) < most
    assert (
        re.findall(r"(?:src|href)=\"(?!#)", text.partition('<script type="application/json"')[0].replace(HOSTILE, ""))
        == []
    )
    assert not re.search(r"@import|url\(|@font-face|<link|<iframe", text)
    assert "default-src 'none'" in text


def test_same_input_same_bytes() -> None:
    found = documented("prod")
    assert page([found], [""]) == page([json.loads(json.dumps(found))], [""])


def test_texts_are_escaped() -> None:
    """In the page, and in the data from which a chosen resource is shown."""
    text = drawn("prod")
    assert HOSTILE not in text
    assert "&lt;script&gt;document.title=&#39;taken&#39;" in text
    assert text.count("</script>") == 2


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("Chromium is missing: .ci/chromium installs it")
    found = pytest.importorskip("playwright.sync_api", reason="playwright is missing: requirements-dev.txt has it")
    with found.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        launched.page_file = tmp_path_factory.mktemp("page") / "report.html"
        launched.page_file.write_text(drawn("prod"), encoding="utf-8")
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """The page, opened from disk; whatever it asks for beside itself is noted."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    found.asked = []
    found.on("request", lambda request: found.asked.append(request.url))
    found.goto(browser.page_file.as_uri())
    yield found
    found.close()


@in_browser
def test_what_people_ask_first_is_on_the_first_screen(opened: Any) -> None:
    """Verdict, what blocks, and the money with its budget; no text of a finding has become code."""
    titles = opened.locator("h2").all_inner_texts()
    assert opened.locator("h1 .verdict").inner_text() == "✖ blocked by 1 violation"
    first = ["Blocks the deployment", "Costs", "Exposure", "Picture"]
    assert titles == [*first, "Figures", "Advice", "Exempt", "Components"]
    assert opened.locator(".sum").inner_text() == f"{documented('prod')['costs']['total']:.2f} USD a month"
    assert opened.locator(".budget").bounding_box()["y"] < 900
    assert opened.title() == "cloudplatform prod"
    assert len(opened.asked) == 1


@in_browser
def test_a_chosen_resource_shows_its_properties_findings_cost_and_routes(opened: Any) -> None:
    """Chosen in the picture; Escape closes it, and a resource that it names is a click away."""
    [number] = [n for n, each in enumerate(documented("prod")["resources"]) if each["name"] == "load-balancer-balancer"]
    urn = documented("prod")["resources"][number]["urn"]
    opened.locator(f'.picture [data-urn="{urn}"]').first.dispatch_event("click")
    text = opened.locator("#shown").inner_text()
    assert text.startswith("load-balancer-balancer\n\nlb.LoadBalancer")
    assert "draft: load-balancer-balancer is draughty." in text
    assert "load-balancer → fastapi: 8000/tcp" in text
    assert re.search(r"loadBalancerType\napplication\n", text)
    assert re.search(r"\d+\.\d\d USD a month", opened.locator("#shown .cost").inner_text())
    opened.locator("#shown button", has_text="network-subnet-public-us-east-1a").first.click()
    assert "0.0.0.0/0 → network-internet-gateway" in opened.locator("#shown").inner_text()
    opened.keyboard.press("Escape")
    assert not opened.locator("#panel").is_visible()


@in_browser
def test_of_a_box_that_several_share_one_is_chosen(opened: Any) -> None:
    """With the keyboard alone: the box, a list of all in it, one of them, the list again, and back to the box."""
    buckets = [each["name"] for each in documented("prod")["resources"] if each["kind"] == "s3.Bucket"]
    opened.locator(".picture tspan[data-urn]", has_text=f"{len(buckets)} buckets").focus()
    opened.keyboard.press("Enter")
    offered = opened.locator("#shown li button")
    assert opened.locator("#shown h2").inner_text() == f"{len(buckets)} resources share this box"
    assert offered.all_inner_texts() == [f"{name} s3.Bucket" for name in buckets]
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.locator("#shown h2").inner_text() == buckets[1]
    opened.keyboard.press("Tab")  # the button that was pressed is gone: it goes on from the panel
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert offered.count() == len(buckets)
    opened.keyboard.press("Escape")
    assert opened.evaluate("document.activeElement.textContent") == f"{len(buckets)} buckets"
    opened.locator(".picture g", has_text="through AWS's APIs").last.dispatch_event("click")
    beside = {"s3.Bucket", "secretsmanager.Secret", "kms.Key", "sqs.Queue", "sns.Topic", "dynamodb.Table"}
    assert {text.rpartition(" ")[2] for text in offered.all_inner_texts()} <= beside | {"ecr.Repository"}
    assert offered.count() > 4


@in_browser
def test_the_tree_is_searched_and_walked_with_the_keyboard(opened: Any) -> None:
    opened.keyboard.press("/")
    opened.keyboard.type("database-instance")
    visible = opened.locator("button.resource:visible")
    assert opened.locator("#found").inner_text() == "1 found"
    assert 0 < opened.locator(".tree").bounding_box()["y"] < 900  # the tree has come up to the search
    assert visible.all_inner_texts() == ["database-instance rds.Instance ✖ open-door"]
    visible.first.focus()
    opened.keyboard.press("Enter")
    shown = opened.locator("#shown").inner_text()
    assert "instanceClass\ndb.t3.medium" in shown
    assert "[secret]" in shown
    assert HOSTILE in shown  # as text
    opened.keyboard.press("Escape")
    assert opened.evaluate("document.activeElement.textContent").startswith("database-instance")
    opened.keyboard.press("Escape")
    opened.locator("summary", has_text="topics").focus()
    opened.keyboard.press("ArrowDown")
    assert opened.evaluate("document.activeElement.tagName") == "SUMMARY"


#: Of every element with text of its own: the ratio of its colour to what is behind it (WCAG 2).
CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll("body *")].filter((e) => !e.closest("svg, script, style") && e.offsetParent
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName + "." + e.className]; })
    .filter(([ratio]) => ratio < 4.5);
}"""


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(opened: Any, scheme: str) -> None:
    """A contrast of 4.5 at the least, in both modes, which differ."""
    opened.emulate_media(color_scheme=scheme)
    opened.locator("button.resource").first.dispatch_event("click")
    assert opened.evaluate(CONTRAST) == []
    back = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert back == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 22, 31)"}[scheme]


OVERLAPS = """() => {
  const parts = [...document.querySelectorAll("section.stack > *")].filter((e) => e.offsetParent);
  const boxes = parts.map((e) => [e.tagName + "." + e.className, e.getBoundingClientRect()]);
  return boxes.slice(1).filter(([, box], i) => box.top < boxes[i][1].bottom - 1).map(([name]) => name);
}"""


@in_browser
@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_overlaps_and_nothing_is_cut_off(opened: Any, width: int) -> None:
    """On a narrow screen and a wide one: each part below the one before, none wider than the screen."""
    opened.set_viewport_size({"width": width, "height": 900})
    assert opened.evaluate(OVERLAPS) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@in_browser
def test_on_paper_the_sections_are_open(opened: Any) -> None:
    opened.emulate_media(media="print")
    opened.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.locator("details:not(.component):not([open])").count() == 0
    assert not opened.locator("header").is_visible()


def test_several_stacks_have_a_section_each() -> None:
    found = documented("prod")
    text = page([found, {**found, "stack": "other"}], ["", ""])
    assert re.findall(r'<section class="stack" id="(stack-\d)">', text) == ["stack-0", "stack-1"]
